//! [`Error`]: why an assembly could not be written or read.

use std::io;
use std::path::{Path, PathBuf};

use super::FormatFault;

/// Why an assembly could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An I/O operation failed.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// The operation: `write`, `rename`.
        action: &'static str,
        /// The path of the operation.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// A file of a draft has an invalid path.
    #[error("invalid file path {path:?}: {fault}")]
    Path {
        /// The path.
        path: String,
        /// Why it is invalid.
        fault: PathFault,
    },
    /// Two paths collide: they differ only in case, or one is a parent folder of the other.
    #[error(
        "{first:?} and {second:?} collide: they differ only in case, or one is a parent folder of the other"
    )]
    Collision {
        /// The first path.
        first: String,
        /// The second path.
        second: String,
    },
    /// A draft is inconsistent: a bug in the code that created it.
    #[error("inconsistent assembly: {fault}")]
    Draft {
        /// What is wrong with it.
        fault: String,
    },
    /// There is a symbolic link where files are written.
    #[error("{path} is a symbolic link; remove it: gen does not follow links")]
    Symlink {
        /// The path.
        path: PathBuf,
    },
    /// A file that `gen` did not write is where it would write one.
    #[error(
        "{path} is in the way: gen did not write it and would overwrite it; move it or choose another --out"
    )]
    Occupied {
        /// The file.
        path: PathBuf,
    },
    /// Another run is writing to the folder.
    #[error("another gen is writing to {path}; try again when it has finished")]
    Busy {
        /// The locked folder.
        path: PathBuf,
    },
    /// There is a tree of an interrupted run, and something else in its place.
    #[error(
        "an interrupted run left {path}, but another folder has taken its place; move one of the two away"
    )]
    Leftover {
        /// The tree of the interrupted run.
        path: PathBuf,
    },
    /// The manifest is missing or was changed.
    #[error("{path}: {fault}")]
    Manifest {
        /// The path.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// The manifest has another format, or is broken.
    #[error("{path}: {fault}; {}", .fault.help())]
    Format {
        /// The path.
        path: PathBuf,
        /// What is wrong with it, with the next step.
        fault: FormatFault,
    },
    /// A file does not match the manifest.
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
    /// Wraps an error of the operating system.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}

/// Why a path is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// The path, or a part between two slashes, is empty.
    #[error("a part of the path is empty")]
    Empty,
    /// It contains `.` or `..` as a part, or starts with a slash.
    #[error("the path leads outside the folder")]
    Leaves,
    /// It contains a character that some file systems do not allow.
    #[error("the path contains a character that some file systems do not allow")]
    Character,
    /// A part ends with a dot or a space, which some file systems strip.
    #[error("a part of the path ends with a dot or a space")]
    Ending,
    /// A part has more than 200 bytes.
    #[error("a part of the path has more than 200 bytes")]
    Long,
    /// It is the path of the manifest.
    #[error("the name is reserved for the manifest")]
    Reserved,
}
