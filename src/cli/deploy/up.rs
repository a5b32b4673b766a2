//! `gen deploy`, `gen rollback` and `gen destroy`.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::process::Command;

use strataform::assembly::Assembly;
use strataform::deploy::{
    self as deployment, Addresses, Consent, Deployed, Kind, Named, Observed, Plan, Record, Repair, Request,
    Store, apply, plan, plan_destroy,
};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::show::{Show, Tagged, json_line};
use super::target::{Session, Target};
use super::{destruction, doctor, faults, interruptible, next};

/// Deploy an environment of a platform: its stacks, files and warehouse SQL.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Deploy {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    consent: Allowed,
    /// Folder of the assemblies that `gen synth` wrote.
    #[arg(long, value_name = "DIR", default_value = "generated")]
    assemblies: PathBuf,
    /// Show the plan, and change nothing.
    #[arg(long)]
    plan: bool,
    /// Do not check the account before the first deployment.
    #[arg(long)]
    skip_checks: bool,
}

/// Deploy the assembly of an earlier version again.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Rollback {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    consent: Allowed,
    /// Version to return to; defaults to the newest successful one with another assembly.
    #[arg(long, value_name = "N")]
    to: Option<u64>,
}

/// Delete all resources of an environment except the retained ones.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Destroy {
    /// Platform: a file, its folder or its name; optional if the project has only one.
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
    /// Skip the confirmation.
    #[arg(short, long)]
    yes: bool,
    /// Bucket whose objects may be deleted, by logical ID or name; can be repeated.
    #[arg(long, value_name = "BUCKET")]
    empty: Vec<String>,
    /// Loss to allow: `destroy-data=STACK/RESOURCE`; can be repeated.
    #[arg(long = "allow", value_name = "LOSS")]
    losses: Vec<String>,
}

/// What the user allows.
#[derive(Debug, clap::Args)]
struct Allowed {
    /// Skip the confirmation.
    #[arg(short, long)]
    yes: bool,
    /// Loss to allow: `replace=STACK/RESOURCE` or `destroy-data=STACK/RESOURCE`; can be repeated.
    #[arg(long = "allow", value_name = "LOSS")]
    losses: Vec<String>,
    /// Make again what deployed SQL files made and the warehouse lacks.
    #[arg(long)]
    repair: bool,
    /// Show the whole plan, even if it does not fit the screen.
    #[arg(long)]
    full: bool,
}

pub(in crate::cli) fn deploy(arguments: &Deploy) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open_numbered(&arguments.target, arguments.platform.as_deref(), &show)?;
    let assembly = session.assembly(&arguments.assemblies)?;
    let store = session.store();
    let look = session.observe();
    let observed = match look {
        Ok(observed) => observed,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    if observed.head.is_none()
        && !arguments.skip_checks
        && let Some(code) = doctor::before_the_first(&session, &show, &assembly)?
        && !arguments.plan
    {
        show.note("nothing was done")?;
        return Err(Fail::Shown(code));
    }
    let work = Work { session: &session, show: &show, store, assembly: &assembly, kind: Kind::Deploy };
    let extent = if arguments.plan { Extent::Plan } else { Extent::Apply };
    work.go(observed, &arguments.consent, extent)
}

/// Reports that there is nothing to change.
fn nothing(session: &Session, show: &Show, observed: &Observed) -> Result<Outcome, Fail> {
    let version = observed.head.as_ref().map_or(0, |head| head.last.number);
    if show.is_json() {
        json_line(&serde_json::json!({
            "event": "nothing-to-change", "version": version, "requests": session.aws.requests(),
        }))?;
    }
    show.line(&format!(
        "{}: nothing to change, version {version} is deployed ({} requests)",
        session.title(),
        session.aws.requests()
    ))?;
    Ok(Outcome::Done)
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Show the plan.
    Plan,
    /// Show the plan and carry it out.
    Apply,
}

/// A deployment of an assembly.
struct Work<'a> {
    session: &'a Session,
    show: &'a Show,
    store: Store<'a>,
    assembly: &'a Assembly,
    kind: Kind,
}

impl Work<'_> {
    fn go(&self, mut observed: Observed, allowed: &Allowed, extent: Extent) -> Result<Outcome, Fail> {
        let refuse = |found: &[deployment::Fault]| faults(self.session, self.show, found);
        if let Err(fault) = observed.observe_details(&self.session.aws, &self.store, Some(self.assembly)) {
            return refuse(&[fault]);
        }
        let repair = if allowed.repair { Repair::Make } else { Repair::Refuse };
        let consent = match Consent::parse(&allowed.losses) {
            Ok(consent) => consent,
            Err(fault) => return refuse(&[fault]),
        };
        let plan = match plan(self.assembly, &observed, repair, &consent) {
            Ok(plan) => plan,
            Err(found) => return refuse(&found),
        };
        if plan.changes_nothing() && observed.is_current(&self.assembly.manifest) {
            return nothing(self.session, self.show, &observed);
        }
        // Without a question, nothing has to fit.
        let asks = !allowed.yes && !allowed.full && extent == Extent::Apply;
        let room = self.show.room().filter(|_| asks);
        self.show.plan(&self.session.title(), &plan, self.session.place, room)?;
        if let Err(fault) = plan.allowed_by(&consent) {
            return refuse(&[fault]);
        }
        if extent == Extent::Plan {
            return Ok(Outcome::Done);
        }
        if !allowed.yes && !plan.is_empty() && !agreed(&format!("deploy {}?", self.session.title()))? {
            self.show.note("nothing was done")?;
            return Err(Fail::Shown(1));
        }
        match self.apply(&plan, &observed, &consent) {
            Ok(_) => self.next(),
            Err(found) => refuse(&found),
        }
    }

    /// Shows the commands to try next. A fault here does not fail the deployment, which is done.
    fn next(&self) -> Result<Outcome, Fail> {
        match self.session.observe() {
            Ok(now) => {
                let deployed = Deployed::new(self.assembly.manifest.clone(), &now);
                let all = Addresses::of(self.session.context(), &deployed);
                next::addresses(self.session, self.show, &all)?;
            }
            Err(fault) => self.show.note(&format!("`gen status` shows the addresses ({fault})"))?,
        }
        Ok(Outcome::Done)
    }

    fn apply(
        &self,
        plan: &Plan,
        observed: &Observed,
        consent: &Consent,
    ) -> Result<Record, Vec<deployment::Fault>> {
        let stop = interruptible();
        let tags = self.session.context().tags().into_iter().collect();
        let on = |event: &deployment::Event| self.show.event(event);
        apply(&Request {
            aws: &self.session.aws,
            store: &self.store,
            assembly: self.assembly,
            plan,
            observed,
            kind: self.kind,
            identity: &self.session.identity,
            revision: revision().as_deref(),
            consent,
            tags: &tags,
            stop: &stop,
            on: &on,
        })
    }
}

/// Asks for confirmation, which requires a terminal.
pub(super) fn agreed(question: &str) -> Result<bool, Fail> {
    require_terminal()?;
    Ok(Show::confirm(question)?)
}

/// Fails if no one can be asked.
pub(super) fn require_terminal() -> Result<(), Fail> {
    if io::stdin().is_terminal() {
        return Ok(());
    }
    Err(Fail::usage("cannot ask for confirmation without a terminal", "review what it does, then pass --yes"))
}

/// The Git revision of the working tree, with the suffix `-dirty` if it has changes.
fn revision() -> Option<String> {
    let git = |arguments: &[&str]| {
        let output =
            Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let head = git(&["rev-parse", "HEAD"])?;
    let dirty =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| !changes.is_empty());
    Some(if dirty { format!("{head}-dirty") } else { head })
}

pub(in crate::cli) fn rollback(arguments: &Rollback) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let store = session.store();
    let looked = session
        .observe()
        .and_then(|observed| earlier(&store, &observed, arguments.to).map(|record| (observed, record)))
        .and_then(|(observed, record)| {
            store.assembly(&record.assembly).map(|assembly| (observed, record, assembly))
        });
    let (observed, record, assembly) = match looked {
        Ok(found) => found,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    show.note(&format!(
        "rolling back to version {}: stacks, jobs and views return to that version. Not undone: rows loaded or deleted \
         since, added columns and tables, objects in buckets, records in streams",
        record.number
    ))?;
    let kind = Kind::Rollback { to: record.number };
    let work = Work { session: &session, show: &show, store, assembly: &assembly, kind };
    work.go(observed, &arguments.consent, Extent::Apply)
}

/// The version to return to: the one with this number, or the newest that succeeded with another assembly.
fn earlier(store: &Store<'_>, observed: &Observed, to: Option<u64>) -> Result<Record, deployment::Fault> {
    let refused =
        |summary: String, help: &str| Err(deployment::Fault::refused(deployment::ABSENT, summary).help(help));
    if let Some(number) = to {
        let record = store.version(number)?;
        return match record.kind {
            Kind::Destroy => refused(
                format!("version {number} destroyed the environment"),
                "`gen history` lists the versions",
            ),
            _ => Ok(record),
        };
    }
    let now = observed.head.as_ref().and_then(|head| head.deployed.as_ref()).map(|one| one.assembly.clone());
    let versions = store.versions(200)?;
    let candidates = versions
        .into_iter()
        .filter(|one| one.result == deployment::Verdict::Succeeded && one.kind != Kind::Destroy);
    match candidates.into_iter().find(|one| Some(&one.assembly) != now.as_ref()) {
        Some(record) => Ok(record),
        None => refused(
            "no earlier version succeeded".to_owned(),
            "`gen history` lists the versions; name one with --to",
        ),
    }
}

pub(in crate::cli) fn destroy(arguments: &Destroy) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let store = session.store();
    let (platform, environment) = (session.platform.name.as_str(), session.environment().name.as_str());
    let account = &session.identity.account;
    let looked = Consent::parse(&arguments.losses).and_then(|consent| {
        let mut observed = session.observe()?;
        observed.observe_details(&session.aws, &store, None)?;
        let what = plan_destroy(&session.aws, &store, &observed, account, platform, environment)?;
        Ok((consent, observed, what))
    });
    let (consent, observed, what) = match looked {
        Ok(found) => found,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    if show.is_json() {
        json_line(&Tagged { event: "destruction", what: &what })?;
    } else {
        destruction::show(&session, &what)?;
    }
    let named = Named { empty: &arguments.empty, consent: &consent };
    if let Err(fault) = what.allowed_by(named) {
        return faults(&session, &show, &[fault]);
    }
    if !arguments.yes && !destruction::agreed_to(&session.title(), account, &what)? {
        show.note("nothing was done")?;
        return Err(Fail::Shown(1));
    }
    let stop = interruptible();
    let on = |event: &deployment::Event| show.event(event);
    let done =
        deployment::destroy(&session.aws, &store, &observed, &what, named, &session.identity, &stop, &on);
    match done {
        Ok(_) => Ok(Outcome::Done),
        Err(fault) => faults(&session, &show, &[fault]),
    }
}
