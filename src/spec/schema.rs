//! The JSON Schema of platform files, for editors.
//!
//! It is generated from the grammar alone. It covers keys and values; what only the whole file shows
//! (references, types of expressions, keys that exclude each other) is checked by [`read`](super::read) alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::column_type;
use super::dashboard::visuals;
use super::grammar::{Form, Key, Presence, ROOT, SHOWN, Section, Shape, VISUAL};

/// Returns the schema, in draft 7, which TOML editors support.
#[must_use]
pub fn json() -> String {
    let mut schema = Schema::default();
    let Value::Object(root) = schema.section(ROOT) else { return String::new() };
    let head = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "title": "platform.toml" });
    let mut whole = head.as_object().cloned().unwrap_or_default();
    whole.extend(root);
    let definitions: Map<String, Value> =
        schema.definitions.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
    whole.insert("definitions".to_owned(), Value::Object(definitions));
    format!("{:#}\n", Value::Object(whole))
}

/// The definitions that are used so far.
#[derive(Default)]
struct Schema {
    definitions: BTreeMap<&'static str, Value>,
}

impl Schema {
    /// Returns a reference to a definition, which is created on first use.
    fn definition(&mut self, id: &'static str, make: impl FnOnce(&mut Self) -> Value) -> Value {
        if !self.definitions.contains_key(id) {
            // A definition can refer to itself.
            self.definitions.insert(id, Value::Bool(true));
            let value = make(self);
            self.definitions.insert(id, value);
        }
        json!({ "$ref": format!("#/definitions/{id}") })
    }

    /// Returns the schema of a table with fixed keys.
    fn section(&mut self, section: &'static Section) -> Value {
        let mut table = json!({
            "description": section.about,
            "type": "object",
            "additionalProperties": false,
            "properties": self.properties(section.keys.iter()),
        });
        let required = required(section.keys);
        if !required.is_empty() {
            table["required"] = json!(required);
        }
        if !section.any_of.is_empty() {
            let one = section.any_of.iter().map(|key| json!({ "required": [key] }));
            table["anyOf"] = one.collect();
        }
        table
    }

    fn properties(&mut self, keys: impl Iterator<Item = &'static Key>) -> Map<String, Value> {
        keys.map(|key| (key.name.to_owned(), self.key(key))).collect()
    }

    /// Returns the schema of the value of a key, with its description.
    fn key(&mut self, key: &'static Key) -> Value {
        let shape = self.shape(&key.shape);
        // Everything next to a `$ref` is ignored.
        let mut value = if shape.get("$ref").is_some() { json!({ "allOf": [shape] }) } else { shape };
        value["description"] = json!(key.about);
        if let Presence::Default(text) = key.presence
            && let Ok(default) = serde_json::from_str::<Value>(text)
        {
            value["default"] = default;
        }
        value
    }

    fn shape(&mut self, shape: &'static Shape) -> Value {
        match *shape {
            Shape::Text(form) => self.definition(form.id, |_| text(form)),
            Shape::Line(longest) => {
                json!({ "type": "string", "maxLength": longest, "pattern": LINE })
            }
            Shape::Paragraph(longest) => {
                json!({ "type": "string", "maxLength": longest, "pattern": "\\S" })
            }
            Shape::Period { .. } => self.definition("period", |_| period()),
            Shape::ColumnType => self.definition("columnType", |_| {
                let about = "A type, with `not null` if every record has a value: `string(36) not null`.";
                json!({ "description": about, "type": "string", "pattern": column_type::pattern() })
            }),
            Shape::Boolean => json!({ "type": "boolean" }),
            Shape::Integer { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
            Shape::Integers(numbers) => json!({ "enum": numbers }),
            Shape::Number => json!({ "type": "number", "minimum": -1e15, "maximum": 1e15 }),
            Shape::Words(words) => json!({ "enum": words }),
            Shape::Column(_) => self.columns("field", "A column of the data.", Some(1)),
            Shape::Columns(_) => self.columns("fields", "A column of the data, or a list of them.", None),
            Shape::Pair(first, second) => {
                let items = [self.shape(first), self.shape(second)];
                json!({ "type": "array", "items": items, "minItems": 2, "maxItems": 2 })
            }
            Shape::List { of, least, most } => {
                let mut list = json!({ "type": "array", "items": self.shape(of) });
                bound(&mut list, "minItems", Some(least).filter(|least| *least > 0));
                bound(&mut list, "maxItems", most);
                list
            }
            Shape::Table(section) => self.definition(section.id, |schema| schema.section(section)),
            Shape::Names { name, of, least } => {
                let mut table = json!({ "type": "object", "propertyNames": self.shape(name), "additionalProperties": self.shape(of) });
                bound(&mut table, "minProperties", Some(least).filter(|least| *least > 0));
                table
            }
            Shape::Either(shapes) => {
                let shapes: Vec<Value> = shapes.iter().map(|shape| self.shape(shape)).collect();
                json!({ "anyOf": shapes })
            }
            Shape::Visual => self.definition(VISUAL.id, Self::visual),
            Shape::Any => json!({}),
        }
    }

    /// Returns the schema of a column of the visual's data, or of a list of such columns.
    fn columns(&mut self, id: &'static str, about: &'static str, most: Option<usize>) -> Value {
        self.definition(id, |schema| {
            let name = schema.shape(&SHOWN);
            let mut list = json!({ "type": "array", "items": name, "minItems": 1, "uniqueItems": true });
            bound(&mut list, "maxItems", most);
            json!({ "description": about, "anyOf": [name, list] })
        })
    }

    /// Returns the schema of a visual: the keys of all kinds, so that editors offer them before the kind is known; then
    /// the keys of each kind, with their shapes in that kind.
    fn visual(&mut self) -> Value {
        let mut visual = self.section(VISUAL);
        let mut loose: Map<String, Value> = Map::new();
        for key in visuals().flat_map(|kind| kind.keys) {
            let shape = self.shape(&key.shape);
            let shapes = loose.entry(key.name).or_insert_with(|| json!({ "anyOf": [] }));
            if let Some(shapes) = shapes["anyOf"].as_array_mut()
                && !shapes.contains(&shape)
            {
                shapes.push(shape);
            }
        }
        let names: Vec<&str> = visuals().map(|kind| kind.name).collect();
        visual["properties"]["kind"] = json!({ "description": "The kind of visual.", "enum": names });
        if let Some(properties) = visual["properties"].as_object_mut() {
            properties.extend(loose);
        }
        visual["allOf"] = visuals().map(|kind| self.kind(kind)).collect();
        visual
    }

    /// Returns the schema of a visual of a kind.
    fn kind(&mut self, kind: &'static Section) -> Value {
        let is_kind = json!({ "required": ["kind"], "properties": { "kind": { "const": kind.name } } });
        let keys: Vec<&str> = VISUAL.keys.iter().chain(kind.keys).map(|key| key.name).collect();
        let then = json!({
            "description": kind.about,
            "required": required(kind.keys),
            "propertyNames": { "enum": keys },
            "properties": self.properties(kind.keys.iter()),
        });
        json!({ "if": is_kind, "then": then })
    }
}

/// Matches a text without control characters that is not blank.
const LINE: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";

fn text(form: &Form) -> Value {
    let mut text = json!({ "description": sentence(form.about), "type": "string" });
    bound(&mut text, "maxLength", form.longest);
    if !form.pattern.is_empty() {
        text["pattern"] = json!(form.pattern);
    }
    text
}

fn period() -> Value {
    json!({
        "description": "A number and a unit: `30 days`, `13 months`.",
        "type": "string",
        "pattern": "^\\s*[0-9]+\\s*(minute|hour|day|week|month|year)s?\\s*$",
    })
}

/// Adds a capital letter and a full stop.
fn sentence(words: &str) -> String {
    format!("{}.", super::title(words))
}

fn required(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.presence == Presence::Required).map(|key| key.name).collect()
}

fn bound(schema: &mut Value, word: &str, limit: Option<usize>) {
    if let Some(limit) = limit {
        schema[word] = json!(limit);
    }
}
