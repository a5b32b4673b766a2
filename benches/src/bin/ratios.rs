//! The ratios of building and serializing to the floor.
//!
//! In: nothing. Out: a table. Each round takes every measurement once, in turn, and the result is the minimum of all
//! rounds: other work on the machine can only add time. Results are dropped outside of the measurements.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use strataform_benches::floor::{serialize, serialize_values, values};
use strataform_benches::{SIZES, platform};

/// The approximate duration of all rounds of one size.
const BUDGET: Duration = Duration::from_secs(10);

const HEAD: &str = "\
| resources | bytes | floor µs | serialize µs | ratio | build and serialize µs | ratio | copy and floor µs | ratio |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

/// The minimum time of each measurement.
struct Least {
    floor: Duration,
    serialize: Duration,
    both: Duration,
    copied: Duration,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{HEAD}")?;
    for size in SIZES {
        let bytes = serialize(&platform(size))?.iter().map(String::len).sum();
        writeln!(out, "{}", row(size, bytes, &least(size)?))?;
    }
    Ok(())
}

fn least(size: usize) -> Result<Least, Box<dyn Error>> {
    let built = platform(size);
    let floor = values(&built)?;
    if serialize(&built)? != serialize_values(&floor) {
        return Err("the templates and the values of the floor differ".into());
    }
    let most = Duration::MAX;
    let mut least = Least { floor: most, serialize: most, both: most, copied: most };
    let start = Instant::now();
    while start.elapsed() < BUDGET {
        take(&mut least.floor, || serialize_values(black_box(&floor)));
        take(&mut least.serialize, || serialize(black_box(&built)));
        take(&mut least.copied, || {
            let copy = black_box(&floor).clone();
            (serialize_values(&copy), copy)
        });
        take(&mut least.both, || {
            let built = platform(black_box(size));
            (serialize(&built), built)
        });
    }
    Ok(least)
}

/// Measures one run.
fn take<T>(least: &mut Duration, run: impl FnOnce() -> T) {
    let start = Instant::now();
    let made = black_box(run());
    *least = (*least).min(start.elapsed());
    drop(made);
}

fn row(size: usize, bytes: usize, least: &Least) -> String {
    let micros = |time: Duration| format!("{:.0}", time.as_secs_f64() * 1e6);
    let ratio = |ours: Duration, floor: Duration| format!("{:.2}", ours.as_secs_f64() / floor.as_secs_f64());
    let cells = [
        size.to_string(),
        bytes.to_string(),
        micros(least.floor),
        micros(least.serialize),
        ratio(least.serialize, least.floor),
        micros(least.both),
        ratio(least.both, least.floor),
        micros(least.copied),
        ratio(least.both, least.copied),
    ];
    format!("| {} |", cells.join(" | "))
}
