//! Commands that run to completion, without input.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command; its output goes to the terminal.
///
/// # Errors
/// If it could not start (a missing program is named with its Debian package), or failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| start_error(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", line(command))) }
}

/// Runs a command and returns its standard output.
///
/// # Errors
/// As [`run`].
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| start_error(command, &error))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("`{}`: {}", line(command), output.status))
    }
}

/// Why a command did not start, and what to install.
pub(crate) fn start_error(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    match (error.kind(), package(&program)) {
        (ErrorKind::NotFound, Some(package)) => {
            format!("`{program}` is missing: install the Debian package `{package}`")
        }
        _ => format!("`{}`: {error}", line(command)),
    }
}

/// The command as typed: the program without its folder, and its arguments.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The Debian package of a program.
fn package(program: &str) -> Option<&'static str> {
    match program {
        "git" => Some("git"),
        "npm" => Some("npm"),
        "python3" => Some("python3"),
        "tar" => Some("tar"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_its_package() {
        let error = std::io::Error::from(ErrorKind::NotFound);
        let fault = start_error(&Command::new("npm"), &error);
        assert_eq!(fault, "`npm` is missing: install the Debian package `npm`");
        let fault = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(fault.starts_with("`no-such-program-here`: "), "{fault}");
    }

    #[test]
    fn a_failure_names_the_command_line() {
        let fault = run(Command::new("false").arg("--now")).unwrap_err();
        assert_eq!(fault, "`false --now`: exit status: 1");
        let fault = run(&mut Command::new("/bin/false")).unwrap_err();
        assert_eq!(fault, "`false`: exit status: 1", "the folder is noise");
        assert_eq!(output(Command::new("echo").arg("word")).unwrap(), b"word\n");
    }
}
