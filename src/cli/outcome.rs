//! How a command ends: its message and exit code.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use strataform::diagnostic::BUG;

use super::view::human;

/// The result of a command that completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Success.
    Done,
    /// There are diagnostics or differences, which have been shown.
    Found,
    /// There is something that must be allowed by name: exit code 3.
    Dangerous,
}

/// Why a command did not complete.
#[derive(Debug)]
pub(super) enum Fail {
    /// The request cannot be carried out: exit code 1.
    Refused {
        /// What is wrong, in one line.
        message: String,
        /// What to do next; may be empty.
        help: String,
    },
    /// The arguments contradict each other or the project: exit code 2.
    Usage {
        /// What is wrong, in one line.
        message: String,
        /// What to do next; may be empty.
        help: String,
    },
    /// The fault has been shown already; only the exit code is left.
    #[cfg(feature = "deploy")]
    Shown(u8),
    /// Writing to a stream failed.
    Output(io::Error),
    /// A bug in gen: exit code 70.
    Bug(String),
}

impl Fail {
    pub(super) fn refused(message: impl Display, help: impl Into<String>) -> Self {
        Self::Refused { message: message.to_string(), help: help.into() }
    }

    pub(super) fn usage(message: impl Display, help: impl Into<String>) -> Self {
        Self::Usage { message: message.to_string(), help: help.into() }
    }
}

impl From<io::Error> for Fail {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Fail {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => Self::Output(kind.into()),
            None => Self::Bug(error.to_string()),
        }
    }
}

/// Prints what went wrong, and returns the exit code.
pub(super) fn exit_code(result: Result<Outcome, Fail>) -> ExitCode {
    let (message, help, code) = match result {
        Ok(Outcome::Done) => return ExitCode::SUCCESS,
        Ok(Outcome::Found) => return ExitCode::from(1),
        Ok(Outcome::Dangerous) => return ExitCode::from(3),
        // The reader closed the pipe, as in `gen schema | head`.
        Err(Fail::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        #[cfg(feature = "deploy")]
        Err(Fail::Shown(code)) => return ExitCode::from(code),
        Err(Fail::Output(error)) => (format!("cannot write: {error}"), String::new(), 1),
        Err(Fail::Refused { message, help }) => (message, help, 1),
        Err(Fail::Usage { message, help }) => (message, help, 2),
        Err(Fail::Bug(message)) => (message, our_bug(), 70),
    };
    // Even if the standard error is closed, the exit code reports the fault.
    let _ = human::error(&message, &help);
    ExitCode::from(code)
}

/// How to report a bug in gen, with the version and the address.
fn our_bug() -> String {
    let (place, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    format!("{BUG} and the command at {place}/issues (gen {version})")
}

/// Makes a panic report a bug in gen, and exit with code 70.
#[expect(clippy::exit, reason = "a panic ends the process with the code for bugs")]
pub(super) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let message = payload.downcast_ref::<&str>().copied();
        let message =
            message.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let place = panic.location().map_or(String::new(), |place| format!(" at {place}"));
        let _ = human::error(&format!("gen panicked{place}: {message}"), &our_bug());
        std::process::exit(70);
    }));
}
