//! The statuses of AWS services as enums, parsed once when a response arrives.
//!
//! A service may add statuses. An unknown one is kept unchanged in `Other`, so that it can be shown, and every `match`
//! on a status must handle it.

use std::fmt;

/// An enum of the statuses of a service.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$note])* #[doc = concat!("`", $word, "`")] $variant,)*
            /// An unknown status; empty if the service returned none.
            Other(String),
        }

        impl $name {
            /// Parses a status.
            #[must_use]
            pub fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The status, as the service spells it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// The state of a job run in AWS Glue.
    JobRunState {
        Starting = "STARTING",
        Running = "RUNNING",
        Stopping = "STOPPING",
        Stopped = "STOPPED",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        Timeout = "TIMEOUT",
        Error = "ERROR",
        Waiting = "WAITING",
        Expired = "EXPIRED",
    }
}

words! {
    /// The status of an execution in AWS Step Functions.
    ExecutionState {
        Running = "RUNNING",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        TimedOut = "TIMED_OUT",
        Aborted = "ABORTED",
        PendingRedrive = "PENDING_REDRIVE",
    }
}

impl ExecutionState {
    /// Whether the status is final; an unknown one is not.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Succeeded | Self::Failed | Self::TimedOut | Self::Aborted => true,
            Self::Running | Self::PendingRedrive | Self::Other(_) => false,
        }
    }
}

words! {
    /// The status of a CloudFormation stack.
    StackStatus {
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        RollbackFailed = "ROLLBACK_FAILED",
        RollbackComplete = "ROLLBACK_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateFailed = "UPDATE_FAILED",
        UpdateComplete = "UPDATE_COMPLETE",
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
        ImportInProgress = "IMPORT_IN_PROGRESS",
        ImportComplete = "IMPORT_COMPLETE",
        ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
        ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
    }
}

impl StackStatus {
    /// Whether an operation is in progress or in review. For an unknown status, CloudFormation's naming convention
    /// decides.
    #[must_use]
    pub fn is_in_progress(&self) -> bool {
        match self {
            Self::ReviewInProgress
            | Self::CreateInProgress
            | Self::RollbackInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::UpdateCompleteCleanupInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ImportInProgress
            | Self::ImportRollbackInProgress => true,
            Self::CreateFailed
            | Self::CreateComplete
            | Self::RollbackFailed
            | Self::RollbackComplete
            | Self::DeleteFailed
            | Self::DeleteComplete
            | Self::UpdateFailed
            | Self::UpdateComplete
            | Self::UpdateRollbackFailed
            | Self::UpdateRollbackComplete
            | Self::ImportComplete
            | Self::ImportRollbackFailed
            | Self::ImportRollbackComplete => false,
            Self::Other(word) => word.ends_with("_IN_PROGRESS"),
        }
    }
}

words! {
    /// The status of a resource in a stack; an event of the stack itself has the stack's status.
    ResourceStatus {
        ReviewInProgress = "REVIEW_IN_PROGRESS",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateFailed = "CREATE_FAILED",
        CreateComplete = "CREATE_COMPLETE",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteFailed = "DELETE_FAILED",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteSkipped = "DELETE_SKIPPED",
        UpdateInProgress = "UPDATE_IN_PROGRESS",
        UpdateCompleteCleanupInProgress = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateFailed = "UPDATE_FAILED",
        UpdateComplete = "UPDATE_COMPLETE",
        ImportInProgress = "IMPORT_IN_PROGRESS",
        ImportFailed = "IMPORT_FAILED",
        ImportComplete = "IMPORT_COMPLETE",
        ExportInProgress = "EXPORT_IN_PROGRESS",
        ExportFailed = "EXPORT_FAILED",
        ExportComplete = "EXPORT_COMPLETE",
        RollbackInProgress = "ROLLBACK_IN_PROGRESS",
        RollbackFailed = "ROLLBACK_FAILED",
        RollbackComplete = "ROLLBACK_COMPLETE",
        UpdateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS",
        UpdateRollbackCompleteCleanupInProgress = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        UpdateRollbackFailed = "UPDATE_ROLLBACK_FAILED",
        UpdateRollbackComplete = "UPDATE_ROLLBACK_COMPLETE",
        ImportRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS",
        ImportRollbackFailed = "IMPORT_ROLLBACK_FAILED",
        ImportRollbackComplete = "IMPORT_ROLLBACK_COMPLETE",
        ExportRollbackInProgress = "EXPORT_ROLLBACK_IN_PROGRESS",
        ExportRollbackFailed = "EXPORT_ROLLBACK_FAILED",
        ExportRollbackComplete = "EXPORT_ROLLBACK_COMPLETE",
    }
}

/// What the status of a resource means, whatever the operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A requested operation is in progress.
    InProgress,
    /// An operation is being rolled back, or replaced resources are being deleted.
    Undoing,
    /// The operation is complete.
    Complete,
    /// The operation was rolled back.
    Undone,
    /// The operation failed.
    Failed,
    /// The status is unknown.
    Unknown,
}

impl ResourceStatus {
    /// What the status means.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match self {
            Self::ReviewInProgress
            | Self::CreateInProgress
            | Self::DeleteInProgress
            | Self::UpdateInProgress
            | Self::ImportInProgress
            | Self::ExportInProgress => Phase::InProgress,
            Self::UpdateCompleteCleanupInProgress
            | Self::RollbackInProgress
            | Self::UpdateRollbackInProgress
            | Self::UpdateRollbackCompleteCleanupInProgress
            | Self::ImportRollbackInProgress
            | Self::ExportRollbackInProgress => Phase::Undoing,
            Self::CreateComplete
            | Self::DeleteComplete
            | Self::DeleteSkipped
            | Self::UpdateComplete
            | Self::ImportComplete
            | Self::ExportComplete => Phase::Complete,
            Self::RollbackComplete
            | Self::UpdateRollbackComplete
            | Self::ImportRollbackComplete
            | Self::ExportRollbackComplete => Phase::Undone,
            Self::CreateFailed
            | Self::DeleteFailed
            | Self::UpdateFailed
            | Self::ImportFailed
            | Self::ExportFailed
            | Self::RollbackFailed
            | Self::UpdateRollbackFailed
            | Self::ImportRollbackFailed
            | Self::ExportRollbackFailed => Phase::Failed,
            Self::Other(_) => Phase::Unknown,
        }
    }
}

words! {
    /// The status of a change set.
    ChangeSetStatus {
        CreatePending = "CREATE_PENDING",
        CreateInProgress = "CREATE_IN_PROGRESS",
        CreateComplete = "CREATE_COMPLETE",
        DeletePending = "DELETE_PENDING",
        DeleteInProgress = "DELETE_IN_PROGRESS",
        DeleteComplete = "DELETE_COMPLETE",
        DeleteFailed = "DELETE_FAILED",
        Failed = "FAILED",
    }
}

words! {
    /// The status of a statement in the Redshift Data API.
    StatementStatus {
        Submitted = "SUBMITTED",
        Picked = "PICKED",
        Started = "STARTED",
        Finished = "FINISHED",
        Failed = "FAILED",
        Aborted = "ABORTED",
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudformation::types as cloudformation;

    use super::*;

    /// Checks that every status of an SDK's enum is known here, and round-trips.
    macro_rules! knows {
        ($ours:ident, $theirs:ty) => {
            for word in <$theirs>::values() {
                let ours = $ours::of(word);
                assert!(!matches!(ours, $ours::Other(_)), "{word} of {} is unknown", stringify!($theirs));
                assert_eq!(ours.as_str(), *word);
                assert_eq!(ours.to_string(), *word);
            }
        };
    }

    #[test]
    fn every_status_of_the_services_is_known() {
        knows!(StackStatus, cloudformation::StackStatus);
        knows!(ResourceStatus, cloudformation::StackStatus);
        knows!(ResourceStatus, cloudformation::ResourceStatus);
        knows!(ChangeSetStatus, cloudformation::ChangeSetStatus);
        knows!(JobRunState, aws_sdk_glue::types::JobRunState);
        knows!(ExecutionState, aws_sdk_sfn::types::ExecutionStatus);
        // `ALL` is a list filter, and never the status of a statement.
        for word in aws_sdk_redshiftdata::types::StatusString::values().iter().filter(|word| **word != "ALL")
        {
            assert_ne!(StatementStatus::of(word), StatementStatus::Other((*word).to_owned()));
        }
    }

    #[test]
    fn an_unknown_status_is_kept() {
        let status = StackStatus::of("UPDATE_PAUSED");
        assert_eq!(status, StackStatus::Other("UPDATE_PAUSED".to_owned()));
        assert_eq!(format!("{status:<15}|"), "UPDATE_PAUSED  |");
        assert!(!status.is_in_progress());
        assert!(StackStatus::of("UPDATE_PAUSE_IN_PROGRESS").is_in_progress());
        assert_eq!(ResourceStatus::of("UPDATE_PAUSED").phase(), Phase::Unknown);
        assert!(!ExecutionState::of("PAUSED").is_final());
    }

    #[test]
    fn the_phase_follows_cloudformations_naming_convention() {
        for word in
            cloudformation::ResourceStatus::values().iter().chain(cloudformation::StackStatus::values())
        {
            let expected = match *word {
                word if word.ends_with("_FAILED") => Phase::Failed,
                word if word.ends_with("ROLLBACK_COMPLETE") => Phase::Undone,
                word if word.ends_with("_COMPLETE") || word.ends_with("_SKIPPED") => Phase::Complete,
                word if word.contains("ROLLBACK") || word.contains("CLEANUP") => Phase::Undoing,
                _ => Phase::InProgress,
            };
            assert_eq!(ResourceStatus::of(word).phase(), expected, "{word}");
            let in_progress = word.ends_with("_IN_PROGRESS");
            assert_eq!(StackStatus::of(word).is_in_progress(), in_progress, "{word}");
        }
    }
}
