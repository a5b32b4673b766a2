//! A data platform of any size, for measurements.
//!
//! In: a number of resources. Out: as few templates as possible with that many resources, given CloudFormation's
//! limit of 500 per template. Of every 20 resources, two belong to a team (a database and a topic) and 18 are two
//! datasets of nine each: bucket, stream, log group, role, policy, table, delivery stream, job and alarm, connected
//! by handles.
//!
//! It refuses to measure: `benches/` and `peers.py` do.

mod access;
pub mod floor;
mod ingestion;
mod processing;
mod team;

use strataform_template::Template;

pub use team::{DATASETS, Dataset, PER_TEAM, Shared};

/// The maximum number of resources in a template.
pub const PER_TEMPLATE: usize = 500;

/// The numbers of resources to measure.
pub const SIZES: [usize; 3] = [100, 500, 5_000];

/// Templates with a total of `resources` resources, rounded down to whole teams of [`PER_TEAM`].
#[must_use]
pub fn platform(resources: usize) -> Vec<Template> {
    let teams: Vec<usize> = (0..resources / PER_TEAM).collect();
    teams.chunks(PER_TEMPLATE / PER_TEAM).map(template).collect()
}

fn template(teams: &[usize]) -> Template {
    let mut template = Template::new();
    template.description("Streams into buckets, tables over them, jobs that clean them");
    for team in teams {
        let name = format!("team-{team}");
        let shared = team::shared(&mut template, &name);
        for dataset in DATASETS {
            Dataset::new(&name, dataset).add(&mut template, &shared);
        }
    }
    template
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::platform;

    #[test]
    fn the_requested_number_of_resources_in_as_few_templates_as_possible() {
        for (asked, templates) in [(100, 1), (500, 1), (5_000, 10)] {
            let platform = platform(asked);
            assert_eq!(platform.len(), templates);
            assert_eq!(platform.iter().map(|one| one.resources().count()).sum::<usize>(), asked);
            assert!(platform.iter().all(|one| one.faults().is_empty()));
        }
    }

    #[test]
    fn resources_are_those_of_a_platform() {
        let mut types = BTreeMap::<&str, usize>::new();
        let platform = platform(100);
        for (_, entry) in platform[0].resources() {
            *types.entry(&entry.resource_type).or_default() += 1;
        }
        let shared = ["AWS::Glue::Database", "AWS::SNS::Topic"];
        assert_eq!(types.len(), 11);
        assert!(types.iter().all(|(name, count)| *count == if shared.contains(name) { 5 } else { 10 }));
    }
}
