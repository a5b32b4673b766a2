//! Output of the deployment commands: lines, progress bars on a terminal, or JSON lines.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;
use strataform::assembly::layout::file_name;
use strataform::deploy::{
    Effect, Event, Fault, Plan, SqlPlan, SqlStep, SqlWork, StackAction, StackPlan, Step, Task,
};
use strataform::diagnostic::{Diagnostic, SourceFile};
use strataform_sdk::Phase;

use super::super::Format;
use super::super::outcome::Fail;
use super::super::view::{human, json};
use super::target::Place;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// Prints plans, events and faults.
#[derive(Debug)]
pub(super) struct Show {
    format: Format,
    start: Instant,
    bars: Option<(MultiProgress, Mutex<BTreeMap<String, ProgressBar>>)>,
}

impl Show {
    pub(super) fn new(format: Format) -> Self {
        let lively = format == Format::Human && io::stderr().is_terminal() && io::stdout().is_terminal();
        let bars = lively.then(|| (MultiProgress::new(), Mutex::new(BTreeMap::new())));
        Self { format, start: Instant::now(), bars }
    }

    /// Whether the output is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Prints a message: on the standard error, or as a JSON event.
    pub(super) fn note(&self, text: &str) -> io::Result<()> {
        if self.is_json() {
            json_line(&Event::Note { stack: String::new(), text: text.to_owned() })
        } else {
            human::note(text)
        }
    }

    /// Prints a line of data; nothing in JSON, where an event has the data.
    pub(super) fn line(&self, text: &str) -> io::Result<()> {
        if self.is_json() { Ok(()) } else { human::line(text) }
    }

    /// Prints a plan, resource by resource.
    pub(super) fn plan(&self, title: &str, plan: &Plan, place: Place) -> io::Result<()> {
        if self.is_json() {
            return json_line(&Tagged { event: "plan", what: plan });
        }
        let place = match place {
            Place::Aws => "",
            Place::Local => ", local AWS",
        };
        human::line(&format!("{title}  account {}, {}{place}", plan.account, plan.region))?;
        for step in &plan.steps {
            for line in planned(step) {
                human::line(&line)?;
            }
        }
        human::line(&format!("  {}", totals(plan)))
    }

    /// Prints an event. The deployment continues even if the output is closed.
    pub(super) fn event(&self, event: &Event) {
        let _ = match self.format {
            Format::Json => json_line(event),
            Format::Human => self.lines(event),
        };
    }

    fn lines(&self, event: &Event) -> io::Result<()> {
        self.bar(event);
        let Some(text) = line(event) else { return Ok(()) };
        let seconds = self.start.elapsed().as_secs_f64();
        let text = format!("{FAINT}{seconds:>7.1}s{FAINT:#}  {text}");
        match &self.bars {
            Some((all, _)) => all.suspend(|| human::line(&text)),
            None => human::line(&text),
        }
    }

    /// Updates the progress bar of a stack, on a terminal.
    fn bar(&self, event: &Event) {
        let Some((all, bars)) = &self.bars else { return };
        let mut bars = bars.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match event {
            Event::Resource { stack, logical, status, progress, .. } => {
                let bar = bars.entry(stack.clone()).or_insert_with(|| {
                    let bar = all.add(new_bar(stack));
                    // Only after `add`: a bar outside the group draws over other output.
                    bar.enable_steady_tick(Duration::from_millis(200));
                    bar
                });
                bar.set_length(progress.all as u64);
                bar.set_position(progress.done as u64);
                bar.set_message(format!("{logical} {status}"));
            }
            Event::Done { stack, .. } | Event::Failed { stack, .. } | Event::Unchanged { stack } => {
                if let Some(bar) = bars.remove(stack) {
                    bar.finish_and_clear();
                }
            }
            Event::Ended { .. } => bars.clear(),
            _ => {}
        }
    }

    /// Prints a fault, with its place in the platform file.
    pub(super) fn fault(
        &self,
        file: &SourceFile,
        fault: &Fault,
        span: Option<Range<usize>>,
    ) -> Result<(), Fail> {
        let placed = match span {
            Some(span) => Diagnostic::error(fault.code, span, fault.summary.as_str())
                .here("the failed resource is generated from this"),
            None => Diagnostic::unplaced(fault.code, fault.summary.as_str()),
        };
        let placed = placed.because(fault.causes.join("\n")).help(fault.help.as_str());
        if self.is_json() {
            let shown = json::Diagnostic::of(file, &placed);
            json_line(&Tagged { event: "fault", what: &shown })?;
        } else {
            human::diagnostics([(file, &placed)])?;
        }
        Ok(())
    }

    /// Asks whether to continue; only `yes` and `y` confirm. Input typed before the question is discarded: it was typed
    /// without seeing the plan.
    pub(super) fn confirm(question: &str) -> io::Result<bool> {
        // Fails if the input is not a terminal, which has nothing to discard.
        let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
        let mut err = anstream::stderr().lock();
        write!(err, "{question} [yes/no] ")?;
        err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "yes" | "y"))
    }
}

/// What a plan does in total: the line above the question.
fn totals(plan: &Plan) -> String {
    let (mut changes, mut files) = (Vec::new(), 0);
    for step in &plan.steps {
        match &step.task {
            Task::Stack(plan) => changes.extend(&plan.changes),
            Task::DeleteStack(plan) => changes.extend(&plan.changes),
            Task::Sql(plan) => files += plan.steps.iter().filter(|one| one.work != SqlWork::Values).count(),
        }
    }
    let count = |effect: Effect| changes.iter().filter(|one| one.effect == effect).count();
    let lost = changes.iter().filter(|one| one.loses_data).count();
    let released = match count(Effect::Release) {
        0 => String::new(),
        some => format!(", {some} to retain"),
    };
    let lost = if lost == 0 {
        String::new()
    } else {
        format!("; {BAD}data of {} lost{BAD:#}", human::count(lost, "resource"))
    };
    format!(
        "total: {} to create, {} to update, {} to replace, {} to delete{released}; {} to apply{lost}",
        count(Effect::Create),
        count(Effect::Update),
        count(Effect::Replace),
        count(Effect::Delete),
        human::count(files, "SQL file"),
    )
}

/// A JSON object, as one line on the standard output.
pub(super) fn json_line(value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    let mut out = io::stdout().lock();
    out.write_all(&line)?;
    out.flush()
}

/// A value with the name of its event.
#[derive(Serialize)]
pub(super) struct Tagged<'a, T> {
    pub(super) event: &'static str,
    #[serde(flatten)]
    pub(super) what: &'a T,
}

/// The lines of a step: what it does, then its parts.
fn planned(step: &Step) -> Vec<String> {
    let (what, parts) = match &step.task {
        Task::Stack(plan) => stack(plan),
        Task::Sql(plan) if plan.steps.is_empty() && plan.unchanged == 0 => return Vec::new(),
        Task::Sql(plan) => sql(plan),
        Task::DeleteStack(plan) => {
            let resources = human::count(plan.changes.len(), "resource");
            (format!("delete, {resources}"), plan.changes.iter().map(change).collect())
        }
    };
    let parts = parts.into_iter().map(|part| format!("    {part}"));
    [format!("  {:<16} {what}", step.id)].into_iter().chain(parts).collect()
}

fn stack(plan: &StackPlan) -> (String, Vec<String>) {
    let resources = human::count(plan.changes.len(), "resource");
    let what = match plan.action {
        StackAction::Create => format!("create, {resources}"),
        StackAction::Update if plan.changes.is_empty() => "update, no resource changes".to_owned(),
        StackAction::Update => format!("update, {resources}"),
        StackAction::Keep => "no change".to_owned(),
    };
    let first = plan.first.iter().map(|first| format!("{FAINT}{first}{FAINT:#}"));
    (what, first.chain(plan.changes.iter().map(change)).collect())
}

fn sql(plan: &SqlPlan) -> (String, Vec<String>) {
    let steps: Vec<&SqlStep> = plan.steps.iter().filter(|step| step.work != SqlWork::Values).collect();
    let what = if steps.is_empty() {
        "no change".to_owned()
    } else {
        format!("{} to apply, {} unchanged", human::count(steps.len(), "file"), plan.unchanged)
    };
    let files = steps.into_iter().map(|step| {
        let statements = human::count(step.statements.len().saturating_sub(step.done), "statement");
        let work = match step.work {
            SqlWork::Change => "changed: ",
            SqlWork::Resume => "resumed: ",
            SqlWork::Apply | SqlWork::Values => "",
        };
        let name = file_name(&step.path);
        format!("{GOOD}+{GOOD:#} {name:<34} {work}{statements}")
    });
    let kept = plan.kept.iter().map(|kept| format!("{FAINT}= {kept}{FAINT:#}"));
    (what, files.chain(kept).collect())
}

fn new_bar(stack: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:<16} {bar:24} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(0).with_prefix(stack.to_owned());
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

fn change(one: &strataform::deploy::ResourceChange) -> String {
    let (sign, style, word) = match one.effect {
        Effect::Create => ("+", GOOD, ""),
        Effect::Update => ("~", Style::new(), ""),
        Effect::Replace => ("±", BAD, "replaced "),
        Effect::Delete => ("-", BAD, "deleted "),
        Effect::Release => ("=", FAINT, "removed from the stack, retained "),
    };
    let lost = if one.loses_data { format!("{BAD}(its data is lost){BAD:#} ") } else { String::new() };
    let by = one.properties.join(", ");
    let text = format!("{style}{sign}{style:#} {:<34} {:<36} {word}{lost}{by}", one.logical, one.kind);
    text.trim_end().to_owned()
}

/// An event as a line; `None` if only a progress bar shows it.
fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Begun { version, identity } => format!("version {version}, by {identity}"),
        Event::Uploaded { bucket, uploaded, there, bytes } => {
            format!(
                "uploaded {} ({}) to {bucket}, {there} already there",
                human::count(*uploaded, "file"),
                human::size(*bytes)
            )
        }
        Event::Prepared { stack, action, add, modify, replace, remove } => {
            let verb = match action {
                StackAction::Create => "create",
                StackAction::Update | StackAction::Keep => "update",
            };
            format!(
                "{stack:<16} {verb}: {add} to add, {modify} to change, {replace} to replace, {remove} to remove"
            )
        }
        Event::Unchanged { stack } => format!("{stack:<16} no change"),
        Event::Note { stack, text } if stack.is_empty() => text.clone(),
        Event::Note { stack, text } => format!("{stack:<16} {text}"),
        Event::Resource { stack, logical, kind, status, reason, progress } => {
            let failed = status.phase() == Phase::Failed;
            if !failed {
                return None;
            }
            let reason = if reason.is_empty() { String::new() } else { format!("  {reason}") };
            format!(
                "{stack:<16} {BAD}{status:<20}{BAD:#} {logical} {FAINT}{kind}{FAINT:#} {}/{}{reason}",
                progress.done, progress.all
            )
        }
        Event::Done { stack, status, milliseconds } => {
            format!("{stack:<16} {GOOD}{status}{GOOD:#} in {}", seconds(*milliseconds))
        }
        Event::Skipped { stack, needs } => format!("{stack:<16} skipped: it requires {needs}"),
        Event::Failed { stack, summary } => format!("{stack:<16} {BAD}failed{BAD:#}: {summary}"),
        Event::Sql { path, statements, milliseconds, .. } => {
            let name = path.rsplit('/').next().unwrap_or(path);
            format!(
                "{:<16} {name}: {} in {}",
                "sql",
                human::count(*statements, "statement"),
                seconds(*milliseconds)
            )
        }
        Event::Waiting { stack, seconds, last } => {
            let last = if last.is_empty() { String::new() } else { format!("; last event: {last}") };
            format!("{stack:<16} still in progress after {seconds} s{last}")
        }
        Event::Ended { version, result, milliseconds, requests } => {
            format!("version {version} {result} in {}, {requests} requests", seconds(*milliseconds))
        }
    })
}

pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100)
}
