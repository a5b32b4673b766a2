//! [`instantiate`]: a blueprint becomes the files of a new platform.

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
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why a blueprint cannot be instantiated so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The platform's name is no name.
    #[error("{name:?} is no name for a platform: {fault}")]
    Name {
        /// The name.
        name: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// The blueprint has no such parameter.
    #[error("the blueprint has no parameter `{key}`; it has: {}", known.join(", "))]
    Unknown {
        /// What was set.
        key: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The value is none that the parameter takes.
    #[error("{value:?} is no value for `{key}`: {wanted}")]
    Value {
        /// The parameter.
        key: String,
        /// The value.
        value: String,
        /// What it takes.
        wanted: String,
    },
    /// The blueprint does not hold together: a bug of ours.
    #[error("the blueprint is wrong: {fault}")]
    Blueprint {
        /// What is wrong with it.
        fault: String,
    },
    /// With these values the platform file is wrong.
    #[error("with these values the platform file is wrong")]
    Platform {
        /// The file as it would be.
        file: SourceFile,
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
    },
}

/// The files of a new platform: the platform file with `name` and `values` set and all comments kept, the
/// README, the sample data.
///
/// # Errors
/// Everything that is wrong with the name and the values; or, where these are right by themselves, what is
/// wrong with the platform file that they make.
pub fn instantiate(
    blueprint: &Blueprint,
    name: &str,
    values: &BTreeMap<String, String>,
) -> Result<Vec<NewFile>, Vec<Fault>> {
    let faults = faults_of(blueprint, name, values);
    if !faults.is_empty() {
        return Err(faults);
    }
    let text = edited(blueprint, name, values).map_err(|fault| vec![Fault::Blueprint { fault }])?;
    let file = SourceFile { path: PLATFORM_FILE.into(), text };
    let (_, diagnostics) = crate::spec::read(&file);
    if diagnostics.iter().any(|one| one.severity == Severity::Error) {
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
    let mut faults = Vec::new();
    if let Err(fault) = Slug::new(name, Slug::LONGEST_PLATFORM) {
        faults.push(Fault::Name { name: name.to_owned(), fault });
    }
    for (key, value) in values {
        match blueprint.parameters.iter().find(|parameter| parameter.key == *key) {
            Some(parameter) => faults.extend(parameter.refusal(value)),
            None => faults.push(Fault::Unknown {
                key: key.clone(),
                known: blueprint.parameters.iter().map(|parameter| parameter.key.clone()).collect(),
            }),
        }
    }
    faults
}

impl Parameter {
    /// Why it does not take a value; `None` where it does.
    #[must_use]
    pub fn refusal(&self, value: &str) -> Option<Fault> {
        let refused =
            |wanted: String| Some(Fault::Value { key: self.key.clone(), value: value.to_owned(), wanted });
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == value) {
            return refused(format!("choose {}", one_of(self.choices.iter().map(String::as_str))));
        }
        let pattern = self.pattern.as_ref()?;
        match matches(&format!("^(?:{pattern})$"), value) {
            Some(false) => refused(format!("it must match {pattern}")),
            // What cannot be decided here is left to the platform file's own rules.
            Some(true) | None => None,
        }
    }
}

fn edited(blueprint: &Blueprint, name: &str, values: &BTreeMap<String, String>) -> Result<String, String> {
    let mut document: DocumentMut =
        blueprint.platform.parse().map_err(|fault: toml_edit::TomlError| fault.to_string())?;
    set(document.as_item_mut(), "platform.name", name)?;
    for parameter in &blueprint.parameters {
        let Some(value) = values.get(&parameter.key) else { continue };
        for path in &parameter.paths {
            set(document.as_item_mut(), path, value)?;
        }
    }
    Ok(document.to_string())
}

/// Sets what stands at a path, in the type that stands there; text where nothing does.
fn set(root: &mut Item, path: &str, text: &str) -> Result<(), String> {
    let (folder, last) = path.rsplit_once('.').ok_or_else(|| format!("`{path}` has no key in a table"))?;
    let nowhere = || format!("there is no `{folder}`");
    let mut item = root;
    for part in folder.split('.') {
        item = item.get_mut(part).ok_or_else(nowhere)?;
    }
    if let Some(array) = item.as_array_mut() {
        let index: usize = last.parse().map_err(|_| format!("`{last}` is no index of `{folder}`"))?;
        let value = array.get_mut(index).ok_or_else(|| format!("`{folder}` has no item {last}"))?;
        return replace(value, text);
    }
    let table = item.as_table_like_mut().ok_or_else(nowhere)?;
    if let Some(there) = table.get_mut(last) {
        return replace(there.as_value_mut().ok_or_else(|| format!("`{path}` is no value"))?, text);
    }
    table.insert(last, toml_edit::value(text));
    Ok(())
}

/// Puts a value in another's place, with the comments and spaces around it.
fn replace(there: &mut Value, text: &str) -> Result<(), String> {
    let of_type = |kind: &str| format!("{text:?} is no {kind}");
    let mut value: Value = match there {
        Value::Integer(_) => text.parse::<i64>().map_err(|_| of_type("whole number"))?.into(),
        Value::Float(_) => text.parse::<f64>().map_err(|_| of_type("number"))?.into(),
        Value::Boolean(_) => text.parse::<bool>().map_err(|_| of_type("`true` or `false`"))?.into(),
        _ => text.into(),
    };
    *value.decor_mut() = there.decor().clone();
    *there = value;
    Ok(())
}
