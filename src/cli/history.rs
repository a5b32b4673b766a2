//! The migrations of a draft: those that are committed, and those that lead from what is committed to the draft.
//!
//! In: a draft, the folder of assemblies. Out: the draft with its migrations. What is committed is what Git has; without Git, it is
//! what is written. It refuses to write: `gen synth` does that.

use std::path::{Component, Path};

use strataform::assembly::{self, Assembly, Draft};
use strataform::migration::{continued, is_current, is_untouched};

use super::diff::git;

/// A draft with its migrations.
pub(super) fn with_migrations(draft: Draft, out: &Path) -> Draft {
    let place = Path::new(draft.platform.as_str()).join(draft.environment.as_str());
    let folder = out.join(&place);
    // The usual case: no table has ever changed, and the manifest alone tells.
    if assembly::manifest(&folder).is_some_and(|manifest| is_untouched(&manifest, &draft)) {
        return draft;
    }
    let written = assembly::read(&folder).ok();
    // The tables are as they were written, so Git is not asked.
    if let Some(written) = written.as_ref().filter(|written| is_current(written, &draft)) {
        return continued(written, draft);
    }
    let base = committed(&folder).or(written);
    match base {
        Some(base) => continued(&base, draft),
        None => draft,
    }
}

/// The assembly in a folder as the last commit has it; `None` if there is no commit, no Git, or no assembly.
fn committed(folder: &Path) -> Option<Assembly> {
    let is_inside = folder.components().all(|one| matches!(one, Component::Normal(_) | Component::CurDir));
    let commit = is_inside.then(|| git::commit("HEAD").ok().flatten()).flatten()?;
    let files = git::files(&commit, folder).ok()?;
    Assembly::of_files(folder, files).ok()
}
