//! [`Fault`]: why a text did not run.

use std::fmt;

use strataform_postgres::SqlFault;
use strataform_redshift::{Finding, Span};

/// Why a text did not run.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It is none of Redshift's. Nothing ran.
    Refused(Vec<Finding>),
    /// Redshift would run it, and PostgreSQL has nothing like it. Nothing ran.
    Untranslatable {
        /// The statement.
        span: Span,
        /// What PostgreSQL has not.
        what: String,
    },
    /// The files of a `COPY` are not those of its table. Nothing ran.
    Files {
        /// The statement.
        span: Span,
        /// What is wrong with them.
        cause: String,
    },
    /// The server refused a statement; those before it ran, unless they were of the same transaction.
    Failed {
        /// The statement.
        span: Span,
        /// What the server said.
        said: String,
    },
}

impl Fault {
    /// Where in the text.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Refused(findings) => findings.first().map_or(Span::new(0, 0), |one| one.span),
            Self::Untranslatable { span, .. } | Self::Files { span, .. } | Self::Failed { span, .. } => *span,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(findings) => {
                let all = findings.iter().map(|one| format!("{} ({})", one.summary, one.code));
                f.write_str(&all.collect::<Vec<_>>().join("; "))
            }
            Self::Untranslatable { what, .. } => write!(f, "PostgreSQL has no {what}"),
            Self::Files { cause, .. } => f.write_str(cause),
            Self::Failed { said, .. } => f.write_str(said),
        }
    }
}

impl std::error::Error for Fault {}

/// Of a statement that this crate wrote.
impl From<SqlFault> for Fault {
    fn from(fault: SqlFault) -> Self {
        Self::Failed { span: Span::new(0, 0), said: fault.said }
    }
}
