//! [`Step`]: a part of a deployment, what it does, and which steps it requires.
//!
//! In: what is planned. Out: steps that [`walk`](super::walk) carries out as soon as the steps that they require are
//! done. A new kind of step is a file here with its plan and its implementation, a variant of [`Task`], and the line in
//! [`plan`](super::plan::plan) that adds it; the compiler names the other places.

mod delete_stack;
mod sql;
mod stack;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::apply::Run;
use super::fault::{Fault, REFUSED};
use super::plan::loss;
use crate::migration::Loss;

pub use delete_stack::StackDeletion;
pub use sql::SqlPlan;
pub use stack::{StackAction, StackPlan};

/// A part of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The ID that events use, unique in the plan. For a stack, its name within platform and environment.
    pub id: String,
    /// The steps that it requires.
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
    /// Applies SQL files to the warehouse.
    Sql(SqlPlan),
    /// Deletes a stack that the assembly does not have.
    DeleteStack(StackDeletion),
}

impl Task {
    /// Whether there is nothing to do. SQL files of which only values may have changed do not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Stack(plan) => plan.is_empty(),
            Self::Sql(plan) => plan.is_empty(),
            Self::DeleteStack(_) => false,
        }
    }

    /// The data that would be lost.
    #[must_use]
    pub fn losses(&self) -> Vec<Loss> {
        let (name, changes) = match self {
            Self::Stack(plan) => (&plan.name, &plan.changes),
            Self::DeleteStack(plan) => (&plan.name, &plan.changes),
            Self::Sql(plan) => return plan.steps.iter().flat_map(|step| step.losses.clone()).collect(),
        };
        changes.iter().filter(|one| one.loses_data).map(|one| loss(name, one)).collect()
    }

    /// Carries out the task. What an interrupted run has done is not repeated.
    pub(super) fn carry_out(&self, run: &Run<'_>) -> Result<(), Fault> {
        match self {
            Self::Stack(plan) => stack::carry_out(plan, run),
            Self::Sql(plan) => sql::carry_out(plan, run),
            Self::DeleteStack(plan) => delete_stack::carry_out(plan, run),
        }
    }
}

/// Refuses steps that could never begin: each may require only steps before it.
pub(super) fn in_order(steps: &[Step]) -> Result<(), Fault> {
    let mut before = BTreeSet::new();
    for step in steps {
        if let Some(need) = step.needs.iter().find(|need| !before.contains(need.as_str())) {
            return Err(Fault::refused(
                REFUSED,
                format!("{} requires {need}, which is not deployed before it", step.id),
            )
            .help("the assembly is inconsistent: run `gen synth` again"));
        }
        if !before.insert(step.id.as_str()) {
            return Err(Fault::refused(REFUSED, format!("duplicate deployment step {}", step.id)));
        }
    }
    Ok(())
}
