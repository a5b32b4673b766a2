use std::path::Path;

use super::*;
use crate::model::{Life, fixture};

fn source(text: &str) -> SourceFile {
    SourceFile { path: "shop/platform.lock".into(), text: text.to_owned() }
}

fn first() -> String {
    identify(&mut fixture::platform(), Path::new("shop/platform.toml"), None).expect("no lock file, no fault")
}

fn codes(text: &str) -> Vec<(&'static str, String)> {
    let path = Path::new("shop/platform.toml");
    let faults = identify(&mut fixture::platform(), path, Some(&source(text))).expect_err("a fault");
    assert!(faults.iter().all(|one| one.file.as_deref() == Some(Path::new("shop/platform.lock"))));
    let at = |one: &Diagnostic| text[one.labels[0].span.clone()].to_owned();
    faults.iter().map(|one| (one.code.text(), at(one))).collect()
}

#[test]
fn the_text_is_stable_and_is_read_as_it_was_written() {
    let text = first();
    assert!(text.contains(
        "[dataset.orders]\ncolumns = [\n    { number = 1, name = \"order_id\", type = \"string(36)\" },\n"
    ));
    assert!(
        text.contains("{ number = 5, name = \"email\", type = \"string(64)\" }"),
        "as it is stored: {text}"
    );
    let mut platform = fixture::platform();
    assert_eq!(identify(&mut platform, Path::new("platform.toml"), Some(&source(&text))), Ok(text));
    assert_eq!(platform.datasets[0].number("is_large"), Some(7));
    assert_eq!(platform.datasets[0].number("row__hash"), Some(1_000_002));
}

#[test]
fn a_removed_column_and_a_removed_dataset_keep_their_lines() {
    let path = Path::new("platform.toml");
    let mut platform = fixture::platform();
    platform.datasets[0].columns.retain(|column| column.name != "amount");
    let without = identify(&mut platform, path, Some(&source(&first()))).expect("no fault");
    assert!(without.contains("{ number = 4, name = \"amount\", type = \"decimal(12,2)\", removed = true }"));
    let again = identify(&mut fixture::platform(), path, Some(&source(&without))).expect("no fault");
    assert!(
        again.contains("{ number = 8, name = \"amount\", type = \"decimal(12,2)\", stored = \"amount__8\" }")
    );
    let mut platform = fixture::platform();
    let orders = platform.datasets.remove(0);
    let alone = identify(&mut platform, path, Some(&source(&again))).expect("no fault");
    assert_eq!(alone, again);
    platform.datasets.insert(0, orders);
    identify(&mut platform, path, Some(&source(&alone))).expect("no fault");
    let amount = platform.datasets[0].identities.live("amount").expect("it is declared");
    assert_eq!((amount.number, amount.life), (8, Life::Live));
}

#[test]
fn conflict_markers_are_reported_at_the_first() {
    let ours = "    { number = 7, name = \"is_large\", type = \"boolean\" },\n";
    let merged = first().replace(ours, &format!("<<<<<<< HEAD\n{ours}=======\n{ours}>>>>>>> other\n"));
    assert_eq!(codes(&merged), [("GEN0361", "<<<<<<< HEAD".to_owned())]);
}

#[test]
fn a_number_or_a_name_that_is_there_twice_is_reported_with_both_places() {
    let line = "{ number = 7, name = \"is_large\", type = \"boolean\" }";
    for (other, what) in [
        ("{ number = 7, name = \"is_new\", type = \"boolean\" }", "the number 7"),
        ("{ number = 8, name = \"is_large\", type = \"boolean\" }", "the stored name `is_large`"),
        ("{ number = 8, name = \"is_large\", stored = \"large\" }", "the name `is_large`"),
    ] {
        let text = first().replace(line, &format!("{line},\n    {other}"));
        assert_eq!(codes(&text), [("GEN0362", other.to_owned())]);
        let path = Path::new("platform.toml");
        let faults = identify(&mut fixture::platform(), path, Some(&source(&text))).expect_err("a fault");
        assert_eq!(faults[0].summary, format!("two columns of `orders` have {what}"));
        assert_eq!(&text[faults[0].labels[1].span.clone()], line);
    }
}

#[test]
fn damaged_files_are_reported() {
    assert_eq!(codes("version = 2\n"), [("GEN0361", "2".to_owned())]);
    for (text, at) in [
        (
            "version = 1\n[dataset.orders]\ncolumns = [{ number = 0, name = \"a\" }]",
            "{ number = 0, name = \"a\" }",
        ),
        (
            "version = 1\n[dataset.orders]\ncolumns = [{ number = 1, name = \"A\" }]",
            "{ number = 1, name = \"A\" }",
        ),
        (
            "version = 1\n[dataset.orders]\ncolumns = [{ number = 2, name = \"a\", stored = \"a__1\" }]",
            "{ number = 2, name = \"a\", stored = \"a__1\" }",
        ),
        (
            "version = 1\n[dataset.orders]\ncolumns = [{ number = 1, name = \"a\", type = \"int\" }]",
            "{ number = 1, name = \"a\", type = \"int\" }",
        ),
    ] {
        assert_eq!(codes(text), [("GEN0361", at.to_owned())]);
    }
    assert_eq!(codes("version = 1\nother = 2\n").len(), 1);
}
