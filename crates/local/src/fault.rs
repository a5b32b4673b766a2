//! [`Fault`]: why there is no local AWS, and what to do.

use std::path::PathBuf;

/// Why there is no local AWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Something else listens on its port.
    #[error("port {port} is taken, and not by the local AWS: {said}; {OTHER_PORT}")]
    Taken {
        /// The port.
        port: u16,
        /// What is known of it.
        said: String,
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
    /// There is no Python to install it with.
    #[error(
        "there is no Python to install the local AWS with: {program}: {said}; install Python 3.11 or later (Debian: \
         python3 and python3-venv)"
    )]
    NoPython {
        /// What was run.
        program: PathBuf,
        /// What came of it.
        said: String,
    },
    /// Python makes no virtual environment.
    #[error("Python made no virtual environment; install its module venv (Debian: python3-venv): {said}")]
    NoEnvironment {
        /// What it said.
        said: String,
    },
    /// The packages could not be installed.
    #[error(
        "pip did not install the packages of the local AWS; see that pip reaches its package index, and that Python is \
         3.11 or later: {said}"
    )]
    Packages {
        /// The end of what pip said.
        said: String,
    },
    /// Spark cannot run without Java.
    #[error(
        "Spark requires Java 17: {program}: {said}; install it (Debian: openjdk-17-jre-headless), or name its folder in \
         JAVA_HOME"
    )]
    NoJava {
        /// What was run.
        program: PathBuf,
        /// What came of it.
        said: String,
    },
    /// The local AWS that runs was started without Spark.
    #[error(
        "the local AWS on port {port} was started without Spark: stop it, and `gen run --local` starts one that has it; or \
         start it with STRATAFORM_SPARK_PYTHON, a Python with PySpark 3.5"
    )]
    NoSpark {
        /// Its port.
        port: u16,
    },
    /// The local AWS that runs looks for Spark in a place that is not ours, and it is not there.
    #[error(
        "the local AWS on port {port} expects PySpark in {python}, which is missing: install PySpark 3.5 there, or stop the \
         server, and `gen run --local` starts one that it installs Spark for"
    )]
    SparkElsewhere {
        /// Its port.
        port: u16,
        /// Where it looks for the Python that has PySpark.
        python: PathBuf,
    },
    /// A file or a folder could not be read or written.
    #[error("{path}: {said}; name a folder that may be written in STRATAFORM_LOCAL_HOME")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        said: String,
    },
    /// It was started and ended.
    #[error("the local AWS ended at its start ({status}); its log is {log}: {said}")]
    Ended {
        /// How.
        status: String,
        /// The end of its log.
        said: String,
        /// The log.
        log: PathBuf,
    },
    /// It was started and did not answer in time; it was ended again.
    #[error("the local AWS did not answer within {seconds} s and was stopped; its log is {log}: {said}")]
    Silent {
        /// How long it was waited for, in seconds.
        seconds: u64,
        /// The end of its log.
        said: String,
        /// The log.
        log: PathBuf,
    },
}

/// How another port is chosen, by whom users know.
const OTHER_PORT: &str = "choose another port with STRATAFORM_LOCAL_PORT, or stop what listens there";

/// The end of a text that may be long: what went wrong stands last.
pub(crate) fn tail(text: &str) -> String {
    const LINES: usize = 12;
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "it said nothing".to_owned();
    }
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_its_cause_and_what_to_do() {
        let taken = Fault::Taken { port: 80, said: "it speaks no HTTP".to_owned() }.to_string();
        assert!(taken.contains("port 80") && taken.contains("STRATAFORM_LOCAL_PORT"), "{taken}");
        let none = Fault::NoPython { program: "python3".into(), said: "not found".to_owned() }.to_string();
        assert!(none.contains("python3: not found; install"), "{none}");
        let other = Fault::OtherVersion { port: 1, version: 2, process: 77 }.to_string();
        assert!(other.contains("kill 77"), "{other}");
    }

    #[test]
    fn the_end_of_a_text_is_kept() {
        let long: Vec<String> = (0..40).map(|line| format!("line {line}\n")).collect();
        let end = tail(&long.concat());
        assert!(end.starts_with("line 28\n") && end.ends_with("line 39"), "{end}");
        assert_eq!(tail(" \n"), "it said nothing");
    }
}
