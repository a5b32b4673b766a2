//! [`Step`]: a part of a deployment, what it does, and what must be done before it.
//!
//! In: what is planned. Out: steps that [`walk`](super::walk) carries out as soon as what they need is done. A new kind
//! of step is a file here with its plan and what it does, a variant of [`Task`], and the line in
//! [`plan`](super::plan::plan) that adds it; the compiler names the other places.

mod delete_stack;
mod sql;
mod stack;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::apply::Run;
use super::fault::{Fault, REFUSED};
use super::plan::{Loss, loss};

pub use delete_stack::StackDeletion;
pub use sql::SqlPlan;
pub use stack::{StackAction, StackPlan};

/// A part of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What events call it; no other step of the plan has it. For a stack it is its name within platform and
    /// environment.
    pub id: String,
    /// The steps that must be done before it.
    pub needs: Vec<String>,
    /// What it does.
    #[serde(flatten)]
    pub task: Task,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "kebab-case")]
pub enum Task {
    /// Creates or updates a stack, or keeps it as it is.
    Stack(StackPlan),
    /// Applies files of SQL to the warehouse.
    Sql(SqlPlan),
    /// Deletes a stack that the assembly does not have.
    DeleteStack(StackDeletion),
}

impl Task {
    /// Whether nothing is to be done. Files of SQL whose values may have changed are nothing by themselves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Stack(plan) => plan.is_empty(),
            Self::Sql(plan) => plan.is_empty(),
            Self::DeleteStack(_) => false,
        }
    }

    /// What would be lost.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let (name, changes) = match self {
            Self::Stack(plan) => (&plan.name, &plan.changes),
            Self::DeleteStack(plan) => (&plan.name, &plan.changes),
            Self::Sql(plan) => return plan.steps.iter().flat_map(|step| step.losses.clone()).collect(),
        };
        changes.iter().filter(|one| one.loses_data).map(|one| loss(name, one)).collect()
    }

    /// Does it. What was done before, by a run that was cut off, is not done again.
    pub(super) fn carry_out(&self, run: &Run<'_>) -> Result<(), Fault> {
        match self {
            Self::Stack(plan) => stack::carry_out(plan, run),
            Self::Sql(plan) => sql::carry_out(plan, run),
            Self::DeleteStack(plan) => delete_stack::carry_out(plan, run),
        }
    }
}

/// Refuses steps that could never begin: each must need only steps that stand before it.
pub(super) fn in_order(steps: &[Step]) -> Result<(), Fault> {
    let mut before = BTreeSet::new();
    for step in steps {
        if let Some(need) = step.needs.iter().find(|need| !before.contains(need.as_str())) {
            return Err(Fault::refused(
                REFUSED,
                format!("{} needs {need}, which is not deployed before it", step.id),
            )
            .help("run `gen synth` again: the assembly is not of one piece"));
        }
        if !before.insert(step.id.as_str()) {
            return Err(Fault::refused(
                REFUSED,
                format!("two steps of the deployment are called {}", step.id),
            ));
        }
    }
    Ok(())
}
