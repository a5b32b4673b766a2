//! A backfill plan: a table, and the commands that start its runs.

use std::io;

use serde::Serialize;
use strataform::backfill::{ACCOUNT, Plan, Run};
use strataform::platform::Context;
use strataform::platform::processing::flow::QUEUE_HOURS;
use strataform::platform::sizing::Worker;

use super::human::{count, line, note};

/// The input of an execution.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Input {
    run_id: String,
    from: String,
    to: String,
    /// A string, like every argument of a job.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<String>,
}

impl Input {
    pub(in crate::cli) fn of(plan: &Plan, run: &Run) -> Self {
        let attempt = (plan.attempt > 1).then(|| plan.attempt.to_string());
        Self { run_id: run.id.to_string(), from: run.from.to_string(), to: run.to.to_string(), attempt }
    }
}

/// The arguments of the command that starts a run.
pub(in crate::cli) fn command(plan: &Plan, run: &Run) -> Vec<String> {
    let Input { run_id, from, to, attempt } = Input::of(plan, run);
    let attempt = attempt.map_or_else(String::new, |attempt| format!(",\"attempt\":\"{attempt}\""));
    // IDs, hours and numbers contain nothing that JSON escapes.
    let input = format!("{{\"run_id\":\"{run_id}\",\"from\":\"{from}\",\"to\":\"{to}\"{attempt}}}");
    let words = ["aws", "stepfunctions", "start-execution", "--region", &plan.machine.region];
    let options =
        [("--state-machine-arn", plan.machine.arn()), ("--name", plan.execution(run)), ("--input", input)];
    let options = options.into_iter().flat_map(|(name, value)| [name.to_owned(), value]);
    words.into_iter().map(str::to_owned).chain(options).collect()
}

/// The worker type, as Glue names it.
pub(in crate::cli) fn worker(plan: &Plan) -> &'static str {
    match plan.workers.worker {
        Worker::G1x => "G.1X",
        Worker::G2x => "G.2X",
    }
}

/// Prints the plan as text.
pub(in crate::cli) fn human(context: Context<'_>, plan: &Plan) -> io::Result<()> {
    line(&format!(
        "{} · {}  {}  records that arrived from {} to {} UTC: {} in {}",
        context.platform.name,
        context.environment.name,
        plan.dataset,
        plan.from,
        plan.to,
        extent(plan.from.hours_until(plan.to)),
        count(plan.runs.len(), "run"),
    ))?;
    table(plan)?;
    for batch in 1..=plan.batches() {
        line("")?;
        line(&match (batch, plan.batches()) {
            (_, 1) => "Start the runs; each waits for its turn:".to_owned(),
            (1, _) => "Batch 1; each run waits for its turn:".to_owned(),
            (batch, _) => format!("Batch {batch}, after batch {} has ended:", batch - 1),
        })?;
        for run in plan.batch(batch) {
            let words: Vec<String> = command(plan, run).iter().map(|word| quoted(word)).collect();
            line(&words.join(" "))?;
        }
    }
    notes(context, plan)
}

fn table(plan: &Plan) -> io::Result<()> {
    let width = plan.runs.iter().map(|run| run.id.to_string().len()).max().unwrap_or(0);
    let row = |batch: &str, id: &str, bytes: &str, time: &str, hours: &str| {
        line(format!("  {batch:>5}  {id:width$}  {bytes:>9}  {time:>10}  {hours:>12}").trim_end())
    };
    row("batch", "run ID", "size", "duration", "worker hours")?;
    for run in &plan.runs {
        let hours = format!("{:.1}", plan.worker_hours_of(run));
        row(&run.batch.to_string(), &run.id.to_string(), &amount(run.bytes), &duration(run.minutes), &hours)?;
    }
    let hours = format!("{:.1}", plan.worker_hours());
    row("", "total", &amount(plan.bytes()), &duration(plan.minutes()), &hours)?;
    line(&format!(
        "Estimates from the volume, before compression; worker hours if all {} workers ({}) are always in use: at most about \
         {} at list prices.",
        plan.workers.workers,
        worker(plan),
        plan.price()
    ))
}

fn notes(context: Context<'_>, plan: &Plan) -> io::Result<()> {
    if plan.machine.account.is_none() {
        note(&format!(
            "replace {ACCOUNT} with the account ID, or set `account` in `[environment.{}]` of the platform file",
            context.environment.name
        ))?;
    }
    if plan.batches() > 1 {
        note(&format!(
            "start one batch at a time: a run fails after waiting {QUEUE_HOURS} hours for its turn"
        ))?;
    }
    note(&format!(
        "planning again produces the same run IDs, which skip what is committed; --attempt {} recomputes it",
        plan.attempt.saturating_add(1)
    ))
}

/// A word, quoted for a shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/=".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// Minutes of all workers together in hours, as a table has them: `2.6`.
pub(in crate::cli) fn worker_hours(minutes: u64) -> String {
    let tenths = (minutes + 3) / 6;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `10 GB`, `416.7 MB`.
fn amount(bytes: u64) -> String {
    let (unit, name) = if bytes >= 1_000_000_000 { (1_000_000_000, "GB") } else { (1_000_000, "MB") };
    let tenths = (bytes * 10 + unit / 2) / unit;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    }
}

/// `38 min`, `2 h 5 min`.
fn duration(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// `7 days`, `5 hours`, `1 day and 5 hours`.
fn extent(hours: i64) -> String {
    let part =
        |number: i64, word| usize::try_from(number).ok().filter(|number| *number > 0).map(|n| count(n, word));
    let parts: Vec<String> =
        [part(hours / 24, "day"), part(hours % 24, "hour")].into_iter().flatten().collect();
    parts.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_times_are_readable() {
        assert_eq!((amount(10_000_000_000).as_str(), amount(416_666_666).as_str()), ("10 GB", "416.7 MB"));
        assert_eq!(
            (duration(38).as_str(), duration(120).as_str(), duration(125).as_str()),
            ("38 min", "2 h", "2 h 5 min")
        );
        assert_eq!(
            (extent(24).as_str(), extent(29).as_str(), extent(5).as_str()),
            ("1 day", "1 day and 5 hours", "5 hours")
        );
    }

    #[test]
    fn worker_hours_have_one_decimal() {
        let shown = [0, 3, 156, 5_997, 6_000].map(worker_hours);
        assert_eq!(shown, ["0.0", "0.1", "2.6", "100.0", "100.0"]);
    }

    #[test]
    fn a_word_is_quoted_for_a_shell() {
        assert_eq!(quoted("--name"), "--name");
        assert_eq!(quoted("{\"a\":1}"), "'{\"a\":1}'");
        assert_eq!(quoted("it's $x"), r"'it'\''s $x'");
    }
}
