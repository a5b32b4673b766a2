//! `gen new`

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use strataform::blueprint::{self, Blueprint, Fault, NewFile, Parameter};

use super::one_change;
use super::outcome::{Fail, Outcome};
use super::view::human;

/// Create a platform from a blueprint.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Name of the platform; prompted for on a terminal.
    name: Option<String>,
    /// Blueprint to start from; on a terminal, chosen from a menu. `gen blueprint list` shows them.
    #[arg(short, long)]
    blueprint: Option<String>,
    /// Set a parameter of the blueprint; the others are prompted for on a terminal.
    #[arg(short, long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Folder to create the platform's folder in.
    #[arg(short, long, value_name = "DIR", default_value = "platforms")]
    out: PathBuf,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

/// What to do about missing arguments: prompt for them, or refuse them without a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Asked,
    Refused,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
    let missing = if terminal { Missing::Asked } else { Missing::Refused };
    let blueprint = match &arguments.blueprint {
        Some(name) => super::blueprint::find(name)?,
        None => choose_blueprint(missing)?,
    };
    let mut values: BTreeMap<String, String> = arguments.values.iter().cloned().collect();
    // Faults in the arguments are reported before the first prompt.
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => choose_name(missing, &arguments.out)?,
    };
    if let Err(faults) = blueprint::instantiate(&blueprint, &name, &values) {
        return refuse(&faults);
    }
    let folder = arguments.out.join(&name);
    if folder.exists() {
        let message = format!("{} already exists", folder.display());
        return Err(Fail::refused(message, "choose another name, or remove the folder"));
    }
    if missing == Missing::Asked {
        ask_for_missing(&blueprint, &mut values)?;
    }
    let files = match blueprint::instantiate(&blueprint, &name, &values) {
        Ok(files) => files,
        Err(faults) => return refuse(&faults),
    };
    write(&files, &folder)
        .map_err(|error| Fail::refused(format!("cannot write {}: {error}", folder.display()), ""))?;
    for file in &files {
        human::line(&format!("{}/{}", folder.display(), file.path))?;
    }
    human::note(&format!("next: edit {}/platform.toml, then run `gen synth {name}`", folder.display()))?;
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

/// Lets the user choose a blueprint from a menu, by number or name.
fn choose_blueprint(missing: Missing) -> Result<Blueprint, Fail> {
    let all = blueprint::all();
    if missing == Missing::Refused {
        let names: Vec<&str> = all.iter().map(|one| one.name).collect();
        return Err(Fail::usage(
            "missing --blueprint",
            format!("expected one of {}; `gen blueprint list` describes them", names.join(", ")),
        ));
    }
    let mut err = anstream::stderr();
    for (at, one) in all.iter().enumerate() {
        writeln!(err, "  {}  {:<16} {}", at + 1, one.name, one.description)?;
    }
    loop {
        let answer = answer(&format!("blueprint [1-{}]: ", all.len()))?.ok_or_else(no_answer)?;
        let number = answer.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let chosen = number.and_then(|at| all.get(at)).or_else(|| all.iter().find(|one| one.name == answer));
        match chosen {
            Some(one) => return Ok(one.clone()),
            None => human::error(&format!("invalid choice `{answer}`: expected a number or a name"), "")?,
        }
    }
}

/// The name of a platform that does not exist yet.
fn choose_name(missing: Missing, out: &Path) -> Result<String, Fail> {
    if missing == Missing::Refused {
        return Err(Fail::usage("missing platform name", "run `gen new NAME --blueprint B`"));
    }
    loop {
        let name = answer("name of the platform: ")?.ok_or_else(no_answer)?;
        match blueprint::name_fault(&name) {
            Some(fault) => human::error(&fault.to_string(), "")?,
            None if out.join(&name).exists() => {
                human::error(&format!("{} already exists", out.join(&name).display()), "")?;
            }
            None => return Ok(name),
        }
    }
}

fn no_answer() -> Fail {
    Fail::usage("no answer given", "run `gen new NAME --blueprint B`")
}

fn ask_for_missing(blueprint: &Blueprint, values: &mut BTreeMap<String, String>) -> Result<(), Fail> {
    for parameter in &blueprint.parameters {
        if !values.contains_key(&parameter.key)
            && let Some(value) = ask(blueprint, parameter)?
        {
            values.insert(parameter.key.clone(), value);
        }
    }
    Ok(())
}

/// Asks until the answer is valid; an empty one, or the end of the input, means the default.
fn ask(blueprint: &Blueprint, parameter: &Parameter) -> Result<Option<String>, Fail> {
    let default = parameter.default.as_deref().unwrap_or_default();
    loop {
        let question = format!("{}\n{} [{default}]: ", parameter.description, parameter.key);
        let Some(answer) = answer(&question)?.filter(|answer| !answer.is_empty()) else { return Ok(None) };
        match blueprint.value_fault(parameter, &answer) {
            Some(fault) => human::error(&fault.to_string(), "")?,
            None => return Ok(Some(answer)),
        }
    }
}

/// Reads a line from the user, trimmed; `None` at the end of the input.
fn answer(question: &str) -> io::Result<Option<String>> {
    let mut err = anstream::stderr();
    write!(err, "{question}")?;
    err.flush()?;
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line)?;
    Ok((read > 0).then(|| line.trim().to_owned()))
}

/// Writes the files as one change: an interrupted run leaves no partial platform.
fn write(files: &[NewFile], folder: &Path) -> io::Result<()> {
    one_change::fill(folder, |new| {
        for file in files {
            let path = new.join(&file.path);
            fs::create_dir_all(path.parent().unwrap_or(new))?;
            fs::write(path, &file.bytes)?;
        }
        Ok(())
    })
}
