//! [`Event`]: what happens, as it happens.

use std::fmt::Display;
use std::time::Instant;

use serde::{Serialize, Serializer};
use strataform_sdk::{ResourceStatus, StackStatus};

use super::{SqlWork, StackAction};

/// What happens, as it happens. As JSON it is an object with `event` and these fields.
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
    /// Files of the assembly, or scripts of jobs, are uploaded.
    Uploaded {
        /// The bucket.
        bucket: String,
        /// How many were missing.
        uploaded: usize,
        /// How many were there.
        there: usize,
        /// Bytes that were sent.
        bytes: u64,
    },
    /// A change set is ready; nothing has happened yet.
    Prepared {
        /// The stack.
        stack: String,
        /// What it does.
        action: StackAction,
        /// Resources that it makes.
        add: usize,
        /// Resources that it changes.
        modify: usize,
        /// Resources that it makes anew.
        replace: usize,
        /// Resources that it removes.
        remove: usize,
    },
    /// A stack needs no change.
    Unchanged {
        /// The stack.
        stack: String,
    },
    /// Something is done that the user should know of: a leftover is removed, an operation is waited for.
    Note {
        /// The stack; empty where it is about all of it.
        stack: String,
        /// What.
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
        /// How far it is.
        #[serde(serialize_with = "word")]
        status: ResourceStatus,
        /// Why; empty where AWS does not say.
        reason: String,
        /// How many resources of the stack are done, and how many it changes.
        progress: Progress,
    },
    /// A stack is as wanted.
    Done {
        /// The stack.
        stack: String,
        /// How far it is.
        #[serde(serialize_with = "word")]
        status: StackStatus,
        /// How long it took, in milliseconds.
        milliseconds: u64,
    },
    /// A step was not begun, because one that it needs failed.
    Skipped {
        /// The step.
        stack: String,
        /// The step that failed, or was not begun either.
        needs: String,
    },
    /// A step failed; the fault follows at the end.
    Failed {
        /// The step.
        stack: String,
        /// What is wrong.
        summary: String,
    },
    /// A file of SQL was applied.
    Sql {
        /// The file.
        path: String,
        /// What was done.
        work: SqlWork,
        /// Statements that ran.
        statements: usize,
        /// How long it took, in milliseconds.
        milliseconds: u64,
    },
    /// Something still goes on, and nothing was heard for a while.
    Waiting {
        /// The step.
        stack: String,
        /// For how long, in seconds.
        seconds: u64,
        /// What was heard last.
        last: String,
    },
    /// A version ended.
    Ended {
        /// Its number.
        version: u64,
        /// `succeeded`, `failed`, `interrupted`
        result: String,
        /// How long it took, in milliseconds.
        milliseconds: u64,
        /// How many requests were sent.
        requests: u64,
    },
}

/// The milliseconds since a moment.
pub(super) fn milliseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A status, as its service says it.
fn word<S: Serializer>(status: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(status)
}

/// How far a stack is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Resources that are done.
    pub done: usize,
    /// Resources that change.
    pub all: usize,
}
