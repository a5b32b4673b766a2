//! [`Databases`]: what the old version makes of a warehouse, and the same after the migration to the new one.
//!
//! If the migration is refused, the second database is made by the new version alone.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use strataform_warehouse::Warehouse;

use super::server::{Found, Server, Trial, literal, quoted};
use crate::assembly::{Assembly, SqlKind};
use crate::migration::{self, SqlWork};
use crate::model::Type;

/// A column of a table, as the server has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) required: bool,
}

impl Column {
    /// The smallest value, as a literal.
    pub(super) fn least(&self) -> String {
        let text = match self.kind.as_str() {
            "boolean" => "false",
            "date" => "2026-01-01",
            "jsonb" | "json" => "{}",
            kind if kind.starts_with("timestamp") => "2026-01-01 00:00:00",
            kind if kind.starts_with("character") || kind == "text" => "a",
            _ => "0",
        };
        literal(text)
    }
}

impl Column {
    /// A greater value, as a literal.
    pub(super) fn greater(&self) -> String {
        let text = match self.kind.as_str() {
            "boolean" => "true",
            "date" => "2026-01-02",
            "jsonb" | "json" => "{\"a\": 1}",
            kind if kind.starts_with("timestamp") => "2026-01-02 00:00:00",
            kind if kind.starts_with("character") || kind == "text" => "b",
            _ => "1",
        };
        literal(text)
    }

    /// Our type of the same values, as far as it matters for values to try.
    pub(super) fn data_type(&self) -> Type {
        match self.kind.as_str() {
            "boolean" => Type::Boolean,
            "date" => Type::Date,
            "jsonb" | "json" => Type::Json,
            "integer" | "smallint" => Type::Integer,
            "bigint" => Type::Bigint,
            "numeric" => Type::Decimal { precision: 18, scale: 2 },
            "double precision" | "real" => Type::Double,
            kind if kind.starts_with("timestamp") => Type::Timestamp,
            _ => Type::String { length: 64 },
        }
    }
}

/// A database, and the tables in it, by schema and name.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) name: String,
    tables: BTreeMap<(String, String), Vec<Column>>,
}

impl Made {
    /// The columns of a table; none if it does not exist.
    pub(super) fn columns(&self, schema: &str, table: &str) -> &[Column] {
        let key = (schema.to_owned(), table.to_owned());
        self.tables.get(&key).map(Vec::as_slice).unwrap_or_default()
    }

    /// The tables of schemas, in the order of these.
    pub(super) fn tables(&self, schemas: &[&str]) -> Vec<(&str, &str)> {
        let of = |schema: &&str| {
            let schema = (*schema).to_owned();
            self.tables
                .keys()
                .filter(move |(one, _)| *one == schema)
                .map(|(one, table)| (one.as_str(), table.as_str()))
        };
        schemas.iter().flat_map(of).collect()
    }

    /// A statement that adds the smallest row to a table: the required columns, and those that have a value here.
    /// A column whose value is `None` is left out, although it may be required.
    pub(super) fn insert(&self, schema: &str, table: &str, given: &[(&str, Option<String>)]) -> String {
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for column in self.columns(schema, table) {
            let value = match given.iter().find(|(name, _)| *name == column.name) {
                Some((_, Some(value))) => value.clone(),
                None if column.required => column.least(),
                Some((_, None)) | None => continue,
            };
            names.push(quoted(&column.name));
            values.push(value);
        }
        let place = format!("{}.{}", quoted(schema), quoted(table));
        if names.is_empty() {
            return format!("INSERT INTO {place} DEFAULT VALUES");
        }
        format!("INSERT INTO {place} ({}) VALUES ({})", names.join(", "), values.join(", "))
    }
}

/// The databases of both versions.
#[derive(Debug)]
pub(super) struct Both {
    pub(super) old: Made,
    pub(super) new: Made,
    /// Why the new one was not made by a migration of the old one; empty if it was.
    pub(super) fresh: String,
}

/// Both databases, made when they are needed.
pub(super) struct Databases<'a> {
    pub(super) old: &'a Assembly,
    pub(super) new: &'a Assembly,
    pub(super) server: &'a Server,
    both: OnceCell<Result<Both, String>>,
}

impl<'a> Databases<'a> {
    pub(super) fn new(server: &'a Server, old: &'a Assembly, new: &'a Assembly) -> Self {
        Self { old, new, server, both: OnceCell::new() }
    }

    pub(super) fn both(&self) -> Result<&Both, String> {
        self.both.get_or_init(|| self.make()).as_ref().map_err(String::clone)
    }

    /// What a trial gives in both.
    pub(super) fn tried(&self, old: Trial, new: Trial) -> Result<(Found, Found), String> {
        let both = self.both()?;
        let before = self.server.tried_once(&both.old.name, old)?;
        Ok((before, self.server.tried_once(&both.new.name, new)?))
    }

    fn make(&self) -> Result<Both, String> {
        let mut old = self.whole(self.old)?;
        let (new, fresh) = match self.migrated(&mut old) {
            Ok(new) => (new, String::new()),
            Err(why) => (self.whole(self.new)?, why),
        };
        Ok(Both { old: self.seen(&old)?, new: self.seen(&new)?, fresh })
    }

    /// A database with everything that a version makes.
    fn whole(&self, of: &Assembly) -> Result<Warehouse<'a>, String> {
        let cluster = self.server.cluster()?;
        let opened = Warehouse::open(cluster, &self.server.next_name());
        let mut warehouse = opened.map_err(|fault| fault.message)?;
        let mut all = String::new();
        let mut own = Vec::new();
        for file in &of.manifest.sql {
            let text = of.text(&file.path).unwrap_or_default();
            match file.kind {
                SqlKind::Roles => roles(&mut warehouse, &text),
                SqlKind::Password | SqlKind::Grants => {}
                SqlKind::Own => own.push(text),
                SqlKind::Schemas
                | SqlKind::Table
                | SqlKind::Staging
                | SqlKind::Aggregate
                | SqlKind::Procedure
                | SqlKind::View
                | SqlKind::ExternalSchema
                | SqlKind::Stream => {
                    all.push_str(&text);
                    all.push('\n');
                }
            }
        }
        warehouse.run(&all).map_err(|fault| format!("the SQL fails on PostgreSQL: {fault}"))?;
        // A hand-written file may need what only Redshift has.
        for text in own {
            let _ = warehouse.run(&text);
        }
        Ok(warehouse)
    }

    /// A copy of the old database, migrated; or why it cannot be.
    fn migrated(&self, old: &mut Warehouse<'a>) -> Result<Warehouse<'a>, String> {
        let plan = migration::between(self.old, self.new);
        if let Some((path, _, refusal)) = plan.refused.first() {
            let cause = refusal.causes.first().unwrap_or(&refusal.summary);
            return Err(format!("gen deploy refuses to migrate {path}: {cause}"));
        }
        let kind = |path: &str| self.new.manifest.sql.iter().find(|one| one.path == path).map(|one| one.kind);
        let copied = old.copied(&self.server.next_name()).map_err(|fault| fault.message);
        let mut new = copied?;
        let mut all = String::new();
        for step in plan.steps.iter().filter(|step| step.work != SqlWork::Values) {
            let text = step.statements.join(";\n");
            match kind(&step.path) {
                Some(SqlKind::Roles) => roles(&mut new, &text),
                Some(SqlKind::Password | SqlKind::Grants) | None => {}
                Some(_) if text.is_empty() => {}
                Some(_) => {
                    all.push_str(&text);
                    all.push_str(";\n");
                }
            }
        }
        new.run(&all).map_err(|fault| format!("the migration fails on PostgreSQL: {fault}"))?;
        Ok(new)
    }

    fn seen(&self, warehouse: &Warehouse<'_>) -> Result<Made, String> {
        let query = "SELECT json_build_array(table_schema, table_name, column_name, data_type, is_nullable) \
                     FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'rs') \
                     ORDER BY table_schema, table_name, ordinal_position";
        let output = self.server.cluster()?.run(warehouse.database(), query);
        let mut tables: BTreeMap<(String, String), Vec<Column>> = BTreeMap::new();
        for line in output.map_err(|fault| fault.message)?.lines() {
            let Ok([schema, table, name, kind, nullable]) = serde_json::from_str::<[String; 5]>(line) else {
                continue;
            };
            let column = Column { name, kind, required: nullable == "NO" };
            tables.entry((schema, table)).or_default().push(column);
        }
        Ok(Made { name: warehouse.database().to_owned(), tables })
    }
}

/// Creates roles; they belong to the server, so another database may have made them.
fn roles(warehouse: &mut Warehouse<'_>, text: &str) {
    for statement in text.split(";\n").filter(|one| !one.trim().is_empty()) {
        let _ = warehouse.run(statement);
    }
}
