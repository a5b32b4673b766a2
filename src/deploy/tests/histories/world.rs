//! [`World`]: a model of a warehouse. It runs statements, and rejects what Redshift rejects: an object that exists
//! already or does not exist, and dropping or changing what a bound view reads.

use std::collections::{BTreeMap, BTreeSet};

use strataform_redshift::ast::{
    Alteration, CommentKind, Dependents, Existing, Ident, Name, Statement, StatementKind,
};
use strataform_redshift::{Object, ObjectKind, effects, parse, redshift};

use super::random::Random;
use crate::assembly::Assembly;
use crate::deploy::SqlStep;
use crate::deploy::catalog::Catalog;
use crate::deploy::observe::Observed;
use crate::migration::sql::Applied;
use crate::migration::table::{ExistingColumn, columns, existing, is_required};

/// A table or view.
#[derive(Clone, Debug)]
struct Relation {
    object: Object,
    /// The columns of a table.
    columns: Vec<(String, ExistingColumn)>,
    /// The definition of a view.
    definition: String,
    reads: Vec<String>,
    /// Comments, by what they are about.
    comments: BTreeMap<String, String>,
    grants: BTreeSet<String>,
}

impl Relation {
    fn is_table(&self) -> bool {
        self.object.kind == ObjectKind::Table
    }

    /// Whether it cannot exist without what it reads.
    fn is_bound(&self) -> bool {
        !self.is_table() && !self.definition.contains("WITH NO SCHEMA BINDING")
    }
}

/// What becomes of a column that somebody drops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Gone,
    AddedAgain,
}

/// A warehouse.
#[derive(Clone, Debug, Default)]
pub(super) struct World {
    relations: BTreeMap<String, Relation>,
    /// Schemas, procedures, roles and users, as a catalog names them.
    others: BTreeSet<String>,
    /// Privileges on schemas, and those that new relations get, by schema.
    privileges: BTreeSet<(String, String)>,
    /// Columns that somebody dropped and added again: what they declared and described is unknown.
    added_again: BTreeSet<(String, String)>,
    applied: Vec<Applied>,
    texts: BTreeMap<String, String>,
}

fn schema(key: &str) -> &str {
    key.split('.').next().unwrap_or_default()
}

impl World {
    /// What `gen` observes of it.
    pub(super) fn observed(&self) -> Observed {
        let relations = self.relations.values().filter_map(|one| crate::migration::absent::key(&one.object));
        let split = |key: String| {
            let (kind, name) = key.split_once(' ').expect("a kind and a name");
            let (schema, name) = name.split_once('.').unwrap_or(("", name));
            [kind.to_owned(), schema.to_owned(), name.to_owned()]
        };
        let objects = relations.chain(self.others.iter().cloned()).map(split);
        let mut columns = crate::migration::table::Columns::new();
        for (key, one) in &self.relations {
            let table = key.split_once('.').unwrap_or(("", key));
            for (name, column) in &one.columns {
                columns.insert((table.0.to_owned(), table.1.to_owned(), name.clone()), column.clone());
            }
        }
        Observed {
            applied: self.applied.clone(),
            texts: self.texts.clone(),
            columns,
            catalog: (!self.applied.is_empty()).then(|| Catalog::of(objects)),
            ..Observed::default()
        }
    }

    /// Records that a file was applied.
    pub(super) fn record(&mut self, step: &SqlStep, wanted: &Assembly) {
        let text = String::from_utf8_lossy(&wanted.files[&step.path]).into_owned();
        self.texts.insert(step.checksum.clone(), text);
        self.applied.push(Applied {
            path: step.path.clone(),
            checksum: step.checksum.clone(),
            part: 1,
            parts: 1,
            ..Applied::default()
        });
    }

    /// Runs a statement.
    pub(super) fn run(&mut self, text: &str) -> Result<(), String> {
        let script = parse(text);
        if let Some(finding) = script.findings.first() {
            return Err(finding.summary.clone());
        }
        let [statement] = script.statements.as_slice() else { return Err("not one statement".to_owned()) };
        match &statement.kind {
            StatementKind::CreateTable(table) => {
                let columns = columns(table).into_iter().map(|column| {
                    let data_type = Some(column.data_type.to_string());
                    (column.name.folded(), ExistingColumn { data_type, nullable: !is_required(column) })
                });
                self.create(statement, table.existing, columns.collect())
            }
            StatementKind::CreateView(view) => {
                let existing = if view.replace { Existing::Skip } else { Existing::Fail };
                self.create(statement, existing, Vec::new())
            }
            StatementKind::CreateMaterializedView(_) => self.create(statement, Existing::Fail, Vec::new()),
            StatementKind::AlterTable(table) => {
                table.alterations.iter().try_for_each(|(one, _)| self.alter(&table.name, one))
            }
            StatementKind::Drop { existing, dependents, .. } => {
                let drops = effects(statement).drops;
                drops.iter().try_for_each(|one| self.drop(one, *existing, *dependents))
            }
            StatementKind::Comment { kind, name, .. } => self.comment(*kind, name, text),
            StatementKind::CreateSchema { existing, .. }
            | StatementKind::CreateExternalSchema { existing, .. } => self.add(statement, *existing),
            StatementKind::CreateProcedure(procedure) => {
                self.add(statement, if procedure.replace { Existing::Skip } else { Existing::Fail })
            }
            StatementKind::CreateRole { .. } | StatementKind::CreateUser(_) => {
                self.add(statement, Existing::Fail)
            }
            // Of a copy: this model has no rows.
            StatementKind::Lock(_) | StatementKind::Insert(_) | StatementKind::Query(_) => Ok(()),
            _other => self.grant(statement),
        }
    }

    /// Creates what is no relation.
    fn add(&mut self, statement: &Statement, existing: Existing) -> Result<(), String> {
        for key in effects(statement).creates.iter().filter_map(crate::migration::absent::key) {
            let place = key.split_once(' ').map_or("", |(_, name)| name);
            if place.contains('.') && !self.others.contains(&format!("schema {}", schema(place))) {
                return Err(format!("no schema for {key}"));
            }
            if !self.others.insert(key.clone()) && existing == Existing::Fail {
                return Err(format!("{key} exists"));
            }
        }
        Ok(())
    }

    fn create(
        &mut self,
        statement: &Statement,
        existing: Existing,
        columns: Vec<(String, ExistingColumn)>,
    ) -> Result<(), String> {
        let found = effects(statement);
        let object = found.creates.first().cloned().ok_or("it creates nothing")?;
        let (key, definition) = (object.name.key(), redshift(statement));
        if !self.others.contains(&format!("schema {}", schema(&key))) {
            return Err(format!("no schema for {key}"));
        }
        let grants = self.privileges.iter().filter(|(of, _)| *of == format!("new in {}", schema(&key)));
        let mut made = Relation {
            object,
            columns,
            definition,
            reads: found.reads.iter().map(Name::key).collect(),
            comments: BTreeMap::new(),
            grants: grants.map(|(_, text)| text.clone()).collect(),
        };
        let missing = made.reads.iter().find(|name| !self.relations.contains_key(*name));
        if let Some(missing) = missing.filter(|_| made.is_bound()) {
            return Err(format!("{key} reads {missing}, which does not exist"));
        }
        if let Some(there) = self.relations.get(&key) {
            let is_view = made.object.kind == ObjectKind::View;
            if existing == Existing::Fail || there.object.kind != made.object.kind {
                return Err(format!("{key} exists"));
            }
            if !is_view {
                return Ok(());
            }
            made.comments.clone_from(&there.comments);
            made.grants.clone_from(&there.grants);
        }
        self.added_again.retain(|(of, _)| *of != key);
        self.relations.insert(key, made);
        Ok(())
    }

    /// The bound views that read a relation.
    fn readers(&self, of: &str) -> Vec<String> {
        let reads = |one: &&Relation| one.is_bound() && one.reads.iter().any(|name| name == of);
        self.relations.values().filter(reads).map(|one| one.object.name.key()).collect()
    }

    /// The bound views that read a column of a table.
    fn column_readers(&self, of: &str, column: &str) -> Vec<String> {
        let names = |key: &String| self.relations[key].definition.to_lowercase().contains(column);
        self.readers(of).into_iter().filter(names).collect()
    }

    fn alter(&mut self, table: &Name, alteration: &Alteration) -> Result<(), String> {
        let key = table.key();
        if !self.relations.contains_key(&key) {
            return Err(format!("no table {key}"));
        }
        match alteration {
            Alteration::AddColumn(column) => {
                let columns = &mut self.relations.get_mut(&key).expect("a table").columns;
                let name = column.name.folded();
                if is_required(column) || columns.iter().any(|(there, _)| *there == name) {
                    return Err(format!("cannot add column {name} to {key}"));
                }
                let data_type = Some(column.data_type.to_string());
                columns.push((name, ExistingColumn { data_type, nullable: true }));
            }
            Alteration::ColumnType(name, data_type) => {
                let readers = self.column_readers(&key, &name.folded());
                if !readers.is_empty() {
                    return Err(format!("{readers:?} read {}", name.text));
                }
                let columns = &mut self.relations.get_mut(&key).expect("a table").columns;
                let column = columns.iter_mut().find(|(there, _)| *there == name.folded());
                column.ok_or_else(|| format!("no column {}", name.text))?.1.data_type =
                    Some(data_type.to_string());
            }
            Alteration::Rename(name) => return self.rename(table, name),
            _other => return Err("an alteration that gen does not plan".to_owned()),
        }
        Ok(())
    }

    /// Gives a table another name: what reads it, reads on.
    fn rename(&mut self, table: &Name, name: &Ident) -> Result<(), String> {
        let mut renamed = table.clone();
        *renamed.parts.last_mut().expect("a name") = name.clone();
        let (old, new) = (table.key(), renamed.key());
        if self.relations.contains_key(&new) {
            return Err(format!("{new} exists"));
        }
        let mut there = self.relations.remove(&old).expect("a table");
        there.object.name = renamed;
        for one in self.relations.values_mut().filter(|one| one.is_bound()) {
            one.reads.iter_mut().filter(|read| **read == old).for_each(|read| read.clone_from(&new));
        }
        self.relations.insert(new, there);
        Ok(())
    }

    fn drop(&mut self, object: &Object, existing: Existing, dependents: Dependents) -> Result<(), String> {
        let key = object.name.key();
        let Some(there) = self.relations.get(&key) else {
            let other = crate::migration::absent::key(object).unwrap_or_default();
            let is_done = self.others.remove(&other) || existing == Existing::Skip;
            return if is_done { Ok(()) } else { Err(format!("{other} does not exist")) };
        };
        if there.object.kind != object.kind {
            return Err(format!("{key} is another kind of object"));
        }
        let readers = self.readers(&key);
        if !readers.is_empty() && dependents != Dependents::Cascade {
            return Err(format!("{readers:?} read {key}"));
        }
        self.cascade(&key);
        Ok(())
    }

    /// Removes a relation and what cannot exist without it.
    fn cascade(&mut self, key: &str) {
        let readers = self.readers(key);
        self.relations.remove(key);
        self.added_again.retain(|(of, _)| of != key);
        for reader in readers {
            self.cascade(&reader);
        }
    }

    fn comment(&mut self, kind: CommentKind, name: &Name, text: &str) -> Result<(), String> {
        if kind == CommentKind::Schema {
            return Ok(());
        }
        let (parts, column) = match (kind, name.parts.split_last()) {
            (CommentKind::Column, Some((column, table))) => (table.to_vec(), Some(column.folded())),
            _whole => (name.parts.clone(), None),
        };
        let key = Name { parts }.key();
        let there = self.relations.get_mut(&key).ok_or_else(|| format!("no relation {key}"))?;
        if let Some(column) = column.as_ref().filter(|_| there.is_table())
            && !there.columns.iter().any(|(name, _)| name == column)
        {
            return Err(format!("no column {column} of {key}"));
        }
        there.comments.insert(column.unwrap_or_default(), text.to_owned());
        Ok(())
    }

    /// Keeps a privilege where it is stored: at its relations, its schema, or for relations to come.
    fn grant(&mut self, statement: &Statement) -> Result<(), String> {
        let text = redshift(statement).replace('"', "");
        if let Some(rest) = text.strip_prefix("ALTER DEFAULT PRIVILEGES IN SCHEMA ") {
            let (schema, rest) = rest.split_once(" GRANT ").ok_or("not a grant")?;
            self.privileges.insert((format!("new in {schema}"), rest.replace(" ON TABLES TO ", " TO ")));
            return Ok(());
        }
        for name in effects(statement).describes {
            let there = self.relations.get_mut(&name.key());
            there.ok_or_else(|| format!("no relation {}", name.key()))?.grants.insert(text.clone());
        }
        let all = text.strip_prefix("GRANT ").and_then(|rest| rest.split_once(" ON ALL TABLES IN SCHEMA "));
        if let Some((privileges, (schema, role))) =
            all.and_then(|(one, rest)| Some((one, rest.split_once(" TO ")?)))
        {
            let inside = self.relations.iter_mut().filter(|(key, _)| self::schema(key) == schema);
            for (_, one) in inside {
                one.grants.insert(format!("{privileges} TO {role}"));
            }
        }
        if let Some((_, rest)) = text.split_once(" ON SCHEMA ") {
            let schema = rest.split(' ').next().unwrap_or_default().to_owned();
            self.privileges.insert((format!("schema {schema}"), text.clone()));
        }
        Ok(())
    }

    /// Does something behind the back of `gen`; returns what.
    pub(super) fn meddle(&mut self, random: &mut Random) -> String {
        let keys: Vec<String> = self.relations.keys().cloned().collect();
        if keys.is_empty() {
            return "nothing".to_owned();
        }
        let key = random.one(&keys).clone();
        match random.below(6) {
            0 => {
                let schema = *random.one(&["core", "mart", "report", "staging"]);
                let inside: Vec<&String> = keys.iter().filter(|key| self::schema(key) == schema).collect();
                for key in inside {
                    self.cascade(key);
                }
                let place = format!(" {schema}.");
                self.others.retain(|key| *key != format!("schema {schema}") && !key.contains(&place));
                self.privileges.retain(|(of, _)| !of.ends_with(&format!(" {schema}")));
                format!("DROP SCHEMA {schema} CASCADE")
            }
            1 => {
                let procedures: Vec<String> =
                    self.others.iter().filter(|key| key.starts_with("procedure ")).cloned().collect();
                let Some(one) = procedures.first() else { return "nothing".to_owned() };
                self.others.remove(one);
                format!("DROP {one}")
            }
            2 | 3 => {
                self.cascade(&key);
                format!("DROP {key} CASCADE")
            }
            4 => self.meddle_with_column(random, &keys, Then::Gone),
            _ => self.meddle_with_column(random, &keys, Then::AddedAgain),
        }
    }

    /// Drops a column of a table, and perhaps adds it again.
    fn meddle_with_column(&mut self, random: &mut Random, keys: &[String], then: Then) -> String {
        let tables: Vec<&String> = keys.iter().filter(|key| self.relations[*key].is_table()).collect();
        if tables.is_empty() {
            return "nothing".to_owned();
        }
        let key = (*random.one(&tables)).clone();
        let count = self.relations[&key].columns.len();
        // The table of an aggregate: the model does not know the columns of its query.
        if count == 0 {
            return "nothing".to_owned();
        }
        let at = random.below(count);
        let (name, mut column) = self.relations[&key].columns[at].clone();
        for reader in self.column_readers(&key, &name) {
            self.cascade(&reader);
        }
        let table = self.relations.get_mut(&key).expect("a table");
        table.columns.remove(at);
        table.comments.remove(&name);
        if then == Then::Gone {
            return format!("ALTER TABLE {key} DROP COLUMN {name} CASCADE");
        }
        let other = random.below(3) == 0;
        if other {
            column.data_type = Some("DATE".to_owned());
        }
        column.nullable = true;
        table.columns.push((name.clone(), column.clone()));
        self.added_again.insert((key.clone(), name.clone()));
        format!("ALTER TABLE {key} DROP COLUMN {name} CASCADE, ADD COLUMN {name} {}", column.described())
    }

    /// Drops the tables with a column that cannot hold what a first deployment declares; returns their names.
    pub(super) fn mend(&mut self, fresh: &Self) -> Vec<String> {
        let there = self.observed().columns;
        let wrong = |(key, wanted): &(&String, &Relation)| {
            let has = |name: &str| existing(&there, &self.relations.get(*key)?.object.name, name);
            let fits = |one: &ExistingColumn, wanted: &ExistingColumn| {
                one.data_type == wanted.data_type || longer(one, wanted)
            };
            wanted.columns.iter().any(|(name, wanted)| has(name).is_some_and(|one| !fits(one, wanted)))
        };
        let found: Vec<String> = fresh.relations.iter().filter(wrong).map(|(key, _)| key.clone()).collect();
        for key in &found {
            self.cascade(key);
        }
        found
    }

    /// What is not as in a warehouse after a first deployment, and was not named.
    pub(super) fn unlike(&self, fresh: &Self, named: &BTreeSet<String>) -> Vec<String> {
        let mut found = Vec::new();
        for (key, wanted) in &fresh.relations {
            match self.relations.get(key) {
                Some(there) => self.compare(key, there, wanted, named, &mut found),
                None => found.push(format!("{key} is missing")),
            }
        }
        let missing = fresh.others.difference(&self.others).map(|key| format!("{key} is missing"));
        found.extend(missing);
        let missing = fresh.privileges.difference(&self.privileges);
        found.extend(missing.map(|privilege| format!("{privilege:?} is missing")));
        let stays = self.made_by_removed_files(named);
        let is_named = |key: &str| {
            let keeps = format!("{key} keeps the rows as they were");
            named.contains(&format!("{key} stays in the warehouse"))
                || named.iter().any(|line| line.contains(&keeps))
                || stays.contains(key)
        };
        let more = self.relations.keys().filter(|key| !fresh.relations.contains_key(*key) && !is_named(key));
        found.extend(more.map(|key| format!("{key} is there")));
        let more = self.others.difference(&fresh.others).filter(|key| !stays.contains(*key));
        found.extend(more.map(|key| format!("{key} is there")));
        found
    }

    /// What files made of which a plan said that what they created stays.
    fn made_by_removed_files(&self, named: &BTreeSet<String>) -> BTreeSet<String> {
        let stays = self
            .applied
            .iter()
            .filter(|one| named.contains(&format!("what {} created stays in the warehouse", one.path)));
        let statements = stays.flat_map(|one| parse(&self.texts[&one.checksum]).statements);
        let objects = statements.flat_map(|one| effects(&one).creates);
        objects
            .flat_map(|one| [Some(one.name.key()), crate::migration::absent::key(&one)])
            .flatten()
            .collect()
    }

    fn compare(
        &self,
        key: &str,
        there: &Relation,
        wanted: &Relation,
        named: &BTreeSet<String>,
        found: &mut Vec<String>,
    ) {
        if there.object.kind != wanted.object.kind
            || (!wanted.is_table() && there.definition != wanted.definition)
        {
            found.push(format!("{key} is {:?}: {}", there.object.kind, there.definition));
        }
        let says = |column: &str, text: &str| {
            named.iter().any(|line| line.starts_with(&format!("column {column} of {key} {text}")))
        };
        for (name, column) in &wanted.columns {
            let now = there.columns.iter().find(|(there, _)| there == name).map(|(_, now)| now);
            let again = self.added_again.contains(&(key.to_owned(), name.clone()));
            match now {
                None => found.push(format!("{key} has no column {name}")),
                Some(now) => {
                    let long =
                        longer(now, column) && (says(name, "stays as long") || says(name, "becomes longer"));
                    let lost = named.iter().any(|line| {
                        line.starts_with(&format!("table {key} ("))
                            && line.contains(&format!("has no column {name}:"))
                    });
                    let null = now.nullable == column.nullable
                        || (now.nullable
                            && (again
                                || lost
                                || says(name, "is added nullable")
                                || says(name, "stays nullable")));
                    if (now.data_type != column.data_type && !long) || !null {
                        found.push(format!(
                            "{key}: column {name} is {}, not {}",
                            now.described(),
                            column.described()
                        ));
                    }
                }
            }
        }
        let extra =
            there.columns.iter().filter(|(name, _)| !wanted.columns.iter().any(|(one, _)| one == name));
        found.extend(
            extra
                .filter(|(name, _)| !says(name, "stays in the warehouse"))
                .map(|(name, _)| format!("{key} has column {name}")),
        );
        for (of, text) in &wanted.comments {
            let again = self.added_again.contains(&(key.to_owned(), of.clone()));
            if there.comments.get(of) != Some(text) && !again {
                found.push(format!("{key} lacks {text}"));
            }
        }
        found.extend(wanted.grants.difference(&there.grants).map(|grant| format!("{key} lacks {grant}")));
    }
}

/// Whether a column is a longer VARCHAR than another.
fn longer(one: &ExistingColumn, than: &ExistingColumn) -> bool {
    let length = |one: &ExistingColumn| -> Option<u32> {
        one.data_type.as_ref()?.strip_prefix("VARCHAR(")?.strip_suffix(')')?.parse().ok()
    };
    length(one).zip(length(than)).is_some_and(|(one, than)| one > than)
}
