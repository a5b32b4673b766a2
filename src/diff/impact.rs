//! [`Impact`]: what a change does to what runs, to data and to people; [`Verdict`]: an impact with its reason and source.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What a change does, from the least to the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Nothing is interrupted, lost, opened or broken.
    Safe,
    /// Something does not respond, or does not run, for a time.
    Interrupts,
    /// A new resource takes the place of one.
    Replaces,
    /// Data that was processed before must be processed again to be right.
    NeedsBackfill,
    /// A query, a job, a dashboard or a client that works today fails, or returns something else.
    BreaksConsumers,
    /// Somebody can do, read or reach what they could not.
    BroadensAccess,
    /// AWS rejects it: the deployment fails.
    Refused,
    /// Stored data is deleted, or can no longer be read.
    DestroysData,
}

impl Impact {
    /// All impacts, from the least to the worst.
    pub const ALL: [Self; 8] = [
        Self::Safe,
        Self::Interrupts,
        Self::Replaces,
        Self::NeedsBackfill,
        Self::BreaksConsumers,
        Self::BroadensAccess,
        Self::Refused,
        Self::DestroysData,
    ];

    /// Its name, as in options and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Interrupts => "interrupts",
            Self::Replaces => "replaces",
            Self::NeedsBackfill => "needs-backfill",
            Self::BreaksConsumers => "breaks-consumers",
            Self::BroadensAccess => "broadens-access",
            Self::Refused => "refused",
            Self::DestroysData => "destroys-data",
        }
    }

    /// The impact with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether a change with this impact needs to be allowed by name.
    #[must_use]
    pub fn is_dangerous(self) -> bool {
        match self {
            Self::Safe | Self::Interrupts | Self::Replaces => false,
            Self::NeedsBackfill
            | Self::BreaksConsumers
            | Self::BroadensAccess
            | Self::Refused
            | Self::DestroysData => true,
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// When an impact takes effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// With the deployment.
    #[default]
    Now,
    /// Not by this change alone, but by a later event: an overwrite, a removal.
    Later,
}

/// An impact of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The impact.
    pub impact: Impact,
    /// When it takes effect.
    #[serde(default)]
    pub moment: Moment,
    /// Why: one clause.
    pub reason: String,
    /// Where that is documented; empty if it follows from the change itself.
    #[serde(default)]
    pub source: Cow<'static, str>,
    /// What it was concluded from: a property, a setting, an aspect of a column; may be empty.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub about: Cow<'static, str>,
    /// The smallest thing that shows it, found and executed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witness: Option<Witness>,
    /// Why nothing shows it, if something was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_witness: Option<String>,
}

/// What a [`Witness`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exhibit {
    /// A record, an event or a message that somebody sends or that is stored.
    Record,
    /// Rows of a table.
    Row,
    /// A query.
    Query,
    /// A file or an object.
    File,
    /// A visual of a dashboard.
    Visual,
}

impl Exhibit {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Row => "row",
            Self::Query => "query",
            Self::File => "file",
            Self::Visual => "visual",
        }
    }
}

/// The smallest thing that shows a verdict: what the old and the new version gave for it, when both ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// What it is.
    pub what: Exhibit,
    /// The record, the rows, the query or the name.
    pub text: String,
    /// What the old version gives.
    pub before: String,
    /// What the new version gives.
    pub after: String,
}

impl Verdict {
    /// A verdict that follows from the change itself.
    #[must_use]
    pub fn new(impact: Impact, reason: impl Into<String>) -> Self {
        Self {
            impact,
            moment: Moment::Now,
            reason: reason.into(),
            source: Cow::Borrowed(""),
            about: Cow::Borrowed(""),
            witness: None,
            no_witness: None,
        }
    }

    /// The same with its source.
    #[must_use]
    pub fn by(mut self, source: impl Into<Cow<'static, str>>) -> Self {
        self.source = source.into();
        self
    }

    /// The same, concluded from a property, a setting or an aspect of a column.
    #[must_use]
    pub(super) fn about(mut self, what: impl Into<Cow<'static, str>>) -> Self {
        self.about = what.into();
        self
    }

    /// The same, but later.
    #[must_use]
    pub fn at(mut self, moment: Moment) -> Self {
        self.moment = moment;
        self
    }
}

/// The verdicts without duplicates, the worst first.
#[must_use]
pub(super) fn worst_first(mut all: Vec<Verdict>) -> Vec<Verdict> {
    all.sort_by(|one, other| {
        other
            .impact
            .cmp(&one.impact)
            .then(one.moment.cmp(&other.moment))
            .then_with(|| one.reason.cmp(&other.reason))
    });
    all.dedup_by(|one, other| one.impact == other.impact && one.reason == other.reason);
    all
}
