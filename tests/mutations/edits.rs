//! Edits: how a fault is made.

use serde_json::{Map, Value};

use super::json;

/// A kind of fault.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) edit: Edit,
}

/// How a fault is made.
pub(super) enum Edit {
    /// In each resource of a type, at a path of its properties; `*` is each item or member.
    Property(&'static str, &'static str, Change),
    /// In the text of each file whose path begins and ends so: a piece of text becomes another one, at each place.
    Text(&'static str, &'static str, &'static str, &'static str),
    /// In each template, at a path.
    Template(&'static str, Change),
}

/// What becomes of a value.
pub(super) enum Change {
    Remove,
    /// It becomes this JSON.
    Set(&'static str),
    /// Its member gets another name: those that come here are the last part of the path.
    Rename(&'static str),
    /// A text gets another end.
    Append(&'static str),
    /// A piece of a text becomes another one.
    Replace(&'static str, &'static str),
    /// The list gets its first item again.
    Again,
}

impl Edit {
    pub(super) fn is_for(&self, path: &str) -> bool {
        match self {
            Self::Property(..) | Self::Template(..) => path.ends_with("template.json"),
            Self::Text(start, end, _, _) => path.starts_with(start) && path.ends_with(end),
        }
    }

    /// The changed texts, with their places.
    pub(super) fn mutants(&self, _path: &str, text: &str) -> Vec<(String, String)> {
        match self {
            Self::Text(_, _, from, to) => {
                let places = text.match_indices(from);
                places
                    .map(|(at, _)| {
                        (format!("byte {at}"), [&text[..at], to, &text[at + from.len()..]].concat())
                    })
                    .collect()
            }
            Self::Property(kind, property, change) => {
                let template = json(text);
                let resources = template["Resources"].as_object().into_iter().flatten();
                let of_kind = resources.filter(|(_, one)| one["Type"] == *kind);
                let paths = of_kind.map(|(id, _)| format!("/Resources/{id}/Properties/{property}"));
                changed(&template, paths, change)
            }
            Self::Template(path, change) => {
                let template = json(text);
                changed(&template, std::iter::once(format!("/{path}")), change)
            }
        }
    }
}

fn changed(template: &Value, paths: impl Iterator<Item = String>, change: &Change) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for pointer in paths.flat_map(|path| expanded(template, &path)) {
        let mut mutant = template.clone();
        if change.apply(&mut mutant, &pointer).is_some() && mutant != *template {
            found.push((pointer, serde_json::to_string_pretty(&mutant).expect("JSON")));
        }
    }
    found
}

/// The pointers that a path with `*` means.
fn expanded(value: &Value, path: &str) -> Vec<String> {
    let Some((before, after)) = path.split_once("/*") else { return vec![path.to_owned()] };
    let keys: Vec<String> = match value.pointer(before) {
        Some(Value::Array(all)) => (0..all.len()).map(|at| at.to_string()).collect(),
        Some(Value::Object(all)) => all.keys().cloned().collect(),
        _ => Vec::new(),
    };
    keys.iter().flat_map(|key| expanded(value, &format!("{before}/{key}{after}"))).collect()
}

impl Change {
    fn apply(&self, template: &mut Value, pointer: &str) -> Option<()> {
        let (parent, key) = pointer.rsplit_once('/')?;
        match self {
            Self::Remove => match template.pointer_mut(parent)? {
                Value::Object(all) => all.shift_remove(key).map(drop),
                Value::Array(all) => {
                    let at: usize = key.parse().ok().filter(|at| *at < all.len())?;
                    all.remove(at);
                    Some(())
                }
                _ => None,
            },
            Self::Rename(name) => {
                let all = template.pointer_mut(parent)?.as_object_mut()?;
                let renamed: Map<String, Value> = std::mem::take(all)
                    .into_iter()
                    .map(|(own, value)| (if own == key { (*name).to_owned() } else { own }, value))
                    .collect();
                *all = renamed;
                Some(())
            }
            Self::Set(text) => {
                *template.pointer_mut(pointer)? = json(text);
                Some(())
            }
            Self::Append(end) => {
                let text = template.pointer_mut(pointer)?;
                *text = Value::String(format!("{}{end}", text.as_str()?));
                Some(())
            }
            Self::Replace(from, to) => {
                let text = template.pointer_mut(pointer)?;
                *text = Value::String(text.as_str()?.replacen(from, to, 1));
                Some(())
            }
            Self::Again => {
                let all = template.pointer_mut(pointer)?.as_array_mut()?;
                let first = all.first()?.clone();
                all.push(first);
                Some(())
            }
        }
    }
}
