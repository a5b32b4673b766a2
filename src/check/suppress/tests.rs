use super::*;
use crate::diagnostic::Diagnostic;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn suppression(rule: &str, resource: &str, until: &str) -> ManifestSuppression {
    let (rule, resource, until) = (rule.to_owned(), resource.to_owned(), day(until));
    ManifestSuppression { rule, resource, stack: None, reason: "a reason".to_owned(), until }
}

fn known() -> Known<'static> {
    Known {
        rules: ["bucket_versioning", "log_retention"].into(),
        resources: [("storage", "RawBucket"), ("ingestion", "Stream")].into(),
    }
}

/// A code of a rule between resources, of this severity.
fn code(severity: Severity) -> Code {
    *codes().find(|code| code.explanation().severity == severity).unwrap()
}

fn warning() -> Diagnostic {
    Diagnostic::warning(POLICY, 0..0, "a summary")
}

fn remarks(all: &[ManifestSuppression], today: &str) -> Vec<(Part, &'static str, String, String)> {
    let suppressions = Suppressions::new(all, day(today));
    let each = suppressions.remarks(&known()).into_iter();
    each.map(|one| (one.part, one.diagnostic.code.text(), one.diagnostic.summary, one.diagnostic.help))
        .collect()
}

#[test]
fn a_finding_is_accepted_up_to_the_last_day_in_its_resource_and_stack_only() {
    let mut one = suppression("bucket_versioning", "RawBucket", "2027-03-01");
    one.stack = Some("storage".to_owned());
    let all = [one];
    let accepted = |today: &str, rule: &str, stack: &str, pointer: &str| {
        let mut suppressions = Suppressions::new(&all, day(today));
        suppressions.apply(rule, stack, pointer, warning()).suppressed.is_some()
    };
    let (rule, pointer) = ("bucket_versioning", "/Resources/RawBucket/Properties");
    assert!(accepted("2027-03-01", rule, "storage", pointer));
    assert!(accepted("2027-03-01", rule, "storage", "/Resources/RawBucket"));
    assert!(!accepted("2027-03-02", rule, "storage", pointer), "the day after");
    assert!(!accepted("2027-03-01", "log_retention", "storage", pointer), "another rule");
    assert!(!accepted("2027-03-01", rule, "storage-2", pointer), "another stack");
    assert!(!accepted("2027-03-01", rule, "storage", "/Resources/RawBuckets"), "another resource");
    assert!(!accepted("2027-03-01", rule, "storage", ""), "no resource");
}

#[test]
fn of_several_suppressions_the_one_that_holds_longest_decides_and_all_are_used() {
    let all = [
        suppression("bucket_versioning", "RawBucket", "2027-01-01"),
        suppression("bucket_versioning", "RawBucket", "2027-05-01"),
    ];
    let mut suppressions = Suppressions::new(&all, day("2026-12-31"));
    let found = suppressions.apply("bucket_versioning", "storage", "/Resources/RawBucket", warning());
    let by = Suppressed::ByTeam { reason: "a reason".to_owned(), until: "2027-05-01".to_owned() };
    assert_eq!(found.suppressed.as_deref(), Some(&by));
    assert_eq!(suppressions.remarks(&known()), []);
}

#[test]
fn an_error_of_a_policy_can_be_suppressed_and_one_of_a_rule_between_resources_cannot() {
    let (error, warned) = (code(Severity::Error), code(Severity::Warning));
    let all = [POLICY, error, warned].map(|code| suppression(code.text(), "RawBucket", "2027-01-01"));
    let mut suppressions = Suppressions::new(&all, day("2026-12-31"));
    let mut applied = |found: Diagnostic| {
        let rule = found.code.text();
        let found = suppressions.apply(rule, "storage", "/Resources/RawBucket", found);
        (found.severity, found.suppressed.is_some())
    };
    assert_eq!(applied(Diagnostic::error(POLICY, 0..0, "a")), (Severity::Warning, true));
    assert_eq!(applied(Diagnostic::error(error, 0..0, "a")), (Severity::Error, false));
    assert_eq!(applied(Diagnostic::warning(warned, 0..0, "a")), (Severity::Warning, true));
    let [refused] = &remarks(&[suppression(error.text(), "RawBucket", "2027-01-01")], "2026-12-31")[..]
    else {
        panic!("one remark");
    };
    let (part, code, summary, _) = refused;
    assert_eq!((*part, *code), (Part::Rule, "GEN0443"));
    assert_eq!(*summary, format!("`{}` cannot be suppressed", error.text()));
}

#[test]
fn an_expired_suppression_is_a_finding_used_or_not() {
    let all = [suppression("bucket_versioning", "RawBucket", "2026-12-31")];
    let mut suppressions = Suppressions::new(&all, day("2027-01-01"));
    let found = suppressions.apply("bucket_versioning", "storage", "/Resources/RawBucket", warning());
    assert_eq!(found, warning(), "it is open again");
    let remarks: Vec<_> =
        suppressions.remarks(&known()).into_iter().map(|one| (one.part, one.diagnostic)).collect();
    let [(Part::Until, expired)] = &remarks[..] else { panic!("{remarks:?}") };
    assert_eq!((expired.code.text(), expired.severity), ("GEN0444", Severity::Warning));
    assert_eq!(expired.cause, "it was accepted until 2026-12-31: a reason");
    assert_eq!(self::remarks(&all, "2026-12-31")[0].1, "GEN0445", "on the last day, it is unused");
    assert_eq!(self::remarks(&all, "2027-01-01")[0].1, "GEN0444");
}

#[test]
fn unknown_names_are_reported_with_the_nearest() {
    let wrong = |change: &dyn Fn(&mut ManifestSuppression)| {
        let mut one = suppression("bucket_versioning", "RawBucket", "2027-01-01");
        change(&mut one);
        let (part, code, summary, help) = remarks(&[one], "2026-12-31").remove(0);
        assert_eq!(code, "GEN0443");
        (part, summary, help)
    };
    let expected = |part, summary: &str, help: &str| (part, summary.to_owned(), help.to_owned());
    assert_eq!(
        wrong(&|one| "bucket_versoning".clone_into(&mut one.rule)),
        expected(Part::Rule, "unknown rule `bucket_versoning`", "did you mean `bucket_versioning`?")
    );
    assert_eq!(
        wrong(&|one| "RawBuckt".clone_into(&mut one.resource)),
        expected(Part::Resource, "unknown resource `RawBuckt`", "did you mean `RawBucket`?")
    );
    assert_eq!(
        wrong(&|one| one.stack = Some("ingestion".to_owned())),
        expected(Part::Resource, "unknown resource `RawBucket`", "copy the logical ID from the template")
    );
    assert_eq!(
        wrong(&|one| one.stack = Some("storag".to_owned())),
        expected(Part::Resource, "unknown stack `storag`", "did you mean `storage`?")
    );
    assert_eq!(
        wrong(&|one| "GEN0441".clone_into(&mut one.rule)),
        expected(Part::Rule, "unknown rule `GEN0441`", "name the Guard rule, with which the finding begins")
    );
    let errors = ["log_retention".to_owned(), "log_retenton".to_owned()];
    let unknown = unknown_errors(&errors, &known());
    assert_eq!(
        unknown.iter().map(|(at, one)| (*at, one.help.as_str())).collect::<Vec<_>>(),
        [(1, "did you mean `log_retention`?")]
    );
}
