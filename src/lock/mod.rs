//! The lock file: the permanent numbers of the columns of a platform.
//!
//! In: a platform, and the text of the lock file next to its platform file. Out: the identities of its columns, and the
//! text that the lock file must have, or what contradicts it. It refuses to read and write files: `project` and the
//! commands do that. Only `gen synth` writes the file; every other command takes the numbers that it would get.

mod code;
mod file;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

pub use code::{CODES, STALE};

use crate::diagnostic::{Diagnostic, SourceFile, did_you_mean};
use crate::model::{Dataset, Identities, IdentityFault, Platform};

/// The identities of all datasets that a platform has and had, by name.
type Datasets = BTreeMap<String, Identities>;

/// Identifies the columns of a platform, and returns the text that its lock file must have. `path` is that of the
/// platform file; `lock` is `None` if there is no lock file.
///
/// # Errors
/// Everything that is wrong with the lock file, or contradicts it.
pub fn identify(
    platform: &mut Platform,
    path: &Path,
    lock: Option<&SourceFile>,
) -> Result<String, Vec<Diagnostic>> {
    let mut all = match lock {
        Some(lock) => file::read(lock)?,
        None => Datasets::new(),
    };
    let mut faults = Vec::new();
    for dataset in &mut platform.datasets {
        match Identities::assign(all.get(dataset.name.as_str()), dataset) {
            Ok(identities) => {
                all.insert(dataset.name.to_string(), identities.clone());
                dataset.identities = identities;
            }
            Err(found) => faults.extend(found.iter().map(|fault| diagnostic(dataset, fault))),
        }
    }
    if faults.is_empty() { Ok(file::text(path, &all)) } else { Err(faults) }
}

/// The diagnostic of a lock file that `gen synth` would change.
#[must_use]
pub fn stale(path: &Path) -> Diagnostic {
    Diagnostic::unplaced(STALE, format!("{} does not have the numbers of all columns", path.display()))
        .because("the columns, names or types of the platform file changed, and a number is permanent once it is committed")
        .help("run `gen synth`, and commit the file with the platform file")
}

fn diagnostic(dataset: &Dataset, fault: &IdentityFault) -> Diagnostic {
    let renamed = |at: usize| dataset.renamed.get(at);
    let span = |at| renamed(at).map_or(0..0, |one| one.span.clone());
    let from = |at| renamed(at).map(|one| one.from.to_string()).unwrap_or_default();
    match fault {
        IdentityFault::Unknown { at, known } => {
            let summary = format!("the lock file has no column `{}` in `{}`", from(*at), dataset.name);
            let help = did_you_mean(&from(*at), known.iter().map(String::as_str));
            Diagnostic::error(code::UNKNOWN, span(*at), summary)
                .because(
                    "a renamed column keeps the number of a column that is not removed yet; a new column has no \
                     `renamed_from`",
                )
                .help(help)
        }
        IdentityFault::Twice { at } => {
            let summary = format!("`{}` keeps its own number", from(*at));
            Diagnostic::error(code::RENAMED_TWICE, span(*at), summary)
                .because("only one column can keep the number of a column")
                .help(format!("remove `{}` or its `renamed_from`, or remove this one", from(*at)))
        }
        IdentityFault::Key { column } => Diagnostic::unplaced(
            code::KEY,
            format!("`{column}` of `{}` was removed, and is declared again", dataset.name),
        )
        .because(
            "it gets a new number, so existing rows have no value in it, and it identifies or orders records",
        )
        .help("restore the lock file from before the removal, or declare a new dataset"),
    }
}
