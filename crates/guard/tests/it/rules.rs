//! The rules of the product: their files, their cases, and the templates of the blueprints.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use strataform_guard::{GuardStatus, RuleSet, shipped};

use crate::files::{cases, root, stems, templates};
use crate::judge;

#[test]
fn every_rule_file_is_shipped_has_one_rule_of_its_name_and_has_cases() {
    let files = stems("guard", "guard");
    assert_eq!(
        files,
        stems("guard/tests", "yaml"),
        "each rule file has cases, and each file of cases has a rule"
    );
    let texts = shipped();
    let names: Vec<_> = texts.iter().map(|file| file.name.clone()).collect();
    assert_eq!(names, files.iter().map(|stem| format!("{stem}.guard")).collect::<Vec<_>>());
    let rules = RuleSet::parse(&texts).unwrap();
    for (file, rule) in rules.rules() {
        assert_eq!(file, format!("{rule}.guard"));
    }
    // `cfn-guard test` gives the cases of a file to each rule file whose name begins like it.
    for (one, other) in files.iter().zip(files.iter().skip(1)) {
        assert!(!other.starts_with(one.as_str()), "{other} begins with {one}");
    }
}

#[test]
fn every_rule_gives_the_status_of_each_of_its_cases() {
    let texts = shipped();
    let mut wrong = Vec::new();
    for text in &texts {
        let rule = text.name.trim_end_matches(".guard");
        let rules = RuleSet::parse(std::slice::from_ref(text)).unwrap();
        let (mut seen, mut messages) = (BTreeSet::new(), BTreeSet::new());
        for case in cases(rule) {
            let report = rules.check(&case.input);
            assert_eq!(report.faults, [], "{rule}: {}", case.name);
            let status = match report.outcomes[0].status {
                GuardStatus::Skip => "SKIP",
                GuardStatus::Pass => "PASS",
                GuardStatus::Fail => "FAIL",
            };
            assert_eq!(report.outcomes.len(), 1);
            assert_eq!(case.expected.keys().collect::<Vec<_>>(), [rule], "{}", case.name);
            if case.expected[rule] != status {
                wrong
                    .push(format!("{rule}: {}: expected {}, found {status}", case.name, case.expected[rule]));
            }
            for finding in report.findings() {
                messages.insert(finding.message.clone());
                assert!(
                    finding.resource.is_some() && finding.fix.is_some(),
                    "{rule}: {}: {finding:?}",
                    case.name
                );
            }
            seen.insert(status);
        }
        let all =
            text.text.lines().filter_map(|line| line.trim().strip_prefix("Violation: ").map(str::to_owned));
        assert_eq!(messages, all.collect(), "a case of {rule} gives each of its messages");
        assert_eq!(seen, BTreeSet::from(["FAIL", "PASS", "SKIP"]), "{rule} has cases of each status");
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn the_templates_of_the_blueprints_meet_every_rule_and_use_every_rule() {
    let texts = shipped();
    let rules = RuleSet::parse(&texts).unwrap();
    let mut met = BTreeSet::new();
    for (name, template) in templates() {
        let report = rules.check(&template);
        assert_eq!(report.faults, [], "{name}");
        assert_eq!(
            report.findings().collect::<Vec<_>>(),
            [] as [&strataform_guard::GuardFinding; 0],
            "{name}"
        );
        met.extend(
            report
                .outcomes
                .iter()
                .filter(|outcome| outcome.status == GuardStatus::Pass)
                .map(|outcome| outcome.rule.clone()),
        );
    }
    assert_eq!(
        met.into_iter().collect::<Vec<_>>(),
        stems("guard", "guard"),
        "a rule that no blueprint meets is not tried"
    );
}

#[test]
fn the_command_of_aws_runs_the_cases_and_agrees() {
    let (code, printed) = judge::test(&root().join("guard"));
    assert_eq!(code, 0, "{printed}");
    let files = stems("guard", "guard");
    let cases = files.iter().map(|rule| cases(rule).len()).sum::<usize>();
    assert_eq!(printed.matches("Test Case #").count(), cases, "{printed}");
    assert!(!printed.contains("did not have any tests"), "{printed}");
}

/// The comment of each rule file is its row in the documentation; `INSTA_UPDATE=always` writes the table.
#[test]
fn the_documentation_lists_every_rule_with_its_reason() {
    let mut table = "| rule | requires |\n|---|---|\n".to_owned();
    for file in shipped() {
        let comment: Vec<_> = file.text.lines().map_while(|line| line.strip_prefix("# ")).collect();
        assert!(!comment.is_empty(), "{} begins with a comment", file.name);
        let name = file.name.trim_end_matches(".guard");
        writeln!(table, "| [`{name}`](../guard/{name}.guard) | {} |", comment.join(" ")).unwrap();
    }
    let path = root().join("docs/guard.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, after) = page.split_once("<!-- rules -->\n").unwrap();
    let (_, after) = after.split_once("<!-- end of rules -->").unwrap();
    let expected = format!("{before}<!-- rules -->\n{table}<!-- end of rules -->{after}");
    if std::env::var_os("INSTA_UPDATE").is_some_and(|value| value == "always") {
        fs::write(&path, expected).unwrap();
    } else {
        assert_eq!(page, expected, "write it with INSTA_UPDATE=always");
    }
}
