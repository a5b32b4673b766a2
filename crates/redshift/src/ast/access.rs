//! Users, roles, groups and privileges.

use super::{DataType, Ident, Name};
use crate::span::Span;

/// `CREATE USER` and `ALTER USER`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateUser {
    /// The user.
    pub name: Ident,
    /// The password; `None` for `DISABLE`. In a script it must be a placeholder `${…}` or a salted digest.
    pub password: Option<String>,
    /// The span of the password.
    pub span: Span,
}

/// Whether privileges are granted or revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantAction {
    /// `GRANT`
    Grant,
    /// `REVOKE`
    Revoke,
}

/// `GRANT` and `REVOKE` of privileges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// `GRANT` or `REVOKE`
    pub action: GrantAction,
    /// The privileges; empty for `ALL`.
    pub privileges: Vec<Privilege>,
    /// The objects.
    pub on: Securable,
    /// The users, roles and groups.
    pub grantees: Vec<Grantee>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
}

/// A privilege and its span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privilege {
    /// The privilege.
    pub kind: PrivilegeKind,
    /// The columns that it is limited to; empty for all.
    pub columns: Vec<Ident>,
    /// Its span.
    pub span: Span,
}

/// A privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrivilegeKind {
    /// `SELECT`
    Select,
    /// `INSERT`
    Insert,
    /// `UPDATE`
    Update,
    /// `DELETE`
    Delete,
    /// `DROP`
    Drop,
    /// `REFERENCES`
    References,
    /// `ALTER`
    Alter,
    /// `TRUNCATE`
    Truncate,
    /// `USAGE`
    Usage,
    /// `CREATE`
    Create,
    /// `TEMPORARY`
    Temporary,
    /// `EXECUTE`
    Execute,
    /// `ASSUMEROLE`
    AssumeRole,
}

impl PrivilegeKind {
    /// All privileges.
    pub const ALL: [Self; 13] = [
        Self::Select,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Drop,
        Self::References,
        Self::Alter,
        Self::Truncate,
        Self::Usage,
        Self::Create,
        Self::Temporary,
        Self::Execute,
        Self::AssumeRole,
    ];

    /// The keyword.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Drop => "DROP",
            Self::References => "REFERENCES",
            Self::Alter => "ALTER",
            Self::Truncate => "TRUNCATE",
            Self::Usage => "USAGE",
            Self::Create => "CREATE",
            Self::Temporary => "TEMPORARY",
            Self::Execute => "EXECUTE",
            Self::AssumeRole => "ASSUMEROLE",
        }
    }
}

/// The objects of a privilege.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Securable {
    /// Tables and views.
    Tables(Vec<Name>),
    /// `ALL TABLES IN SCHEMA`
    AllTables(Vec<Ident>),
    /// `SCHEMA`
    Schemas(Vec<Ident>),
    /// `DATABASE`
    Databases(Vec<Ident>),
    /// `PROCEDURE name(types)`
    Procedure(Name, Vec<DataType>),
    /// `FUNCTION name(types)`
    Function(Name, Vec<DataType>),
    /// `ALL PROCEDURES IN SCHEMA`
    AllProcedures(Vec<Ident>),
    /// `ALL FUNCTIONS IN SCHEMA`
    AllFunctions(Vec<Ident>),
    /// `LANGUAGE`
    Language(Ident),
    /// `FOR TABLES IN SCHEMA name DATABASE name`: also includes tables created later.
    ScopedTables {
        /// The schema.
        schema: Ident,
        /// Its database.
        database: Option<Ident>,
    },
    /// IAM roles, for `ASSUMEROLE`: their ARNs; empty for `ALL`, and an empty string for `default`.
    IamRoles {
        /// The ARNs.
        roles: Vec<String>,
        /// `FOR`: the commands.
        uses: Vec<AssumeUse>,
    },
}

/// The commands that an IAM role can be assumed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssumeUse {
    /// `ALL`
    All,
    /// `COPY`
    Copy,
    /// `UNLOAD`
    Unload,
    /// `EXTERNAL FUNCTION`
    ExternalFunction,
    /// `CREATE MODEL`
    CreateModel,
}

impl AssumeUse {
    /// The keyword.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Copy => "COPY",
            Self::Unload => "UNLOAD",
            Self::ExternalFunction => "EXTERNAL FUNCTION",
            Self::CreateModel => "CREATE MODEL",
        }
    }
}

/// A user, role or group that receives or loses a privilege.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// A user.
    User(Ident),
    /// `ROLE`
    Role(Ident),
    /// `GROUP`
    Group(Ident),
    /// `PUBLIC`
    Public,
}

/// `GRANT ROLE` and `REVOKE ROLE`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRole {
    /// `GRANT` or `REVOKE`
    pub action: GrantAction,
    /// The roles.
    pub roles: Vec<Ident>,
    /// The users and roles.
    pub grantees: Vec<Grantee>,
}

/// `ALTER DEFAULT PRIVILEGES`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPrivileges {
    /// `FOR USER`: the users that create the objects.
    pub users: Vec<Ident>,
    /// `IN SCHEMA`
    pub schemas: Vec<Ident>,
    /// `GRANT` or `REVOKE`
    pub action: GrantAction,
    /// The privileges; empty for `ALL`.
    pub privileges: Vec<Privilege>,
    /// The objects: tables, functions or procedures.
    pub on: DefaultSecurable,
    /// The users, roles and groups.
    pub grantees: Vec<Grantee>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
}

/// The objects of default privileges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultSecurable {
    /// `TABLES`
    Tables,
    /// `FUNCTIONS`
    Functions,
    /// `PROCEDURES`
    Procedures,
}

impl DefaultSecurable {
    /// The keyword.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Tables => "TABLES",
            Self::Functions => "FUNCTIONS",
            Self::Procedures => "PROCEDURES",
        }
    }
}
