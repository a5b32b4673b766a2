//! `gen status`, `gen history` and `gen unlock`.

use serde::Serialize;
use strataform::deploy::{Addresses, Deployed, Fault, Head, Kind, Lock, Observed, Record, Store};
use strataform_sdk::utc;

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::super::view::human;
use super::show::{Show, Tagged, json_line};
use super::target::{Session, Target};
use super::{faults, next};

/// Show what is deployed in an environment, and who holds its lock.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Status {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

/// List the versions of an environment, newest first.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct History {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// Maximum number of versions to list.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// Remove the lock of a deployment that died.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Unlock {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Serialize)]
struct Shown<'a> {
    platform: &'a str,
    environment: &'a str,
    account: &'a str,
    head: Option<&'a Head>,
    lock: Option<&'a Lock>,
    stacks: Vec<ShownStack<'a>>,
    addresses: Addresses,
}

#[derive(Serialize)]
struct ShownStack<'a> {
    name: &'a str,
    physical: &'a str,
    status: &'a str,
    changed: String,
    protected: bool,
    reason: &'a str,
}

pub(in crate::cli) fn status(arguments: &Status) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let store = session.store();
    let (platform, environment) = (session.platform.name.as_str(), session.environment().name.as_str());
    let looked = session.observe().and_then(|observed| Ok((store.holder()?, observed)));
    let (lock, mut observed) = match looked {
        Ok(found) => found,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    // The status of what another `gen` version deployed can be shown, but not its addresses.
    let addresses = match Deployed::of(&store, &observed) {
        Ok(deployed) => deployed.map(|one| Addresses::of(session.context(), &one)).unwrap_or_default(),
        Err(fault) => {
            show.note(&format!("the addresses are unknown: {fault}"))?;
            Addresses::default()
        }
    };
    let drifts = drifts(&session, &store, &mut observed, &show)?;
    let stacks = observed.stacks.iter().map(|(name, one)| ShownStack {
        name,
        physical: &one.stack.name,
        status: one.stack.status.as_str(),
        changed: utc(one.stack.changed / 1_000),
        protected: one.stack.protected,
        reason: &one.stack.reason,
    });
    let shown = Shown {
        platform,
        environment,
        account: &session.identity.account,
        head: observed.head.as_ref(),
        lock: lock.as_ref(),
        stacks: stacks.collect(),
        addresses,
    };
    if show.is_json() {
        json_line(&Tagged { event: "status", what: &shown })?;
    } else {
        show_status(&session, &observed, &shown)?;
        next::addresses(&session, &show, &shown.addresses)?;
    }
    if drifts.is_empty() { Ok(Outcome::Done) } else { faults(&session, &show, &drifts) }
}

/// How the warehouse differs from what was deployed. If that cannot be read, a note says so.
fn drifts(
    session: &Session,
    store: &Store<'_>,
    observed: &mut Observed,
    show: &Show,
) -> Result<Vec<Fault>, Fail> {
    let Some(record) = observed.head.as_ref().and_then(Head::assembled).cloned() else {
        return Ok(Vec::new());
    };
    let compared = store.assembly(&record.assembly).and_then(|assembly| {
        observed.observe_warehouse(&session.aws, store, &assembly)?;
        Ok(observed.drifts(&assembly))
    });
    match compared {
        Ok(drifts) => Ok(drifts),
        Err(fault) => {
            show.note(&format!("the warehouse was not compared with what was deployed: {fault}"))?;
            Ok(Vec::new())
        }
    }
}

fn show_status(session: &Session, observed: &Observed, shown: &Shown<'_>) -> Result<(), Fail> {
    human::line(&format!("{}  account {}, {}", session.title(), shown.account, session.aws.region()))?;
    match shown.head {
        None => human::line("  never deployed")?,
        Some(head) => {
            human::line(&format!("  last      {}", version(&head.last)))?;
            match &head.deployed {
                Some(one) if one.number != head.last.number => {
                    human::line(&format!("  deployed  {}", version(one)))?;
                }
                Some(_) => {}
                None => human::line("  deployed  nothing")?,
            }
        }
    }
    if let Some(lock) = shown.lock {
        let dead =
            if lock.is_dead() { ", but its process is gone: the next deployment takes over" } else { "" };
        human::line(&format!("  locked    by {} since {}{dead}", lock.identity, utc(lock.since)))?;
    }
    for one in &shown.stacks {
        let protected = if one.protected { ", protected" } else { "" };
        let reason = if one.reason.is_empty() { String::new() } else { format!("  {}", one.reason) };
        human::line(&format!("  {:<16} {:<24} {}{protected}{reason}", one.name, one.status, one.changed))?;
    }
    if observed.stacks.is_empty() {
        human::line("  no stacks")?;
    }
    Ok(())
}

/// A version, as one line.
fn version(one: &Record) -> String {
    let kind = match one.kind {
        Kind::Deploy => "deploy".to_owned(),
        Kind::Rollback { to } => format!("rollback to {to}"),
        Kind::Destroy => "destroy".to_owned(),
    };
    let took = one.ended.map_or_else(String::new, |ended| format!(" in {} s", ended - one.started));
    let assembly = one.assembly.get(..8).unwrap_or("-");
    let revision = one.revision.as_ref().map_or("-".to_owned(), |text| {
        let dirty = if text.ends_with("-dirty") { "-dirty" } else { "" };
        format!("{}{dirty}", text.get(..8).unwrap_or(text))
    });
    let note = if one.note.is_empty() { String::new() } else { format!("\n        {}", one.note) };
    format!(
        "{:>4}  {}  {:<12} {kind:<14} assembly {assembly}, git {revision}, by {}{took}{note}",
        one.number,
        utc(one.started),
        one.result.word(),
        one.identity
    )
}

pub(in crate::cli) fn history(arguments: &History) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let versions = match session.store().versions(arguments.limit) {
        Ok(versions) => versions,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    for one in &versions {
        if show.is_json() {
            json_line(&Tagged { event: "version", what: one })?;
        }
        show.line(&version(one))?;
    }
    if versions.is_empty() {
        show.line(&format!("{}: never deployed", session.title()))?;
    }
    Ok(Outcome::Done)
}

pub(in crate::cli) fn unlock(arguments: &Unlock) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let broken = match session.store().unlock() {
        Ok(broken) => broken,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    if show.is_json() {
        json_line(&serde_json::json!({ "event": "unlocked", "lock": broken }))?;
    }
    show.line(&match broken {
        Some(lock) => {
            format!(
                "{}: removed the lock that {} held since {}",
                session.title(),
                lock.identity,
                utc(lock.since)
            )
        }
        None => format!("{}: not locked", session.title()),
    })?;
    Ok(Outcome::Done)
}
