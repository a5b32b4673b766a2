//! [`Fault`]: why a deployment did not go on.

use std::fmt;

use crate::assembly::Manifest;
use crate::diagnostic::Code;
pub(super) use crate::diagnostic::deployment::*;
use crate::model::Origin;

/// What sort of reason: each has its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It cannot be done as it is: 1.
    Refused,
    /// A loss that is not allowed: 3.
    NotAllowed,
    /// Somebody else is at it: 4.
    Locked,
    /// It failed on the way; what was done stays done: 5.
    Failed,
    /// No credentials, or none that are valid: 6.
    Credentials,
    /// The user stopped it: 130.
    Interrupted,
}

/// Why a deployment did not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its stable code.
    pub code: Code,
    /// What sort of reason.
    pub reason: Reason,
    /// What is wrong, in one line.
    pub summary: String,
    /// Why, a line each.
    pub causes: Vec<String>,
    /// What to do next.
    pub help: String,
    /// The stack and the resource at which it happened, where there is one.
    pub resource: Option<(String, String)>,
    /// The section of the platform file that it is about, where there is one.
    pub origin: Option<Box<Origin>>,
}

impl Fault {
    /// A fault of that code.
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

    /// It cannot be done as it is.
    #[must_use]
    pub fn refused(code: Code, summary: impl Into<String>) -> Self {
        Self::new(code, Reason::Refused, summary)
    }

    /// It failed on the way.
    #[must_use]
    pub fn failed(code: Code, summary: impl Into<String>) -> Self {
        Self::new(code, Reason::Failed, summary)
    }

    /// With a line of why.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// With the section of the platform file that its resource was made for.
    #[must_use]
    pub(super) fn placed(mut self, manifest: &Manifest) -> Self {
        if let Some((stack, logical)) = &self.resource {
            self.origin = manifest.origin(stack, logical).map(Box::new);
        }
        self
    }

    /// With what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

impl std::error::Error for Fault {}

impl From<strataform_sdk::Fault> for Fault {
    fn from(fault: strataform_sdk::Fault) -> Self {
        use strataform_sdk::Kind;
        let (code, reason, summary, help) = match fault.kind {
            Kind::Expired => (
                CREDENTIALS,
                Reason::Credentials,
                "the credentials have expired",
                "sign in again (`aws sso login`, or whatever gives you credentials) and run the same command: what was \
                 done stays done, and what AWS has begun goes on there",
            ),
            Kind::Credentials => (
                CREDENTIALS,
                Reason::Credentials,
                "there are no credentials that AWS takes",
                "configure them as for every AWS tool: `aws configure sso`, AWS_PROFILE or --profile, AWS_ACCESS_KEY_ID",
            ),
            Kind::Region => (
                REFUSED,
                Reason::Refused,
                "there is no region",
                "name it in the platform file, or with --region",
            ),
            Kind::Denied => (
                SERVICE,
                Reason::Failed,
                "the identity may not do that",
                "ask for the right to do it; docs/deploy.md lists what a deployment needs",
            ),
            Kind::Throttled | Kind::Unavailable => (
                SERVICE,
                Reason::Failed,
                "AWS did not answer, though it was asked several times",
                "run the same command again: it goes on from where it stopped",
            ),
            _ => (SERVICE, Reason::Failed, "AWS refused a request", ""),
        };
        Self::new(code, reason, summary).because(fault.to_string()).help(help)
    }
}
