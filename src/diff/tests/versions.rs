//! Lines of versions of platforms, for tests of what holds for any two. The edits are random, with a seed.

use std::sync::OnceLock;

use strataform_rows::Random;

use super::platform::{BLUEPRINTS, Project};
use super::random::edited;
use crate::assembly::Assembly;

/// How many versions a line has: each is compared with each later one.
const VERSIONS: usize = 13;

/// A version of a platform.
pub(crate) struct Version {
    /// The edit that made it.
    pub(crate) said: String,
    pub(crate) assembly: Assembly,
}

/// A line of versions of each blueprint, each by a random edit of the one before.
pub(super) fn lines() -> &'static [Vec<Version>] {
    static LINES: OnceLock<Vec<Vec<Version>>> = OnceLock::new();
    LINES.get_or_init(|| {
        let mut random = Random::new(18);
        let name = |(name, ..): (&str, &str, &str)| format!("{name}/prod");
        BLUEPRINTS.into_iter().map(|one| line(&name(one), &mut random)).collect()
    })
}

fn line(name: &str, random: &mut Random) -> Vec<Version> {
    let mut project = Project::of(name);
    let mut found = vec![Version { said: name.to_owned(), assembly: project.assembly() }];
    while found.len() < VERSIONS {
        let Some((next, said)) = edited(&project, random) else { continue };
        let Ok(assembly) = next.try_assembly() else { continue };
        project = next;
        found.push(Version { said: format!("{name}: {said}"), assembly });
    }
    found
}

/// All pairs of versions.
pub(crate) fn pairs() -> impl Iterator<Item = (&'static Version, &'static Version)> {
    lines().iter().flat_map(|line| {
        line.iter().enumerate().flat_map(|(at, old)| line[at + 1..].iter().map(move |new| (old, new)))
    })
}
