//! Views and materialized views.

use std::collections::BTreeSet;

use super::table::Physical;
use crate::ast::{
    Expression, ExpressionKind, Ident, MaterializedView, Name, Niladic, Query, Select, SelectItem,
    SetExpression, Switch, View, ViewAttributeKind,
};
use crate::finding::{Code, Finding};
use crate::walk::{Walk, walk_query};

/// Functions whose result changes between calls.
const MUTABLE: [&str; 6] =
    ["getdate", "random", "timeofday", "current_setting", "now", "statement_timestamp"];

pub(super) fn check(view: &View, findings: &mut Vec<Finding>) {
    let named = if view.columns.is_empty() { output_names(&view.query, findings) } else { None };
    if let Some(named) = named {
        unique(&named, findings);
    }
    super::table::names(view.columns.iter(), findings);
    if view.late_binding {
        let mut unqualified = Unqualified::default();
        walk_query(&view.query, &mut unqualified);
        findings.extend(unqualified.found);
    }
}

pub(super) fn check_materialized(view: &MaterializedView, findings: &mut Vec<Finding>) {
    let mut physical = Physical::default();
    let mut auto_refresh = None;
    for attribute in &view.attributes {
        match &attribute.kind {
            ViewAttributeKind::Backup(_) => physical.backup(attribute.span, findings),
            ViewAttributeKind::DistStyle(style) => physical.dist_style(*style, attribute.span, findings),
            ViewAttributeKind::DistKey(columns) => physical.dist_key(columns, attribute.span),
            ViewAttributeKind::SortKey(key) => physical.sort_key(key, attribute.span),
            ViewAttributeKind::AutoRefresh(switch) => {
                if auto_refresh.replace(*switch).is_some() {
                    findings.push(Finding::error(
                        Code::RepeatedClause,
                        attribute.span,
                        "duplicate AUTO REFRESH",
                    ));
                }
            }
        }
        let late = auto_refresh.is_some() && !matches!(attribute.kind, ViewAttributeKind::AutoRefresh(_));
        if late {
            let finding =
                Finding::error(Code::ViewClause, attribute.span, "the clause must come before AUTO REFRESH");
            findings.push(finding.help("move AUTO REFRESH to the end, just before AS"));
        }
    }
    physical.check(findings);
    order(&view.query, findings);
    if auto_refresh == Some(Switch::On) {
        walk_query(&view.query, &mut Mutable { findings });
    }
    if let Some(named) = output_names(&view.query, findings) {
        unique(&named, findings);
    }
}

fn order(query: &Query, findings: &mut Vec<Finding>) {
    let last = |what: &str| {
        let finding =
            Finding::error(Code::ViewOrder, query.span, format!("a materialized view cannot have {what}"));
        finding.help("sort or limit in the query that reads the view")
    };
    if !query.order.is_empty() {
        findings.push(last("ORDER BY"));
    }
    if query.limit.is_some() || query.offset.is_some() {
        findings.push(last("LIMIT or OFFSET"));
    }
    if let SetExpression::Select(select) = &query.body
        && select.top.is_some()
    {
        findings.push(last("TOP"));
    }
}

struct Mutable<'a> {
    findings: &'a mut Vec<Finding>,
}

impl Walk for Mutable<'_> {
    fn expression(&mut self, expression: &Expression) {
        let name = match &expression.kind {
            ExpressionKind::Niladic(niladic) => niladic.text().to_ascii_lowercase(),
            ExpressionKind::Call(call) => call.name.folded(),
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
            | ExpressionKind::InQuery { .. }
            | ExpressionKind::Between { .. }
            | ExpressionKind::Like { .. }
            | ExpressionKind::Exists(_)
            | ExpressionKind::Query(_)
            | ExpressionKind::Case(_)
            | ExpressionKind::Cast { .. }
            | ExpressionKind::TryCast { .. }
            | ExpressionKind::Extract(..)
            | ExpressionKind::Trim { .. }
            | ExpressionKind::AtTimeZone(..) => return,
        };
        let niladic = Niladic::ALL.iter().any(|one| one.text().eq_ignore_ascii_case(&name));
        if niladic || MUTABLE.contains(&name.as_str()) {
            let summary = format!("the result of {} changes between calls", name.to_ascii_uppercase());
            let finding = Finding::error(Code::ViewMutable, expression.span, summary);
            self.findings.push(
                finding.help("use AUTO REFRESH NO, or call the function in the query that reads the view"),
            );
        }
    }
}

/// The names of a query's columns, if they are known; reports a column without a name.
pub(super) fn output_names(query: &Query, findings: &mut Vec<Finding>) -> Option<Vec<(String, crate::Span)>> {
    let select = first_select(&query.body)?;
    let mut names = Vec::new();
    for item in &select.items {
        let SelectItem::Value(value, alias) = item else { return None };
        match (alias, output_name(value)) {
            (Some(alias), _) => names.push((alias.folded(), value.span)),
            (None, Some(name)) => names.push((name, value.span)),
            (None, None) => {
                let finding =
                    Finding::error(Code::ViewColumn, value.span, "a column of the view has no name");
                findings.push(finding.help("add AS and a name"));
            }
        }
    }
    Some(names)
}

/// The output name of an expression without an alias; `None` where Redshift would use `?column?`.
pub(super) fn output_name(value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::Column(parts) => parts.last().map(crate::ast::Ident::folded),
        ExpressionKind::Field(_, field) => Some(field.folded()),
        ExpressionKind::Call(call) => Some(call.name.last().to_ascii_lowercase()),
        ExpressionKind::Cast { operand, .. } => output_name(operand),
        ExpressionKind::Case(_) => Some("case".to_owned()),
        ExpressionKind::Null
        | ExpressionKind::Boolean(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Text(_)
        | ExpressionKind::Typed { .. }
        | ExpressionKind::Interval(_)
        | ExpressionKind::Index(..)
        | ExpressionKind::Unary(..)
        | ExpressionKind::Binary(..)
        | ExpressionKind::Is { .. }
        | ExpressionKind::InList { .. }
        | ExpressionKind::InQuery { .. }
        | ExpressionKind::Between { .. }
        | ExpressionKind::Like { .. }
        | ExpressionKind::Exists(_)
        | ExpressionKind::Query(_)
        | ExpressionKind::TryCast { .. }
        | ExpressionKind::Extract(..)
        | ExpressionKind::Trim { .. }
        | ExpressionKind::Niladic(_)
        | ExpressionKind::AtTimeZone(..) => None,
    }
}

pub(super) fn first_select(body: &SetExpression) -> Option<&Select> {
    match body {
        SetExpression::Select(select) => Some(select),
        SetExpression::Query(query) => first_select(&query.body),
        SetExpression::Operation { left, .. } => first_select(left),
    }
}

fn unique(names: &[(String, crate::Span)], findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for (name, span) in names {
        if !seen.insert(name) {
            let finding =
                Finding::error(Code::ViewColumn, *span, format!("duplicate column `{name}` in the view"));
            findings.push(finding.help("add AS and another name"));
        }
    }
}

/// Finds tables that are not schema-qualified and are not defined in the query's WITH.
#[derive(Default)]
struct Unqualified {
    defined: Vec<String>,
    found: Vec<Finding>,
}

impl Walk for Unqualified {
    fn table(&mut self, name: &Name) {
        if name.parts.len() != 1 || self.defined.contains(&name.folded()) {
            return;
        }
        let finding =
            Finding::error(Code::ViewBinding, name.span(), format!("`{name}` is not schema-qualified"));
        let finding = finding.because("a late-binding view resolves its tables when it is queried");
        self.found.push(finding.help("write schema.table"));
    }

    fn define(&mut self, name: &Ident) {
        self.defined.push(name.folded());
    }

    fn forget(&mut self, count: usize) {
        self.defined.truncate(self.defined.len().saturating_sub(count));
    }
}
