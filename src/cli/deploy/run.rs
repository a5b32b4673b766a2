//! `gen run`: a run of a dataset's job, followed to its end.

use strataform::deploy::{Hours, Ran, RunEvent, RunRequest, run as follow, run_id};

use super::super::outcome::{Fail, Outcome};
use super::show::{Show, json_line};
use super::target::{Session, Target};
use super::{faults, interruptible};

/// Run the job of a dataset, and follow it to its end.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Run {
    /// The dataset.
    dataset: String,
    /// The run's id: the same one never commits twice; one of the present second where it is left out.
    #[arg(long = "run-id", value_name = "ID")]
    id: Option<String>,
    /// The first hour in which records arrived, 2026-03-01T05; what is new where it is left out.
    #[arg(long, value_name = "HOUR", requires = "to")]
    from: Option<String>,
    /// The hour after the last one.
    #[arg(long, value_name = "HOUR", requires = "from")]
    to: Option<String>,
    /// The platform: a file, its folder or its name; may be left out where there is one.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
}

pub(in crate::cli) fn run(arguments: &Run) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.target.output);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let id = arguments.id.clone().unwrap_or_else(run_id);
    let hours = arguments.from.as_deref().zip(arguments.to.as_deref());
    let name = session.dataset(&arguments.dataset)?.name.as_str();
    let ran = session.deployed().and_then(|deployed| {
        follow(&RunRequest {
            aws: &session.aws,
            account: &session.identity.account,
            deployed: &deployed,
            dataset: deployed.dataset(name)?,
            id: &id,
            hours: hours.map(|(from, to)| Hours { from, to }),
            stop: &interruptible(),
            on: &|event| heard(&show, &id, event),
        })
    });
    match ran {
        Ok(ran) => told(&show, &id, &ran).map(|()| Outcome::Done),
        Err(fault) => faults(&session, &show, &[fault]),
    }
}

/// Where nobody reads messages, the run goes on.
fn heard(show: &Show, run_id: &str, event: &RunEvent<'_>) {
    let _ = match event {
        RunEvent::Started { job, id } => show.note(&format!("job {job} runs as {run_id} ({id})")),
        RunEvent::Became(state) => show.note(state.as_str()),
    };
}

/// What came of a run: what Glue says, and what the job committed.
fn told(show: &Show, run_id: &str, ran: &Ran) -> Result<(), Fail> {
    let Ran { run, metrics } = ran;
    if show.is_json() {
        json_line(&serde_json::json!({
            "event": "ran", "run_id": run_id, "id": run.id, "state": run.state.as_str(), "seconds": run.seconds,
            "dpu_seconds": run.dpu_seconds, "workers": run.workers, "worker_type": run.worker_type, "metrics": metrics,
        }))?;
    }
    let workers =
        run.workers.map_or_else(String::new, |count| format!(", {count} workers of {}", run.worker_type));
    let dpu = run.dpu_seconds.map_or_else(String::new, |dpu| format!(", {dpu:.0} DPU seconds"));
    show.line(&format!("{} in {} s{workers}{dpu}", run.state, run.seconds))?;
    let Some(metrics) = metrics else {
        show.note("the run committed nothing: no manifest of it is in the curated bucket")?;
        return Ok(());
    };
    for (name, value) in metrics.iter().filter(|(_, value)| value.is_number()) {
        show.line(&format!("  {name:<20} {value}"))?;
    }
    Ok(())
}
