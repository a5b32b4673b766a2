//! [`Catalog`]: the schemas, relations, roles and procedures that statements have created so far.

use std::collections::{BTreeMap, BTreeSet};

use super::scope;
use crate::ast::{
    AlterTable, Alteration, Column, CreateTable, DataType, Dependents, DropKind, ExternalSource, Ident, Name,
    Statement, StatementKind, TableBody, TableElement,
};
use crate::effects::effects;

/// How to treat a name that no earlier statement creates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// It is assumed to exist: the text is part of a larger database.
    Open,
    /// It is an error: the text creates everything that it uses.
    Closed,
}

/// A column and, if known, its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    /// `None` if the column comes from an expression whose type is not inferred.
    pub(super) data_type: Option<DataType>,
}

/// The kind of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RelationSort {
    Table,
    View,
    MaterializedView,
}

/// A table or a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KnownRelation {
    pub(super) sort: RelationSort,
    /// `None` if the columns are not known.
    pub(super) columns: Option<Vec<Known>>,
    /// What cannot be dropped without it; nothing if it is bound late.
    bound_to: Vec<String>,
}

/// Schemas, tables, views, roles and procedures that statements have created so far.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(super) strictness: Strictness,
    pub(super) schemas: BTreeSet<String>,
    /// External schemas; `true` for those of Kinesis streams.
    pub(super) external: BTreeMap<String, bool>,
    pub(super) relations: BTreeMap<String, KnownRelation>,
    pub(super) roles: BTreeSet<String>,
    pub(super) users: BTreeSet<String>,
    pub(super) procedures: BTreeSet<String>,
}

impl Catalog {
    /// A catalog with the schemas that every database has.
    #[must_use]
    pub fn new(strictness: Strictness) -> Self {
        let schemas = ["public", "pg_catalog", "information_schema", "pg_internal"];
        Self {
            strictness,
            schemas: schemas.map(str::to_owned).into(),
            external: BTreeMap::new(),
            relations: BTreeMap::new(),
            roles: BTreeSet::new(),
            users: BTreeSet::new(),
            procedures: BTreeSet::new(),
        }
    }

    pub(super) fn relation(&self, name: &Name) -> Option<&KnownRelation> {
        self.relations.get(&name.key())
    }

    /// Whether a statement created a relation, a procedure or a schema of that name.
    #[must_use]
    pub fn has(&self, name: &Name) -> bool {
        let key = name.key();
        let is_schema = name.schema().is_none() && self.schemas.contains(&name.folded());
        self.relations.contains_key(&key) || self.procedures.contains(&key) || is_schema
    }

    /// The columns of a relation in order, with folded names and, if known, their types; `None` if no statement
    /// created the relation or its columns are not known.
    #[must_use]
    pub fn column_types(&self, name: &Name) -> Option<Vec<(String, Option<DataType>)>> {
        let columns = self.columns(name)?;
        Some(columns.into_iter().map(|column| (column.name, column.data_type)).collect())
    }

    /// The columns of a relation, if they are known.
    pub(super) fn columns(&self, name: &Name) -> Option<Vec<Known>> {
        if let Some(relation) = self.relation(name) {
            return relation.columns.clone();
        }
        let is_stream =
            name.schema().is_some_and(|schema| self.external.get(&schema.folded()) == Some(&true));
        is_stream.then(stream_columns)
    }

    /// Adds what a statement creates, and removes what it drops.
    pub(super) fn note(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::CreateSchema { name, .. } => {
                self.schemas.insert(name.folded());
            }
            StatementKind::CreateExternalSchema { name, source, .. } => {
                self.schemas.insert(name.folded());
                self.external.insert(name.folded(), *source == ExternalSource::Kinesis);
            }
            StatementKind::CreateTable(table) => {
                let columns = self.table_columns(table);
                self.add(&table.name, RelationSort::Table, columns);
            }
            StatementKind::CreateExternalTable(table) => {
                let typed = table.columns.iter().chain(&table.partitions);
                let columns =
                    typed.map(|(name, data_type)| Known { name: name.folded(), data_type: Some(*data_type) });
                self.add(&table.name, RelationSort::Table, Some(columns.collect()));
            }
            StatementKind::CreateView(view) => {
                let mut columns = scope::output(&view.query, self);
                if !view.columns.is_empty() {
                    let named =
                        view.columns.iter().map(|name| Known { name: name.folded(), data_type: None });
                    columns = Some(named.collect());
                }
                self.add(&view.name, RelationSort::View, columns);
                if !view.late_binding {
                    self.bind(&view.name, statement);
                }
            }
            StatementKind::CreateMaterializedView(view) => {
                let columns = scope::output(&view.query, self);
                self.add(&view.name, RelationSort::MaterializedView, columns);
                self.bind(&view.name, statement);
            }
            StatementKind::AlterTable(table) => self.alter(table),
            StatementKind::CreateRole { name, .. } => {
                self.roles.insert(name.folded());
            }
            StatementKind::CreateUser(user) => {
                self.users.insert(user.name.folded());
            }
            StatementKind::CreateProcedure(procedure) => {
                self.procedures.insert(procedure.name.key());
            }
            StatementKind::Drop { kind, names, dependents, .. } => {
                for name in names {
                    self.drop(*kind, name);
                }
                if *dependents == Dependents::Cascade {
                    self.drop_unbound();
                }
            }
            StatementKind::Begin
            | StatementKind::Commit
            | StatementKind::Rollback
            | StatementKind::Lock(_)
            | StatementKind::Set { .. }
            | StatementKind::RefreshMaterializedView { .. }
            | StatementKind::AlterMaterializedView { .. }
            | StatementKind::Call { .. }
            | StatementKind::Comment { .. }
            | StatementKind::AlterUser(_)
            | StatementKind::Grant(_)
            | StatementKind::GrantRole(_)
            | StatementKind::DefaultPrivileges(_)
            | StatementKind::Copy(_)
            | StatementKind::Unload(_)
            | StatementKind::Merge(_)
            | StatementKind::Insert(_)
            | StatementKind::Update(_)
            | StatementKind::Delete(_)
            | StatementKind::Truncate(_)
            | StatementKind::Analyze { .. }
            | StatementKind::AnalyzeCompression { .. }
            | StatementKind::Vacuum { .. }
            | StatementKind::Query(_) => {}
        }
    }

    fn add(&mut self, name: &Name, sort: RelationSort, columns: Option<Vec<Known>>) {
        self.relations.insert(name.key(), KnownRelation { sort, columns, bound_to: Vec::new() });
    }

    /// Notes what a view cannot exist without.
    fn bind(&mut self, view: &Name, statement: &Statement) {
        let reads = effects(statement).reads.iter().map(Name::key).collect::<Vec<_>>();
        // What no statement created is not known to be dropped either.
        let known = reads.into_iter().filter(|key| self.relations.contains_key(key)).collect();
        if let Some(relation) = self.relations.get_mut(&view.key()) {
            relation.bound_to = known;
        }
    }

    /// Removes the views that read what is gone, as `CASCADE` does.
    fn drop_unbound(&mut self) {
        loop {
            let is_gone = |key: &String| !self.relations.contains_key(key);
            let unbound = |(_, one): &(&String, &KnownRelation)| one.bound_to.iter().any(is_gone);
            let Some(key) = self.relations.iter().find(unbound).map(|(key, _)| key.clone()) else { return };
            self.relations.remove(&key);
        }
    }

    fn drop(&mut self, kind: DropKind, name: &Name) {
        match kind {
            DropKind::Table | DropKind::View | DropKind::MaterializedView => {
                self.relations.remove(&name.key());
            }
            DropKind::Schema => {
                let schema = name.folded();
                self.schemas.remove(&schema);
                self.external.remove(&schema);
                self.relations.retain(|key, _| !key.starts_with(&format!("{schema}.")));
                self.procedures.retain(|key| !key.starts_with(&format!("{schema}.")));
            }
            DropKind::Role => {
                self.roles.remove(&name.folded());
            }
            DropKind::User => {
                self.users.remove(&name.folded());
            }
            DropKind::Procedure => {
                self.procedures.remove(&name.key());
            }
        }
    }

    fn table_columns(&self, table: &CreateTable) -> Option<Vec<Known>> {
        match &table.body {
            TableBody::Query { columns, .. } if !columns.is_empty() => {
                Some(columns.iter().map(|name| Known { name: name.folded(), data_type: None }).collect())
            }
            TableBody::Query { query, .. } => scope::output(query, self),
            TableBody::Elements(elements) => {
                let mut all = Vec::new();
                for element in elements {
                    match element {
                        TableElement::Column(Column { name, data_type, .. }) => {
                            all.push(Known { name: name.folded(), data_type: Some(*data_type) });
                        }
                        TableElement::Like { table, .. } => all.extend(self.columns(table)?),
                        TableElement::Constraint(_) => {}
                    }
                }
                Some(all)
            }
        }
    }

    fn alter(&mut self, table: &AlterTable) {
        for (alteration, _) in &table.alterations {
            match alteration {
                Alteration::Rename(name) => self.rename(&table.name, name),
                Alteration::AddColumn(column) => {
                    let data_type = Some(column.data_type);
                    let added = Known { name: column.name.folded(), data_type };
                    self.with_columns(&table.name, |columns| columns.push(added));
                }
                Alteration::DropColumn(name, _) => {
                    self.with_columns(&table.name, |columns| columns.retain(|one| !name.is(&one.name)));
                }
                Alteration::RenameColumn(old, new) => {
                    self.with_column(&table.name, old, |column| column.name = new.folded());
                }
                Alteration::ColumnType(name, data_type) => {
                    self.with_column(&table.name, name, |column| column.data_type = Some(*data_type));
                }
                Alteration::AppendFrom { .. }
                | Alteration::Owner(_)
                | Alteration::AddConstraint(_)
                | Alteration::DropConstraint(..)
                | Alteration::ColumnEncoding(..)
                | Alteration::EncodeAuto
                | Alteration::DistKey(_)
                | Alteration::DistStyle(_)
                | Alteration::SortKey(_)
                | Alteration::AddPartition { .. } => {}
            }
        }
    }

    fn rename(&mut self, table: &Name, name: &Ident) {
        let key = table.key();
        if let Some(relation) = self.relations.remove(&key) {
            let schema = key.split('.').next().unwrap_or_default();
            let new = format!("{schema}.{}", name.folded());
            let bound = self.relations.values_mut().flat_map(|one| &mut one.bound_to);
            bound.filter(|of| **of == key).for_each(|of| of.clone_from(&new));
            self.relations.insert(new, relation);
        }
    }

    /// Changes the columns of a table, if they are known.
    fn with_columns(&mut self, table: &Name, change: impl FnOnce(&mut Vec<Known>)) {
        let relation = self.relations.get_mut(&table.key());
        relation.and_then(|relation| relation.columns.as_mut()).map(change).unwrap_or_default();
    }

    fn with_column(&mut self, table: &Name, name: &Ident, change: impl Fn(&mut Known)) {
        self.with_columns(table, |columns| {
            columns.iter_mut().filter(|one| name.is(&one.name)).for_each(change);
        });
    }
}

/// The columns of a stream when it is queried as a table.
fn stream_columns() -> Vec<Known> {
    let columns = [
        ("approximate_arrival_timestamp", DataType::Timestamp),
        ("partition_key", DataType::Varchar(256)),
        ("shard_id", DataType::Varchar(256)),
        ("sequence_number", DataType::Varchar(128)),
        ("refresh_time", DataType::Timestamp),
        ("kinesis_data", DataType::Varbyte(1_048_576)),
    ];
    columns.map(|(name, data_type)| Known { name: name.to_owned(), data_type: Some(data_type) }).into()
}
