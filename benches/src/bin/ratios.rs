//! How far building and serialising lie above the floor.
//!
//! In: nothing. Out: a table. Each round takes every measure once, one after the other, and the least
//! time of all rounds counts: what else the machine does can only add to it. What a measure makes is
//! freed outside of it, in all of them.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use strataform_benches::floor::{serialise, serialise_values, values};
use strataform_benches::{SIZES, platform};

/// How long all rounds of one size take, about.
const BUDGET: Duration = Duration::from_secs(10);

const HEAD: &str = "\
| resources | bytes | floor µs | serialise µs | ratio | build and serialise µs | ratio | copy and floor µs | ratio |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

/// The least time of each measure.
struct Least {
    floor: Duration,
    serialise: Duration,
    both: Duration,
    copied: Duration,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{HEAD}")?;
    for size in SIZES {
        let bytes = serialise(&platform(size))?.iter().map(String::len).sum();
        writeln!(out, "{}", row(size, bytes, &least(size)?))?;
    }
    Ok(())
}

fn least(size: usize) -> Result<Least, Box<dyn Error>> {
    let built = platform(size);
    let floor = values(&built)?;
    if serialise(&built)? != serialise_values(&floor) {
        return Err("the templates and the values of the floor differ".into());
    }
    let most = Duration::MAX;
    let mut least = Least { floor: most, serialise: most, both: most, copied: most };
    let start = Instant::now();
    while start.elapsed() < BUDGET {
        take(&mut least.floor, || serialise_values(black_box(&floor)));
        take(&mut least.serialise, || serialise(black_box(&built)));
        take(&mut least.copied, || {
            let copy = black_box(&floor).clone();
            (serialise_values(&copy), copy)
        });
        take(&mut least.both, || {
            let built = platform(black_box(size));
            (serialise(&built), built)
        });
    }
    Ok(least)
}

/// Runs it once.
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
        micros(least.serialise),
        ratio(least.serialise, least.floor),
        micros(least.both),
        ratio(least.both, least.floor),
        micros(least.copied),
        ratio(least.both, least.copied),
    ];
    format!("| {} |", cells.join(" | "))
}
