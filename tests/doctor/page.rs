//! docs/deploy.md lists every check with its code, and which of them `gen deploy` runs.

use std::fs;
use std::path::Path;

use strataform::doctor::{CHECKS, Cost};

#[test]
fn the_page_lists_every_check() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/deploy.md")).unwrap();
    let (_, section) = page.split_once("## Before the first deployment").expect("the section");
    let section = section.split("\n## ").next().unwrap_or_default().replace('\n', " ");
    for check in &CHECKS {
        assert!(section.contains(check.name), "`{}` is not in the page", check.name);
        assert!(section.contains(check.code.text()), "{} is not in the page", check.code);
    }
    let (_, cheap) = section.split_once("runs the cheap ones itself (").expect("the list of cheap checks");
    let cheap: Vec<&str> = cheap.split(')').next().unwrap_or_default().split(", ").collect();
    let expected: Vec<&str> =
        CHECKS.iter().filter(|check| check.cost == Cost::Cheap).map(|check| check.name).collect();
    assert_eq!(cheap, expected);
}
