//! [`Check`] and its [`Verdict`], and [`examine`], which runs checks.

use strataform_sdk::{Aws, Fault, Kind};

use super::needs::Needs;
use crate::diagnostic::Code;
use crate::model::Origin;

/// How much a check costs: its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// One or two requests: it also runs before the first deployment.
    Cheap,
    /// More requests, or requests that many identities may not make.
    Thorough,
}

/// When a check says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At any time.
    Always,
    /// Before the first deployment: later, what AWS counts contains the environment itself.
    Before,
}

/// The account that is asked.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    /// The connection.
    pub aws: &'a Aws,
    /// The account ID, 12 digits.
    pub id: &'a str,
    /// The ARN of the caller.
    pub caller: &'a str,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What is needed is there: the evidence.
    Passed(String),
    /// The deployment, or what it deploys, would fail.
    Failed(Problem),
    /// It may work, and nothing here can prove it.
    Warned(Problem),
    /// The platform does not need it: why.
    NotNeeded(&'static str),
    /// AWS did not answer the question: why.
    Unknown(String),
}

/// What is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What was found, in one line.
    pub found: String,
    /// What to do next.
    pub help: String,
    /// The section of the platform file that it concerns, if any.
    pub origin: Option<Origin>,
}

impl Verdict {
    /// The platform would fail for this reason; help says what to do.
    pub(super) fn failed(found: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed(Problem { found: found.into(), help: help.into(), origin: None })
    }

    /// It may fail for this reason.
    pub(super) fn warned(found: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Warned(Problem { found: found.into(), help: help.into(), origin: None })
    }

    /// The same as [`Self::failed`], at a section of the platform file.
    pub(super) fn failed_at(origin: Origin, found: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed(Problem { found: found.into(), help: help.into(), origin: Some(origin) })
    }

    /// The word for it in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Passed(_) => "passed",
            Self::Failed(_) => "failed",
            Self::Warned(_) => "warned",
            Self::NotNeeded(_) => "not-needed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The evidence, the reason or what was found.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Passed(text) | Self::Unknown(text) => text,
            Self::NotNeeded(text) => text,
            Self::Failed(problem) | Self::Warned(problem) => &problem.found,
        }
    }
}

/// A question to the account.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// The code of its failure.
    pub code: Code,
    /// What it is about: `groups`.
    pub name: &'static str,
    /// The actions that it calls, for a policy of the identity: `quicksight:DescribeGroup`.
    pub actions: &'static [&'static str],
    /// How much it costs.
    pub cost: Cost,
    /// When it says something.
    pub when: When,
    /// Asks.
    pub(super) ask: fn(Account<'_>, &Needs) -> Result<Verdict, Fault>,
}

/// A check and what it found.
#[derive(Clone, Debug)]
pub struct Examined {
    /// The check.
    pub check: &'static Check,
    /// What it found.
    pub verdict: Verdict,
}

impl Examined {
    /// Whether a deployment would fail for it.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.verdict, Verdict::Failed(_))
    }
}

/// Runs checks at the same time. The results are in the order of the checks.
///
/// # Errors
///
/// The credentials are missing or no longer valid: no answer means anything.
pub fn examine(
    account: Account<'_>,
    needs: &Needs,
    checks: impl IntoIterator<Item = &'static Check>,
) -> Result<Vec<Examined>, Fault> {
    std::thread::scope(|scope| {
        let running: Vec<_> = checks
            .into_iter()
            .map(|check| (check, scope.spawn(move || ask(check, account, needs))))
            .collect();
        let mut all = Vec::new();
        for (check, thread) in running {
            let asked = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            let verdict = match asked {
                Ok(verdict) => verdict,
                Err(fault) if fault.is_of_credentials() => return Err(fault),
                Err(fault) => Verdict::Unknown(unanswered(&fault)),
            };
            all.push(Examined { check, verdict });
        }
        Ok(all)
    })
}

fn ask(check: &Check, account: Account<'_>, needs: &Needs) -> Result<Verdict, Fault> {
    match check.when {
        When::Before if needs.is_deployed => Ok(Verdict::NotNeeded("the environment is deployed")),
        When::Before | When::Always => (check.ask)(account, needs),
    }
}

/// Why AWS did not answer.
fn unanswered(fault: &Fault) -> String {
    match fault.kind {
        Kind::Denied => format!("the identity may not call {}: {}", fault.operation, fault.message),
        Kind::Missing
        | Kind::Exists
        | Kind::Condition
        | Kind::Expired
        | Kind::Credentials
        | Kind::Region
        | Kind::Throttled
        | Kind::Unavailable
        | Kind::Refused => fault.to_string(),
    }
}
