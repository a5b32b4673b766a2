//! The registry of blueprints. To add one, add a folder in `blueprints/` and a line in [`EMBEDDED`].

use serde::Deserialize;

/// A ready-made platform file with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blueprint {
    /// Its name, which is also its folder in `blueprints/`.
    pub name: &'static str,
    /// The title that is shown.
    pub title: String,
    /// A sentence about it.
    pub description: String,
    /// What a new platform can set, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The platform file.
    pub platform: &'static str,
    /// Its purpose and usage, as Markdown.
    pub readme: &'static str,
    /// Sample data: paths below the new platform's folder, and bytes.
    pub samples: &'static [(&'static str, &'static [u8])],
}

/// A value that a new platform can set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the command line.
    pub key: String,
    /// A sentence about it.
    pub description: String,
    /// The keys of the platform file that take the value: `platform.owner`, `alarms.emails.0`.
    pub paths: Vec<String>,
    /// A regular expression that the whole value must match.
    pub pattern: Option<String>,
    /// The only valid values; empty if any value is valid.
    pub choices: Vec<String>,
    /// An example of a value.
    pub example: Option<String>,
    /// The value in the platform file; `None` if it does not set one.
    pub default: Option<String>,
}

/// The embedded files of a blueprint.
struct Embedded {
    name: &'static str,
    blueprint: &'static str,
    platform: &'static str,
    readme: &'static str,
    samples: &'static [(&'static str, &'static [u8])],
}

macro_rules! embedded {
    ($($name:literal { $($sample:literal),* })*) => {
        &[$(Embedded {
            name: $name,
            blueprint: include_str!(concat!("../../blueprints/", $name, "/blueprint.toml")),
            platform: include_str!(concat!("../../blueprints/", $name, "/platform.toml")),
            readme: include_str!(concat!("../../blueprints/", $name, "/README.md")),
            samples: &[$(($sample, include_bytes!(concat!("../../blueprints/", $name, "/", $sample)))),*],
        }),*]
    };
}

/// Every blueprint, with its sample files: `"clickstream" { "sample/event.jsonl" }`.
const EMBEDDED: &[Embedded] = embedded! {
    "clickstream" { "sample/event.ndjson" }
    "iot-telemetry" { "sample/measurement.ndjson", "sample/device.ndjson" }
    "retail-orders" { "sample/order_line.ndjson", "sample/customer.csv", "sample/product.ndjson", "sample/store.csv" }
};

/// The contents of `blueprint.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    title: String,
    description: String,
    #[serde(default)]
    parameter: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParameterDefinition {
    description: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    pattern: Option<String>,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    example: Option<String>,
}

/// Returns all blueprints, by name. One whose definition is invalid is left out; a test reads each of them.
#[must_use]
pub fn all() -> Vec<Blueprint> {
    EMBEDDED.iter().filter_map(|embedded| load(embedded).ok()).collect()
}

/// Returns the blueprint with the name.
#[must_use]
pub fn find(name: &str) -> Option<Blueprint> {
    EMBEDDED.iter().find(|embedded| embedded.name == name).and_then(|embedded| load(embedded).ok())
}

fn load(embedded: &Embedded) -> Result<Blueprint, toml::de::Error> {
    let definition: Definition = toml::from_str(embedded.blueprint)?;
    let platform: toml::Table = toml::from_str(embedded.platform)?;
    let parameters = definition
        .parameter
        .into_iter()
        .map(|(key, value)| Ok(parameter(key, value.try_into()?, &platform)))
        .collect::<Result<Vec<_>, toml::de::Error>>()?;
    Ok(Blueprint {
        name: embedded.name,
        title: definition.title,
        description: definition.description,
        parameters,
        platform: embedded.platform,
        readme: embedded.readme,
        samples: embedded.samples,
    })
}

fn parameter(key: String, definition: ParameterDefinition, platform: &toml::Table) -> Parameter {
    let paths: Vec<String> = definition.path.into_iter().chain(definition.paths).collect();
    let default = paths.iter().find_map(|path| value_at(platform, path));
    Parameter {
        key,
        description: definition.description,
        paths,
        pattern: definition.pattern,
        choices: definition.choices,
        example: definition.example,
        default,
    }
}

fn value_at(platform: &toml::Table, path: &str) -> Option<String> {
    let mut parts = path.split('.');
    let mut value = platform.get(parts.next()?)?;
    for part in parts {
        value = match value {
            toml::Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
            other => other.get(part)?,
        };
    }
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(boolean) => Some(boolean.to_string()),
        _ => None,
    }
}

/// Reads every embedded blueprint, for the test that all of them are valid.
#[cfg(test)]
pub(super) fn load_all() -> Vec<Result<Blueprint, toml::de::Error>> {
    EMBEDDED.iter().map(load).collect()
}
