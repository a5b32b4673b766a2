//! [`Event`]: the progress of a deployment.

use std::fmt::Display;
use std::time::Instant;

use serde::{Serialize, Serializer};
use strataform_sdk::{ResourceStatus, StackStatus};

use super::{SqlWork, StackAction};

/// A step in the progress of a deployment. In JSON, an object with `event` and these fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "snake_case")]
pub enum Event {
    /// A version begins.
    Begun {
        /// Its number.
        version: u64,
        /// Who deploys.
        identity: String,
    },
    /// Files of the assembly, or scripts of jobs, were uploaded.
    Uploaded {
        /// The bucket.
        bucket: String,
        /// How many files were missing.
        uploaded: usize,
        /// How many files existed already.
        there: usize,
        /// Bytes that were sent.
        bytes: u64,
    },
    /// A change set is ready, and not executed yet.
    Prepared {
        /// The stack.
        stack: String,
        /// What it does.
        action: StackAction,
        /// Resources that it creates.
        add: usize,
        /// Resources that it updates.
        modify: usize,
        /// Resources that it replaces.
        replace: usize,
        /// Resources that it removes.
        remove: usize,
    },
    /// A stack needs no change.
    Unchanged {
        /// The stack.
        stack: String,
    },
    /// Information for the user: `gen` deletes the remains of a stack, or waits for an operation.
    Note {
        /// The stack; empty if the note is about the whole deployment.
        stack: String,
        /// The text.
        text: String,
    },
    /// A resource has a new status.
    Resource {
        /// The stack.
        stack: String,
        /// Its logical id.
        logical: String,
        /// Its type.
        kind: String,
        /// Its status.
        #[serde(serialize_with = "word")]
        status: ResourceStatus,
        /// Why; empty if AWS gives no reason.
        reason: String,
        /// How many resources of the stack are done, and how many change.
        progress: Progress,
    },
    /// A stack is created or updated.
    Done {
        /// The stack.
        stack: String,
        /// Its status.
        #[serde(serialize_with = "word")]
        status: StackStatus,
        /// How long it took, in milliseconds.
        milliseconds: u64,
    },
    /// A step was skipped, because one that it requires failed.
    Skipped {
        /// The step.
        stack: String,
        /// The step that failed, or was skipped, too.
        needs: String,
    },
    /// A step failed; the fault follows at the end.
    Failed {
        /// The step.
        stack: String,
        /// The summary of the fault.
        summary: String,
    },
    /// A file of SQL was applied.
    Sql {
        /// The file.
        path: String,
        /// What was done.
        work: SqlWork,
        /// How many statements ran.
        statements: usize,
        /// How long it took, in milliseconds.
        milliseconds: u64,
    },
    /// An operation is still in progress, and has reported nothing for a while.
    Waiting {
        /// The step.
        stack: String,
        /// How long it has taken so far, in seconds.
        seconds: u64,
        /// The last event.
        last: String,
    },
    /// A version ended.
    Ended {
        /// Its number.
        version: u64,
        /// `succeeded`, `failed` or `interrupted`.
        result: String,
        /// How long it took, in milliseconds.
        milliseconds: u64,
        /// How many requests were sent.
        requests: u64,
    },
}

/// The milliseconds since an instant.
pub(super) fn milliseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Serializes a status as the service spells it.
fn word<S: Serializer>(status: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(status)
}

/// The progress of a stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Resources that are done.
    pub done: usize,
    /// Resources that change.
    pub all: usize,
}
