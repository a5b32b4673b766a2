//! What a report says: places, messages, order.

use serde_json::{Value, json};
use strataform_guard::{GuardStatus, RuleFile, RuleSet, shipped};

fn findings(text: &str, template: &Value) -> Vec<String> {
    let files = [RuleFile { name: "team.guard".to_owned(), text: text.to_owned() }];
    let report = RuleSet::parse(&files).unwrap().check(template);
    assert_eq!(report.faults, []);
    report.findings().map(|finding| format!("{}: {}", finding.pointer, finding.message)).collect()
}

#[test]
fn a_finding_has_the_nearest_place_and_the_rule_s_message_or_its_clause() {
    let template = json!({"Resources": {"A": {"Type": "T", "Properties": {"List": [1, 2], "a/b": 1}}, "B": {"Type": "T"}}});
    let cases = [
        (
            "rule a { Resources.*.Properties.List[*] == 1 <<is not one>> }",
            vec!["/Resources/A/Properties/List/1: is not one", "/Resources/B: is not one"],
        ),
        (
            "rule a { Resources.A.Properties.'a/b' == 2 }",
            vec!["/Resources/A/Properties/a~1b: expected Resources.A.Properties.a/b EQUALS 2"],
        ),
        (
            "rule a { Resources.B { Properties.X exists } }",
            vec!["/Resources/B: expected Properties.X EXISTS"],
        ),
        (
            "rule a { Resources.B.Properties { X exists <<no>> } }",
            vec!["/Resources/B: expected Properties EXISTS"],
        ),
        // One of several would do, so there is one finding, at the place that they share.
        (
            "rule a { Resources.A.Properties.X exists or Resources.B.Properties exists <<neither>> }",
            vec!["/Resources: neither"],
        ),
        (
            "rule a { some Resources.A.Properties.List[*] == 3 <<no three>> }",
            vec!["/Resources/A/Properties/List: no three"],
        ),
        (
            "rule a { b(Resources.A) <<of the call>> }\nrule b(it) { %it.X exists }",
            vec!["/Resources/A: of the call"],
        ),
        ("let five = 5\nrule a { %five == 6 <<a literal>> }", vec![": a literal"]),
        (
            "rule a { Resources.A.X exists <<of a>> }\nrule b { a <<of b>> }",
            vec!["/Resources/A: of a", ": of b"],
        ),
        ("rule a { Outputs exists }", vec![": expected Outputs EXISTS"]),
    ];
    for (text, expected) in cases {
        assert_eq!(findings(text, &template), expected, "{text}");
    }
}

#[test]
fn a_report_has_a_status_for_each_rule_in_the_order_of_the_files() {
    let texts = shipped();
    let rules = RuleSet::parse(&texts).unwrap();
    let order: Vec<_> = rules.rules().map(|(_, rule)| rule).collect();
    let template = json!({"Resources": {"A": {"Type": "AWS::KMS::Key", "Properties": {}}}});
    let report = rules.check(&template);
    let mut found: Vec<_> = report.outcomes.iter().map(|outcome| outcome.rule.as_str()).collect();
    let mut expected = order.clone();
    expected.dedup();
    assert_eq!(found, expected);
    found.retain(|rule| {
        report.outcomes.iter().any(|outcome| outcome.rule == *rule && outcome.status == GuardStatus::Fail)
    });
    assert_eq!(found, ["cost_tags", "deletion_policy", "key_rotation"]);
}

#[test]
fn the_order_of_keys_in_a_template_does_not_change_a_report() {
    let text = "rule a { Resources.*.Properties exists }";
    let one: Value = serde_json::from_str(r#"{"Resources": {"B": {}, "A": {}, "C": {}}}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"Resources": {"C": {}, "B": {}, "A": {}}}"#).unwrap();
    assert_eq!(findings(text, &one), findings(text, &other));
    assert_eq!(findings(text, &one).len(), 3);
}

#[test]
fn a_clause_with_nothing_to_compare_is_listed() {
    let text = "let all = Resources.*[ Type == 'T' ]\nrule a { %all.X == 1 }\nrule b when %all !empty { %all.X == 1 }";
    let files = [RuleFile { name: "team.guard".to_owned(), text: text.to_owned() }];
    let report = RuleSet::parse(&files).unwrap().check(&json!({"Resources": {"A": {"Type": "U"}}}));
    let unchecked: Vec<_> =
        report.outcomes.iter().map(|outcome| (outcome.status, outcome.unchecked.join("; "))).collect();
    let nothing = "%all[*].X EQUALS 1".to_owned();
    assert_eq!(unchecked, [(GuardStatus::Skip, nothing), (GuardStatus::Skip, String::new())]);
    // A block whose conditions are not met was looked at.
    let text = "let all = Resources.*[ Type == 'U' ]\nrule a when %all !empty { %all { L[*] { when this is_string { this == 'a' } } } }";
    let files = [RuleFile { name: "team.guard".to_owned(), text: text.to_owned() }];
    let report = RuleSet::parse(&files).unwrap().check(&json!({"Resources": {"A": {"Type": "U", "L": [1]}}}));
    assert_eq!(report.outcomes[0].unchecked, [""; 0]);
}

#[test]
fn leaving_out_resources_that_no_rule_selects_does_not_change_a_report() {
    // `this` at the top makes the evaluator look at the whole template.
    let template = json!({"Resources": {
        "A": {"Type": "T", "Properties": {}}, "B": {"Type": "U"}, "C": {"Type": "U", "Properties": {"X": 1}}, "D": {"Properties": {}},
        "E": {"Type": "U", "Properties": {}}
    }});
    let other = json!({"Resources": {"B": {"Type": "U"}}});
    for rule in [
        "rule a when %all !empty { %all.Properties.X exists }",
        "rule a { %all empty }",
        "rule a { %all.Properties.X exists }",
        "rule a { Resources.*[ Type == 'U' ] { Properties.X exists } }",
        "rule a { Resources.* { Properties exists } }",
        "rule a { some Resources.*.Properties.X exists }",
        "rule a { Resources[ keys == 'C' ].Properties.X == 2 }",
        "rule a { resources.B.Properties exists }",
        "rule a { Resources.*[ Type == 'U' or Properties exists ].Properties.X exists }",
    ] {
        for kind in [
            "Type == 'T'",
            "Type == 'V'",
            "Type in ['T', 'U']",
            "Type != 'T'",
            "Type == /T|U/",
            "Properties exists",
        ] {
            let reduced = format!("let all = Resources.*[ {kind} ]\n{rule}");
            let whole = format!("let doc = this\nlet all = Resources.*[ {kind} ]\n{rule}");
            for template in [&template, &other] {
                assert_eq!(findings(&reduced, template), findings(&whole, template), "{reduced}");
            }
        }
    }
}

#[test]
fn leaving_out_values_that_no_rule_names_does_not_change_a_report() {
    let template = json!({
        "Parameters": {"P": {"Type": "String"}},
        "Resources": {
            "A": {"Type": "T", "DeletionPolicy": "Retain", "Properties": {
                "M": {"a": 1, "b": 2}, "L": [{"Key": "a", "Value": 1}, {"Key": "b", "Value": 2}], "S": "s", "other_key": 1, "E": {}
            }},
            "B": {"Type": "T", "Properties": {"M": {"z": 1}, "L": {"Key": "c"}}},
            "C": {"Type": "U", "Properties": {"M": {"a": 1}}}
        }
    });
    for clause in [
        "Properties.M.a == 1",
        "Properties.M.z exists",
        "Properties.M !empty",
        "Properties.M empty",
        "Properties.E empty",
        "Properties !empty",
        "Properties.M == {a: 1, b: 2}",
        "Properties.M in [{a: 1}, {z: 1}]",
        "Properties.M == Properties.L",
        "Properties.M.* == 1",
        "Properties.M[ keys == 'a' ] == 1",
        "Properties.M[ this == 1 ] !empty",
        "Properties.L[*].Value == 1",
        "Properties.L[0].Value == 1",
        "Properties.L[ Key == 'a' ].Value == 2",
        "some Properties.* == 's'",
        "Properties.OtherKey == 1",
        "Properties.Q !exists",
        "DeletionPolicy exists",
        "Properties { M { b == 2 } }",
        "Properties is_struct",
        "Properties.S == /t/",
    ] {
        for rule in [
            format!("rule a {{ %all {{ {clause} }} }}"),
            format!("rule a when Parameters.P.Type == 'String' {{ %all {{ {clause} }} }}"),
            format!("rule a {{ Resources[ id | Type == 'T' ] {{ {clause} }} }}"),
            format!("let size = count(%all.Properties.M.*)\nrule a {{ %size == 3 %all {{ {clause} }} }}"),
        ] {
            let reduced = format!("let all = Resources.*[ Type == 'T' ]\n{rule}");
            let whole = format!("let doc = this\n{reduced}");
            assert_eq!(findings(&reduced, &template), findings(&whole, &template), "{reduced}");
        }
    }
}

#[test]
fn several_templates_are_checked_at_once_with_the_same_reports() {
    let bucket = |id: &str| json!({"Resources": {id: {"Type": "AWS::S3::Bucket"}}});
    let templates: Vec<Value> = (0..7).map(|at| bucket(&format!("B{at}"))).collect();
    let texts = shipped();
    let rules = RuleSet::parse(&texts).unwrap();
    let one_by_one: Vec<_> = templates.iter().map(|template| rules.check(template)).collect();
    assert!(one_by_one.iter().all(|report| report.findings().count() > 3));
    assert_eq!(rules.check_all(&templates.iter().collect::<Vec<_>>()), one_by_one);
}

#[test]
fn rules_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&RuleSet::parse(&shipped()).unwrap());
}
