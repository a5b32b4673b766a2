//! [`effects`]: what a statement creates, reads and changes, and how it can run. The only place that defines this.
//!
//! In: a statement. Out: names as written in it. Whether they exist is not its concern: see [`crate::Catalog`].

mod views;

pub use views::Views;

use crate::ast::{
    AlterTable, Alteration, CommentKind, CreateProcedure, DropKind, Existing, Ident, Insert, Name, Securable,
    Statement, StatementKind,
};
use crate::walk::{Walk, walk_statement};

/// What a statement does, and how it can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effects {
    /// What it creates.
    pub creates: Vec<Object>,
    /// What it replaces if it exists (`OR REPLACE`); each is also in `creates`.
    pub replaces: Vec<Object>,
    /// What it drops.
    pub drops: Vec<Object>,
    /// The objects whose definitions it alters.
    pub alters: Vec<Object>,
    /// The relations whose rows it adds, changes or deletes.
    pub writes: Vec<Name>,
    /// The relations that it comments on or grants privileges on by name. Dropping the relation loses these, too.
    pub describes: Vec<Name>,
    /// The materialized views that it refreshes.
    pub refreshes: Vec<Name>,
    /// The relations that its queries read, in the order of their names in the text; without names that `WITH` defines.
    pub reads: Vec<Name>,
    /// What each statement of a created procedure does when the procedure is called.
    pub body: Vec<Effects>,
    /// Whether it can run in a transaction with other statements.
    pub transaction: Transaction,
    /// What a second run does.
    pub repeat: Repeat,
}

/// A named object of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name, as written in the statement.
    pub name: Name,
}

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A schema, local or external.
    Schema,
    /// A table of the warehouse.
    Table,
    /// An external table.
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

impl ObjectKind {
    /// Whether it is a view, materialized or not.
    #[must_use]
    pub fn is_view(self) -> bool {
        match self {
            Self::View | Self::MaterializedView => true,
            Self::Schema | Self::Table | Self::ExternalTable | Self::Procedure | Self::Role | Self::User => {
                false
            }
        }
    }

    /// Whether it has columns, so that a query can read it.
    #[must_use]
    pub fn is_relation(self) -> bool {
        match self {
            Self::Table | Self::ExternalTable | Self::View | Self::MaterializedView => true,
            Self::Schema | Self::Procedure | Self::Role | Self::User => false,
        }
    }
}

/// Whether a statement can run in a transaction with others. Assumes `transaction-statements`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transaction {
    /// It can.
    Any,
    /// Redshift rejects it in a transaction, or commits when it runs.
    Alone,
    /// It begins or ends a transaction.
    Boundary,
}

/// What a second run of a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It has the same effect or none, whatever ran in between.
    Same,
    /// It fails, or has another effect or result.
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

    /// The same effects for `OR REPLACE`.
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

    /// The objects and relations that it replaces, drops, alters or writes, including those of a procedure that it
    /// creates. Roles and users are not included.
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

/// Returns what a statement does, and how it can run.
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
        // TRUNCATE commits the transaction.
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

/// The relations that a privilege is granted on by name.
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
        Existing::Fail => Repeat::Differs,
    }
}

fn alter_table(table: &AlterTable) -> Effects {
    let mut found = Effects::altering(ObjectKind::Table, table.name.clone(), Repeat::Differs);
    for (alteration, _) in &table.alterations {
        if let Alteration::AppendFrom { source, .. } = alteration {
            // APPEND moves the rows of the source.
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
    /// The names that the enclosing `WITH` clauses define; the innermost comes last.
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
