//! Sample data of the blueprints: records as their sources would send them, including invalid ones.
//!
//! In: the name of a blueprint, a number of records, a seed. Out: one file for each dataset, the same for the same
//! seed on every machine. Refuses: the clock, and any other randomness.
//!
//! Each generator simulates a small world (visitors with habits, shops with stock, machines that age), so that the
//! aggregates and dashboards of a blueprint show something. About one record in a hundred is a duplicate, is late,
//! lacks its key, or is not JSON; the first lines of each generator list them.

mod clickstream;
mod iot;
mod retail;
mod time;

use std::path::PathBuf;

use crate::files::{self, Mode};
use strataform_rows::Random;

/// The command that writes the committed samples, for messages.
const COMMAND: &str = "cargo xtask samples";

/// The seed of the committed samples: arbitrary, but fixed.
const SEED: u64 = 2026;

/// A file of sample data.
struct Sample {
    /// `event.ndjson`
    file: &'static str,
    /// Its lines.
    text: String,
}

/// Generates about this many records of a blueprint's main dataset, and the related records.
type Generator = fn(&mut Random, u32) -> Vec<Sample>;

/// The blueprints, with the generator of each and the number of records in its committed sample.
const GENERATORS: [(&str, Generator, u32); 3] = [
    ("clickstream", clickstream::generate, 400),
    ("iot-telemetry", iot::generate, 400),
    ("retail-orders", retail::generate, 300),
];

/// The samples to generate.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a committed sample is stale
    #[arg(long, exclusive = true)]
    check: bool,
    #[command(flatten)]
    more: Option<More>,
}

/// Samples in addition to the committed ones.
#[derive(Debug, clap::Args)]
struct More {
    /// Blueprint to generate records for
    #[arg(long, required = false, requires_all = ["records", "out"], value_parser = GENERATORS.map(|(name, _, _)| name))]
    blueprint: String,
    /// Approximate number of records
    #[arg(long, required = false, requires_all = ["blueprint", "out"])]
    records: u32,
    /// Folder to write to
    #[arg(long, required = false, requires_all = ["blueprint", "records"])]
    out: PathBuf,
    /// Seed of the records
    #[arg(long, default_value_t = SEED, requires = "blueprint")]
    seed: u64,
}

/// Writes or checks the committed samples, or generates more records elsewhere.
///
/// # Errors
/// If a sample is stale, or the file system fails.
pub(crate) fn run(arguments: &Arguments) -> Result<(), String> {
    match &arguments.more {
        Some(more) => elsewhere(more),
        None => committed(if arguments.check { Mode::Check } else { Mode::Write }),
    }
}

/// Writes or checks the samples of every blueprint.
///
/// # Errors
/// If a sample is stale, or the file system fails.
pub(crate) fn committed(mode: Mode) -> Result<(), String> {
    for (blueprint, generate, records) in GENERATORS {
        for sample in generate(&mut Random::new(SEED), records) {
            let path = PathBuf::from(format!("blueprints/{blueprint}/sample/{}", sample.file));
            files::write(&path, &sample.text, mode, COMMAND)?;
        }
    }
    Ok(())
}

fn elsewhere(more: &More) -> Result<(), String> {
    let found = GENERATORS.iter().find(|(name, _, _)| *name == more.blueprint);
    let (_, generate, _) = found.ok_or_else(|| format!("unknown blueprint `{}`", more.blueprint))?;
    let fault = |error: std::io::Error| format!("{}: {error}", more.out.display());
    std::fs::create_dir_all(&more.out).map_err(fault)?;
    for sample in generate(&mut Random::new(more.seed), more.records) {
        std::fs::write(more.out.join(sample.file), sample.text).map_err(fault)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_depend_on_the_seed() {
        for (name, generate, _) in GENERATORS {
            let text = |seed| {
                generate(&mut Random::new(seed), 100).into_iter().map(|one| one.text).collect::<String>()
            };
            assert_eq!(text(1), text(1), "{name}");
            assert_ne!(text(1), text(2), "{name}");
        }
    }

    #[test]
    fn samples_have_about_the_requested_number_of_records_and_some_invalid_ones() {
        for (name, generate, _) in GENERATORS {
            let samples = generate(&mut Random::new(SEED), 2_000);
            let first = &samples[0].text;
            let lines = first.lines().count();
            assert!((2_000..2_200).contains(&lines), "{name}: {lines}");
            let broken =
                first.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err());
            assert!((1..60).contains(&broken.count()), "{name}");
        }
    }
}
