//! [`Warehouse`]: a database that runs Redshift SQL.

use std::fmt::Write as _;
use std::path::Path;

use strataform_postgres::{Cluster, SqlFault};
use strataform_redshift::ast::{Statement, StatementKind};
use strataform_redshift::{
    Catalog, Executable, POSTGRES_PRELUDE, Severity, Span, Strictness, Translator, check_with,
};
use strataform_rows::{Column, Kind, Table, Value};

use crate::Fault;
use crate::copy::{self, Buckets};
use crate::late::LateViews;
use crate::text;

/// A database that runs Redshift SQL, with folders that stand in for buckets.
#[derive(Debug)]
pub struct Warehouse<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) database: String,
    pub(crate) catalog: Catalog,
    pub(crate) translator: Translator,
    pub(crate) late: LateViews,
    buckets: Buckets,
}

/// The result of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Number of statements that ran.
    pub statements: usize,
    /// The reasons why statements were skipped because they do not apply to PostgreSQL.
    pub skipped: Vec<&'static str>,
    /// Number of rows loaded from files.
    pub copied: usize,
    /// The output of queries: one row per line, with `|` between values.
    pub output: String,
}

/// The contents of a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The number of rows.
    pub rows: u64,
    /// A digest of the rows, independent of their order.
    pub digest: String,
}

/// Line numbers of a script, and the statements that end there.
type Origins = Vec<(usize, Span)>;

impl<'a> Warehouse<'a> {
    /// Creates an empty database. The server's search path must be `public, rs`.
    ///
    /// # Errors
    ///
    /// If the server does not create it.
    pub fn open(cluster: &'a Cluster, database: &str) -> Result<Self, SqlFault> {
        cluster.database(database, POSTGRES_PRELUDE)?;
        Ok(Self {
            cluster,
            database: database.to_owned(),
            catalog: Catalog::new(Strictness::Closed),
            translator: Translator::new(),
            late: LateViews::default(),
            buckets: Buckets::new(),
        })
    }

    /// Creates a database that has everything that this one has.
    ///
    /// # Errors
    ///
    /// If the server does not create it.
    pub fn copied(&self, database: &str) -> Result<Self, SqlFault> {
        let named = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let (copy, original) = (named(database), named(&self.database));
        self.cluster.run("postgres", &format!("CREATE DATABASE {copy} TEMPLATE {original}"))?;
        Ok(Self {
            cluster: self.cluster,
            database: database.to_owned(),
            catalog: self.catalog.clone(),
            translator: self.translator.clone(),
            late: self.late.clone(),
            buckets: self.buckets.clone(),
        })
    }

    /// The name of the database.
    #[must_use]
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Mounts a folder as a bucket.
    pub fn mount(&mut self, bucket: &str, folder: &Path) {
        self.buckets.insert(bucket.to_owned(), folder.to_owned());
    }

    /// Mounts these folders as buckets, and no others.
    pub fn mount_only(&mut self, buckets: impl IntoIterator<Item = (String, std::path::PathBuf)>) {
        self.buckets = buckets.into_iter().collect();
    }

    /// Runs statements one after another, as the server's owner.
    ///
    /// # Errors
    ///
    /// The first error.
    pub fn run(&mut self, text: &str) -> Result<Done, Fault> {
        self.script(text, "", "")
    }

    /// Runs statements as a role or a user, with only its privileges.
    ///
    /// # Errors
    ///
    /// The first error.
    pub fn run_as(&mut self, role: &str, text: &str) -> Result<Done, Fault> {
        self.script(text, &set_role(role), "")
    }

    /// Runs statements in one transaction as a role: all of them, or none.
    ///
    /// # Errors
    ///
    /// The first error; nothing is changed.
    pub fn transaction(&mut self, role: &str, text: &str) -> Result<Done, Fault> {
        self.script(text, &format!("{}BEGIN;\n", set_role(role)), "COMMIT;\n")
    }

    fn script(&mut self, text: &str, before: &str, after: &str) -> Result<Done, Fault> {
        let known = self.catalog.clone();
        let script = check_with(text, &mut self.catalog);
        let is_whole = !after.is_empty()
            || script.statements.first().is_some_and(|first| first.kind == StatementKind::Begin);
        let errors = script.findings.into_iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.collect();
        if !errors.is_empty() {
            self.catalog = known;
            return Err(Fault::Refused(errors));
        }
        let (mut done, mut all, mut origins) = (Done::default(), before.to_owned(), Origins::new());
        let mut line = all.matches('\n').count();
        for statement in &script.statements {
            let from = all.len();
            all.push_str(&self.late.guard(statement));
            self.add(statement, &mut all, &mut done)?;
            line += all[from..].matches('\n').count();
            origins.push((line, statement.span));
        }
        all.push_str(after);
        match self.cluster.run(&self.database, &all) {
            Ok(output) => Ok(Done { output, ..done }),
            Err(fault) => {
                // A transaction that failed made nothing.
                if is_whole {
                    self.catalog = known;
                }
                Err(failed(fault, &origins))
            }
        }
    }

    /// Appends a statement to the script that the server runs.
    pub(crate) fn add(
        &mut self,
        statement: &Statement,
        all: &mut String,
        done: &mut Done,
    ) -> Result<(), Fault> {
        self.late.note(statement);
        let span = statement.span;
        let executables = self
            .translator
            .translate(statement)
            .map_err(|missing| Fault::Untranslatable { span, what: missing.what })?;
        for executable in executables {
            match executable {
                Executable::Sql(sql) => {
                    done.statements += 1;
                    all.push_str(&sql);
                    all.push_str(";\n");
                }
                Executable::Nothing(why) => done.skipped.push(why),
                Executable::Copy(order) => {
                    let StatementKind::Copy(copy) = &statement.kind else { continue };
                    let mut table = self.catalog.column_types(&copy.table).unwrap_or_default();
                    if !copy.columns.is_empty() {
                        let named = copy
                            .columns
                            .iter()
                            .filter_map(|column| table.iter().find(|(name, _)| column.is(name)).cloned());
                        table = named.collect();
                    }
                    let (data, count) = copy::rows(&order, &table, &self.buckets)
                        .map_err(|cause| Fault::Files { span, cause })?;
                    done.statements += 1;
                    done.copied += count;
                    let columns = match order.columns.as_slice() {
                        [] => String::new(),
                        columns => format!(" ({})", columns.join(", ")),
                    };
                    let _ = write!(all, "COPY {}{columns} FROM STDIN;\n{data}\\.\n", order.table);
                }
            }
        }
        Ok(())
    }

    /// Returns the contents of a relation, as a role sees them.
    ///
    /// # Errors
    ///
    /// If the role cannot read it, or reading it fails.
    pub fn contents(&self, role: Option<&str>, schema: &str, name: &str) -> Result<Contents, SqlFault> {
        let role = role.map(set_role).unwrap_or_default();
        let relation = format!("{}.{}", quoted(schema), quoted(name));
        let query = format!(
            "{role}SELECT count(*), coalesce(md5(string_agg(x, ',' ORDER BY x)), '') \
             FROM (SELECT md5(t::text) AS x FROM {relation} AS t) AS rows"
        );
        let output = self.cluster.run(&self.database, &query)?;
        let (rows, digest) = output.split_once('|').unwrap_or(("0", ""));
        Ok(Contents { rows: rows.parse().unwrap_or_default(), digest: digest.to_owned() })
    }

    /// Inserts records into the table that stands in for a Kinesis stream.
    ///
    /// # Errors
    ///
    /// If no view reads such a stream.
    pub fn put_records<'r>(
        &self,
        schema: &str,
        stream: &str,
        records: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), SqlFault> {
        let table = format!("{}.{}", quoted(schema), quoted(stream));
        let count = format!("SELECT COUNT(*) FROM {table}");
        let before: usize = self.cluster.run(&self.database, &count)?.trim().parse().unwrap_or_default();
        let rows = records.enumerate().map(|(at, record)| {
            let data = Value::Bytes(record.to_vec());
            format!("(rs.getdate(), 'key', 'shardId-0', '{}', '\\x{data}')", before + at)
        });
        let script = format!(
            "INSERT INTO {table} (approximate_arrival_timestamp, partition_key, shard_id, sequence_number, \
             kinesis_data) VALUES {}",
            rows.collect::<Vec<_>>().join(", ")
        );
        self.cluster.run(&self.database, &script).map(drop)
    }

    /// Appends columns to a table; Redshift expressions compute them from its own columns.
    ///
    /// # Errors
    ///
    /// If an expression is rejected, or fails for a row.
    pub fn derive(&mut self, table: &Table, derived: &[(Column, String)]) -> Result<Table, Fault> {
        let columns = table.columns.iter().map(|column| {
            let kind = match column.kind {
                Kind::Text => "VARCHAR(65535)".to_owned(),
                Kind::Double => "DOUBLE PRECISION".to_owned(),
                other => other.to_string(),
            };
            format!("{} {kind}", quoted(&column.name))
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        self.run(&format!("DROP TABLE IF EXISTS {SCRATCH}; CREATE TABLE {SCRATCH} ({columns})"))?;
        let data = copy::data(table).map_err(|cause| Fault::Files { span: NOWHERE, cause })?;
        self.cluster.run(&self.database, &format!("COPY {SCRATCH} FROM STDIN;\n{data}\\.\n"))?;
        let all = table.columns.iter().map(|column| quoted(&column.name));
        let all = all.chain(derived.iter().map(|(column, sql)| format!("{sql} AS {}", quoted(&column.name))));
        let query = format!("SELECT {} FROM {SCRATCH}", all.collect::<Vec<_>>().join(", "));
        let script = check_with(&query, &mut self.catalog);
        let mut sql = String::new();
        let mut done = Done::default();
        for statement in &script.statements {
            self.add(statement, &mut sql, &mut done)?;
        }
        let sql = sql.trim_end().trim_end_matches(';').to_owned();
        let output = self.cluster.run(&self.database, &format!("COPY ({sql}) TO STDOUT"))?;
        self.run(&format!("DROP TABLE {SCRATCH}"))?;
        let columns: Vec<Column> =
            table.columns.iter().chain(derived.iter().map(|(column, _)| column)).cloned().collect();
        let mut values = vec![Vec::with_capacity(table.rows()); columns.len()];
        for line in output.lines() {
            for ((cell, column), into) in line.split('\t').zip(&columns).zip(&mut values) {
                let value = text::value(cell, column.kind).ok_or_else(|| {
                    let message = format!("invalid {} `{cell}` for column `{}`", column.kind, column.name);
                    Fault::Failed { span: NOWHERE, message }
                })?;
                into.push(value);
            }
        }
        Ok(Table { columns, values })
    }
}

/// The scratch table of [`Warehouse::derive`].
const SCRATCH: &str = "public.scratch";
const NOWHERE: Span = Span::new(0, 0);

pub(crate) fn set_role(role: &str) -> String {
    format!("SET ROLE {};\n", quoted(role))
}

/// A quoted name, as Redshift folds it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.to_ascii_lowercase().replace('"', "\"\""))
}

/// Finds the failed statement: the first one that ends at or after the line that the server names.
fn failed(fault: SqlFault, origins: &Origins) -> Fault {
    let line = fault.line.unwrap_or(usize::MAX);
    let found = origins.iter().find(|(end, _)| *end >= line).or(origins.last());
    Fault::Failed { span: found.map_or(NOWHERE, |(_, span)| *span), message: fault.message }
}
