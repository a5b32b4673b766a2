//! Statements that load, unload and change rows, in Redshift's syntax.

use super::Writer;
use crate::ast::{
    Assignment, Authorization, CompUpdate, Copy, CopyFormat, CopyOption, CopyOptionKind, Delete, Insert,
    InsertSource, Matched, Merge, Partitions, Statement, StatementKind, Switch, Unload, UnloadOption,
    UnloadOptionKind, Update,
};

fn on_or_off(switch: Switch) -> &'static str {
    if switch == Switch::On { " ON" } else { " OFF" }
}

impl Writer {
    pub(super) fn iam_role(&mut self, role: &Authorization) {
        self.put(" IAM_ROLE ");
        match role {
            Authorization::Default => self.put("DEFAULT"),
            Authorization::Role(arn) => self.text(arn),
        }
    }

    pub(super) fn copy(&mut self, copy: &Copy) {
        self.put("COPY ");
        self.name(&copy.table);
        self.columns(&copy.columns);
        self.put(" FROM ");
        self.text(&copy.source);
        if let Some(role) = &copy.role {
            self.iam_role(role);
        }
        if let Some(format) = &copy.format {
            self.put(" FORMAT AS ");
            match format {
                CopyFormat::Parquet => self.put("PARQUET"),
                CopyFormat::Orc => self.put("ORC"),
                CopyFormat::Csv(quote) => {
                    self.put("CSV");
                    if let Some(quote) = quote {
                        self.put(" QUOTE AS ");
                        self.text(quote);
                    }
                }
                CopyFormat::Json(paths) => {
                    self.put("JSON ");
                    self.text(paths);
                }
                CopyFormat::Avro(paths) => {
                    self.put("AVRO ");
                    self.text(paths);
                }
            }
        }
        for CopyOption { kind, .. } in &copy.options {
            self.put(" ");
            self.put(kind.word());
            self.copy_value(kind);
        }
        if let Some((name, automatic)) = &copy.job {
            self.word_and(" JOB CREATE ", name);
            if let Some(switch) = automatic {
                self.put(" AUTO");
                self.put(on_or_off(*switch));
            }
        }
    }

    fn copy_value(&mut self, kind: &CopyOptionKind) {
        match kind {
            CopyOptionKind::Delimiter(text)
            | CopyOptionKind::Null(text)
            | CopyOptionKind::DateFormat(text)
            | CopyOptionKind::TimeFormat(text)
            | CopyOptionKind::Region(text)
            | CopyOptionKind::Encoding(text)
            | CopyOptionKind::FixedWidth(text)
            | CopyOptionKind::AcceptInvChars(Some(text)) => {
                self.put(" ");
                self.text(text);
            }
            CopyOptionKind::MaxError(number)
            | CopyOptionKind::IgnoreHeader(number)
            | CopyOptionKind::CompRows(number)
            | CopyOptionKind::ReadRatio(number) => self.put(&format!(" {number}")),
            CopyOptionKind::StatUpdate(switch) => self.put(on_or_off(*switch)),
            CopyOptionKind::CompUpdate(update) => self.put(match update {
                CompUpdate::On => " ON",
                CompUpdate::Off => " OFF",
                CompUpdate::Preset => " PRESET",
            }),
            // Options without a value.
            CopyOptionKind::Manifest
            | CopyOptionKind::Gzip
            | CopyOptionKind::Bzip2
            | CopyOptionKind::Lzop
            | CopyOptionKind::Zstd
            | CopyOptionKind::FillRecord
            | CopyOptionKind::SerializeToJson
            | CopyOptionKind::ExplicitIds
            | CopyOptionKind::RemoveQuotes
            | CopyOptionKind::Escape
            | CopyOptionKind::AcceptAnyDate
            | CopyOptionKind::BlanksAsNull
            | CopyOptionKind::EmptyAsNull
            | CopyOptionKind::IgnoreBlankLines
            | CopyOptionKind::RoundDec
            | CopyOptionKind::TrimBlanks
            | CopyOptionKind::TruncateColumns
            | CopyOptionKind::NoLoad
            | CopyOptionKind::IgnoreAllErrors
            | CopyOptionKind::AcceptInvChars(None) => {}
        }
    }

    pub(super) fn unload(&mut self, unload: &Unload) {
        let span = unload.query.span;
        let query = Statement { kind: StatementKind::Query((*unload.query).clone()), span };
        self.put("UNLOAD (");
        self.text(&super::redshift(&query));
        self.put(") TO ");
        self.text(&unload.target);
        if let Some(role) = &unload.role {
            self.iam_role(role);
        }
        for UnloadOption { kind, .. } in &unload.options {
            self.put(" ");
            self.unload_option(kind);
        }
    }

    fn unload_option(&mut self, kind: &UnloadOptionKind) {
        use UnloadOptionKind as Kind;
        self.put_if(matches!(kind, Kind::Parquet | Kind::Csv | Kind::Json), "FORMAT AS ");
        self.put(kind.word());
        match kind {
            Kind::Delimiter(text)
            | Kind::Null(text)
            | Kind::Region(text)
            | Kind::Extension(text)
            | Kind::KmsKeyId(text) => {
                self.put(" ");
                self.text(text);
            }
            Kind::MaxFileSizeMegabytes(size) | Kind::RowGroupSizeMegabytes(size) => {
                self.put(&format!(" {size} MB"));
            }
            Kind::Parallel(switch) => self.put(on_or_off(*switch)),
            Kind::PartitionBy(Partitions { columns, include }) => {
                self.put(" BY");
                self.columns(columns);
                self.put_if(*include, " INCLUDE");
            }
            // Options without a value.
            Kind::Parquet
            | Kind::Csv
            | Kind::Json
            | Kind::Manifest
            | Kind::ManifestVerbose
            | Kind::Header
            | Kind::AddQuotes
            | Kind::Escape
            | Kind::AllowOverwrite
            | Kind::CleanPath
            | Kind::Gzip
            | Kind::Bzip2
            | Kind::Zstd
            | Kind::Encrypted => {}
        }
    }

    pub(super) fn assignments(&mut self, assignments: &[Assignment]) {
        self.list(assignments, |writer, Assignment { column, value }| {
            writer.ident(column);
            writer.put(" = ");
            writer.expression(value);
        });
    }

    /// Opens a scope with a statement's target table and its other relations.
    pub(super) fn open_scope(
        &mut self,
        table: &crate::ast::Name,
        alias: Option<&crate::ast::Ident>,
        others: &[crate::ast::Relation],
    ) {
        let parts = match alias {
            Some(alias) => vec![alias.folded()],
            None => table.parts.iter().map(crate::ast::Ident::folded).collect(),
        };
        let mut scope = vec![super::ScopedRelation { parts, element: false }];
        scope.extend(super::query::scoped_relations(others));
        self.scopes.push(scope);
    }

    pub(super) fn merge(&mut self, merge: &Merge) {
        self.open_scope(&merge.target, None, &[]);
        let source = match &merge.alias {
            Some(alias) => vec![alias.folded()],
            None => merge.source.parts.iter().map(crate::ast::Ident::folded).collect(),
        };
        self.scopes.push(vec![super::ScopedRelation { parts: source, element: false }]);
        self.put("MERGE INTO ");
        self.name(&merge.target);
        self.put(" USING ");
        self.name(&merge.source);
        if let Some(alias) = &merge.alias {
            self.word_and(" AS ", alias);
        }
        self.put(" ON ");
        self.expression(&merge.on);
        match &merge.action {
            None => self.put(" REMOVE DUPLICATES"),
            Some((matched, columns, values)) => {
                self.put(" WHEN MATCHED THEN ");
                match matched {
                    Matched::Delete => self.put("DELETE"),
                    Matched::Update(assignments) => {
                        self.put("UPDATE SET ");
                        self.assignments(assignments);
                    }
                }
                self.put(" WHEN NOT MATCHED THEN INSERT");
                self.columns(columns);
                self.put(" VALUES (");
                self.list(values, Self::expression);
                self.put(")");
            }
        }
        self.scopes.pop();
        self.scopes.pop();
    }

    pub(super) fn insert(&mut self, insert: &Insert) {
        self.put("INSERT INTO ");
        self.name(&insert.table);
        self.columns(&insert.columns);
        match &insert.source {
            InsertSource::Defaults => self.put(" DEFAULT VALUES"),
            InsertSource::Query(query) => {
                self.put(" ");
                self.query(query);
            }
            InsertSource::Values(rows) => {
                self.put(" VALUES ");
                self.list(rows, |writer, row| {
                    writer.put("(");
                    writer.list(row, |writer, value| match value {
                        Some(value) => writer.expression(value),
                        None => writer.put("DEFAULT"),
                    });
                    writer.put(")");
                });
            }
        }
    }

    pub(super) fn update(&mut self, update: &Update) {
        self.open_scope(&update.table, update.alias.as_ref(), &update.from);
        self.put("UPDATE ");
        self.name(&update.table);
        if let Some(alias) = &update.alias {
            self.word_and(" AS ", alias);
        }
        self.put(" SET ");
        self.assignments(&update.assignments);
        if !update.from.is_empty() {
            self.put(" FROM ");
            self.relations(&update.from);
        }
        self.filter(update.filter.as_ref());
        self.scopes.pop();
    }

    pub(super) fn delete(&mut self, delete: &Delete) {
        self.open_scope(&delete.table, None, &delete.using);
        self.put("DELETE FROM ");
        self.name(&delete.table);
        if !delete.using.is_empty() {
            self.put(" USING ");
            self.relations(&delete.using);
        }
        self.filter(delete.filter.as_ref());
        self.scopes.pop();
    }

    pub(super) fn filter(&mut self, filter: Option<&crate::ast::Expression>) {
        if let Some(filter) = filter {
            self.put(" WHERE ");
            self.expression(filter);
        }
    }
}
