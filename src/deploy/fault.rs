//! [`Fault`]: why a deployment did not go on.

use std::fmt;

use crate::assembly::Manifest;
use crate::diagnostic::Code;
use crate::model::Origin;

/// A deployment was refused before it began.
pub(super) const REFUSED: Code = Code("GEN1001");
/// Something that holds data would be lost, and that was not allowed by name.
pub(super) const LOSS: Code = Code("GEN1002");
/// Another deployment holds the lock.
pub(super) const LOCKED: Code = Code("GEN1003");
/// What is deployed changed between plan and execution.
pub(super) const MOVED: Code = Code("GEN1004");
/// A stack failed.
pub(super) const STACK: Code = Code("GEN1005");
/// A stack is in a state from which no deployment can go on.
pub(super) const STUCK: Code = Code("GEN1006");
/// A file of SQL that was applied has changed.
pub(super) const SQL_CHANGED: Code = Code("GEN1007");
/// A file of SQL failed.
pub(super) const SQL_FAILED: Code = Code("GEN1008");
/// There are no credentials, or they are no longer valid.
pub(super) const CREDENTIALS: Code = Code("GEN1009");
/// A service of AWS did not do what was asked.
pub const SERVICE: Code = Code("GEN1010");
/// The user stopped it.
pub const INTERRUPTED: Code = Code("GEN1011");
/// There is nothing of that kind.
pub const ABSENT: Code = Code("GEN1012");
/// The environment is protected.
pub(super) const PROTECTED: Code = Code("GEN1013");
/// A bucket holds objects, and was not named to be emptied.
pub(super) const FULL: Code = Code("GEN1014");
/// A resource would be made anew under the name that it has.
pub(super) const NAMED: Code = Code("GEN1015");

/// Records of a file cannot be put into a stream.
pub(super) const RECORDS: Code = Code("GEN1016");

/// Every code that this room may give, and what it means.
pub const CODES: &[(Code, &str)] = &[
    (
        REFUSED,
        "The deployment cannot begin: the assembly is stale, or it is for another account, region or version of gen.",
    ),
    (LOSS, "Something that holds data would be replaced or removed, and that was not allowed by its name."),
    (LOCKED, "Another deployment of this environment holds the lock."),
    (MOVED, "What is deployed changed after the plan was made."),
    (STACK, "CloudFormation could not make, change or delete a stack."),
    (STUCK, "A stack is in a state from which no deployment can go on."),
    (SQL_CHANGED, "A file of SQL changed after it was applied, in a way that cannot be applied again."),
    (SQL_FAILED, "The warehouse refused a file of SQL."),
    (CREDENTIALS, "There are no credentials for AWS, or they are no longer valid."),
    (SERVICE, "A service of AWS did not do what was asked of it."),
    (INTERRUPTED, "The deployment was stopped; what AWS has begun goes on there."),
    (ABSENT, "There is no such version, stack, job or stream."),
    (PROTECTED, "The environment is protected and cannot be destroyed."),
    (FULL, "A bucket holds objects, and was not named to be emptied."),
    (
        RECORDS,
        "A file cannot be put into a stream: it cannot be read, rows of it are not records, or there is no stream.",
    ),
    (NAMED, "A resource would be made anew under the name that it has, which CloudFormation refuses."),
];

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
