//! Files that a reader misses, and references that do not resolve.

use serde_json::Value;

use super::resources::text;
use super::{Finder, Search, seen};
use crate::diff::{Change, Exhibit, Verdict, broken_references};

/// A dashboard or a data set that refers to what is gone: the checker runs on both templates.
pub(super) fn reference(finder: &Finder<'_>, change: &Change, verdict: &Verdict) -> Search {
    let (stack, logical) = Finder::place(change);
    let (old, new) = finder.templates.get(stack).ok_or("its template is not known")?;
    let found = |of: &Value| -> Vec<(String, String)> { broken_references(of).into_iter().collect() };
    let is_meant = |one: &&(String, String)| verdict.reason == format!("{logical}: {}", one.1);
    let faults = found(new);
    let (path, summary) = faults.iter().find(is_meant).ok_or("the checker finds it no more")?;
    let before = found(old).iter().any(|(_, one)| one == summary);
    let before = if before { summary.clone() } else { "resolves".to_owned() };
    seen(Exhibit::Visual, element(new, path), before, summary.clone())
}

/// What is at a place of a template: the title of the visual and the field, or the place.
fn element(template: &Value, path: &str) -> String {
    let mut at = path;
    let mut title = None;
    while let Some((parent, _)) = at.rsplit_once('/') {
        let found = template.pointer(at).and_then(|one| one.pointer("/Title/FormatText"));
        title = title
            .or_else(|| found.and_then(|one| text(one, "/PlainText").or_else(|| text(one, "/RichText"))));
        at = parent;
    }
    let column = template
        .pointer(path)
        .and_then(|one| text(one, "/ColumnName").or_else(|| one.as_str().map(str::to_owned)));
    match (title, column) {
        (Some(title), Some(column)) => format!("visual `{title}`, column `{column}`"),
        (Some(title), None) => format!("visual `{title}`"),
        (None, _) => path.trim_start_matches("/Resources/").to_owned(),
    }
}

/// A file that is delivered after a change of the prefix.
pub(super) fn delivered(path: &str, old: &Value, new: &Value) -> Search {
    if path != "ExtendedS3DestinationConfiguration/Prefix" {
        return Err("nothing here runs what it is about".to_owned());
    }
    let prefix = |of: &Value| text(of, &format!("/Properties/{path}")).unwrap_or_default();
    let (was, is) = (prefix(old), prefix(new));
    let key = format!("{}a.gz", at_midnight(&is));
    // Without a prefix, Firehose writes into folders of the hour; a reader of the old ones lists what they begin with.
    let folder = at_midnight(&was);
    let listed = |key: &str| if key.starts_with(&folder) { "listed" } else { "not listed" };
    let before = listed(&format!("{folder}a.gz"));
    seen(Exhibit::File, format!("{key}, for who lists {folder}"), before, listed(&key))
}

/// A prefix of Firehose for a file of 1 August 2026.
fn at_midnight(prefix: &str) -> String {
    let mut found = String::new();
    let mut rest = prefix;
    while let Some((before, after)) = rest.split_once("!{") {
        let Some((expression, after)) = after.split_once('}') else { break };
        found.push_str(before);
        let (namespace, form) = expression.split_once(':').unwrap_or((expression, ""));
        let value = match namespace {
            "timestamp" => form
                .replace("yyyy", "2026")
                .replace("MM", "08")
                .replace("dd", "01")
                .replace("HH", "00")
                .replace('\'', ""),
            _ => form.to_owned(),
        };
        found.push_str(&value);
        rest = after;
    }
    found.push_str(rest);
    if prefix.contains("!{") { found } else { format!("{found}2026/08/01/00/") }
}
