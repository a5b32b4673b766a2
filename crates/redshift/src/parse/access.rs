//! Roles, users and privileges.

use super::{Parsed, Parser};
use crate::ast::{
    AssumeUse, CreateUser, DataType, DefaultPrivileges, DefaultSecurable, Grant, GrantAction, GrantRole,
    Grantee, Ident, Privilege, PrivilegeKind, Securable, StatementKind,
};
use crate::finding::{Code, Finding};
use crate::lexer::TokenKind;

impl Parser {
    /// Parses the rest of `CREATE USER` and `ALTER USER`: a name and a password clause.
    pub(super) fn user(&mut self) -> Parsed<CreateUser> {
        let name = self.ident()?;
        self.take("WITH");
        self.expect("PASSWORD")?;
        let span = self.span();
        let password = if self.take("DISABLE") { None } else { Some(self.text()?) };
        Ok(CreateUser { name, password, span })
    }

    /// Parses the rest of `CREATE ROLE`.
    pub(super) fn create_role(&mut self) -> Parsed<StatementKind> {
        let name = self.ident()?;
        let external_id = if self.take("EXTERNALID") { Some(self.text()?) } else { None };
        Ok(StatementKind::CreateRole { name, external_id })
    }

    /// `GRANT` and `REVOKE`
    pub(super) fn grant(&mut self) -> Parsed<StatementKind> {
        let action = if self.take("GRANT") {
            GrantAction::Grant
        } else {
            self.expect("REVOKE")?;
            GrantAction::Revoke
        };
        if self.take("ROLE") {
            let roles = self.list(Self::ident)?;
            let grantees = self.grantees(action)?;
            return Ok(StatementKind::GrantRole(GrantRole { action, roles, grantees }));
        }
        if action == GrantAction::Revoke && self.is("GRANT OPTION FOR") {
            return self.fail(
                Code::NotCovered,
                "REVOKE GRANT OPTION FOR is not supported by gen",
                "revoke the privilege",
            );
        }
        let privileges = self.privileges()?;
        let on = self.securable(&privileges)?;
        let grantees = self.grantees(action)?;
        let on = if let Securable::IamRoles { roles, .. } = on {
            self.expect("FOR")?;
            Securable::IamRoles { roles, uses: self.list(Self::assume_use)? }
        } else {
            on
        };
        let grant_option = action == GrantAction::Grant && self.take("WITH GRANT OPTION");
        if action == GrantAction::Revoke {
            let _ = self.take("CASCADE") || self.take("RESTRICT");
        }
        Ok(StatementKind::Grant(Grant { action, privileges, on, grantees, grant_option }))
    }

    fn privileges(&mut self) -> Parsed<Vec<Privilege>> {
        if self.take("ALL") {
            self.take("PRIVILEGES");
            return Ok(Vec::new());
        }
        self.list(|parser| {
            let start = parser.at;
            let TokenKind::Word(word) = parser.kind() else { return Err(parser.unexpected("a privilege")) };
            let word = if word.eq_ignore_ascii_case("TEMP") { "TEMPORARY" } else { word.as_str() };
            let found = PrivilegeKind::ALL.into_iter().find(|kind| kind.text().eq_ignore_ascii_case(word));
            let Some(kind) = found else {
                let known = PrivilegeKind::ALL.map(PrivilegeKind::text).join(", ");
                let help = format!("expected one of {known}");
                return parser.fail(Code::Privilege, format!("unknown privilege `{word}`"), &help);
            };
            parser.advance();
            let columns = parser.optional_columns()?;
            Ok(Privilege { kind, columns, span: parser.since(start) })
        })
    }

    fn securable(&mut self, privileges: &[Privilege]) -> Parsed<Securable> {
        if self.take("FOR TABLES IN SCHEMA") {
            let schema = self.ident()?;
            let database = if self.take("DATABASE") { Some(self.ident()?) } else { None };
            return Ok(Securable::ScopedTables { schema, database });
        }
        self.expect("ON")?;
        if privileges.iter().any(|privilege| privilege.kind == PrivilegeKind::AssumeRole) {
            let roles = if self.take("ALL") {
                Vec::new()
            } else if self.take("DEFAULT") {
                vec![String::new()]
            } else {
                self.list(Self::text)?
            };
            return Ok(Securable::IamRoles { roles, uses: Vec::new() });
        }
        Ok(if self.take("ALL TABLES IN SCHEMA") {
            Securable::AllTables(self.list(Self::ident)?)
        } else if self.take("ALL PROCEDURES IN SCHEMA") {
            Securable::AllProcedures(self.list(Self::ident)?)
        } else if self.take("ALL FUNCTIONS IN SCHEMA") {
            Securable::AllFunctions(self.list(Self::ident)?)
        } else if self.take("SCHEMA") {
            Securable::Schemas(self.list(Self::ident)?)
        } else if self.take("DATABASE") {
            Securable::Databases(self.list(Self::ident)?)
        } else if self.take("PROCEDURE") {
            Securable::Procedure(self.name()?, self.signature()?)
        } else if self.take("FUNCTION") {
            Securable::Function(self.name()?, self.signature()?)
        } else if self.take("LANGUAGE") {
            Securable::Language(self.ident()?)
        } else {
            self.take("TABLE");
            Securable::Tables(self.list(Self::name)?)
        })
    }

    /// The parameter types, in parentheses.
    pub(super) fn signature(&mut self) -> Parsed<Vec<DataType>> {
        if self.take("( )") {
            return Ok(Vec::new());
        }
        self.in_parentheses(|parser| {
            // A parameter name before the type has no meaning.
            let named = matches!(parser.token(1).kind, TokenKind::Word(_))
                && !parser.is_any(&["DOUBLE PRECISION", "CHARACTER VARYING", "BINARY VARYING"]);
            if named {
                parser.ident()?;
            }
            parser.data_type()
        })
    }

    fn assume_use(&mut self) -> Parsed<AssumeUse> {
        let uses = [
            AssumeUse::All,
            AssumeUse::Copy,
            AssumeUse::Unload,
            AssumeUse::ExternalFunction,
            AssumeUse::CreateModel,
        ];
        match uses.into_iter().find(|one| self.is(one.text())) {
            Some(found) => {
                self.take(found.text());
                Ok(found)
            }
            None => Err(self.unexpected("`ALL`, `COPY`, `UNLOAD`, `EXTERNAL FUNCTION` or `CREATE MODEL`")),
        }
    }

    fn grantees(&mut self, action: GrantAction) -> Parsed<Vec<Grantee>> {
        self.expect(if action == GrantAction::Grant { "TO" } else { "FROM" })?;
        self.list(|parser| {
            Ok(if parser.take("PUBLIC") {
                Grantee::Public
            } else if parser.take("ROLE") {
                Grantee::Role(parser.ident()?)
            } else if parser.take("GROUP") {
                Grantee::Group(parser.ident()?)
            } else {
                Grantee::User(parser.ident()?)
            })
        })
    }

    /// Parses the rest of `ALTER DEFAULT PRIVILEGES`.
    pub(super) fn default_privileges(&mut self) -> Parsed<StatementKind> {
        let users = if self.take("FOR USER") { self.list(Self::ident)? } else { Vec::new() };
        let schemas: Vec<Ident> = if self.take("IN SCHEMA") { self.list(Self::ident)? } else { Vec::new() };
        let action = if self.take("GRANT") {
            GrantAction::Grant
        } else {
            self.expect("REVOKE")?;
            GrantAction::Revoke
        };
        let privileges = self.privileges()?;
        self.expect("ON")?;
        let all = [DefaultSecurable::Tables, DefaultSecurable::Functions, DefaultSecurable::Procedures];
        let Some(on) = all.into_iter().find(|one| self.is(one.text())) else {
            return Err(self.unexpected("`TABLES`, `FUNCTIONS` or `PROCEDURES`"));
        };
        self.advance();
        if let Some(privilege) = privileges.iter().find(|privilege| !fits(privilege.kind, on)) {
            let summary =
                format!("default privilege {} does not apply to {}", privilege.kind.text(), on.text());
            return Err(Box::new(Finding::error(Code::Privilege, privilege.span, summary)));
        }
        let grantees = self.grantees(action)?;
        let grant_option = self.take("WITH GRANT OPTION");
        Ok(StatementKind::DefaultPrivileges(DefaultPrivileges {
            users,
            schemas,
            action,
            privileges,
            on,
            grantees,
            grant_option,
        }))
    }
}

/// Whether a default privilege applies to a kind of object.
fn fits(kind: PrivilegeKind, on: DefaultSecurable) -> bool {
    use PrivilegeKind::{Alter, Delete, Drop, Execute, Insert, References, Select, Truncate, Update};
    match on {
        DefaultSecurable::Tables => {
            matches!(kind, Select | Insert | Update | Delete | Drop | References | Alter | Truncate)
        }
        DefaultSecurable::Functions | DefaultSecurable::Procedures => kind == Execute,
    }
}
