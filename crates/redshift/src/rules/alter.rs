//! `ALTER TABLE`: valid changes, and which of them can be combined.

use super::table::check_column;
use crate::ast::{AlterTable, Alteration, Column, ColumnAttributeKind, DataType};
use crate::finding::{Code, Finding};
use crate::span::Span;

/// The kind of a change; decides whether it can be combined with others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Encoding,
    Distribution,
    Sorting,
    Alone,
}

pub(super) fn check(table: &AlterTable, findings: &mut Vec<Finding>) {
    let mut kinds = Vec::new();
    for (alteration, span) in &table.alterations {
        kinds.push(match alteration {
            Alteration::ColumnEncoding(..) => Kind::Encoding,
            Alteration::DistKey(_) | Alteration::DistStyle(_) => Kind::Distribution,
            Alteration::SortKey(_) => Kind::Sorting,
            Alteration::AddColumn(column) => {
                add_column(column, *span, findings);
                Kind::Alone
            }
            Alteration::ColumnType(_, data_type) => {
                column_type(*data_type, *span, findings);
                Kind::Alone
            }
            Alteration::AppendFrom { .. }
            | Alteration::Rename(_)
            | Alteration::RenameColumn(..)
            | Alteration::Owner(_)
            | Alteration::DropColumn(..)
            | Alteration::AddConstraint(_)
            | Alteration::DropConstraint(..)
            | Alteration::EncodeAuto
            | Alteration::AddPartition { .. } => Kind::Alone,
        });
    }
    kinds.sort_unstable();
    let together = kinds.len() < 2
        || kinds.iter().all(|kind| *kind == Kind::Encoding)
        || kinds == [Kind::Distribution, Kind::Sorting];
    if !together {
        let finding = Finding::error(
            Code::AlterTogether,
            table.alterations[1].1,
            "these changes cannot be combined in one statement",
        );
        findings.push(
            finding.help("only several ENCODE, or DISTKEY and SORTKEY, can be combined; split the statement"),
        );
    }
}

fn add_column(column: &Column, span: Span, findings: &mut Vec<Finding>) {
    check_column(column, findings);
    let (mut not_null, mut default) = (false, false);
    for attribute in &column.attributes {
        let refused = match attribute.kind {
            ColumnAttributeKind::DistKey => "DISTKEY",
            ColumnAttributeKind::SortKey => "SORTKEY",
            ColumnAttributeKind::Identity { .. } => "IDENTITY",
            ColumnAttributeKind::PrimaryKey => "PRIMARY KEY",
            ColumnAttributeKind::Unique => "UNIQUE",
            ColumnAttributeKind::References { .. } => "REFERENCES",
            ColumnAttributeKind::NotNull => {
                not_null = true;
                continue;
            }
            ColumnAttributeKind::Default(_) => {
                default = true;
                continue;
            }
            ColumnAttributeKind::Null
            | ColumnAttributeKind::Encode(_)
            | ColumnAttributeKind::Collate { .. } => continue,
        };
        let summary = format!("a new column cannot have {refused}");
        findings.push(
            Finding::error(Code::AlterColumn, attribute.span, summary)
                .help("create a new table, and copy the rows"),
        );
    }
    if not_null && !default {
        let summary = "a new NOT NULL column requires a DEFAULT";
        let finding = Finding::error(Code::AddNotNull, span, summary);
        let finding = finding.because("existing rows would have no value");
        findings.push(finding.help("add a DEFAULT, or remove NOT NULL"));
    }
}

fn column_type(data_type: DataType, span: Span, findings: &mut Vec<Finding>) {
    if !matches!(data_type, DataType::Varchar(_)) {
        let summary = format!("the type of a column cannot be changed to {data_type}");
        let finding = Finding::error(Code::AlterType, span, summary);
        findings.push(finding.help("create a new table, and copy the rows"));
    }
}
