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
    #[error("invalid platform name `{name}`: {fault}")]
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
    #[error("invalid value `{value}` for `{key}`: {wanted}")]
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
/// Everything that is wrong with the name and with each value; or, where these are right by themselves, what is
/// wrong with the platform file that they make together.
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
    let mut faults: Vec<Fault> = refused_name(name).into_iter().collect();
    for (key, value) in values {
        match blueprint.parameters.iter().find(|parameter| parameter.key == *key) {
            Some(parameter) => faults.extend(blueprint.refusal(parameter, value)),
            None => faults.push(Fault::Unknown {
                key: key.clone(),
                known: blueprint.parameters.iter().map(|parameter| parameter.key.clone()).collect(),
            }),
        }
    }
    faults
}

/// Why a platform cannot have a name; `None` where it can.
#[must_use]
pub fn refused_name(name: &str) -> Option<Fault> {
    let fault = Slug::new(name, Slug::LONGEST_PLATFORM).err()?;
    Some(Fault::Name { name: name.to_owned(), fault })
}

impl Blueprint {
    /// Why a parameter does not take a value; `None` where it does. The platform file's own rules decide, so that what is
    /// taken here is taken there.
    #[must_use]
    pub fn refusal(&self, parameter: &Parameter, value: &str) -> Option<Fault> {
        if let Some(fault) = parameter.refusal(value) {
            return Some(fault);
        }
        let refused =
            |wanted: String| Fault::Value { key: parameter.key.clone(), value: value.to_owned(), wanted };
        let alone = BTreeMap::from([(parameter.key.clone(), value.to_owned())]);
        let file = match edited(self, None, &alone) {
            Ok(file) => file,
            Err(fault) => return Some(refused(fault)),
        };
        // A value that stands in several places is wrong in each of them, and that is one fault.
        let mut all: Vec<String> = Vec::new();
        for one in errors(&file) {
            let said = [one.summary, one.cause, one.help].into_iter().filter(|part| !part.is_empty());
            let said = said.collect::<Vec<_>>().join("; ");
            if !all.contains(&said) {
                all.push(said);
            }
        }
        (!all.is_empty()).then(|| refused(all.join(". ")))
    }
}

impl Parameter {
    /// Why its choices or its pattern do not take a value; `None` where they do.
    pub(super) fn refusal(&self, value: &str) -> Option<Fault> {
        let refused =
            |wanted: String| Some(Fault::Value { key: self.key.clone(), value: value.to_owned(), wanted });
        if !self.choices.is_empty() && !self.choices.iter().any(|choice| choice == value) {
            return refused(format!("expected {}", one_of(self.choices.iter().map(String::as_str))));
        }
        let pattern = self.pattern.as_ref()?;
        match matches(&format!("^(?:{pattern})$"), value) {
            Some(false) => refused(format!("it must match {pattern}")),
            // What cannot be decided here is left to the platform file's own rules.
            Some(true) | None => None,
        }
    }
}

/// What makes a platform file useless.
fn errors(file: &SourceFile) -> Vec<Diagnostic> {
    let (_, mut diagnostics) = crate::spec::read(file);
    diagnostics.retain(|one| one.severity == Severity::Error);
    diagnostics
}

/// The platform file with these values; without a name it keeps the blueprint's.
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
