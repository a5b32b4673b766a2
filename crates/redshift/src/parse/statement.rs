//! Which statement it is, and those that are a few words.

use super::{Parsed, Parser};
use crate::ast::{
    AnalyzeColumns, CommentKind, DropKind, Existing, Ident, Name, Statement, StatementKind, VacuumKind,
};
use crate::finding::Code;
use crate::lexer::TokenKind;

/// What other databases create, and what Redshift has instead.
const FOREIGN: [(&str, &str); 9] = [
    ("INDEX", "Redshift has no indexes: a SORTKEY orders the table"),
    ("UNIQUE INDEX", "Redshift has no indexes: a SORTKEY orders the table"),
    ("SEQUENCE", "Redshift has no sequences: a column may be IDENTITY(1,1)"),
    ("TYPE", "Redshift has no types of one's own: VARCHAR holds names"),
    ("DOMAIN", "Redshift has no domains: name the type"),
    ("EXTENSION", "Redshift has no extensions"),
    ("TRIGGER", "Redshift has no triggers: load with a procedure"),
    ("RULE", "Redshift has no rules"),
    ("UNLOGGED", "Redshift logs every table; a temporary one is CREATE TEMP TABLE"),
];

/// What Redshift creates and this layer does not read.
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

/// Words that begin statements of Redshift that this layer does not read.
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
    /// One statement, up to what does not belong to it.
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
                Ok(StatementKind::RefreshMaterializedView { name, dependants: self.dependants() })
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
                    return self.fail(Code::NotCovered, format!("{word} is not covered"), "run it by hand");
                }
                self.fail(
                    Code::Syntax,
                    format!("no statement begins with `{word}`"),
                    "look for a misspelt word",
                )
            }
        }
    }

    fn create(&mut self) -> Parsed<StatementKind> {
        for (words, help) in FOREIGN {
            if self.is(words) {
                return self.fail(Code::NotRedshift, format!("Redshift has no CREATE {words}"), help);
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
            return self.fail(Code::NotCovered, format!("CREATE {words} is not covered"), "run it by hand");
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
            "this ALTER is not covered",
            "TABLE, MATERIALIZED VIEW, DEFAULT PRIVILEGES, USER … PASSWORD",
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
                "this DROP is not covered",
                "TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, ROLE, USER, PROCEDURE",
            );
        };
        self.take(words);
        let existing = if self.take("IF EXISTS") { Existing::Skip } else { Existing::Refuse };
        let names = self.list(Self::name)?;
        let parameters = if kind == DropKind::Procedure { self.signature()? } else { Vec::new() };
        Ok(StatementKind::Drop { kind, existing, names, parameters, dependants: self.dependants() })
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
            return self.fail(Code::Syntax, "a column is named with its table", "schema.table.column");
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
            AnalyzeColumns::Unsaid
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
            .map_or(VacuumKind::Unsaid, |(_, kind)| kind);
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
            return self.fail(Code::NotCovered, "this SET is not covered", "SET name TO value");
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
