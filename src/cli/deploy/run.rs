//! `gen run`: runs the state machine of a dataset and waits for its end.

use strataform::deploy::{Hours, RunEvent, RunRequest, RunResult, run as follow, run_id};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::show::{Show, json_line};
use super::target::{Session, Target, with_spark};
use super::{faults, interruptible};

/// Run the state machine of a dataset (job, load, refresh) and wait until it ends.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Run {
    /// Name of the dataset.
    dataset: String,
    /// Run ID; one ID commits at most once. Defaults to an ID with the current time.
    #[arg(long = "run-id", value_name = "ID")]
    id: Option<String>,
    /// First arrival hour to process, such as 2026-03-01T05; defaults to all new records.
    #[arg(long, value_name = "HOUR", requires = "to")]
    from: Option<String>,
    /// End of the window, exclusive: the hour after the last one to process.
    #[arg(long, value_name = "HOUR", requires = "from")]
    to: Option<String>,
    /// Platform: a file, its folder or its name; optional if the project has only one.
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
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
            on: &|event| on_event(&show, &id, event),
        })
    });
    match ran {
        Ok(ran) => report(&show, &id, &ran).map(|()| Outcome::Done),
        Err(fault) => faults(&session, &show, &[fault]),
    }
}

/// Prints an event. The run continues even if the output is closed.
fn on_event(show: &Show, run_id: &str, event: &RunEvent<'_>) {
    let _ = match event {
        RunEvent::Started { machine, execution } => {
            show.note(&format!("started state machine {machine} with run ID {run_id} ({execution})"))
        }
        RunEvent::Reached(phase) => show.note(phase.words()),
        RunEvent::Job(job) => show.note(&format!("job run {}: {}", job.id, job.state)),
    };
}

/// Prints the result of a run: Glue's figures, and the metrics that the job committed.
fn report(show: &Show, run_id: &str, ran: &RunResult) -> Result<(), Fail> {
    let RunResult { job, metrics } = ran;
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
        parts.extend(job.workers.map(|count| format!("{count} {} workers", job.worker_type)));
        parts.extend(job.dpu_seconds.map(|seconds| format!("{seconds} DPU seconds")));
    }
    show.line(&parts.join(", "))?;
    let Some(metrics) = metrics else {
        show.note("the run committed nothing: the curated bucket has no manifest of it")?;
        return Ok(());
    };
    for (name, value) in metrics.iter().filter(|(_, value)| value.is_number()) {
        show.line(&format!("  {name:<20} {value}"))?;
    }
    Ok(())
}
