//! `gen backfill`

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use strataform::backfill::{self, Hour, Moment, Plan, Request, Run};
use strataform::model::{Environment, Platform};
use strataform::platform::Context;

use super::Format;
use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::{self, human, json};

/// Plan the reprocessing of a time window: bounded runs and the commands that start them.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Name of the dataset.
    dataset: String,
    /// First arrival hour to process, in UTC: 2026-03-01, 2026-03-01T05 or 2026-03-01T05:00Z.
    #[arg(long, value_name = "TIME", value_parser = Hour::parse)]
    from: Hour,
    /// End of the window, exclusive: the hour after the last one to process.
    #[arg(long, value_name = "TIME", value_parser = Hour::parse)]
    to: Hour,
    /// Platform: a file, its folder or its name; optional if the project has only one.
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    /// Environment; defaults to the first one in the platform file.
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Attempt number; 2 or higher recomputes what an earlier attempt committed.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=999))]
    attempt: u16,
    /// Plan as of this hour instead of now, for a reproducible plan.
    #[arg(long, value_name = "TIME", value_parser = Hour::parse)]
    as_of: Option<Hour>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Document<'a> {
    diagnostics: Vec<json::Diagnostic<'a>>,
    plan: Option<Shown>,
}

/// A plan, as JSON.
#[derive(Serialize)]
struct Shown {
    platform: String,
    environment: String,
    dataset: String,
    from: String,
    to: String,
    attempt: u16,
    state_machine: StateMachine,
    workers: Workers,
    bytes: u64,
    minutes: u64,
    worker_hours: f64,
    /// The price of all runs in cents, at list prices.
    cents: u64,
    runs: Vec<Row>,
}

#[derive(Serialize)]
struct StateMachine {
    name: String,
    region: String,
    account: Option<String>,
    arn: String,
}

#[derive(Serialize)]
struct Workers {
    kind: &'static str,
    most: u64,
}

#[derive(Serialize)]
struct Row {
    run_id: String,
    batch: u32,
    from: String,
    to: String,
    bytes: u64,
    minutes: u64,
    worker_hours: f64,
    execution: String,
    input: view::backfill::Input,
    command: Vec<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let wanted: Vec<String> = arguments.platform.iter().cloned().collect();
    let loaded = platforms::load(&wanted)?;
    let one = only(&loaded)?;
    if arguments.format == Format::Human {
        human::diagnostics(one.placed())?;
    }
    let Some(platform) = one.platform.as_ref().filter(|_| !one.has_errors()) else {
        if arguments.format == Format::Json {
            json::print(&Document { diagnostics: json::diagnostics(&loaded), plan: None })?;
        }
        return Ok(Outcome::Found);
    };
    let environment = environment(platform, arguments, &loaded)?;
    let context = Context { platform, environment };
    let now = arguments.as_of.map_or_else(now, Moment::from);
    let Arguments { from, to, attempt, .. } = *arguments;
    let request = Request { dataset: &arguments.dataset, from, to, attempt, now };
    let plan = backfill::plan(context, request).map_err(|faults| refused(&faults))?;
    match arguments.format {
        Format::Json => {
            let plan = Some(shown(context, &plan));
            json::print(&Document { diagnostics: json::diagnostics(&loaded), plan })?;
        }
        Format::Human => view::backfill::human(context, &plan)?,
    }
    Ok(Outcome::Done)
}

/// The only platform; an error if there are several.
fn only(loaded: &[Loaded]) -> Result<&Loaded, Fail> {
    match loaded {
        [one] => Ok(one),
        many => {
            let help = format!("pass --platform with {}", platforms::one_of(many));
            Err(Fail::usage("more than one platform found", help))
        }
    }
}

fn environment<'a>(
    platform: &'a Platform,
    arguments: &Arguments,
    loaded: &[Loaded],
) -> Result<&'a Environment, Fail> {
    let wanted: Vec<String> = arguments.environment.iter().cloned().collect();
    platforms::known_environments(loaded, &wanted)?;
    let found = platforms::environments(platform, &wanted);
    found.first().copied().ok_or_else(|| Fail::Bug("a platform has no environment".to_owned()))
}

/// The current time; nothing else in this command reads a clock.
#[expect(
    clippy::disallowed_methods,
    reason = "which hours are in the future and which data has expired depends on the time; none of it is rendered"
)]
fn now() -> Moment {
    // A clock before 1970 is wrong; every hour is then in the future.
    Moment::since_1970(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn refused(faults: &[backfill::Fault]) -> Fail {
    let messages: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let help: Vec<String> = faults.iter().map(backfill::Fault::help).collect();
    Fail::usage(messages.join("\n       "), help.join("\n      "))
}

fn shown(context: Context<'_>, plan: &Plan) -> Shown {
    let machine = &plan.machine;
    Shown {
        platform: context.platform.name.to_string(),
        environment: context.environment.name.to_string(),
        dataset: plan.dataset.clone(),
        from: plan.from.to_string(),
        to: plan.to.to_string(),
        attempt: plan.attempt,
        state_machine: StateMachine {
            name: machine.name.clone(),
            region: machine.region.clone(),
            account: machine.account.clone(),
            arn: machine.arn(),
        },
        workers: Workers { kind: view::backfill::worker(plan), most: plan.workers.workers },
        bytes: plan.bytes(),
        minutes: plan.minutes(),
        worker_hours: tenths(plan.worker_hours()),
        cents: plan.price().cents(),
        runs: plan.runs.iter().map(|run| row(plan, run)).collect(),
    }
}

fn row(plan: &Plan, run: &Run) -> Row {
    Row {
        run_id: run.id.to_string(),
        batch: run.batch,
        from: run.from.to_string(),
        to: run.to.to_string(),
        bytes: run.bytes,
        minutes: run.minutes,
        worker_hours: tenths(plan.worker_hours_of(run)),
        execution: plan.execution(run),
        input: view::backfill::Input::of(plan, run),
        command: view::backfill::command(plan, run),
    }
}

/// Rounds to one decimal: an estimate has no more digits.
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
