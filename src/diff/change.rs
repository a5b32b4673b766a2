//! [`Change`]: one thing that changes, what it does, and what follows from it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::impact::{Impact, Verdict, worst_first};
use super::resource::Effect;
use super::values::PropertyChange;

/// Where a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// A setting of the platform file.
    Settings,
    /// A column of a dataset, by its permanent number.
    Columns,
    /// A resource of a stack.
    Resources,
    /// Who can do what, and what can be reached.
    Access,
    /// A table of the Data Catalog.
    Catalogue,
    /// A statement of the warehouse.
    Warehouse,
    /// What a job does.
    Jobs,
    /// What a dashboard shows.
    Dashboards,
    /// What a month costs.
    Price,
    /// Anything else: parameters, outputs, descriptions.
    Files,
}

impl Layer {
    /// Its name, as a heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Columns => "columns",
            Self::Resources => "resources",
            Self::Access => "access",
            Self::Catalogue => "catalogue",
            Self::Warehouse => "warehouse",
            Self::Jobs => "jobs",
            Self::Dashboards => "dashboards",
            Self::Price => "price",
            Self::Files => "files",
        }
    }
}

/// What a change is about, so that it can be found below its cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Touch {
    /// A section of the platform file: `dataset.page_view`.
    Section(String),
    /// A column of a dataset or table, by both names.
    Column(String, String),
}

impl Touch {
    /// A column.
    #[must_use]
    pub fn column(table: &str, column: &str) -> Self {
        Self::Column(table.to_owned(), column.to_owned())
    }
}

/// A thing that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Where it is.
    pub layer: Layer,
    /// What changes: `storage/RawBucket`, ``column `amount` of `page_view` ``.
    pub subject: String,
    /// What kind of thing that is: a resource type, the kind of a file; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// What happens to it.
    pub effect: Effect,
    /// The change in a few words: `decimal(12,2) → decimal(18,2)`; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The properties that change, as dotted paths; those that only refer to something that changes have no values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<String>,
    /// The old and the new values of properties.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<PropertyChange>,
    /// What it does, the worst first; never empty.
    pub verdicts: Vec<Verdict>,
    /// The section of the platform file that it was generated for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The file of the assembly in which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The statements that a deployment runs in the warehouse.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// What it is about.
    #[serde(skip)]
    pub touches: BTreeSet<Touch>,
    /// The texts that differ, in which columns are named.
    #[serde(skip)]
    pub mentions: Vec<String>,
    /// What follows from it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<Change>,
}

impl Change {
    /// A change that is safe until it is judged.
    #[must_use]
    pub fn new(layer: Layer, subject: impl Into<String>, effect: Effect) -> Self {
        Self {
            layer,
            subject: subject.into(),
            kind: String::new(),
            effect,
            summary: String::new(),
            properties: Vec::new(),
            values: Vec::new(),
            verdicts: vec![Verdict::new(Impact::Safe, "")],
            origin: None,
            file: None,
            statements: Vec::new(),
            touches: BTreeSet::new(),
            mentions: Vec::new(),
            consequences: Vec::new(),
        }
    }

    /// The same, with a summary.
    #[must_use]
    pub fn says(mut self, summary: impl Into<String>) -> Self {
        self.summary = summary.into();
        self
    }

    /// The same, with verdicts; without any, it is safe.
    #[must_use]
    pub fn judged(mut self, verdicts: Vec<Verdict>) -> Self {
        if !verdicts.is_empty() {
            self.verdicts = worst_first(verdicts);
        }
        self
    }

    /// Its worst impact, without what follows from it.
    #[must_use]
    pub fn own_impact(&self) -> Impact {
        self.verdicts.iter().map(|one| one.impact).max().unwrap_or(Impact::Safe)
    }

    /// Its worst impact, with what follows from it.
    #[must_use]
    pub fn impact(&self) -> Impact {
        self.consequences.iter().map(Self::impact).chain([self.own_impact()]).max().unwrap_or(Impact::Safe)
    }

    /// It, and everything that follows from it.
    #[must_use]
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        found.extend(self.consequences.iter().flat_map(Self::all));
        found
    }
}
