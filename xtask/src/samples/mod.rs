//! Sample data of the blueprints: records as their sources would send them, dirt included.
//!
//! In: the name of a blueprint, a number of records, a seed. Out: files, one a dataset, the same for the same
//! seed on every machine. Refuses: the clock, and any other randomness.
//!
//! Each generator plays a small world (visitors with habits, shops with stock, machines that age), so that the
//! aggregates and dashboards of a blueprint show something. About one record in a hundred is dirty: it came
//! twice, comes late, lacks its key, or is no JSON at all; the first lines of each generator say which.

mod clickstream;
mod iot;
mod retail;
mod time;

use std::path::{Path, PathBuf};

use crate::files;
use strataform_rows::Random;

/// The command that makes the committed samples, for messages.
const COMMAND: &str = "cargo xtask samples";

/// The seed of the committed samples: any number will do, as long as it stays.
const SEED: u64 = 2026;

/// A file of sample data.
struct Sample {
    /// `event.ndjson`
    file: &'static str,
    /// Its lines.
    text: String,
}

/// Makes about so many records of a blueprint's main dataset, and what belongs to them.
type Generator = fn(&mut Random, u32) -> Vec<Sample>;

/// The blueprints with the generator of each, and how many records its committed sample has.
const GENERATORS: [(&str, Generator, u32); 3] = [
    ("clickstream", clickstream::generate, 400),
    ("iot-telemetry", iot::generate, 400),
    ("retail-orders", retail::generate, 300),
];

/// Writes the committed samples (`--check`: says whether they are what the generators give), or, with
/// `--blueprint NAME --records N --out DIR [--seed S]`, as many records as asked for, elsewhere.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    match args {
        [] => committed(false),
        [check] if check == "--check" => committed(true),
        _ => elsewhere(args),
    }
}

fn committed(check: bool) -> Result<(), String> {
    for (blueprint, generate, records) in GENERATORS {
        for sample in generate(&mut Random::new(SEED), records) {
            let path = PathBuf::from(format!("blueprints/{blueprint}/sample/{}", sample.file));
            files::write(&path, &sample.text, check, COMMAND)?;
        }
    }
    Ok(())
}

fn elsewhere(args: &[String]) -> Result<(), String> {
    let value = |name: &str| {
        let at = args.iter().position(|arg| arg == name)?;
        args.get(at + 1).cloned()
    };
    let need = |name: &str| value(name).ok_or_else(|| format!("`{name}` is missing"));
    let number = |name: &str, text: String| text.parse().map_err(|_| format!("`{name} {text}` is no number"));
    let blueprint = need("--blueprint")?;
    let records = number("--records", need("--records")?)?;
    let out = need("--out")?;
    let seed = value("--seed").map_or(Ok(SEED), |text| number("--seed", text))?;
    let records = u32::try_from(records).map_err(|_| format!("`--records {records}` is too many"))?;
    let names = || GENERATORS.map(|(name, _, _)| name).join(", ");
    let (_, generate, _) = GENERATORS
        .iter()
        .find(|(name, _, _)| *name == blueprint)
        .ok_or_else(|| format!("there is no blueprint `{blueprint}`: {}", names()))?;
    let fault = |error: std::io::Error| format!("{out}: {error}");
    std::fs::create_dir_all(&out).map_err(fault)?;
    for sample in generate(&mut Random::new(seed), records) {
        std::fs::write(Path::new(&out).join(sample.file), sample.text).map_err(fault)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_records_and_another_seed_others() {
        for (name, generate, _) in GENERATORS {
            let text = |seed| {
                generate(&mut Random::new(seed), 100).into_iter().map(|one| one.text).collect::<String>()
            };
            assert_eq!(text(1), text(1), "{name}");
            assert_ne!(text(1), text(2), "{name}");
        }
    }

    #[test]
    fn samples_hold_about_as_many_records_as_asked_for_and_some_dirt() {
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
