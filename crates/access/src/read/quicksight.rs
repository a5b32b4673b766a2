//! Assets of QuickSight.
//!
//! In: a dashboard, a data set, a data source, a folder and the like. Out: rules for every list of `Permissions`, and for
//! the rows and columns that a data set keeps from its readers.
//!
//! It refuses to look into groups and namespaces: they are principals.

use serde_json::Value;

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::read::flag;
use crate::rule::Rule;
use crate::set::Set;

/// Reads an asset.
pub(crate) fn asset(reader: &mut Reader<'_>) {
    walk(reader, "", reader.properties, 0);
    rows(reader);
    columns(reader);
}

/// Finds lists of permissions.
fn walk(reader: &mut Reader<'_>, path: &str, value: &Value, depth: usize) {
    let Some(object) = value.as_object().filter(|_| depth < json::DEPTH) else { return };
    for (name, value) in object {
        let path = format!("{path}/{name}");
        if name == "Permissions" || name == "GrantPermissions" {
            permissions(reader, &path, value);
        } else {
            walk(reader, &path, value, depth + 1);
        }
    }
}

fn permissions(reader: &mut Reader<'_>, path: &str, value: &Value) {
    let scope = format!("{} {path}", reader.own());
    if json::is_intrinsic(value) {
        return reader.unread(&scope, path, "the permissions are not known", value);
    }
    for (place, entry) in json::entries(Some(value)).into_iter().enumerate() {
        let at = format!("{path}/{place}");
        let actions = json::members(entry, "Actions");
        let Some(principal) = json::member(entry, "Principal").filter(|_| !actions.is_empty()) else {
            reader.unread(&scope, &at, "the permission is not known", entry);
            continue;
        };
        let rule = Rule {
            principals: Set::Only(vec![Item::party(Kind::Aws, &principal)]),
            actions: Set::only(actions.iter().map(|action| Item::action(action)).collect()),
            resources: Set::Only(vec![reader.itself()]),
            ..Rule::new(Effect::Allow, scope.clone(), reader.place(&at))
        };
        reader.push(rule);
    }
}

/// Row-level permissions, by a data set of rules or by tags; disabled ones keep nothing back.
fn rows(reader: &mut Reader<'_>) {
    for property in ["RowLevelPermissionDataSet", "RowLevelPermissionTagConfiguration"] {
        let Some(value) = reader.properties.get(property) else { continue };
        if json::member(value, "Status").as_deref() != Some("DISABLED") {
            let what = json::member(value, "Arn").unwrap_or_else(|| json::sorted(value, 0));
            // Two spellings of the same configuration are the same: it is compared as sorted JSON.
            flag::block(reader, &format!("/{property}"), &format!("{property} {what}"));
        }
    }
}

/// A column of a rule is denied to everyone but the principals of the rule.
fn columns(reader: &mut Reader<'_>) {
    let property = "ColumnLevelPermissionRules";
    for (place, entry) in json::entries(reader.properties.get(property)).into_iter().enumerate() {
        let principals = json::members(entry, "Principals");
        let columns = json::members(entry, "ColumnNames");
        if json::is_intrinsic(entry) || columns.is_empty() {
            let scope = format!("columns {}", reader.own());
            reader.unread(&scope, &format!("/{property}/{place}"), "the rule is not known", entry);
            continue;
        }
        let parties = principals.iter().map(|one| Item::party(Kind::Aws, one)).collect();
        let rule = Rule {
            target: Some(reader.own()),
            principals: Set::all_but(parties),
            actions: Set::Only(vec![Item::exact("read")]),
            resources: Set::Only(columns.iter().map(|one| Item::exact(&format!("column {one}"))).collect()),
            ..Rule::new(
                Effect::Deny,
                format!("columns {}", reader.own()),
                reader.place(&format!("/{property}/{place}")),
            )
        };
        reader.push(rule);
    }
}
