//! [`instantiate`]: creates the files of a new platform from a blueprint.

use std::collections::BTreeMap;

use toml_edit::{DocumentMut, Item, Value};

use super::{Blueprint, Parameter};
use crate::diagnostic::{Diagnostic, Severity, SourceFile, one_of};
use crate::model::{NameFault, Slug};
use crate::project::PLATFORM_FILE;
use crate::schema::matches;

/// A file of a new platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its path below the platform's folder.
    pub path: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

/// Why a blueprint cannot be instantiated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The name of the platform is invalid.
    #[error("invalid platform name `{name}`: {fault}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// The parameter is unknown.
    #[error("unknown parameter `{key}`; the blueprint has: {}", known.join(", "))]
    Unknown {
        /// The name that was set.
        key: String,
        /// The parameters of the blueprint.
        known: Vec<String>,
    },
    /// The parameter does not accept the value.
    #[error("invalid value `{value}` for `{key}`: {wanted}")]
    Value {
        /// The parameter.
        key: String,
        /// The value.
        value: String,
        /// What is expected.
        wanted: String,
    },
    /// The blueprint is invalid: a bug in gen.
    #[error("invalid blueprint: {fault}")]
    Blueprint {
        /// What is wrong with it.
        fault: String,
    },
    /// The values make an invalid platform file together.
    #[error("the platform file is invalid with these values")]
    Platform {
        /// The resulting file.
        file: SourceFile,
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
    },
}

/// Returns the files of a new platform: the platform file with `name` and `values` set and all comments kept, the
/// README, the sample data.
///
/// # Errors
/// Everything that is wrong with the name and with each value; or, if each is valid by itself, what is wrong with the
/// platform file that they make together.
pub fn instantiate(
    blueprint: &Blueprint,
    name: &str,
    values: &BTreeMap<String, String>,
) -> Result<Vec<NewFile>, Vec<Fault>> {
    let faults = faults_of(blueprint, name, values);
    if !faults.is_empty() {
        return Err(faults);
    }
    let file = edited(blueprint, Some(name), values).map_err(|fault| vec![Fault::Blueprint { fault }])?;
    let diagnostics = errors(&file);
    if !diagnostics.is_empty() {
        return Err(vec![Fault::Platform { file, diagnostics }]);
    }
    let own = [
        NewFile { path: PLATFORM_FILE.to_owned(), bytes: file.text.into_bytes() },
        NewFile { path: "README.md".to_owned(), bytes: blueprint.readme.as_bytes().to_vec() },
    ];
    let samples = blueprint
        .samples
        .iter()
        .map(|(path, bytes)| NewFile { path: (*path).to_owned(), bytes: bytes.to_vec() });
    Ok(own.into_iter().chain(samples).collect())
}

fn faults_of(blueprint: &Blueprint, name: &str, values: &BTreeMap<String, String>) -> Vec<Fault> {
    let mut faults: Vec<Fault> = name_fault(name).into_iter().collect();
    for (key, value) in values {
        match blueprint.parameters.iter().find(|parameter| parameter.key == *key) {
            Some(parameter) => faults.extend(blueprint.value_fault(parameter, value)),
            None => faults.push(Fault::Unknown {
                key: key.clone(),
                known: blueprint.parameters.iter().map(|parameter| parameter.key.clone()).collect(),
            }),
        }
    }
    faults
}

/// Why a platform cannot have a name; `None` if it can.
#[must_use]
pub fn name_fault(name: &str) -> Option<Fault> {
    let fault = Slug::new(name, Slug::LONGEST_PLATFORM).err()?;
    Some(Fault::Name { name: name.to_owned(), fault })
}

impl Blueprint {
    /// Why a parameter does not accept a value; `None` if it does. The rules of the platform file decide, so that what
    /// is valid here is valid there.
    #[must_use]
    pub fn value_fault(&self, parameter: &Parameter, value: &str) -> Option<Fault> {
        if let Some(fault) = parameter.value_fault(value) {
            return Some(fault);
        }
        let refused =
            |wanted: String| Fault::Value { key: parameter.key.clone(), value: value.to_owned(), wanted };
        let alone = BTreeMap::from([(parameter.key.clone(), value.to_owned())]);
        let file = match edited(self, None, &alone) {
            Ok(file) => file,
            Err(fault) => return Some(refused(fault)),
        };
        // A value that is set in several places is wrong in each of them; that is one fault.
        let mut all: Vec<String> = Vec::new();
        for one in errors(&file) {
            let parts = [one.summary, one.cause, one.help].into_iter().filter(|part| !part.is_empty());
            let text = parts.collect::<Vec<_>>().join("; ");
            if !all.contains(&text) {
                all.push(text);
            }
        }
        (!all.is_empty()).then(|| refused(all.join(". ")))
    }
}

impl Parameter {
    /// Why its choices or its pattern reject a value; `None` if they do not.
    pub(super) fn value_fault(&self, value: &str) -> Option<Fault> {
        let refused =
            |wanted: String| Some(Fault::Value { key: self.key.clone(), value: value.to_owned(), wanted });
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == value) {
            return refused(format!("expected {}", one_of(self.choices.iter().map(String::as_str))));
        }
        let pattern = self.pattern.as_ref()?;
        match matches(&format!("^(?:{pattern})$"), value) {
            Some(false) => refused(format!("the value must match {pattern}")),
            // A pattern that cannot be evaluated here is left to the rules of the platform file.
            Some(true) | None => None,
        }
    }
}

/// The errors of a platform file, without its warnings.
fn errors(file: &SourceFile) -> Vec<Diagnostic> {
    let (_, mut diagnostics) = crate::spec::read(file);
    diagnostics.retain(|one| one.severity == Severity::Error);
    diagnostics
}

/// Returns the platform file with these values; without a name it keeps the blueprint's.
fn edited(
    blueprint: &Blueprint,
    name: Option<&str>,
    values: &BTreeMap<String, String>,
) -> Result<SourceFile, String> {
    let mut document: DocumentMut =
        blueprint.platform.parse().map_err(|fault: toml_edit::TomlError| fault.to_string())?;
    if let Some(name) = name {
        set(document.as_item_mut(), "platform.name", name)?;
    }
    for parameter in &blueprint.parameters {
        let Some(value) = values.get(&parameter.key) else { continue };
        for path in &parameter.paths {
            set(document.as_item_mut(), path, value)?;
        }
    }
    Ok(SourceFile { path: PLATFORM_FILE.into(), text: document.to_string() })
}

/// Sets the value at a path, keeping its type; a new value is a string.
fn set(root: &mut Item, path: &str, text: &str) -> Result<(), String> {
    let (folder, last) = path.rsplit_once('.').ok_or_else(|| format!("`{path}` has no table"))?;
    let missing = || format!("missing `{folder}`");
    let mut item = root;
    for part in folder.split('.') {
        item = item.get_mut(part).ok_or_else(missing)?;
    }
    if let Some(array) = item.as_array_mut() {
        let index: usize = last.parse().map_err(|_| format!("invalid index `{last}` of `{folder}`"))?;
        let value = array.get_mut(index).ok_or_else(|| format!("`{folder}` has no item {last}"))?;
        return replace(value, text);
    }
    let table = item.as_table_like_mut().ok_or_else(missing)?;
    if let Some(there) = table.get_mut(last) {
        return replace(there.as_value_mut().ok_or_else(|| format!("`{path}` is not a value"))?, text);
    }
    table.insert(last, toml_edit::value(text));
    Ok(())
}

/// Replaces a value and keeps the comments and spaces around it.
fn replace(there: &mut Value, text: &str) -> Result<(), String> {
    let of_type = |kind: &str| format!("expected {kind}, found {text:?}");
    let mut value: Value = match there {
        Value::Integer(_) => text.parse::<i64>().map_err(|_| of_type("an integer"))?.into(),
        Value::Float(_) => text.parse::<f64>().map_err(|_| of_type("a number"))?.into(),
        Value::Boolean(_) => text.parse::<bool>().map_err(|_| of_type("`true` or `false`"))?.into(),
        _ => text.into(),
    };
    *value.decor_mut() = there.decor().clone();
    *there = value;
    Ok(())
}
