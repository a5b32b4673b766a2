//! Tables: columns, encodings, keys.

use std::collections::BTreeSet;

use crate::ast::{
    Column, ColumnAttributeKind, ConstraintKind, CreateTable, DataType, Distribution, Encoding,
    ExternalTable, Ident, SortKey, SortStyle, TableAttributeKind, TableBody, TableElement,
};
use crate::finding::{Code, Finding};
use crate::span::Span;

/// System columns of every table.
const SYSTEM: [&str; 10] = [
    "oid",
    "tableoid",
    "xmin",
    "cmin",
    "xmax",
    "cmax",
    "ctid",
    "deletexid",
    "insertxid",
    "padb_internal_txn_seq",
];
/// Maximum number of columns in a table.
const MOST_COLUMNS: usize = 1600;
/// Maximum number of columns in a compound and in an interleaved sort key.
const MOST_SORTED: (usize, usize) = (400, 8);

pub(super) fn check(table: &CreateTable, findings: &mut Vec<Finding>) {
    let columns: Vec<&Column> = match &table.body {
        TableBody::Elements(elements) => elements
            .iter()
            .filter_map(
                |element| if let TableElement::Column(column) = element { Some(column) } else { None },
            )
            .collect(),
        TableBody::Query { .. } => Vec::new(),
    };
    names(columns.iter().map(|column| &column.name), findings);
    for column in &columns {
        check_column(column, findings);
    }
    if columns.len() > MOST_COLUMNS {
        let span = table.name.span();
        findings.push(Finding::error(
            Code::ColumnCount,
            span,
            format!("the table has {} columns; at most {MOST_COLUMNS} are allowed", columns.len()),
        ));
    }
    let mut physical = Physical::default();
    for column in &columns {
        for attribute in &column.attributes {
            match attribute.kind {
                ColumnAttributeKind::DistKey => {
                    physical.dist_keys.push((vec![column.name.clone()], attribute.span));
                }
                ColumnAttributeKind::SortKey => physical.column_sort_keys.push(attribute.span),
                ColumnAttributeKind::NotNull
                | ColumnAttributeKind::Null
                | ColumnAttributeKind::Default(_)
                | ColumnAttributeKind::Identity { .. }
                | ColumnAttributeKind::Encode(_)
                | ColumnAttributeKind::PrimaryKey
                | ColumnAttributeKind::Unique
                | ColumnAttributeKind::References { .. }
                | ColumnAttributeKind::Collate { .. } => {}
            }
        }
    }
    for attribute in &table.attributes {
        physical.add(&attribute.kind, attribute.span, findings);
    }
    physical.check(findings);
    // The columns from LIKE and from a query are not known here.
    let closed = matches!(&table.body, TableBody::Elements(elements) if elements.iter().all(|one| !matches!(one, TableElement::Like { .. })));
    if closed {
        physical.check_columns(&columns, findings);
        constraints(table, &columns, findings);
    }
}

/// How rows are distributed and sorted.
#[derive(Default)]
pub(super) struct Physical {
    dist_keys: Vec<(Vec<Ident>, Span)>,
    dist_style: Option<(Distribution, Span)>,
    sort_keys: Vec<(SortKey, Span)>,
    column_sort_keys: Vec<Span>,
    backups: usize,
    encodes: usize,
}

impl Physical {
    fn add(&mut self, kind: &TableAttributeKind, span: Span, findings: &mut Vec<Finding>) {
        match kind {
            TableAttributeKind::DistStyle(style) => self.dist_style(*style, span, findings),
            TableAttributeKind::DistKey(columns) => self.dist_keys.push((columns.clone(), span)),
            TableAttributeKind::SortKey(key) => self.sort_keys.push((key.clone(), span)),
            TableAttributeKind::Backup(_) => repeated(&mut self.backups, "BACKUP", span, findings),
            TableAttributeKind::EncodeAuto => repeated(&mut self.encodes, "ENCODE AUTO", span, findings),
        }
    }

    pub(super) fn dist_style(&mut self, style: Distribution, span: Span, findings: &mut Vec<Finding>) {
        if self.dist_style.replace((style, span)).is_some() {
            findings.push(Finding::error(Code::RepeatedClause, span, "duplicate DISTSTYLE").help("keep one"));
        }
    }

    pub(super) fn dist_key(&mut self, columns: &[Ident], span: Span) {
        self.dist_keys.push((columns.to_vec(), span));
    }

    pub(super) fn sort_key(&mut self, key: &SortKey, span: Span) {
        self.sort_keys.push((key.clone(), span));
    }

    pub(super) fn backup(&mut self, span: Span, findings: &mut Vec<Finding>) {
        repeated(&mut self.backups, "BACKUP", span, findings);
    }

    /// Checks the rules that apply to any table.
    pub(super) fn check(&self, findings: &mut Vec<Finding>) {
        for (columns, span) in &self.dist_keys {
            if columns.len() != 1 {
                let summary = format!("a DISTKEY must have one column, found {}", columns.len());
                findings.push(
                    Finding::error(Code::DistributionKey, *span, summary)
                        .help("keep the column that joins use most"),
                );
            }
        }
        if let Some((_, span)) = self.dist_keys.get(1) {
            findings.push(Finding::error(Code::DistributionKey, *span, "duplicate DISTKEY").help("keep one"));
        }
        match (self.dist_style, self.dist_keys.first()) {
            (Some((Distribution::Key, span)), None) => {
                let finding =
                    Finding::error(Code::DistributionStyle, span, "DISTSTYLE KEY requires a DISTKEY");
                findings.push(finding.help("add DISTKEY (column)"));
            }
            (Some((style, span)), Some(_)) if style != Distribution::Key => {
                let summary = format!("DISTSTYLE {} conflicts with DISTKEY", style.text());
                findings.push(
                    Finding::error(Code::DistributionStyle, span, summary)
                        .help("use DISTSTYLE KEY, or remove the DISTKEY"),
                );
            }
            _ => {}
        }
        let clauses = self.sort_keys.len();
        let spans = self.sort_keys.iter().map(|(_, span)| span).chain(&self.column_sort_keys);
        if (clauses > 1 || clauses == 1 && !self.column_sort_keys.is_empty())
            && let Some(span) = spans.clone().nth(1)
        {
            findings.push(Finding::error(Code::SortKey, *span, "duplicate SORTKEY").help("keep one"));
        }
        if self.column_sort_keys.len() > 1 {
            let finding = Finding::error(Code::SortKey, self.column_sort_keys[1], "duplicate SORTKEY");
            findings
                .push(finding.help("to sort by several columns, add SORTKEY (a, b) after the column list"));
        }
        for (key, span) in &self.sort_keys {
            let SortKey::Columns(style, columns) = key else { continue };
            let most = if *style == SortStyle::Interleaved { MOST_SORTED.1 } else { MOST_SORTED.0 };
            if columns.len() > most {
                let summary =
                    format!("the SORTKEY has {} columns; at most {most} are allowed", columns.len());
                findings.push(Finding::error(Code::SortKey, *span, summary));
            }
            names(columns.iter(), findings);
        }
    }

    /// Checks that keys are columns of a supported type.
    fn check_columns(&self, columns: &[&Column], findings: &mut Vec<Finding>) {
        let sorted = self
            .sort_keys
            .iter()
            .filter_map(|(key, _)| if let SortKey::Columns(_, columns) = key { Some(columns) } else { None });
        let keys = self.dist_keys.iter().map(|(columns, _)| columns).chain(sorted).flatten();
        for key in keys {
            if let Some(column) = known(key, columns, findings) {
                no_key(column, key.span, findings);
            }
        }
        for column in columns {
            for attribute in &column.attributes {
                if matches!(attribute.kind, ColumnAttributeKind::DistKey | ColumnAttributeKind::SortKey) {
                    no_key(column, attribute.span, findings);
                }
            }
        }
    }
}

fn repeated(count: &mut usize, what: &str, span: Span, findings: &mut Vec<Finding>) {
    *count += 1;
    if *count == 2 {
        findings
            .push(Finding::error(Code::RepeatedClause, span, format!("duplicate {what}")).help("keep one"));
    }
}

/// The column that a key names; reports a column that does not exist.
fn known<'a>(key: &Ident, columns: &[&'a Column], findings: &mut Vec<Finding>) -> Option<&'a Column> {
    let found = columns.iter().find(|column| column.name.is(&key.text)).copied();
    if found.is_none() {
        let names = columns.iter().map(|column| column.name.text.as_str());
        let help = strataform_diagnostic::suggestion(&key.text, names)
            .unwrap_or_else(|| "use a column of the table".to_owned());
        let summary = format!("unknown column `{key}`");
        findings.push(Finding::error(Code::KeyColumn, key.span, summary).help(help));
    }
    found
}

fn no_key(column: &Column, span: Span, findings: &mut Vec<Finding>) {
    let refused = matches!(
        column.data_type,
        DataType::Super
            | DataType::Geometry
            | DataType::Geography
            | DataType::HllSketch
            | DataType::Varbyte(_)
    );
    if refused {
        let summary = format!("a column of type {} cannot be a key", column.data_type);
        findings.push(Finding::error(Code::KeyType, span, summary).help("choose another column"));
    }
}

/// Checks that no name is a duplicate.
pub(super) fn names<'a>(columns: impl Iterator<Item = &'a Ident>, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for name in columns {
        if !seen.insert(name.folded()) {
            let summary = format!("duplicate column `{name}`");
            findings.push(
                Finding::error(Code::DuplicateColumn, name.span, summary)
                    .because("names are folded to lower case"),
            );
        }
    }
}

/// Checks the rules that apply to a single column.
pub(super) fn check_column(column: &Column, findings: &mut Vec<Finding>) {
    if SYSTEM.contains(&column.name.folded().as_str()) {
        let summary = format!("`{}` is reserved for a system column", column.name);
        findings
            .push(Finding::error(Code::SystemColumn, column.name.span, summary).help("choose another name"));
    }
    let has =
        |wanted: fn(&ColumnAttributeKind) -> bool| column.attributes.iter().find(|one| wanted(&one.kind));
    let mut seen: Vec<std::mem::Discriminant<ColumnAttributeKind>> = Vec::new();
    for attribute in &column.attributes {
        let kind = std::mem::discriminant(&attribute.kind);
        if seen.contains(&kind) {
            findings.push(
                Finding::error(Code::RepeatedClause, attribute.span, "duplicate column attribute")
                    .help("keep one"),
            );
        }
        seen.push(kind);
        if let ColumnAttributeKind::Encode(encoding) = attribute.kind
            && !encodes(encoding, column.data_type)
        {
            let summary = format!("ENCODE {} does not support {}", encoding.text(), column.data_type);
            findings.push(
                Finding::error(Code::EncodingOfType, attribute.span, summary)
                    .help("remove it; Redshift then chooses an encoding"),
            );
        }
    }
    if let Some(identity) = has(|kind| matches!(kind, ColumnAttributeKind::Identity { .. })) {
        if !matches!(column.data_type, DataType::Integer | DataType::BigInt) {
            let summary = format!("an identity column cannot be of type {}", column.data_type);
            findings
                .push(Finding::error(Code::Identity, identity.span, summary).help("use INTEGER or BIGINT"));
        }
        if let Some(default) = has(|kind| matches!(kind, ColumnAttributeKind::Default(_))) {
            findings.push(Finding::error(
                Code::Identity,
                default.span,
                "an identity column cannot have a DEFAULT",
            ));
        }
        if let Some(null) = has(|kind| *kind == ColumnAttributeKind::Null) {
            findings.push(Finding::error(Code::Identity, null.span, "an identity column cannot be NULL"));
        }
    }
    let both =
        (has(|kind| *kind == ColumnAttributeKind::NotNull), has(|kind| *kind == ColumnAttributeKind::Null));
    if let (Some(_), Some(null)) = both {
        findings.push(
            Finding::error(Code::RepeatedClause, null.span, "NULL conflicts with NOT NULL").help("keep one"),
        );
    }
    if let Some(collate) = has(|kind| matches!(kind, ColumnAttributeKind::Collate { .. }))
        && !matches!(column.data_type, DataType::Char(_) | DataType::Varchar(_))
    {
        let summary = format!("COLLATE does not support {}", column.data_type);
        findings.push(Finding::error(Code::EncodingOfType, collate.span, summary));
    }
}

/// Whether an encoding supports a type.
pub(super) fn encodes(encoding: Encoding, data_type: DataType) -> bool {
    use DataType as T;
    let integer = matches!(data_type, T::SmallInt | T::Integer | T::BigInt);
    let time = matches!(data_type, T::Date | T::Time | T::TimeTz | T::Timestamp | T::TimestampTz);
    let text = matches!(data_type, T::Char(_) | T::Varchar(_));
    let decimal = matches!(data_type, T::Decimal { .. });
    let float = matches!(data_type, T::Real | T::Double);
    let interval = matches!(data_type, T::IntervalYearToMonth | T::IntervalDayToSecond);
    let sketch = matches!(data_type, T::Geometry | T::Geography | T::HllSketch);
    match encoding {
        Encoding::Raw => true,
        Encoding::Az64 => integer || time || decimal || interval,
        Encoding::Zstd => !sketch,
        Encoding::Lzo => !(float || data_type == T::Boolean || data_type == T::HllSketch),
        Encoding::ByteDict => integer || time || text || decimal || float,
        Encoding::RunLength => !(sketch || data_type == T::Super || matches!(data_type, T::Varbyte(_))),
        Encoding::Delta => integer || time || decimal,
        Encoding::Delta32k => matches!(data_type, T::Integer | T::BigInt) || time || decimal,
        Encoding::Mostly8 => integer || decimal,
        Encoding::Mostly16 => matches!(data_type, T::Integer | T::BigInt) || decimal,
        Encoding::Mostly32 => data_type == T::BigInt || decimal,
        Encoding::Text255 | Encoding::Text32k => matches!(data_type, T::Varchar(_)),
    }
}

/// Checks that constraints name columns of the table, and that there is at most one primary key.
fn constraints(table: &CreateTable, columns: &[&Column], findings: &mut Vec<Finding>) {
    let TableBody::Elements(elements) = &table.body else { return };
    let mut primary = columns
        .iter()
        .filter(|column| column.attributes.iter().any(|one| one.kind == ColumnAttributeKind::PrimaryKey))
        .count();
    for element in elements {
        let TableElement::Constraint(constraint) = element else { continue };
        let of = match &constraint.kind {
            ConstraintKind::PrimaryKey(of) => {
                primary += 1;
                of
            }
            ConstraintKind::Unique(of) => of,
            ConstraintKind::ForeignKey { columns, referenced, .. } => {
                if !referenced.is_empty() && referenced.len() != columns.len() {
                    let span = referenced[0].span;
                    findings.push(Finding::error(
                        Code::Constraint,
                        span,
                        "the number of referenced columns must match the number of referencing columns",
                    ));
                }
                columns
            }
        };
        for name in of {
            known(name, columns, findings);
        }
        names(of.iter(), findings);
    }
    if primary > 1 {
        let finding =
            Finding::error(Code::Constraint, table.name.span(), "a table can have only one primary key");
        findings.push(finding.help("add PRIMARY KEY (a, b) after the column list"));
    }
}

pub(super) fn check_external(table: &ExternalTable, findings: &mut Vec<Finding>) {
    names(table.columns.iter().chain(&table.partitions).map(|(name, _)| name), findings);
    if table.name.schema().is_none() {
        let finding = Finding::error(
            Code::UnknownSchema,
            table.name.span(),
            "an external table must be in an external schema",
        );
        findings.push(finding.help("write schema.table"));
    }
}
