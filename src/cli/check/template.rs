//! Templates and assemblies: what `gen check` takes besides platforms.

use std::fs;
use std::path::{Path, PathBuf};

use strataform::assembly::{self, MANIFEST};
use strataform::check;
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
    Ok(check::assembly::check(&assembly, folder))
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
