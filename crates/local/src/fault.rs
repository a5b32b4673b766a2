//! [`Fault`]: why the local AWS cannot be used, and what to do.

use std::path::PathBuf;

/// Why the local AWS cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Another program listens on its port.
    #[error("port {port} is in use by another program: {detail}; {OTHER_PORT}")]
    Taken {
        /// The port.
        port: u16,
        /// What is known about that program.
        detail: String,
    },
    /// A local AWS of another version of this program listens on its port.
    #[error(
        "a local AWS of another version ({version}) listens on port {port}: stop it with `kill {process}`, or choose another \
         port with STRATAFORM_LOCAL_PORT"
    )]
    OtherVersion {
        /// The port.
        port: u16,
        /// Its version.
        version: u64,
        /// Its process.
        process: u32,
    },
    /// No suitable Python was found.
    #[error(
        "the local AWS requires Python 3.11 or later: {program}: {detail}; install it (Debian: python3 and \
         python3-venv)"
    )]
    NoPython {
        /// The program that was run.
        program: PathBuf,
        /// Its error.
        detail: String,
    },
    /// Python could not create a virtual environment.
    #[error(
        "cannot create a Python virtual environment; install the venv module (Debian: python3-venv): {detail}"
    )]
    NoEnvironment {
        /// The end of its output.
        detail: String,
    },
    /// The packages could not be installed.
    #[error(
        "pip failed to install the packages of the local AWS; check that pip can reach its package index and that \
         Python is 3.11 or later: {detail}"
    )]
    Packages {
        /// The end of pip's output.
        detail: String,
    },
    /// Spark requires Java, which was not found.
    #[error(
        "Spark requires Java 17: {program}: {detail}; install it (Debian: openjdk-17-jre-headless), or set \
         JAVA_HOME to its folder"
    )]
    NoJava {
        /// The program that was run.
        program: PathBuf,
        /// Its error.
        detail: String,
    },
    /// The running local AWS was started without Spark.
    #[error(
        "the local AWS on port {port} was started without Spark: stop it, and `gen run --local` starts one with it; or \
         set STRATAFORM_SPARK_PYTHON to a Python with PySpark 3.5 before you start it"
    )]
    NoSpark {
        /// Its port.
        port: u16,
    },
    /// The running local AWS expects Spark in a folder that `gen` does not manage, where it is missing.
    #[error(
        "the local AWS on port {port} expects PySpark in {python}, which is missing: install PySpark 3.5 there, or stop the \
         server, and `gen run --local` installs Spark and starts another one"
    )]
    SparkElsewhere {
        /// Its port.
        port: u16,
        /// The Python in which it expects PySpark.
        python: PathBuf,
    },
    /// A file or a folder could not be read or written.
    #[error("{path}: {detail}; set STRATAFORM_LOCAL_HOME to a writable folder")]
    File {
        /// The path.
        path: PathBuf,
        /// The error.
        detail: String,
    },
    /// It exited during startup.
    #[error("the local AWS exited during startup ({status}); see its log {log}: {detail}")]
    Ended {
        /// Its exit status.
        status: String,
        /// The end of its log.
        detail: String,
        /// The log.
        log: PathBuf,
    },
    /// It did not answer in time after its start, and was stopped.
    #[error("the local AWS did not answer within {seconds} s and was stopped; see its log {log}: {detail}")]
    Silent {
        /// How long `gen` waited, in seconds.
        seconds: u64,
        /// The end of its log.
        detail: String,
        /// The log.
        log: PathBuf,
    },
}

/// How to choose another port.
const OTHER_PORT: &str = "choose another port with STRATAFORM_LOCAL_PORT, or stop the program that uses it";

/// The last lines of a text that may be long: the error is at the end.
pub(crate) fn tail(text: &str) -> String {
    const LINES: usize = 12;
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "no output".to_owned();
    }
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_cause_and_a_remedy() {
        let taken = Fault::Taken { port: 80, detail: "it does not speak HTTP".to_owned() }.to_string();
        assert!(taken.contains("port 80") && taken.contains("STRATAFORM_LOCAL_PORT"), "{taken}");
        let none = Fault::NoPython { program: "python3".into(), detail: "not found".to_owned() }.to_string();
        assert!(none.contains("python3: not found; install"), "{none}");
        let other = Fault::OtherVersion { port: 1, version: 2, process: 77 }.to_string();
        assert!(other.contains("kill 77"), "{other}");
    }

    #[test]
    fn the_end_of_a_text_is_kept() {
        let long: Vec<String> = (0..40).map(|line| format!("line {line}\n")).collect();
        let end = tail(&long.concat());
        assert!(end.starts_with("line 28\n") && end.ends_with("line 39"), "{end}");
        assert_eq!(tail(" \n"), "no output");
    }
}
