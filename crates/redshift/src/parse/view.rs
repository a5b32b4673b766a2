//! Views, external schemas and procedures.

use super::{Parsed, Parser};
use crate::ast::{
    CreateProcedure, Existing, ExternalSource, MaterializedView, Parameter, Statement, StatementKind, View,
    ViewAttribute, ViewAttributeKind,
};
use crate::finding::{Code, Finding};
use crate::lexer::{TokenKind, tokens};
use crate::span::Span;

impl Parser {
    /// Parses the rest of `CREATE [OR REPLACE] VIEW`.
    pub(super) fn create_view(&mut self, replace: bool) -> Parsed<StatementKind> {
        let name = self.name()?;
        let columns = self.optional_columns()?;
        self.expect("AS")?;
        let query = self.query()?;
        let late_binding = self.take("WITH NO SCHEMA BINDING");
        Ok(StatementKind::CreateView(View { name, replace, columns, query, late_binding }))
    }

    /// Parses the rest of `CREATE MATERIALIZED VIEW`.
    pub(super) fn create_materialized_view(&mut self) -> Parsed<StatementKind> {
        if self.is("IF NOT EXISTS") {
            let help = "add DROP MATERIALIZED VIEW IF EXISTS before it";
            return self.fail(
                Code::ViewClause,
                "CREATE MATERIALIZED VIEW does not support IF NOT EXISTS",
                help,
            );
        }
        let name = self.name()?;
        let mut attributes: Vec<ViewAttribute> = Vec::new();
        loop {
            let start = self.at;
            let kind = if self.take("BACKUP") {
                ViewAttributeKind::Backup(self.yes_or_no()?)
            } else if self.take("DISTSTYLE") {
                ViewAttributeKind::DistStyle(self.distribution()?)
            } else if self.take("DISTKEY") {
                ViewAttributeKind::DistKey(self.key_columns()?)
            } else if let Some(key) = self.sort_key()? {
                ViewAttributeKind::SortKey(key)
            } else if self.take("AUTO REFRESH") {
                ViewAttributeKind::AutoRefresh(self.yes_or_no()?)
            } else {
                break;
            };
            attributes.push(ViewAttribute { kind, span: self.since(start) });
        }
        self.expect("AS")?;
        let query = self.query()?;
        for clause in
            ["AUTO REFRESH", "BACKUP", "DISTSTYLE", "DISTKEY", "SORTKEY", "WITH NO DATA", "WITH DATA"]
        {
            if self.is(clause) {
                let help =
                    "put storage and refresh clauses before AS; the view is populated when it is created";
                return self.fail(
                    Code::ViewClause,
                    format!("`{clause}` is not allowed after the query"),
                    help,
                );
            }
        }
        Ok(StatementKind::CreateMaterializedView(MaterializedView { name, attributes, query }))
    }

    /// Parses the rest of `CREATE EXTERNAL SCHEMA`.
    pub(super) fn create_external_schema(&mut self) -> Parsed<StatementKind> {
        let existing = self.if_not_exists();
        let name = self.ident()?;
        self.expect("FROM")?;
        if self.take("KINESIS") {
            let role = self.iam_role()?;
            return Ok(StatementKind::CreateExternalSchema {
                name,
                existing,
                source: ExternalSource::Kinesis,
                role,
            });
        }
        if self.is_any(&["HIVE", "POSTGRES", "MYSQL", "REDSHIFT", "KAFKA", "MSK", "DATA SHARE"]) {
            return self.fail(
                Code::NotCovered,
                "this kind of external schema is not supported by gen",
                "use KINESIS or DATA CATALOG",
            );
        }
        self.expect("DATA CATALOG DATABASE")?;
        let database = self.text()?;
        let region = if self.take("REGION") { Some(self.text()?) } else { None };
        let role = self.iam_role()?;
        let catalog_id = if self.take("CATALOG_ID") { Some(self.text()?) } else { None };
        let create =
            if self.take("CREATE EXTERNAL DATABASE IF NOT EXISTS") { Existing::Skip } else { Existing::Fail };
        let source = ExternalSource::DataCatalog { database, region, catalog_id, create };
        Ok(StatementKind::CreateExternalSchema { name, existing, source, role })
    }

    /// Parses the rest of `CREATE [OR REPLACE] PROCEDURE`.
    pub(super) fn create_procedure(&mut self, replace: bool) -> Parsed<StatementKind> {
        let name = self.name()?;
        self.expect("(")?;
        let parameters = if self.is(")") {
            Vec::new()
        } else {
            self.list(|parser| Ok(Parameter { name: parser.ident()?, data_type: parser.data_type()? }))?
        };
        self.expect(")")?;
        self.expect("AS")?;
        let TokenKind::Dollar(body) = self.kind() else {
            return Err(self.unexpected("a procedure body between `$$`"));
        };
        let (body, start) = (body.clone(), self.span().start + 2);
        self.advance();
        let body = block(&body, start)?;
        self.expect("LANGUAGE plpgsql")?;
        let definer = self.take("SECURITY DEFINER");
        if !definer {
            self.take("SECURITY INVOKER");
        }
        Ok(StatementKind::CreateProcedure(CreateProcedure { name, replace, parameters, body, definer }))
    }
}

/// The statements of `BEGIN … END` in a body whose text begins at byte `start`.
fn block(body: &str, start: usize) -> Parsed<Vec<Statement>> {
    let moved = |mut finding: Finding| {
        finding.span = Span::new(finding.span.start + start, finding.span.end + start);
        Box::new(finding)
    };
    let (mut tokens, findings) = tokens(body);
    if let Some(finding) = findings.into_iter().next() {
        return Err(moved(finding));
    }
    for token in &mut tokens {
        token.span = Span::new(token.span.start + start, token.span.end + start);
    }
    let mut parser = Parser { tokens, at: 0, depth: 0, chained: 0, findings: Vec::new() };
    let mut statements = Vec::new();
    if parser.is("DECLARE") {
        return parser.fail(
            Code::NotCovered,
            "variables of a procedure are not supported by gen",
            "use only statements",
        );
    }
    parser.expect("BEGIN")?;
    while !parser.is("END") {
        for control in ["IF", "LOOP", "WHILE", "FOR", "RAISE", "EXECUTE", "PERFORM", "RETURN", "EXIT"] {
            if parser.is(control) {
                return parser.fail(
                    Code::NotCovered,
                    format!("{control} is not supported by gen"),
                    "use only statements",
                );
            }
        }
        statements.push(parser.statement()?);
        parser.expect(";")?;
    }
    parser.expect("END")?;
    parser.take(";");
    if !parser.at_end() {
        return Err(parser.unexpected("the end of the body"));
    }
    match parser.findings.into_iter().next() {
        Some(finding) => Err(Box::new(finding)),
        None => Ok(statements),
    }
}
