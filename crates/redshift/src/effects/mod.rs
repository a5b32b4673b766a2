//! [`effects`]: what a statement creates, reads and changes, and how it may run. Said here once, for every statement.
//!
//! In: a statement. Out: names as they stand in it. It refuses to know what exists: that is [`crate::Catalog`]'s.

mod views;

pub use views::Views;

use crate::ast::{
    AlterTable, Alteration, CommentKind, CreateProcedure, DropKind, Existing, Ident, Insert, Name, Securable,
    Statement, StatementKind,
};
use crate::walk::{Walk, walk_statement};

/// What a statement does, and how it may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects {
    /// What it creates.
    pub creates: Vec<Object>,
    /// What it replaces where it exists (`OR REPLACE`); each is one of `creates`.
    pub replaces: Vec<Object>,
    /// What it drops.
    pub drops: Vec<Object>,
    /// What it alters: the definition, not the rows.
    pub alters: Vec<Object>,
    /// The relations whose rows it adds, changes or deletes.
    pub writes: Vec<Name>,
    /// The relations that it comments on, or grants privileges on by their names: what it says goes with them.
    pub describes: Vec<Name>,
    /// The materialized views that it computes again.
    pub refreshes: Vec<Name>,
    /// The relations that its queries read, in the order in which they are named; no name that a `WITH` defines.
    pub reads: Vec<Name>,
    /// What each statement of the procedure that it creates does when the procedure is called.
    pub body: Vec<Effects>,
    /// Whether it may run in a transaction with other statements.
    pub transaction: Transaction,
    /// What a second run does.
    pub repeat: Repeat,
}

/// Something that has a name in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name, as it stands in the statement.
    pub name: Name,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A schema, external or not.
    Schema,
    /// A table of the warehouse.
    Table,
    /// A table over files.
    ExternalTable,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A stored procedure.
    Procedure,
    /// A role.
    Role,
    /// A user.
    User,
}

/// Whether a statement may run in a transaction with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// It may.
    Any,
    /// Redshift refuses it there, or commits with it.
    Alone,
    /// It begins or ends one.
    Boundary,
}

/// What a second run of a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It sets what the first run set, or changes nothing, whatever ran between the two.
    Same,
    /// It fails, or changes or returns something else.
    Differs,
}

impl Effects {
    fn new(repeat: Repeat) -> Self {
        Self {
            creates: Vec::new(),
            replaces: Vec::new(),
            drops: Vec::new(),
            alters: Vec::new(),
            writes: Vec::new(),
            describes: Vec::new(),
            refreshes: Vec::new(),
            reads: Vec::new(),
            body: Vec::new(),
            transaction: Transaction::Any,
            repeat,
        }
    }

    fn creating(kind: ObjectKind, name: impl Into<Name>, repeat: Repeat) -> Self {
        Self { creates: vec![Object { kind, name: name.into() }], ..Self::new(repeat) }
    }

    /// The same, where an object of that name is replaced.
    fn replacing(self) -> Self {
        Self { replaces: self.creates.clone(), repeat: Repeat::Same, ..self }
    }

    fn altering(kind: ObjectKind, name: impl Into<Name>, repeat: Repeat) -> Self {
        Self { alters: vec![Object { kind, name: name.into() }], ..Self::new(repeat) }
    }

    fn writing(name: &Name) -> Self {
        Self { writes: vec![name.clone()], ..Self::new(Repeat::Differs) }
    }

    fn alone(self) -> Self {
        Self { transaction: Transaction::Alone, ..self }
    }

    /// The objects and relations that it replaces, drops, alters or writes, and those that the procedure does that it
    /// creates. Roles and users are none of them.
    #[must_use]
    pub fn changes(&self) -> Vec<&Name> {
        let objects = self.replaces.iter().chain(&self.drops).chain(&self.alters);
        let objects = objects.filter(|object| match object.kind {
            ObjectKind::Role | ObjectKind::User => false,
            ObjectKind::Schema
            | ObjectKind::Table
            | ObjectKind::ExternalTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Procedure => true,
        });
        let own = objects.map(|object| &object.name).chain(&self.writes);
        own.chain(self.body.iter().flat_map(Self::changes)).collect()
    }
}

impl From<&Ident> for Name {
    fn from(ident: &Ident) -> Self {
        Self { parts: vec![ident.clone()] }
    }
}

/// What a statement does, and how it may run.
#[must_use]
pub fn effects(statement: &Statement) -> Effects {
    let mut found = of_kind(&statement.kind);
    let mut reads = Reads { found: &mut found.reads, defined: Vec::new() };
    walk_statement(statement, &mut reads);
    found
}

fn of_kind(kind: &StatementKind) -> Effects {
    use StatementKind as Kind;
    match kind {
        Kind::Begin | Kind::Commit | Kind::Rollback => {
            Effects { transaction: Transaction::Boundary, ..Effects::new(Repeat::Differs) }
        }
        Kind::CreateSchema { name, existing, .. } | Kind::CreateExternalSchema { name, existing, .. } => {
            Effects::creating(ObjectKind::Schema, name, skipping(*existing))
        }
        Kind::CreateTable(table) => {
            Effects::creating(ObjectKind::Table, table.name.clone(), skipping(table.existing))
        }
        Kind::CreateExternalTable(table) => {
            Effects::creating(ObjectKind::ExternalTable, table.name.clone(), Repeat::Differs).alone()
        }
        Kind::AlterTable(table) => alter_table(table),
        Kind::CreateView(view) => {
            let made = Effects::creating(ObjectKind::View, view.name.clone(), Repeat::Differs);
            if view.replace { made.replacing() } else { made }
        }
        Kind::CreateMaterializedView(view) => {
            Effects::creating(ObjectKind::MaterializedView, view.name.clone(), Repeat::Differs)
        }
        Kind::RefreshMaterializedView { name, .. } => {
            Effects { refreshes: vec![name.clone()], ..Effects::new(Repeat::Differs) }
        }
        Kind::AlterMaterializedView { name, .. } => {
            Effects::altering(ObjectKind::MaterializedView, name.clone(), Repeat::Same)
        }
        Kind::CreateProcedure(procedure) => create_procedure(procedure),
        Kind::Drop { kind, names, .. } => drop(*kind, names),
        Kind::CreateRole { name, .. } => Effects::creating(ObjectKind::Role, name, Repeat::Differs),
        Kind::CreateUser(user) => Effects::creating(ObjectKind::User, &user.name, Repeat::Differs),
        Kind::AlterUser(user) => Effects::altering(ObjectKind::User, &user.name, Repeat::Same),
        Kind::Copy(copy) => Effects::writing(&copy.table),
        Kind::Merge(merge) => Effects::writing(&merge.target),
        Kind::Insert(Insert { table, .. }) => Effects::writing(table),
        Kind::Update(update) => Effects::writing(&update.table),
        Kind::Delete(delete) => Effects::writing(&delete.table),
        // It commits.
        Kind::Truncate(table) => Effects::writing(table).alone(),
        Kind::Vacuum { .. } => Effects::new(Repeat::Differs).alone(),
        Kind::Comment { kind, name, .. } => {
            Effects { describes: commented(*kind, name), ..Effects::new(Repeat::Same) }
        }
        Kind::Grant(grant) => Effects { describes: granted(&grant.on), ..Effects::new(Repeat::Same) },
        Kind::GrantRole(_) | Kind::DefaultPrivileges(_) => Effects::new(Repeat::Same),
        Kind::Lock(_)
        | Kind::Set { .. }
        | Kind::Call { .. }
        | Kind::Unload(_)
        | Kind::Analyze { .. }
        | Kind::AnalyzeCompression { .. }
        | Kind::Query(_) => Effects::new(Repeat::Differs),
    }
}

/// The relation that a comment is about.
fn commented(kind: CommentKind, name: &Name) -> Vec<Name> {
    match kind {
        CommentKind::Table | CommentKind::View => vec![name.clone()],
        CommentKind::Column => {
            let parts = name.parts.split_last().map_or(&[][..], |(_, table)| table);
            vec![Name { parts: parts.to_vec() }]
        }
        CommentKind::Schema => Vec::new(),
    }
}

/// The relations that a privilege is granted on by their names.
fn granted(on: &Securable) -> Vec<Name> {
    match on {
        Securable::Tables(names) => names.clone(),
        Securable::AllTables(_)
        | Securable::Schemas(_)
        | Securable::Databases(_)
        | Securable::Procedure(..)
        | Securable::Function(..)
        | Securable::AllProcedures(_)
        | Securable::AllFunctions(_)
        | Securable::Language(_)
        | Securable::ScopedTables { .. }
        | Securable::IamRoles { .. } => Vec::new(),
    }
}

fn skipping(existing: Existing) -> Repeat {
    match existing {
        Existing::Skip => Repeat::Same,
        Existing::Refuse => Repeat::Differs,
    }
}

fn alter_table(table: &AlterTable) -> Effects {
    let mut found = Effects::altering(ObjectKind::Table, table.name.clone(), Repeat::Differs);
    for (alteration, _) in &table.alterations {
        if let Alteration::AppendFrom { source, .. } = alteration {
            // Its rows are moved, not copied.
            found.writes.extend([table.name.clone(), source.clone()]);
        }
        match alteration {
            Alteration::Rename(_)
            | Alteration::RenameColumn(..)
            | Alteration::Owner(_)
            | Alteration::AddColumn(_)
            | Alteration::DropColumn(..)
            | Alteration::AddConstraint(_)
            | Alteration::DropConstraint(..) => {}
            Alteration::AppendFrom { .. }
            | Alteration::ColumnType(..)
            | Alteration::ColumnEncoding(..)
            | Alteration::EncodeAuto
            | Alteration::DistKey(_)
            | Alteration::DistStyle(_)
            | Alteration::SortKey(_)
            | Alteration::AddPartition { .. } => found.transaction = Transaction::Alone,
        }
    }
    found
}

fn create_procedure(procedure: &CreateProcedure) -> Effects {
    let made = Effects::creating(ObjectKind::Procedure, procedure.name.clone(), Repeat::Differs);
    let made = if procedure.replace { made.replacing() } else { made };
    Effects { body: procedure.body.iter().map(effects).collect(), ..made }
}

fn drop(kind: DropKind, names: &[Name]) -> Effects {
    let kind = match kind {
        DropKind::Table => ObjectKind::Table,
        DropKind::View => ObjectKind::View,
        DropKind::MaterializedView => ObjectKind::MaterializedView,
        DropKind::Schema => ObjectKind::Schema,
        DropKind::Role => ObjectKind::Role,
        DropKind::User => ObjectKind::User,
        DropKind::Procedure => ObjectKind::Procedure,
    };
    let drops = names.iter().map(|name| Object { kind, name: name.clone() }).collect();
    Effects { drops, ..Effects::new(Repeat::Differs) }
}

/// Finds the relations that queries read.
struct Reads<'a> {
    found: &'a mut Vec<Name>,
    /// What the `WITH`s around define, the innermost last.
    defined: Vec<String>,
}

impl Walk for Reads<'_> {
    fn table(&mut self, name: &Name) {
        let is_defined = name.parts.len() == 1 && self.defined.contains(&name.folded());
        if !is_defined && !self.found.iter().any(|known| known.key() == name.key()) {
            self.found.push(name.clone());
        }
    }

    fn define(&mut self, name: &Ident) {
        self.defined.push(name.folded());
    }

    fn forget(&mut self, count: usize) {
        self.defined.truncate(self.defined.len().saturating_sub(count));
    }
}
