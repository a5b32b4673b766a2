//! What no schema says about a change: [`Rule`]s as data, with a source each, in a file for each service.
//!
//! In: a resource before and after, the paths that differ. Out: [`Verdict`]s. It refuses to know a rule without a source.

mod analytics;
mod messaging;
pub(super) mod settings;
mod storage;
mod visuals;
mod warehouse;

use serde_json::Value;

use super::impact::{Impact, Moment, Verdict, worst_first};
use super::lifecycle;
use super::resource::{Effect, holds_data, touches};
use super::values::{at, shown};

/// The documentation of deletion policies.
const POLICIES: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html";

/// How resources of a type are updated.
const BEHAVIOURS: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html";

/// A fact about the change of a property, or about the end of a resource.
#[derive(Debug)]
struct Rule {
    /// The resource type.
    kind: &'static str,
    /// The path of the property, with `*` for any key; empty for the resource.
    path: &'static str,
    when: When,
    impact: Impact,
    moment: Moment,
    reason: &'static str,
    /// Where that is documented.
    source: &'static str,
}

/// The condition of a rule.
#[derive(Clone, Copy, Debug)]
enum When {
    /// The property changes in any way.
    Changes,
    /// The number becomes smaller; what an unset property means.
    Falls(Unset),
    /// The number becomes more than the double, or less than the half.
    MoreThanDoubles(Unset),
    /// The property has no value any more.
    Disappears,
    /// The property had no value.
    Appears,
    /// It has another value than this one, which it had.
    Leaves(&'static str),
    /// It has this value, and had another one.
    Becomes(&'static str),
    /// It changes, unless from the first value to the second.
    Unless(&'static str, &'static str),
    /// The resource is replaced.
    Replaced,
    /// The resource is deleted or replaced; the first property has a value, and the second one is not true.
    EndsWith(&'static str, &'static str),
    /// It changes, and the resource has this property before and after.
    With(&'static str),
}

/// What an unset number means.
#[derive(Clone, Copy, Debug)]
enum Unset {
    /// This number.
    Is(f64),
    /// More than any number.
    Unlimited,
}

/// The rules of all services.
fn rules() -> impl Iterator<Item = &'static Rule> {
    [analytics::RULES, messaging::RULES, storage::RULES, visuals::RULES, warehouse::RULES]
        .into_iter()
        .flatten()
}

fn of_kind(kind: &str) -> impl Iterator<Item = &'static Rule> {
    rules().filter(move |rule| rule.kind == kind)
}

fn kind(resource: &Value) -> &str {
    resource.get("Type").and_then(Value::as_str).unwrap_or_default()
}

/// The number that a property means.
fn number(value: Option<&Value>, unset: Unset) -> Option<f64> {
    match value {
        None | Some(Value::Null) => Some(match unset {
            Unset::Is(number) => number,
            Unset::Unlimited => f64::INFINITY,
        }),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => None,
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_))) => {
            other.to_string()
        }
    }
}

impl When {
    /// Whether it holds for a property that changes. A number that is not known (a function) counts as the worst.
    fn holds(self, was: Option<&Value>, is: Option<&Value>) -> bool {
        let compared = |unset, test: fn(f64, f64) -> bool| match (number(was, unset), number(is, unset)) {
            (Some(was), Some(is)) => test(was, is),
            (None, _) | (_, None) => true,
        };
        match self {
            Self::Changes => was != is,
            Self::Falls(unset) => compared(unset, |was, is| is < was),
            Self::MoreThanDoubles(unset) => compared(unset, |was, is| is > was * 2.0 || is * 2.0 < was),
            Self::Disappears => was.is_some() && is.is_none(),
            Self::Appears => was.is_none() && is.is_some(),
            Self::Leaves(value) => text(was) == value && text(is) != value,
            Self::Becomes(value) => text(was) != value && text(is) == value,
            Self::Unless(from, to) => was != is && !(text(was) == from && text(is) == to),
            Self::Replaced | Self::EndsWith(..) | Self::With(_) => false,
        }
    }
}

impl Rule {
    fn verdict(&self) -> Verdict {
        Verdict::new(self.impact, self.reason).by(self.source).at(self.moment).about(self.path)
    }

    /// Whether it applies to a resource of which these paths differ.
    fn applies(&self, was: &Value, is: &Value, paths: &[String]) -> bool {
        let touched = paths.iter().any(|path| touches(self.path, path));
        match self.when {
            When::With(path) => touched && at(was, path).is_some() && at(is, path).is_some(),
            other => touched && other.holds(at(was, self.path), at(is, self.path)),
        }
    }
}

/// Whether the change of a property replaces the resource, although the registry does not say so, or says it for some
/// values only.
pub(super) fn replaces(kind: &str, was: &Value, is: &Value, path: &str) -> bool {
    let paths = [path.to_owned()];
    of_kind(kind).filter(|rule| rule.impact == Impact::Replaces).any(|rule| rule.applies(was, is, &paths))
}

/// The paths of which the registry says that they replace the resource for some values, and no rule says which.
fn conditional(kind: &str, paths: &[String]) -> Vec<String> {
    let facts = strataform_schema::resource(kind);
    let all = facts.as_ref().map(|facts| facts.conditional_create_only.as_slice()).unwrap_or_default();
    let is_ruled = |path: &str| {
        of_kind(kind)
            .any(|rule| rule.impact == Impact::Replaces && !rule.path.is_empty() && touches(rule.path, path))
    };
    let open = paths.iter().filter(|path| all.iter().any(|one| touches(one, path)) && !is_ruled(path));
    open.map(|path| shown(path)).collect()
}

/// What happens to a resource, as far as the schemas say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate<'a> {
    pub(super) effect: Effect,
    /// The paths that force a replacement.
    pub(super) forced: &'a [String],
    pub(super) loses_data: bool,
    /// The name that a replacement would keep.
    pub(super) keeps_name: Option<&'a str>,
}

/// What a change of a resource does.
pub(super) fn of_change(was: &Value, is: &Value, paths: &[String], fate: Fate<'_>) -> Vec<Verdict> {
    let Fate { effect, forced, loses_data, keeps_name } = fate;
    let kind = kind(is);
    let of_properties =
        of_kind(kind).filter(|rule| rule.impact != Impact::Replaces && rule.applies(was, is, paths));
    let mut found: Vec<Verdict> = of_properties.map(Rule::verdict).collect();
    found.extend(policies(was, is, paths));
    if kind == "AWS::S3::Bucket" {
        found.extend(lifecycle::verdicts(was, is));
    }
    let open = conditional(kind, paths);
    if effect == Effect::Replace {
        let by: Vec<String> = forced.iter().map(|path| shown(path)).collect();
        let by = if by.is_empty() { "its type".to_owned() } else { by.join(", ") };
        found.push(Verdict::new(Impact::Replaces, format!("{by} cannot change in place")).by(BEHAVIOURS));
        found.extend(ended(was, |when| matches!(when, When::Replaced)));
        found.extend(loses_data.then(|| of_loss(was, "UpdateReplacePolicy")));
    } else if !open.is_empty() {
        let reason = format!("CloudFormation replaces it for some values of {}", open.join(", "));
        found.push(Verdict::new(Impact::Replaces, reason).by(BEHAVIOURS));
    }
    if let Some(name) = keeps_name {
        let reason = format!("CloudFormation cannot create a second one named {name}");
        found.push(Verdict::new(Impact::Refused, reason).by(BEHAVIOURS));
    }
    worst_first(found)
}

/// What the removal of a resource does.
pub(super) fn of_removal(was: &Value, fate: Fate<'_>) -> Vec<Verdict> {
    let mut found = Vec::new();
    match fate.effect {
        Effect::Delete => {
            found.extend(ended(was, |_| false));
            found.extend(fate.loses_data.then(|| of_loss(was, "DeletionPolicy")));
        }
        Effect::Create | Effect::Update | Effect::Replace | Effect::Release => {}
    }
    worst_first(found)
}

/// The verdicts of rules about the end of a resource.
fn ended(was: &Value, also: impl Fn(When) -> bool) -> Vec<Verdict> {
    let holds = |rule: &&Rule| match rule.when {
        When::EndsWith(path, unless) => {
            at(was, path).is_some_and(|value| !value.as_array().is_some_and(Vec::is_empty))
                && text(at(was, unless)) != "true"
        }
        other => also(other),
    };
    of_kind(kind(was)).filter(holds).map(Rule::verdict).collect()
}

/// What happens to the data of a resource that ends.
fn of_loss(was: &Value, name: &str) -> Verdict {
    let policy = was.get(name).and_then(Value::as_str).unwrap_or("Delete");
    let verdict = match policy {
        "Delete" => Verdict::new(Impact::DestroysData, format!("its {name} is Delete")),
        "Snapshot" => Verdict::new(Impact::DestroysData, "of its data only a snapshot stays"),
        _ => Verdict::new(
            Impact::BreaksConsumers,
            "the new one is empty; the old one stays, outside of the stack",
        ),
    };
    verdict.by(POLICIES).about("policy")
}

/// What a weaker deletion policy does.
fn policies(was: &Value, is: &Value, paths: &[String]) -> Vec<Verdict> {
    let mut found = Vec::new();
    for name in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let policy = |of: &Value| of.get(name).and_then(Value::as_str).unwrap_or("Delete").to_owned();
        let is_weaker = policy(was) != "Delete" && policy(is) == "Delete";
        if is_weaker && holds_data(kind(is)) && paths.iter().any(|path| shown(path) == name) {
            let reason =
                format!("without {name} {}, a later removal or replacement deletes the data", policy(was));
            found.push(
                Verdict::new(Impact::DestroysData, reason).by(POLICIES).at(Moment::Later).about("policy"),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests;
