//! [`Fault`]: why a deployment stopped.

use crate::assembly::Manifest;
use crate::diagnostic::Code;
pub(super) use crate::diagnostic::deployment::*;
use crate::migration::Refusal;
use crate::model::Origin;

/// The kind of a fault; each has its own exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The request cannot be carried out: 1.
    Refused,
    /// A loss is not allowed: 3.
    NotAllowed,
    /// Another deployment holds the lock: 4.
    Locked,
    /// A step failed; completed steps are kept: 5.
    Failed,
    /// The credentials are missing or invalid: 6.
    Credentials,
    /// The user interrupted: 130.
    Interrupted,
}

/// Why a deployment stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{summary}")]
pub struct Fault {
    /// Its stable code.
    pub code: Code,
    /// Its kind.
    pub reason: Reason,
    /// What is wrong, in one line.
    pub summary: String,
    /// The causes, one line each.
    pub causes: Vec<String>,
    /// What to do next.
    pub help: String,
    /// The stack and the logical ID of the resource that failed, if any.
    pub resource: Option<(String, String)>,
    /// The section of the platform file that it concerns, if any.
    pub origin: Option<Box<Origin>>,
}

impl Fault {
    /// Makes a fault with this code.
    #[must_use]
    pub fn new(code: Code, reason: Reason, summary: impl Into<String>) -> Self {
        Self {
            code,
            reason,
            summary: summary.into(),
            causes: Vec::new(),
            help: String::new(),
            resource: None,
            origin: None,
        }
    }

    /// Makes a [`Reason::Refused`] fault.
    #[must_use]
    pub fn refused(code: Code, summary: impl Into<String>) -> Self {
        Self::new(code, Reason::Refused, summary)
    }

    /// Makes a [`Reason::Failed`] fault.
    #[must_use]
    pub fn failed(code: Code, summary: impl Into<String>) -> Self {
        Self::new(code, Reason::Failed, summary)
    }

    /// The environment is not as it was when the plan was made.
    #[must_use]
    pub(super) fn moved(causes: impl IntoIterator<Item = String>) -> Self {
        let mut fault = Self::refused(MOVED, "the environment changed since the plan was made")
            .help("nothing was done; run the command again and review the new plan");
        fault.causes.extend(causes);
        fault
    }

    /// Adds a cause.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds the section of the platform file that its resource is generated from.
    #[must_use]
    pub(super) fn placed(mut self, manifest: &Manifest) -> Self {
        if let Some((stack, logical)) = &self.resource {
            self.origin = manifest.origin(stack, logical).map(Box::new);
        }
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        let mut fault = Self::refused(refusal.code, refusal.summary).help(refusal.help);
        fault.causes = refusal.causes;
        fault
    }
}

impl From<strataform_sdk::Fault> for Fault {
    fn from(fault: strataform_sdk::Fault) -> Self {
        use strataform_sdk::Kind;
        let (code, reason, summary, help) = match fault.kind {
            Kind::Expired => (
                CREDENTIALS,
                Reason::Credentials,
                "the credentials have expired",
                "sign in again, for example with `aws sso login`, and run the same command; completed steps are kept, \
                 and operations that AWS has started continue",
            ),
            Kind::Credentials => (
                CREDENTIALS,
                Reason::Credentials,
                "no valid AWS credentials found",
                "configure them as for any AWS tool: `aws configure sso`, AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID",
            ),
            Kind::Region => (
                REFUSED,
                Reason::Refused,
                "no region is configured",
                "set it in the platform file, or with --region",
            ),
            Kind::Denied => (
                SERVICE,
                Reason::Failed,
                "the identity lacks a permission",
                "grant the permission; docs/deploy.md lists what a deployment needs",
            ),
            Kind::Throttled | Kind::Unavailable => (
                SERVICE,
                Reason::Failed,
                "AWS did not answer after several attempts",
                "run the same command again; it continues where it stopped",
            ),
            Kind::Missing | Kind::Exists | Kind::Condition | Kind::Refused => {
                (SERVICE, Reason::Failed, "AWS rejected a request", "")
            }
        };
        Self::new(code, reason, summary).because(fault.to_string()).help(help)
    }
}
