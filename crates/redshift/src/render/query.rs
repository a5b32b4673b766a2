//! Queries and their relations.

use super::{ScopedRelation, Writer};
use crate::ast::{
    CommonTable, Ident, Join, JoinCondition, JoinKind, Quantifier, Query, Relation, RelationKind, Select,
    SelectItem, SetExpression, SetOperator, TableAlias,
};

impl Writer {
    pub(super) fn query(&mut self, query: &Query) {
        if !query.with.is_empty() {
            self.put(if query.recursive { "WITH RECURSIVE " } else { "WITH " });
            self.list(&query.with, |writer, CommonTable { alias, query }| {
                writer.ident(&alias.name);
                writer.columns(&alias.columns);
                writer.put(" AS (");
                writer.query(query);
                writer.put(")");
            });
            self.put(" ");
        }
        // ORDER BY can refer to the relations of the query.
        let scope = match &query.body {
            SetExpression::Select(select) => scoped_relations(&select.from),
            SetExpression::Query(_) | SetExpression::Operation { .. } => Vec::new(),
        };
        self.set_expression(&query.body);
        self.scopes.push(scope);
        if !query.order.is_empty() {
            self.put(" ORDER BY ");
            self.order(&query.order);
        }
        let top = match &query.body {
            SetExpression::Select(select) => select.top.filter(|_| self.is_postgres()),
            SetExpression::Query(_) | SetExpression::Operation { .. } => None,
        };
        if let Some(rows) = top {
            self.put(&format!(" LIMIT {rows}"));
        }
        if let Some(limit) = &query.limit {
            self.put(" LIMIT ");
            self.expression(limit);
        }
        if let Some(offset) = &query.offset {
            self.put(" OFFSET ");
            self.expression(offset);
        }
        self.scopes.pop();
    }

    fn set_expression(&mut self, body: &SetExpression) {
        match body {
            SetExpression::Select(select) => self.select(select),
            SetExpression::Query(query) => {
                self.put("(");
                self.query(query);
                self.put(")");
            }
            SetExpression::Operation { left, operator, all, right } => {
                self.set_expression(left);
                self.put(match operator {
                    SetOperator::Union => " UNION ",
                    SetOperator::Intersect => " INTERSECT ",
                    SetOperator::Except => " EXCEPT ",
                });
                self.put_if(*all, "ALL ");
                self.set_expression(right);
            }
        }
    }

    fn select(&mut self, select: &Select) {
        self.scopes.push(scoped_relations(&select.from));
        self.put("SELECT ");
        self.put_if(select.quantifier == Quantifier::Distinct, "DISTINCT ");
        if let Some(rows) = select.top
            && !self.is_postgres()
        {
            self.put(&format!("TOP {rows} "));
        }
        self.list(&select.items, |writer, item| match item {
            SelectItem::Star(_) => writer.put("*"),
            SelectItem::TableStar(name) => {
                writer.name(name);
                writer.put(".*");
            }
            SelectItem::Value(value, alias) => {
                writer.expression(value);
                if let Some(alias) = alias {
                    writer.put(" AS ");
                    writer.ident(alias);
                }
            }
        });
        if !select.from.is_empty() {
            self.put(" FROM ");
            self.relations(&select.from);
        }
        if let Some(filter) = &select.filter {
            self.put(" WHERE ");
            self.expression(filter);
        }
        if !select.group.is_empty() {
            self.put(" GROUP BY ");
            self.list(&select.group, Self::expression);
        }
        if let Some(having) = &select.having {
            self.put(" HAVING ");
            self.expression(having);
        }
        if let Some(qualify) = &select.qualify {
            self.put(" QUALIFY ");
            self.expression(qualify);
            if self.is_postgres() {
                self.refuse("QUALIFY");
            }
        }
        self.scopes.pop();
    }

    pub(super) fn relations(&mut self, relations: &[Relation]) {
        self.list(relations, Self::relation);
    }

    fn relation(&mut self, relation: &Relation) {
        self.relation_kind(&relation.kind);
        for Join { kind, right, condition } in &relation.joins {
            self.put_if(*condition == JoinCondition::Natural, " NATURAL");
            self.put(match kind {
                JoinKind::Inner => " JOIN ",
                JoinKind::Left => " LEFT JOIN ",
                JoinKind::Right => " RIGHT JOIN ",
                JoinKind::Full => " FULL JOIN ",
                JoinKind::Cross => " CROSS JOIN ",
            });
            self.relation_kind(right);
            match condition {
                JoinCondition::On(on) => {
                    self.put(" ON ");
                    self.expression(on);
                }
                JoinCondition::Using(columns) => {
                    self.put(" USING");
                    self.columns(columns);
                }
                JoinCondition::Natural | JoinCondition::None => {}
            }
        }
    }

    fn relation_kind(&mut self, kind: &RelationKind) {
        match kind {
            RelationKind::Table { name, alias } => {
                self.name(name);
                self.table_alias(alias.as_ref());
            }
            RelationKind::Elements { value, alias, index } if self.is_postgres() => {
                self.put("LATERAL jsonb_array_elements(");
                match self.navigation(&value.kind) {
                    Some((column, path)) => self.json_path(&column, &path, "#>"),
                    None => self.refuse("non-numeric indexes"),
                }
                self.put(") WITH ORDINALITY AS ");
                self.ident(alias);
                let default = Ident::new(format!("{}__at", alias.text));
                self.columns(&[alias.clone(), index.clone().unwrap_or(default)]);
            }
            RelationKind::Elements { value, alias, index } => {
                self.expression(value);
                self.put(" AS ");
                self.ident(alias);
                if let Some(index) = index {
                    self.put(" AT ");
                    self.ident(index);
                }
            }
            RelationKind::Query { query, alias } => {
                self.put("(");
                self.query(query);
                self.put(")");
                self.table_alias(Some(alias));
            }
            RelationKind::Nested(relation) => {
                self.put("(");
                self.relation(relation);
                self.put(")");
            }
        }
    }

    fn table_alias(&mut self, alias: Option<&TableAlias>) {
        if let Some(TableAlias { name, columns }) = alias {
            self.put(" AS ");
            self.ident(name);
            self.columns(columns);
        }
    }
}

/// The names of a query's relations.
pub(super) fn scoped_relations(relations: &[Relation]) -> Vec<ScopedRelation> {
    let mut all = Vec::new();
    for relation in relations {
        add_scoped_relation(&relation.kind, &mut all);
        for join in &relation.joins {
            add_scoped_relation(&join.right, &mut all);
        }
    }
    all
}

fn add_scoped_relation(kind: &RelationKind, all: &mut Vec<ScopedRelation>) {
    match kind {
        RelationKind::Table { alias: Some(alias), .. } | RelationKind::Query { alias, .. } => {
            all.push(ScopedRelation { parts: vec![alias.name.folded()], element: false });
        }
        RelationKind::Table { name, alias: None } => {
            all.push(ScopedRelation {
                parts: name.parts.iter().map(Ident::folded).collect(),
                element: false,
            });
        }
        RelationKind::Elements { alias, .. } => {
            all.push(ScopedRelation { parts: vec![alias.folded()], element: true });
        }
        RelationKind::Nested(relation) => all.extend(scoped_relations(std::slice::from_ref(relation))),
    }
}
