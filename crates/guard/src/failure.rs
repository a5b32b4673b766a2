//! What failed in an evaluation.
//!
//! In: the evaluator's record of a rule: a tree of blocks, clauses and values. Out: the failures, each with the place in the
//! template, the message, and the places of its alternatives. It does not use the evaluator's own report, which ends the program
//! where a literal is compared.

use std::rc::Rc;

use cloudformation_guard_lang::eval_context::EventRecord;
use cloudformation_guard_lang::path_value::PathAwareValue;
use cloudformation_guard_lang::{
    BlockCheck, ClauseCheck, NamedStatus, QueryResult, RecordType, Status, TypeBlockCheck, UnaryValueCheck,
};

/// A failure: paths of the evaluator, more than one if any of several alternatives would do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) paths: Vec<String>,
    pub(crate) message: Option<String>,
    /// The clause, as the evaluator writes it.
    pub(crate) clause: String,
}

/// The failures of a record.
pub(crate) fn failures(record: &EventRecord<'_>) -> Vec<Failure> {
    let Some(container) = &record.container else { return Vec::new() };
    match container {
        RecordType::RuleCheck(NamedStatus { status: Status::FAIL, message, .. }) => {
            let mut failures = below(record);
            for failure in &mut failures {
                failure.message = failure.message.take().or_else(|| message.clone());
            }
            failures
        }
        RecordType::BlockGuardCheck(BlockCheck { status: Status::FAIL, .. })
            if record.children.is_empty() =>
        {
            vec![Failure {
                paths: Vec::new(),
                message: None,
                clause: "a block must match something".to_owned(),
            }]
        }
        RecordType::Disjunction(BlockCheck { status: Status::FAIL, .. })
        | RecordType::GuardClauseBlockCheck(BlockCheck {
            status: Status::FAIL,
            at_least_one_matches: true,
            ..
        })
        | RecordType::BlockGuardCheck(BlockCheck {
            status: Status::FAIL, at_least_one_matches: true, ..
        }) => alternatives(below(record)).into_iter().collect(),
        RecordType::GuardClauseBlockCheck(BlockCheck { status: Status::FAIL, .. })
        | RecordType::BlockGuardCheck(BlockCheck { status: Status::FAIL, .. })
        | RecordType::WhenCheck(BlockCheck { status: Status::FAIL, .. })
        | RecordType::TypeCheck(TypeBlockCheck { block: BlockCheck { status: Status::FAIL, .. }, .. })
        | RecordType::TypeBlock(Status::FAIL) => below(record),
        // The comparisons of a filter of keys have no text; what they reject is no fault.
        RecordType::ClauseValueCheck(_) if record.context.is_empty() => Vec::new(),
        RecordType::ClauseValueCheck(clause) => value(clause, &record.context).into_iter().collect(),
        RecordType::FileCheck(_)
        | RecordType::RuleCheck(_)
        | RecordType::RuleCondition(_)
        | RecordType::TypeCheck(_)
        | RecordType::TypeCondition(_)
        | RecordType::TypeBlock(_)
        | RecordType::Filter(_)
        | RecordType::WhenCheck(_)
        | RecordType::WhenCondition(_)
        | RecordType::Disjunction(_)
        | RecordType::BlockGuardCheck(_)
        | RecordType::GuardClauseBlockCheck(_) => Vec::new(),
    }
}

/// The clauses of a rule that had nothing to compare: an empty selection, or a rule with parameters that did not apply. Releases of
/// AWS's command from 3.2 on fail there, earlier ones and this evaluator pass over them.
pub(crate) fn unchecked(record: &EventRecord<'_>) -> Vec<String> {
    let Some(container) = &record.container else { return Vec::new() };
    match container {
        // A block with values whose conditions no value meets was looked at.
        RecordType::GuardClauseBlockCheck(BlockCheck { status: Status::SKIP, .. })
        | RecordType::BlockGuardCheck(BlockCheck { status: Status::SKIP, .. })
            if record.children.iter().all(is_filter) =>
        {
            vec![clause(&record.context)]
        }
        RecordType::RuleCheck(NamedStatus { status: Status::SKIP, .. }) => vec![clause(&record.context)],
        RecordType::RuleCheck(_)
        | RecordType::TypeCheck(_)
        | RecordType::TypeBlock(_)
        | RecordType::WhenCheck(_)
        | RecordType::Disjunction(_)
        | RecordType::BlockGuardCheck(_)
        | RecordType::GuardClauseBlockCheck(_) => record.children.iter().flat_map(unchecked).collect(),
        RecordType::FileCheck(_)
        | RecordType::RuleCondition(_)
        | RecordType::TypeCondition(_)
        | RecordType::Filter(_)
        | RecordType::WhenCondition(_)
        | RecordType::ClauseValueCheck(_) => Vec::new(),
    }
}

/// Whether a record is that of a filter, which selects values and does not look at them.
fn is_filter(record: &EventRecord<'_>) -> bool {
    matches!(record.container, Some(RecordType::Filter(_)))
}

/// The text of a clause, without what the evaluator puts before it; of a block, its place.
fn clause(context: &str) -> String {
    if let Some((_, place)) = context.split_once("Location[file:") {
        let place = place.trim_end_matches(']').replace(", line:", ":").replace(", column:", ":");
        return format!("the block at {place}");
    }
    let words = context.split_whitespace().collect::<Vec<_>>().join(" ");
    words.strip_prefix("GuardAccessClause#block").map_or(words.clone(), |text| text.trim().to_owned())
}

fn below(record: &EventRecord<'_>) -> Vec<Failure> {
    record.children.iter().flat_map(failures).collect()
}

/// One failure for alternatives that all failed.
fn alternatives(failures: Vec<Failure>) -> Option<Failure> {
    failures.into_iter().reduce(|mut one, other| {
        one.paths.extend(other.paths);
        one.message = one.message.or(other.message);
        if one.clause != other.clause {
            one.clause = format!("{} or {}", one.clause, other.clause);
        }
        one
    })
}

fn value(check: &ClauseCheck<'_>, context: &str) -> Option<Failure> {
    let clause = clause(context);
    let failure = |from: Option<&QueryResult>, message: &Option<String>| {
        Some(Failure {
            paths: from.map(path).into_iter().collect(),
            message: message.clone(),
            clause: clause.clone(),
        })
    };
    match check {
        ClauseCheck::Comparison(check) if check.status == Status::FAIL => {
            let missing = check.to.as_ref().filter(|to| matches!(to, QueryResult::UnResolved(_)));
            let resolved = matches!(check.from, QueryResult::Resolved(_) | QueryResult::Literal(_));
            failure(missing.filter(|_| resolved).or(Some(&check.from)), &check.custom_message)
        }
        ClauseCheck::InComparison(check) if check.status == Status::FAIL => {
            failure(Some(&check.from), &check.custom_message)
        }
        ClauseCheck::Unary(UnaryValueCheck { value, .. }) if value.status == Status::FAIL => {
            failure(Some(&value.from), &value.custom_message)
        }
        ClauseCheck::NoValueForEmptyCheck(message) => failure(None, message),
        ClauseCheck::DependentRule(check) => failure(None, &check.custom_message),
        ClauseCheck::MissingBlockValue(check) => {
            let missing = missing(&check.from).map(|query| format!("{query} EXISTS"));
            let mut failure = failure(Some(&check.from), &check.custom_message);
            if let (Some(failure), Some(missing)) = (&mut failure, missing) {
                failure.clause = missing;
            }
            failure
        }
        ClauseCheck::Success
        | ClauseCheck::Comparison(_)
        | ClauseCheck::InComparison(_)
        | ClauseCheck::Unary(_) => None,
    }
}

fn missing(from: &QueryResult) -> Option<&str> {
    match from {
        QueryResult::UnResolved(missing) => Some(&missing.remaining_query),
        QueryResult::Literal(_) | QueryResult::Resolved(_) => None,
    }
}

fn path(from: &QueryResult) -> String {
    let value: &Rc<PathAwareValue> = match from {
        QueryResult::Literal(value) | QueryResult::Resolved(value) => value,
        QueryResult::UnResolved(missing) => &missing.traversed_to,
    };
    value.self_path().0.clone()
}
