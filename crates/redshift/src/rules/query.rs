//! Queries and expressions: functions, aggregates, and where they may stand.

use super::functions;
use crate::ast::{
    Argument, Assignment, Call, ColumnAttributeKind, Expression, ExpressionKind, InsertSource, Join,
    JoinCondition, Matched, Query, Relation, RelationKind, Select, SelectItem, SetExpression, Statement,
    StatementKind, TableBody, TableElement,
};
use crate::finding::{Code, Finding};

/// What is told of every expression and every `SELECT`, the outer ones first.
pub(super) trait Walk {
    /// An expression.
    fn expression(&mut self, expression: &Expression);
    /// A `SELECT`.
    fn select(&mut self, _select: &Select) {}
}

pub(super) fn check(statement: &Statement, findings: &mut Vec<Finding>) {
    // A procedure's statements are checked one by one.
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
            let finding = Finding::error(Code::Pattern, expression.span, format!("`{text}` is no interval"));
            self.findings.push(finding.help("such as '1 day' or '2 hours 30 minutes'"));
        }
    }

    fn select(&mut self, select: &Select) {
        grouping(select, self.findings);
        for clause in select.filter.iter().chain(&select.group) {
            no_aggregate(clause, "stands in WHERE or GROUP BY", self.findings);
        }
        for relation in &select.from {
            for Join { condition, .. } in &relation.joins {
                if let JoinCondition::On(on) = condition {
                    no_aggregate(on, "stands in ON", self.findings);
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

/// A call that is an aggregate and has no window.
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
                self.1.push(finding.help("compute it in a query within"));
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
                let summary = format!("a window function stands in {}", self.0);
                self.1.push(
                    Finding::error(Code::Aggregate, expression.span, summary)
                        .help("compute it in a query within"),
                );
            }
        }
    }
    walk_own(expression, &mut Find(place, findings));
}

/// That what is selected beside aggregates is grouped.
fn grouping(select: &Select, findings: &mut Vec<Finding>) {
    let aggregated =
        select.items.iter().any(|item| matches!(item, SelectItem::Value(value, _) if has_aggregate(value)));
    if !aggregated && select.group.is_empty() && select.having.is_none() {
        return;
    }
    for (at, item) in select.items.iter().enumerate() {
        let SelectItem::Value(value, alias) = item else {
            let span = select.span;
            findings
                .push(Finding::error(Code::Grouping, span, "`*` beside aggregates").help("name the columns"));
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
            let summary = format!("there is no column {number}");
            findings.push(
                Finding::error(Code::Grouping, one.span, summary).help("count what is selected, from 1"),
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

/// Columns that are neither grouped nor within an aggregate.
fn ungrouped(value: &Expression, group: &[Expression], findings: &mut Vec<Finding>) {
    if is_aggregate(value) || group.iter().any(|one| same(one, value)) {
        return;
    }
    if let ExpressionKind::Column(parts) = &value.kind {
        let name = parts.last().map_or("", |part| part.text.as_str());
        let finding = Finding::error(
            Code::Grouping,
            value.span,
            format!("\"{name}\" is neither grouped nor aggregated"),
        );
        return findings.push(finding.help("add it to GROUP BY, or aggregate it"));
    }
    if matches!(value.kind, ExpressionKind::Query(_) | ExpressionKind::Exists(_)) {
        return;
    }
    for child in children(value) {
        ungrouped(child, group, findings);
    }
}

/// Whether two expressions are the same; a column with its table's name is the one without.
fn same(left: &Expression, right: &Expression) -> bool {
    match (&left.kind, &right.kind) {
        (ExpressionKind::Column(left), ExpressionKind::Column(right)) => {
            let short = left.len().min(right.len());
            left.iter().rev().take(short).zip(right.iter().rev()).all(|(left, right)| left.is(&right.text))
        }
        (left, right) => left == right,
    }
}

/// Aggregates in what is no query.
fn misplaced(statement: &Statement, findings: &mut Vec<Finding>) {
    let mut look = |one: &Expression| no_aggregate(one, "stands where each row is looked at", findings);
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
        _ => {}
    }
}

/// Walks the expressions of a statement.
fn walk_statement(statement: &Statement, walk: &mut impl Walk) {
    if let Some(query) = super::query_of(statement) {
        return walk_query(query, walk);
    }
    let assignments = |assignments: &[Assignment], walk: &mut _| {
        for one in assignments {
            walk_expression(&one.value, walk);
        }
    };
    match &statement.kind {
        StatementKind::CreateTable(table) => match &table.body {
            TableBody::Query { query, .. } => walk_query(query, walk),
            TableBody::Elements(elements) => {
                for element in elements {
                    let TableElement::Column(column) = element else { continue };
                    for attribute in &column.attributes {
                        if let ColumnAttributeKind::Default(value) = &attribute.kind {
                            walk_expression(value, walk);
                        }
                    }
                }
            }
        },
        StatementKind::Insert(insert) => match &insert.source {
            InsertSource::Query(query) => walk_query(query, walk),
            InsertSource::Values(rows) => {
                rows.iter().flatten().flatten().for_each(|one| walk_expression(one, walk));
            }
            InsertSource::Defaults => {}
        },
        StatementKind::Update(update) => {
            assignments(&update.assignments, walk);
            for one in &update.from {
                walk_relation(one, walk);
            }
            if let Some(one) = &update.filter {
                walk_expression(one, walk);
            }
        }
        StatementKind::Delete(delete) => {
            for one in &delete.using {
                walk_relation(one, walk);
            }
            if let Some(one) = &delete.filter {
                walk_expression(one, walk);
            }
        }
        StatementKind::Merge(merge) => {
            walk_expression(&merge.on, walk);
            if let Some((matched, _, values)) = &merge.action {
                if let Matched::Update(all) = matched {
                    assignments(all, walk);
                }
                for one in values {
                    walk_expression(one, walk);
                }
            }
        }
        StatementKind::Call { arguments, .. } => arguments.iter().for_each(|one| walk_expression(one, walk)),
        _ => {}
    }
}

/// Walks a query and all within it.
pub(super) fn walk_query(query: &Query, walk: &mut impl Walk) {
    for table in &query.with {
        walk_query(&table.query, walk);
    }
    walk_set(&query.body, walk);
    for one in query.order.iter().map(|item| &item.expression).chain(&query.limit).chain(&query.offset) {
        walk_expression(one, walk);
    }
}

fn walk_set(body: &SetExpression, walk: &mut impl Walk) {
    match body {
        SetExpression::Query(query) => walk_query(query, walk),
        SetExpression::Operation { left, right, .. } => {
            walk_set(left, walk);
            walk_set(right, walk);
        }
        SetExpression::Select(select) => {
            walk.select(select);
            for item in &select.items {
                if let SelectItem::Value(value, _) = item {
                    walk_expression(value, walk);
                }
            }
            for one in &select.from {
                walk_relation(one, walk);
            }
            let clauses =
                select.filter.iter().chain(&select.group).chain(&select.having).chain(&select.qualify);
            clauses.for_each(|one| walk_expression(one, walk));
        }
    }
}

fn walk_relation(relation: &Relation, walk: &mut impl Walk) {
    walk_relation_kind(&relation.kind, walk);
    for join in &relation.joins {
        walk_relation_kind(&join.right, walk);
        if let JoinCondition::On(on) = &join.condition {
            walk_expression(on, walk);
        }
    }
}

fn walk_relation_kind(kind: &RelationKind, walk: &mut impl Walk) {
    match kind {
        RelationKind::Query { query, .. } => walk_query(query, walk),
        RelationKind::Nested(relation) => walk_relation(relation, walk),
        RelationKind::Elements { value, .. } => walk_expression(value, walk),
        RelationKind::Table { .. } => {}
    }
}

/// Walks an expression and the queries within it.
pub(super) fn walk_expression(expression: &Expression, walk: &mut impl Walk) {
    walk.expression(expression);
    match &expression.kind {
        ExpressionKind::Query(query)
        | ExpressionKind::Exists(query)
        | ExpressionKind::InQuery { query, .. } => {
            walk_query(query, walk);
        }
        _ => {}
    }
    for child in children(expression) {
        walk_expression(child, walk);
    }
}

/// Walks an expression without the queries within it.
pub(super) fn walk_own(expression: &Expression, walk: &mut impl Walk) {
    walk.expression(expression);
    for child in children(expression) {
        walk_own(child, walk);
    }
}

/// What an expression is made of, without the queries within it.
pub(super) fn children(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Field(of, _)
        | ExpressionKind::Unary(_, of)
        | ExpressionKind::Extract(_, of)
        | ExpressionKind::Cast { operand: of, .. }
        | ExpressionKind::TryCast { operand: of, .. }
        | ExpressionKind::Is { operand: of, .. }
        | ExpressionKind::InQuery { operand: of, .. } => vec![of],
        ExpressionKind::Index(left, right)
        | ExpressionKind::Binary(left, _, right)
        | ExpressionKind::AtTimeZone(left, right)
        | ExpressionKind::Like { operand: left, pattern: right, .. } => vec![left, right],
        ExpressionKind::Between { operand, low, high, .. } => vec![operand, low, high],
        ExpressionKind::InList { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
        ExpressionKind::Trim { characters, operand, .. } => {
            characters.iter().map(|one| &**one).chain(std::iter::once(&**operand)).collect()
        }
        ExpressionKind::Case(case) => {
            let branches = case.branches.iter().flat_map(|(when, then)| [when, then]);
            case.operand.iter().chain(branches).chain(&case.otherwise).collect()
        }
        ExpressionKind::Call(call) => call_children(call),
        _ => Vec::new(),
    }
}

fn call_children(call: &Call) -> Vec<&Expression> {
    let values = call
        .arguments
        .iter()
        .filter_map(|one| if let Argument::Value(value) = one { Some(value) } else { None });
    let window = call
        .over
        .iter()
        .flat_map(|window| window.partition.iter().chain(window.order.iter().map(|item| &item.expression)));
    values.chain(call.within_group.iter().map(|item| &item.expression)).chain(window).collect()
}
