use serde_json::Value;
use strataform_preview::{Column, DataSet, Kind};

use super::rows;
use crate::model::{Aggregate, Measure, Platform, VisualSource};
use crate::preview::{MOST_ROWS, kind_of};

#[test]
fn rows_have_the_types_of_their_columns_and_are_the_same_for_a_seed() {
    for platform in blueprints() {
        for aggregate in &platform.aggregates {
            let set = made(&platform, aggregate, 7);
            for row in &set.rows {
                for (column, cell) in set.columns.iter().zip(row) {
                    let fits = match column.kind {
                        Kind::String | Kind::DateTime => cell.is_string(),
                        Kind::Integer => cell.is_i64() || cell.is_u64(),
                        Kind::Decimal => cell.is_number(),
                    };
                    assert!(fits, "{}.{}: {cell}", aggregate.name, column.name);
                }
            }
            assert_eq!(set.rows, made(&platform, aggregate, 7).rows);
            assert_ne!(set.rows, made(&platform, aggregate, 8).rows);
        }
    }
}

#[test]
fn rows_end_with_the_last_day() {
    let platforms = blueprints();
    let platform = platforms.iter().find(|one| one.name.as_str() == "clickstream").unwrap();
    let set = made(platform, platform.aggregate("daily_traffic").unwrap(), 7);
    assert!(set.rows.len() > 90, "{}", set.rows.len());
    let last = set.rows.last().and_then(|row| row.iter().find_map(Value::as_str));
    assert_eq!(last, Some("2026-06-30T00:00:00Z"));
}

/// The platforms of the blueprints.
fn blueprints() -> Vec<Platform> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = folders.map(|folder| folder.join("platform.toml")).filter(|path| path.is_file());
    let platforms: Vec<Platform> = files
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let file = crate::diagnostic::SourceFile { path, text };
            crate::spec::read(&file).0.expect("a blueprint is valid")
        })
        .collect();
    assert!(platforms.len() >= 3);
    platforms
}

fn made(platform: &Platform, aggregate: &Aggregate, seed: u64) -> DataSet {
    let source = VisualSource::Aggregate(aggregate.name.clone());
    let columns = crate::platform::visualization::columns(platform, &source).into_iter();
    let columns = columns.map(|(name, kind)| Column { name, kind: kind_of(kind) });
    rows(platform, &source, columns.collect(), seed)
}

/// An aggregate of a platform with these keys instead of its own.
fn aggregate(dimensions: &[(&str, &str)], measures: &[(&str, &str)]) -> (Platform, Aggregate) {
    let list = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, text)| format!("{name} = \"{text}\""));
        pairs.collect::<Vec<_>>().join(", ")
    };
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/clickstream/platform.toml");
    let mut text = std::fs::read_to_string(path).unwrap();
    text += "\n[aggregate.tried]\nfrom = \"event\"\n";
    text += &[("group_by", list(dimensions)), ("measure", list(measures))]
        .map(|(key, pairs)| format!("{key} = {{ {pairs} }}\n"))
        .concat();
    let file = crate::diagnostic::SourceFile { path: "platform.toml".into(), text };
    let (platform, faults) = crate::spec::read(&file);
    let platform = platform.unwrap_or_else(|| panic!("{faults:?}"));
    let found = platform.aggregate("tried").unwrap().clone();
    (platform, found)
}

/// The numbers of a column.
fn numbers(set: &DataSet, name: &str) -> Vec<f64> {
    let at = set.columns.iter().position(|column| column.name == name).unwrap();
    set.rows.iter().map(|row| row[at].as_f64().unwrap()).collect()
}

fn all_at_least(set: &DataSet, more: &str, less: &str) {
    for (more_of, less_of) in numbers(set, more).iter().zip(numbers(set, less)) {
        assert!(*more_of >= less_of, "{more} {more_of}, {less} {less_of}");
    }
}

#[test]
fn the_counts_of_every_blueprint_hold_together() {
    for platform in blueprints() {
        for aggregate in &platform.aggregates {
            for seed in 1..4 {
                let set = made(&platform, aggregate, seed);
                assert!((2..=MOST_ROWS).contains(&set.rows.len()), "{} rows", set.rows.len());
                let text = |one: &Measure| one.expression.text().replace(' ', "").to_lowercase();
                let having = |start: &str| -> Vec<String> {
                    let found = aggregate.measures.iter().filter(|one| text(one).starts_with(start));
                    found.map(|one| one.name.to_string()).collect()
                };
                for all in aggregate.measures.iter().filter(|one| text(one) == "count(*)") {
                    for part in having("count(distinct").iter().chain(&having("count(*)filter")) {
                        all_at_least(&set, all.name.as_str(), part);
                    }
                }
            }
        }
    }
}

#[test]
fn visitors_have_sessions_and_sessions_have_page_views() {
    let platforms = blueprints();
    let platform = platforms.iter().find(|one| one.name.as_str() == "clickstream").unwrap();
    let set = made(platform, platform.aggregate("daily_traffic").unwrap(), 1);
    all_at_least(&set, "sessions", "visitors");
    let sum = |name: &str| numbers(&set, name).iter().sum::<f64>();
    assert!(sum("page_views") > 1.5 * sum("sessions") && sum("sessions") > 10.0 * sum("purchases"));
    assert!(sum("purchases") > 0.0 && sum("revenue") / sum("purchases") > 5.0);
    let sessions = made(platform, platform.aggregate("session").unwrap(), 1);
    let at = |name: &str| sessions.columns.iter().position(|column| column.name == name).unwrap();
    for row in &sessions.rows {
        assert!(row[at("started_at")].as_str() <= row[at("ended_at")].as_str(), "{row:?}");
    }
    assert!(numbers(&sessions, "revenue").iter().any(|revenue| *revenue > 0.0));
    let platform = platforms.iter().find(|one| one.name.as_str() == "retail-orders").unwrap();
    all_at_least(&made(platform, platform.aggregate("daily_sales").unwrap(), 1), "orders", "customers");
}

#[test]
fn a_finer_id_has_more_distinct_values_and_the_parts_of_a_column_are_at_most_the_whole() {
    let parts = ["page_view", "search", "add_to_cart", "checkout", "purchase"];
    let mut measures = vec![
        ("all_of_them".to_owned(), "count(*)".to_owned()),
        ("events".to_owned(), "count(distinct event_id)".to_owned()),
        ("sessions".to_owned(), "count(distinct session_id)".to_owned()),
        ("visitors".to_owned(), "count(distinct visitor_id)".to_owned()),
        ("pages".to_owned(), "count(distinct page_path)".to_owned()),
        ("countries".to_owned(), "count(distinct country)".to_owned()),
        ("good".to_owned(), "count(*) filter (where is_purchase)".to_owned()),
        ("bad".to_owned(), "count(*) filter (where not is_purchase)".to_owned()),
        ("buyers".to_owned(), "count(distinct visitor_id) filter (where is_purchase)".to_owned()),
        ("least".to_owned(), "min(amount)".to_owned()),
        ("mean".to_owned(), "avg(amount)".to_owned()),
        ("greatest".to_owned(), "max(amount)".to_owned()),
    ];
    measures.extend(
        parts.map(|part| (part.to_owned(), format!("count(*) filter (where event_type = '{part}')"))),
    );
    let measures: Vec<(&str, &str)> = measures.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    for dimensions in [&[("day", "date_trunc('day', occurred_at)")][..], &[("session_id", "session_id")]] {
        let (platform, aggregate) = aggregate(dimensions, &measures);
        let set = made(&platform, &aggregate, 1);
        let order = ["all_of_them", "events", "sessions", "visitors", "pages", "countries"];
        for pair in order.windows(2) {
            all_at_least(&set, pair[0], pair[1]);
        }
        all_at_least(&set, "good", "buyers");
        all_at_least(&set, "visitors", "buyers");
        all_at_least(&set, "mean", "least");
        all_at_least(&set, "greatest", "mean");
        for at in 0..set.rows.len() {
            let of = |name: &str| numbers(&set, name)[at];
            assert!(of("good") + of("bad") <= of("all_of_them"));
            assert!(parts.iter().map(|part| of(part)).sum::<f64>() <= of("all_of_them"));
        }
        let sum = |name: &str| numbers(&set, name).iter().sum::<f64>();
        for pair in parts.windows(2) {
            assert!(sum(pair[0]) > sum(pair[1]), "{pair:?}");
        }
    }
}

#[test]
fn the_parts_of_a_moment_have_all_their_values() {
    let fields = [
        ("isodow", 1..=7),
        ("dow", 0..=6),
        ("hour", 0..=23),
        ("month", 1..=12),
        ("quarter", 1..=4),
        ("day", 1..=31),
        ("week", 1..=53),
        ("year", 2024..=2026),
    ];
    for (field, values) in fields {
        let text = format!("extract({field} from occurred_at)");
        let (platform, aggregate) = aggregate(&[("part", &text)], &[("events", "count(*)")]);
        let found: Vec<i64> = made(&platform, &aggregate, 1)
            .rows
            .iter()
            .filter_map(|row| row.iter().find_map(Value::as_i64))
            .collect();
        assert_eq!(found, values.collect::<Vec<i64>>(), "{field}");
    }
    let week = [("day", "extract(isodow from occurred_at)"), ("hour", "extract(hour from occurred_at)")];
    let (platform, aggregate) = aggregate(&week, &[("events", "count(*)")]);
    assert_eq!(made(&platform, &aggregate, 1).rows.len(), 7 * 24);
}
