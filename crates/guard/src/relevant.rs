//! The part of a template that a rule file looks at.
//!
//! The evaluator of the language copies all that a query passes through, so each `Resources.*[ Type == … ]` copies the template;
//! with definitions of dashboards in it, that is most of the time. Rules of a type of resource give the same result if resources of
//! other types are reduced to their type.
//!
//! In: a rule file; a template. Out: the types that its rules select, if every query selects by type; the reduced template. It
//! refuses to reduce where a query might see the difference.

use std::collections::BTreeSet;
use std::rc::Rc;

use cloudformation_guard_lang::exprs::{
    AccessClause, Conjunctions, GuardClause, LetExpr, LetValue, QueryPart, RulesFile,
};
use cloudformation_guard_lang::path_value::{MapValue, PathAwareValue};
use cloudformation_guard_lang::values::CmpOperator;

use crate::references::References;

/// The types of the resources that rules select; `None` if they may look at others.
pub(crate) fn types(rules: &RulesFile<'_>) -> Option<BTreeSet<String>> {
    let values = rules.assignments.iter().map(|assignment| References::of_value(&assignment.value));
    let parameterized = rules.parameterized_rules.iter().map(|rule| &rule.rule);
    let bodies = rules.guard_rules.iter().chain(parameterized).map(References::of_rule);
    let mut types = BTreeSet::new();
    for references in values.chain(bodies) {
        if references.values.iter().any(|query| matches!(query.first(), Some(QueryPart::This))) {
            return None;
        }
        for query in &references.queries {
            types.extend(selected(query, &rules.assignments)?);
        }
    }
    Some(types)
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

/// Whether the evaluator finds the resources by this key; it also tries other ways to write a key's words.
fn is_resources(part: &QueryPart<'_>) -> bool {
    match part {
        QueryPart::Key(key) => key
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .eq_ignore_ascii_case("resources"),
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

/// A template without the resources of other types, except the type of one of them: a query of no resources at all would differ.
pub(crate) fn reduce(template: &Rc<PathAwareValue>, types: &BTreeSet<String>) -> Rc<PathAwareValue> {
    let PathAwareValue::Map((path, map)) = &**template else { return Rc::clone(template) };
    let kept = map.keys.iter().zip(&map.values).map(|(key, (name, value))| {
        let value = if name == "Resources" { resources(value, types) } else { value.clone() };
        (key.clone(), name.clone(), value)
    });
    Rc::new(PathAwareValue::Map((path.clone(), collect(kept))))
}

fn resources(value: &PathAwareValue, types: &BTreeSet<String>) -> PathAwareValue {
    let PathAwareValue::Map((path, map)) = value else { return value.clone() };
    let mut has_stub = false;
    let kept =
        map.keys.iter().zip(&map.values).filter_map(|(key, (id, resource))| match stub(resource, types) {
            None => Some((key.clone(), id.clone(), resource.clone())),
            Some(_) if has_stub => None,
            Some(stub) => {
                has_stub = true;
                Some((key.clone(), id.clone(), stub))
            }
        });
    PathAwareValue::Map((path.clone(), collect(kept)))
}

fn collect(entries: impl Iterator<Item = (PathAwareValue, String, PathAwareValue)>) -> MapValue {
    let (keys, values): (Vec<_>, Vec<_>) = entries.map(|(key, name, value)| (key, (name, value))).unzip();
    MapValue { keys, values: values.into_iter().collect() }
}

/// Only the type of a resource, if the type is not among those that matter.
fn stub(resource: &PathAwareValue, types: &BTreeSet<String>) -> Option<PathAwareValue> {
    let PathAwareValue::Map((path, map)) = resource else { return None };
    let entries = || map.keys.iter().zip(&map.values).filter(|(_, (name, _))| *name == "Type");
    let (_, (_, PathAwareValue::String((_, name)))) = entries().next()? else { return None };
    if types.contains(name) {
        return None;
    }
    let kept = entries().map(|(key, (name, value))| (key.clone(), name.clone(), value.clone()));
    Some(PathAwareValue::Map((path.clone(), collect(kept))))
}
