//! Visitors of a shop's site, over a week: sessions that lead from pages to purchases.
//!
//! Per thousand records: 8 are duplicates, 4 are truncated, 4 have no key, 3 have an unknown type, 3 have a negative
//! amount, and 10 are two days late.

use serde_json::{Map, Value, json};

use super::Sample;
use super::time::{DAY, MINUTE, Moment};
use strataform_rows::Random;

const PAGES: [&str; 8] =
    ["/", "/shoes", "/shoes/runner-2", "/sale", "/jackets", "/jackets/storm", "/help/returns", "/café"];
const COUNTRIES: [&str; 6] = ["DE", "FR", "GB", "NL", "PL", "CH"];
const DEVICES: [&str; 3] = ["mobile", "desktop", "tablet"];
const REFERRERS: [&str; 4] =
    ["https://search.example/", "https://news.example/", "https://mail.example/", ""];
const STEPS: [&str; 5] = ["page_view", "search", "add_to_cart", "checkout", "purchase"];

pub(super) fn generate(random: &mut Random, records: u32) -> Vec<Sample> {
    let mut lines = Vec::new();
    while lines.len() < records as usize {
        session(random, &mut lines);
    }
    lines.truncate(records as usize);
    let mut text = String::new();
    for line in lines {
        let times = if random.permille(8) { 2 } else { 1 };
        for _ in 0..times {
            text.push_str(&line);
            text.push('\n');
        }
    }
    vec![Sample { file: "event.ndjson", text }]
}

/// A visit: some pages, then possibly a funnel toward a purchase, each step losing some.
fn session(random: &mut Random, lines: &mut Vec<String>) {
    let (session, visitor) = (random.uuid(), format!("v{:06}", random.below(50_000)));
    let (country, device) = (random.favorite(&COUNTRIES), random.favorite(&DEVICES));
    let referrer = random.pick(&REFERRERS);
    // More in the evening than at night.
    let hour = random.between(0, 13) + random.between(0, 10);
    let mut now = random.below(7) * DAY + hour * 60 * MINUTE + random.below(60 * MINUTE);
    let mut step = 0;
    for _ in 0..random.between(1, 9) {
        now += random.between(2_000, 90_000);
        let late = if random.permille(10) { 2 * DAY } else { 0 };
        let kind = if random.permille(3) { "hover" } else { STEPS[step] };
        let mut event = Map::from_iter([
            ("event_id".to_owned(), json!(random.uuid())),
            ("occurred_at".to_owned(), json!(Moment(now.saturating_sub(late)).iso())),
            ("session_id".to_owned(), json!(session)),
            ("visitor_id".to_owned(), json!(visitor)),
            ("event_type".to_owned(), json!(kind)),
            ("page_path".to_owned(), json!(random.favorite(&PAGES))),
            ("device".to_owned(), json!(device)),
            ("country".to_owned(), json!(country)),
            ("ip_address".to_owned(), json!(format!("192.0.2.{}", random.below(256)))),
            ("attributes".to_owned(), json!({"ab_test": random.pick(&["a", "b"]), "viewport": 1440})),
        ]);
        if !referrer.is_empty() {
            event.insert("referrer".to_owned(), json!(referrer));
        }
        if step == 4 {
            event.insert("amount".to_owned(), amount(random));
        }
        lines.push(dirty(random, event));
        if random.permille(if step == 0 { 350 } else { 650 }) {
            step = (step + 1).min(STEPS.len() - 1);
        }
    }
}

/// Cents as a string, as many shops send them: exact, and convertible to a decimal with a cast.
fn amount(random: &mut Random) -> Value {
    let cents = random.between(990, 24_900);
    let sign = if random.permille(3) { "-" } else { "" };
    json!(format!("{sign}{}.{:02}", cents / 100, cents % 100))
}

fn dirty(random: &mut Random, mut event: Map<String, Value>) -> String {
    if random.permille(4) {
        event.remove("event_id");
    }
    let text = Value::Object(event).to_string();
    if random.permille(4) {
        return text.chars().take(text.chars().count() / 2).collect();
    }
    text
}
