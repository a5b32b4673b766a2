//! The checks, a file each, and what several of them share.

mod addresses;
mod bucket;
mod glue;
mod groups;
mod identity_region;
mod lake;
mod linked_roles;
mod networks;
mod policies;
mod rights;
mod roles;
mod secrets_role;
mod services;
mod shards;
mod stacks;
mod streams;
mod subscription;
mod warehouse;
mod workers;
mod zones;

use strataform_sdk::Quota;

use super::check::{Check, Verdict};

/// All checks, in the order of their codes.
pub static CHECKS: [Check; 20] = [
    subscription::CHECK,
    identity_region::CHECK,
    groups::CHECK,
    secrets_role::CHECK,
    zones::CHECK,
    addresses::CHECK,
    networks::CHECK,
    shards::CHECK,
    streams::CHECK,
    workers::CHECK,
    warehouse::CHECK,
    policies::CHECK,
    roles::CHECK,
    stacks::CHECK,
    lake::CHECK,
    glue::CHECK,
    services::CHECK,
    linked_roles::CHECK,
    rights::CHECK,
    bucket::CHECK,
];

/// Why a check of QuickSight is not needed.
const NO_DASHBOARDS: &str = "the platform has no dashboard";

/// Why a check of groups is not needed.
const NO_GROUPS: &str = "the platform names no group";

/// A limit, and the code with which a greater one is requested.
#[derive(Clone, Debug, PartialEq)]
struct Limit {
    value: f64,
    /// `L-…`; empty if the service states the limit itself.
    code: String,
}

impl Limit {
    /// A limit that the service states itself.
    fn stated(value: u64) -> Self {
        Self { value: exact(value), code: String::new() }
    }
}

impl From<&Quota> for Limit {
    fn from(quota: &Quota) -> Self {
        Self { value: quota.value, code: quota.code.clone() }
    }
}

/// A number as AWS states quotas. Counts of resources are far below 2^53, up to which this is exact.
#[expect(clippy::cast_precision_loss, reason = "counts of resources are small")]
fn exact(number: u64) -> f64 {
    number as f64
}

// Assumes `quota-names`.
/// The quota with this name, in any case.
fn named(quotas: &[Quota], name: &str) -> Option<Limit> {
    quotas.iter().find(|one| one.name.eq_ignore_ascii_case(name)).map(Limit::from)
}

/// The quota whose name contains this word, in any case.
fn containing(quotas: &[Quota], word: &str) -> Option<Limit> {
    quotas.iter().find(|one| one.name.to_ascii_lowercase().contains(word)).map(Limit::from)
}

/// A quota that AWS did not list.
fn unlisted(name: &str) -> Verdict {
    Verdict::Unknown(format!("AWS lists no quota `{name}` here"))
}

/// What is used, what is wanted, and what is allowed.
struct Room<'a> {
    what: &'a str,
    used: u64,
    wanted: u64,
    quota: Limit,
}

/// Whether there is room for what is wanted.
fn room(room: &Room<'_>) -> Verdict {
    let Room { what, used, wanted, quota: Limit { value, code } } = room;
    let text = format!("{used} {what} of {value} are used, {wanted} more needed");
    if exact(used + wanted) <= *value {
        return Verdict::Passed(text);
    }
    let with = if code.is_empty() { String::new() } else { format!(" ({code})") };
    Verdict::failed(text, format!("request a greater quota of {what}{with} in the console of Service Quotas"))
}

/// `a, b and c`
fn list(words: &[impl AsRef<str>]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((one, [])) => one.as_ref().to_owned(),
        Some((last, rest)) => {
            let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", rest.join(", "), last.as_ref())
        }
    }
}
