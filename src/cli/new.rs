//! `gen new`

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use strataform::blueprint::{self, Blueprint, Fault, NewFile, Parameter};

use super::outcome::{Fail, Outcome};
use super::view::human;

/// Start a platform from a blueprint.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the platform is called.
    name: String,
    /// The blueprint; `gen blueprint list` shows them.
    #[arg(long)]
    blueprint: String,
    /// Set a parameter of the blueprint; on a terminal, the others are asked for.
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// The folder in which the platform's folder is made.
    #[arg(long, default_value = "platforms")]
    out: PathBuf,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let blueprint = super::blueprint::find(&arguments.blueprint)?;
    let mut values: BTreeMap<String, String> = arguments.values.iter().cloned().collect();
    // Faults are said before anything is asked.
    let first = blueprint::instantiate(&blueprint, &arguments.name, &values);
    let folder = arguments.out.join(&arguments.name);
    let files = match first {
        Err(faults) => return refuse(&faults),
        Ok(_) if folder.exists() => {
            let message = format!("{} exists already", folder.display());
            return Err(Fail::refused(message, "choose another name, or remove the folder"));
        }
        Ok(_) if io::stdin().is_terminal() && io::stderr().is_terminal() => {
            ask_for_missing(&blueprint, &mut values)?;
            match blueprint::instantiate(&blueprint, &arguments.name, &values) {
                Ok(files) => files,
                Err(faults) => return refuse(&faults),
            }
        }
        Ok(files) => files,
    };
    write(&files, &arguments.out, &arguments.name)
        .map_err(|error| Fail::refused(format!("cannot write {}: {error}", folder.display()), ""))?;
    for file in &files {
        human::line(&format!("{}/{}", folder.display(), file.path))?;
    }
    human::note(&format!(
        "next: edit {}/platform.toml, then run `gen synth {}`",
        folder.display(),
        arguments.name
    ))?;
    Ok(Outcome::Done)
}

fn refuse(faults: &[Fault]) -> Result<Outcome, Fail> {
    for fault in faults {
        match fault {
            Fault::Platform { file, diagnostics } => {
                human::diagnostics(diagnostics.iter().map(|one| (file, one)))?;
            }
            Fault::Blueprint { .. } => return Err(Fail::Bug(fault.to_string())),
            Fault::Name { .. } | Fault::Unknown { .. } | Fault::Value { .. } => {
                human::error(&fault.to_string(), "")?;
            }
        }
    }
    Ok(Outcome::Found)
}

fn ask_for_missing(blueprint: &Blueprint, values: &mut BTreeMap<String, String>) -> Result<(), Fail> {
    for parameter in &blueprint.parameters {
        if !values.contains_key(&parameter.key)
            && let Some(value) = ask(parameter)?
        {
            values.insert(parameter.key.clone(), value);
        }
    }
    Ok(())
}

/// Asks until the answer is taken; an empty one, or the end of the input, means the default.
fn ask(parameter: &Parameter) -> Result<Option<String>, Fail> {
    let mut err = anstream::stderr();
    loop {
        let default = parameter.default.as_deref().unwrap_or_default();
        write!(err, "{}\n{} [{default}]: ", parameter.description, parameter.key)?;
        err.flush()?;
        let mut answer = String::new();
        let read = io::stdin().read_line(&mut answer)?;
        let answer = answer.trim();
        if read == 0 || answer.is_empty() {
            return Ok(None);
        }
        match parameter.refusal(answer) {
            Some(fault) => human::error(&fault.to_string(), "")?,
            None => return Ok(Some(answer.to_owned())),
        }
    }
}

/// Writes the files beside, then gives the folder its name: an interrupted run leaves no half platform.
fn write(files: &[NewFile], out: &Path, name: &str) -> io::Result<()> {
    let new = out.join(format!(".{name}.gen-new"));
    if new.exists() {
        fs::remove_dir_all(&new)?;
    }
    for file in files {
        let path = new.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(&new))?;
        fs::write(path, &file.bytes)?;
    }
    fs::rename(&new, out.join(name))
}
