//! `INSERT`, `UPDATE`, `DELETE`, `MERGE`

use super::{Parsed, Parser, words};
use crate::ast::{
    Assignment, Delete, Expression, Ident, Insert, InsertSource, Matched, Merge, StatementKind, Update,
};
use crate::finding::Code;
use crate::lexer::TokenKind;

impl Parser {
    /// Parses the rest of `INSERT INTO`.
    pub(super) fn insert(&mut self) -> Parsed<StatementKind> {
        let table = self.name()?;
        if self.take("DEFAULT VALUES") {
            return Ok(StatementKind::Insert(Insert {
                table,
                columns: Vec::new(),
                source: InsertSource::Defaults,
            }));
        }
        let columns = if self.is("(") && !self.is_at(1, "SELECT") && !self.is_at(1, "WITH") {
            self.columns()?
        } else {
            Vec::new()
        };
        let source = if self.take("VALUES") {
            InsertSource::Values(self.list(|parser| parser.in_parentheses(Self::value_or_default))?)
        } else if self.take("(") {
            let query = self.query()?;
            self.expect(")")?;
            InsertSource::Query(Box::new(query))
        } else {
            InsertSource::Query(Box::new(self.query()?))
        };
        Ok(StatementKind::Insert(Insert { table, columns, source }))
    }

    fn value_or_default(&mut self) -> Parsed<Option<Expression>> {
        if self.take("DEFAULT") { Ok(None) } else { self.expression().map(Some) }
    }

    fn assignments(&mut self) -> Parsed<Vec<Assignment>> {
        self.list(|parser| {
            let mut column = parser.ident()?;
            // The table's name can come before it.
            while parser.take(".") {
                column = parser.label()?;
            }
            parser.expect("=")?;
            Ok(Assignment { column, value: parser.expression()? })
        })
    }

    /// Parses the rest of `UPDATE`.
    pub(super) fn update(&mut self) -> Parsed<StatementKind> {
        let table = self.name()?;
        let alias = self.optional_alias(Self::ident)?;
        self.expect("SET")?;
        let assignments = self.assignments()?;
        let from = if self.take("FROM") { self.relations()? } else { Vec::new() };
        let filter = if self.take("WHERE") { Some(self.expression()?) } else { None };
        Ok(StatementKind::Update(Update { table, alias, assignments, from, filter }))
    }

    /// Parses the rest of `DELETE`.
    pub(super) fn delete(&mut self) -> Parsed<StatementKind> {
        self.take("FROM");
        let table = self.name()?;
        let using = if self.take("USING") { self.relations()? } else { Vec::new() };
        let filter = if self.take("WHERE") { Some(self.expression()?) } else { None };
        Ok(StatementKind::Delete(Delete { table, using, filter }))
    }

    /// Parses the rest of `MERGE INTO`.
    pub(super) fn merge(&mut self) -> Parsed<StatementKind> {
        let target = self.name()?;
        let aliased = match self.kind() {
            TokenKind::Quoted(_) => true,
            TokenKind::Word(word) => word.eq_ignore_ascii_case("AS") || words::is_alias(word),
            _ => false,
        };
        if aliased {
            return self.fail(
                Code::MergeAlias,
                "the target of MERGE cannot have an alias",
                "qualify its columns with the table's name",
            );
        }
        self.expect("USING")?;
        if self.is("(") {
            return self.fail(
                Code::MergeSource,
                "the source of MERGE cannot be a query",
                "put the rows into a staging table first",
            );
        }
        let source = self.name()?;
        let alias = self.optional_alias(Self::ident)?;
        self.expect("ON")?;
        let on = self.expression()?;
        if self.take("REMOVE DUPLICATES") {
            return Ok(StatementKind::Merge(Merge { target, source, alias, on, action: None }));
        }
        let action = self.merge_action()?;
        Ok(StatementKind::Merge(Merge { target, source, alias, on, action: Some(action) }))
    }

    fn merge_action(&mut self) -> Parsed<(Matched, Vec<Ident>, Vec<Expression>)> {
        let branches = "use WHEN MATCHED THEN …, then WHEN NOT MATCHED THEN INSERT …";
        if !self.is("WHEN MATCHED") {
            return self.fail(Code::MergeBranches, "MERGE must begin with WHEN MATCHED", branches);
        }
        self.expect("WHEN MATCHED")?;
        if self.is("AND") {
            return self.fail(
                Code::MergeBranches,
                "WHEN MATCHED cannot have a condition",
                "filter the source first",
            );
        }
        self.expect("THEN")?;
        let matched = if self.take("DELETE") {
            Matched::Delete
        } else {
            self.expect("UPDATE SET")?;
            Matched::Update(self.assignments()?)
        };
        if !self.is("WHEN NOT MATCHED") {
            return self.fail(Code::MergeBranches, "missing WHEN NOT MATCHED", branches);
        }
        self.expect("WHEN NOT MATCHED")?;
        if self.is("AND") || self.is("BY") {
            return self.fail(
                Code::MergeBranches,
                "WHEN NOT MATCHED cannot have a condition",
                "filter the source first",
            );
        }
        self.expect("THEN INSERT")?;
        let columns = self.optional_columns()?;
        self.expect("VALUES")?;
        let values = self.in_parentheses(Self::expression)?;
        if self.is("WHEN") {
            return self.fail(Code::MergeBranches, "MERGE can have only two branches", branches);
        }
        Ok((matched, columns, values))
    }
}
