//! Templates and assemblies: what `gen check` takes besides platforms.

use std::fs;
use std::path::{Path, PathBuf};

use strataform::assembly::{self, MANIFEST, ValueSource};
use strataform::check;
use strataform::check::template::{Deployed, Source};
use strataform::diagnostic::{Diagnostic, SourceFile};

use super::super::outcome::Fail;

/// The arguments that name files and folders of their own, and the others, which name platforms.
pub(super) fn divided(arguments: &[String]) -> (Vec<PathBuf>, Vec<String>) {
    let is_ours = |path: &Path| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending {
            "toml" => false,
            // Also if there is none: the fault is then that it cannot be read.
            "json" | "yaml" | "yml" | "template" => true,
            _ => path.is_file() || path.join(MANIFEST).is_file(),
        }
    };
    let (ours, platforms): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|one| is_ours(Path::new(one)));
    (ours.into_iter().map(PathBuf::from).collect(), platforms.into_iter().cloned().collect())
}

/// The templates that a path names, with what is wrong with each: a template, or the folder of an assembly.
pub(super) fn checked(path: &Path) -> Result<Vec<(SourceFile, Vec<Diagnostic>)>, Fail> {
    if path.is_dir() {
        return of_assembly(path);
    }
    let file = source(path, &read(path)?)?;
    let found = check::template::check(&file);
    Ok(vec![(file, found)])
}

fn of_assembly(folder: &Path) -> Result<Vec<(SourceFile, Vec<Diagnostic>)>, Fail> {
    let assembly = assembly::read(folder).map_err(|error| Fail::refused(error, "run `gen synth`"))?;
    let stacks = &assembly.manifest.stacks;
    let files: Result<Vec<SourceFile>, Fail> =
        stacks.iter().map(|stack| source(&folder.join(&stack.template), assembly.template(stack))).collect();
    let files = files?;
    let deployed: Vec<Deployed<'_>> = stacks
        .iter()
        .zip(&files)
        .map(|(stack, file)| Deployed {
            file,
            stack: stack.name.clone(),
            parameters: stack.parameters.iter().map(|one| (one.name.clone(), passed(&one.source))).collect(),
        })
        .collect();
    let found = check::template::check_deployment(&deployed);
    Ok(files.into_iter().zip(found).collect())
}

/// What a parameter gets, for the rules.
fn passed(source: &ValueSource) -> Source {
    match source {
        ValueSource::StackOutput { stack, output } => {
            Source::Output { stack: stack.clone(), output: output.clone() }
        }
        ValueSource::Asset { key, .. } => Source::Text(key.clone()),
        ValueSource::Literal { value } => Source::Text(value.clone()),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Fail> {
    fs::read(path).map_err(|error| {
        Fail::refused(format!("cannot read {}: {error}", path.display()), "pass a template in JSON or YAML")
    })
}

fn source(path: &Path, bytes: &[u8]) -> Result<SourceFile, Fail> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Fail::refused(
            format!("{} is not text in UTF-8: byte {} is invalid", path.display(), error.valid_up_to() + 1),
            "pass a template in JSON or YAML",
        )
    })?;
    Ok(SourceFile { path: path.to_owned(), text: text.to_owned() })
}
