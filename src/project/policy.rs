//! The rule files of a platform's policies.

use std::path::Path;

use strataform_input::Kind;

use super::code::RULE_FILES;
use super::{Fault, clean, entries, folder_of, read_beside};
use crate::diagnostic::Diagnostic;
use crate::model::{Platform, PolicyFile};

/// Whether a path is a file with Guard rules.
#[must_use]
pub fn is_rule_file(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "guard") && path.is_file()
}

/// Reads the rule files (`.guard`) of the folders that a platform names, by folder and name. Returns what is wrong with the folders:
/// one without rule files would check nothing, and two files of one name could not both be in the assembly.
///
/// # Errors
/// A file or folder that exists and cannot be read.
pub fn read_policies(file: &Path, platform: &mut Platform) -> Result<Vec<Diagnostic>, Fault> {
    let mut found = Vec::new();
    let policy = &mut platform.policy;
    policy.files.clear();
    for folder in &policy.folders {
        let path = clean(&file.parent().unwrap_or(Path::new("")).join(&folder.text));
        let paths = entries(&path)?.into_iter();
        let paths: Vec<_> = paths.filter(|path| is_rule_file(path)).collect();
        if paths.is_empty() {
            let summary = format!("`{}` has no rule file", folder.text.escape_debug());
            let fault = Diagnostic::error(RULE_FILES, folder.span.clone(), summary);
            found.push(fault.help("name a folder, relative to this file, with files that end in `.guard`"));
        }
        for path in paths {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if let Some(other) = policy.files.iter().find(|other| other.name.eq_ignore_ascii_case(&name)) {
                let summary = format!("two rule files have the name `{}`", name.escape_debug());
                let fault = Diagnostic::error(RULE_FILES, folder.span.clone(), summary);
                let cause = format!(
                    "{} has it, too, and both would be one file of the assembly",
                    other.path.display()
                );
                found.push(fault.because(cause).help("rename one of them"));
                continue;
            }
            let source = read_beside(&path, folder_of(&path), Kind::Rules)?;
            policy.files.push(PolicyFile { path: source.path, name, text: source.text });
        }
    }
    Ok(found)
}
