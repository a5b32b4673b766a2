//! Commands that run to their end, with no input.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a command; what it says goes to the terminal.
///
/// # Errors
/// It could not start (a program that is missing is named with its Debian package), or it failed.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| unstarted(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", line(command))) }
}

/// Runs a command and takes what it prints on standard output.
///
/// # Errors
/// As [`run`].
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| unstarted(command, &error))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("`{}`: {}", line(command), output.status))
    }
}

/// Why a command did not start, and what to install.
pub(crate) fn unstarted(command: &Command, error: &std::io::Error) -> String {
    let program = command.get_program().to_string_lossy();
    match (error.kind(), package(&program)) {
        (ErrorKind::NotFound, Some(package)) => {
            format!("`{program}` is missing: install the Debian package `{package}`")
        }
        _ => format!("`{}`: {error}", line(command)),
    }
}

/// The command as one would type it: the program without its folder, and its arguments.
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
        let said = unstarted(&Command::new("npm"), &error);
        assert_eq!(said, "`npm` is missing: install the Debian package `npm`");
        let said = run(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(said.starts_with("`no-such-program-here`: "), "{said}");
    }

    #[test]
    fn a_failure_says_the_command_line() {
        let said = run(Command::new("false").arg("--now")).unwrap_err();
        assert_eq!(said, "`false --now`: exit status: 1");
        let said = run(&mut Command::new("/bin/false")).unwrap_err();
        assert_eq!(said, "`false`: exit status: 1", "the folder is noise");
        assert_eq!(output(Command::new("echo").arg("word")).unwrap(), b"word\n");
    }
}
