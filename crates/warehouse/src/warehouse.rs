//! [`Warehouse`]: a database that takes Redshift's text.

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
use crate::text;

/// A database that takes Redshift's text, with folders in the place of buckets.
#[derive(Debug)]
pub struct Warehouse<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) database: String,
    pub(crate) catalog: Catalog,
    pub(crate) translator: Translator,
    buckets: Buckets,
}

/// What a text did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Statements that ran.
    pub statements: usize,
    /// Statements that mean nothing to PostgreSQL, and why.
    pub left_out: Vec<&'static str>,
    /// Rows that came from files.
    pub copied: usize,
    /// What queries gave: a row a line, with `|` between its values.
    pub output: String,
}

/// What is in a relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// How many rows.
    pub rows: u64,
    /// The same for the same rows in any order, and most likely for no others.
    pub digest: String,
}

/// Lines of a script, and the statement that they came from.
type Origins = Vec<(usize, Span)>;

impl<'a> Warehouse<'a> {
    /// An empty database. The server must search its names in `public` and `rs`.
    ///
    /// # Errors
    ///
    /// Where the server does not make one.
    pub fn open(cluster: &'a Cluster, database: &str) -> Result<Self, SqlFault> {
        cluster.database(database, POSTGRES_PRELUDE)?;
        Ok(Self {
            cluster,
            database: database.to_owned(),
            catalog: Catalog::new(Strictness::Closed),
            translator: Translator::new(),
            buckets: Buckets::new(),
        })
    }

    /// Puts a folder in the place of a bucket.
    pub fn mount(&mut self, bucket: &str, folder: &Path) {
        self.buckets.insert(bucket.to_owned(), folder.to_owned());
    }

    /// Leaves only these folders in the place of buckets.
    pub fn mount_only(&mut self, buckets: impl IntoIterator<Item = (String, std::path::PathBuf)>) {
        self.buckets = buckets.into_iter().collect();
    }

    /// Runs statements one after the other, as the server's owner.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn run(&mut self, text: &str) -> Result<Done, Fault> {
        self.script(text, "", "")
    }

    /// Runs statements as a role or a user, with its rights alone.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong.
    pub fn run_as(&mut self, role: &str, text: &str) -> Result<Done, Fault> {
        self.script(text, &set_role(role), "")
    }

    /// Runs statements as one transaction of a role: all of them, or none.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong; nothing is changed then.
    pub fn transaction(&mut self, role: &str, text: &str) -> Result<Done, Fault> {
        self.script(text, &format!("{}BEGIN;\n", set_role(role)), "COMMIT;\n")
    }

    fn script(&mut self, text: &str, before: &str, after: &str) -> Result<Done, Fault> {
        let script = check_with(text, &mut self.catalog);
        let errors = script.findings.into_iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.collect();
        if !errors.is_empty() {
            return Err(Fault::Refused(errors));
        }
        let (mut done, mut all, mut origins) = (Done::default(), before.to_owned(), Origins::new());
        let mut line = all.matches('\n').count();
        for statement in &script.statements {
            let from = all.len();
            self.add(statement, &mut all, &mut done)?;
            line += all[from..].matches('\n').count();
            origins.push((line, statement.span));
        }
        all.push_str(after);
        match self.cluster.run(&self.database, &all) {
            Ok(output) => Ok(Done { output, ..done }),
            Err(fault) => Err(failed(fault, &origins)),
        }
    }

    /// Adds a statement to the script that the server runs.
    pub(crate) fn add(
        &mut self,
        statement: &Statement,
        all: &mut String,
        done: &mut Done,
    ) -> Result<(), Fault> {
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
                Executable::Nothing(why) => done.left_out.push(why),
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

    /// What is in a relation, as a role sees it.
    ///
    /// # Errors
    ///
    /// Where the role may not read it, or reading it stops.
    pub fn contents(&self, role: Option<&str>, schema: &str, name: &str) -> Result<Contents, SqlFault> {
        let role = role.map(set_role).unwrap_or_default();
        let relation = format!("{}.{}", quoted(schema), quoted(name));
        let query = format!(
            "{role}SELECT count(*), coalesce(md5(string_agg(x, ',' ORDER BY x)), '') \
             FROM (SELECT md5(t::text) AS x FROM {relation} AS t) AS rows"
        );
        let said = self.cluster.run(&self.database, &query)?;
        let (rows, digest) = said.split_once('|').unwrap_or(("0", ""));
        Ok(Contents { rows: rows.parse().unwrap_or_default(), digest: digest.to_owned() })
    }

    /// Puts records into the table that stands for a Kinesis stream.
    ///
    /// # Errors
    ///
    /// Where no view reads such a stream.
    pub fn put_records<'r>(
        &self,
        schema: &str,
        stream: &str,
        records: impl Iterator<Item = &'r [u8]>,
    ) -> Result<(), SqlFault> {
        let rows = records.enumerate().map(|(at, record)| {
            let data = Value::Bytes(record.to_vec());
            format!("(rs.getdate(), 'key', 'shardId-0', '{at}', '\\x{data}')")
        });
        let script = format!(
            "INSERT INTO {}.{} (approximate_arrival_timestamp, partition_key, shard_id, sequence_number, \
             kinesis_data) VALUES {}",
            quoted(schema),
            quoted(stream),
            rows.collect::<Vec<_>>().join(", ")
        );
        self.cluster.run(&self.database, &script).map(drop)
    }

    /// A table with columns that expressions of Redshift compute from it, after its own.
    ///
    /// # Errors
    ///
    /// Where an expression is refused, or stops at a row.
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
        let said = self.cluster.run(&self.database, &format!("COPY ({sql}) TO STDOUT"))?;
        self.run(&format!("DROP TABLE {SCRATCH}"))?;
        let columns: Vec<Column> =
            table.columns.iter().chain(derived.iter().map(|(column, _)| column)).cloned().collect();
        let mut values = vec![Vec::with_capacity(table.rows()); columns.len()];
        for line in said.lines() {
            for ((cell, column), into) in line.split('\t').zip(&columns).zip(&mut values) {
                let value = text::value(cell, column.kind).ok_or_else(|| {
                    let said = format!("`{cell}` is no {} for column `{}`", column.kind, column.name);
                    Fault::Failed { span: NOWHERE, said }
                })?;
                into.push(value);
            }
        }
        Ok(Table { columns, values })
    }
}

/// A table for a moment.
const SCRATCH: &str = "public.scratch";
const NOWHERE: Span = Span::new(0, 0);

pub(crate) fn set_role(role: &str) -> String {
    format!("SET ROLE {};\n", quoted(role))
}

/// A name as Redshift folds it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.to_ascii_lowercase().replace('"', "\"\""))
}

/// The statement that failed is the first one that ends at or after the line that the server names.
fn failed(fault: SqlFault, origins: &Origins) -> Fault {
    let line = fault.line.unwrap_or(usize::MAX);
    let found = origins.iter().find(|(end, _)| *end >= line).or(origins.last());
    Fault::Failed { span: found.map_or(NOWHERE, |(_, span)| *span), said: fault.said }
}
