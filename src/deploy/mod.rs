//! Deployment: an assembly becomes stacks, tables and files in AWS, as a numbered version.
//!
//! In: an [`Assembly`](crate::assembly::Assembly), a connection ([`strataform_sdk::Aws`]), what the user allows. Out:
//! events as they happen, and the result. The steps are always the same:
//!
//! 1. [`observe`] reads what is deployed, and changes nothing;
//! 2. [`plan`] is pure: the assembly and what is deployed become a [`Plan`], a value that states for each resource and
//!    each SQL file what will happen, and what is lost;
//! 3. [`apply`] carries out a plan. Every step checks whether it is done already, so that running the same command
//!    again completes a run that was interrupted anywhere.
//!
//! In a deployed environment, [`put`] sends records, [`run`] runs a dataset's state machine and [`query`] queries the
//! warehouse.
//!
//! It refuses to print and to prompt, which `cli` does. It never continues if a loss is not allowed by name.

mod addresses;
mod apply;
mod catalog;
mod deployed;
mod destroy;
mod drop;
mod event;
mod fault;
mod files;
mod held;
mod ledger;
mod observe;
mod placeholder;
mod plan;
mod put;
mod query;
mod rows;
mod run;
mod stack;
mod step;
mod store;
mod walk;
mod warehouse;

#[cfg(test)]
mod tests;

pub use addresses::{Addresses, Database, Entry, Input, Page};
pub use apply::{Request, apply};
pub use deployed::{Deployed, deployed};
pub use destroy::{DestroyPlan, DestroyedStack, destroy, plan_destroy};
pub use drop::{DropRequest, Dropped, drop_file};
pub use event::{Event, Progress};
pub use fault::{Fault, Reason};
pub use files::Repair;
pub use held::{Held, Named};
pub use ledger::{Head, Kind, Record, StackRecord, Verdict, run_id};
pub use observe::{Observed, StackState, observe};
pub use plan::{Consent, Plan, plan};
pub use put::{PutRequest, Sent, put};
pub use query::{QueryMode, QueryResult, query};
pub use rows::{QuarantinePolicy, QuarantinedRow, RecordFile};
pub use run::{Hours, RunEvent, RunPhase, RunRequest, RunResult, run};
pub use step::{SqlPlan, StackAction, StackDeletion, StackPlan, Step, Task};
pub use store::{HeldLock, Lock, Store};

pub use crate::diagnostic::deployment::{ABSENT, INTERRUPTED, SERVICE};
pub use crate::diff::{Effect, PropertyChange, ResourceChange, holds_data};
pub use crate::migration::{Loss, SqlStep, SqlWork};

/// The bucket that keeps the versions of an account in a Region: `strataform-123456789012-eu-west-1`.
#[must_use]
pub fn bucket_name(account: &str, region: &str) -> String {
    format!("strataform-{account}-{region}")
}

/// The name of a stack in AWS: `clickstream-dev-storage`.
#[must_use]
pub fn stack_name(platform: &str, environment: &str, stack: &str) -> String {
    format!("{platform}-{environment}-{stack}")
}
