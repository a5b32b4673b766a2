//! `gen diff`

pub(super) mod git;
mod side;
mod witness;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;
use strataform::assembly::Assembly;
use strataform::diff::{self, Backfill, Change, Effect, Impact, Layer, Pair, Report, Setting};

use super::ReviewFormat;
use super::outcome::{Fail, Outcome};
use super::view::diff::human::Depth;
use super::view::{self, json};
use side::{Named, Scope, Side};

/// Show what a change does: to data, to access, to everything that reads it.
///
/// Without arguments, it compares the last commit with the working tree. OLD and NEW are revisions, folders with assemblies, or
/// templates. It needs no credentials and no network.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 nothing changes, 1 something changes, 3 something dangerous changes that --allow does not \
                        name.\nImpacts: safe, interrupts, replaces, needs-backfill, breaks-consumers, broadens-access, \
                        refused, destroys-data; the last five are dangerous."
)]
pub(super) struct Arguments {
    /// What was: a revision, a folder or a template; defaults to the last commit.
    old: Option<String>,
    /// What is: a revision, a folder or a template; defaults to the working tree.
    new: Option<String>,
    /// Compare with the commit from which this branch and REV both come.
    #[arg(long, value_name = "REV", conflicts_with = "old")]
    base: Option<String>,
    /// Compare with what is deployed, or with the version N that was.
    #[cfg(feature = "deploy")]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, conflicts_with_all = ["old", "base"])]
    #[expect(clippy::option_option, reason = "the option, and its value")]
    deployed: Option<Option<u64>>,
    /// Only this platform; can be repeated.
    #[arg(short, long = "platform", value_name = "NAME")]
    platforms: Vec<String>,
    /// Only this environment; can be repeated.
    #[arg(short, long = "env", value_name = "ENV")]
    environments: Vec<String>,
    /// Folder with assemblies, in revisions and in folders of projects.
    #[arg(short, long, value_name = "DIR", default_value = "generated")]
    out: PathBuf,
    /// Show every consequence, with its statements.
    #[arg(short, long)]
    details: bool,
    /// Do not run anything: verdicts have no witnesses.
    #[arg(long)]
    no_run: bool,
    /// Allow an impact, such as `needs-backfill`, or that of one change, such as `destroys-data=storage/RawBucket`; can be
    /// repeated.
    #[arg(long, value_name = "IMPACT[=SUBJECT]")]
    allow: Vec<String>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: ReviewFormat,
    #[cfg(feature = "deploy")]
    #[command(flatten)]
    reach: super::deploy::Reach,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let allowed = Allowed::parse(&arguments.allow)?;
    let (platforms, environments) = (arguments.platforms.clone(), arguments.environments.clone());
    let mut scope = Scope { folder: &arguments.out, platforms, environments };
    let old = old(arguments, &mut scope)?;
    let new = match &arguments.new {
        Some(word) => side::named(word, &scope)?,
        None => side::working_tree(&scope)?,
    };
    let mut report = compare(&old, &new)?;
    if !arguments.no_run {
        witness::add(&mut report, &old.side, &new.side);
    }
    let refused: Vec<&Change> = report.all().filter(|one| !allowed.has(one)).collect();
    match arguments.format {
        ReviewFormat::Human => {
            let depth = if arguments.details { Depth::Details } else { Depth::Summary };
            view::diff::human::print(&report, depth)?;
        }
        ReviewFormat::Json => json::print(&report)?,
        ReviewFormat::Markdown => view::diff::markdown::print(&report)?,
        ReviewFormat::Github => view::diff::annotations::print(&report)?,
        ReviewFormat::Sarif => json::print(&view::diff::sarif::document(&report))?,
    }
    Ok(match (report.is_empty(), refused.is_empty()) {
        (true, _) => Outcome::Done,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Dangerous,
    })
}

fn old(arguments: &Arguments, scope: &mut Scope<'_>) -> Result<Named, Fail> {
    #[cfg(feature = "deploy")]
    if let Some(number) = arguments.deployed {
        return deployed(arguments, number, scope);
    }
    if let Some(base) = &arguments.base {
        let commit = git::merge_base(base)?;
        return Ok(Named {
            name: base.clone(),
            side: Side::Assemblies(side::revision(&commit, base, scope)?),
        });
    }
    side::named(arguments.old.as_deref().unwrap_or("HEAD"), scope)
}

/// A deployed version; only its environment is compared.
#[cfg(feature = "deploy")]
fn deployed(arguments: &Arguments, number: Option<u64>, scope: &mut Scope<'_>) -> Result<Named, Fail> {
    let (platforms, environments) = (&arguments.platforms, &arguments.environments);
    if platforms.len() > 1 || environments.len() > 1 {
        return Err(Fail::usage("--deployed compares one environment", "pass --platform and --env once"));
    }
    let which = (platforms.first().map(String::as_str), environments.first().map(String::as_str));
    let found = super::deploy::version(&arguments.reach, which, number)?;
    if let Some((platform, environment)) = found.name.split_once('/') {
        scope.platforms = vec![platform.to_owned()];
        scope.environments = vec![environment.to_owned()];
    }
    let side = Side::Assemblies(BTreeMap::from([(found.name, found.assembly)]));
    Ok(Named { name: found.title, side })
}

/// What `--allow` names.
struct Allowed {
    impacts: BTreeSet<Impact>,
    subjects: BTreeSet<(Impact, String)>,
}

impl Allowed {
    fn parse(words: &[String]) -> Result<Self, Fail> {
        let mut found = Self { impacts: BTreeSet::new(), subjects: BTreeSet::new() };
        for word in words {
            let (name, subject) =
                word.split_once('=').map_or((word.as_str(), None), |(name, of)| (name, Some(of)));
            let impact = Impact::named(name).ok_or_else(|| {
                let names = Impact::ALL.into_iter().map(Impact::name);
                Fail::usage(
                    format!("unknown impact `{name}`"),
                    strataform::diagnostic::did_you_mean(name, names),
                )
            })?;
            match subject {
                Some(subject) => _ = found.subjects.insert((impact, subject.to_owned())),
                None => _ = found.impacts.insert(impact),
            }
        }
        Ok(found)
    }

    /// Whether nothing of a change is dangerous, or all of that is allowed.
    fn has(&self, change: &Change) -> bool {
        let dangerous = change.verdicts.iter().map(|one| one.impact).filter(|impact| impact.is_dangerous());
        let is_allowed = |impact: Impact| {
            self.impacts.contains(&impact) || self.subjects.contains(&(impact, change.subject.clone()))
        };
        dangerous.into_iter().all(is_allowed)
    }
}

fn compare(old: &Named, new: &Named) -> Result<Report, Fail> {
    let parts = match (&old.side, &new.side) {
        (Side::Template(was), Side::Template(is)) => vec![(new.name.clone(), templates(was, is), Vec::new())],
        (Side::Assemblies(was), Side::Assemblies(is)) => assemblies(was, is),
        (Side::Template(_), Side::Assemblies(_)) | (Side::Assemblies(_), Side::Template(_)) => {
            return Err(Fail::usage(
                format!("cannot compare {} with {}: one is a template", old.name, new.name),
                "pass two templates, or two that have assemblies",
            ));
        }
    };
    Ok(Report::of(old.name.clone(), new.name.clone(), parts))
}

fn templates(was: &Value, is: &Value) -> Vec<Change> {
    let settings = (Setting::of_defaults(was), Setting::of_defaults(is));
    let old = diff::Side { template: was, setting: &settings.0 };
    let new = diff::Side { template: is, setting: &settings.1 };
    diff::compare(Pair { stack: "", old, new }, &BTreeSet::new())
}

fn assemblies(
    was: &BTreeMap<String, Assembly>,
    is: &BTreeMap<String, Assembly>,
) -> Vec<(String, Vec<Change>, Vec<Backfill>)> {
    let names: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let changes = |name: &String| match (was.get(name), is.get(name)) {
        (Some(was), Some(is)) => diff::assemblies(was, is),
        (None, Some(is)) => vec![whole(name, is, Effect::Create)],
        (Some(was), None) => vec![whole(name, was, Effect::Release)],
        (None, None) => Vec::new(),
    };
    let backfills = |name: &String, changes: &[Change]| match (was.get(name), is.get(name)) {
        (Some(was), Some(is)) => diff::backfills(changes, &was.manifest, &is.manifest),
        (None, _) | (_, None) => Vec::new(),
    };
    let part = |name: &String| {
        let changes = changes(name);
        let backfills = backfills(name, &changes);
        (name.clone(), changes, backfills)
    };
    names.into_iter().map(part).collect()
}

/// An environment that is new or gone.
fn whole(name: &str, assembly: &Assembly, effect: Effect) -> Change {
    let stacks = super::view::human::count(assembly.manifest.stacks.len(), "stack");
    let said = match effect {
        Effect::Create => format!("{stacks} added"),
        Effect::Update | Effect::Replace | Effect::Delete | Effect::Release => {
            format!("{stacks} removed from the project; what is deployed stays until `gen destroy`")
        }
    };
    Change::new(Layer::Settings, format!("environment {name}"), effect).says(said)
}
