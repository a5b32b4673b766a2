//! Orders of a retailer with a web shop and eight stores, over a month, with late changes.
//!
//! Per thousand records: 6 are duplicates, 4 are truncated, 5 have a quantity of 0, 4 a discount above 1, and 3 an
//! unknown currency. One order in seven changes its state later, some of them twelve days later.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Sample;
use super::time::{DAY, Moment};
use strataform_rows::Random;

const CATEGORIES: [&str; 5] = ["shoes", "jackets", "bags", "outdoor", "sale"];
const BRANDS: [&str; 4] = ["Norden", "Alta", "Café Noir", "O'Hara"];
const CITIES: [(&str, &str); 8] = [
    ("Berlin", "DE"),
    ("Köln", "DE"),
    ("Paris", "FR"),
    ("Lyon", "FR"),
    ("London", "GB"),
    ("Leeds", "GB"),
    ("Zürich", "CH"),
    ("Basel", "CH"),
];
const CUSTOMERS: u64 = 120;
const PRODUCTS: u64 = 60;

pub(super) fn generate(random: &mut Random, records: u32) -> Vec<Sample> {
    let mut text = String::new();
    let mut lines = 0;
    let mut order = 700_000;
    while lines < records {
        order += random.between(1, 4);
        for line in order_lines(random, order) {
            let times = if random.permille(6) { 2 } else { 1 };
            for _ in 0..times {
                text.push_str(&line);
                text.push('\n');
            }
            lines += 1;
        }
    }
    vec![
        Sample { file: "order_line.ndjson", text },
        Sample { file: "customer.csv", text: customers(random) },
        Sample { file: "product.ndjson", text: products(random) },
        Sample { file: "store.csv", text: stores() },
    ]
}

/// The lines of an order: each as first placed, and again if it changed.
fn order_lines(random: &mut Random, order: u64) -> Vec<String> {
    let ordered = random.below(28) * DAY + random.between(7, 21) * DAY / 24 + random.below(DAY / 24);
    let customer = random.below(CUSTOMERS) + 1;
    let store = if random.permille(450) { json!(null) } else { json!(random.below(8) + 1) };
    let currency = if random.permille(3) { "XXX" } else { random.favorite(&["EUR", "GBP", "CHF"]) };
    let mut lines = Vec::new();
    for number in 1..=random.between(1, 4) {
        let mut record = json!({
            "order_id": order,
            "line_number": number,
            "changed_at": Moment(ordered).iso(),
            "ordered_on": Moment(ordered).date(),
            "customer_id": customer,
            "product_id": random.below(PRODUCTS) + 1,
            "store_id": store,
            "quantity": if random.permille(5) { 0 } else { random.favorite(&[1, 2, 3, 10]) },
            "unit_price": cents(random.between(990, 19_900)),
            "discount": discount(random),
            "status": random.pick(&["placed", "paid", "shipped"]),
            "currency": currency,
        });
        lines.push(cut(random, &record));
        if random.permille(140) {
            let later = ordered + random.between(1, 12) * DAY;
            record["changed_at"] = json!(Moment(later).iso());
            record["status"] = json!(random.pick(&["shipped", "returned", "cancelled"]));
            record["note"] = json!("customer's wish; \"see mail\"");
            lines.push(cut(random, &record));
        }
    }
    lines
}

fn discount(random: &mut Random) -> Value {
    match random.below(1_000) {
        0..4 => json!("1.5000"),
        4..300 => json!(random.pick(&["0.0500", "0.1000", "0.1500"])),
        _ => json!(null),
    }
}

fn cut(random: &mut Random, record: &Value) -> String {
    let text = record.to_string();
    if random.permille(4) { text.chars().take(text.chars().count() / 2).collect() } else { text }
}

fn cents(amount: u64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

fn customers(random: &mut Random) -> String {
    const FIRST: [&str; 6] = ["Ada", "Björn", "Chloé", "Dmitri", "Éva", "Finn"];
    const LAST: [&str; 5] = ["Meyer", "O'Neill", "Dupont", "Ångström", "Kowalska"];
    let mut text = "customer_id;updated_at;name;email;country;segment;joined_on\n".to_owned();
    for customer in 1..=CUSTOMERS {
        let (first, last) = (random.pick(&FIRST), random.pick(&LAST));
        let country = random.pick(&["DE", "FR", "GB", "CH", "Germany"]);
        let country = if country == "Germany" && !random.permille(40) { "DE" } else { country };
        let _ = writeln!(
            text,
            "{customer};{};\"{last}; {first}\";c{customer}@example.com;{country};{};{}",
            Moment(random.below(20) * DAY + random.below(DAY)).iso(),
            random.favorite(&["private", "business", "staff"]),
            Moment(random.below(20) * DAY).date(),
        );
    }
    text
}

fn products(random: &mut Random) -> String {
    let mut text = String::new();
    for product in 1..=PRODUCTS {
        let (brand, category) = (random.pick(&BRANDS), random.favorite(&CATEGORIES));
        let record = json!({
            "product_id": product,
            "name": format!("{brand} {category} {product}"),
            "category": category,
            "brand": brand,
            "list_price": cents(random.between(1_490, 24_900)),
        });
        let _ = writeln!(text, "{record}");
    }
    text
}

fn stores() -> String {
    let mut text = "store_id,name,city,country,opened_on\n".to_owned();
    for (store, (city, country)) in (1_u64..).zip(CITIES) {
        let _ = writeln!(text, "{store},\"{city}, centre\",{city},{country},{}", Moment(store * DAY).date());
    }
    text
}
