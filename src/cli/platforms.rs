//! Platforms for the commands: found and read, with their diagnostics.

use std::path::Path;

use strataform::diagnostic::{self, Diagnostic, Severity, SourceFile, did_you_mean};
use strataform::model::{Environment, Platform, PolicyFile};
use strataform::{lock, project, spec};

use super::outcome::Fail;

/// A platform file, with the result of reading it.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) file: SourceFile,
    pub(super) platform: Option<Platform>,
    /// The platform without its dashboards, if all errors are in dashboards.
    without_dashboards: Option<Platform>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The hand-written SQL files.
    pub(super) sql: Vec<SourceFile>,
    /// The files with Guard rules of the team.
    policies: Vec<SourceFile>,
    /// The lock file; `None` if there is none.
    pub(super) lock: Option<SourceFile>,
    /// The text that the lock file must have; `None` if the platform has errors.
    pub(super) numbers: Option<String>,
}

impl Loaded {
    /// The file that a diagnostic points to.
    pub(super) fn source(&self, diagnostic: &Diagnostic) -> &SourceFile {
        let of = |file: &&SourceFile| Some(&file.path) == diagnostic.file.as_ref();
        self.sql.iter().chain(&self.lock).chain(&self.policies).find(of).unwrap_or(&self.file)
    }

    /// Each diagnostic with the file that it points to.
    pub(super) fn placed(&self) -> impl Iterator<Item = (&SourceFile, &Diagnostic)> {
        self.diagnostics.iter().map(|one| (self.source(one), one))
    }

    /// What can be checked: the platform, or the platform without its faulty dashboards.
    pub(super) fn checkable(&self) -> Option<&Platform> {
        if self.has_errors() { self.without_dashboards.as_ref() } else { self.platform.as_ref() }
    }

    /// Whether `gen synth` would change the lock file.
    pub(super) fn is_lock_stale(&self) -> bool {
        let there = self.lock.as_ref().map(|lock| lock.text.as_str());
        self.numbers.as_deref().is_some_and(|numbers| there != Some(numbers))
    }

    /// Gives the columns their permanent numbers.
    fn identify(&mut self) {
        let numbers = |platform| lock::identify(platform, &self.file.path, self.lock.as_ref());
        match (&mut self.platform, &mut self.without_dashboards) {
            (Some(platform), _) => match numbers(platform) {
                Ok(text) => self.numbers = Some(text),
                Err(faults) => self.diagnostics.extend(faults),
            },
            (None, Some(platform)) => self.diagnostics.extend(numbers(platform).err().into_iter().flatten()),
            (None, None) => {}
        }
    }

    pub(super) fn has_errors(&self) -> bool {
        self.platform.is_none() || self.diagnostics.iter().any(|one| one.severity == Severity::Error)
    }
}

/// Reads the selected platforms, or all, with their diagnostics.
pub(super) fn load(wanted: &[String]) -> Result<Vec<Loaded>, Fail> {
    load_in(Path::new("."), wanted)
}

/// The same, of the project in a folder.
pub(super) fn load_in(root: &Path, wanted: &[String]) -> Result<Vec<Loaded>, Fail> {
    let files = project::find(root, wanted).map_err(|faults| {
        let messages: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let help: Vec<String> =
            faults.iter().map(project::Fault::help).filter(|help| !help.is_empty()).collect();
        Fail::refused(messages.join("\n       "), help.join("\n      "))
    })?;
    let mut loaded: Vec<Loaded> = Vec::new();
    for file in files {
        let spec::Reading { mut platform, mut without_dashboards, mut diagnostics } = spec::read_all(&file);
        let mut policies = Vec::new();
        for one in platform.iter_mut().chain(&mut without_dashboards) {
            project::measure_records(&file.path, one).map_err(|fault| Fail::refused(&fault, fault.help()))?;
            let wrong = project::read_policies(&file.path, one);
            diagnostics.extend(wrong.map_err(|fault| Fail::refused(&fault, fault.help()))?);
            let source = |one: &PolicyFile| SourceFile { path: one.path.clone(), text: one.text.clone() };
            policies = one.policy.files.iter().map(source).collect();
        }
        let sql = project::sql_files(&file.path).map_err(|fault| Fail::refused(&fault, fault.help()))?;
        let lock = project::lock_file(&file.path).map_err(|fault| Fail::refused(&fault, fault.help()))?;
        let numbers = None;
        let mut one =
            Loaded { file, platform, without_dashboards, diagnostics, sql, policies, lock, numbers };
        one.identify();
        loaded.push(one);
    }
    let pairs: Vec<_> = loaded.iter().map(|one| (&one.file, one.platform.as_ref())).collect();
    for (index, diagnostic) in project::duplicate_names(&pairs) {
        if let Some(one) = loaded.get_mut(index) {
            one.diagnostics.push(diagnostic);
        }
    }
    Ok(loaded)
}

/// The selected environments of a platform: those that are named, or all.
pub(super) fn environments<'a>(platform: &'a Platform, wanted: &[String]) -> Vec<&'a Environment> {
    let meant = |one: &&Environment| wanted.is_empty() || wanted.iter().any(|name| one.name == name.as_str());
    platform.environments.iter().filter(meant).collect()
}

/// Refuses environments that no platform has.
pub(super) fn known_environments(loaded: &[Loaded], wanted: &[String]) -> Result<(), Fail> {
    let known: Vec<&str> = loaded
        .iter()
        .filter_map(|one| one.platform.as_ref())
        .flat_map(|platform| platform.environments.iter().map(|environment| environment.name.as_str()))
        .collect();
    match wanted.iter().find(|name| !known.contains(&name.as_str())) {
        // A file that cannot be read may declare it.
        Some(_) if loaded.iter().any(|one| one.platform.is_none()) => Ok(()),
        Some(name) => {
            let mut known = known;
            known.sort_unstable();
            known.dedup();
            Err(Fail::usage(
                format!("unknown environment `{name}`"),
                did_you_mean(name, known.iter().copied()),
            ))
        }
        None => Ok(()),
    }
}

/// The files that were read, as a list of alternatives.
pub(super) fn one_of(loaded: &[Loaded]) -> String {
    let files: Vec<String> = loaded.iter().map(|one| one.file.path.display().to_string()).collect();
    diagnostic::one_of(files.iter().map(String::as_str))
}
