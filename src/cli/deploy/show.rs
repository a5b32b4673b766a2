//! Output of the deployment commands: lines, progress bars on a terminal, or JSON lines.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::ops::Range;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;
use strataform::deploy::{Event, Fault, Plan, StackAction};
use strataform::diagnostic::{Diagnostic, SourceFile};
use strataform_sdk::Phase;

use super::super::Format;
use super::super::outcome::Fail;
use super::super::view::{human, json};
use super::planned::{self, Room};
use super::target::Place;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// The rows around a plan: the title, the totals, how to see all of it, the question, and what was typed before.
const AROUND: usize = 6;

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

    /// The room that the screen has for a plan; `None` if the output is not a screen.
    pub(super) fn room(&self) -> Option<Room> {
        self.bars.as_ref()?;
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok();
        let known = |cells: Option<u16>, otherwise: usize| {
            cells.map(usize::from).filter(|cells| *cells > 0).unwrap_or(otherwise)
        };
        // Some terminals do not know their size.
        let rows = known(size.map(|size| size.ws_row), 24).saturating_sub(AROUND);
        Some(Room { rows, columns: known(size.map(|size| size.ws_col), 80) })
    }

    /// Prints a plan, resource by resource; what there is no room for is counted.
    pub(super) fn plan(&self, title: &str, plan: &Plan, place: Place, room: Option<Room>) -> io::Result<()> {
        if self.is_json() {
            return json_line(&Tagged { event: "plan", what: plan });
        }
        let place = match place {
            Place::Aws => "",
            Place::Local => ", local AWS",
        };
        human::line(&format!("{title}  account {}, {}{place}", plan.account, plan.region))?;
        let lines = planned::lines(plan, room);
        for line in &lines {
            human::line(line)?;
        }
        human::line(&format!("  {}", planned::totals(plan)))?;
        if planned::lines(plan, None) == lines {
            return Ok(());
        }
        human::line(&format!(
            "  {FAINT}what does not fit the screen is counted; --full shows all of it{FAINT:#}"
        ))
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

    /// Asks whether to continue; only `yes` and `y` confirm.
    pub(super) fn confirm(question: &str) -> io::Result<bool> {
        let answer = Self::ask(&format!("{question} [yes/no] "))?;
        Ok(matches!(answer.as_str(), "yes" | "y"))
    }

    /// Asks for a line. Input typed before the question is discarded: it was typed without seeing the plan.
    pub(super) fn ask(question: &str) -> io::Result<String> {
        // Fails if the input is not a terminal, which has nothing to discard.
        let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
        let mut err = anstream::stderr().lock();
        write!(err, "{question}")?;
        err.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim().to_owned())
    }
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

fn new_bar(stack: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix:<16} {bar:24} {pos}/{len} {elapsed} {msg}");
    let bar = ProgressBar::new(0).with_prefix(stack.to_owned());
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
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
