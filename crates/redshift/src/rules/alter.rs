//! Changes of tables, and which of them go together.

use super::table::check_column;
use crate::ast::{AlterTable, Alteration, Column, ColumnAttributeKind, DataType};
use crate::finding::{Code, Finding};
use crate::span::Span;

/// What kind of change it is, where it may stand beside others.
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
            "one statement, one change of this kind",
        );
        findings.push(
            finding.help("several ENCODE go together, and DISTKEY with SORTKEY; the rest goes one by one"),
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
        let summary = format!("a column that is added has no {refused}");
        findings.push(Finding::error(Code::AlterColumn, attribute.span, summary).help("copy the table"));
    }
    if not_null && !default {
        let summary = "a column that is added and NOT NULL has no DEFAULT";
        let finding = Finding::error(Code::AddNotNull, span, summary);
        let finding = finding.because("rows that are there would have no value");
        findings.push(finding.help("give a DEFAULT, or allow nulls"));
    }
}

fn column_type(data_type: DataType, span: Span, findings: &mut Vec<Finding>) {
    if !matches!(data_type, DataType::Varchar(_)) {
        let finding = Finding::error(Code::AlterType, span, format!("no column becomes {data_type}"));
        findings.push(finding.help("make another table, and copy the rows"));
    }
}
