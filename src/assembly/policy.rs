//! [`ManifestPolicy`]: what the platform file sets about rules, so that an assembly is checked without it.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Suppression, parse_day};

/// Which rules are errors, and which findings the team accepts. The rule files are files of the assembly.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestPolicy {
    /// The rules whose findings are errors; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// The findings that the team accepts; absent if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressions: Vec<ManifestSuppression>,
}

impl ManifestPolicy {
    /// Whether the platform file sets nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty() && self.suppressions.is_empty()
    }
}

/// A finding that the team accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestSuppression {
    /// The name of a Guard rule, or the code of a rule between resources.
    pub rule: String,
    /// The logical ID of the resource.
    pub resource: String,
    /// The stack; absent: every stack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// Why the team accepts it.
    pub reason: String,
    /// The last day: `2027-03-01`.
    #[serde(serialize_with = "write_day", deserialize_with = "read_day")]
    pub until: NaiveDate,
}

impl From<&Suppression> for ManifestSuppression {
    fn from(one: &Suppression) -> Self {
        Self {
            rule: one.rule.clone(),
            resource: one.resource.clone(),
            stack: one.stack.clone(),
            reason: one.reason.clone(),
            until: one.until,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn write_day<S: Serializer>(day: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(day)
}

fn read_day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse_day(&text).ok_or_else(|| serde::de::Error::custom(format!("invalid date `{text}`")))
}
