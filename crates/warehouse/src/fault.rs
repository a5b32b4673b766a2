//! [`Fault`]: why a script failed.

use strataform_postgres::SqlFault;
use strataform_redshift::{Finding, Span};

/// Why a script failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It is not valid Redshift SQL. Nothing ran.
    #[error("{}", summaries(_0))]
    Refused(Vec<Finding>),
    /// Redshift would run it, but PostgreSQL has no equivalent. Nothing ran.
    #[error("PostgreSQL does not support {what}")]
    Untranslatable {
        /// The statement.
        span: Span,
        /// The feature that PostgreSQL does not support.
        what: String,
    },
    /// The files of a `COPY` do not match its table. Nothing ran.
    #[error("{cause}")]
    Files {
        /// The statement.
        span: Span,
        /// The mismatch.
        cause: String,
    },
    /// The server rejected a statement; those before it ran, unless they were in the same transaction.
    #[error("{message}")]
    Failed {
        /// The statement.
        span: Span,
        /// The server's message.
        message: String,
    },
}

impl Fault {
    /// The span of the problem in the script.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Refused(findings) => findings.first().map_or(Span::new(0, 0), |one| one.span),
            Self::Untranslatable { span, .. } | Self::Files { span, .. } | Self::Failed { span, .. } => *span,
        }
    }
}

fn summaries(findings: &[Finding]) -> String {
    let all = findings.iter().map(|one| format!("{} ({})", one.summary, one.code));
    all.collect::<Vec<_>>().join("; ")
}

/// For a statement that this crate generated.
impl From<SqlFault> for Fault {
    fn from(fault: SqlFault) -> Self {
        Self::Failed { span: Span::new(0, 0), message: fault.message }
    }
}
