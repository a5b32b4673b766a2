//! Rows of typed columns: read from Parquet, written to it, and drawn from a seed.
//!
//! In: Parquet files, or a seed. Out: [`Table`]s, one column at a time. It refuses types that a dataset's column
//! cannot have ([`Fault`]): nested columns, unsigned numbers, times of day.
//!
//! ```
//! use strataform_rows::{Column, Kind, Table, Value};
//!
//! let column = Column { name: "id".to_owned(), kind: Kind::Integer, nullable: false };
//! let table = Table { columns: vec![column], values: vec![vec![Value::Integer(1), Value::Integer(2)]] };
//! assert_eq!(table.rows(), 2);
//! ```

#![warn(clippy::fn_params_excessive_bools)]

mod parquet;
mod random;
mod value;

pub use parquet::{Fault, Reader, write};
pub use random::Random;
pub use value::{Column, Kind, Table, Value, days, micros};
