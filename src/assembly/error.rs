//! [`Error`]: why an assembly could not be written or read.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why an assembly could not be written or read.
#[derive(Debug)]
pub enum Error {
    /// The disk said no.
    Io {
        /// What was tried: `write`, `rename`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// A file of a draft has a path that no file may have.
    Path {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// Two files would have one name where upper and lower case are the same, or where one is a folder.
    Collision {
        /// The first of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A draft does not hold together: a bug of what made it.
    Draft {
        /// What is wrong with it.
        fault: String,
    },
    /// A symbolic link stands where files are written.
    Symlink {
        /// Where it is.
        path: PathBuf,
    },
    /// A file that `gen` did not write has the name of one that it would write.
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// Another run is writing there.
    Busy {
        /// The folder that it has locked.
        path: PathBuf,
    },
    /// There is a set-aside tree and something else in its place.
    Leftover {
        /// The set-aside tree.
        path: PathBuf,
    },
    /// The manifest is missing, is no manifest, or is one of another version.
    Manifest {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// A file is not what the manifest says.
    Changed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A test stopped the run at a step; no other caller can.
    Stopped,
}

impl Error {
    /// What the disk said about an action.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { action, path, source } => write!(f, "cannot {action} {}: {source}", path.display()),
            Self::Path { path, fault } => write!(f, "no file may be called {path:?}: {fault}"),
            Self::Collision { first, second } => {
                write!(
                    f,
                    "{first:?} and {second:?} are one file where case does not count, or one is a folder"
                )
            }
            Self::Draft { fault } => write!(f, "the assembly does not hold together: {fault}"),
            Self::Symlink { path } => {
                write!(f, "{} is a symbolic link; remove it, gen does not follow links", path.display())
            }
            Self::Occupied { path } => write!(
                f,
                "{} is in the way: gen did not write it and would overwrite it; move it or choose another --out",
                path.display()
            ),
            Self::Busy { path } => {
                write!(f, "another gen is writing to {}; try again when it is done", path.display())
            }
            Self::Leftover { path } => write!(
                f,
                "{} was set aside by an interrupted run, but its place is taken; move one of the two away",
                path.display()
            ),
            Self::Manifest { path, fault } => write!(f, "{}: {fault}", path.display()),
            Self::Changed { path, fault } => write!(f, "{} {fault}", path.display()),
            Self::Stopped => f.write_str("stopped by a test"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFault {
    /// There is no character, or none between two slashes.
    Empty,
    /// It is `.` or `..`, starts with a slash, or names a drive.
    Leaves,
    /// A character that some file system does not take.
    Character,
    /// The end of a word is a dot or a space, which some file systems cut off.
    Ending,
    /// More than 200 bytes in a word.
    Long,
    /// It is the manifest's.
    Reserved,
}

impl fmt::Display for PathFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a part of it is empty",
            Self::Leaves => "it leads out of its folder",
            Self::Character => "it holds a character that some file systems refuse",
            Self::Ending => "a part of it ends with a dot or a space",
            Self::Long => "a part of it has more than 200 bytes",
            Self::Reserved => "the name belongs to the manifest",
        })
    }
}
