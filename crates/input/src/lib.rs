//! Files of users, read within limits.
//!
//! In: a path, and what the file is. Out: its text or its bytes; or an [`io::Error`] whose message completes "cannot read PATH:", and
//! [`help`] for it. It refuses a file that is larger than its kind can be, what is not a file (a device, a folder), text that is not
//! UTF-8, and, for a file that nobody named, a link that leads out of its folder.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// What a file is, which decides how large it may be. The limits are far above what people write, and low enough that what is made of
/// such a file fits into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A platform file.
    Platform,
    /// The lock file of a platform.
    Lock,
    /// SQL. `Redshift` accepts 16 MB in a statement; its Data API accepts 100 KB.
    Sql,
    /// Guard rules.
    Rules,
    /// A template. `CloudFormation` accepts 1 MB.
    Template,
    /// A definition of dashboards, or a file in an asset bundle.
    Definition,
    /// The manifest of an assembly, or of a load.
    Manifest,
    /// Another file of an assembly.
    Artifact,
}

const MIB: u64 = 1 << 20;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Platform,
        Self::Lock,
        Self::Sql,
        Self::Rules,
        Self::Template,
        Self::Definition,
        Self::Manifest,
        Self::Artifact,
    ];

    /// The most bytes of such a file.
    #[must_use]
    pub const fn most(self) -> u64 {
        match self {
            Self::Rules => MIB,
            Self::Platform | Self::Lock | Self::Sql | Self::Template => 2 * MIB,
            Self::Definition => 4 * MIB,
            Self::Manifest => 16 * MIB,
            Self::Artifact => 64 * MIB,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Platform => "platform file",
            Self::Lock => "lock file",
            Self::Sql => "SQL file",
            Self::Rules => "rule file",
            Self::Template => "template",
            Self::Definition => "dashboard definition",
            Self::Manifest => "manifest",
            Self::Artifact => "file of an assembly",
        }
    }
}

/// Why a file is refused; the inner error of an [`io::Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    TooLarge(Kind),
    /// The number of the first byte that is not text, from 1.
    NotText(usize),
    NotAFile,
    Outside,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(kind) => {
                write!(f, "a {} has at most {} MiB", kind.name(), kind.most() / MIB)
            }
            Self::NotText(byte) => write!(f, "it is not text in UTF-8: byte {byte} is invalid"),
            Self::NotAFile => f.write_str("it is not a file"),
            Self::Outside => f.write_str("it is a link that leads out of its folder"),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        let kind = match refusal {
            Refusal::TooLarge(_) => ErrorKind::FileTooLarge,
            Refusal::NotText(_) => ErrorKind::InvalidData,
            Refusal::NotAFile => ErrorKind::InvalidInput,
            Refusal::Outside => ErrorKind::PermissionDenied,
        };
        Self::new(kind, refusal)
    }
}

/// What to do about an error of this crate; `None` for an error of the file system.
#[must_use]
pub fn help(error: &io::Error) -> Option<&'static str> {
    let refusal = error.get_ref()?.downcast_ref::<Refusal>()?;
    Some(match refusal {
        Refusal::TooLarge(Kind::Manifest | Kind::Artifact) => "run `gen synth` to write it again",
        Refusal::TooLarge(_) => "check that this is the intended file, and split it",
        Refusal::NotText(_) => "save the file as UTF-8 text",
        Refusal::NotAFile => "pass a file",
        Refusal::Outside => "copy the file into the folder, or link to a file in it",
    })
}

/// The text of a file.
///
/// # Errors
/// The file cannot be read, is not a file, is larger than its kind can be, or is not UTF-8.
pub fn text(path: &Path, kind: Kind) -> io::Result<String> {
    text_of(bytes(path, kind)?)
}

/// The bytes of a file.
///
/// # Errors
/// The file cannot be read, is not a file, or is larger than its kind can be.
pub fn bytes(path: &Path, kind: Kind) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(Refusal::NotAFile.into());
    }
    if metadata.len() > kind.most() {
        return Err(Refusal::TooLarge(kind).into());
    }
    all(file, kind)
}

/// All bytes of a source, such as a pipe, a device, or a file in an archive, which has no size or states a wrong one.
///
/// # Errors
/// The source cannot be read, or has more bytes than its kind can have.
pub fn all(source: impl Read, kind: Kind) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(kind.most() + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > kind.most() { Err(Refusal::TooLarge(kind).into()) } else { Ok(bytes) }
}

/// Bytes as text.
///
/// # Errors
/// They are not UTF-8.
pub fn text_of(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|error| Refusal::NotText(error.utf8_error().valid_up_to() + 1).into())
}

/// Refuses a path that leads out of a folder, through links: whoever puts a link into a folder may not choose what is read elsewhere.
/// The folder itself may be a link.
///
/// # Errors
/// The path leads out of the folder, or one of them cannot be resolved.
pub fn stays_in(folder: &Path, path: &Path) -> io::Result<()> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_symlink());
    let below = path.ancestors().take_while(|one| *one != folder && !one.as_os_str().is_empty());
    if !below.into_iter().any(is_link) || path.canonicalize()?.starts_with(folder.canonicalize()?) {
        return Ok(());
    }
    Err(Refusal::Outside.into())
}

/// A source whose reader must say again and again that it came on: it fails after so many bytes without that.
///
/// A reader of records holds one record in memory. Whether a record ever ends is up to the file, so the limit is on what it reads of one.
#[derive(Debug)]
pub struct Bounded<R> {
    source: R,
    most: u64,
    left: std::rc::Rc<std::cell::Cell<u64>>,
}

/// Resets the limit of a [`Bounded`] source.
#[derive(Clone, Debug)]
pub struct Progress {
    most: u64,
    left: std::rc::Rc<std::cell::Cell<u64>>,
}

impl Progress {
    /// A record was read; the next one may be as long.
    pub fn made(&self) {
        self.left.set(self.most);
    }
}

impl<R> Bounded<R> {
    /// A source of which at most so many bytes are read at a time.
    pub fn new(source: R, most: u64) -> (Self, Progress) {
        let left = std::rc::Rc::new(std::cell::Cell::new(most));
        (Self { source, most, left: left.clone() }, Progress { most, left })
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        let Some(left) = self.left.get().checked_sub(count as u64) else {
            let message = format!("a record has more than {} bytes; is a quote not closed?", self.most);
            return Err(io::Error::new(ErrorKind::FileTooLarge, message));
        };
        self.left.set(left);
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
