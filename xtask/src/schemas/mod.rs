//! `cargo xtask schemas`: generates `facts.json` from the registry schemas in two pinned packages.

mod patch;
mod pattern;
mod reduce;
mod relate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use strataform_schema::facts::{Identity, Kind, Kinds, ResourceFacts, Shape};

use crate::files::{self, Mode};

const FACTS: &str = "crates/schema/facts.json";
const ACTIONS: &str = "crates/policy/src/actions.rs";
const PATCHES: &str = "crates/schema/patches.toml";

/// The output of `tools/cloudformation_schemas.py`.
#[derive(Deserialize)]
struct Source {
    resources: BTreeMap<String, Registered>,
    actions: BTreeMap<String, Vec<String>>,
}

/// One resource type of the registry.
#[derive(Deserialize)]
struct Registered {
    schema: Value,
    attributes: BTreeMap<String, String>,
}

/// Writes the facts, or checks that they match the packages.
///
/// # Errors
/// If a tool is missing or fails, a patch does not apply, or facts are stale.
pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let root = files::root();
    let tools = root.join("target/tools");
    let python = Command::new(tools.join("venv/bin/python"))
        .arg(root.join("tools/cloudformation_schemas.py"))
        .output();
    let node = Command::new("node")
        .arg(root.join("tools/service_specification.js"))
        .env("NODE_PATH", tools.join("node/node_modules"))
        .output();
    let source: Source = decode(python, "the schemas of cfn-lint")?;
    let specifications = decode(node, "the service specification")?;
    let patches =
        std::fs::read_to_string(root.join(PATCHES)).map_err(|error| format!("{PATCHES}: {error}"))?;
    let patches = toml::from_str(&patches).map_err(|error| format!("{PATCHES}: {error}"))?;
    let facts = facts(&source.resources, &specifications, &patches)?;
    files::write(Path::new(FACTS), &render(&facts)?, mode, "cargo xtask schemas")?;
    files::write(Path::new(ACTIONS), &actions(&source.actions), mode, "cargo xtask schemas")
}

fn decode<T: for<'a> Deserialize<'a>>(
    output: std::io::Result<std::process::Output>,
    what: &str,
) -> Result<T, String> {
    let output = output.map_err(|error| format!("{what}: {error}; run `cargo xtask setup` first"))?;
    if !output.status.success() {
        return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{what}: {error}"))
}

fn facts(
    resources: &BTreeMap<String, Registered>,
    specifications: &BTreeMap<String, relate::Specification>,
    patches: &patch::Patches,
) -> Result<BTreeMap<String, ResourceFacts>, String> {
    let mut report = reduce::Report::default();
    let mut facts = BTreeMap::new();
    for (name, registered) in resources {
        let mut resource = resource(registered, &mut report);
        if let Some(specification) = specifications.get(name) {
            relate::relate(&mut resource, specification);
        }
        sort(&mut resource);
        facts.insert(name.clone(), resource);
    }
    if !report.unknown.is_empty() {
        return Err(format!("unknown schema keywords: {:?}", report.unknown));
    }
    patch::apply(patches, &mut facts)?;
    facts.values_mut().for_each(sort);
    Ok(facts)
}

/// Keywords of a whole schema that are not part of its shape.
const ABOUT_THE_TYPE: [&str; 15] = [
    "additionalIdentifiers",
    "conditionalCreateOnlyProperties",
    "createOnlyProperties",
    "deprecatedProperties",
    "handlers",
    "lifecycle",
    "nonPublicProperties",
    "primaryIdentifier",
    "propertyTransform",
    "readOnlyProperties",
    "resourceLink",
    "tagging",
    "taggable",
    "typeConfiguration",
    "writeOnlyProperties",
];

fn resource(registered: &Registered, report: &mut reduce::Report) -> ResourceFacts {
    let schema = &registered.schema;
    let mut root = schema.clone();
    if let Some(keywords) = root.as_object_mut() {
        keywords.retain(|keyword, _| !ABOUT_THE_TYPE.contains(&keyword.as_str()));
    }
    let definitions = schema.get("definitions").and_then(Value::as_object).into_iter().flatten();
    let definitions =
        definitions.map(|(name, schema)| (name.clone(), reduce::shape(schema, report))).collect();
    let primary_identifier = paths(schema, "primaryIdentifier");
    let mut facts = ResourceFacts {
        shape: reduce::shape(&root, report),
        definitions,
        create_only: paths(schema, "createOnlyProperties"),
        conditional_create_only: paths(schema, "conditionalCreateOnlyProperties"),
        read_only: paths(schema, "readOnlyProperties"),
        write_only: paths(schema, "writeOnlyProperties"),
        deprecated: paths(schema, "deprecatedProperties"),
        reference: match primary_identifier.as_slice() {
            [only] => Some(Identity::of(only)),
            _ => None,
        },
        primary_identifier,
        attributes: registered.attributes.keys().filter_map(|name| attribute(name)).collect(),
        tag_property: tags(schema),
        delete_then_create: text(schema, "/replacementStrategy") == Some("delete_then_create"),
        stateful: false,
        lifecycle: text(schema, "/lifecycle/status").map(str::to_owned),
    };
    secrets(&mut facts);
    facts
}

fn paths(schema: &Value, keyword: &str) -> Vec<String> {
    let pointers = schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
    let strip = |pointer: &str| {
        pointer.trim_start_matches('/').strip_prefix("properties/").map(|path| path.replace("/items", "/*"))
    };
    pointers.filter_map(Value::as_str).filter_map(strip).collect()
}

/// The dotted name; items of lists are not available to `Fn::GetAtt`.
fn attribute(name: &str) -> Option<String> {
    match name {
        r"Outputs\..*" => Some("Outputs.*".to_owned()),
        name if name.contains('*') || name.contains("items") => None,
        name => Some(name.to_owned()),
    }
}

fn tags(schema: &Value) -> Option<String> {
    let taggable = schema.pointer("/tagging/taggable").and_then(Value::as_bool).unwrap_or(true);
    let property = text(schema, "/tagging/tagProperty")?;
    taggable.then(|| property.trim_start_matches("/properties/").to_owned())
}

fn text<'a>(schema: &'a Value, pointer: &str) -> Option<&'a str> {
    schema.pointer(pointer).and_then(Value::as_str)
}

/// Names of properties with values that must not be readable in a template.
const SECRETS: [&str; 7] =
    ["Password", "SecretString", "AuthToken", "PrivateKey", "SecretKey", "ClientSecret", "AccessToken"];

fn secrets(facts: &mut ResourceFacts) {
    mark(&mut facts.shape);
    facts.definitions.values_mut().for_each(mark);
}

fn mark(shape: &mut Shape) {
    for (name, property) in &mut shape.properties {
        let text = property.kinds == Kinds::of([Kind::Text]) && property.allowed.is_empty();
        property.secret = text && SECRETS.iter().any(|secret| name.ends_with(secret));
        mark(property);
    }
    shape.items.iter_mut().for_each(|items| mark(items));
    let unions = shape.all_of.iter_mut().chain(&mut shape.any_of).chain(&mut shape.one_of);
    unions.for_each(mark);
}

fn sort(facts: &mut ResourceFacts) {
    for list in [
        &mut facts.create_only,
        &mut facts.conditional_create_only,
        &mut facts.read_only,
        &mut facts.write_only,
        &mut facts.deprecated,
        &mut facts.attributes,
    ] {
        list.sort();
        list.dedup();
    }
}

/// One JSON object with one line for each type: `git diff` shows which types a new package changes.
fn render(facts: &BTreeMap<String, ResourceFacts>) -> Result<String, String> {
    let mut out = String::from("{\n");
    let last = facts.len().saturating_sub(1);
    for (at, (name, resource)) in facts.iter().enumerate() {
        let body = serde_json::to_string(resource).map_err(|error| format!("{name}: {error}"))?;
        let comma = if at == last { "" } else { "," };
        writeln!(out, "\"{name}\":{body}{comma}").map_err(|error| error.to_string())?;
    }
    out.push_str("}\n");
    Ok(out)
}

/// `service:action`, sorted, in lower case, because IAM ignores case.
fn actions(services: &BTreeMap<String, Vec<String>>) -> String {
    let mut names: Vec<String> = services
        .iter()
        .flat_map(|(service, actions)| {
            actions.iter().map(move |action| format!("{service}:{action}").to_ascii_lowercase())
        })
        .collect();
    names.sort();
    names.dedup();
    let mut out = String::from(
        "// Generated by `cargo xtask schemas`. Do not edit.\n\n//! The names of all IAM actions.\n\n",
    );
    let _ = writeln!(out, "pub(crate) static ACTIONS: [&str; {}] = [", names.len());
    for name in &names {
        let _ = writeln!(out, "    \"{name}\",");
    }
    out.push_str("];\n");
    out
}
