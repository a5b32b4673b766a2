//! Rule files that cannot be used, and what would stop the evaluator of the language.

use serde_json::{Map, Value, json};
use strataform_guard::{RuleFile, RuleSet, shipped};

fn file(text: &str) -> RuleFile {
    RuleFile { name: "team.guard".to_owned(), text: text.to_owned() }
}

/// The faults of a rule file, as a user sees them.
fn faults(text: &str) -> Vec<String> {
    match RuleSet::parse(&[file(text)]) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_fault_has_its_place_and_its_cause() {
    let itself = |what: &str| format!("team.guard: {what} needs itself");
    let cases = [
        ("rule a {\n    Resources exists\n", "team.guard:3:1: invalid Guard rule".to_owned()),
        ("rule a {\n    Resources == \n}", "team.guard:2:17: invalid Guard rule".to_owned()),
        (
            "rule ä { Resources exists }",
            "team.guard:1:6: invalid Guard rule near `ä { Resources exists }`".to_owned(),
        ),
        (
            "rule a { Resources exists <<no end }",
            "team.guard:1:29: invalid Guard rule near `no end }`".to_owned(),
        ),
        ("", "team.guard: the file has no rules".to_owned()),
        ("# only a comment\n", "team.guard: the file has no rules".to_owned()),
        ("let a = Resources.*\n", "team.guard: the file has no rules".to_owned()),
        ("rule a {\n  b\n}", "team.guard:2:3: unknown rule `b`".to_owned()),
        ("rule a {\n  b(Resources)\n}", "team.guard:2:3: unknown rule `b` with parameters".to_owned()),
        (
            "rule b(one) { %one exists }\nrule a {\n  b(Resources, Outputs)\n}",
            "team.guard:3:3: rule `b` expects 1 parameters, found 2".to_owned(),
        ),
        ("rule a { %b exists }", "team.guard: unknown variable `%b` in rule `a`".to_owned()),
        ("rule a {\n  b\n}\nrule b {\n  a\n}", itself("rule `a`")),
        ("rule b(one) { b(%one) }\nrule a { b(Resources) }", itself("rule `b`")),
        ("let a = %b\nlet b = %a\nrule c { %a exists }", itself("variable `%a`")),
        ("let a = Resources.*[ %a exists ]\nrule c { %a exists }", itself("variable `%a`")),
        ("rule c {\n  let a = %b\n  let b = %a\n  %a exists\n}", itself("variable `%a`")),
        (
            "let a = now()\nrule b { %a exists }",
            "team.guard:1:9: function `now` makes findings depend on the clock".to_owned(),
        ),
        (
            "let a = substring(Description, 0, 1)\nrule b { %a exists }",
            "team.guard:1:9: function `substring` fails on text beyond ASCII".to_owned(),
        ),
        (
            "let a = join(Description, Missing)\nrule b { %a exists }",
            "team.guard:1:9: function `join` requires literals after its first argument".to_owned(),
        ),
        (
            "rule a { not Resources.A.Type == 'T' }",
            "team.guard:1:10: `not` before a comparison has no effect".to_owned(),
        ),
        (
            "rule a { Resources.*[ keys == /a/ ][ Type exists ] exists }",
            "team.guard: a filter in rule `a` must follow a key, `*` or `[*]`".to_owned(),
        ),
    ];
    let wrong = cases.iter().filter(|(text, expected)| faults(text) != [expected.as_str()]);
    let wrong: Vec<_> = wrong.map(|(text, expected)| (text, expected, faults(text))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn two_files_cannot_have_the_same_rule_and_one_file_may_define_it_twice() {
    let one = file(
        "rule a when Resources exists { Resources exists }\nrule a when Outputs exists { Outputs exists }",
    );
    let other = RuleFile { name: "other.guard".to_owned(), text: "rule a { Resources exists }".to_owned() };
    assert_eq!(faults(&one.text), [] as [&str; 0]);
    let files = [one, other];
    let faults = RuleSet::parse(&files).unwrap_err();
    assert_eq!(faults[0].to_string(), "other.guard: duplicate rule `a`, which is also in team.guard");
}

#[test]
fn deep_nesting_ends_neither_the_parser_nor_the_evaluator() {
    let deep = |open: &str, close: &str, levels: usize| {
        format!("rule a {{ {}{} }}", open.repeat(levels), close.repeat(levels))
    };
    for (open, close) in
        [("Resources { ", "}"), ("Resources[ ", "]"), ("when a exists { ", "}"), ("a == [", "]"), ("(", ")")]
    {
        let found = faults(&deep(open, close, 20_000));
        assert!(found[0].contains("brackets nest deeper than 32 levels"), "{open}: {found:?}");
    }
    assert_eq!(
        faults("rule a {\n  Resources == [[1]] <<text with (brackets>>\n}\n# ((((\n"),
        [] as [&str; 0]
    );
    let mut template = json!({});
    for _ in 0..20_000 {
        template = Value::Object(Map::from_iter([("a".to_owned(), template)]));
    }
    let texts = [file("rule a { Resources exists }")];
    let report = RuleSet::parse(&texts).unwrap().check(&template);
    assert_eq!(report.faults[0].to_string(), "team.guard: the template nests deeper than 128 levels");
    assert_eq!(report.outcomes, []);
    // Dropping it would recurse, too.
    while let Some(inner) = template.get_mut("a").map(Value::take) {
        template = inner;
    }
}

#[test]
fn damaged_rule_files_are_read_or_refused_and_damaged_templates_are_checked() {
    let odd = [
        json!(null),
        json!([]),
        json!("a"),
        json!({"Resources": []}),
        json!({"Resources": {"A": null, "B": {"Type": 1}}}),
    ];
    for file in shipped() {
        let text: Vec<char> = file.text.chars().collect();
        for (number, end) in (0..text.len()).step_by(37).enumerate() {
            let mut damaged: String = text[..end].iter().collect();
            if number % 2 == 0 {
                damaged.extend(&text[(end + 3).min(text.len())..]);
            }
            let files = [RuleFile { name: file.name.clone(), text: damaged }];
            if let Ok(rules) = RuleSet::parse(&files) {
                assert!(odd.iter().all(|template| rules.check(template).findings().count() < 99));
            }
        }
        let files = [file];
        let rules = RuleSet::parse(&files).unwrap();
        assert!(odd.iter().all(|template| rules.check(template).findings().count() < 99));
    }
}
