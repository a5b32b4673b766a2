//! Statements, as `PostgreSQL` 15 can run them.
//!
//! Distribution, sort keys and compression are checked, and then left out. Key constraints are left out on purpose:
//! Redshift does not enforce them, and a row that is loaded twice must show. Lengths are in bytes, and checked.

pub(super) mod table;

use std::collections::{BTreeMap, BTreeSet};

use super::{Dialect, Untranslatable, Writer, access};
use crate::ast::{
    Copy, CopyFormat, CopyOptionKind, CreateProcedure, Delete, DropKind, Existing, Expression,
    ExpressionKind, ExternalSource, Grant, Ident, MaterializedView, Merge, Name, Query, Securable,
    SelectItem, SetExpression, Statement, StatementKind,
};
use crate::walk::{Walk, walk_query};
use table::alter;

/// Redshift functions and procedures for `PostgreSQL`: run it once in each database, before anything else.
pub const PRELUDE: &str = include_str!("prelude.sql");

/// What `PostgreSQL` must do for a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Executable {
    /// A statement, without a semicolon.
    Sql(String),
    /// Load rows from files into a table; `PostgreSQL` cannot read Parquet.
    Copy(CopyOrder),
    /// Nothing, for the given reason.
    Nothing(&'static str),
}

/// The files to load, and the table to load them into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyOrder {
    /// The table, quoted for `PostgreSQL`.
    pub table: String,
    /// The columns in order, quoted; empty for all.
    pub columns: Vec<String>,
    /// The location of the files: a prefix, or a manifest.
    pub source: String,
    /// Whether the source is a manifest.
    pub manifest: bool,
    /// The file format; delimited text if `None`.
    pub format: Option<CopyFormat>,
}

/// Translates one statement after another: the meaning of a later one depends on the earlier ones.
#[derive(Clone, Debug, Default)]
pub struct Translator {
    /// External schemas whose tables are Kinesis streams.
    streams: BTreeSet<String>,
    /// The streams of the streaming views whose rows name their records.
    streaming: BTreeMap<String, Name>,
}

impl Translator {
    /// Returns a translator for an empty database.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Translates a statement for `PostgreSQL`.
    ///
    /// # Errors
    ///
    /// If `PostgreSQL` has no equivalent.
    pub fn translate(&mut self, statement: &Statement) -> Result<Vec<Executable>, Untranslatable> {
        use StatementKind as Kind;
        match &statement.kind {
            Kind::CreateExternalSchema { name, source, .. } => {
                if *source == ExternalSource::Kinesis {
                    self.streams.insert(name.folded());
                }
                written(|writer| writer.word_and("CREATE SCHEMA IF NOT EXISTS ", name))
            }
            Kind::CreateSchema { name, existing, owner, .. } => written(|writer| {
                writer.put("CREATE SCHEMA ");
                writer.put_if(*existing == Existing::Skip, "IF NOT EXISTS ");
                writer.ident(name);
                if let Some(owner) = owner {
                    writer.word_and(" AUTHORIZATION ", owner);
                }
            }),
            Kind::CreateTable(table) => written(|writer| writer.postgres_table(table)),
            Kind::CreateExternalTable(table) => written(|writer| writer.postgres_external_table(table)),
            Kind::AlterTable(table) => alter(table),
            Kind::CreateMaterializedView(view) => self.materialized_view(view),
            Kind::CreateProcedure(procedure) => self.procedure(procedure),
            Kind::CreateRole { name, .. } => written(|writer| {
                writer.word_and("CREATE ROLE ", name);
                writer.put(" NOLOGIN");
            }),
            Kind::CreateUser(user) => written(|writer| {
                writer.word_and("CREATE ROLE ", &user.name);
                writer.put(" LOGIN");
            }),
            Kind::AlterUser(_) => Ok(vec![Executable::Nothing("passwords apply only to Redshift")]),
            Kind::Grant(grant) => grant_or_nothing(grant),
            Kind::Drop { kind: DropKind::User, existing, names, .. } => written(|writer| {
                writer.put("DROP ROLE ");
                writer.put_if(*existing == Existing::Skip, "IF EXISTS ");
                writer.list(names, Writer::name);
            }),
            Kind::Copy(copy) => Ok(vec![Executable::Copy(order(copy))]),
            Kind::Unload(unload) => written(|writer| {
                writer.put("EXPLAIN ");
                writer.query(&unload.query);
            }),
            Kind::Merge(merge) if merge.action.is_none() => remove_duplicates(merge),
            Kind::RefreshMaterializedView { name, .. } => refresh(name),
            Kind::Delete(Delete { table, using, filter }) if self.streaming.contains_key(&table.folded()) => {
                if !using.is_empty() {
                    return Err(Untranslatable { what: "DELETE … USING from a streaming view".to_owned() });
                }
                self.forget(table, filter.as_ref())
            }
            Kind::Truncate(table) if self.streaming.contains_key(&table.folded()) => self.forget(table, None),
            Kind::AlterMaterializedView { .. } => {
                Ok(vec![Executable::Nothing("views are refreshed only by REFRESH MATERIALIZED VIEW")])
            }
            Kind::Set { .. } => Ok(vec![Executable::Nothing("the setting applies only to Redshift")]),
            Kind::Vacuum { .. } | Kind::AnalyzeCompression { .. } => {
                Ok(vec![Executable::Nothing("storage applies only to Redshift")])
            }
            Kind::Analyze { table, .. } => written(|writer| {
                writer.put("ANALYZE");
                if let Some(table) = table {
                    writer.put(" ");
                    writer.name(table);
                }
            }),
            // The same in both dialects.
            Kind::Begin
            | Kind::Commit
            | Kind::Rollback
            | Kind::Lock(_)
            | Kind::CreateView(_)
            | Kind::Call { .. }
            | Kind::Drop { .. }
            | Kind::Comment { .. }
            | Kind::GrantRole(_)
            | Kind::DefaultPrivileges(_)
            | Kind::Merge(_)
            | Kind::Insert(_)
            | Kind::Update(_)
            | Kind::Delete(_)
            | Kind::Truncate(_)
            | Kind::Query(_) => written(|writer| writer.statement(statement)),
        }
    }

    /// A view, preceded by tables that stand in for the streams that it reads.
    fn materialized_view(&mut self, view: &MaterializedView) -> Result<Vec<Executable>, Untranslatable> {
        let mut streams = Streams { schemas: &self.streams, found: Vec::new() };
        walk_query(&view.query, &mut streams);
        let mut all = Vec::new();
        for stream in &streams.found {
            all.extend(written(|writer| {
                writer.put("CREATE TABLE IF NOT EXISTS ");
                writer.name(stream);
                writer.put(
                    " (\"approximate_arrival_timestamp\" timestamp, \"partition_key\" varchar(256), \
                     \"shard_id\" varchar(256), \"sequence_number\" varchar(128), \
                     \"refresh_time\" timestamp DEFAULT GETDATE(), \"kinesis_data\" bytea)",
                );
            })?);
        }
        if let [stream] = &streams.found[..]
            && RECORD.iter().all(|column| shows(&view.query, column))
        {
            self.streaming.insert(view.name.folded(), stream.clone());
        }
        all.extend(written(|writer| {
            writer.put("CREATE MATERIALIZED VIEW ");
            writer.name(&view.name);
            writer.put(" AS ");
            writer.query(&view.query);
        })?);
        Ok(all)
    }

    /// Deletes rows of a streaming view, which Redshift allows, and which no refresh brings back. `PostgreSQL` cannot
    /// change a materialized view: their records leave the table that stands in for the stream.
    fn forget(&self, view: &Name, filter: Option<&Expression>) -> Result<Vec<Executable>, Untranslatable> {
        let Some(stream) = self.streaming.get(&view.folded()) else { return Ok(Vec::new()) };
        let columns = RECORD.map(|column| format!("\"{column}\"")).join(", ");
        let mut all = written(|writer| {
            writer.put("DELETE FROM ");
            writer.name(stream);
            writer.put(&format!(" WHERE ({columns}) IN (SELECT {columns} FROM "));
            writer.name(view);
            writer.open_scope(view, None, &[]);
            writer.filter(filter);
            writer.scopes.pop();
            writer.put(")");
        })?;
        all.extend(refresh(view)?);
        Ok(all)
    }

    fn procedure(&mut self, procedure: &CreateProcedure) -> Result<Vec<Executable>, Untranslatable> {
        let mut body = String::new();
        for statement in &procedure.body {
            for executable in self.translate(statement)? {
                match executable {
                    Executable::Sql(sql) => {
                        body.push_str(&sql);
                        body.push_str("; ");
                    }
                    Executable::Nothing(_) => {}
                    Executable::Copy(_) => {
                        return Err(Untranslatable { what: "COPY in a procedure".to_owned() });
                    }
                }
            }
        }
        written(|writer| {
            writer.procedure_head(procedure);
            writer.put(" LANGUAGE plpgsql ");
            writer.put_if(procedure.definer, "SECURITY DEFINER ");
            writer.put("AS ");
            writer.text(&format!("BEGIN {body}END"));
        })
    }
}

/// The text of a writer, unless it found something untranslatable.
fn written(write: impl FnOnce(&mut Writer)) -> Result<Vec<Executable>, Untranslatable> {
    let mut writer = Writer::new(Dialect::Postgres);
    write(&mut writer);
    match writer.untranslatable {
        Some(what) => Err(what),
        None => Ok(vec![Executable::Sql(writer.out)]),
    }
}

fn refresh(view: &Name) -> Result<Vec<Executable>, Untranslatable> {
    written(|writer| {
        writer.put("REFRESH MATERIALIZED VIEW ");
        writer.name(view);
    })
}

fn grant_or_nothing(grant: &Grant) -> Result<Vec<Executable>, Untranslatable> {
    if matches!(grant.on, Securable::IamRoles { .. } | Securable::Language(_)) {
        return Ok(vec![Executable::Nothing("IAM roles and languages apply only to Redshift")]);
    }
    let mut common = grant.clone();
    common.privileges.retain(access::is_common);
    if common.privileges.is_empty() && !grant.privileges.is_empty() {
        return Ok(vec![Executable::Nothing("the privilege applies only to Redshift")]);
    }
    written(|writer| writer.grant(&common))
}

fn order(copy: &Copy) -> CopyOrder {
    let quoted = |write: &dyn Fn(&mut Writer)| {
        let mut writer = Writer::new(Dialect::Postgres);
        write(&mut writer);
        writer.out
    };
    CopyOrder {
        table: quoted(&|writer| writer.name(&copy.table)),
        columns: copy.columns.iter().map(|column: &Ident| quoted(&|writer| writer.ident(column))).collect(),
        source: copy.source.clone(),
        manifest: copy.options.iter().any(|option| option.kind == CopyOptionKind::Manifest),
        format: copy.format.clone(),
    }
}

/// `MERGE … REMOVE DUPLICATES`: replaces the matching rows with the distinct rows of the source.
fn remove_duplicates(merge: &Merge) -> Result<Vec<Executable>, Untranslatable> {
    let mut all = written(|writer| {
        writer.put("DELETE FROM ");
        writer.name(&merge.target);
        writer.put(" USING ");
        writer.name(&merge.source);
        if let Some(alias) = &merge.alias {
            writer.word_and(" AS ", alias);
        }
        writer.put(" WHERE ");
        writer.expression(&merge.on);
    })?;
    all.extend(written(|writer| {
        writer.put("INSERT INTO ");
        writer.name(&merge.target);
        writer.put(" SELECT DISTINCT * FROM ");
        writer.name(&merge.source);
    })?);
    Ok(all)
}

/// The columns that identify a record of a stream.
const RECORD: [&str; 2] = ["shard_id", "sequence_number"];

/// Whether a query shows a column under its own name.
fn shows(query: &Query, wanted: &str) -> bool {
    let SetExpression::Select(select) = &query.body else { return false };
    select.items.iter().any(|item| match item {
        SelectItem::Star(_) => true,
        SelectItem::TableStar(_) => false,
        SelectItem::Value(value, alias) => {
            alias.is_none()
                && matches!(&value.kind, ExpressionKind::Column(parts)
                    if parts.last().is_some_and(|part| part.is(wanted)))
        }
    })
}

/// Finds the streams that a query reads.
struct Streams<'a> {
    schemas: &'a BTreeSet<String>,
    found: Vec<Name>,
}

impl Walk for Streams<'_> {
    fn table(&mut self, name: &Name) {
        if name.schema().is_some_and(|schema| self.schemas.contains(&schema.folded())) {
            self.found.push(name.clone());
        }
    }
}
