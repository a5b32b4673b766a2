//! [`Fault`]: why a text did not run.

use strataform_postgres::SqlFault;
use strataform_redshift::{Finding, Span};

/// Why a text did not run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It is none of Redshift's. Nothing ran.
    #[error("{}", summaries(_0))]
    Refused(Vec<Finding>),
    /// Redshift would run it, and PostgreSQL has nothing like it. Nothing ran.
    #[error("PostgreSQL has no {what}")]
    Untranslatable {
        /// The statement.
        span: Span,
        /// What PostgreSQL has not.
        what: String,
    },
    /// The files of a `COPY` are not those of its table. Nothing ran.
    #[error("{cause}")]
    Files {
        /// The statement.
        span: Span,
        /// What is wrong with them.
        cause: String,
    },
    /// The server refused a statement; those before it ran, unless they were of the same transaction.
    #[error("{said}")]
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

fn summaries(findings: &[Finding]) -> String {
    let all = findings.iter().map(|one| format!("{} ({})", one.summary, one.code));
    all.collect::<Vec<_>>().join("; ")
}

/// Of a statement that this crate wrote.
impl From<SqlFault> for Fault {
    fn from(fault: SqlFault) -> Self {
        Self::Failed { span: Span::new(0, 0), said: fault.said }
    }
}
