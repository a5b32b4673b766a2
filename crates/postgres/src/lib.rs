//! A private, temporary PostgreSQL server.
//!
//! In: the programs of an installed PostgreSQL. Out: what scripts print, or the first fault of one. It does not use the
//! network: the server listens on a Unix socket in its own temporary directory, which is removed with it. PostgreSQL
//! refuses to run as root; for root, it runs as the user `postgres`.

#![warn(clippy::fn_params_excessive_bools)]

mod programs;
mod server;
pub mod testing;

pub use programs::Programs;
pub use server::{Cluster, SqlFault, StartFault};
