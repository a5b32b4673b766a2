//! The part of a template that a rule file looks at.
//!
//! The evaluator of the language copies all that a query passes through, so each `Resources.*[ Type == … ]` copies the template;
//! with definitions of dashboards in it, that is most of the time. Rules of a type of resource give the same result if resources of
//! other types are reduced to their type, and if values are left out at keys that no rule has.
//!
//! In: a rule file; a template. Out: the types that its rules select, if every query selects by type, and the keys that they
//! name, if no query takes all values of an object; the reduced template. It refuses to reduce where a query might see the difference.

use std::collections::BTreeSet;

use cloudformation_guard_lang::exprs::{
    AccessClause, Conjunctions, GuardClause, LetExpr, LetValue, QueryPart, RulesFile,
};
use cloudformation_guard_lang::path_value::PathAwareValue;
use cloudformation_guard_lang::values::CmpOperator;
use serde_json::{Map, Value, json};

use crate::references::References;

/// What the rules of a file look at.
#[derive(Debug)]
pub(crate) struct Relevant {
    /// The types of the resources that they select.
    types: BTreeSet<String>,
    /// The keys that they name, as [`words`] of them; `None` if they may look at values of other keys.
    keys: Option<BTreeSet<String>>,
}

/// What rules look at; `None` if they may look at all of a template.
pub(crate) fn relevant(rules: &RulesFile<'_>) -> Option<Relevant> {
    let values = rules.assignments.iter().map(|assignment| References::of_value(&assignment.value));
    let parameterized = rules.parameterized_rules.iter().map(|rule| &rule.rule);
    let bodies = rules.guard_rules.iter().chain(parameterized).map(References::of_rule);
    let all: Vec<References<'_>> = values.chain(bodies).collect();
    let mut types = BTreeSet::new();
    for references in &all {
        if references.values.iter().any(|query| matches!(query.first(), Some(QueryPart::This))) {
            return None;
        }
        for query in &references.queries {
            types.extend(selected(query, &rules.assignments)?);
        }
    }
    let keys = all.iter().map(keys).collect::<Option<Vec<_>>>();
    Some(Relevant { types, keys: keys.map(|keys| keys.into_iter().flatten().collect()) })
}

/// The keys that references name; `None` if the other values of an object may matter: to a query of all its values, to a comparison
/// with it, to a function.
fn keys(references: &References<'_>) -> Option<Vec<String>> {
    if !references.functions.is_empty() || !references.compared.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for query in &references.queries {
        for (at, part) in query.iter().enumerate() {
            match part {
                QueryPart::Key(key) => found.push(words(key)),
                // Those of the resources, which are reduced by their types.
                QueryPart::AllValues(_) | QueryPart::Filter(..)
                    if query.first().is_some_and(is_resources) && at <= 2 => {}
                QueryPart::This | QueryPart::Index(_) | QueryPart::AllIndices(None) => {}
                QueryPart::MapKeyFilter(..)
                | QueryPart::AllValues(_)
                | QueryPart::AllIndices(Some(_))
                | QueryPart::Filter(..) => return None,
            }
        }
    }
    Some(found)
}

/// A key as the evaluator finds it: it also tries other ways to write the words.
fn words(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The types that a query selects, none if it does not enter the resources; `None` if it may see more of them.
fn selected(query: &[QueryPart<'_>], variables: &[LetExpr<'_>]) -> Option<Vec<String>> {
    let (first, rest) = query.split_first()?;
    if rest.iter().any(|part| part.is_variable() || is_resources(part)) {
        return None;
    }
    match (first, rest) {
        (
            QueryPart::Key(key),
            [QueryPart::AllValues(_), QueryPart::Filter(_, filter), ..] | [QueryPart::Filter(_, filter), ..],
        ) if key == "Resources" => of_filter(filter, variables),
        (QueryPart::Key(_), _) if is_resources(first) => None,
        (QueryPart::Key(_), _) | (QueryPart::This, [] | [QueryPart::Key(_), ..]) => Some(Vec::new()),
        (
            QueryPart::This
            | QueryPart::MapKeyFilter(..)
            | QueryPart::AllValues(_)
            | QueryPart::AllIndices(_)
            | QueryPart::Index(_)
            | QueryPart::Filter(..),
            _,
        ) => None,
    }
}

/// Whether the evaluator finds the resources by this key.
fn is_resources(part: &QueryPart<'_>) -> bool {
    match part {
        QueryPart::Key(key) => words(key) == "resources",
        QueryPart::This
        | QueryPart::MapKeyFilter(..)
        | QueryPart::AllValues(_)
        | QueryPart::AllIndices(_)
        | QueryPart::Index(_)
        | QueryPart::Filter(..) => false,
    }
}

/// The types of a filter that has a line of its own for them.
fn of_filter(filter: &Conjunctions<GuardClause<'_>>, variables: &[LetExpr<'_>]) -> Option<Vec<String>> {
    filter.iter().find_map(|line| match line.as_slice() {
        [GuardClause::Clause(clause)] if !clause.negation => of_clause(&clause.access_clause, variables),
        _ => None,
    })
}

fn of_clause(clause: &AccessClause<'_>, variables: &[LetExpr<'_>]) -> Option<Vec<String>> {
    let [QueryPart::Key(key)] = clause.query.query.as_slice() else { return None };
    if key != "Type" || !matches!(clause.comparator, (CmpOperator::Eq | CmpOperator::In, false)) {
        return None;
    }
    let value = match clause.compare_with.as_ref()? {
        LetValue::Value(value) => value,
        LetValue::AccessClause(access) => {
            let [part] = access.query.as_slice() else { return None };
            let variable = variables.iter().find(|variable| part.variable() == Some(&variable.var))?;
            let LetValue::Value(value) = &variable.value else { return None };
            value
        }
        LetValue::FunctionCall(_) => return None,
    };
    match value {
        PathAwareValue::String((_, name)) => Some(vec![name.clone()]),
        PathAwareValue::List((_, list)) => list.iter().map(text).collect(),
        _ => None,
    }
}

fn text(value: &PathAwareValue) -> Option<String> {
    let PathAwareValue::String((_, text)) = value else { return None };
    Some(text.clone())
}

/// A part of a template.
#[derive(Debug)]
pub(crate) struct Reduced {
    /// What the rules may look at.
    pub(crate) part: Value,
    /// Whether it has no resource that the rules select, and nothing else that they name.
    pub(crate) is_nothing: bool,
}

impl Relevant {
    /// A template without the resources of other types, except the type of one of them: a query of no resources at all would differ.
    pub(crate) fn reduce(&self, template: &Value) -> Reduced {
        let Value::Object(sections) = template else {
            return Reduced { part: template.clone(), is_nothing: false };
        };
        let mut is_nothing = true;
        let mut kept = Map::new();
        for (name, section) in sections {
            if name == "Resources" {
                let (resources, is_stub) = self.resources(section);
                is_nothing &= is_stub;
                kept.insert(name.clone(), resources);
            } else if self.names(name) {
                is_nothing = false;
                kept.insert(name.clone(), section.clone());
            }
        }
        Reduced { is_nothing: is_nothing && kept.len() == 1, part: Value::Object(kept) }
    }

    /// Whether a rule may look at the value of a key.
    fn names(&self, key: &str) -> bool {
        self.keys.as_ref().is_none_or(|keys| keys.contains(&words(key)))
    }

    /// The resources that rules may look at, and whether none is left but the type of another.
    fn resources(&self, section: &Value) -> (Value, bool) {
        let Value::Object(all) = section else { return (section.clone(), false) };
        let mut kept = Map::new();
        let mut has_stub = false;
        for (id, resource) in all {
            match resource.get("Type") {
                Some(Value::String(name)) if !self.types.contains(name) => {
                    if !has_stub {
                        kept.insert(id.clone(), stub(name));
                    }
                    has_stub = true;
                }
                Some(_) | None => {
                    kept.insert(id.clone(), self.part(resource));
                }
            }
        }
        let is_stub = has_stub && kept.len() == 1;
        (Value::Object(kept), is_stub)
    }

    /// A value without those of keys that no rule names. An object keeps one, if it has any, so that it does not become empty.
    fn part(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) => {
                let named = map.iter().filter(|(key, _)| *key == "Type" || self.names(key));
                let mut kept: Map<String, Value> =
                    named.map(|(key, value)| (key.clone(), self.part(value))).collect();
                if kept.is_empty() {
                    kept.extend(map.iter().next().map(|(key, value)| (key.clone(), self.part(value))));
                }
                Value::Object(kept)
            }
            Value::Array(items) => items.iter().map(|item| self.part(item)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
}

/// A template in which rules look at nothing.
pub(crate) fn nothing() -> Value {
    json!({ "Resources": { "Other": stub("Other") } })
}

/// Only the type of a resource.
fn stub(name: &str) -> Value {
    json!({ "Type": name })
}
