//! Names within queries: which column of which relation is meant.

use strataform_diagnostic::suggestion;

use super::catalog::{Catalog, Known};
use super::look::{Look, called, look, renamed};
use super::view::output_name;
use crate::ast::{
    DataType, Expression, ExpressionKind, Ident, JoinCondition, Name, Query, Relation, RelationKind, Select,
    SelectItem, SetExpression,
};
use crate::finding::{Code, Finding};
use crate::span::Span;
use crate::walk::{children, query_in};

/// A relation of a query.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// What it is called, in parts, folded.
    pub(super) parts: Vec<String>,
    /// None where they are not known.
    pub(super) columns: Option<Vec<Known>>,
    /// Whether it is an element of a `SUPER` value, or the place of one.
    pub(super) element: bool,
}

/// What may be named in a part of a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    pub(super) sources: Vec<Source>,
    /// Names that `SELECT` gave.
    pub(super) aliases: Vec<String>,
    /// Columns that `USING` or `NATURAL` made one.
    pub(super) merged: Option<Vec<String>>,
}

/// Looks names up, and tells of those that are none.
pub(super) struct Resolver<'a> {
    catalog: &'a Catalog,
    findings: &'a mut Vec<Finding>,
    /// The innermost last.
    frames: Vec<Frame>,
    common: Vec<(String, Option<Vec<Known>>)>,
}

/// The columns that a query gives, where they are known.
pub(super) fn output(query: &Query, catalog: &Catalog) -> Option<Vec<Known>> {
    Resolver::new(catalog, &mut Vec::new()).query(query)
}

impl<'a> Resolver<'a> {
    pub(super) fn new(catalog: &'a Catalog, findings: &'a mut Vec<Finding>) -> Self {
        Self { catalog, findings, frames: Vec::new(), common: Vec::new() }
    }

    /// Opens a frame with tables that are named outside a query; the first is the statement's own.
    pub(super) fn open(&mut self, tables: &[(&Name, Option<&Ident>)]) {
        let mut frame = Frame::default();
        for (name, alias) in tables {
            let columns = self.table(name);
            frame.sources.push(Source { parts: called(name, *alias), columns, element: false });
        }
        self.frames.push(frame);
    }

    /// Adds what stands in `FROM` or `USING` to the frame that is open.
    pub(super) fn also(&mut self, relations: &[Relation]) {
        for relation in relations {
            self.relation(relation);
        }
    }

    /// The columns of a table; told where there is none.
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
                    let summary = format!("{} columns above, and {} below", left.len(), right_columns.len());
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
        // WHERE sees no names that SELECT gives.
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
                format!("nothing is called \"{of}\" here"),
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

    /// Columns of two relations become one; which, is not known where none are named.
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
                let parts = called(name, alias.as_ref().map(|alias| &alias.name));
                self.add(Source { parts, columns, element: false }, name.span());
            }
            RelationKind::Query { query, alias } => {
                // A query in FROM sees nothing of what stands beside it.
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
                    let finding = Finding::error(Code::UnknownColumn, value.span, "this has no elements");
                    self.findings.push(
                        finding.because(format!("it is of type {data_type}")).help("name a SUPER column"),
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
            let summary = format!("two relations are called \"{}\"", source.parts.join("."));
            self.findings.push(
                Finding::error(Code::Alias, span, summary).help("give one of them another name with AS"),
            );
        }
        frame.sources.push(source);
    }

    /// Looks up the names of an expression.
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

    /// The type of a column; told where there is none.
    fn column(&mut self, parts: &[Ident], span: Span) -> Option<DataType> {
        let folded: Vec<String> = parts.iter().map(Ident::folded).collect();
        for frame in self.frames.iter().rev() {
            match look(frame, &folded) {
                Look::Found(data_type) => return data_type,
                Look::Several => {
                    let summary = format!("several relations have a column \"{}\"", parts[0]);
                    self.findings.push(
                        Finding::error(Code::AmbiguousColumn, span, summary)
                            .help("put the relation's name before it"),
                    );
                    return None;
                }
                Look::NoSuper(name) => {
                    let summary = format!("\"{name}\" has no fields: it is no SUPER value");
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
            .unwrap_or_else(|| "name a column of what is read".to_owned());
        self.findings.push(
            Finding::error(Code::UnknownColumn, span, format!("there is no column \"{name}\"")).help(help),
        );
        None
    }

    /// The type of a value, where it is easily known.
    fn data_type(&mut self, value: &Expression) -> Option<DataType> {
        match &value.kind {
            ExpressionKind::Column(parts) => {
                let folded: Vec<String> = parts.iter().map(Ident::folded).collect();
                self.frames.iter().rev().find_map(|frame| match look(frame, &folded) {
                    Look::Found(data_type) => Some(data_type),
                    Look::Several | Look::NoSuper(_) | Look::Missing => None,
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
