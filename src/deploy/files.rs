//! Plans the SQL files of an assembly, one after another, and what they drop and make again for each other.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::parse;

use super::catalog::{Drift, applied, applied_statements, applied_text, drift};
use super::fault::{DRIFT, Fault};
use super::observe::Observed;
use super::step::SqlPlan;
use crate::assembly::{Assembly, ManifestSql, layout};
use crate::migration::files::{self, File};
use crate::migration::records::Contract;
use crate::migration::reviewed::Reviewed;
use crate::migration::sql::Applied;
use crate::migration::views::Views;

/// What to do with objects that applied files made and that the warehouse lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repair {
    /// Refuse, and name them.
    #[default]
    Refuse,
    /// Make them again.
    Make,
}

/// Plans the files, and the objects to make again.
pub(super) fn plan_files(
    wanted: &Assembly,
    there: &Observed,
    (repair, contract): (Repair, &Contract),
    faults: &mut Vec<Fault>,
) -> SqlPlan {
    let (drifts, absent) = drift(wanted, there);
    let mut plan = SqlPlan::default();
    let mut views = Views::default();
    if repair == Repair::Make {
        views = Views::lacking(absent);
        plan.notes.extend(drifts.iter().filter(|one| one.can_be_repaired()).map(ToString::to_string));
    }
    faults.extend(drifted(&drifts, repair));
    let files: Vec<File<'_>> = wanted.manifest.sql.iter().map(|file| read(wanted, there, file)).collect();
    removed(wanted, there, &files, &mut views);
    let found = files::plan(&files, &there.columns, contract, &mut views);
    plan.kept.extend(found.steps.iter().flat_map(|step| step.kept.iter().cloned()));
    plan.notes.extend(found.steps.iter().flat_map(|step| step.notes.iter().cloned()));
    plan.unchanged = found.unchanged;
    plan.steps = found.steps;
    faults.extend(found.refused.into_iter().map(|(_, origin, refusal)| {
        let mut fault = Fault::from(refusal);
        fault.origin = origin.map(Box::new);
        fault
    }));
    let made = there.applied.iter().filter(|one| layout::migration_number(&one.path).is_none());
    let gone = made.map(|one| &one.path).collect::<BTreeSet<_>>();
    for path in gone.into_iter().filter(|path| !wanted.manifest.sql.iter().any(|file| file.path == **path)) {
        plan.kept.push(format!("what {path} created stays in the warehouse"));
    }
    plan
}

fn read<'a>(wanted: &Assembly, there: &Observed, of: &'a ManifestSql) -> File<'a> {
    let text = wanted.text(&of.path).unwrap_or_default();
    let statements = parse(&text).statements;
    let applied = applied(there, &of.path);
    File {
        of,
        text,
        statements,
        applied: applied.cloned(),
        old: applied.and_then(|one| applied_text(wanted, there, one)),
        before: applied.map(|_| applied_statements(wanted, there, of)),
        migrations: Reviewed::of(wanted, &of.path),
    }
}

/// Adds the views of files that the assembly no longer has, as far as the warehouse has them.
fn removed(wanted: &Assembly, there: &Observed, files: &[File<'_>], views: &mut Views) {
    let Some(catalog) = &there.catalog else { return };
    let newest: BTreeMap<&str, &Applied> = there.applied.iter().map(|one| (one.path.as_str(), one)).collect();
    let made = newest.values().filter(|one| layout::migration_number(&one.path).is_none());
    let gone = made.filter(|one| !files.iter().any(|file| file.of.path == one.path));
    let gone: Vec<String> = gone.filter_map(|one| applied_text(wanted, there, one)).collect();
    files::remaining(&gone, files, views, |key| catalog.has(&format!("view {key}")));
}

/// The faults for what the warehouse lacks: one for what can be made again, unless that is wanted, and one for the rest.
pub(super) fn drifted(drifts: &[Drift], repair: Repair) -> Vec<Fault> {
    let (can, cannot): (Vec<&Drift>, Vec<&Drift>) = drifts.iter().partition(|one| one.can_be_repaired());
    let mut faults = Vec::new();
    let all = |mut fault: Fault, of: &[&Drift]| {
        fault.causes = of.iter().map(ToString::to_string).collect();
        fault
    };
    if !can.is_empty() && repair == Repair::Refuse {
        let fault = Fault::refused(DRIFT, "the warehouse lacks what deployed files made");
        faults.push(all(fault, &can).help("`gen deploy --repair` runs the statements that make it again"));
    }
    if !cannot.is_empty() {
        let fault = Fault::refused(DRIFT, "columns of the warehouse differ from what was deployed");
        faults.push(all(fault, &cannot).help(
            "gen does not rewrite tables of records: give the columns their types back, or drop the table and run \
             `gen deploy --repair`, which makes it again without rows",
        ));
    }
    faults
}

impl Observed {
    /// How the warehouse differs from what the applied files of an assembly made, after
    /// [`observe_warehouse`](Self::observe_warehouse).
    #[must_use]
    pub fn drifts(&self, wanted: &Assembly) -> Vec<Fault> {
        drifted(&drift(wanted, self).0, Repair::Refuse)
    }
}
