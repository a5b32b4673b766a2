//! Permissions of Lake Formation.
//!
//! In: `Permissions`, `PrincipalPermissions` and `DataLakeSettings`. Out: which principals have which permissions on which
//! databases, tables and columns, and who administers the lake.
//!
//! It refuses to evaluate tags: an expression of tags is a resource that equals only itself.

use serde_json::Value;

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::rule::Rule;
use crate::set::Set;

/// Lists of principals in the settings, and what they may do.
const SETTINGS: [(&str, &str); 3] = [
    ("Admins", "administer Lake Formation"),
    ("ReadOnlyAdmins", "read all of Lake Formation"),
    ("ExternalDataFilteringAllowList", "filter data on behalf of readers"),
];

/// Defaults of new databases and tables.
const DEFAULTS: [(&str, &str); 2] =
    [("CreateDatabaseDefaultPermissions", "new databases"), ("CreateTableDefaultPermissions", "new tables")];

/// Reads a resource of Lake Formation.
pub(crate) fn read(reader: &mut Reader<'_>) {
    match reader.kind {
        "AWS::LakeFormation::Permissions" => permissions(reader, "DataLakePrincipal"),
        "AWS::LakeFormation::PrincipalPermissions" => permissions(reader, "Principal"),
        "AWS::LakeFormation::DataLakeSettings" => settings(reader),
        _ => {}
    }
}

fn permissions(reader: &mut Reader<'_>, property: &str) {
    let properties = reader.properties;
    let Some(principal) = properties.get(property).and_then(identifier) else {
        return reader.unread("lake", "", "the permissions are not known", properties);
    };
    let Some(resources) = properties.get("Resource").map(resources) else {
        return reader.unread("lake", "", "the permissions are not known", properties);
    };
    let granted = json::members(properties, "Permissions");
    let passed_on = json::members(properties, "PermissionsWithGrantOption");
    let passed_on = passed_on.iter().map(|one| format!("{one} with grant option"));
    let actions: Vec<Item> = granted.into_iter().chain(passed_on).map(|one| Item::exact(&one)).collect();
    allow(reader, "/Permissions", &principal, actions, resources);
}

fn allow(reader: &mut Reader<'_>, path: &str, principal: &str, actions: Vec<Item>, resources: Vec<Item>) {
    let rule = Rule {
        principals: Set::Only(vec![Item::party(Kind::Aws, principal)]),
        actions: Set::Only(actions),
        resources: Set::Only(resources),
        ..Rule::new(Effect::Allow, "lake", reader.place(path))
    };
    reader.push(rule);
}

fn identifier(principal: &Value) -> Option<String> {
    json::member(principal, "DataLakePrincipalIdentifier").or_else(|| json::text(principal))
}

/// The resources of a permission: a table includes its columns, a wildcard all tables of a database.
fn resources(value: &Value) -> Vec<Item> {
    let Some(object) = value.as_object().filter(|_| !json::is_intrinsic(value)) else {
        return vec![Item::opaque(&json::sorted(value, 0))];
    };
    object.iter().flat_map(|(kind, value)| resource(kind.trim_end_matches("Resource"), value)).collect()
}

fn resource(kind: &str, value: &Value) -> Vec<Item> {
    let catalog = json::member(value, "CatalogId").map(|id| format!("{id}/")).unwrap_or_default();
    let database = json::member(value, "DatabaseName");
    let name = json::member(value, "Name");
    let table = |name: &str, database: &str| format!("table {catalog}{database}.{name}");
    match (kind, database, name) {
        ("Database", None, Some(name)) => vec![Item::exact(&format!("database {catalog}{name}"))],
        ("Table", Some(database), Some(name)) => {
            vec![Item::pattern(&format!("{}/*", table(&name, &database)))]
        }
        ("Table", Some(database), None) if value.get("TableWildcard").is_some() => {
            vec![Item::pattern(&table("*", &database))]
        }
        ("TableWithColumns", Some(database), Some(name)) => columns(&table(&name, &database), value),
        _ => vec![Item::opaque(&format!("{kind} {}", json::sorted(value, 0)))],
    }
}

fn columns(table: &str, value: &Value) -> Vec<Item> {
    let names = json::members(value, "ColumnNames");
    if let Some(wildcard) = value.get("ColumnWildcard") {
        let excluded = json::members(wildcard, "ExcludedColumnNames");
        if excluded.is_empty() {
            return vec![Item::pattern(&format!("{table}/*"))];
        }
        let text = format!("{table}/* without {}", excluded.join(", "));
        return vec![Item { text: text.clone(), ..Item::opaque(&text) }];
    }
    names.iter().map(|column| Item::exact(&format!("{table}/column {column}"))).collect()
}

fn settings(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    for (property, what) in SETTINGS {
        for principal in json::entries(properties.get(property)).into_iter().filter_map(identifier) {
            let actions = vec![Item::exact(what)];
            allow(reader, &format!("/{property}"), &principal, actions, vec![Item::exact("the data lake")]);
        }
    }
    for (property, on) in DEFAULTS {
        for entry in json::entries(properties.get(property)) {
            let Some(principal) = entry.get("Principal").and_then(identifier) else { continue };
            let actions: Vec<String> = json::members(entry, "Permissions");
            let actions = actions.iter().map(|one| Item::exact(one)).collect();
            allow(reader, &format!("/{property}"), &principal, actions, vec![Item::exact(on)]);
        }
    }
    for property in ["AllowExternalDataFiltering", "AllowFullTableExternalDataAccess"] {
        if json::flag(properties, property).is_some_and(|flag| flag != "false") {
            let actions = vec![Item::exact(property)];
            allow(
                reader,
                &format!("/{property}"),
                "external engines",
                actions,
                vec![Item::exact("the data lake")],
            );
        }
    }
}
