//! Deployment: an assembly becomes stacks, tables and files of AWS, as a numbered version.
//!
//! In: an [`Assembly`](crate::assembly::Assembly), a connection ([`strataform_sdk::Aws`]), what the user allows. Out:
//! events as they happen, and how it ended. The way is always the same:
//!
//! 1. [`observe`] looks at what is deployed, and changes nothing;
//! 2. [`plan`] is pure: what is wanted and what is there become a [`Plan`], a value that says per resource and per
//!    file of SQL what will happen, and what is lost;
//! 3. [`apply`] carries a plan out. Every step can be asked whether it is done already, so that a run that was cut
//!    off anywhere is finished by running the same command again.
//!
//! With what is deployed, [`put`] sends records, [`run`] follows a job and [`query`] asks the warehouse.
//!
//! It refuses to print and to ask: `cli` does. It never goes on where a loss was not allowed by name.

mod addresses;
mod apply;
mod change;
mod deployed;
mod destroy;
mod drop;
mod event;
mod fault;
mod ledger;
mod observe;
mod plan;
mod put;
mod query;
mod rows;
mod run;
mod sql;
mod stack;
mod step;
mod store;
mod walk;
mod warehouse;

#[cfg(test)]
mod tests;

pub use addresses::{Addresses, Database, Entry, Input, Page};
pub use apply::{Request, apply};
pub use change::{Effect, ResourceChange, holds_data};
pub use deployed::{Deployed, deployed};
pub use destroy::{Destruction, Doomed, destroy, survey};
pub use drop::{DropRequest, Dropped, drop_file};
pub use event::{Event, Progress};
pub use fault::{Fault, Reason};
pub use ledger::{Head, Kind, Record, Result as Verdict, StackRecord, run_id};
pub use observe::{Observed, StackState, observe};
pub use plan::{Consent, Loss, Plan, plan};
pub use put::{PutRequest, Sent, put};
pub use query::{Answer, query};
pub use rows::{Doubt, Doubts, RecordFile};
pub use run::{Hours, Ran, RunEvent, RunPhase, RunRequest, run};
pub use sql::{SqlStep, SqlWork};
pub use step::{SqlPlan, StackAction, StackDeletion, StackPlan, Step, Task};
pub use store::{Lock, Store, Taken};

pub use crate::diagnostic::deployment::{ABSENT, INTERRUPTED, SERVICE};

/// `clickstream-dev-storage`: what a stack is called in AWS.
#[must_use]
pub fn stack_name(platform: &str, environment: &str, stack: &str) -> String {
    format!("{platform}-{environment}-{stack}")
}
