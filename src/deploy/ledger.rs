//! The ledger: a numbered record of every deployment, and the lock of the current one.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// What a version was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Kind {
    /// `gen deploy`
    Deploy,
    /// `gen rollback`
    Rollback {
        /// The version whose assembly was deployed again.
        to: u64,
    },
    /// `gen destroy`
    Destroy,
}

/// How a version ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It has not ended, or its end was not recorded.
    Running,
    /// All steps succeeded.
    Succeeded,
    /// A step failed; completed steps are kept.
    Failed,
    /// It was interrupted, or its process died.
    Interrupted,
}

impl Verdict {
    /// The word that users read.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A stack as a version left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackRecord {
    /// Its name within platform and environment.
    pub name: String,
    /// Its ARN.
    pub id: String,
    /// When it was changed last, in milliseconds since 1970.
    pub changed: i64,
}

/// A version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from 1.
    pub number: u64,
    /// What it was for.
    #[serde(flatten)]
    pub kind: Kind,
    /// When it began, in seconds since 1970.
    pub started: i64,
    /// When it ended, in seconds since 1970; `None` while it runs.
    pub ended: Option<i64>,
    /// The ARN of the identity that deployed.
    pub identity: String,
    /// The Git revision of the working tree, with the suffix `-dirty` if it had changes.
    pub revision: Option<String>,
    /// The hash of the assembly's manifest; empty for `gen destroy`.
    pub assembly: String,
    /// How it ended.
    pub result: Verdict,
    /// Why it did not succeed.
    pub note: String,
    /// The stacks, as it left them.
    pub stacks: Vec<StackRecord>,
    /// The version of gen.
    pub tool: String,
    /// Unique to this run.
    pub token: String,
}

/// The newest version, and the newest one that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The newest version that ended.
    pub last: Record,
    /// The newest version that succeeded, unless the environment was destroyed since.
    pub deployed: Option<Record>,
}

impl Head {
    /// The version whose assembly is deployed, or was last tried: the newest one that succeeded, or the newest of all.
    /// `None` if it has no assembly, as after `gen destroy`.
    #[must_use]
    pub fn assembled(&self) -> Option<&Record> {
        Some(self.deployed.as_ref().unwrap_or(&self.last)).filter(|record| !record.assembly.is_empty())
    }
}

/// Who is deploying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// The ARN.
    pub identity: String,
    /// The machine's host name and boot ID.
    pub host: String,
    /// The process ID.
    pub process: u32,
    /// When the process started, in clock ticks since boot, because process IDs are reused.
    pub began: String,
    /// Since when, in seconds since 1970.
    pub since: i64,
    /// Unique to this run.
    pub token: String,
}

impl Lock {
    /// A lock held by this process.
    #[must_use]
    pub fn of(identity: &str) -> Self {
        let process = std::process::id();
        Self {
            identity: identity.to_owned(),
            host: host(),
            process,
            began: began(process).unwrap_or_default(),
            since: now(),
            token: token(),
        }
    }

    /// Whether the process that holds it is known to be gone: it ran on this machine, and no longer does.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        let here = !self.host.is_empty() && self.host == host() && !self.began.is_empty();
        here && began(self.process).as_ref() != Some(&self.began)
    }
}

/// The ID of a run that a user starts now: `manual-20261123T101500Z`.
#[must_use]
pub fn run_id() -> String {
    format!("manual-{}", moment())
}

/// The current time, as part of a name: `20261123T101500Z`.
pub(super) fn moment() -> String {
    strataform_sdk::utc(now()).chars().filter(|one| !matches!(one, '-' | ':')).collect()
}

/// The current time; nothing else in this module reads a clock.
#[expect(clippy::disallowed_methods, reason = "the ledger records times; none of it is rendered")]
fn clock() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    i64::try_from(clock().as_secs()).unwrap_or(i64::MAX)
}

/// A token that is unique to this run, across machines.
pub(super) fn token() -> String {
    let seed = format!("{} {} {}", host(), std::process::id(), clock().as_nanos());
    super::store::sha256(seed.as_bytes())[..24].to_owned()
}

fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    match (name.trim(), boot.trim()) {
        ("", _) | (_, "") => String::new(),
        (name, boot) => format!("{name}/{boot}"),
    }
}

/// When a process started, in clock ticks since boot; `None` if it is gone or the system does not tell.
fn began(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in parentheses, and may contain anything; the 22nd is the start time.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace();
    // A zombie has exited, although its parent has not read its exit status yet.
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}
