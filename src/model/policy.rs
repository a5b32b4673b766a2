//! [`Policy`] and [`Suppression`]: what a team requires of its templates beyond what works, and what it accepts.

use std::ops::Range;
use std::path::PathBuf;

use chrono::NaiveDate;

/// Reads a day: `2027-03-01`, and no other form.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    // The parser of dates allows days without a zero and years of six digits.
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text)
}

/// The policies of a platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The folders of its rule files, relative to the platform file.
    pub folders: Vec<Placed>,
    /// The rules whose findings are errors.
    pub errors: Vec<Placed>,
    /// The rule files, read from the folders, by path.
    pub files: Vec<PolicyFile>,
}

/// A text of the platform file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The text.
    pub text: String,
    /// Its position in the file, in bytes.
    pub span: Range<usize>,
}

/// A file with Guard rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFile {
    /// Where it was read.
    pub path: PathBuf,
    /// Its name, which no other rule file of the platform has.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A team's decision to accept what a rule finds in a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The name of a Guard rule, or the code of a rule between resources.
    pub rule: String,
    /// The logical ID of the resource.
    pub resource: String,
    /// The stack of the resource, if not all stacks are meant.
    pub stack: Option<String>,
    /// Why the team accepts it.
    pub reason: String,
    /// The last day on which it holds.
    pub until: NaiveDate,
    /// Its positions in the file.
    pub spans: SuppressionSpans,
}

/// The positions of a suppression in the platform file, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SuppressionSpans {
    /// The rule.
    pub rule: Range<usize>,
    /// The resource.
    pub resource: Range<usize>,
    /// The last day.
    pub until: Range<usize>,
}
