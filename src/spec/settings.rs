//! Reads the settings, which the platform sets and an environment can override: `[retention]`, `[alarms]`,
//! `[principals]`, `[tags]`.

use std::collections::BTreeMap;

use super::code;
use super::grammar;
use super::scalar;
use super::table::Table;
use super::value::Value;
use super::{network, region, warehouse};
use crate::diagnostic::Diagnostic;
use crate::model::{
    Alarms, Network, Period, Principals, Retention, Schedule, Settings, Subnets, Volume, Warehouse,
    WarehouseKind,
};

/// The most tags of a resource, in addition to those that every resource has: platform, environment, owner,
/// stage, version.
const MOST_TAGS: usize = 45;

/// Returns the default settings.
pub(super) fn defaults(volume: Volume) -> Settings {
    Settings {
        volume,
        retention: Retention {
            stream: Period::days(1),
            raw: Period::days(90),
            curated: Period::days(390),
            quarantine: Period::days(30),
            logs: Period::days(90),
        },
        schedule: Schedule::Every(Period::minutes(60)),
        alarms: Alarms::default(),
        network: Network { subnets: Subnets::Own { cidr: "10.20.0.0/16".to_owned(), zones: 3 } },
        warehouse: Warehouse {
            kind: WarehouseKind::Serverless { base: None, most: None, daily_limit: None },
            database: "analytics".to_owned(),
        },
        principals: Principals::default(),
        tags: BTreeMap::new(),
    }
}

/// Returns the settings with those of a table applied: the file itself, or an environment.
pub(super) fn overlay(base: &Settings, table: &Table<'_>) -> Settings {
    let mut settings = base.clone();
    if let Some(value) = table.get("retention") {
        retention(&mut settings.retention, &value);
    }
    let alarms = table.get("alarms").and_then(|value| value.table(grammar::ALARMS));
    if let Some(emails) = alarms.and_then(|section| section.get("emails")) {
        settings.alarms.emails = self::emails(&emails);
    }
    if let Some(section) = table.get("network").and_then(|value| value.table(grammar::NETWORK)) {
        settings.network = network::read(&section, &base.network);
    }
    if let Some(section) = table.get("warehouse").and_then(|value| value.table(grammar::WAREHOUSE)) {
        settings.warehouse = warehouse::read(&section, &base.warehouse);
    }
    if let Some(section) = table.get("principals").and_then(|value| value.table(grammar::PRINCIPALS)) {
        principals(&mut settings.principals, &section);
    }
    if let Some(section) = table.get("tags").and_then(|value| value.names()) {
        tags(&mut settings.tags, &section);
    }
    settings
}

/// Reads `retention`: a period, which is that of curated data, or a table.
pub(super) fn retention(retention: &mut Retention, value: &Value<'_>) {
    if value.raw.is_str() {
        if let Some(period) = scalar::period(value) {
            retention.curated = period;
        }
        return;
    }
    let Some(table) = value.table(grammar::RETENTION) else { return };
    let parts: [(&'static str, &mut Period); 5] = [
        ("stream", &mut retention.stream),
        ("raw", &mut retention.raw),
        ("curated", &mut retention.curated),
        ("quarantine", &mut retention.quarantine),
        ("logs", &mut retention.logs),
    ];
    for (key, kept) in parts {
        if let Some(period) = table.get(key).and_then(|value| scalar::period(&value)) {
            *kept = period;
        }
    }
}

fn emails(value: &Value<'_>) -> Vec<String> {
    let texts = value.texts().unwrap_or_default();
    texts
        .iter()
        .filter(|text| {
            let right = is_email(text.text);
            if !right {
                let summary = format!("invalid email address `{}`", text.text.escape_debug());
                let fault = Diagnostic::error(code::EMAIL, text.span.clone(), summary);
                text.report(fault.help("write an address such as `data-team@example.com`"));
            }
            right
        })
        .map(|text| text.text.to_owned())
        .collect()
}

fn is_email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

fn principals(principals: &mut Principals, table: &Table<'_>) {
    let groups = |key| Some(groups(&table.get(key)?));
    if let Some(authors) = groups("authors") {
        principals.authors = authors;
    }
    if let Some(readers) = groups("readers") {
        principals.readers = readers;
    }
    if let Some(region) = table.get("identity_region").and_then(|value| region::read(&value)) {
        principals.identity_region = Some(region);
    }
    if let Some(namespace) = table.get("namespace").and_then(|value| name(&value, "namespace", "._-")) {
        principals.namespace = namespace;
    }
    if let Some(analysts) = table.get("analysts") {
        principals.analysts = self::analysts(&analysts);
    }
    if let Some(role) = table.get("secrets_role").and_then(|value| name(&value, "role name", "_+=,.@-")) {
        principals.secrets_role = Some(role);
    }
}

/// Reads roles and users of the account: `role/Analyst`.
fn analysts(value: &Value<'_>) -> Vec<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-*".contains(c);
    // A name of wildcards alone would admit everyone in a path, or in the account.
    let is_name = |part: &str| part.chars().all(fits) && part.contains(|c| c != '*');
    let right = |text: &str| {
        let name = text.strip_prefix("role/").or_else(|| text.strip_prefix("user/"));
        let Some((path, name)) = name.map(|name| name.rsplit_once('/').unwrap_or(("-", name))) else {
            return false;
        };
        text.len() <= 300
            && is_name(name)
            && path.split('/').all(|part| !part.is_empty() && part.chars().all(fits))
    };
    let mut names = Vec::new();
    for text in value.texts().unwrap_or_default() {
        if right(text.text) {
            names.push(text.text.to_owned());
            continue;
        }
        let summary = format!("invalid IAM role or user `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::NAME, text.span.clone(), summary);
        text.report(fault.help("write `role/Analyst` or `user/ana`, with the path and `*` for a part"));
    }
    names
}

/// Reads a name of at most 64 letters, digits and the given punctuation.
fn name(value: &Value<'_>, what: &str, punctuation: &str) -> Option<String> {
    let text = value.text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || punctuation.contains(c);
    if !text.text.is_empty() && text.text.len() <= 64 && text.text.chars().all(fits) {
        return Some(text.text.to_owned());
    }
    let summary = format!("invalid {what} `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::NAME, text.span.clone(), summary);
    text.report(fault.help(format!("use 1 to 64 letters, digits and `{punctuation}`")));
    None
}

/// Reads the names of groups: letters, digits and the punctuation that an ARN allows.
fn groups(value: &Value<'_>) -> Vec<String> {
    let right = |name: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.+=@".contains(c);
        !name.is_empty() && name.len() <= 128 && name.chars().all(fits)
    };
    let mut names = Vec::new();
    for text in value.texts().unwrap_or_default() {
        if right(text.text) {
            names.push(text.text.to_owned());
            continue;
        }
        let summary = format!("invalid group name `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::NAME, text.span.clone(), summary);
        text.report(fault.help("use at most 128 letters, digits and `-_.+=@`"));
    }
    names
}

/// Reads the team that owns a platform: the value of a tag, in one line.
pub(super) fn owner(value: &Value<'_>) -> Option<String> {
    let owner = value.line()?;
    if fits_a_tag(&owner) {
        return Some(owner);
    }
    let summary = format!("the owner `{}` has a character that is invalid in a tag", owner.escape_debug());
    let fault = Diagnostic::error(code::TAG, value.span.clone(), summary);
    value.fault(fault.because("every resource is tagged with the owner").help(TAG_CHARACTERS));
    None
}

const TAG_CHARACTERS: &str = "use letters, digits, spaces and `_.:/=+-@`";

/// Whether a text has only characters of tags: AWS counts fewer letters and numbers than Unicode's alphanumerics.
fn fits_a_tag(text: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    text.chars().all(fits)
        && strataform_schema::matches("^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$", text) != Some(false)
}

fn tags(tags: &mut BTreeMap<String, String>, table: &Table<'_>) {
    for (key, value) in table.entries() {
        let Some(text) = value.text() else { continue };
        let fault = tag_fault(key.text, text.text);
        match fault {
            None => drop(tags.insert(key.text.to_owned(), text.text.to_owned())),
            Some((summary, help)) => {
                text.report(Diagnostic::error(code::TAG, key.span.clone(), summary).help(help));
            }
        }
    }
    if tags.len() > MOST_TAGS {
        let summary = format!("too many tags: {}", tags.len());
        let fault = Diagnostic::error(code::TAG, table.span.clone(), summary)
            .because("a resource has at most 50 tags, of which gen sets five")
            .help(format!("keep at most {MOST_TAGS}"));
        table.reader.report(fault);
    }
}

fn tag_fault(key: &str, value: &str) -> Option<(String, &'static str)> {
    let shown = key.escape_debug();
    if key.to_ascii_lowercase().starts_with("aws:") {
        Some((format!("the tag `{shown}` is reserved"), "choose a key without `aws:`"))
    } else if key.is_empty() || key.chars().count() > 128 || value.chars().count() > 256 {
        Some((
            format!("the tag `{shown}` is empty or too long"),
            "use 1 to 128 characters in the key, and at most 256 in the value",
        ))
    } else if !fits_a_tag(key) || !fits_a_tag(value) {
        Some((format!("the tag `{shown}` has an invalid character"), TAG_CHARACTERS))
    } else {
        None
    }
}
