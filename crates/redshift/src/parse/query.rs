//! Queries.

use super::{Parsed, Parser, words};
use crate::ast::{
    CommonTable, Expression, Ident, Quantifier, Query, Select, SelectItem, SetExpression, SetOperator,
    TableAlias,
};
use crate::finding::Code;
use crate::lexer::TokenKind;

impl Parser {
    /// A query.
    pub(super) fn query(&mut self) -> Parsed<Query> {
        self.nested(Self::whole_query)
    }

    fn whole_query(&mut self) -> Parsed<Query> {
        let start = self.at;
        let mut recursive = false;
        let mut with = Vec::new();
        if self.take("WITH") {
            recursive = self.take("RECURSIVE");
            with = self.list(Self::common_table)?;
        }
        let body = self.set_expression(0)?;
        let order = if self.take("ORDER BY") { self.order_items()? } else { Vec::new() };
        let (mut limit, mut offset) = (None, None);
        loop {
            if limit.is_none() && self.take("LIMIT") {
                limit = if self.take("ALL") { None } else { Some(self.expression()?) };
            } else if offset.is_none() && self.take("OFFSET") {
                offset = Some(self.expression()?);
            } else {
                break;
            }
        }
        Ok(Query { with, recursive, body, order, limit, offset, span: self.since(start) })
    }

    fn common_table(&mut self) -> Parsed<CommonTable> {
        let name = self.ident()?;
        let columns = self.optional_columns()?;
        self.expect("AS (")?;
        let query = self.query()?;
        self.expect(")")?;
        Ok(CommonTable { alias: TableAlias { name, columns }, query })
    }

    /// `INTERSECT` has a higher precedence than `UNION` and `EXCEPT`.
    fn set_expression(&mut self, least: u8) -> Parsed<SetExpression> {
        let mut left = if self.is("(") {
            self.expect("(")?;
            let query = self.query()?;
            self.expect(")")?;
            SetExpression::Query(Box::new(query))
        } else {
            SetExpression::Select(Box::new(self.select()?))
        };
        loop {
            let (operator, binding) = if self.is("UNION") {
                (SetOperator::Union, 0)
            } else if self.is_any(&["EXCEPT", "MINUS"]) {
                (SetOperator::Except, 0)
            } else if self.is("INTERSECT") {
                (SetOperator::Intersect, 1)
            } else {
                return Ok(left);
            };
            if binding < least {
                return Ok(left);
            }
            self.advance();
            self.chain()?;
            let all = self.take("ALL");
            if all && operator != SetOperator::Union {
                return self.fail(Code::Clause, "Redshift supports ALL only with UNION", "remove ALL");
            }
            if !all {
                self.take("DISTINCT");
            }
            let right = self.nested(|parser| parser.set_expression(binding + 1))?;
            left = SetExpression::Operation { left: Box::new(left), operator, all, right: Box::new(right) };
        }
    }

    fn select(&mut self) -> Parsed<Select> {
        let start = self.at;
        self.expect("SELECT")?;
        let mut quantifier = Quantifier::All;
        if self.is("DISTINCT ON") {
            return self.fail(
                Code::Clause,
                "DISTINCT ON is not supported by Redshift",
                "number the rows with ROW_NUMBER, and keep the first",
            );
        }
        if self.take("DISTINCT") {
            quantifier = Quantifier::Distinct;
        } else {
            self.take("ALL");
        }
        let top = if self.take("TOP") { Some(self.whole_number()?) } else { None };
        let items = self.list(Self::select_item)?;
        if self.is("INTO") {
            return self.fail(
                Code::NotCovered,
                "SELECT INTO is not supported by gen",
                "use CREATE TABLE … AS SELECT",
            );
        }
        let from = if self.take("FROM") { self.relations()? } else { Vec::new() };
        let filter = self.after("WHERE")?;
        let group = if self.take("GROUP BY") { self.list(Self::group_item)? } else { Vec::new() };
        let having = self.after("HAVING")?;
        let qualify = self.after("QUALIFY")?;
        let span = self.since(start);
        Ok(Select { quantifier, top, items, from, filter, group, having, qualify, span })
    }

    fn group_item(&mut self) -> Parsed<Expression> {
        if self.is("GROUPING SETS") || self.is("ALL") && !self.is_at(1, ".") {
            return self.fail(
                Code::NotCovered,
                "this kind of grouping is not supported by gen",
                "list the columns to group by",
            );
        }
        self.expression()
    }

    fn after(&mut self, word: &str) -> Parsed<Option<Expression>> {
        if self.take(word) { self.expression().map(Some) } else { Ok(None) }
    }

    fn select_item(&mut self) -> Parsed<SelectItem> {
        let span = self.span();
        if self.take("*") {
            return Ok(SelectItem::Star(span));
        }
        if let Some(name) = self.table_star()? {
            return Ok(SelectItem::TableStar(name));
        }
        let value = self.expression()?;
        let alias = self.optional_alias(Self::label)?;
        Ok(SelectItem::Value(value, alias))
    }

    /// `table.*`
    fn table_star(&mut self) -> Parsed<Option<crate::ast::Name>> {
        let mut offset = 0;
        loop {
            let is_name = matches!(self.token(offset).kind, TokenKind::Word(_) | TokenKind::Quoted(_));
            if !is_name || !self.is_at(offset + 1, ".") {
                return Ok(None);
            }
            if self.is_at(offset + 2, "*") {
                break;
            }
            offset += 2;
        }
        let mut parts = vec![self.ident()?];
        while self.is(".") && !self.is_at(1, "*") {
            self.advance();
            parts.push(self.label()?);
        }
        self.expect(". *")?;
        Ok(Some(crate::ast::Name { parts }))
    }

    /// `AS name`, or a bare name that does not begin a clause.
    pub(super) fn optional_alias(
        &mut self,
        read: impl FnOnce(&mut Self) -> Parsed<Ident>,
    ) -> Parsed<Option<Ident>> {
        if self.take("AS") {
            return read(self).map(Some);
        }
        let bare = match self.kind() {
            TokenKind::Quoted(_) => true,
            TokenKind::Word(word) => words::is_alias(word),
            _ => false,
        };
        if bare { self.ident().map(Some) } else { Ok(None) }
    }
}
