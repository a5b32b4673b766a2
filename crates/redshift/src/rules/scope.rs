//! Name resolution in queries: which column of which relation a name refers to.

use strataform_diagnostic::suggestion;

use super::catalog::{Catalog, Known};
use super::look::{Look, look, qualified_parts, renamed};
use super::view::output_name;
use crate::ast::{
    DataType, Expression, ExpressionKind, Ident, JoinCondition, Name, Query, Relation, RelationKind, Select,
    SelectItem, SetExpression,
};
use crate::finding::{Code, Finding};
use crate::span::Span;
use crate::walk::{children, query_in};

/// A relation in `FROM`.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The parts of its name or alias, folded.
    pub(super) parts: Vec<String>,
    /// `None` if the columns are not known.
    pub(super) columns: Option<Vec<Known>>,
    /// Whether it is an element of a `SUPER` value, or the position of one.
    pub(super) element: bool,
}

/// The names that are visible in a part of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) sources: Vec<Source>,
    /// Aliases in the select list.
    pub(super) aliases: Vec<String>,
    /// Columns that `USING` or `NATURAL` merges.
    pub(super) merged: Option<Vec<String>>,
}

/// Resolves names, and reports those that are unknown or ambiguous.
pub(super) struct Resolver<'a> {
    catalog: &'a Catalog,
    findings: &'a mut Vec<Finding>,
    /// The innermost comes last.
    frames: Vec<Frame>,
    common: Vec<(String, Option<Vec<Known>>)>,
}

/// The columns that a query returns, if they are known.
pub(super) fn output(query: &Query, catalog: &Catalog) -> Option<Vec<Known>> {
    Resolver::new(catalog, &mut Vec::new()).query(query)
}

impl<'a> Resolver<'a> {
    pub(super) fn new(catalog: &'a Catalog, findings: &'a mut Vec<Finding>) -> Self {
        Self { catalog, findings, frames: Vec::new(), common: Vec::new() }
    }

    /// Opens a frame with tables named outside a query; the first is the statement's target.
    pub(super) fn open(&mut self, tables: &[(&Name, Option<&Ident>)]) {
        let mut frame = Frame::default();
        for (name, alias) in tables {
            let columns = self.table(name);
            frame.sources.push(Source { parts: qualified_parts(name, *alias), columns, element: false });
        }
        self.frames.push(frame);
    }

    /// Adds the relations in `FROM` or `USING` to the open frame.
    pub(super) fn also(&mut self, relations: &[Relation]) {
        for relation in relations {
            self.relation(relation);
        }
    }

    /// The columns of a table; reports a table that does not exist.
    pub(super) fn table(&mut self, name: &Name) -> Option<Vec<Known>> {
        if let [one] = name.parts.as_slice()
            && let Some((_, columns)) = self.common.iter().rev().find(|(known, _)| one.is(known))
        {
            return columns.clone();
        }
        super::known::relation(name, self.catalog, self.findings);
        self.catalog.columns(name)
    }

    pub(super) fn query(&mut self, query: &Query) -> Option<Vec<Known>> {
        let outer = self.common.len();
        for table in &query.with {
            if query.recursive {
                self.common.push((table.alias.name.folded(), None));
            }
            let columns = self.query(&table.query);
            self.common.push((table.alias.name.folded(), renamed(columns, &table.alias)));
        }
        let (columns, frame) = self.set(&query.body);
        let mut frame = frame.unwrap_or_default();
        if let Some(columns) = &columns {
            frame.aliases.extend(columns.iter().map(|column| column.name.clone()));
        }
        let open = columns.is_none() && frame.sources.is_empty();
        self.frames.push(frame);
        if !open {
            query.order.iter().for_each(|item| self.expression(&item.expression));
        }
        query.limit.iter().chain(&query.offset).for_each(|one| self.expression(one));
        self.frames.pop();
        self.common.truncate(outer);
        columns
    }

    fn set(&mut self, body: &SetExpression) -> (Option<Vec<Known>>, Option<Frame>) {
        match body {
            SetExpression::Select(select) => {
                let (columns, frame) = self.select(select);
                (columns, Some(frame))
            }
            SetExpression::Query(query) => (self.query(query), None),
            SetExpression::Operation { left, right, .. } => {
                let (left, _) = self.set(left);
                let (right_columns, _) = self.set(right);
                if let (Some(left), Some(right_columns)) = (&left, &right_columns)
                    && left.len() != right_columns.len()
                {
                    let summary = format!(
                        "{} columns on the left, but {} on the right",
                        left.len(),
                        right_columns.len()
                    );
                    let span = super::view::first_select(right).map_or(Span::default(), |select| select.span);
                    self.findings.push(Finding::error(Code::ValueCount, span, summary));
                }
                (left, None)
            }
        }
    }

    fn select(&mut self, select: &Select) -> (Option<Vec<Known>>, Frame) {
        self.frames.push(Frame::default());
        self.also(&select.from);
        let mut columns = Some(Vec::new());
        for item in &select.items {
            let mut found = match item {
                SelectItem::Star(_) => self.all(None),
                SelectItem::TableStar(name) => self.all(Some(name)),
                SelectItem::Value(value, alias) => {
                    self.expression(value);
                    let name = alias.as_ref().map(Ident::folded).or_else(|| output_name(value));
                    if let (Some(alias), Some(frame)) = (alias, self.frames.last_mut()) {
                        frame.aliases.push(alias.folded());
                    }
                    let data_type = self.data_type(value);
                    Some(vec![Known { name: name.unwrap_or_else(|| "?column?".to_owned()), data_type }])
                }
            };
            match (&mut columns, &mut found) {
                (Some(columns), Some(found)) => columns.append(found),
                _ => columns = None,
            }
        }
        // Aliases of the select list are not visible in WHERE.
        let aliases =
            self.frames.last_mut().map(|frame| std::mem::take(&mut frame.aliases)).unwrap_or_default();
        select.filter.iter().for_each(|one| self.expression(one));
        if let Some(frame) = self.frames.last_mut() {
            frame.aliases = aliases;
        }
        select.group.iter().chain(&select.having).chain(&select.qualify).for_each(|one| self.expression(one));
        (columns, self.frames.pop().unwrap_or_default())
    }

    /// All columns, or those of one relation.
    fn all(&mut self, of: Option<&Name>) -> Option<Vec<Known>> {
        let sources = self.frames.last().map(|frame| frame.sources.clone()).unwrap_or_default();
        let Some(of) = of else {
            return sources
                .into_iter()
                .map(|source| source.columns)
                .collect::<Option<Vec<_>>>()
                .map(|all| all.concat());
        };
        let wanted: Vec<String> = of.parts.iter().map(Ident::folded).collect();
        if let Some(source) = sources.into_iter().find(|source| source.parts.ends_with(&wanted)) {
            source.columns
        } else {
            self.findings.push(Finding::error(
                Code::UnknownTable,
                of.span(),
                format!("unknown table or alias `{of}`"),
            ));
            None
        }
    }

    fn relation(&mut self, relation: &Relation) {
        self.relation_kind(&relation.kind);
        for join in &relation.joins {
            self.relation_kind(&join.right);
            match &join.condition {
                JoinCondition::On(on) => self.expression(on),
                JoinCondition::Using(columns) => {
                    for column in columns {
                        self.merge(vec![column.folded()]);
                    }
                }
                JoinCondition::Natural => self.merge(Vec::new()),
                JoinCondition::None => {}
            }
        }
    }

    /// Merges columns of two relations; without names, which columns are merged is unknown.
    fn merge(&mut self, columns: Vec<String>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.merged.get_or_insert_default().extend(columns);
        }
    }

    fn relation_kind(&mut self, kind: &RelationKind) {
        match kind {
            RelationKind::Table { name, alias } => {
                let columns = self.table(name);
                let columns = match alias {
                    Some(alias) => renamed(columns, alias),
                    None => columns,
                };
                let parts = qualified_parts(name, alias.as_ref().map(|alias| &alias.name));
                self.add(Source { parts, columns, element: false }, name.span());
            }
            RelationKind::Query { query, alias } => {
                // A subquery in FROM cannot see its sibling relations.
                let frame = self.frames.pop();
                let columns = self.query(query);
                self.frames.extend(frame);
                let parts = vec![alias.name.folded()];
                self.add(Source { parts, columns: renamed(columns, alias), element: false }, alias.name.span);
            }
            RelationKind::Nested(relation) => self.relation(relation),
            RelationKind::Elements { value, alias, index } => {
                self.expression(value);
                if let Some(data_type) = self.data_type(value)
                    && data_type != DataType::Super
                {
                    let finding =
                        Finding::error(Code::UnknownColumn, value.span, "the value cannot be unnested");
                    self.findings.push(
                        finding.because(format!("it is of type {data_type}")).help("use a SUPER column"),
                    );
                }
                for name in std::iter::once(alias).chain(index) {
                    self.add(
                        Source { parts: vec![name.folded()], columns: Some(Vec::new()), element: true },
                        name.span,
                    );
                }
            }
        }
    }

    fn add(&mut self, source: Source, span: Span) {
        let Some(frame) = self.frames.last_mut() else { return };
        if frame.sources.iter().any(|other| other.parts == source.parts) {
            let summary = format!("duplicate table name or alias `{}`", source.parts.join("."));
            self.findings
                .push(Finding::error(Code::Alias, span, summary).help("give one of them an alias with AS"));
        }
        frame.sources.push(source);
    }

    /// Resolves the names of an expression.
    pub(super) fn expression(&mut self, expression: &Expression) {
        if let ExpressionKind::Column(parts) = &expression.kind {
            self.column(parts, expression.span);
        }
        for child in children(expression) {
            self.expression(child);
        }
        if let Some(query) = query_in(expression) {
            self.query(query);
        }
    }

    /// The type of a column; reports a column that does not exist.
    fn column(&mut self, parts: &[Ident], span: Span) -> Option<DataType> {
        let folded: Vec<String> = parts.iter().map(Ident::folded).collect();
        for frame in self.frames.iter().rev() {
            match look(frame, &folded) {
                Look::Found(data_type) => return data_type,
                Look::Several => {
                    let summary = format!("ambiguous column `{}`", parts[0]);
                    self.findings.push(
                        Finding::error(Code::AmbiguousColumn, span, summary)
                            .help("qualify it with the table's name or alias"),
                    );
                    return None;
                }
                Look::NotSuper(name) => {
                    let summary = format!("`{name}` is not a SUPER value and has no fields");
                    self.findings.push(Finding::error(Code::UnknownColumn, span, summary));
                    return None;
                }
                Look::Missing => {}
            }
        }
        let known: Vec<String> = self
            .frames
            .iter()
            .flat_map(|frame| &frame.sources)
            .flat_map(|source| {
                let columns = source.columns.iter().flatten().map(|column| column.name.clone());
                columns.chain(source.parts.last().cloned())
            })
            .collect();
        let name = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".");
        let last = parts.last().map_or("", |part| part.text.as_str());
        let help = suggestion(last, known.iter().map(String::as_str))
            .unwrap_or_else(|| "use a column of the tables in the query".to_owned());
        self.findings
            .push(Finding::error(Code::UnknownColumn, span, format!("unknown column `{name}`")).help(help));
        None
    }

    /// The type of a value, if it can be inferred easily.
    fn data_type(&mut self, value: &Expression) -> Option<DataType> {
        match &value.kind {
            ExpressionKind::Column(parts) => {
                let folded: Vec<String> = parts.iter().map(Ident::folded).collect();
                self.frames.iter().rev().find_map(|frame| match look(frame, &folded) {
                    Look::Found(data_type) => Some(data_type),
                    Look::Several | Look::NotSuper(_) | Look::Missing => None,
                })?
            }
            ExpressionKind::Cast { data_type, .. } | ExpressionKind::TryCast { data_type, .. } => {
                Some(*data_type)
            }
            ExpressionKind::Case(case) => case.branches.iter().find_map(|(_, then)| self.data_type(then)),
            ExpressionKind::Call(call) => {
                let makes_super = ["json_parse", "object", "array"].contains(&call.name.folded().as_str());
                makes_super.then_some(DataType::Super)
            }
            ExpressionKind::Null
            | ExpressionKind::Boolean(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Text(_)
            | ExpressionKind::Typed { .. }
            | ExpressionKind::Interval(_)
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
            | ExpressionKind::Extract(..)
            | ExpressionKind::Trim { .. }
            | ExpressionKind::Niladic(_)
            | ExpressionKind::AtTimeZone(..) => None,
        }
    }
}
