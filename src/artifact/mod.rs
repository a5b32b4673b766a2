//! Artifacts: from typed contexts to the bytes of files.
//!
//! In: the typed contexts of the stages. Out: scripts, SQL, the statements of loads. It makes no decisions: templates
//! loop and print, and a helper quotes every value for the language that it is written in.

pub mod glue;
pub mod load;
pub mod redshift;
pub mod template;
