//! What a platform file declares for an environment, setting by setting, so that two versions of it can be compared.
//!
//! In: the parsed file, the name of an environment. Out: sections, as [`Origin`](crate::model::Origin) names them, with
//! the text of each key. The environment's own settings take the place of the common ones. It refuses to interpret: equal
//! settings with another spelling (`60 minutes`, `1 hour`) have different texts.

use toml::de::{DeTable, DeValue};

use crate::model::Declarations;

/// Tables of which each member is a section.
const GROUPS: [&str; 4] = ["dataset", "aggregate", "dashboard", "data_set"];

/// The settings that a file declares for an environment.
pub(super) fn declared(file: &DeTable<'_>, environment: &str) -> Declarations {
    let mut found = Declarations::new();
    for (name, value) in file {
        let (name, value) = (name.get_ref().as_ref(), value.get_ref());
        if name != "environment" {
            section(name, value, &mut found);
        }
    }
    let own = file.get("environment").and_then(|all| all.get_ref().as_table());
    let own = own.and_then(|all| all.get(environment)).and_then(|one| one.get_ref().as_table());
    for (name, value) in own.into_iter().flatten() {
        let (name, value) = (name.get_ref().as_ref(), value.get_ref());
        if value.is_table() {
            section(name, value, &mut found);
        } else {
            flat(name, value, found.entry("platform".to_owned()).or_default());
        }
    }
    found
}

/// The sections of a member of the file.
fn section(name: &str, value: &DeValue<'_>, found: &mut Declarations) {
    let Some(table) = value.as_table() else {
        return flat(name, value, found.entry("platform".to_owned()).or_default());
    };
    // `override` has a section for each resource of each stage.
    let is_group = GROUPS.contains(&name) || name == "override" || name.starts_with("override.");
    if !is_group {
        let keys = found.entry(name.to_owned()).or_default();
        return table.iter().for_each(|(key, value)| flat(key.get_ref(), value.get_ref(), keys));
    }
    for (key, value) in table {
        let (inner, value) = (format!("{name}.{}", key.get_ref()), value.get_ref());
        match value.as_table() {
            Some(_) if name == "override" => section(&inner, value, found),
            Some(members) => {
                let keys = found.entry(inner).or_default();
                members.iter().for_each(|(key, value)| flat(key.get_ref(), value.get_ref(), keys));
            }
            None => flat(key.get_ref(), value, found.entry(name.to_owned()).or_default()),
        }
    }
}

/// The settings at a key: those of a table or of a list of tables one by one.
fn flat(key: &str, value: &DeValue<'_>, found: &mut std::collections::BTreeMap<String, String>) {
    match value {
        DeValue::Table(table) => {
            for (name, inner) in table {
                flat(&format!("{key}.{}", name.get_ref()), inner.get_ref(), found);
            }
        }
        DeValue::Array(items) if !items.is_empty() && items.iter().all(|one| one.get_ref().is_table()) => {
            for (at, inner) in items.iter().enumerate() {
                flat(
                    &format!("{key}.{}", label(inner.get_ref()).unwrap_or_else(|| at.to_string())),
                    inner.get_ref(),
                    found,
                );
            }
        }
        DeValue::String(text) => {
            found.insert(key.to_owned(), text.to_string());
        }
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => {
            found.insert(key.to_owned(), text(value));
        }
    }
}

/// The name of a table in a list.
fn label(value: &DeValue<'_>) -> Option<String> {
    let table = value.as_table()?;
    let named = ["name", "title"].iter().find_map(|key| table.get(*key))?;
    named.get_ref().as_str().map(str::to_owned)
}

/// A value as TOML writes it.
fn text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{:?}", text.as_ref()),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(is) => is.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|one| text(one.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) => {
            let all = table.iter().map(|(key, one)| format!("{} = {}", key.get_ref(), text(one.get_ref())));
            format!("{{ {} }}", all.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_its_own_settings_in_place_of_the_common_ones() {
        let file = "
            [platform]
            volume = \"1 GB/day\"
            [retention]
            raw = \"1 year\"
            curated = \"2 years\"
            [dataset.page_view]
            key = [\"id\"]
            [dataset.page_view.column]
            id = \"bigint not null\"
            [[dashboard.sales.visual]]
            title = \"Orders\"
            kind = \"kpi\"
            [override.storage.RawBucket]
            \"VersioningConfiguration.Status\" = \"Suspended\"
            [environment.dev]
            region = \"eu-west-1\"
            volume = \"1 MB/day\"
            protected = true
            [environment.dev.retention]
            raw = \"30 days\"
            [environment.prod]
            region = \"us-east-1\"
        ";
        let file = DeTable::parse(file).expect("valid TOML");
        let lines = |environment: &str| -> Vec<String> {
            let all = declared(file.get_ref(), environment);
            let lines = all.iter().flat_map(|(section, keys)| {
                keys.iter().map(move |(key, text)| format!("[{section}] {key} = {text}"))
            });
            lines.collect()
        };
        assert_eq!(
            lines("dev"),
            [
                "[dashboard.sales] visual.Orders.kind = kpi",
                "[dashboard.sales] visual.Orders.title = Orders",
                "[dataset.page_view] column.id = bigint not null",
                "[dataset.page_view] key = [\"id\"]",
                "[override.storage.RawBucket] VersioningConfiguration.Status = Suspended",
                "[platform] protected = true",
                "[platform] region = eu-west-1",
                "[platform] volume = 1 MB/day",
                "[retention] curated = 2 years",
                "[retention] raw = 30 days",
            ]
        );
        assert!(lines("prod").contains(&"[platform] volume = 1 GB/day".to_owned()));
    }
}
