//! The relations in `FROM`: tables, subqueries, the elements of `SUPER` values, and joins.

use super::{Parsed, Parser};
use crate::ast::{
    Expression, ExpressionKind, Ident, Join, JoinCondition, JoinKind, Name, Relation, RelationKind,
    TableAlias,
};
use crate::finding::Code;

impl Parser {
    /// Parses the relations after `FROM`.
    pub(super) fn relations(&mut self) -> Parsed<Vec<Relation>> {
        let mut seen = Vec::new();
        self.list(|parser| parser.relation(&mut seen))
    }

    /// A relation and its joins; `seen` has the names and aliases of the relations before it.
    fn relation(&mut self, seen: &mut Vec<String>) -> Parsed<Relation> {
        let kind = self.relation_kind(seen)?;
        let mut joins = Vec::new();
        while let Some(join) = self.join(seen)? {
            joins.push(join);
        }
        Ok(Relation { kind, joins })
    }

    fn relation_kind(&mut self, seen: &mut Vec<String>) -> Parsed<RelationKind> {
        if self.is("LATERAL") {
            return self.fail(
                Code::Clause,
                "LATERAL is not supported by Redshift",
                "use a join, or unnest a SUPER value",
            );
        }
        if self.take("(") {
            return self.parenthesized_relation(seen);
        }
        let start = self.at;
        let first = self.ident()?;
        let mut parts = vec![first];
        while self.take(".") {
            parts.push(self.label()?);
        }
        if self.is("(") {
            return self.fail(
                Code::NotCovered,
                "table functions are not supported by gen",
                "read from a table or a view",
            );
        }
        let of_relation = parts.len() > 1 && seen.contains(&parts[0].folded());
        if of_relation || self.is("[") {
            return self.elements(start, parts, seen);
        }
        if parts.len() > 3 {
            return self.fail(Code::Syntax, "a name has at most three parts", "use `database.schema.table`");
        }
        if self.is_any(&["PIVOT", "UNPIVOT"]) {
            return self.fail(
                Code::NotCovered,
                "PIVOT and UNPIVOT are not supported by gen",
                "aggregate with CASE",
            );
        }
        let name = Name { parts };
        let alias = self.table_alias()?;
        let called =
            alias.as_ref().map_or_else(|| name.last().to_ascii_lowercase(), |alias| alias.name.folded());
        seen.push(called);
        Ok(RelationKind::Table { name, alias })
    }

    fn parenthesized_relation(&mut self, seen: &mut Vec<String>) -> Parsed<RelationKind> {
        if self.is_any(&["SELECT", "WITH", "("]) {
            let query = Box::new(self.query()?);
            self.expect(")")?;
            if self.is_any(&["PIVOT", "UNPIVOT"]) {
                return self.fail(
                    Code::NotCovered,
                    "PIVOT and UNPIVOT are not supported by gen",
                    "aggregate with CASE",
                );
            }
            let Some(alias) = self.table_alias()? else {
                return Err(self.unexpected("an alias for the subquery"));
            };
            seen.push(alias.name.folded());
            return Ok(RelationKind::Query { query, alias });
        }
        let inner = self.nested(|parser| parser.relation(seen))?;
        self.expect(")")?;
        Ok(RelationKind::Nested(Box::new(inner)))
    }

    /// `alias.path AS element AT index`
    fn elements(&mut self, start: usize, parts: Vec<Ident>, seen: &mut Vec<String>) -> Parsed<RelationKind> {
        let mut value = Expression { kind: ExpressionKind::Column(parts), span: self.since(start) };
        loop {
            let kind = if self.take("[") {
                let index = Box::new(self.expression()?);
                self.expect("]")?;
                ExpressionKind::Index(Box::new(value), index)
            } else if self.take(".") {
                ExpressionKind::Field(Box::new(value), self.label()?)
            } else {
                break;
            };
            value = Expression { kind, span: self.since(start) };
        }
        self.take("AS");
        let alias = self.ident()?;
        let index = if self.take("AT") { Some(self.ident()?) } else { None };
        seen.push(alias.folded());
        Ok(RelationKind::Elements { value, alias, index })
    }

    fn table_alias(&mut self) -> Parsed<Option<TableAlias>> {
        let Some(name) = self.optional_alias(Self::ident)? else { return Ok(None) };
        Ok(Some(TableAlias { name, columns: self.optional_columns()? }))
    }

    fn join(&mut self, seen: &mut Vec<String>) -> Parsed<Option<Join>> {
        let natural = self.take("NATURAL");
        let kind = if self.take("CROSS") {
            JoinKind::Cross
        } else if self.take("INNER") || self.is("JOIN") {
            JoinKind::Inner
        } else if let Some(kind) = self.outer_join() {
            kind
        } else if natural {
            return Err(self.unexpected("`JOIN`"));
        } else {
            return Ok(None);
        };
        self.expect("JOIN")?;
        let right = self.relation_kind(seen)?;
        let condition = if natural {
            JoinCondition::Natural
        } else if kind == JoinKind::Cross {
            JoinCondition::None
        } else if self.take("USING") {
            JoinCondition::Using(self.columns()?)
        } else {
            self.expect("ON")?;
            JoinCondition::On(self.expression()?)
        };
        Ok(Some(Join { kind, right, condition }))
    }

    fn outer_join(&mut self) -> Option<JoinKind> {
        let kinds = [("LEFT", JoinKind::Left), ("RIGHT", JoinKind::Right), ("FULL", JoinKind::Full)];
        let (_, kind) = kinds.into_iter().find(|(word, _)| self.is(word))?;
        self.advance();
        self.take("OUTER");
        Some(kind)
    }
}
