//! Applies SQL files to the warehouse.

use std::cell::Cell;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::deploy::apply::{Request, Run};
use crate::deploy::event::{Event, milliseconds};
use crate::deploy::fault::{Fault, REFUSED};
use crate::deploy::warehouse::{self, Applying};
use crate::migration::sql::{Applied, SqlStep, SqlWork};

/// What to do in the warehouse.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlPlan {
    /// The files, in order.
    pub steps: Vec<SqlStep>,
    /// How many files are unchanged.
    pub unchanged: usize,
    /// What stays in the warehouse although no file contains it any longer.
    pub kept: Vec<String>,
    /// What changes for rows and readers that are there, and what was missing.
    pub notes: Vec<String>,
}

impl SqlPlan {
    /// Whether there is nothing to do, except for values that may have changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.iter().all(|step| step.work == SqlWork::Values)
    }
}

pub(super) fn carry_out(plan: &SqlPlan, run: &Run<'_>) -> Result<(), Fault> {
    let Request { aws, assembly, observed, identity, stop, .. } = *run.request;
    if plan.steps.is_empty() {
        return Ok(());
    }
    let outputs = run.outputs();
    let Some(warehouse) = warehouse::connection(aws, &assembly.manifest, &outputs)? else {
        return Err(Fault::refused(
            REFUSED,
            "the assembly has SQL files, but no stack outputs the name of the warehouse",
        ));
    };
    let ledger = Cell::new(0);
    let applying = Applying {
        aws,
        warehouse: &warehouse,
        outputs: &outputs,
        version: run.version,
        identity: &identity.arn,
        stop,
        ledger: &ledger,
    };
    applying.prepare()?;
    // Do not apply again what another run applied after the plan was made.
    let applied = if observed.applied.is_empty() {
        warehouse::applied(aws, &warehouse)?
    } else {
        observed.applied.clone()
    };
    ledger.set(applied.len());
    plan.steps.iter().try_for_each(|step| apply(step, &applied, &applying, run))
}

/// Applies a file, or the rest of it.
fn apply(step: &SqlStep, applied: &[Applied], applying: &Applying<'_>, run: &Run<'_>) -> Result<(), Fault> {
    let before = applied.iter().rev().find(|one| one.path == step.path);
    let whole = before.is_some_and(|one| one.checksum == step.checksum && one.part >= one.parts);
    let runs_once = match step.work {
        SqlWork::Apply | SqlWork::Resume | SqlWork::Change => true,
        SqlWork::Again | SqlWork::Values | SqlWork::NewValues | SqlWork::Contract => false,
    };
    if whole && runs_once {
        return Ok(());
    }
    let mut step = step.clone();
    if let Some(before) = before.filter(|one| one.checksum == step.checksum && !whole) {
        step.done = before.part;
    }
    let start = Instant::now();
    let statements = applying.apply(&step, before).map_err(|mut fault| {
        let file = run.request.assembly.manifest.sql.iter().find(|file| file.path == step.path);
        fault.origin = file.and_then(|file| file.origin.clone()).map(Box::new);
        fault
    })?;
    if statements > 0 || step.work != SqlWork::Values {
        (run.request.on)(&Event::Sql {
            path: step.path.clone(),
            work: step.work,
            statements,
            milliseconds: milliseconds(start),
        });
    }
    Ok(())
}
