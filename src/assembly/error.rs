//! [`Error`]: why an assembly could not be written or read.

use std::io;
use std::path::{Path, PathBuf};

use super::FormatFault;

/// Why an assembly could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk said no.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried: `write`, `rename`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the disk said.
        source: io::Error,
    },
    /// A file of a draft has a path that no file may have.
    #[error("no file may be called {path:?}: {fault}")]
    Path {
        /// The path as it was given.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// Two files would have one name where upper and lower case are the same, or where one is a folder.
    #[error("{first:?} and {second:?} are one file where case does not count, or one is a folder")]
    Collision {
        /// The first of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A draft does not hold together: a bug of what made it.
    #[error("the assembly does not hold together: {fault}")]
    Draft {
        /// What is wrong with it.
        fault: String,
    },
    /// A symbolic link stands where files are written.
    #[error("{path} is a symbolic link; remove it, gen does not follow links")]
    Symlink {
        /// Where it is.
        path: PathBuf,
    },
    /// A file that `gen` did not write has the name of one that it would write.
    #[error(
        "{path} is in the way: gen did not write it and would overwrite it; move it or choose another --out"
    )]
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// Another run is writing there.
    #[error("another gen is writing to {path}; try again when it is done")]
    Busy {
        /// The folder that it has locked.
        path: PathBuf,
    },
    /// There is a set-aside tree and something else in its place.
    #[error("{path} was set aside by an interrupted run, but its place is taken; move one of the two away")]
    Leftover {
        /// The set-aside tree.
        path: PathBuf,
    },
    /// The manifest is missing, or was changed.
    #[error("{path}: {fault}")]
    Manifest {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// The manifest is of another format, or broken.
    #[error("{path}: {fault}; {}", .fault.help())]
    Format {
        /// Where it is.
        path: PathBuf,
        /// What is wrong with it, and what to do about it.
        fault: FormatFault,
    },
    /// A file is not what the manifest says.
    #[error("{path} {fault}")]
    Changed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// A test stopped the run at a step; no other caller can.
    #[error("stopped by a test")]
    Stopped,
}

impl Error {
    /// What the disk said about an action.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// There is no character, or none between two slashes.
    #[error("a part of it is empty")]
    Empty,
    /// It is `.` or `..`, starts with a slash, or names a drive.
    #[error("it leads out of its folder")]
    Leaves,
    /// A character that some file system does not take.
    #[error("it holds a character that some file systems refuse")]
    Character,
    /// The end of a word is a dot or a space, which some file systems cut off.
    #[error("a part of it ends with a dot or a space")]
    Ending,
    /// More than 200 bytes in a word.
    #[error("a part of it has more than 200 bytes")]
    Long,
    /// It is the manifest's.
    #[error("the name belongs to the manifest")]
    Reserved,
}
