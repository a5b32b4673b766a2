//! Tables, their columns and changes to them, as `PostgreSQL` 15 can run them.

use super::{Dialect, Executable, Untranslatable, Writer, written};
use crate::ast::{
    AlterTable, Alteration, Column, ColumnAttributeKind, CreateTable, DataType, Existing, ExternalTable,
    Name, TableBody, TableElement,
};

/// The `PostgreSQL` name of a type.
pub(in crate::render) fn data_type(data_type: DataType) -> String {
    match data_type {
        DataType::Decimal { precision, scale } => format!("numeric({precision},{scale})"),
        DataType::Varbyte(_) => "bytea".to_owned(),
        DataType::Super => "jsonb".to_owned(),
        DataType::IntervalYearToMonth | DataType::IntervalDayToSecond => "interval".to_owned(),
        DataType::Geometry | DataType::Geography | DataType::HllSketch => "text".to_owned(),
        DataType::SmallInt
        | DataType::Integer
        | DataType::BigInt
        | DataType::Real
        | DataType::Double
        | DataType::Boolean
        | DataType::Char(_)
        | DataType::Varchar(_)
        | DataType::Date
        | DataType::Time
        | DataType::TimeTz
        | DataType::Timestamp
        | DataType::TimestampTz => data_type.to_string().to_ascii_lowercase(),
    }
}

/// A name as Redshift folds it, shortened to `PostgreSQL`'s limit with a hash, so that long names stay distinct.
pub(in crate::render) fn folded(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    if name.len() <= 63 {
        return name;
    }
    // FNV-1a
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut end = 44;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}__{hash:016x}", &name[..end])
}

impl Writer {
    pub(super) fn postgres_table(&mut self, table: &CreateTable) {
        let CreateTable { name, temporary, existing, body, .. } = table;
        self.put(if *temporary { "CREATE TEMPORARY TABLE " } else { "CREATE TABLE " });
        self.put_if(*existing == Existing::Skip, "IF NOT EXISTS ");
        self.name(name);
        match body {
            TableBody::Query { columns, query } => {
                self.columns(columns);
                self.put(" AS ");
                self.query(query);
            }
            TableBody::Elements(elements) => {
                self.put(" (");
                let kept = elements.iter().filter(|element| !matches!(element, TableElement::Constraint(_)));
                for (at, element) in kept.enumerate() {
                    self.put_if(at > 0, ", ");
                    match element {
                        TableElement::Column(column) => self.postgres_column(column),
                        TableElement::Like { table, defaults } => {
                            self.put("LIKE ");
                            self.name(table);
                            self.put(" INCLUDING CONSTRAINTS");
                            self.put_if(*defaults == Some(true), " INCLUDING DEFAULTS");
                        }
                        TableElement::Constraint(_) => {}
                    }
                }
                self.put(")");
            }
        }
    }

    fn postgres_column(&mut self, column: &Column) {
        self.ident(&column.name);
        self.put(" ");
        self.data_type(column.data_type);
        for attribute in &column.attributes {
            match &attribute.kind {
                ColumnAttributeKind::NotNull => self.put(" NOT NULL"),
                ColumnAttributeKind::Default(value) => {
                    self.put(" DEFAULT ");
                    self.put("(");
                    self.expression(value);
                    self.put(")");
                }
                ColumnAttributeKind::Identity { by_default, seed, step } => {
                    let when = if *by_default { "BY DEFAULT" } else { "ALWAYS" };
                    self.put(&format!(" GENERATED {when} AS IDENTITY (START {seed} INCREMENT {step})"));
                }
                // Key constraints and storage attributes are left out.
                ColumnAttributeKind::Null
                | ColumnAttributeKind::Encode(_)
                | ColumnAttributeKind::DistKey
                | ColumnAttributeKind::SortKey
                | ColumnAttributeKind::PrimaryKey
                | ColumnAttributeKind::Unique
                | ColumnAttributeKind::References { .. }
                | ColumnAttributeKind::Collate { .. } => {}
            }
        }
        let length = if let DataType::Varchar(length) = column.data_type {
            Some(format!("<= {length}"))
        } else {
            // CHAR has one byte per character.
            matches!(column.data_type, DataType::Char(_)).then(String::new)
        };
        if let Some(length) = length {
            self.put(" CONSTRAINT ");
            self.quoted(&folded(&format!("{}__bytes", column.name.text)));
            self.put(" CHECK (OCTET_LENGTH(");
            self.ident(&column.name);
            self.put(") ");
            if length.is_empty() {
                self.put("= CHAR_LENGTH(");
                self.ident(&column.name);
                self.put(")");
            } else {
                self.put(&length);
            }
            self.put(")");
        }
    }

    pub(super) fn postgres_external_table(&mut self, table: &ExternalTable) {
        self.put("CREATE TABLE ");
        self.name(&table.name);
        self.put(" (");
        let columns: Vec<_> = table.columns.iter().chain(&table.partitions).cloned().collect();
        self.list(&columns, |writer, (name, data_type)| {
            writer.ident(name);
            writer.put(" ");
            writer.data_type(*data_type);
        });
        self.put(")");
    }
}

pub(super) fn alter(table: &AlterTable) -> Result<Vec<Executable>, Untranslatable> {
    let mut all = Vec::new();
    for (alteration, _) in &table.alterations {
        let made = match alteration {
            Alteration::AppendFrom { source, .. } => written(|writer| {
                writer.put("CALL rs.append(");
                writer.name_as_text(&table.name);
                writer.put(", ");
                writer.name_as_text(source);
                writer.put(")");
            }),
            Alteration::ColumnType(column, DataType::Varchar(length)) => written(|writer| {
                writer.put("CALL rs.varchar(");
                writer.name_as_text(&table.name);
                writer.put(", ");
                writer.text(&folded(&column.text));
                writer.put(", ");
                writer.text(&folded(&format!("{}__bytes", column.text)));
                writer.put(&format!(", {length})"));
            }),
            Alteration::RenameColumn(old, new) => written(|writer| {
                writer.put("CALL rs.rename_column(");
                writer.name_as_text(&table.name);
                for name in [old, new] {
                    writer.put(", ");
                    writer.text(&folded(&name.text));
                    writer.put(", ");
                    writer.text(&folded(&format!("{}__bytes", name.text)));
                }
                writer.put(")");
            }),
            Alteration::Rename(_) | Alteration::Owner(_) | Alteration::DropColumn(..) => written(|writer| {
                writer.alter_table(&AlterTable {
                    name: table.name.clone(),
                    alterations: vec![(alteration.clone(), crate::span::Span::default())],
                });
            }),
            Alteration::AddColumn(column) => written(|writer| {
                writer.put("ALTER TABLE ");
                writer.name(&table.name);
                writer.put(" ADD COLUMN ");
                writer.postgres_column(column);
            }),
            Alteration::AddConstraint(_) | Alteration::DropConstraint(..) => {
                Ok(vec![Executable::Nothing("Redshift does not enforce keys")])
            }
            Alteration::AddPartition { .. } => {
                Ok(vec![Executable::Nothing("partitions apply only to the data lake")])
            }
            Alteration::ColumnType(..)
            | Alteration::ColumnEncoding(..)
            | Alteration::EncodeAuto
            | Alteration::DistKey(_)
            | Alteration::DistStyle(_)
            | Alteration::SortKey(_) => Ok(vec![Executable::Nothing("storage applies only to Redshift")]),
        };
        all.extend(made?);
    }
    Ok(all)
}

impl Writer {
    /// A quoted name as a string literal.
    pub(super) fn name_as_text(&mut self, name: &Name) {
        let mut inner = Writer::new(Dialect::Postgres);
        inner.name(name);
        self.text(&inner.out);
    }
}
