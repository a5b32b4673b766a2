//! [`Side`]: what is compared, from whatever names it: a revision, a folder, a template, the working tree.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;
use strataform::assembly::{Assembly, Draft, MANIFEST};
use strataform_input::Kind;

use super::super::check::json_or_yaml;
use super::super::history;
use super::super::outcome::Fail;
use super::super::platforms::{self, Loaded};
use super::super::read;
use super::super::synth;
use super::super::view::human;
use super::git;

/// What is compared.
pub(super) enum Side {
    /// Assemblies, by platform and environment: `shop/dev`.
    Assemblies(BTreeMap<String, Assembly>),
    /// A template.
    Template(Value),
}

/// What a side contains, and how it is called.
pub(super) struct Named {
    pub(super) name: String,
    pub(super) side: Side,
}

/// What the folder of assemblies is called, and which environments are compared.
pub(super) struct Scope<'a> {
    pub(super) folder: &'a Path,
    /// The platforms that are compared; all if there are none.
    pub(super) platforms: Vec<String>,
    /// The environments that are compared; all if there are none.
    pub(super) environments: Vec<String>,
}

impl Scope<'_> {
    fn has(&self, platform: &str, environment: &str) -> bool {
        let is_named = |names: &[String], name: &str| names.is_empty() || names.iter().any(|one| one == name);
        is_named(&self.platforms, platform) && is_named(&self.environments, environment)
    }
}

/// The side that a word names: a file or a folder if there is one, otherwise a revision.
pub(super) fn named(word: &str, scope: &Scope<'_>) -> Result<Named, Fail> {
    let path = Path::new(word);
    let name = word.to_owned();
    if path.is_file() {
        return Ok(Named { name, side: Side::Template(template(path)?) });
    }
    if path.is_dir() {
        return Ok(Named { name, side: Side::Assemblies(folder(path, scope)?) });
    }
    match git::commit(word)? {
        Some(commit) => Ok(Named { name, side: Side::Assemblies(revision(&commit, word, scope)?) }),
        None => Err(Fail::refused(
            format!("`{word}` is neither a file, nor a folder, nor a revision"),
            "pass a template, a folder with assemblies, or a revision such as `main`",
        )),
    }
}

/// What the platform files of the working tree give now, written or not.
pub(super) fn working_tree(scope: &Scope<'_>) -> Result<Named, Fail> {
    let loaded = platforms::load(&scope.platforms)?;
    platforms::known_environments(&loaded, &scope.environments)?;
    let found = synthesized(loaded, "the working tree", scope, |draft| {
        history::with_migrations(draft, scope.folder)
    })?;
    Ok(Named { name: "working tree".to_owned(), side: Side::Assemblies(found) })
}

/// The assemblies of platform files.
fn synthesized(
    mut loaded: Vec<Loaded>,
    what: &str,
    scope: &Scope<'_>,
    finish: impl Fn(Draft) -> Draft,
) -> Result<BTreeMap<String, Assembly>, Fail> {
    let drafts = synth::drafts(&mut loaded, &scope.environments, None);
    for one in loaded.iter().filter(|one| one.has_errors()) {
        human::diagnostics(one.placed())?;
    }
    if loaded.iter().any(Loaded::has_errors) {
        return Err(Fail::refused(
            format!("{what} has errors: nothing was compared"),
            "fix them, and compare again",
        ));
    }
    let mut found = BTreeMap::new();
    for draft in drafts.into_iter().map(finish) {
        let assembly = Assembly::of(&draft).map_err(synth::fail)?;
        found.insert(format!("{}/{}", draft.platform, draft.environment), assembly);
    }
    Ok(found)
}

fn template(path: &Path) -> Result<Value, Fail> {
    let text = read::text(path, Kind::Template, "pass a template in JSON or YAML")?;
    let value = json_or_yaml(path, &text)?;
    if value.get("Resources").is_some_and(Value::is_object) {
        return Ok(value);
    }
    Err(Fail::refused(
        format!("{} has no `Resources`", path.display()),
        "pass a CloudFormation template, or a folder with assemblies",
    ))
}

/// The assemblies in a folder: the folder of one, of several, or of a project.
fn folder(path: &Path, scope: &Scope<'_>) -> Result<BTreeMap<String, Assembly>, Fail> {
    let mut places: Vec<PathBuf> = Vec::new();
    let within = path.join(scope.folder);
    for start in [path, &within] {
        manifests(start, 0, &mut places);
        if !places.is_empty() {
            break;
        }
    }
    let mut found = BTreeMap::new();
    for place in places {
        let assembly = strataform::assembly::read(&place).map_err(|error| Fail::refused(error, ""))?;
        let manifest = &assembly.manifest;
        if scope.has(&manifest.platform, &manifest.environment) {
            found.insert(format!("{}/{}", manifest.platform, manifest.environment), assembly);
        }
    }
    if found.is_empty() {
        return Err(Fail::refused(
            format!("no assembly found in {}", path.display()),
            "pass the folder that `gen synth` writes, or one of its environments",
        ));
    }
    Ok(found)
}

/// The folders with a manifest, at most two levels below one.
fn manifests(folder: &Path, depth: u8, found: &mut Vec<PathBuf>) {
    if folder.join(MANIFEST).is_file() {
        found.push(folder.to_owned());
        return;
    }
    if depth == 2 {
        return;
    }
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut inner: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    inner.sort();
    for one in inner {
        manifests(&one, depth + 1, found);
    }
}

/// The assemblies of a commit.
pub(super) fn revision(
    commit: &str,
    name: &str,
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, Assembly>, Fail> {
    let files = git::files(commit, scope.folder)?;
    let mut all: BTreeMap<String, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for (path, bytes) in files {
        let mut parts = path.splitn(3, '/');
        if let (Some(platform), Some(environment), Some(inner)) = (parts.next(), parts.next(), parts.next())
            && scope.has(platform, environment)
        {
            all.entry(format!("{platform}/{environment}")).or_default().insert(inner.to_owned(), bytes);
        }
    }
    let mut found = BTreeMap::new();
    for (place, files) in all.into_iter().filter(|(_, files)| files.contains_key(MANIFEST)) {
        let folder = PathBuf::from(format!("{name}:{}/{place}", scope.folder.display()));
        let assembly = Assembly::of_files(&folder, files)
            .map_err(|error| Fail::refused(error, format!("check {name} out, and run `gen synth` there")))?;
        found.insert(place, assembly);
    }
    if found.is_empty() { of_platforms(commit, name, scope) } else { Ok(found) }
}

/// What the platform files of a commit without assemblies give: teams may leave `generated/` out of Git.
fn of_platforms(commit: &str, name: &str, scope: &Scope<'_>) -> Result<BTreeMap<String, Assembly>, Fail> {
    const FOLDER: &str = "platforms";
    let files = git::files(commit, Path::new(FOLDER))?;
    if files.is_empty() {
        return Ok(BTreeMap::new());
    }
    let failed =
        |error: io::Error| Fail::refused(format!("cannot write the platform files of {name}: {error}"), "");
    let project = tempfile::tempdir().map_err(failed)?;
    for (path, bytes) in files {
        let place = project.path().join(FOLDER).join(path);
        place
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&place, bytes))
            .map_err(failed)?;
    }
    let loaded = platforms::load_in(project.path(), &scope.platforms)?;
    synthesized(loaded, name, scope, |draft| draft)
}
