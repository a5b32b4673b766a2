//! Who may do what.

use super::{DataType, Ident, Name};
use crate::span::Span;

/// `CREATE USER` and `ALTER USER`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateUser {
    /// The user.
    pub name: Ident,
    /// The password: none is `DISABLE`. Only a placeholder `${…}` may stand in a text.
    pub password: Option<String>,
    /// Where the password stands.
    pub span: Span,
}

/// Whether something is given or taken away.
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
    /// Given or taken away.
    pub action: GrantAction,
    /// What may be done; none is `ALL`.
    pub privileges: Vec<Privilege>,
    /// With what.
    pub on: Securable,
    /// By whom.
    pub grantees: Vec<Grantee>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
}

/// A privilege and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Privilege {
    /// Which.
    pub kind: PrivilegeKind,
    /// The columns that it is limited to.
    pub columns: Vec<Ident>,
    /// Where.
    pub span: Span,
}

/// What may be done.
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
    /// All of them.
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

    /// As it is written.
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

/// What a privilege is about.
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
    /// `FOR TABLES IN SCHEMA name DATABASE name`: those that come later, too.
    ScopedTables {
        /// The schema.
        schema: Ident,
        /// Its database.
        database: Option<Ident>,
    },
    /// IAM roles, of `ASSUMEROLE`: their ARNs; none is `ALL`, and an empty one `default`.
    IamRoles {
        /// The ARNs.
        roles: Vec<String>,
        /// `FOR`: which commands.
        uses: Vec<AssumeUse>,
    },
}

/// What an IAM role may be assumed for.
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
    /// As it is written.
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

/// Who is given something.
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
    /// Given or taken away.
    pub action: GrantAction,
    /// The roles.
    pub roles: Vec<Ident>,
    /// To or from whom: users and roles.
    pub grantees: Vec<Grantee>,
}

/// `ALTER DEFAULT PRIVILEGES`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultPrivileges {
    /// `FOR USER`: of what whom makes.
    pub users: Vec<Ident>,
    /// `IN SCHEMA`
    pub schemas: Vec<Ident>,
    /// Given or taken away.
    pub action: GrantAction,
    /// What may be done; none is `ALL`.
    pub privileges: Vec<Privilege>,
    /// With what: tables, functions or procedures.
    pub on: DefaultSecurable,
    /// By whom.
    pub grantees: Vec<Grantee>,
    /// `WITH GRANT OPTION`
    pub grant_option: bool,
}

/// What default privileges are about.
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
    /// As it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Tables => "TABLES",
            Self::Functions => "FUNCTIONS",
            Self::Procedures => "PROCEDURES",
        }
    }
}
