//! [`Grant`]: one line of what changed, as a value and as text.
//!
//! In: a rule, and whether it was added or removed. Out: `orders-role may s3:DeleteObject on arn:aws:s3:::lake-raw/*`.
//!
//! It refuses to weigh grants: see `risk`.

use std::fmt;

use serde::Serialize;

use crate::condition::Clause;
use crate::item::Item;
use crate::rule::Rule;
use crate::set::Set;

/// What a grant is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Principals may call actions on resources.
    Allow,
    /// Principals have all permissions of a managed policy, or of a group.
    Attach,
    /// Sources can connect to resources.
    Reach,
    /// Resources can connect to destinations.
    ReachOut,
    /// Principals are denied actions on resources.
    Deny,
    /// Principals have at most the permissions of a policy.
    Boundary,
    /// A setting of resources keeps something out.
    Block,
}

impl Effect {
    /// Whether it gives access, rather than keeps it back.
    #[must_use]
    pub fn is_giving(self) -> bool {
        match self {
            Self::Allow | Self::Attach | Self::Reach | Self::ReachOut => true,
            Self::Deny | Self::Boundary | Self::Block => false,
        }
    }
}

/// Whether what a grant is about is new or gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is in the template after the change.
    Added,
    /// It is only in the template before the change.
    Removed,
}

/// Patterns: these, or everything but these.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Patterns {
    /// Any of these.
    Only(Vec<String>),
    /// Everything but these; without any, everything.
    AllBut(Vec<String>),
}

impl Patterns {
    /// Whether they include everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        match self {
            Self::Only(_) => false,
            Self::AllBut(excluded) => excluded.is_empty(),
        }
    }

    fn of(set: &Set) -> Self {
        let texts = |items: &[Item]| {
            let mut texts: Vec<String> = items.iter().map(|item| item.text.clone()).collect();
            texts.sort();
            texts
        };
        match set {
            Set::Only(items) => Self::Only(texts(items)),
            Set::AllBut(items) => Self::AllBut(texts(items)),
        }
    }
}

impl fmt::Display for Patterns {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only(patterns) => write!(out, "{}", patterns.join(", ")),
            Self::AllBut(patterns) if patterns.is_empty() => write!(out, "*"),
            Self::AllBut(patterns) => write!(out, "everything but {}", patterns.join(", ")),
        }
    }
}

/// One operator and key of a condition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Condition {
    /// Such as `StringEquals`.
    pub operator: String,
    /// Such as `aws:SourceAccount`.
    pub key: String,
    /// The values, sorted.
    pub values: Vec<String>,
}

impl Condition {
    fn of(clause: &Clause) -> Self {
        let mut values: Vec<String> = clause.values.iter().map(|item| item.text.clone()).collect();
        values.sort();
        Self { operator: clause.shown.operator.clone(), key: clause.shown.key.clone(), values }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.key, self.operator, self.values.join(", "))
    }
}

/// What someone can newly do, or can do no longer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Grant {
    /// What it is about.
    pub effect: Effect,
    /// Whether that is new or gone.
    pub change: Change,
    /// The principals; for network access, the sources or destinations.
    pub principals: Patterns,
    /// The actions; for network access, protocols and ports; for [`Effect::Attach`], policies.
    pub actions: Patterns,
    /// The resources.
    pub resources: Patterns,
    /// The conditions, all of which hold.
    pub conditions: Vec<Condition>,
    /// The logical ID of the resource that it stands in.
    pub logical_id: String,
    /// Where in the resource: a JSON pointer.
    pub path: String,
}

impl Grant {
    pub(crate) fn new(rule: &Rule, change: Change) -> Self {
        Self {
            effect: rule.effect,
            change,
            principals: Patterns::of(&rule.principals),
            actions: Patterns::of(&rule.actions),
            resources: Patterns::of(&rule.resources),
            conditions: rule.conditions.iter().map(Condition::of).collect(),
            logical_id: rule.place.logical_id.clone(),
            path: rule.place.path.clone(),
        }
    }

    /// The principals in a sentence.
    fn subject(&self) -> String {
        match &self.principals {
            Patterns::AllBut(excluded) if excluded.is_empty() => "everyone".to_owned(),
            Patterns::AllBut(excluded) => format!("everyone but {}", excluded.join(", ")),
            Patterns::Only(patterns) => patterns.join(", "),
        }
    }

    fn sentence(&self) -> String {
        let (who, what, on) = (self.subject(), &self.actions, &self.resources);
        let is_new = self.change == Change::Added;
        match (self.effect, self.change) {
            (Effect::Allow, Change::Added) => format!("{who} may {what} on {on}"),
            (Effect::Allow, Change::Removed) => format!("{who} may no longer {what} on {on}"),
            (Effect::Deny, _) => {
                format!("{who} {} denied {what} on {on}", if is_new { "is" } else { "is no longer" })
            }
            (Effect::Attach, _) => {
                format!("{who} has {}the permissions of {what}", if is_new { "" } else { "no longer " })
            }
            (Effect::Boundary, _) => {
                format!("{who} is {}limited by the boundary {what}", if is_new { "" } else { "no longer " })
            }
            (Effect::Block, _) => format!("{on} {} {what}", if is_new { "has" } else { "no longer has" }),
            (Effect::Reach, _) => {
                format!("{who} can {}connect to {on} at {what}", if is_new { "" } else { "no longer " })
            }
            (Effect::ReachOut, _) => {
                format!("{on} can {}connect to {who} at {what}", if is_new { "" } else { "no longer " })
            }
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.sentence())?;
        if !self.conditions.is_empty() {
            let clauses: Vec<String> = self.conditions.iter().map(ToString::to_string).collect();
            write!(out, " if {}", clauses.join(" and "))?;
        }
        Ok(())
    }
}
