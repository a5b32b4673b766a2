//! The syntax tree: one type for each statement, with decoded names and strings.
//!
//! Trees are equal if they mean the same: spans do not count, nor does the case of keywords.

mod access;
mod expression;
mod load;
mod operator;
mod query;
mod table;
mod types;
mod view;

pub use access::{
    AssumeUse, CreateUser, DefaultPrivileges, DefaultSecurable, Grant, GrantAction, GrantRole, Grantee,
    Privilege, PrivilegeKind, Securable,
};
pub use expression::{
    Argument, Call, Case, Expression, ExpressionKind, Frame, FrameBound, FrameUnit, OrderItem, Window,
};
pub use load::{
    Assignment, Authorization, CompUpdate, Copy, CopyFormat, CopyOption, CopyOptionKind, Delete, Insert,
    InsertSource, Matched, Merge, Partitions, Switch, Unload, UnloadOption, UnloadOptionKind, Update,
};
pub use operator::{BinaryOperator, DateField, IsTest, LikeKind, Niladic, TrimSide, UnaryOperator};
pub use query::{
    CommonTable, Join, JoinCondition, JoinKind, Quantifier, Query, Relation, RelationKind, Select,
    SelectItem, SetExpression, SetOperator, TableAlias,
};
pub use table::{
    AlterTable, Alteration, Column, ColumnAttribute, ColumnAttributeKind, Constraint, ConstraintKind,
    CreateTable, Distribution, ExternalFormat, ExternalTable, SortKey, SortStyle, TableAttribute,
    TableAttributeKind, TableBody, TableElement,
};
pub use types::{DataType, Encoding};
pub use view::{
    CreateProcedure, ExternalSource, MaterializedView, Parameter, View, ViewAttribute, ViewAttributeKind,
};

use std::fmt;

use crate::span::Span;

/// An identifier. Redshift folds identifiers to lower case, even quoted ones, unless a session changes that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name: in lower case if unquoted, as written if quoted.
    pub text: String,
    /// Its span.
    pub span: Span,
}

impl Ident {
    /// Returns an identifier with an empty span.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), span: Span::default() }
    }

    /// The identifier as Redshift compares it.
    #[must_use]
    pub fn folded(&self) -> String {
        self.text.to_ascii_lowercase()
    }

    /// Whether Redshift considers both the same.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.text.eq_ignore_ascii_case(other)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A qualified name of one to three parts, the outermost first: `database.schema.table`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The parts.
    pub parts: Vec<Ident>,
}

impl Name {
    /// The last part.
    #[must_use]
    pub fn last(&self) -> &str {
        self.parts.last().map_or("", |part| part.text.as_str())
    }

    /// The schema, if the name has one.
    #[must_use]
    pub fn schema(&self) -> Option<&Ident> {
        self.parts.len().checked_sub(2).and_then(|at| self.parts.get(at))
    }

    /// Its span.
    #[must_use]
    pub fn span(&self) -> Span {
        let first = self.parts.first().map_or(Span::default(), |part| part.span);
        self.parts.iter().fold(first, |all, part| all.to(part.span))
    }

    /// The schema and name of a relation or a procedure, as Redshift compares them: without the database, and with
    /// `public` if the name has no schema.
    #[must_use]
    pub fn key(&self) -> String {
        let schema = self.schema().map_or_else(|| "public".to_owned(), Ident::folded);
        format!("{schema}.{}", self.last().to_ascii_lowercase())
    }

    /// The name with each part in double quotes.
    #[must_use]
    pub fn quoted(&self) -> String {
        self.parts.iter().map(|part| crate::quote_ident(&part.text)).collect::<Vec<_>>().join(".")
    }

    /// The name as Redshift compares it, with dots.
    #[must_use]
    pub fn folded(&self) -> String {
        self.parts.iter().map(Ident::folded).collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            f.write_str(&part.text)?;
        }
        Ok(())
    }
}

/// A statement and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its kind.
    pub kind: StatementKind,
    /// From its first word to its last, without the semicolon.
    pub span: Span,
}

/// Whether a statement fails if the object does or does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It fails.
    Fail,
    /// `IF NOT EXISTS` and `IF EXISTS`.
    Skip,
}

/// What happens to dependent objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependents {
    /// Not specified.
    Unspecified,
    /// `RESTRICT`.
    Restrict,
    /// `CASCADE`.
    Cascade,
}

/// What `DROP` removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropKind {
    /// `TABLE`
    Table,
    /// `VIEW`
    View,
    /// `MATERIALIZED VIEW`
    MaterializedView,
    /// `SCHEMA`
    Schema,
    /// `ROLE`
    Role,
    /// `USER`
    User,
    /// `PROCEDURE`, which has the types of its parameters.
    Procedure,
}

/// The object of `COMMENT ON`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// `TABLE`
    Table,
    /// `COLUMN`, the last part of the name.
    Column,
    /// `VIEW`
    View,
    /// `SCHEMA`
    Schema,
}

/// The columns that `ANALYZE` covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalyzeColumns {
    /// Not specified.
    Unspecified,
    /// `PREDICATE COLUMNS`
    Predicate,
    /// `ALL COLUMNS`
    All,
}

/// The kind of `VACUUM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VacuumKind {
    /// Not specified.
    Unspecified,
    /// `FULL`
    Full,
    /// `SORT ONLY`
    SortOnly,
    /// `DELETE ONLY`
    DeleteOnly,
    /// `REINDEX`
    Reindex,
    /// `RECLUSTER`
    Recluster,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementKind {
    /// `BEGIN`
    Begin,
    /// `COMMIT`
    Commit,
    /// `ROLLBACK`
    Rollback,
    /// `LOCK TABLE`
    Lock(Vec<Name>),
    /// `SET name TO value`
    Set {
        /// The parameter, with dots.
        name: Name,
        /// The value; a word or a string.
        value: String,
    },
    /// `CREATE SCHEMA`
    CreateSchema {
        /// The schema.
        name: Ident,
        /// `IF NOT EXISTS`
        existing: Existing,
        /// `AUTHORIZATION`
        owner: Option<Ident>,
        /// `QUOTA`, in megabytes.
        quota_megabytes: Option<u64>,
    },
    /// `CREATE EXTERNAL SCHEMA`
    CreateExternalSchema {
        /// The schema.
        name: Ident,
        /// `IF NOT EXISTS`
        existing: Existing,
        /// The source of its tables.
        source: ExternalSource,
        /// The IAM role that reads them.
        role: Authorization,
    },
    /// `CREATE TABLE`
    CreateTable(CreateTable),
    /// `CREATE EXTERNAL TABLE`
    CreateExternalTable(ExternalTable),
    /// `ALTER TABLE`
    AlterTable(AlterTable),
    /// `CREATE VIEW`
    CreateView(View),
    /// `CREATE MATERIALIZED VIEW`
    CreateMaterializedView(MaterializedView),
    /// `REFRESH MATERIALIZED VIEW`
    RefreshMaterializedView {
        /// The view.
        name: Name,
        /// Whether dependent views are refreshed, too.
        dependents: Dependents,
    },
    /// `ALTER MATERIALIZED VIEW … AUTO REFRESH`
    AlterMaterializedView {
        /// The view.
        name: Name,
        /// `YES` or `NO`
        auto_refresh: Switch,
    },
    /// `CREATE PROCEDURE`
    CreateProcedure(CreateProcedure),
    /// `CALL`
    Call {
        /// The procedure.
        name: Name,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
    /// `DROP`
    Drop {
        /// The kind of object.
        kind: DropKind,
        /// `IF EXISTS`
        existing: Existing,
        /// The names.
        names: Vec<Name>,
        /// The types of a procedure's parameters.
        parameters: Vec<DataType>,
        /// `CASCADE` or `RESTRICT`
        dependents: Dependents,
    },
    /// `COMMENT ON`
    Comment {
        /// The kind of object.
        kind: CommentKind,
        /// The object.
        name: Name,
        /// The comment; `None` removes it.
        text: Option<String>,
    },
    /// `CREATE ROLE`
    CreateRole {
        /// The role.
        name: Ident,
        /// `EXTERNALID`
        external_id: Option<String>,
    },
    /// `CREATE USER`
    CreateUser(CreateUser),
    /// `ALTER USER … PASSWORD`
    AlterUser(CreateUser),
    /// `GRANT` and `REVOKE` of privileges.
    Grant(Grant),
    /// `GRANT ROLE` and `REVOKE ROLE`
    GrantRole(GrantRole),
    /// `ALTER DEFAULT PRIVILEGES`
    DefaultPrivileges(DefaultPrivileges),
    /// `COPY`
    Copy(Copy),
    /// `UNLOAD`
    Unload(Unload),
    /// `MERGE`
    Merge(Merge),
    /// `INSERT`
    Insert(Insert),
    /// `UPDATE`
    Update(Update),
    /// `DELETE`
    Delete(Delete),
    /// `TRUNCATE`
    Truncate(Name),
    /// `ANALYZE`
    Analyze {
        /// The table; all tables if `None`.
        table: Option<Name>,
        /// Its columns; empty for all.
        columns: Vec<Ident>,
        /// Which columns to analyze.
        which: AnalyzeColumns,
    },
    /// `ANALYZE COMPRESSION`
    AnalyzeCompression {
        /// The table.
        table: Name,
        /// Its columns; empty for all.
        columns: Vec<Ident>,
        /// `COMPROWS`
        rows: Option<u64>,
    },
    /// `VACUUM`
    Vacuum {
        /// The kind.
        kind: VacuumKind,
        /// The table; all tables if `None`.
        table: Option<Name>,
        /// `TO … PERCENT`
        percent: Option<u64>,
        /// `BOOST`
        boost: bool,
    },
    /// `SELECT`
    Query(Query),
}
