//! Edits of a blueprint's platform file, with the causes that `edits.toml` expects, what each does, and the layers in which
//! something follows from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::platform::Project;
use crate::assembly::Assembly;
use crate::diff::{Change, Layer, assemblies};

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    /// A blueprint and an environment.
    platform: String,
    /// What is replaced by what on both sides.
    #[serde(default)]
    base: Vec<(String, String)>,
    /// What is replaced by what.
    edit: Vec<(String, String)>,
    /// Hand-written SQL: its name, before and after; it is empty where there is none.
    #[serde(default)]
    sql: Vec<(String, String, String)>,
    /// What is at the top, in any order.
    cause: Vec<Cause>,
    why: String,
}

#[derive(Deserialize)]
struct Cause {
    subject: String,
    /// Its impacts, without `safe`.
    own: BTreeSet<String>,
    /// The impacts of what follows from it, without `safe`.
    below: BTreeSet<String>,
    /// The layers in which something follows from it, all of them.
    layers: BTreeSet<String>,
    /// Subjects that follow from it, among others.
    #[serde(default)]
    has: Vec<String>,
}

fn impacts<'a>(changes: impl Iterator<Item = &'a Change>) -> BTreeSet<String> {
    let all = changes.flat_map(|one| &one.verdicts).map(|one| one.impact.name().to_owned());
    all.filter(|name| name != "safe").collect()
}

fn below(change: &Change) -> impl Iterator<Item = &Change> {
    change.all().into_iter().skip(1)
}

/// What a change at the top comes to, as a cause is written.
fn written(change: &Change) -> String {
    let layers: BTreeSet<&str> = below(change).map(|one| one.layer.title()).collect();
    format!(
        "{{ subject = {:?}, own = {:?}, below = {:?}, layers = {:?} }}",
        change.subject,
        impacts([change].into_iter()),
        impacts(below(change)),
        layers
    )
}

fn is_as_expected(cause: &Cause, found: &Change) -> bool {
    let layers: BTreeSet<String> = below(found).map(|one| one.layer.title().to_owned()).collect();
    let has = |subject: &String| below(found).any(|one| one.subject == *subject);
    cause.subject == found.subject
        && cause.own == impacts([found].into_iter())
        && cause.below == impacts(below(found))
        && cause.layers == layers
        && cause.has.iter().all(has)
}

/// The platform of a case before and after.
fn projects(case: &Case) -> (Project, Project) {
    let edited = |project: Project, edits: &[(String, String)]| {
        edits.iter().fold(project, |project, (was, is)| project.edited(was, is))
    };
    let mut old = edited(Project::of(&case.platform), &case.base);
    let mut new = edited(old.clone(), &case.edit);
    for (name, was, is) in &case.sql {
        let add = |to: &mut Project, text: &String| {
            to.own.extend((!text.is_empty()).then(|| (format!("{name}.sql"), text.clone())));
        };
        add(&mut old, was);
        add(&mut new, is);
    }
    (old, new)
}

/// What is wrong with what is found in a case.
fn fault(case: &Case, known: &mut BTreeMap<Project, Assembly>) -> Option<String> {
    let (old, new) = projects(case);
    let new = new.try_assembly().unwrap_or_else(|why| panic!("{}: {why}", case.id));
    let old = known.entry(old).or_insert_with_key(Project::assembly);
    // The price has tests of its own: it changes with nearly everything.
    let found: Vec<Change> =
        assemblies(old, &new).into_iter().filter(|one| one.layer != Layer::Price).collect();
    let is_right = found.len() == case.cause.len()
        && case.cause.iter().all(|cause| found.iter().any(|one| is_as_expected(cause, one)));
    (!is_right).then(|| {
        let found: Vec<String> = found.iter().map(written).collect();
        format!("{} ({}):\n  {}", case.id, case.why, found.join("\n  "))
    })
}

/// The assemblies of all cases, before and after, by ID.
pub(crate) fn pairs() -> Vec<(String, Assembly, Assembly)> {
    let cases: Cases = toml::from_str(include_str!("edits.toml")).expect("cases");
    let mut known: BTreeMap<Project, Assembly> = BTreeMap::new();
    let pair = |case: Case| {
        let (old, new) = projects(&case);
        let old = known.entry(old).or_insert_with_key(Project::assembly).clone();
        (case.id, old, new.assembly())
    };
    cases.case.into_iter().map(pair).collect()
}

#[test]
fn each_edit_has_its_causes_and_their_consequences() {
    let cases: Cases = toml::from_str(include_str!("edits.toml")).expect("cases");
    let ids: BTreeSet<&String> = cases.case.iter().map(|case| &case.id).collect();
    assert_eq!(ids.len(), cases.case.len(), "an id is used once");
    let mut known = BTreeMap::new();
    let faults: Vec<String> = cases.case.iter().filter_map(|case| fault(case, &mut known)).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), cases.case.len(), faults.join("\n"));
}
