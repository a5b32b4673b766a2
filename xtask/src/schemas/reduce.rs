//! Converts a registry schema, which is JSON Schema with descriptions, to a [`Shape`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Number, Value};
use strataform_schema::facts::{Identity, Kind, Kinds, Relation, Shape};

use super::pattern;

/// Keywords that do not constrain a value.
const SILENT: [&str; 18] = [
    "$comment",
    "$id",
    "$schema",
    "arrayType",
    "default",
    "definitions",
    "description",
    "examples",
    "markdownDescription",
    "relationshipRef",
    "sourceUrl",
    "title",
    "uniqueItemProperties",
    "typeName",
    "documentationUrl",
    "awsType",
    "cfnLint",
    "replacementStrategy",
];

/// What was found on the way: unknown keywords are reported, not lost.
#[derive(Default)]
pub(super) struct Report {
    pub(super) unknown: BTreeSet<String>,
}

/// Converts one schema; anything that is not a schema (`true`, a string) has no constraints.
pub(super) fn shape(schema: &Value, report: &mut Report) -> Shape {
    let mut out = Shape::default();
    let Value::Object(keywords) = schema else {
        return out;
    };
    for (keyword, value) in keywords {
        if !object(&mut out, keyword, value, report)
            && !list(&mut out, keyword, value, report)
            && !scalar(&mut out, keyword, value)
            && !union(&mut out, keyword, value, report)
            && !SILENT.contains(&keyword.as_str())
        {
            report.unknown.insert(keyword.clone());
        }
    }
    relations(&mut out, keywords);
    out
}

fn object(out: &mut Shape, keyword: &str, value: &Value, report: &mut Report) -> bool {
    match keyword {
        "properties" => out.properties = shapes(value, report),
        "patternProperties" => {
            let shapes = shapes(value, report).into_iter();
            out.pattern_properties = shapes.map(|(name, shape)| (pattern::regex(&name), shape)).collect();
        }
        "additionalProperties" => match value {
            Value::Bool(open) => out.closed = !open,
            schema => out.additional = Some(Box::new(shape(schema, report))),
        },
        "required" => out.required = texts(value),
        "requiredXor" => out.required_one = texts(value),
        "requiredOr" => out.required_any = texts(value),
        "dependentRequired" => out.dependent_required.extend(lists(value)),
        "dependentExcluded" => out.dependent_excluded.extend(lists(value)),
        "dependencies" => dependencies(out, value, report),
        "minProperties" => out.property_count.0 = value.as_u64(),
        "maxProperties" => out.property_count.1 = value.as_u64(),
        _ => return false,
    }
    true
}

fn dependencies(out: &mut Shape, value: &Value, report: &mut Report) {
    for (name, dependency) in value.as_object().into_iter().flatten() {
        // `dependencies` may be inside a property by mistake; then the keys of the schema are keywords, which the shape
        // reports or ignores.
        if dependency.is_array() {
            out.dependent_required.insert(name.clone(), texts(dependency));
        } else {
            out.dependent_shapes.insert(name.clone(), shape(dependency, report));
        }
    }
}

fn list(out: &mut Shape, keyword: &str, value: &Value, report: &mut Report) -> bool {
    match keyword {
        "items" => out.items = Some(Box::new(shape(value, report))),
        "prefixItems" => out.prefix_items = all(value, report),
        "minItems" => out.item_count.0 = value.as_u64().filter(|least| *least > 0),
        "maxItems" => out.item_count.1 = value.as_u64(),
        "uniqueItems" => out.unique = value.as_bool().unwrap_or_default(),
        // The keyword's default is that the order has a meaning.
        "insertionOrder" => out.unordered = value.as_bool() == Some(false),
        "maxUniqueItems" => out.most_unique = value.as_u64(),
        "uniqueKeys" => out.unique_keys = texts(value),
        _ => return false,
    }
    true
}

fn scalar(out: &mut Shape, keyword: &str, value: &Value) -> bool {
    match keyword {
        "type" => out.kinds = kinds(value),
        "$ref" => out.reference = value.as_str().map(reference),
        "enum" => out.allowed = value.as_array().cloned().unwrap_or_default(),
        "enumCaseInsensitive" => {
            out.allowed = value.as_array().cloned().unwrap_or_default();
            out.any_case = true;
        }
        "const" => out.allowed = vec![value.clone()],
        "pattern" => pattern::set(out, value.as_str().map(str::to_owned)),
        "minLength" => out.length.0 = value.as_u64().filter(|least| *least > 0),
        "maxLength" => out.length.1 = value.as_u64(),
        "minimum" => out.range.0 = number(value),
        "maximum" => out.range.1 = number(value),
        "exclusiveMinimum" => out.exclusive_range.0 = number(value),
        "exclusiveMaximum" => out.exclusive_range.1 = number(value),
        "multipleOf" => out.multiple_of = number(value),
        "format" => out.format = value.as_str().filter(|format| !is_identity(format)).map(str::to_owned),
        _ => return false,
    }
    true
}

fn union(out: &mut Shape, keyword: &str, value: &Value, report: &mut Report) -> bool {
    match keyword {
        "allOf" => out.all_of = all(value, report),
        // Alternatives that only name an identifier become relations.
        "anyOf" => out.any_of = if only_relations(value) { Vec::new() } else { all(value, report) },
        "oneOf" => out.one_of = if only_relations(value) { Vec::new() } else { all(value, report) },
        "not" => out.not = Some(Box::new(shape(value, report))),
        "if" => out.condition = Some(Box::new(shape(value, report))),
        "then" => out.then = Some(Box::new(shape(value, report))),
        "else" => out.otherwise = Some(Box::new(shape(value, report))),
        _ => return false,
    }
    true
}

fn only_relations(value: &Value) -> bool {
    value.as_array().is_some_and(|branches| branches.iter().all(|branch| relation_of(branch).is_some()))
}

/// The relation of a branch, if it is nothing else.
fn relation_of(branch: &Value) -> Option<Relation> {
    let keywords = branch.as_object()?;
    let mut known: Option<Relation> = None;
    for (keyword, value) in keywords {
        match keyword.as_str() {
            "format" => known = identity(value.as_str()?).or(known),
            "relationshipRef" => known = relationship(value).or(known),
            "description" | "title" => {}
            _ => return None,
        }
    }
    known
}

fn relations(out: &mut Shape, keywords: &Map<String, Value>) {
    let mut found = BTreeSet::new();
    found.extend(keywords.get("format").and_then(Value::as_str).and_then(identity));
    found.extend(keywords.get("relationshipRef").and_then(relationship));
    for union in ["anyOf", "oneOf"] {
        if let Some(branches) = keywords.get(union).filter(|value| only_relations(value)) {
            found.extend(branches.as_array().into_iter().flatten().filter_map(relation_of));
        }
    }
    out.relations = found.into_iter().collect();
}

fn is_identity(format: &str) -> bool {
    format.starts_with("AWS::")
}

/// `AWS::IAM::Role.Arn`. The plural forms are on lists whose items have the singular one.
fn identity(format: &str) -> Option<Relation> {
    let (resource, property) = format.split_once('.')?;
    (is_identity(format) && !property.ends_with('s'))
        .then(|| Relation(resource.into(), Identity::of(property)))
}

fn relationship(value: &Value) -> Option<Relation> {
    let resource = value.get("typeName")?.as_str()?;
    let property = value.get("propertyPath")?.as_str()?.rsplit('/').next()?;
    Some(Relation(resource.to_owned(), Identity::of(property)))
}

/// `#/definitions/Tag` is `Tag`; `#/properties/Tags` is `/Tags`.
fn reference(pointer: &str) -> String {
    let name = pointer.rsplit('/').next().unwrap_or(pointer);
    if pointer.starts_with("#/properties/") { format!("/{name}") } else { name.to_owned() }
}

fn kinds(value: &Value) -> Kinds {
    let names: Vec<&str> = match value {
        Value::String(name) => vec![name],
        other => other.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    };
    Kinds::of(names.into_iter().filter_map(|name| match name {
        "array" => Some(Kind::List),
        "boolean" => Some(Kind::Boolean),
        "integer" => Some(Kind::Integer),
        "number" => Some(Kind::Number),
        "object" => Some(Kind::Object),
        "string" => Some(Kind::Text),
        "null" => Some(Kind::Null),
        _ => None,
    }))
}

fn number(value: &Value) -> Option<Number> {
    value.as_number().cloned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn lists(value: &Value) -> BTreeMap<String, Vec<String>> {
    value.as_object().into_iter().flatten().map(|(name, items)| (name.clone(), texts(items))).collect()
}

fn shapes(value: &Value, report: &mut Report) -> BTreeMap<String, Shape> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, schema)| (name.clone(), shape(schema, report)))
        .collect()
}

fn all(value: &Value, report: &mut Report) -> Vec<Shape> {
    value.as_array().into_iter().flatten().map(|schema| shape(schema, report)).collect()
}
