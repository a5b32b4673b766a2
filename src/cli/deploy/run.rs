//! `gen run`: a run of a dataset, followed to its end.

use strataform::deploy::{Hours, Ran, RunEvent, RunRequest, run as follow, run_id};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::show::{Show, json_line};
use super::target::{Session, Target, with_spark};
use super::{faults, interruptible};

/// Run the state machine of a dataset (job, load, refresh), and follow it to its end.
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
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// How to show it; `json` is one object a line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

pub(in crate::cli) fn run(arguments: &Run) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    with_spark(&arguments.target, &show)?;
    let id = arguments.id.clone().unwrap_or_else(run_id);
    let hours = arguments.from.as_deref().zip(arguments.to.as_deref());
    let name = session.dataset(&arguments.dataset)?.name.as_str();
    let ran = session.deployed().and_then(|deployed| {
        follow(&RunRequest {
            aws: &session.aws,
            identity: &session.identity,
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
        RunEvent::Started { machine, execution } => {
            show.note(&format!("state machine {machine} runs as {run_id} ({execution})"))
        }
        RunEvent::Reached(phase) => show.note(phase.words()),
        RunEvent::Job(job) => show.note(&format!("job run {}: {}", job.id, job.state)),
    };
}

/// What came of a run: what Glue says, and what the job committed.
fn told(show: &Show, run_id: &str, ran: &Ran) -> Result<(), Fail> {
    let Ran { job, metrics } = ran;
    if show.is_json() {
        let job = job.as_ref().map(|job| {
            serde_json::json!({
                "id": job.id, "state": job.state.as_str(), "seconds": job.seconds, "workers": job.workers,
                "worker_type": job.worker_type, "dpu_seconds": job.dpu_seconds,
            })
        });
        json_line(&serde_json::json!({
            "event": "ran", "run_id": run_id, "state": "SUCCEEDED", "job": job, "metrics": metrics,
        }))?;
    }
    let mut parts = vec!["SUCCEEDED".to_owned()];
    if let Some(job) = job {
        parts.push(format!("the job took {} s", job.seconds));
        parts.extend(job.workers.map(|count| format!("{count} workers of {}", job.worker_type)));
        parts.extend(job.dpu_seconds.map(|seconds| format!("{seconds} DPU seconds")));
    }
    show.line(&parts.join(", "))?;
    let Some(metrics) = metrics else {
        show.note("the run committed nothing: no manifest of it is in the curated bucket")?;
        return Ok(());
    };
    for (name, value) in metrics.iter().filter(|(_, value)| value.is_number()) {
        show.line(&format!("  {name:<20} {value}"))?;
    }
    Ok(())
}
