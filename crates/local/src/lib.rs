//! A local AWS for trying deployments: found on its port, or installed and started.
//!
//! In: a port, a folder of its own, optionally a Python that has ministack and the program that emulates the warehouse.
//! Out: the endpoint of a server that answered. It refuses a port that another program uses, a Python package whose
//! hash is not the pinned one, and to stop a server that this call did not start: the server outlives its caller, so
//! that the next one finds it.

#![warn(clippy::fn_params_excessive_bools)]

mod fault;
mod health;
mod python;
mod sources;
mod spark;
mod start;

pub use fault::Fault;
pub use health::find;
pub use spark::with_spark;
pub use start::find_or_start;

use std::path::PathBuf;

/// The default port.
pub const DEFAULT_PORT: u16 = 4566;

/// Where to look for the local AWS, and what to start it with if none is running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port of its endpoint on this machine.
    pub port: u16,
    /// A folder for the installation and the log; created if it does not exist.
    pub home: PathBuf,
    /// A Python that has ministack. One without it is used to create the environment to install into.
    pub python: Option<PathBuf>,
    /// The program that emulates the warehouse, `strataform-warehouse`. Without it, no statement runs.
    pub warehouse: Option<PathBuf>,
    /// A Python that has PySpark; otherwise one is installed when it is first needed.
    pub spark: Option<PathBuf>,
}

impl Options {
    /// Options for the default port, with everything installed below this folder.
    #[must_use]
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { port: DEFAULT_PORT, home: home.into(), python: None, warehouse: None, spark: None }
    }
}

/// A local AWS that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its endpoint, as for `--endpoint-url`.
    pub endpoint: String,
    /// Whether this call started it; otherwise it was running already.
    pub started: bool,
    /// Its process ID.
    pub process: u32,
    /// Its log; `None` if it was not started from this folder.
    pub log: Option<PathBuf>,
}
