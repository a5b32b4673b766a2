//! The assembly of a deployed version, for `gen diff --deployed`.

use strataform::assembly::Assembly;
use strataform::deploy::{self, Fault};

use super::super::Format;
use super::super::outcome::Fail;
use super::faults;
use super::show::Show;
use super::target::{Reach, Session, Target};

/// A deployed version: which one, of which platform and environment.
pub(in crate::cli) struct Version {
    /// `version 3 of shop/dev`
    pub(in crate::cli) title: String,
    /// `shop/dev`
    pub(in crate::cli) name: String,
    pub(in crate::cli) assembly: Assembly,
}

/// The version with a number, or the one that is deployed.
pub(in crate::cli) fn version(
    reach: &Reach,
    (platform, environment): (Option<&str>, Option<&str>),
    number: Option<u64>,
) -> Result<Version, Fail> {
    let show = Show::new(Format::Human);
    let session = Session::open(&Target::of(reach, environment), platform, &show)?;
    let store = session.store();
    let name = format!("{}/{}", session.platform.name, session.environment().name);
    let found =
        record(&store, number).and_then(|record| Ok((record.number, store.assembly(&record.assembly)?)));
    match found {
        Ok((number, assembly)) => {
            Ok(Version { title: format!("version {number} of {name}"), name, assembly })
        }
        Err(fault) => match faults(&session, &show, &[fault]) {
            Ok(_) => Err(Fail::Shown(5)),
            Err(shown) => Err(shown),
        },
    }
}

fn record(store: &deploy::Store<'_>, number: Option<u64>) -> Result<deploy::Record, Fault> {
    let record = match number {
        Some(number) => Some(store.version(number)?),
        None => store.head()?.as_ref().and_then(|head| head.assembled()).cloned(),
    };
    record.filter(|record| !record.assembly.is_empty()).ok_or_else(|| {
        Fault::refused(deploy::ABSENT, "no version with an assembly is deployed")
            .help("`gen history` lists the versions")
    })
}
