//! A private `PostgreSQL` server: found, started on a socket of its own, used, and gone again.
//!
//! In: the programs of an installed server. Out: what scripts print, or the first fault of one. Refuses the network:
//! the server listens on a socket in a folder of its own, which goes with it. `PostgreSQL` does not run as root; root
//! runs it as the user `postgres`.

#![warn(clippy::fn_params_excessive_bools)]

mod programs;
mod server;
pub mod testing;

pub use programs::Programs;
pub use server::{Cluster, SqlFault, StartFault};
