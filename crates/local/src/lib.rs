//! A local AWS to try deployments on: found on its port, or installed and started.
//!
//! In: a port, a folder of its own, perhaps a Python that has ministack and the program that stands for the warehouse.
//! Out: the endpoint of a server that answered. It refuses a port where something else listens, a Python package whose
//! hash is not the pinned one, and to end what it did not start in this very call: the server outlives its caller, so
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

/// The port that is asked where nobody names another one.
pub const DEFAULT_PORT: u16 = 4566;

/// Where the local AWS is looked for, and of what it is started where none runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The port of its endpoint on this machine.
    pub port: u16,
    /// A folder for what is installed and for its log; made where there is none.
    pub home: PathBuf,
    /// An interpreter that has ministack already. One that has not makes the environment that is installed.
    pub python: Option<PathBuf>,
    /// The program that stands for the warehouse, `strataform-warehouse`. Without it no statement runs.
    pub warehouse: Option<PathBuf>,
    /// An interpreter that has PySpark already; otherwise one is installed when it is first needed.
    pub spark: Option<PathBuf>,
}

impl Options {
    /// What is asked on the usual port and installed below this folder.
    #[must_use]
    pub fn new(home: impl Into<PathBuf>) -> Self {
        Self { port: DEFAULT_PORT, home: home.into(), python: None, warehouse: None, spark: None }
    }
}

/// A local AWS that answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Where it answers, as `--endpoint-url` takes it.
    pub endpoint: String,
    /// Whether it was started just now; otherwise it ran already.
    pub started: bool,
    /// The process.
    pub process: u32,
    /// What it says as it goes; nothing where somebody else started it.
    pub log: Option<PathBuf>,
}
