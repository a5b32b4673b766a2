//! Rules of buckets.

pub(super) mod archived_table;
pub(super) mod bridge_events;
pub(super) mod bucket_acl;
pub(super) mod expiry_order;
pub(super) mod iceberg_lifecycle;
pub(super) mod log_bucket_key;
pub(super) mod noncurrent;
pub(super) mod notification;
pub(super) mod policy_bucket;
pub(super) mod transition_age;

use serde_json::Value;

use crate::text;
use crate::world::Resource;

/// The rules of the lifecycle of a bucket.
const LIFECYCLE: &str = "LifecycleConfiguration/Rules";

/// A transition of a lifecycle rule.
struct Transition<'a> {
    /// Where it is in the properties of the bucket.
    path: String,
    /// The class to which objects are moved.
    class: &'a str,
    /// After how many days.
    days: f64,
    /// Whether it moves current versions.
    is_current: bool,
}

/// The transitions of an enabled lifecycle rule whose class and days are known.
fn transitions<'a>(bucket: &'a Resource, rule: &str) -> Vec<Transition<'a>> {
    let mut found = Vec::new();
    if bucket.literal(&format!("{rule}/Status")) != Some("Enabled") {
        return found;
    }
    for name in ["Transition", "Transitions", "NoncurrentVersionTransition", "NoncurrentVersionTransitions"] {
        for (path, _) in bucket.items(&format!("{rule}/{name}")) {
            let class = bucket.literal(&format!("{path}/StorageClass"));
            let days = ["TransitionInDays", "NoncurrentDays"]
                .iter()
                .find_map(|days| bucket.number(&format!("{path}/{days}")));
            if let (Some(class), Some(days)) = (class, days) {
                let is_current = !name.starts_with("Noncurrent");
                found.push(Transition { path, class, days, is_current });
            }
        }
    }
    found
}

/// The prefix of a rule, which is empty for all objects; `None` if the rule is limited by tags or sizes, or the prefix is not known.
fn prefix(rule: &Value) -> Option<&str> {
    if ["TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"].iter().any(|key| rule.get(key).is_some())
    {
        return None;
    }
    rule.get("Prefix").map_or(Some(""), |prefix| prefix.as_str().filter(|prefix| text::is_known(prefix)))
}
