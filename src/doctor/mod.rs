//! The doctor: does the account have what a platform assumes? It asks before the first deployment.
//!
//! In: what an environment needs ([`Needs`]), a connection. Out: a [`Verdict`] of each check ([`CHECKS`]), with evidence.
//! The same checks run in `gen doctor`, and the cheap ones of them before the first deployment.
//!
//! It refuses to change anything: it makes read-only calls, and a check states which.

mod check;
mod checks;
mod needs;

pub use check::{Account, Check, Cost, Examined, Problem, Verdict, When, examine};
pub use checks::CHECKS;
pub use needs::{Dashboards, Needs, NeedsFault, Network};
