//! Changes of tables, and which of them go together.

use super::table::check_column;
use crate::ast::{AlterTable, Alteration, ColumnAttributeKind, DataType};
use crate::finding::{Code, Finding};

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
            _ => Kind::Alone,
        });
        match alteration {
            Alteration::AddColumn(column) => {
                check_column(column, findings);
                for attribute in &column.attributes {
                    use ColumnAttributeKind as Kind;
                    let refused = match attribute.kind {
                        Kind::DistKey => "DISTKEY",
                        Kind::SortKey => "SORTKEY",
                        Kind::Identity { .. } => "IDENTITY",
                        Kind::PrimaryKey => "PRIMARY KEY",
                        Kind::Unique => "UNIQUE",
                        Kind::References { .. } => "REFERENCES",
                        _ => continue,
                    };
                    let summary = format!("a column that is added has no {refused}");
                    findings.push(
                        Finding::error(Code::AlterColumn, attribute.span, summary).help("copy the table"),
                    );
                }
                let has = |wanted: fn(&ColumnAttributeKind) -> bool| {
                    column.attributes.iter().any(|one| wanted(&one.kind))
                };
                if has(|kind| *kind == ColumnAttributeKind::NotNull)
                    && !has(|kind| matches!(kind, ColumnAttributeKind::Default(_)))
                {
                    let finding = Finding::error(
                        Code::AddNotNull,
                        *span,
                        "a column that is added and NOT NULL has no DEFAULT",
                    );
                    findings.push(
                        finding
                            .because("rows that are there would have no value")
                            .help("give a DEFAULT, or allow nulls"),
                    );
                }
            }
            Alteration::ColumnType(_, data_type) if !matches!(data_type, DataType::Varchar(_)) => {
                let finding =
                    Finding::error(Code::AlterType, *span, format!("no column becomes {data_type}"));
                findings.push(finding.help("make another table, and copy the rows"));
            }
            _ => {}
        }
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
