//! Dashboards of others: files with definitions, read for `gen check dashboard` and `gen preview`.
//!
//! In: a file in JSON or YAML, or an asset bundle (a zip). Out: its document, with the definitions that are in texts, and in files
//! that it names, in their places. Names of files lead nowhere outside of the document's folder.

use std::cell::Cell;
use std::path::{Component, Path};

use serde_json::Value;
use strataform::template::{Node, ParseError};
use strataform_dashboard::{Reader, expanded};
use strataform_input::{self as input, Kind};

use super::outcome::Fail;
use super::read;

/// The most bytes of all files of a bundle, or of a document and the files that it names: what is made of them must fit into memory.
const MOST: u64 = 4 * Kind::Definition.most();

const HINT: &str = "pass a JSON or YAML file, or an asset bundle";

/// A document that was read.
pub(super) struct Document {
    pub(super) value: Value,
    /// Keys that a mapping has twice: the last one counts, as for other programs.
    pub(super) repeated: Vec<ParseError>,
    pub(super) form: Form,
}

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    /// An asset bundle, or a file of one. It may have properties that a template does not accept.
    Bundle,
}

/// Whether a path has the ending of an asset bundle.
fn is_bundle(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "qs" || ending == "zip")
}

/// Whether a path names a file that can have dashboards, whether it exists or not.
pub(super) fn is_document(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    is_bundle(path) || ["json", "yaml", "yml", "template"].contains(&ending)
}

pub(super) fn read(path: &Path) -> Result<Document, Fail> {
    if is_bundle(path) {
        return Ok(Document { value: bundle(path)?, repeated: Vec::new(), form: Form::Bundle });
    }
    let written = read::text(path, Kind::Definition, HINT)?;
    let left = Cell::new(MOST - written.len() as u64);
    let (value, repeated) = parsed(&written).map_err(|error| {
        let message = format!("{} is neither JSON nor YAML: {error}", path.display());
        Fail::refused(message, "export it as JSON, or pass a template")
    })?;
    let of_text = |text: &str| parsed(text).ok().map(|(value, _)| value);
    let folder = path.parent().unwrap_or(Path::new("."));
    let of_file = |name: &str| {
        let inside = Path::new(name).components();
        let is_inside = inside.clone().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let path = is_inside.then(|| folder.join(name))?;
        input::stays_in(folder, &path).ok()?;
        let text = input::text(&path, Kind::Definition).ok()?;
        left.set(left.get().checked_sub(text.len() as u64)?);
        of_text(&text)
    };
    let form = if value["resourceType"].is_string() { Form::Bundle } else { Form::Text };
    let value = expanded(value, &Reader { text: &of_text, file: &of_file });
    Ok(Document { value, repeated, form })
}

/// The value of a text in JSON or YAML, with the short forms of intrinsic functions, and keys that are repeated.
fn parsed(text: &str) -> Result<(Value, Vec<ParseError>), String> {
    if let Ok(value) = serde_json::from_str(text) {
        return if are_keys_short(&value, LONGEST_KEYS) {
            Ok((value, Vec::new()))
        } else {
            Err(format!("the keys on the way to a value have more than {LONGEST_KEYS} bytes together"))
        };
    }
    let read = Node::from_yaml_with_repeated_keys(text);
    // A placeholder of another tool in the place of a value is a mapping without an end in YAML.
    let read = read.or_else(|error| match quoted(text) {
        Some(quoted) => Node::from_yaml_with_repeated_keys(&quoted).map_err(|_| error),
        None => Err(error),
    });
    let (node, repeated) = read.map_err(|error| error.to_string())?;
    let value = serde_json::from_str(&node.to_json()).map_err(|error| error.to_string())?;
    Ok((value, repeated))
}

/// The most bytes of all keys on the way to a value: its place repeats them.
const LONGEST_KEYS: usize = 4_096;

fn are_keys_short(value: &Value, left: usize) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        Value::Array(items) => items.iter().all(|item| are_keys_short(item, left)),
        Value::Object(members) => members
            .iter()
            .all(|(key, value)| left.checked_sub(key.len()).is_some_and(|left| are_keys_short(value, left))),
    }
}

/// The most bytes of a placeholder of another tool.
const LONGEST_PLACEHOLDER: usize = 256;

/// Whether a value begins after a text: `key: `, `"key":`, `- `, `[`.
fn begins_value(before: &str) -> bool {
    let text = before.trim_end_matches(' ');
    let is_spaced = text.len() < before.len();
    text.ends_with(['[', ',', '\n']) || text.ends_with("\":") || (is_spaced && text.ends_with([':', '-']))
}

/// Whether a value ends before a text.
fn ends_value(after: &str) -> bool {
    let text = after.trim_start_matches(' ');
    text.is_empty() || text.starts_with(['\n', '\r', ',', ']', '}', '#'])
}

/// The text with each `{{ … }}` that is a whole value in quotes; `None` if it has none.
fn quoted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find("{{") {
        let (before, from) = rest.split_at(at);
        let near = &from[..from.floor_char_boundary(LONGEST_PLACEHOLDER)];
        let end = near.find("}}").map(|end| end + 2);
        let is_whole = |end: &usize| {
            begins_value(before) && ends_value(&from[*end..]) && !from[..*end].contains(['\n', '"', '\''])
        };
        let Some(end) = end.filter(is_whole) else {
            let (kept, next) = rest.split_at(at + 2);
            out.push_str(kept);
            rest = next;
            continue;
        };
        out.extend([before, "\"", &from[..end], "\""]);
        rest = &from[end..];
        changed = true;
    }
    out.push_str(rest);
    changed.then_some(out)
}

/// Converts an asset bundle into a template.
fn bundle(path: &Path) -> Result<Value, Fail> {
    let failed = |error: String| {
        let message = format!("cannot read {}: {error}", path.display());
        Fail::refused(message, "pass a bundle that `start-asset-bundle-export-job` exported")
    };
    let file = std::fs::File::open(path).map_err(|error| failed(error.to_string()))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| failed(error.to_string()))?;
    let (mut files, mut left) = (Vec::new(), MOST);
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| failed(error.to_string()))?;
        let name = entry.name().map_err(|error| failed(error.to_string()))?.into_owned();
        if Path::new(&name).extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = input::all(entry, Kind::Definition).and_then(input::text_of);
        let text = text.map_err(|error| failed(format!("{name}: {error}")))?;
        left = left
            .checked_sub(text.len() as u64)
            .ok_or_else(|| failed(format!("its files have more than {} MiB", MOST >> 20)))?;
        let value = serde_json::from_str(&text).map_err(|error| failed(format!("{name}: {error}")))?;
        if !are_keys_short(&value, LONGEST_KEYS) {
            return Err(failed(format!("{name}: the keys on the way to a value are too long")));
        }
        files.push((name, value));
    }
    let template = strataform_dashboard::bundle::template(&files);
    if template["Resources"].as_object().is_some_and(serde_json::Map::is_empty) {
        return Err(failed("the bundle contains no assets".to_owned()));
    }
    Ok(template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_that_are_whole_values_are_quoted() {
        let text =
            "Sheets: {{ sheets }}\nName: \"{{ name }}\"\nArn: arn:{{ account }}:x\nList:\n- {{ one }}\n";
        let wanted = "Sheets: \"{{ sheets }}\"\nName: \"{{ name }}\"\nArn: arn:{{ account }}:x\nList:\n- \"{{ one }}\"\n";
        assert_eq!(quoted(text).as_deref(), Some(wanted));
        for text in
            ["Sheets: {a: {b: 1}}", "Arn: arn:{{ account }}\n", "Name: a-{{ name }}\n", "Arn: {{ a }}/x\n"]
        {
            assert_eq!(quoted(text), None, "{text}");
        }
        assert_eq!(quoted("{\"a\":{{ one }}}").as_deref(), Some("{\"a\":\"{{ one }}\"}"));
    }
}
