//! Artifacts: from typed contexts to the bytes of files.
//!
//! In: what the stages decided. Out: scripts, SQL, the statements of loads. It refuses to decide anything: templates
//! loop and print, and every value passes a helper that quotes it for the language it lands in.

pub mod glue;
pub mod load;
pub mod redshift;
pub mod template;
