//! Roles, users and privileges.

use super::Writer;
use crate::ast::{
    CreateUser, DataType, DefaultPrivileges, Grant, GrantAction, GrantRole, Grantee, Privilege,
    PrivilegeKind, Securable,
};

impl Writer {
    pub(super) fn user(&mut self, verb: &str, user: &CreateUser) {
        self.word_and(&format!("{verb} USER "), &user.name);
        self.put(" PASSWORD ");
        match &user.password {
            Some(password) => self.text(password),
            None => self.put("DISABLE"),
        }
    }

    fn action(&mut self, action: GrantAction) {
        self.put(if action == GrantAction::Grant { "GRANT " } else { "REVOKE " });
    }

    fn grantees(&mut self, action: GrantAction, grantees: &[Grantee]) {
        self.put(if action == GrantAction::Grant { " TO " } else { " FROM " });
        self.list(grantees, |writer, grantee| match grantee {
            Grantee::Public => writer.put("PUBLIC"),
            Grantee::User(name) => writer.ident(name),
            Grantee::Role(name) | Grantee::Group(name) if writer.is_postgres() => writer.ident(name),
            Grantee::Role(name) => writer.word_and("ROLE ", name),
            Grantee::Group(name) => writer.word_and("GROUP ", name),
        });
    }

    fn privileges(&mut self, privileges: &[Privilege]) {
        if privileges.is_empty() {
            return self.put("ALL");
        }
        self.list(privileges, |writer, privilege| {
            writer.put(privilege.kind.text());
            writer.columns(&privilege.columns);
        });
    }

    pub(super) fn grant(&mut self, grant: &Grant) {
        self.action(grant.action);
        self.privileges(&grant.privileges);
        self.put(" ");
        self.securable(&grant.on);
        self.grantees(grant.action, &grant.grantees);
        if let Securable::IamRoles { uses, .. } = &grant.on {
            self.put(" FOR ");
            self.list(uses, |writer, one| writer.put(one.text()));
        }
        self.put_if(grant.grant_option, " WITH GRANT OPTION");
    }

    fn securable(&mut self, on: &Securable) {
        match on {
            Securable::Tables(names) => {
                self.put("ON TABLE ");
                self.list(names, Self::name);
            }
            Securable::AllTables(schemas) => {
                self.put("ON ALL TABLES IN SCHEMA ");
                self.idents(schemas);
            }
            Securable::Schemas(names) => {
                self.put("ON SCHEMA ");
                self.idents(names);
            }
            Securable::Databases(names) => {
                self.put("ON DATABASE ");
                self.idents(names);
            }
            Securable::Procedure(name, types) => self.routine("ON PROCEDURE ", name, types),
            Securable::Function(name, types) => self.routine("ON FUNCTION ", name, types),
            Securable::AllProcedures(schemas) => {
                self.put("ON ALL PROCEDURES IN SCHEMA ");
                self.idents(schemas);
            }
            Securable::AllFunctions(schemas) => {
                self.put("ON ALL FUNCTIONS IN SCHEMA ");
                self.idents(schemas);
            }
            Securable::Language(name) => self.word_and("ON LANGUAGE ", name),
            Securable::ScopedTables { schema, .. } if self.is_postgres() => {
                self.word_and("ON ALL TABLES IN SCHEMA ", schema);
            }
            Securable::ScopedTables { schema, database } => {
                self.word_and("FOR TABLES IN SCHEMA ", schema);
                if let Some(database) = database {
                    self.word_and(" DATABASE ", database);
                }
            }
            Securable::IamRoles { roles, .. } => {
                self.put("ON ");
                match roles.as_slice() {
                    [] => self.put("ALL"),
                    [default] if default.is_empty() => self.put("DEFAULT"),
                    roles => self.list(roles, |writer, role| writer.text(role)),
                }
            }
        }
    }

    fn routine(&mut self, words: &str, name: &crate::ast::Name, types: &[DataType]) {
        self.put(words);
        self.name(name);
        self.put("(");
        self.list(types, |writer, data_type| writer.data_type(*data_type));
        self.put(")");
    }

    pub(super) fn grant_role(&mut self, grant: &GrantRole) {
        self.action(grant.action);
        self.put_if(!self.is_postgres(), "ROLE ");
        self.idents(&grant.roles);
        self.grantees(grant.action, &grant.grantees);
    }

    pub(super) fn default_privileges(&mut self, privileges: &DefaultPrivileges) {
        self.put("ALTER DEFAULT PRIVILEGES");
        if !privileges.users.is_empty() {
            self.put(if self.is_postgres() { " FOR ROLE " } else { " FOR USER " });
            self.idents(&privileges.users);
        }
        if !privileges.schemas.is_empty() {
            self.put(" IN SCHEMA ");
            self.idents(&privileges.schemas);
        }
        self.put(" ");
        self.action(privileges.action);
        self.privileges(&privileges.privileges);
        self.put(" ON ");
        self.put(if self.is_postgres() && privileges.on != crate::ast::DefaultSecurable::Tables {
            "ROUTINES"
        } else {
            privileges.on.text()
        });
        self.grantees(privileges.action, &privileges.grantees);
        self.put_if(privileges.grant_option, " WITH GRANT OPTION");
    }
}

/// Whether `PostgreSQL` has the privilege, too.
pub(super) fn is_common(privilege: &Privilege) -> bool {
    !matches!(privilege.kind, PrivilegeKind::Drop | PrivilegeKind::Alter | PrivilegeKind::AssumeRole)
}
