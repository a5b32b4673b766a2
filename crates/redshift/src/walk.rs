//! [`Walk`]: visits every expression, every `SELECT` and every table of a statement.

use crate::ast::{
    Argument, Assignment, Call, ColumnAttributeKind, Expression, ExpressionKind, Ident, InsertSource,
    JoinCondition, Matched, Name, Query, Relation, RelationKind, Select, SelectItem, SetExpression,
    Statement, StatementKind, TableBody, TableElement,
};

/// A visitor of expressions, `SELECT`s and table names; outer ones come first.
pub(crate) trait Walk {
    /// An expression.
    fn expression(&mut self, _expression: &Expression) {}
    /// A `SELECT`.
    fn select(&mut self, _select: &Select) {}
    /// A name in `FROM`, a join or `USING`: a table, a view, or a `WITH` query.
    fn table(&mut self, _name: &Name) {}
    /// A name that `WITH` defines, visible from here on.
    fn define(&mut self, _name: &Ident) {}
    /// The end of a query: the last `count` names from `define` are no longer visible.
    fn forget(&mut self, _count: usize) {}
}

/// Walks the expressions of a statement.
pub(crate) fn walk_statement(statement: &Statement, walk: &mut impl Walk) {
    let assignments = |assignments: &[Assignment], walk: &mut _| {
        for one in assignments {
            walk_expression(&one.value, walk);
        }
    };
    match &statement.kind {
        StatementKind::Query(query) => walk_query(query, walk),
        StatementKind::CreateView(view) => walk_query(&view.query, walk),
        StatementKind::CreateMaterializedView(view) => walk_query(&view.query, walk),
        StatementKind::Unload(unload) => walk_query(&unload.query, walk),
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
            walk.table(&merge.source);
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
        // The statements of a procedure are checked separately.
        StatementKind::CreateProcedure(_)
        | StatementKind::Begin
        | StatementKind::Commit
        | StatementKind::Rollback
        | StatementKind::Lock(_)
        | StatementKind::Set { .. }
        | StatementKind::CreateSchema { .. }
        | StatementKind::CreateExternalSchema { .. }
        | StatementKind::CreateExternalTable(_)
        | StatementKind::AlterTable(_)
        | StatementKind::RefreshMaterializedView { .. }
        | StatementKind::AlterMaterializedView { .. }
        | StatementKind::Drop { .. }
        | StatementKind::Comment { .. }
        | StatementKind::CreateRole { .. }
        | StatementKind::CreateUser(_)
        | StatementKind::AlterUser(_)
        | StatementKind::Grant(_)
        | StatementKind::GrantRole(_)
        | StatementKind::DefaultPrivileges(_)
        | StatementKind::Copy(_)
        | StatementKind::Truncate(_)
        | StatementKind::Analyze { .. }
        | StatementKind::AnalyzeCompression { .. }
        | StatementKind::Vacuum { .. } => {}
    }
}

/// Walks a query and everything in it.
pub(crate) fn walk_query(query: &Query, walk: &mut impl Walk) {
    for table in &query.with {
        if query.recursive {
            walk.define(&table.alias.name);
        }
        walk_query(&table.query, walk);
        if !query.recursive {
            walk.define(&table.alias.name);
        }
    }
    walk_set(&query.body, walk);
    for one in query.order.iter().map(|item| &item.expression).chain(&query.limit).chain(&query.offset) {
        walk_expression(one, walk);
    }
    walk.forget(query.with.len());
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
        RelationKind::Table { name, .. } => walk.table(name),
    }
}

/// Walks an expression and its subqueries.
pub(crate) fn walk_expression(expression: &Expression, walk: &mut impl Walk) {
    walk.expression(expression);
    if let Some(query) = query_in(expression) {
        walk_query(query, walk);
    }
    for child in children(expression) {
        walk_expression(child, walk);
    }
}

/// The subquery of an expression, which is not one of its [`children`].
pub(crate) fn query_in(expression: &Expression) -> Option<&Query> {
    match &expression.kind {
        ExpressionKind::Query(query)
        | ExpressionKind::Exists(query)
        | ExpressionKind::InQuery { query, .. } => Some(query),
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Typed { .. }
        | ExpressionKind::Interval(_)
        | ExpressionKind::Column(_)
        | ExpressionKind::Field(..)
        | ExpressionKind::Index(..)
        | ExpressionKind::Unary(..)
        | ExpressionKind::Binary(..)
        | ExpressionKind::Is { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::Between { .. }
        | ExpressionKind::Like { .. }
        | ExpressionKind::Case(_)
        | ExpressionKind::Cast { .. }
        | ExpressionKind::TryCast { .. }
        | ExpressionKind::Extract(..)
        | ExpressionKind::Trim { .. }
        | ExpressionKind::Niladic(_)
        | ExpressionKind::Call(_)
        | ExpressionKind::AtTimeZone(..) => None,
    }
}

/// Walks an expression without its subqueries.
pub(crate) fn walk_own(expression: &Expression, walk: &mut impl Walk) {
    walk.expression(expression);
    for child in children(expression) {
        walk_own(child, walk);
    }
}

/// The operands of an expression, without subqueries.
pub(crate) fn children(expression: &Expression) -> Vec<&Expression> {
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
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Typed { .. }
        | ExpressionKind::Interval(_)
        | ExpressionKind::Column(_)
        | ExpressionKind::Exists(_)
        | ExpressionKind::Query(_)
        | ExpressionKind::Niladic(_) => Vec::new(),
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
