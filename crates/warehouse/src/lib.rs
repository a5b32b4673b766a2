//! A warehouse to test Redshift SQL: a database on a private PostgreSQL server that copies Parquet.
//!
//! In: Redshift SQL, and folders that stand in for buckets. Out: the results of the statements. It rejects what the
//! strict SQL layer rejects, before any statement runs, and files that COPY would reject: it runs the shipped SQL as it
//! is, and corrects nothing ([`Fault`]).

mod batch;
mod copy;
mod fault;
mod late;
mod text;
mod warehouse;

pub use batch::{StatementResult, Stopped};
pub use fault::Fault;
pub use warehouse::{Contents, Done, Warehouse};
