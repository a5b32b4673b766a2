//! [`Fault`]: why there is no plan.

use std::fmt;

use super::Hour;
use crate::diagnostic::did_you_mean;
use crate::model::Period;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such dataset.
    Dataset {
        /// What the user named.
        wanted: String,
        /// The datasets that there are.
        known: Vec<String>,
    },
    /// The window is empty or ends before it begins.
    Order {
        /// The first hour.
        from: Hour,
        /// The hour after the last one.
        to: Hour,
    },
    /// Records of the window are deleted.
    Deleted {
        /// The first hour.
        from: Hour,
        /// The first hour of which everything is still there.
        oldest: Hour,
        /// How long records are kept as they came.
        kept: Period,
        /// The environment that says so.
        environment: String,
    },
    /// The window is not over.
    Future {
        /// The hour after the last one.
        to: Hour,
        /// The hour up to which it would be.
        over: Hour,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dataset { wanted, .. } => write!(f, "the platform has no dataset `{wanted}`"),
            Self::Order { from, to } if from == to => write!(f, "there is no hour from {from} to {to}"),
            Self::Order { from, to } => write!(f, "the window ends at {to}, before it begins at {from}"),
            Self::Deleted { kept, environment, .. } => {
                write!(
                    f,
                    "the window reaches back further than {environment} keeps records as they came: {kept}"
                )
            }
            Self::Future { to, .. } => write!(f, "the window ends at {to}, which is still to come"),
        }
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Dataset { wanted, known } => did_you_mean(wanted, known.iter().map(String::as_str)),
            Self::Order { from, to } if from == to => {
                format!(
                    "`--to` is not part of the window: --to {} makes it one day long",
                    from.plus_hours(24)
                )
            }
            Self::Order { .. } => "`--from` is before `--to`".to_owned(),
            Self::Deleted { oldest, .. } => format!(
                "begin with --from {oldest}; `raw` of `[retention]` in the platform file keeps more from now on"
            ),
            Self::Future { over, .. } => format!("end with --to {over}, when the last whole hour is over"),
        }
    }
}
