//! Output for programs: one JSON document per command.

use std::io::{self, Write as _};

use serde::Serialize;
use strataform::assembly::{Difference, Report};
pub(in crate::cli) use strataform::diagnostic::json::Finding as Diagnostic;

use super::super::outcome::Fail;
use super::super::platforms::Loaded;

/// All diagnostics of the files.
pub(in crate::cli) fn diagnostics(loaded: &[Loaded]) -> Vec<Diagnostic<'_>> {
    loaded.iter().flat_map(Loaded::placed).map(|(file, fault)| Diagnostic::of(file, fault)).collect()
}

/// The result for one environment of a platform.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Result {
    pub(in crate::cli) platform: String,
    pub(in crate::cli) environment: String,
    pub(in crate::cli) folder: String,
    pub(in crate::cli) stacks: usize,
    #[serde(flatten)]
    pub(in crate::cli) what: What,
}

/// What was written, or what differs.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(in crate::cli) enum What {
    Written { bytes: u64, written: Vec<String>, unchanged: usize, removed: Vec<String>, foreign: Vec<String> },
    Compared { differences: Vec<Differing> },
}

/// A difference.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Differing {
    kind: &'static str,
    path: String,
}

impl What {
    pub(in crate::cli) fn written(report: Report) -> Self {
        Self::Written {
            bytes: report.bytes,
            written: report.written,
            unchanged: report.unchanged.len(),
            removed: report.removed,
            foreign: report.foreign,
        }
    }

    pub(in crate::cli) fn compared(differences: &[Difference]) -> Self {
        let differences = differences.iter();
        Self::Compared {
            differences: differences
                .map(|one| Differing { kind: one.kind(), path: one.path().to_owned() })
                .collect(),
        }
    }
}

/// Writes one document to the standard output.
pub(in crate::cli) fn print(document: &impl Serialize) -> std::result::Result<(), Fail> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, document)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
