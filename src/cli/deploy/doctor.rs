//! `gen doctor`, and its cheap checks before a first deployment.

use anstyle::{AnsiColor, Style};
use serde::Serialize;
use strataform::assembly::Assembly;
use strataform::deploy::{Fault, Reason};
use strataform::doctor::{Account, CHECKS, Check, Cost, Examined, Problem, Verdict, examine};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::super::view::human;
use super::faults;
use super::show::{Show, Tagged, json_line};
use super::target::{Session, Target};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARN: Style = AnsiColor::Yellow.on_default();
const HELP: Style = AnsiColor::Cyan.on_default();
const FAINT: Style = Style::new().dimmed();

/// Ask the account whether it has what a platform assumes; changes nothing.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Doctor {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// List the actions that the checks call, and ask nothing.
    #[arg(long)]
    actions: bool,
}

/// A check and what it found, in JSON.
#[derive(Serialize)]
struct Shown<'a> {
    check: &'a str,
    code: &'a str,
    outcome: &'a str,
    found: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

/// The totals, in JSON.
#[derive(Serialize)]
struct Totals {
    passed: usize,
    failed: usize,
    warned: usize,
    unknown: usize,
    not_needed: usize,
    requests: u64,
}

impl Totals {
    fn of(all: &[Examined], requests: u64) -> Self {
        let count = |word: &str| all.iter().filter(|one| one.verdict.word() == word).count();
        Self {
            passed: count("passed"),
            failed: count("failed"),
            warned: count("warned"),
            unknown: count("unknown"),
            not_needed: count("not-needed"),
            requests,
        }
    }
}

pub(in crate::cli) fn doctor(arguments: &Doctor) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    if arguments.actions {
        return list_actions(&show);
    }
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let needs = match session.needs_now()? {
        Ok(needs) => needs,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    let examined = match examine(account(&session), &needs, CHECKS.iter()) {
        Ok(examined) => examined,
        Err(fault) => return faults(&session, &show, &[fault.into()]),
    };
    show.line(&format!(
        "{}  account {}, {}",
        session.title(),
        session.identity.account,
        session.environment().region
    ))?;
    for one in &examined {
        shown(&show, one)?;
    }
    totals(&show, &Totals::of(&examined, session.aws.requests()))?;
    let failed = examined.iter().any(Examined::is_failed);
    if failed { Err(Fail::Shown(1)) } else { Ok(Outcome::Done) }
}

/// Runs the cheap checks before a first deployment. Returns the exit code if it must not begin.
pub(super) fn before_the_first(
    session: &Session,
    show: &Show,
    assembly: &Assembly,
) -> Result<Option<u8>, Fail> {
    let stacks = assembly.manifest.stacks.iter();
    let needs = session.needs_of(stacks.map(|stack| assembly.template(stack)))?;
    let cheap = CHECKS.iter().filter(|check| check.cost == Cost::Cheap);
    let examined = match examine(account(session), &needs, cheap) {
        Ok(examined) => examined,
        Err(fault) => return shown_faults(session, show, &[fault.into()]).map(Some),
    };
    let mut found = Vec::new();
    for one in &examined {
        match &one.verdict {
            Verdict::Failed(problem) => found.push(fault(one.check, problem)),
            Verdict::Warned(_) | Verdict::Unknown(_) if show.is_json() => shown(show, one)?,
            Verdict::Warned(problem) => {
                show.note(&format!("{}: {}; {}", one.check.name, problem.found, problem.help))?;
            }
            Verdict::Unknown(why) => show.note(&format!("{}: not checked: {why}", one.check.name))?,
            Verdict::Passed(_) | Verdict::NotNeeded(_) => {}
        }
    }
    if found.is_empty() {
        return Ok(None);
    }
    let code = shown_faults(session, show, &found)?;
    show.note("`gen doctor` runs all checks; `--skip-checks` deploys without them")?;
    Ok(Some(code))
}

/// Shows faults; returns the exit code.
fn shown_faults(session: &Session, show: &Show, found: &[Fault]) -> Result<u8, Fail> {
    match faults(session, show, found) {
        Err(Fail::Shown(code)) => Ok(code),
        Ok(_) => Ok(0),
        Err(other) => Err(other),
    }
}

fn fault(check: &Check, problem: &Problem) -> Fault {
    let mut fault =
        Fault::new(check.code, Reason::Refused, problem.found.as_str()).help(problem.help.as_str());
    fault.origin = problem.origin.clone().map(Box::new);
    fault
}

fn account(session: &Session) -> Account<'_> {
    Account { aws: &session.aws, id: &session.identity.account, caller: &session.identity.arn }
}

fn list_actions(show: &Show) -> Result<Outcome, Fail> {
    let mut actions: Vec<&str> = CHECKS.iter().flat_map(|check| check.actions).copied().collect();
    // Who asks, and whether the environment is deployed.
    actions.extend(["sts:GetCallerIdentity", "s3:GetObject"]);
    actions.sort_unstable();
    actions.dedup();
    if show.is_json() {
        json_line(&serde_json::json!({"event": "actions", "actions": actions}))?;
    }
    for action in actions {
        show.line(action)?;
    }
    Ok(Outcome::Done)
}

fn shown(show: &Show, one: &Examined) -> Result<(), Fail> {
    let help = match &one.verdict {
        Verdict::Failed(problem) | Verdict::Warned(problem) => Some(problem.help.as_str()),
        Verdict::Passed(_) | Verdict::NotNeeded(_) | Verdict::Unknown(_) => None,
    };
    if show.is_json() {
        let what = Shown {
            check: one.check.name,
            code: one.check.code.text(),
            outcome: one.verdict.word(),
            found: one.verdict.text(),
            help,
        };
        return Ok(json_line(&Tagged { event: "check", what: &what })?);
    }
    let (style, sign) = match &one.verdict {
        Verdict::Passed(_) => (GOOD, "✓"),
        Verdict::Failed(_) => (BAD, "✗"),
        Verdict::Warned(_) => (WARN, "!"),
        Verdict::NotNeeded(_) => (FAINT, "-"),
        Verdict::Unknown(_) => (WARN, "?"),
    };
    let code = match help {
        Some(_) => format!("  {FAINT}{}{FAINT:#}", one.check.code),
        None => String::new(),
    };
    show.line(&format!("  {style}{sign}{style:#} {:<20} {}{code}", one.check.name, one.verdict.text()))?;
    if let Some(help) = help {
        show.line(&format!("      {HELP}help{HELP:#}: {help}"))?;
    }
    Ok(())
}

fn totals(show: &Show, totals: &Totals) -> Result<(), Fail> {
    if show.is_json() {
        return Ok(json_line(&Tagged { event: "examined", what: totals })?);
    }
    let Totals { passed, failed, warned, unknown, not_needed, requests } = totals;
    Ok(human::line(&format!(
        "  {passed} passed, {failed} failed, {warned} warned, {unknown} unknown, {not_needed} not needed; {requests} \
         requests, none of which changes anything"
    ))?)
}
