//! [`Fault`]: why there is no plan.

use super::Hour;
use crate::diagnostic::did_you_mean;
use crate::model::Period;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no such dataset.
    #[error("the platform has no dataset `{wanted}`")]
    Dataset {
        /// What the user named.
        wanted: String,
        /// The datasets that there are.
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
    #[error("the window reaches back further than {environment} keeps records as they came: {kept}")]
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
    #[error("the window ends at {to}, which is still to come")]
    Future {
        /// The hour after the last one.
        to: Hour,
        /// The hour up to which it would be.
        over: Hour,
    },
}

fn order(from: Hour, to: Hour) -> String {
    if from == to {
        return format!("there is no hour from {from} to {to}");
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
