//! Witnesses of a report: one server for all of its parts.

use strataform::diff::{Part, Report};
use strataform::witness::{self, Server, Versions};

use super::side::Side;

/// Adds witnesses to the verdicts of a report. A part of several environments has those of the first one.
pub(super) fn add(report: &mut Report, old: &Side, new: &Side) {
    let server = Server::new();
    for part in &mut report.parts {
        if let Some(versions) = versions(part, old, new) {
            witness::add(&server, versions, &mut part.changes);
        }
    }
    report.not_run = server.why_not().map(str::to_owned);
}

/// What a part compares; `None` for an environment that is new or gone.
fn versions<'a>(part: &Part, old: &'a Side, new: &'a Side) -> Option<Versions<'a>> {
    match (old, new) {
        (Side::Template(old), Side::Template(new)) => Some(Versions::Templates(old, new)),
        (Side::Assemblies(old), Side::Assemblies(new)) => {
            let name = part.names.first()?;
            Some(Versions::Assemblies(old.get(name)?, new.get(name)?))
        }
        (Side::Template(_), Side::Assemblies(_)) | (Side::Assemblies(_), Side::Template(_)) => None,
    }
}
