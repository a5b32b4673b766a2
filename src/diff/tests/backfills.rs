//! What must be processed again after an edit of a blueprint's platform file, and what must not.

use super::platform::Project;
use crate::diff::{Backfill, Clue, assemblies, backfills};

/// The backfills of edits of the clickstream's platform file in production.
fn after(edits: &[(&str, &str)]) -> Vec<Backfill> {
    let old = Project::of("clickstream/prod");
    let new = edits.iter().fold(old.clone(), |project, (from, to)| project.edited(from, to));
    let (old, new) = (old.assembly(), new.assembly());
    backfills(&assemblies(&old, &new), &old.manifest, &new.manifest)
}

/// The only backfill of edits.
fn only(edits: &[(&str, &str)]) -> Backfill {
    let found = after(edits);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    one.clone()
}

fn rejected(reason: &str) -> Clue {
    Clue::Rejected(reason.to_owned())
}

#[test]
fn what_changes_no_row_needs_nothing() {
    for edits in [
        [("count(distinct visitor_id)", "count(visitor_id)")],
        [("description = \"One event", "description = \"An event")],
        [("late        = \"3 days\"", "late        = \"9 days\"")],
        [("partition   = \"day\"", "partition   = \"hour\"")],
        [("amount > 0\"", "amount   >   0\"")],
        // What is rejected from now on keeps its row.
        [("referrer    = \"string(500)\"", "referrer    = \"string(400)\"")],
        [("amount >= 0\"", "amount >= 0\"\nfew = \"amount is null or amount < 9\"")],
        [("volume      = \"10 GB/day\"", "volume      = \"20 GB/day\"")],
        // There are no records in another place.
        [("region    = \"eu-west-1\"", "region    = \"eu-central-1\"")],
    ] {
        assert_eq!(after(&edits), [], "{edits:?}");
    }
}

#[test]
fn an_expression_needs_all_records_and_a_wider_column_those_that_were_rejected() {
    let expression = ("amount > 0\"", "amount > 10\"");
    let whole = only(&[expression]);
    assert_eq!((whole.dataset.as_str(), whole.only.len(), whole.days), ("event", 0, 89));
    assert_eq!(whole.causes, ["column `is_purchase` of `event`"]);
    let wider = ("referrer    = \"string(500)\"", "referrer    = \"string(600)\"");
    let some = only(&[wider]);
    assert_eq!(some.only, [rejected("referrer: ")]);
    assert_eq!((some.price, some.days), (whole.price, whole.days));
    let both = only(&[wider, expression]);
    assert_eq!((both.only.len(), both.causes.len()), (0, 2));
}

#[test]
fn what_is_accepted_from_now_on_is_named_by_the_reason_of_before() {
    for (edit, clue) in [
        (("known_type      =", "any_type        ="), rejected("expectation: known_type")),
        (("amount >= 0\"", "amount >= -1\""), rejected("expectation: positive_amount")),
        (("late        =", "ahead = \"2 days\"\nlate        ="), rejected("occurred_at: in the future")),
        (("attributes  = \"json\"\n", ""), rejected("attributes: ")),
        (("string(45)", "string(50)"), rejected("ip_address: ")),
        (("attributes  =", "gift = \"string(5)\"\nattributes  ="), Clue::Field("gift".to_owned())),
    ] {
        assert_eq!(only(&[edit]).only, [clue], "{edit:?}");
    }
    let optional = only(&[("\"string(36) not null\"\nvisitor_id", "\"string(36)\"\nvisitor_id")]);
    assert_eq!(optional.only, [rejected("session_id: missing")]);
}

/// Records are read by the old name, too, so only those that had the new one before are another matter.
#[test]
fn a_rename_is_followed_by_what_reads_the_column() {
    let key = [
        ("key         = [\"event_id\"]", "key         = [\"id\"]"),
        (
            "event_id    = \"string(36) not null\"",
            "id = { type = \"string(36) not null\", renamed_from = \"event_id\" }",
        ),
    ];
    assert_eq!(only(&key).only, [Clue::Field("id".to_owned())]);
    let derived = [
        ("page_path   = \"string(500)\"", "path = { type = \"string(500)\", renamed_from = \"page_path\" }"),
        ("split_part(page_path,", "split_part(path,"),
    ];
    assert_eq!(only(&derived).only, [Clue::Field("path".to_owned())]);
}

#[test]
fn the_window_is_what_both_versions_keep() {
    let kept =
        |days: &str| format!("protected = true\n\n[environment.prod.retention]\nraw = \"{days} days\"");
    let expression = ("amount > 0\"", "amount > 10\"");
    let (shorter, longer) = (kept("30"), kept("200"));
    let (whole, less) = (only(&[expression]), only(&[expression, ("protected = true", &shorter)]));
    let more = only(&[expression, ("protected = true", &longer)]);
    assert_eq!((less.days, more.days), (29, 89));
    let cents = |one: &Backfill| one.price.expect("a price").cents;
    assert!(cents(&less) < cents(&whole) / 2);
    // A longer window is estimated as a whole: the share of its first hours may differ by a run.
    assert!(cents(&more).abs_diff(cents(&whole)) <= 100, "{more:?} {whole:?}");
    assert!(more.command.contains("'2135 hours ago'"), "{}", more.command);
}
