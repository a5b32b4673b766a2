//! The page on disk: a gallery of everything that it draws, and the dashboards of the shipped examples.
//!
//! The pages are written to `target/tests/preview`, for a browser.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use strataform_preview::{Column, Dashboard, DataSet, FilteredOut, Kind, Page, html};

/// Pseudorandom numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let place = self.below(words.len() as u64);
        words[usize::try_from(place).unwrap()]
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind }
}

/// A timestamp some hours after February 1, 2026.
fn moment(hours: u64) -> String {
    let days_of = [28, 31, 30, 31, 30];
    let (mut day, mut month) = (hours / 24, 2);
    for days in days_of {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("2026-{month:02}-{:02}T{:02}:00:00Z", day + 1, hours % 24)
}

/// Generated orders.
fn orders() -> DataSet {
    let columns = vec![
        column("order_id", Kind::String),
        column("ordered_at", Kind::DateTime),
        column("country", Kind::String),
        column("city", Kind::String),
        column("device", Kind::String),
        column("category", Kind::String),
        column("status", Kind::String),
        column("amount", Kind::Decimal),
        column("units", Kind::Integer),
        column("rating", Kind::Decimal),
    ];
    let places = [
        ("DE", &["Berlin", "Hamburg", "Bremen"][..]),
        ("FR", &["Paris", "Nantes"]),
        ("GB", &["Leeds", "Bristol"]),
        ("US", &["Boston", "Denver", "Austin"]),
    ];
    let mut dice = Dice(7);
    let rows = (0..600)
        .map(|number| {
            let hours = dice.below(118) * 24 + 7 + (dice.below(9) + dice.below(8));
            let (country, cities) = places[usize::try_from(dice.below(16) % 5 % 4).unwrap()];
            let amount = 8.0 + f64::from(u32::try_from(dice.below(70) + dice.below(60)).unwrap()) * 1.27;
            let rating = dice.below(6);
            vec![
                json!(format!("o-{number:04}")),
                json!(moment(hours)),
                json!(country),
                json!(dice.of(cities)),
                json!(dice.of(&["mobile", "mobile", "desktop", "desktop", "tablet"])),
                json!(dice.of(&["Books", "Garden", "Garden", "Kitchen", "Toys", "Sports & <outdoor>"])),
                json!(dice.of(&["visited", "visited", "carted", "paid", "paid", "returned"])),
                json!((amount * 100.0).round() / 100.0),
                json!(1 + dice.below(5)),
                if rating == 0 { Value::Null } else { json!(rating) },
            ]
        })
        .collect();
    DataSet { columns, rows, total: 6000 }
}

fn gallery() -> Page {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery.json")).unwrap();
    let read: Value = serde_json::from_str(&text).unwrap();
    Page {
        title: "Gallery".to_owned(),
        notice: "Local preview · sample rows · not rendered by QuickSight".to_owned(),
        theme: read["theme"].clone(),
        dashboards: vec![Dashboard {
            name: "gallery".to_owned(),
            title: "Every kind of visual".to_owned(),
            definition: read["definition"].clone(),
        }],
        data: BTreeMap::from([("orders".to_owned(), orders())]),
        filtered_out: FilteredOut::Empty,
    }
}

/// Rows for the columns that a template's datasets declare.
fn sample_rows(columns: &[Value], dice: &mut Dice) -> DataSet {
    let columns: Vec<Column> = columns
        .iter()
        .map(|one| {
            let kind = match one["Type"].as_str().unwrap() {
                "INTEGER" => Kind::Integer,
                "DECIMAL" => Kind::Decimal,
                "DATETIME" => Kind::DateTime,
                _ => Kind::String,
            };
            column(one["Name"].as_str().unwrap(), kind)
        })
        .collect();
    let rows: Vec<Vec<Value>> = (0..400)
        .map(|_| {
            columns
                .iter()
                .map(|one| match one.kind {
                    Kind::String => json!(format!("{} {}", one.name, dice.of(&["A", "B", "C", "D", "E"]))),
                    Kind::Integer => json!(dice.below(900)),
                    Kind::Decimal => json!(f64::from(u32::try_from(dice.below(90_000)).unwrap()) / 100.0),
                    Kind::DateTime => json!(moment(dice.below(118) * 24)),
                })
                .collect()
        })
        .collect();
    let total = rows.len();
    DataSet { columns, rows, total }
}

/// The dashboards of an example's stack, with generated rows.
fn shipped(stack: &Path) -> Page {
    let text = fs::read_to_string(stack.join("template.json")).unwrap();
    let template: Value = serde_json::from_str(&text).unwrap();
    let resources = template["Resources"].as_object().unwrap();
    let of = |kind: &str| {
        let kind = format!("AWS::QuickSight::{kind}");
        resources.values().filter(move |one| one["Type"] == kind.as_str()).map(|one| &one["Properties"])
    };
    let mut dice = Dice(11);
    let data = of("DataSet")
        .flat_map(|set| set["PhysicalTableMap"].as_object().unwrap().values())
        .flat_map(|table| table.as_object().unwrap().values())
        .map(|table| {
            let name = table["Name"].as_str().unwrap().to_owned();
            (name, sample_rows(table["InputColumns"].as_array().unwrap(), &mut dice))
        })
        .collect();
    let mut files: Vec<PathBuf> =
        fs::read_dir(stack.join("dashboards")).unwrap().map(|one| one.unwrap().path()).collect();
    files.sort();
    let dashboards = files
        .iter()
        .map(|file| Dashboard {
            name: file.file_stem().unwrap().to_string_lossy().into_owned(),
            title: file.file_stem().unwrap().to_string_lossy().into_owned(),
            definition: serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap(),
        })
        .collect();
    Page {
        title: stack.parent().unwrap().parent().unwrap().file_name().unwrap().to_string_lossy().into_owned(),
        notice: "Local preview · made-up rows · not rendered by QuickSight".to_owned(),
        theme: of("Theme").next().map_or(Value::Null, |theme| theme["Configuration"].clone()),
        dashboards,
        data,
        filtered_out: FilteredOut::Empty,
    }
}

/// The stacks with dashboards in `generated`.
fn stacks() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for example in fs::read_dir(root().join("generated")).unwrap() {
        let example = example.unwrap().path();
        for environment in fs::read_dir(&example).into_iter().flatten() {
            let stack = environment.unwrap().path().join("visualization");
            if stack.join("dashboards").is_dir() {
                found.push(stack);
            }
        }
    }
    found.sort();
    found
}

fn keep(name: &str, page: &str) {
    let folder = root().join("target/tests/preview");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), page).unwrap();
}

/// Constructs that would make a browser send a request, outside of the data, in which an address is only text.
fn requests(page: &str) -> Vec<&'static str> {
    let start = page.find("<script type=\"application/json\"").unwrap();
    let end = start + page[start..].find("</script>").unwrap();
    let code = format!("{}{}", &page[..start], &page[end..]);
    ["src=\"http", "src='http", "href=\"http", "url(http", "@import", "<link", "<img", "<iframe", "import("]
        .into_iter()
        .filter(|word| code.contains(word))
        .collect()
}

/// The number of scripts: the text of each must end where it is meant to end.
fn scripts(page: &str) -> usize {
    page.to_lowercase().matches("</script").count()
}

#[test]
fn the_gallery_makes_no_requests() {
    let page = html(&gallery());
    keep("gallery.html", &page);
    assert_eq!(requests(&page), Vec::<&str>::new());
    assert_eq!(scripts(&page), 3);
    assert!(page.contains(
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:\""
    ));
    assert!(page.contains("Apache License") && page.contains("Copyright"));
}

#[test]
fn the_shipped_dashboards_have_pages() {
    let stacks = stacks();
    assert!(!stacks.is_empty());
    for stack in stacks {
        let page = html(&shipped(&stack));
        let names: Vec<_> =
            stack.components().rev().take(3).map(|one| one.as_os_str().to_string_lossy()).collect();
        keep(&format!("{}-{}.html", names[2], names[1]), &page);
        assert_eq!(requests(&page), Vec::<&str>::new(), "{}", stack.display());
        assert_eq!(scripts(&page), 3, "{}", stack.display());
    }
}

/// The template of the checker's tests that has every kind of visual.
#[test]
fn a_template_with_everything_has_a_page() {
    let text = fs::read_to_string(root().join("crates/dashboard/tests/everything.json")).unwrap();
    let template: Value = serde_json::from_str(&text).unwrap();
    let resources = &template["Resources"];
    let definition = resources["Dashboard"]["Properties"]["Definition"].clone();
    let mut dice = Dice(5);
    let data = definition["DataSetIdentifierDeclarations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|declared| {
            let set = &resources[declared["DataSetArn"]["Fn::GetAtt"][0].as_str().unwrap()]["Properties"];
            let tables = set["PhysicalTableMap"].as_object().unwrap().values();
            let mut columns: Vec<Value> = tables
                .flat_map(|table| table.as_object().unwrap().values())
                .flat_map(|table| {
                    ["InputColumns", "Columns"].into_iter().filter_map(|name| table[name].as_array())
                })
                .flatten()
                .cloned()
                .collect();
            for table in set["LogicalTableMap"].as_object().into_iter().flat_map(serde_json::Map::values) {
                for transform in table["DataTransforms"].as_array().into_iter().flatten() {
                    for made in
                        transform["CreateColumnsOperation"]["Columns"].as_array().into_iter().flatten()
                    {
                        columns.push(json!({ "Name": made["ColumnName"], "Type": "DECIMAL" }));
                    }
                }
            }
            (declared["Identifier"].as_str().unwrap().to_owned(), sample_rows(&columns, &mut dice))
        })
        .collect();
    let page = html(&Page {
        title: "Everything".to_owned(),
        notice: "Local preview · made-up rows · not rendered by QuickSight".to_owned(),
        theme: resources["Theme"]["Properties"]["Configuration"].clone(),
        dashboards: vec![Dashboard {
            name: "everything".to_owned(),
            title: "Everything".to_owned(),
            definition,
        }],
        data,
        filtered_out: FilteredOut::Empty,
    });
    keep("everything.html", &page);
    assert_eq!(requests(&page), Vec::<&str>::new());
}

#[test]
fn dashboards_can_share_a_page() {
    let mut page = gallery();
    for stack in stacks().iter().filter(|stack| stack.components().any(|part| part.as_os_str() == "dev")) {
        let other = shipped(stack);
        page.dashboards.extend(other.dashboards);
        page.data.extend(other.data);
    }
    keep("several.html", &html(&page));
    assert!(page.dashboards.len() >= 4);
}

#[test]
fn hostile_text_is_escaped() {
    let evil = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)> & \" \u{2028}";
    let mut page = gallery();
    evil.clone_into(&mut page.title);
    evil.clone_into(&mut page.notice);
    evil.clone_into(&mut page.dashboards[0].name);
    evil.clone_into(&mut page.dashboards[0].title);
    let sheet = &mut page.dashboards[0].definition["Sheets"][0];
    sheet["Name"] = json!(evil);
    sheet["Visuals"][0]["KPIVisual"]["Title"]["FormatText"]["PlainText"] = json!(evil);
    sheet["TextBoxes"][0]["Content"] = json!(evil);
    for row in &mut page.data.get_mut("orders").unwrap().rows {
        row[5] = json!(evil);
    }
    let page = html(&page);
    keep("hostile.html", &page);
    assert_eq!(scripts(&page), 3);
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("<img"));
}

#[test]
fn an_empty_page_is_valid() {
    let page = Page {
        title: String::new(),
        notice: String::new(),
        theme: Value::Null,
        dashboards: Vec::new(),
        data: BTreeMap::new(),
        filtered_out: FilteredOut::Empty,
    };
    let page = html(&page);
    keep("empty.html", &page);
    assert!(page.ends_with("</html>\n"));
}

#[test]
fn rendering_is_deterministic() {
    assert_eq!(html(&gallery()), html(&gallery()));
}

#[test]
fn the_bundle_matches_its_checksum() {
    let packed = include_bytes!("../assets/echarts.min.js.gz");
    let mut bundle = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bundle).unwrap();
    let wanted = include_str!("../assets/echarts.sha256").trim();
    let bytes: Vec<u8> =
        (0..wanted.len()).step_by(2).map(|at| u8::from_str_radix(&wanted[at..at + 2], 16).unwrap()).collect();
    assert_eq!(Sha256::digest(&bundle).as_slice(), bytes);
}

#[test]
fn kinds_have_the_names_of_quicksight() {
    let kinds = [Kind::String, Kind::Integer, Kind::Decimal, Kind::DateTime];
    assert_eq!(serde_json::to_value(kinds).unwrap(), json!(["STRING", "INTEGER", "DECIMAL", "DATETIME"]));
}
