//! [`write`]: writes a draft to a folder, as a single change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::disk::{self, Found};
use super::{Draft, Error, File, MANIFEST, Manifest};

/// The result of a run: paths in the assembly, each list sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// New or changed files.
    pub written: Vec<String>,
    /// Files that were up to date and keep their modification time.
    pub unchanged: Vec<String>,
    /// Files of an earlier run that are no longer generated.
    pub removed: Vec<String>,
    /// Files that `gen` did not write, left unchanged.
    pub foreign: Vec<String>,
    /// Bytes of all files, including the manifest.
    pub bytes: u64,
}

impl Report {
    /// Whether nothing had to be changed.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }
}

/// A step at which a test can stop the run; the rest never happens, as if the process had been killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The first file of the new tree is written.
    FirstFile,
    /// The new tree is complete.
    Built,
    /// The old tree is set aside.
    SetAside,
    /// The new tree has its name.
    Swapped,
}

/// The step at which a test stops the run.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(not(test), allow(dead_code, reason = "only tests stop a run"))]
pub(super) struct Stop(pub(super) Option<Step>);

impl Stop {
    fn at(self, step: Step) -> Result<(), Error> {
        if self.0 == Some(step) { Err(Error::Stopped) } else { Ok(()) }
    }
}

/// Writes a draft to `<out>/<platform>/<environment>`; see the module documentation for the effect of an interruption.
/// If every file is up to date, nothing is touched. Files that `gen` did not write are carried over.
///
/// # Errors
/// Fails if the draft is inconsistent, the folder contains links or a foreign file in the way, another run is in
/// progress, or an I/O operation fails; the old tree is then unchanged.
pub fn write(draft: &Draft, out: &Path) -> Result<Report, Error> {
    write_until(draft, out, Stop::default())
}

pub(super) fn write_until(draft: &Draft, out: &Path, stop: Stop) -> Result<Report, Error> {
    let files = draft.checked()?;
    let manifest = Manifest::of(draft, &files)?.to_bytes()?;
    let parent = out.join(draft.platform.as_str());
    refuse_link(out)?;
    refuse_link(&parent)?;
    fs::create_dir_all(&parent).map_err(Error::io("create", &parent))?;
    let _lock = lock(&parent, draft.environment.as_str())?;
    let places = Places::new(&parent, draft.environment.as_str());
    places.settle()?;
    let plan = Plan::of(&files, &manifest, &places.folder)?;
    if plan.report.is_unchanged() {
        return Ok(plan.report);
    }
    let built = plan.build(&places, stop).and_then(|()| stop.at(Step::Built));
    built.and_then(|()| places.swap(stop)).inspect_err(|error| places.undo(error))?;
    Ok(plan.report)
}

fn refuse_link(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => Err(Error::Symlink { path: path.to_owned() }),
        _ => Ok(()),
    }
}

/// Locks the parent folder itself, so that no file is left behind; the lock ends with the handle.
#[cfg(unix)]
fn lock(parent: &Path, _environment: &str) -> Result<fs::File, Error> {
    locked(fs::File::open(parent), parent)
}

/// Other systems cannot open folders, so the lock is a file, which stays.
#[cfg(not(unix))]
fn lock(parent: &Path, environment: &str) -> Result<fs::File, Error> {
    locked(fs::File::create(parent.join(format!(".{environment}.gen-lock"))), parent)
}

fn locked(file: io::Result<fs::File>, parent: &Path) -> Result<fs::File, Error> {
    let file = file.map_err(Error::io("lock", parent))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Busy { path: parent.to_owned() }),
        // Some network file systems have no locks; a single run works there as well.
        Err(fs::TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(fs::TryLockError::Error(error)) => Err(Error::io("lock", parent)(error)),
    }
}

/// The folders of a run; the names are always the same, so that a later run finds leftovers.
struct Places {
    folder: PathBuf,
    new: PathBuf,
    old: PathBuf,
}

impl Places {
    fn new(parent: &Path, environment: &str) -> Self {
        Self {
            folder: parent.join(environment),
            new: parent.join(format!(".{environment}.gen-new")),
            old: parent.join(format!(".{environment}.gen-old")),
        }
    }

    /// Cleans up after an interrupted run: restores the name of the old tree, and removes leftovers.
    fn settle(&self) -> Result<(), Error> {
        for place in [&self.folder, &self.new, &self.old] {
            refuse_link(place)?;
        }
        if self.old.exists() {
            if !self.folder.exists() {
                fs::rename(&self.old, &self.folder).map_err(Error::io("rename", &self.old))?;
            } else if self.folder.join(MANIFEST).exists() {
                fs::remove_dir_all(&self.old).map_err(Error::io("remove", &self.old))?;
            } else {
                // Someone created a folder there by hand: gen cannot know which of the two to keep.
                return Err(Error::Leftover { path: self.old.clone() });
            }
        }
        if self.new.exists() {
            fs::remove_dir_all(&self.new).map_err(Error::io("remove", &self.new))?;
        }
        Ok(())
    }

    fn swap(&self, stop: Stop) -> Result<(), Error> {
        if self.folder.exists() {
            fs::rename(&self.folder, &self.old).map_err(Error::io("rename", &self.folder))?;
        }
        stop.at(Step::SetAside)?;
        fs::rename(&self.new, &self.folder).map_err(Error::io("rename", &self.new))?;
        stop.at(Step::Swapped)?;
        if self.old.exists() {
            fs::remove_dir_all(&self.old).map_err(Error::io("remove", &self.old))?;
        }
        Ok(())
    }

    /// Restores the old tree after an error, as far as possible; only the original error is reported.
    fn undo(&self, error: &Error) {
        if matches!(error, Error::Stopped) {
            return;
        }
        let _ = self.settle();
    }
}

/// The changes to make.
struct Plan<'a> {
    /// New or changed files.
    write: Vec<(&'a str, &'a [u8])>,
    /// Files that are kept: unchanged and foreign ones.
    keep: Vec<(String, PathBuf)>,
    report: Report,
}

impl<'a> Plan<'a> {
    fn of(files: &BTreeMap<&'a str, &'a File>, manifest: &'a [u8], folder: &Path) -> Result<Self, Error> {
        let mut there = disk::files(folder)?;
        let found = disk::manifest(folder)?;
        let mut plan = Self { write: Vec::new(), keep: Vec::new(), report: Report::default() };
        let wanted =
            files.iter().map(|(path, file)| (*path, file.bytes.as_slice())).chain([(MANIFEST, manifest)]);
        let named = found.paths();
        // An unreadable manifest, as after a merge, still proves that `gen` wrote the folder.
        let is_broken = matches!(found, Found::Unreadable { .. });
        for (path, bytes) in wanted {
            plan.report.bytes += bytes.len() as u64;
            match there.remove(path) {
                Some(place) if disk::holds(&place, bytes)? => {
                    plan.report.unchanged.push(path.to_owned());
                    plan.keep.push((path.to_owned(), place));
                }
                Some(place) if path != MANIFEST && !is_broken && !named.contains(path) => {
                    return Err(Error::Occupied { path: place });
                }
                _ => plan.write_file(path, bytes),
            }
        }
        for (path, place) in there {
            if named.contains(path.as_str()) {
                plan.report.removed.push(path);
            } else {
                refuse_in_the_way(&path, &place, files)?;
                plan.report.foreign.push(path.clone());
                plan.keep.push((path, place));
            }
        }
        plan.report.written.sort();
        plan.report.unchanged.sort();
        Ok(plan)
    }

    fn write_file(&mut self, path: &'a str, bytes: &'a [u8]) {
        self.report.written.push(path.to_owned());
        self.write.push((path, bytes));
    }

    /// Builds the new tree on disk.
    fn build(&self, places: &Places, stop: Stop) -> Result<(), Error> {
        let new = &places.new;
        let mut folders = BTreeSet::from([new.clone()]);
        let mut place = |path: &str| {
            let target = new.join(path);
            let above = target.ancestors().skip(1).take_while(|above| above.starts_with(new));
            folders.extend(above.map(Path::to_owned));
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
            }
            Ok(target)
        };
        fs::create_dir(new).map_err(Error::io("create", new))?;
        for (path, bytes) in &self.write {
            let target = place(path)?;
            write_new(&target, bytes)?;
            stop.at(Step::FirstFile)?;
        }
        for (path, from) in &self.keep {
            keep(from, &place(path)?)?;
        }
        Ok(())
    }
}

/// Rejects a foreign file where a folder is needed, or inside a folder that becomes a file.
fn refuse_in_the_way(path: &str, place: &Path, files: &BTreeMap<&str, &File>) -> Result<(), Error> {
    let folder = format!("{path}/");
    let needs_folder = files.range(folder.as_str()..).next().is_some_and(|(one, _)| one.starts_with(&folder));
    let within_file = path.match_indices('/').any(|(end, _)| files.contains_key(&path[..end]));
    if needs_folder || within_file { Err(Error::Occupied { path: place.to_owned() }) } else { Ok(()) }
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = fs::File::create_new(path).map_err(Error::io("write", path))?;
    file.write_all(bytes).map_err(Error::io("write", path))
}

/// Hard-links a file, which keeps its bytes and modification time; copies it if the file system has no hard links.
fn keep(from: &Path, to: &Path) -> Result<(), Error> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map(drop).map_err(Error::io("copy", from))
}
