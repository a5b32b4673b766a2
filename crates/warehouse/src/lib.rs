//! A warehouse to try Redshift's text on: a database of a private PostgreSQL that copies Parquet.
//!
//! In: text of Redshift, and folders in the place of buckets. Out: what the statements did. It refuses what the strict
//! layer refuses, before any statement runs, and what COPY would refuse of a file: the shipped text is what runs, and
//! nothing is put right on the way ([`Fault`]).

mod batch;
mod copy;
mod fault;
mod text;
mod warehouse;

pub use batch::{Answer, Stopped};
pub use fault::Fault;
pub use warehouse::{Contents, Done, Warehouse};
