//! Queries and expressions: functions, aggregates, and where they are allowed.

use super::functions;
use crate::ast::{
    Expression, ExpressionKind, InsertSource, Join, JoinCondition, Matched, Select, SelectItem, Statement,
    StatementKind,
};
use crate::finding::{Code, Finding};
use crate::walk::{Walk, children, walk_own, walk_statement};

pub(super) fn check(statement: &Statement, findings: &mut Vec<Finding>) {
    // The statements of a procedure are checked separately.
    walk_statement(statement, &mut Rules { findings });
    misplaced(statement, findings);
}

struct Rules<'a> {
    findings: &'a mut Vec<Finding>,
}

impl Walk for Rules<'_> {
    fn expression(&mut self, expression: &Expression) {
        if let ExpressionKind::Call(call) = &expression.kind {
            functions::check(call, expression.span, self.findings);
        }
        if let ExpressionKind::Interval(text) = &expression.kind
            && !is_interval(text)
        {
            let finding =
                Finding::error(Code::Pattern, expression.span, format!("invalid interval `{text}`"));
            self.findings.push(finding.help("use an interval such as '1 day' or '2 hours 30 minutes'"));
        }
    }

    fn select(&mut self, select: &Select) {
        grouping(select, self.findings);
        for clause in select.filter.iter().chain(&select.group) {
            no_aggregate(clause, "is not allowed in WHERE or GROUP BY", self.findings);
        }
        for relation in &select.from {
            for Join { condition, .. } in &relation.joins {
                if let JoinCondition::On(on) = condition {
                    no_aggregate(on, "is not allowed in ON", self.findings);
                }
            }
        }
        if let Some(having) = &select.having {
            no_window(having, "HAVING", self.findings);
        }
    }
}

fn is_interval(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pairs = words.chunks(2).all(|pair| match pair {
        [number, unit] => {
            number.parse::<f64>().is_ok() && crate::ast::DateField::find(unit.trim_end_matches(',')).is_some()
        }
        _ => false,
    });
    !words.is_empty() && (pairs || words.len() == 1 && text.contains(':'))
}

/// Whether the expression is an aggregate call without a window.
pub(super) fn is_aggregate(expression: &Expression) -> bool {
    matches!(&expression.kind, ExpressionKind::Call(call)
        if call.over.is_none() && functions::is_aggregate(&call.name.folded()))
}

fn no_aggregate(expression: &Expression, place: &str, findings: &mut Vec<Finding>) {
    struct Find<'a>(&'a str, &'a mut Vec<Finding>);
    impl Walk for Find<'_> {
        fn expression(&mut self, expression: &Expression) {
            let over = matches!(&expression.kind, ExpressionKind::Call(call) if call.over.is_some());
            if over || is_aggregate(expression) {
                let what = if over { "a window function" } else { "an aggregate" };
                let finding = Finding::error(Code::Aggregate, expression.span, format!("{what} {}", self.0));
                self.1.push(finding.help("compute it in a subquery"));
            }
        }
    }
    walk_own(expression, &mut Find(place, findings));
}

fn no_window(expression: &Expression, place: &str, findings: &mut Vec<Finding>) {
    struct Find<'a>(&'a str, &'a mut Vec<Finding>);
    impl Walk for Find<'_> {
        fn expression(&mut self, expression: &Expression) {
            if matches!(&expression.kind, ExpressionKind::Call(call) if call.over.is_some()) {
                let summary = format!("a window function is not allowed in {}", self.0);
                self.1.push(
                    Finding::error(Code::Aggregate, expression.span, summary)
                        .help("compute it in a subquery"),
                );
            }
        }
    }
    walk_own(expression, &mut Find(place, findings));
}

/// Checks that columns selected with aggregates are grouped.
fn grouping(select: &Select, findings: &mut Vec<Finding>) {
    let aggregated =
        select.items.iter().any(|item| matches!(item, SelectItem::Value(value, _) if has_aggregate(value)));
    if !aggregated && select.group.is_empty() && select.having.is_none() {
        return;
    }
    for (at, item) in select.items.iter().enumerate() {
        let SelectItem::Value(value, alias) = item else {
            let span = select.span;
            findings.push(
                Finding::error(Code::Grouping, span, "`*` cannot be selected with aggregates")
                    .help("list the columns"),
            );
            continue;
        };
        let by_place = select
            .group
            .iter()
            .any(|one| matches!(&one.kind, ExpressionKind::Number(number) if number.parse() == Ok(at + 1)));
        let by_name = alias.as_ref().is_some_and(|alias| {
            select.group.iter().any(|one| matches!(&one.kind, ExpressionKind::Column(parts) if parts.len() == 1 && parts[0].is(&alias.text)))
        });
        if !by_place && !by_name {
            ungrouped(value, &select.group, findings);
        }
    }
    for one in &select.group {
        if let ExpressionKind::Number(number) = &one.kind
            && !number.parse::<usize>().is_ok_and(|place| (1..=select.items.len()).contains(&place))
        {
            let summary = format!("GROUP BY position {number} is not in the select list");
            findings.push(
                Finding::error(Code::Grouping, one.span, summary)
                    .help("use a position in the select list, starting at 1"),
            );
        }
    }
    if let Some(having) = &select.having {
        ungrouped(having, &select.group, findings);
    }
}

fn has_aggregate(expression: &Expression) -> bool {
    struct Find(bool);
    impl Walk for Find {
        fn expression(&mut self, expression: &Expression) {
            self.0 |= is_aggregate(expression);
        }
    }
    let mut find = Find(false);
    walk_own(expression, &mut find);
    find.0
}

/// Reports columns that are neither grouped nor inside an aggregate.
fn ungrouped(value: &Expression, group: &[Expression], findings: &mut Vec<Finding>) {
    if is_aggregate(value) || group.iter().any(|one| same(one, value)) {
        return;
    }
    if let ExpressionKind::Column(parts) = &value.kind {
        let name = parts.last().map_or("", |part| part.text.as_str());
        let finding =
            Finding::error(Code::Grouping, value.span, format!("`{name}` is neither grouped nor aggregated"));
        return findings.push(finding.help("add it to GROUP BY, or aggregate it"));
    }
    if matches!(value.kind, ExpressionKind::Query(_) | ExpressionKind::Exists(_)) {
        return;
    }
    for child in children(value) {
        ungrouped(child, group, findings);
    }
}

/// Whether two expressions are the same; a qualified column equals the unqualified one.
fn same(left: &Expression, right: &Expression) -> bool {
    match (&left.kind, &right.kind) {
        (ExpressionKind::Column(left), ExpressionKind::Column(right)) => {
            let short = left.len().min(right.len());
            left.iter().rev().take(short).zip(right.iter().rev()).all(|(left, right)| left.is(&right.text))
        }
        (left, right) => left == right,
    }
}

/// Reports aggregates in statements that are not queries.
fn misplaced(statement: &Statement, findings: &mut Vec<Finding>) {
    let mut look =
        |one: &Expression| no_aggregate(one, "is not allowed in an expression over single rows", findings);
    match &statement.kind {
        StatementKind::Update(update) => {
            for one in &update.assignments {
                look(&one.value);
            }
            update.filter.iter().for_each(look);
        }
        StatementKind::Delete(delete) => delete.filter.iter().for_each(look),
        StatementKind::Merge(merge) => {
            look(&merge.on);
            if let Some((matched, _, values)) = &merge.action {
                if let Matched::Update(assignments) = matched {
                    for one in assignments {
                        look(&one.value);
                    }
                }
                values.iter().for_each(look);
            }
        }
        StatementKind::Insert(insert) => {
            if let InsertSource::Values(rows) = &insert.source {
                rows.iter().flatten().flatten().for_each(look);
            }
        }
        StatementKind::Begin
        | StatementKind::Commit
        | StatementKind::Rollback
        | StatementKind::Lock(_)
        | StatementKind::Set { .. }
        | StatementKind::CreateSchema { .. }
        | StatementKind::CreateExternalSchema { .. }
        | StatementKind::CreateTable(_)
        | StatementKind::CreateExternalTable(_)
        | StatementKind::AlterTable(_)
        | StatementKind::CreateView(_)
        | StatementKind::CreateMaterializedView(_)
        | StatementKind::RefreshMaterializedView { .. }
        | StatementKind::AlterMaterializedView { .. }
        | StatementKind::CreateProcedure(_)
        | StatementKind::Call { .. }
        | StatementKind::Drop { .. }
        | StatementKind::Comment { .. }
        | StatementKind::CreateRole { .. }
        | StatementKind::CreateUser(_)
        | StatementKind::AlterUser(_)
        | StatementKind::Grant(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
        | StatementKind::Copy(_)
        | StatementKind::Unload(_)
        | StatementKind::Truncate(_)
        | StatementKind::Analyze { .. }
        | StatementKind::AnalyzeCompression { .. }
        | StatementKind::Vacuum { .. }
        | StatementKind::Query(_) => {}
    }
}
