//! Statements, in Redshift's syntax.

use super::Writer;
use crate::ast::{
    AnalyzeColumns, CommentKind, CreateProcedure, DataType, Dependents, DropKind, Existing, ExternalSource,
    Ident, MaterializedView, Name, Statement, StatementKind, Switch, VacuumKind, View, ViewAttribute,
    ViewAttributeKind,
};

impl Writer {
    pub(super) fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::Begin => self.put("BEGIN"),
            StatementKind::Commit => self.put("COMMIT"),
            StatementKind::Rollback => self.put("ROLLBACK"),
            StatementKind::Lock(tables) => {
                self.put("LOCK TABLE ");
                self.list(tables, Self::name);
            }
            StatementKind::Set { name, value } => {
                self.put("SET ");
                self.name(name);
                self.put(" TO ");
                self.text(value);
            }
            StatementKind::CreateTable(table) => self.create_table(table),
            StatementKind::CreateExternalTable(table) => self.create_external_table(table),
            StatementKind::AlterTable(table) => self.alter_table(table),
            StatementKind::CreateView(view) => self.create_view(view),
            StatementKind::CreateMaterializedView(view) => self.materialized_view(view),
            StatementKind::CreateUser(user) => self.user("CREATE", user),
            StatementKind::AlterUser(user) => self.user("ALTER", user),
            StatementKind::Grant(grant) => self.grant(grant),
            StatementKind::GrantRole(grant) => self.grant_role(grant),
            StatementKind::DefaultPrivileges(privileges) => self.default_privileges(privileges),
            StatementKind::Copy(copy) => self.copy(copy),
            StatementKind::Unload(unload) => self.unload(unload),
            StatementKind::Merge(merge) => self.merge(merge),
            StatementKind::Insert(insert) => self.insert(insert),
            StatementKind::Update(update) => self.update(update),
            StatementKind::Delete(delete) => self.delete(delete),
            StatementKind::Query(query) => self.query(query),
            StatementKind::CreateSchema { name, existing, owner, quota_megabytes } => {
                self.create_schema(name, *existing, owner.as_ref(), *quota_megabytes);
            }
            StatementKind::CreateExternalSchema { name, existing, source, role } => {
                self.put("CREATE EXTERNAL SCHEMA ");
                self.put_if(*existing == Existing::Skip, "IF NOT EXISTS ");
                self.ident(name);
                self.external_source(source, role);
            }
            StatementKind::CreateProcedure(procedure) => self.create_procedure(procedure),
            StatementKind::Call { name, arguments } => {
                self.put("CALL ");
                self.name(name);
                self.put("(");
                self.list(arguments, Self::expression);
                self.put(")");
            }
            StatementKind::RefreshMaterializedView { name, dependents } => {
                self.put("REFRESH MATERIALIZED VIEW ");
                self.name(name);
                self.dependents(*dependents);
            }
            StatementKind::AlterMaterializedView { name, auto_refresh } => {
                self.put("ALTER MATERIALIZED VIEW ");
                self.name(name);
                self.auto_refresh(*auto_refresh);
            }
            StatementKind::CreateRole { name, external_id } => {
                self.word_and("CREATE ROLE ", name);
                if let Some(id) = external_id {
                    self.put(" EXTERNALID ");
                    self.text(id);
                }
            }
            StatementKind::Drop { kind, existing, names, parameters, dependents } => {
                self.drop(*kind, *existing, names, parameters, *dependents);
            }
            StatementKind::Comment { kind, name, text } => self.comment(*kind, name, text.as_deref()),
            StatementKind::Truncate(table) => {
                self.put("TRUNCATE TABLE ");
                self.name(table);
            }
            StatementKind::Analyze { table, columns, which } => self.analyze(table.as_ref(), columns, *which),
            StatementKind::AnalyzeCompression { table, columns, rows } => {
                self.analyze_compression(table, columns, *rows);
            }
            StatementKind::Vacuum { kind, table, percent, boost } => {
                self.vacuum(*kind, table.as_ref(), *percent);
                self.put_if(*boost, " BOOST");
            }
        }
    }

    fn create_procedure(&mut self, procedure: &CreateProcedure) {
        self.procedure_head(procedure);
        self.put(" AS $$ BEGIN ");
        for statement in &procedure.body {
            self.statement(statement);
            self.put("; ");
        }
        self.put("END; $$ LANGUAGE plpgsql");
        self.put_if(procedure.definer, " SECURITY DEFINER");
    }

    fn create_schema(
        &mut self,
        name: &Ident,
        existing: Existing,
        owner: Option<&Ident>,
        quota_megabytes: Option<u64>,
    ) {
        self.put("CREATE SCHEMA ");
        self.put_if(existing == Existing::Skip, "IF NOT EXISTS ");
        self.ident(name);
        if let Some(owner) = owner {
            self.word_and(" AUTHORIZATION ", owner);
        }
        if let Some(quota) = quota_megabytes {
            self.put(&format!(" QUOTA {quota} MB"));
        }
    }

    fn drop(
        &mut self,
        kind: DropKind,
        existing: Existing,
        names: &[Name],
        parameters: &[DataType],
        dependents: Dependents,
    ) {
        self.put("DROP ");
        self.put(drop_words(kind));
        self.put_if(existing == Existing::Skip, " IF EXISTS");
        self.put(" ");
        self.list(names, Self::name);
        if kind == DropKind::Procedure {
            self.put("(");
            self.list(parameters, |writer, data_type| writer.data_type(*data_type));
            self.put(")");
        }
        self.dependents(dependents);
    }

    fn comment(&mut self, kind: CommentKind, name: &Name, text: Option<&str>) {
        self.put("COMMENT ON ");
        self.put(match kind {
            CommentKind::Table => "TABLE ",
            CommentKind::Column => "COLUMN ",
            CommentKind::View => "VIEW ",
            CommentKind::Schema => "SCHEMA ",
        });
        self.name(name);
        self.put(" IS ");
        match text {
            Some(text) => self.text(text),
            None => self.put("NULL"),
        }
    }

    fn analyze(&mut self, table: Option<&Name>, columns: &[Ident], which: AnalyzeColumns) {
        self.put("ANALYZE");
        if let Some(table) = table {
            self.put(" ");
            self.name(table);
        }
        self.columns(columns);
        self.put(match which {
            AnalyzeColumns::Unspecified => "",
            AnalyzeColumns::Predicate => " PREDICATE COLUMNS",
            AnalyzeColumns::All => " ALL COLUMNS",
        });
    }

    fn analyze_compression(&mut self, table: &Name, columns: &[Ident], rows: Option<u64>) {
        self.put("ANALYZE COMPRESSION ");
        self.name(table);
        self.columns(columns);
        if let Some(rows) = rows {
            self.put(&format!(" COMPROWS {rows}"));
        }
    }

    fn vacuum(&mut self, kind: VacuumKind, table: Option<&Name>, percent: Option<u64>) {
        self.put(match kind {
            VacuumKind::Unspecified => "VACUUM",
            VacuumKind::Full => "VACUUM FULL",
            VacuumKind::SortOnly => "VACUUM SORT ONLY",
            VacuumKind::DeleteOnly => "VACUUM DELETE ONLY",
            VacuumKind::Reindex => "VACUUM REINDEX",
            VacuumKind::Recluster => "VACUUM RECLUSTER",
        });
        if let Some(table) = table {
            self.put(" ");
            self.name(table);
        }
        if let Some(percent) = percent {
            self.put(&format!(" TO {percent} PERCENT"));
        }
    }

    /// The part that both dialects begin with: the name and the parameters.
    pub(super) fn procedure_head(&mut self, procedure: &CreateProcedure) {
        self.put(if procedure.replace { "CREATE OR REPLACE PROCEDURE " } else { "CREATE PROCEDURE " });
        self.name(&procedure.name);
        self.put("(");
        self.list(&procedure.parameters, |writer, parameter| {
            writer.ident(&parameter.name);
            writer.put(" ");
            writer.data_type(parameter.data_type);
        });
        self.put(")");
    }

    fn external_source(&mut self, source: &ExternalSource, role: &crate::ast::Authorization) {
        match source {
            ExternalSource::Kinesis => {
                self.put(" FROM KINESIS");
                self.iam_role(role);
            }
            ExternalSource::DataCatalog { database, region, catalog_id, create } => {
                self.put(" FROM DATA CATALOG DATABASE ");
                self.text(database);
                if let Some(region) = region {
                    self.put(" REGION ");
                    self.text(region);
                }
                self.iam_role(role);
                if let Some(id) = catalog_id {
                    self.put(" CATALOG_ID ");
                    self.text(id);
                }
                self.put_if(*create == Existing::Skip, " CREATE EXTERNAL DATABASE IF NOT EXISTS");
            }
        }
    }

    fn create_view(&mut self, view: &View) {
        self.put(if view.replace { "CREATE OR REPLACE VIEW " } else { "CREATE VIEW " });
        self.name(&view.name);
        self.columns(&view.columns);
        self.put(" AS ");
        self.query(&view.query);
        self.put_if(view.late_binding && !self.is_postgres(), " WITH NO SCHEMA BINDING");
    }

    fn auto_refresh(&mut self, switch: Switch) {
        self.put(if switch == Switch::On { " AUTO REFRESH YES" } else { " AUTO REFRESH NO" });
    }

    fn materialized_view(&mut self, view: &MaterializedView) {
        self.put("CREATE MATERIALIZED VIEW ");
        self.name(&view.name);
        for ViewAttribute { kind, .. } in &view.attributes {
            match kind {
                ViewAttributeKind::Backup(switch) => self.backup(*switch),
                ViewAttributeKind::DistStyle(style) => {
                    self.put(" DISTSTYLE ");
                    self.put(style.text());
                }
                ViewAttributeKind::DistKey(columns) => {
                    self.put(" DISTKEY");
                    self.key_columns(columns);
                }
                ViewAttributeKind::SortKey(key) => self.sort_key(key),
                ViewAttributeKind::AutoRefresh(switch) => self.auto_refresh(*switch),
            }
        }
        self.put(" AS ");
        self.query(&view.query);
    }
}

/// The keywords for the kind of object.
pub(super) fn drop_words(kind: DropKind) -> &'static str {
    match kind {
        DropKind::Table => "TABLE",
        DropKind::View => "VIEW",
        DropKind::MaterializedView => "MATERIALIZED VIEW",
        DropKind::Schema => "SCHEMA",
        DropKind::Role => "ROLE",
        DropKind::User => "USER",
        DropKind::Procedure => "PROCEDURE",
    }
}
