//! Lifecycle rules of a bucket: objects and versions that are deleted sooner than before.
//!
//! In: a bucket before and after. Out: a verdict for each folder whose objects have a shorter life. A rule that is
//! disabled deletes nothing; a rule with tags or sizes in its filter is compared with the same filter only.

use serde_json::Value;

use super::impact::{Impact, Verdict};
use super::values::at;

/// How S3 expires objects.
const EXPIRING: &str =
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html";

/// What a rule deletes, of which objects, after how many days.
#[derive(Clone, Debug, PartialEq)]
struct Expiry {
    what: What,
    /// The folder; everything if it is empty.
    prefix: String,
    /// The rest of the filter, as JSON.
    filter: String,
    days: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Objects,
    Versions,
}

fn number(rule: &Value, path: &str) -> Option<f64> {
    let value = rule.pointer(path)?;
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn expiries(bucket: &Value) -> Vec<Expiry> {
    let rules = at(bucket, "LifecycleConfiguration/Rules").and_then(Value::as_array);
    let mut found = Vec::new();
    for rule in rules.into_iter().flatten() {
        if rule.get("Status").and_then(Value::as_str) != Some("Enabled") {
            continue;
        }
        let prefix = rule.get("Prefix").and_then(Value::as_str).unwrap_or_default().to_owned();
        let filter = ["TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"].map(|name| rule.get(name));
        let filter = filter
            .iter()
            .map(|one| one.map(Value::to_string).unwrap_or_default())
            .collect::<Vec<_>>()
            .join(";");
        let expiry = |what, days| Expiry { what, prefix: prefix.clone(), filter: filter.clone(), days };
        let dated = rule.get("ExpirationDate").map(|_| 0.0);
        found.extend(number(rule, "/ExpirationInDays").or(dated).map(|days| expiry(What::Objects, days)));
        let versions = number(rule, "/NoncurrentVersionExpiration/NoncurrentDays")
            .or_else(|| number(rule, "/NoncurrentVersionExpirationInDays"));
        found.extend(versions.map(|days| expiry(What::Versions, days)));
    }
    found
}

/// The verdicts on the lifecycle rules of a bucket.
pub(super) fn verdicts(was: &Value, is: &Value) -> Vec<Verdict> {
    let before = expiries(was);
    let mut found = Vec::new();
    for one in expiries(is) {
        let covers = |other: &&Expiry| {
            other.what == one.what
                && one.prefix.starts_with(&other.prefix)
                && ["", ";;", &one.filter].contains(&other.filter.as_str())
        };
        let days = before.iter().filter(covers).map(|other| other.days).fold(f64::INFINITY, f64::min);
        if one.days >= days {
            continue;
        }
        let things = match one.what {
            What::Objects => "objects",
            What::Versions => "earlier versions of objects",
        };
        let place = if one.prefix.is_empty() { String::new() } else { format!(" in {}", one.prefix) };
        let life =
            if days.is_finite() { format!(", instead of {days}") } else { ", instead of never".to_owned() };
        let reason = format!("{things}{place} are deleted after {} days{life}", one.days);
        found.push(Verdict::new(Impact::DestroysData, reason).by(EXPIRING).about("LifecycleConfiguration"));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(was: &Value, is: &Value) -> Vec<String> {
        let bucket = |rules: &Value| json!({"Type": "AWS::S3::Bucket", "Properties": {"LifecycleConfiguration": {"Rules": rules}}});
        verdicts(&bucket(was), &bucket(is)).into_iter().map(|one| one.reason).collect()
    }

    #[test]
    fn a_shorter_life_deletes_objects_and_a_longer_one_does_not() {
        let rule = |days: u32| json!([{"Status": "Enabled", "ExpirationInDays": days}]);
        assert_eq!(found(&rule(90), &rule(30)), ["objects are deleted after 30 days, instead of 90"]);
        assert!(found(&rule(30), &rule(90)).is_empty());
        assert_eq!(found(&json!([]), &rule(30)), ["objects are deleted after 30 days, instead of never"]);
        assert!(found(&rule(30), &json!([])).is_empty());
        let folder = json!([{"Status": "Enabled", "ExpirationInDays": 30, "Prefix": "a/"}]);
        assert!(found(&rule(30), &folder).is_empty(), "they were deleted before, too");
        assert_eq!(found(&folder, &rule(30)).len(), 1, "other folders were not");
        let off = json!([{"Status": "Disabled", "ExpirationInDays": 1}]);
        assert!(found(&rule(30), &off).is_empty());
        assert_eq!(found(&off, &rule(30)).len(), 1);
    }

    #[test]
    fn versions_are_counted_apart() {
        let rule = |days: u32| json!([{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": days}}]);
        assert_eq!(
            found(&rule(30), &rule(1)),
            ["earlier versions of objects are deleted after 1 days, instead of 30"]
        );
        assert_eq!(found(&json!([{"Status": "Enabled", "ExpirationInDays": 1}]), &rule(9)).len(), 1);
    }
}
