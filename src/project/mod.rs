//! Projects: the platform files that a command works on.
//!
//! In: a folder and what the user named. Out: the contents of the files, in a stable order, the size of the
//! records in samples, and the rule files that platforms name. It refuses to interpret files beyond the name of the platform: `spec` does that.

mod code;
mod policy;
mod sample;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::model::Platform;
pub use code::{CODES, DUPLICATE_NAME};
pub use policy::{is_rule_file, read_policies};
pub use sample::{SAMPLE_FOLDER, measure_records};
use strataform_input::{self as input, Kind};

/// The name of a platform file.
pub const PLATFORM_FILE: &str = "platform.toml";

/// Where platform files are searched for below the folder of a project, in this order.
pub const PLACES: [&str; 3] = ["platform.toml", "platforms/*/platform.toml", "blueprints/*/platform.toml"];

/// Why the platform files cannot be determined.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The project has no platform file.
    #[error("no platform file found")]
    Empty {
        /// The folder in which [`PLACES`] were searched for.
        root: PathBuf,
    },
    /// What the user named is neither a file, nor a folder with a platform file, nor a platform's name.
    #[error("`{wanted}` is not a platform file, a folder with one, or the name of a platform")]
    Unknown {
        /// What the user named.
        wanted: String,
        /// The known names.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
        source: io::Error,
    },
}

impl Fault {
    /// What to do next.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Empty { .. } => format!(
                "run `gen new NAME --blueprint BLUEPRINT` (see `gen blueprint list`); gen looks for {}",
                PLACES.join(", ")
            ),
            Self::Unknown { known, .. } if known.is_empty() => "this folder has no platform file".to_owned(),
            Self::Unknown { wanted, known } => did_you_mean(wanted, known.iter().map(String::as_str)),
            Self::Unreadable { source, .. } => input::help(source).unwrap_or_default().to_owned(),
        }
    }
}

/// Returns the platform files that the user means: the named ones, or all of the project, each once.
///
/// Paths in the result are relative if `root` is.
///
/// # Errors
/// Every name that is not found; or that the project has no platform file.
pub fn find(root: &Path, wanted: &[String]) -> Result<Vec<SourceFile>, Vec<Fault>> {
    let project = discover(root).map_err(|fault| vec![fault])?;
    if wanted.is_empty() {
        return if project.is_empty() {
            Err(vec![Fault::Empty { root: root.to_owned() }])
        } else {
            Ok(project)
        };
    }
    let mut files: Vec<SourceFile> = Vec::new();
    let mut faults = Vec::new();
    for one in wanted {
        match resolve(root, one, &project) {
            Ok(file) if files.iter().any(|there| there.path == file.path) => {}
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(files) } else { Err(faults) }
}

fn resolve(root: &Path, wanted: &str, project: &[SourceFile]) -> Result<SourceFile, Fault> {
    let path = root.join(wanted);
    // A path is tried before a name. An empty argument, as from an empty variable in a script, is not the
    // folder itself.
    if !wanted.is_empty() && path.is_file() {
        return read(clean(&path), Kind::Platform);
    }
    if !wanted.is_empty() && path.join(PLATFORM_FILE).is_file() {
        return read(clean(&path.join(PLATFORM_FILE)), Kind::Platform);
    }
    let named = project.iter().find(|file| names(file).iter().any(|name| name == wanted));
    named.cloned().ok_or_else(|| Fault::Unknown {
        wanted: wanted.to_owned(),
        known: project.iter().filter_map(|file| names(file).into_iter().next()).collect(),
    })
}

/// Returns `./a/b` as `a/b`.
fn clean(path: &Path) -> PathBuf {
    path.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect()
}

/// The names of a platform file: that of the platform, then that of its folder.
fn names(file: &SourceFile) -> Vec<String> {
    let table: Option<toml::Table> = file.text.parse().ok();
    let name = table.as_ref().and_then(|table| table.get("platform")?.get("name")?.as_str());
    let folder = file.path.parent().and_then(Path::file_name).and_then(|name| name.to_str());
    name.into_iter().chain(folder).map(str::to_owned).collect()
}

/// Returns all platform files of a project, in the order of [`PLACES`], then by path.
///
/// # Errors
/// A file or folder that exists and cannot be read.
pub fn discover(root: &Path) -> Result<Vec<SourceFile>, Fault> {
    let mut paths = vec![root.join(PLATFORM_FILE)];
    for folder in ["platforms", "blueprints"] {
        paths.extend(entries(&root.join(folder))?.into_iter().map(|folder| folder.join(PLATFORM_FILE)));
    }
    paths.iter().filter_map(|path| read_if_there(path, Kind::Platform)).collect()
}

/// Reads the file if it exists. One that cannot be accessed is reported, as is a link that leads out of its folder.
fn read_if_there(path: &Path, kind: Kind) -> Option<Result<SourceFile, Fault>> {
    match fs::metadata(path) {
        Ok(metadata) => metadata.is_file().then(|| read_beside(path, folder_of(path), kind)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => None,
        Err(source) => Some(Err(Fault::Unreadable { path: clean(path), source })),
    }
}

/// The contents of a folder, by name; empty if it does not exist.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let unreadable = |source| Fault::Unreadable { path: folder.to_owned(), source };
    let found = match fs::read_dir(folder) {
        Ok(found) => found,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(unreadable(error)),
    };
    let mut paths =
        found.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

/// The folder of a platform file.
fn folder_of(platform: &Path) -> &Path {
    platform.parent().unwrap_or(Path::new(""))
}

/// Reads a file that belongs to a folder: it may be a link to another file in there.
fn read_beside(path: &Path, folder: &Path, kind: Kind) -> Result<SourceFile, Fault> {
    let unreadable = |source| Fault::Unreadable { path: clean(path), source };
    input::stays_in(folder, path).map_err(unreadable)?;
    read(clean(path), kind)
}

fn read(path: PathBuf, kind: Kind) -> Result<SourceFile, Fault> {
    match input::text(&path, kind) {
        Ok(text) => Ok(SourceFile { path, text }),
        Err(source) => Err(Fault::Unreadable { path, source }),
    }
}

/// The name of the folder next to a platform file that holds its hand-written SQL.
pub const SQL_FOLDER: &str = "sql";

/// Returns the hand-written SQL of a platform: the `.sql` files in the [`SQL_FOLDER`] next to its file, by name.
///
/// # Errors
/// A file or folder that exists and cannot be read.
pub fn sql_files(platform: &Path) -> Result<Vec<SourceFile>, Fault> {
    let folder = folder_of(platform);
    let paths = entries(&folder.join(SQL_FOLDER))?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql") && path.is_file());
    paths.map(|path| read_beside(&path, folder, Kind::Sql)).collect()
}

/// The path of the lock file of a platform file, next to it: `platform.lock`.
#[must_use]
pub fn lock_path(platform: &Path) -> PathBuf {
    platform.with_extension("lock")
}

/// Returns the lock file of a platform file, if there is one.
///
/// # Errors
/// A file that exists and cannot be read.
pub fn lock_file(platform: &Path) -> Result<Option<SourceFile>, Fault> {
    read_if_there(&lock_path(platform), Kind::Lock).transpose()
}

/// Returns a diagnostic for each platform whose name an earlier one already has, with the index of its file.
#[must_use]
pub fn duplicate_names(platforms: &[(&SourceFile, Option<&Platform>)]) -> Vec<(usize, Diagnostic)> {
    let mut first: BTreeMap<&str, &Path> = BTreeMap::new();
    let mut duplicates = Vec::new();
    for (index, (file, platform)) in platforms.iter().enumerate() {
        let Some(name) = platform.map(|platform| platform.name.as_str()) else { continue };
        if let Some(other) = first.get(name) {
            let start = file.text.find(&format!("\"{name}\"")).map_or(0, |start| start + 1);
            let span = if start == 0 { 0..0 } else { start..start + name.len() };
            let diagnostic =
                Diagnostic::error(DUPLICATE_NAME, span, format!("duplicate platform name `{name}`"))
                    .because(format!(
                        "{} has the same name, and both would be written to the same folder",
                        other.display()
                    ))
                    .help("rename one of them, or name the intended one on the command line");
            duplicates.push((index, diagnostic));
        } else {
            first.insert(name, &file.path);
        }
    }
    duplicates
}

#[cfg(test)]
mod tests;
