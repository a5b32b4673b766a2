//! Statements: dispatch by the first word, and the short ones.

use super::{Parsed, Parser};
use crate::ast::{
    AnalyzeColumns, CommentKind, DropKind, Existing, Ident, Name, Statement, StatementKind, VacuumKind,
};
use crate::finding::Code;
use crate::lexer::TokenKind;

/// What other databases can create, and the Redshift alternative.
const FOREIGN: [(&str, &str); 9] = [
    ("INDEX", "use a SORTKEY instead"),
    ("UNIQUE INDEX", "use a SORTKEY instead"),
    ("SEQUENCE", "use an IDENTITY(1,1) column instead"),
    ("TYPE", "use VARCHAR instead"),
    ("DOMAIN", "use the base type instead"),
    ("EXTENSION", "remove it; Redshift has no extensions"),
    ("TRIGGER", "load the data with a procedure instead"),
    ("RULE", "remove it; Redshift has no rules"),
    ("UNLOGGED", "use CREATE TABLE or CREATE TEMP TABLE"),
];

/// What Redshift can create but this parser does not support.
const UNCOVERED: [&str; 12] = [
    "FUNCTION",
    "EXTERNAL FUNCTION",
    "MODEL",
    "RLS",
    "MASKING",
    "DATABASE",
    "DATASHARE",
    "GROUP",
    "LIBRARY",
    "IDENTITY",
    "EXTERNAL VIEW",
    "LOCAL",
];

/// First words of Redshift statements that this parser does not support.
const OTHERS: [&str; 14] = [
    "ATTACH",
    "CANCEL",
    "CLOSE",
    "DEALLOCATE",
    "DECLARE",
    "DESC",
    "DETACH",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "PREPARE",
    "RESET",
    "SHOW",
    "USE",
];

impl Parser {
    /// Parses one statement, up to the first token that does not belong to it.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let start = self.at;
        self.chained = 0;
        let kind = self.nested(Self::statement_kind)?;
        Ok(Statement { kind, span: self.since(start) })
    }

    fn statement_kind(&mut self) -> Parsed<StatementKind> {
        let TokenKind::Word(word) = self.kind() else {
            return if self.is("(") {
                self.query().map(StatementKind::Query)
            } else {
                Err(self.unexpected("a statement"))
            };
        };
        let word = word.to_ascii_uppercase();
        match word.as_str() {
            "SELECT" | "WITH" => return self.query().map(StatementKind::Query),
            "GRANT" | "REVOKE" => return self.grant(),
            _ => self.advance(),
        }
        match word.as_str() {
            "CREATE" => self.create(),
            "ALTER" => self.alter(),
            "DROP" => self.drop(),
            "INSERT" => self.expect("INTO").and_then(|()| self.insert()),
            "MERGE" => self.expect("INTO").and_then(|()| self.merge()),
            "UPDATE" => self.update(),
            "DELETE" => self.delete(),
            "COPY" => self.copy(),
            "UNLOAD" => self.unload(),
            "TRUNCATE" => {
                self.take("TABLE");
                self.name().map(StatementKind::Truncate)
            }
            "REFRESH" => {
                self.expect("MATERIALIZED VIEW")?;
                let name = self.name()?;
                Ok(StatementKind::RefreshMaterializedView { name, dependents: self.dependents() })
            }
            "CALL" => self.call_statement(),
            "COMMENT" => self.comment(),
            "ANALYZE" | "ANALYSE" => self.analyze(),
            "VACUUM" => self.vacuum(),
            "SET" => self.set(),
            "LOCK" => {
                self.take("TABLE");
                self.list(Self::name).map(StatementKind::Lock)
            }
            "BEGIN" => {
                let _ = self.take("TRANSACTION") || self.take("WORK");
                Ok(StatementKind::Begin)
            }
            "START" => self.expect("TRANSACTION").map(|()| StatementKind::Begin),
            "COMMIT" | "END" => {
                let _ = self.take("TRANSACTION") || self.take("WORK");
                Ok(StatementKind::Commit)
            }
            "ROLLBACK" | "ABORT" => {
                let _ = self.take("TRANSACTION") || self.take("WORK");
                Ok(StatementKind::Rollback)
            }
            _ => {
                self.at -= 1;
                if OTHERS.contains(&word.as_str()) {
                    return self.fail(
                        Code::NotCovered,
                        format!("{word} is not supported by gen"),
                        "run it by hand",
                    );
                }
                self.fail(Code::Syntax, format!("unknown statement `{word}`"), "check the spelling")
            }
        }
    }

    fn create(&mut self) -> Parsed<StatementKind> {
        for (words, help) in FOREIGN {
            if self.is(words) {
                return self.fail(
                    Code::NotRedshift,
                    format!("CREATE {words} is not supported by Redshift"),
                    help,
                );
            }
        }
        let replace = self.take("OR REPLACE");
        if self.take("VIEW") {
            return self.create_view(replace);
        }
        if self.take("PROCEDURE") {
            return self.create_procedure(replace);
        }
        if replace {
            return Err(self.unexpected("`VIEW` or `PROCEDURE`"));
        }
        if self.take("MATERIALIZED VIEW") {
            return self.create_materialized_view();
        }
        if self.take("EXTERNAL SCHEMA") {
            return self.create_external_schema();
        }
        if self.take("EXTERNAL TABLE") {
            return self.create_external_table();
        }
        if self.take("ROLE") {
            return self.create_role();
        }
        if self.take("USER") {
            return self.user().map(StatementKind::CreateUser);
        }
        if self.take("SCHEMA") {
            return self.create_schema();
        }
        if self.take("TABLE") {
            return self.create_table(false);
        }
        if self.take("LOCAL TEMPORARY TABLE")
            || self.take("LOCAL TEMP TABLE")
            || self.take("TEMPORARY TABLE")
            || self.take("TEMP TABLE")
        {
            return self.create_table(true);
        }
        if let Some(words) = UNCOVERED.iter().find(|words| self.is(words)) {
            return self.fail(
                Code::NotCovered,
                format!("CREATE {words} is not supported by gen"),
                "run it by hand",
            );
        }
        Err(self.unexpected("`TABLE`, `VIEW`, `MATERIALIZED VIEW`, `SCHEMA`, `ROLE`, `USER` or `PROCEDURE`"))
    }

    fn create_schema(&mut self) -> Parsed<StatementKind> {
        let existing = self.if_not_exists();
        let name = self.ident()?;
        let owner = if self.take("AUTHORIZATION") { Some(self.ident()?) } else { None };
        let quota_megabytes =
            if self.take("QUOTA") && !self.take("UNLIMITED") { Some(self.megabytes()?) } else { None };
        Ok(StatementKind::CreateSchema { name, existing, owner, quota_megabytes })
    }

    fn alter(&mut self) -> Parsed<StatementKind> {
        if self.take("TABLE") {
            return self.alter_table();
        }
        if self.take("MATERIALIZED VIEW") {
            let name = self.name()?;
            self.expect("AUTO REFRESH")?;
            return Ok(StatementKind::AlterMaterializedView { name, auto_refresh: self.yes_or_no()? });
        }
        if self.take("DEFAULT PRIVILEGES") {
            return self.default_privileges();
        }
        if self.take("USER") {
            return self.user().map(StatementKind::AlterUser);
        }
        self.fail(
            Code::NotCovered,
            "this kind of ALTER is not supported by gen",
            "use ALTER with TABLE, MATERIALIZED VIEW, DEFAULT PRIVILEGES or USER … PASSWORD",
        )
    }

    fn drop(&mut self) -> Parsed<StatementKind> {
        let kinds = [
            ("TABLE", DropKind::Table),
            ("VIEW", DropKind::View),
            ("MATERIALIZED VIEW", DropKind::MaterializedView),
            ("SCHEMA", DropKind::Schema),
            ("ROLE", DropKind::Role),
            ("USER", DropKind::User),
            ("PROCEDURE", DropKind::Procedure),
        ];
        let Some((words, kind)) = kinds.into_iter().find(|(words, _)| self.is(words)) else {
            return self.fail(
                Code::NotCovered,
                "this kind of DROP is not supported by gen",
                "use DROP with TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, ROLE, USER or PROCEDURE",
            );
        };
        self.take(words);
        let existing = if self.take("IF EXISTS") { Existing::Skip } else { Existing::Fail };
        let names = self.list(Self::name)?;
        let parameters = if kind == DropKind::Procedure { self.signature()? } else { Vec::new() };
        Ok(StatementKind::Drop { kind, existing, names, parameters, dependents: self.dependents() })
    }

    fn call_statement(&mut self) -> Parsed<StatementKind> {
        let name = self.name()?;
        self.expect("(")?;
        let arguments = if self.is(")") { Vec::new() } else { self.list(Self::expression)? };
        self.expect(")")?;
        Ok(StatementKind::Call { name, arguments })
    }

    fn comment(&mut self) -> Parsed<StatementKind> {
        self.expect("ON")?;
        let kinds = [
            ("TABLE", CommentKind::Table),
            ("COLUMN", CommentKind::Column),
            ("VIEW", CommentKind::View),
            ("SCHEMA", CommentKind::Schema),
        ];
        let Some((words, kind)) = kinds.into_iter().find(|(words, _)| self.is(words)) else {
            return Err(self.unexpected("`TABLE`, `COLUMN`, `VIEW` or `SCHEMA`"));
        };
        self.take(words);
        let mut parts: Vec<Ident> = vec![self.ident()?];
        while self.take(".") {
            parts.push(self.label()?);
        }
        if parts.len() < 2 && kind == CommentKind::Column || parts.len() > 4 {
            return self.fail(
                Code::Syntax,
                "a column must be qualified with its table",
                "use `schema.table.column`",
            );
        }
        self.expect("IS")?;
        let text = if self.take("NULL") { None } else { Some(self.text()?) };
        Ok(StatementKind::Comment { kind, name: Name { parts }, text })
    }

    fn analyze(&mut self) -> Parsed<StatementKind> {
        if self.take("COMPRESSION") {
            let table = self.name()?;
            let columns = self.optional_columns()?;
            let rows = if self.take("COMPROWS") { Some(self.whole_number()?) } else { None };
            return Ok(StatementKind::AnalyzeCompression { table, columns, rows });
        }
        self.take("VERBOSE");
        let named = matches!(self.kind(), TokenKind::Word(_) | TokenKind::Quoted(_));
        let table = if named { Some(self.name()?) } else { None };
        let columns = if table.is_some() { self.optional_columns()? } else { Vec::new() };
        let which = if self.take("PREDICATE COLUMNS") {
            AnalyzeColumns::Predicate
        } else if self.take("ALL COLUMNS") {
            AnalyzeColumns::All
        } else {
            AnalyzeColumns::Unspecified
        };
        Ok(StatementKind::Analyze { table, columns, which })
    }

    fn vacuum(&mut self) -> Parsed<StatementKind> {
        let kinds = [
            ("FULL", VacuumKind::Full),
            ("SORT ONLY", VacuumKind::SortOnly),
            ("DELETE ONLY", VacuumKind::DeleteOnly),
            ("REINDEX", VacuumKind::Reindex),
            ("RECLUSTER", VacuumKind::Recluster),
        ];
        let kind = kinds
            .into_iter()
            .find(|(words, _)| self.take(words))
            .map_or(VacuumKind::Unspecified, |(_, kind)| kind);
        let named = matches!(self.kind(), TokenKind::Word(_) | TokenKind::Quoted(_)) && !self.is("BOOST");
        let table = if named { Some(self.name()?) } else { None };
        let percent = if self.take("TO") {
            let percent = self.whole_number()?;
            self.expect("PERCENT")?;
            Some(percent)
        } else {
            None
        };
        Ok(StatementKind::Vacuum { kind, table, percent, boost: self.take("BOOST") })
    }

    fn set(&mut self) -> Parsed<StatementKind> {
        if self.is("SESSION") || self.is("LOCAL") {
            return self.fail(
                Code::NotCovered,
                "this kind of SET is not supported by gen",
                "use SET name TO value",
            );
        }
        let name = self.name()?;
        if !self.take("=") {
            self.expect("TO")?;
        }
        let value = match self.kind() {
            TokenKind::Word(word)
            | TokenKind::Quoted(word)
            | TokenKind::Text(word)
            | TokenKind::Number(word) => word.clone(),
            _ => return Err(self.unexpected("a value")),
        };
        self.advance();
        Ok(StatementKind::Set { name, value })
    }
}
