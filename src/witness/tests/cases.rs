//! The pairs of templates of `diff`: each verdict that needs a witness has one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::edits::Tally;
use crate::diff::{Change, Pair, Setting, Side, compare};
use crate::witness::{Server, Versions, add};

/// The changes of two templates, with witnesses.
fn changes(server: &Server, before: &Value, after: &Value) -> Vec<Change> {
    let setting = Setting {
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
        parameters: BTreeMap::new(),
    };
    let side = |template| Side { template, setting: &setting };
    let mut found = compare(Pair { stack: "", old: side(before), new: side(after) }, &BTreeSet::new());
    add(server, Versions::Templates(before, after), &mut found);
    found
}

#[test]
fn each_case_has_an_executed_witness() {
    let Some(cluster) = strataform_postgres::testing::server() else { return };
    let server = Server::running(cluster);
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../diff/tests/cases.json")).expect("cases");
    let mut tally = Tally::default();
    for case in &cases {
        let changes = changes(&server, &case["before"], &case["after"]);
        tally.add(case["id"].as_str().expect("an id"), &changes);
    }
    assert!(tally.count >= 14, "{}", tally.count);
    tally.assert();
}
