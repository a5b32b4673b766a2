//! [`Fault`]: why a backfill cannot be planned.

use super::Hour;
use crate::diagnostic::did_you_mean;
use crate::model::Period;

/// Why a backfill cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The dataset is unknown.
    #[error("unknown dataset `{wanted}`")]
    Dataset {
        /// What the user named.
        wanted: String,
        /// The datasets of the platform.
        known: Vec<String>,
    },
    /// The window is empty or ends before it begins.
    #[error("{}", order(*from, *to))]
    Order {
        /// The first hour.
        from: Hour,
        /// The hour after the last one.
        to: Hour,
    },
    /// Records of the window are deleted.
    #[error("the window begins before the oldest raw records: {environment} keeps them for {kept}")]
    Deleted {
        /// The first hour.
        from: Hour,
        /// The first hour of which nothing has been deleted.
        oldest: Hour,
        /// How long raw records are kept.
        kept: Period,
        /// The environment.
        environment: String,
    },
    /// The window ends in the future.
    #[error("the window ends at {to}, which is in the future")]
    Future {
        /// The hour after the last one.
        to: Hour,
        /// The latest possible end.
        over: Hour,
    },
}

fn order(from: Hour, to: Hour) -> String {
    if from == to {
        return format!("the window from {from} to {to} is empty");
    }
    format!("the window ends at {to}, before it begins at {from}")
}

impl Fault {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Dataset { wanted, known } => did_you_mean(wanted, known.iter().map(String::as_str)),
            Self::Order { from, to } if from == to => {
                format!(
                    "use `--to {}` for a window of one day; the hour of `--to` is not part of the window",
                    from.plus_hours(24)
                )
            }
            Self::Order { .. } => "set `--from` to an hour before `--to`".to_owned(),
            Self::Deleted { oldest, .. } => format!(
                "use `--from {oldest}`; to keep raw records longer from now on, raise `raw` in `[retention]`"
            ),
            Self::Future { over, .. } => format!("use `--to {over}`, the end of the last complete hour"),
        }
    }
}
