//! Machines at four sites, each with three sensors, over two days.
//!
//! Per thousand records: 10 are duplicates, 4 are truncated, 6 have no value and no fault code, 5 have a value that
//! is not a number, and 5 are from a sensor whose code says that it is broken.

use std::fmt::Write as _;

use serde_json::json;

use super::Sample;
use super::time::{DAY, Moment};
use strataform_rows::Random;

const SITES: [(&str, &str); 4] = [("hamburg", "DE"), ("lyon", "FR"), ("gdańsk", "PL"), ("utrecht", "NL")];
const MODELS: [&str; 3] = ["press-200", "lathe-7", "oven-x"];
/// Name, unit, usual value and deviation, in thousandths.
const SENSORS: [(&str, &str, u64, u64); 3] =
    [("temperature", "C", 62_000, 9_000), ("vibration", "mm/s", 2_100, 900), ("power", "kW", 14_000, 5_000)];
const DEVICES: u64 = 24;

pub(super) fn generate(random: &mut Random, records: u32) -> Vec<Sample> {
    let mut text = String::new();
    let every = 2 * DAY / u64::from(records.max(1));
    for at in 0..u64::from(records) {
        let now = at * every + random.below(every.max(1));
        let line = measurement(random, now);
        let times = if random.permille(10) { 2 } else { 1 };
        for _ in 0..times {
            text.push_str(&line);
            text.push('\n');
        }
    }
    vec![Sample { file: "measurement.ndjson", text }, Sample { file: "device.ndjson", text: devices(random) }]
}

fn measurement(random: &mut Random, now: u64) -> String {
    let device = random.below(DEVICES);
    let (sensor, unit, usual, strays) = random.pick(&SENSORS);
    let value = usual + random.below(strays) + device * 40;
    let quality = if random.permille(5) { 17 } else { 0 };
    let value = match random.below(1_000) {
        0..6 => json!(null),
        6..11 => json!("n/a"),
        _ => json!(thousandths(value)),
    };
    let record = json!({
        "device_id": format!("m-{device:04}"),
        "sensor": sensor,
        "measured_at": Moment(now).iso(),
        "value": value,
        "unit": unit,
        "quality": quality,
        "firmware": random.favorite(&["4.2.1", "4.2.0", "3.9.7"]),
        "location": {"site": SITES[usize::try_from(device % 4).unwrap_or(0)].0, "line": device % 3},
    });
    let text = record.to_string();
    if random.permille(4) { text.chars().take(text.chars().count() / 2).collect() } else { text }
}

/// The number in JSON, written from integers so that rounding does not differ between machines.
fn thousandths(value: u64) -> serde_json::Value {
    let text = format!("{}.{:03}", value / 1_000, value % 1_000);
    serde_json::from_str(&text).unwrap_or(serde_json::Value::Null)
}

fn devices(random: &mut Random) -> String {
    let mut text = String::new();
    for device in 0..DEVICES {
        let (site, country) = SITES[usize::try_from(device % 4).unwrap_or(0)];
        let record = json!({
            "device_id": format!("m-{device:04}"),
            "model": random.pick(&MODELS),
            "site": site,
            "country": country,
            "installed_on": Moment(random.below(25) * DAY).date(),
            "rated_power": random.between(8, 30),
        });
        let _ = writeln!(text, "{record}");
    }
    text
}
