//! The blueprints are valid platforms, without errors or warnings, and the documentation shows what they cost.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::platform::network::interface_endpoints;
use strataform::platform::sizing::{self, Amount, NOT_COUNTED, PRICE_REGION, PRICES};
use strataform::{project, spec};

#[test]
fn every_blueprint_reads_without_a_diagnostic() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let mut seen = 0;
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path().join("platform.toml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = SourceFile { path: path.clone(), text };
        let (platform, found) = spec::read(&file);
        let shown: String =
            found.iter().map(|one| strataform::diagnostic::render::plain(one, &file)).collect();
        assert_eq!(shown, "", "{}", path.display());
        assert!(platform.is_some());
        seen += 1;
    }
    assert_eq!(seen, 3);
}

/// The platform of a blueprint, with the size of its records measured in its sample.
fn measured(name: &str) -> Platform {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("blueprints").join(name).join("platform.toml");
    let text = fs::read_to_string(&path).expect("the blueprint can be read");
    let mut platform =
        spec::read(&SourceFile { path: path.clone(), text }).0.expect("the blueprint is valid");
    project::measure_records(&path, &mut platform).expect("the sample can be read");
    platform
}

/// The costs of the blueprints, as rows of a table.
fn costs() -> String {
    let mut table = String::from(
        "| blueprint | environment | volume | streams and delivery | jobs | warehouse | storage and lists | network and key | total | limit of the warehouse |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for name in ["clickstream", "retail-orders", "iot-telemetry"] {
        let platform = measured(name);
        for environment in &platform.environments {
            let bill = sizing::monthly(&platform, environment, interface_endpoints(&platform).len());
            let sum = |starts: &[&str]| {
                let parts =
                    bill.parts.iter().filter(|part| starts.iter().any(|one| part.what.starts_with(one)));
                parts.fold(Amount::default(), |sum, part| sum.plus(part.amount))
            };
            let groups: [&[&str]; 5] = [
                &["stream of", "delivery of"],
                &["jobs of"],
                &["warehouse"],
                &["storage in", "lists in"],
                &["network", "key"],
            ];
            let sums = groups.map(sum);
            let all = sums.into_iter().fold(Amount::default(), Amount::plus);
            assert_eq!(all, bill.total(), "every part of {name} is in the table");
            let most = bill.most.expect("the blueprints are serverless");
            let cells: Vec<String> = sums.iter().chain([&all, &most]).map(ToString::to_string).collect();
            let volume = environment.settings.volume;
            writeln!(table, "| {name} | {} | {volume} | {} |", environment.name, cells.join(" | ")).unwrap();
        }
    }
    table
}

fn prices() -> String {
    let mut table = String::from("| what | price | page | read |\n|---|---|---|---|\n");
    for price in PRICES {
        writeln!(table, "| {} | {} | {} | {} |", price.name, price.text(), price.page, price.seen).unwrap();
    }
    table
}

/// `INSTA_UPDATE=always` writes the tables; then review the difference.
#[test]
fn the_page_of_costs_has_the_current_tables() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/costs.md");
    let mut page = fs::read_to_string(&path).expect("the page exists");
    let committed = page.clone();
    for (name, table) in [("costs", costs()), ("prices", prices())] {
        let start = page.find(&format!("<!-- {name} -->\n")).expect("the page has the table");
        let start = start + format!("<!-- {name} -->\n").len();
        let end = start + page[start..].find("<!-- end -->").expect("the table ends");
        page.replace_range(start..end, &table);
    }
    assert!(page.contains(PRICE_REGION));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&page).contains(&words(NOT_COUNTED)), "the page names what is not counted");
    if crate::is_update_wanted() {
        fs::write(&path, &page).expect("the page can be written");
    } else {
        assert_eq!(committed, page, "run with INSTA_UPDATE=always");
    }
}
