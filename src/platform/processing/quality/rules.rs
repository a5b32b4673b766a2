//! The rules of a dataset, in DQDL, the language of AWS Glue Data Quality.

use std::fmt::Write as _;

use super::sql;
use crate::model::{Action, Dataset, Expectation, Type};

/// Maximum bytes of a ruleset.
const LONGEST: usize = 65_536;
/// Maximum rules of a ruleset.
const MOST: usize = 2_000;
/// Bytes that are reserved for the end: how many rules were left out.
const END: usize = 128;

/// The ruleset. The first rules matter most: if there are more than fit, the last ones are left out, and a comment
/// states how many.
pub(super) fn ruleset(dataset: &Dataset) -> String {
    let key: Vec<String> = dataset.key.iter().map(|column| quoted(column.as_str())).collect();
    let first = ["RowCount > 0".to_owned(), format!("IsPrimaryKey {}", key.join(" "))];
    let (asked, hidden): (Vec<_>, Vec<_>) =
        dataset.expectations.iter().partition(|one| hidden(dataset, one).is_empty());
    let expectations = asked.into_iter().map(expectation);
    let complete = dataset.curated().filter(|column| !column.nullable);
    let complete = complete.map(|column| format!("IsComplete {}", quoted(column.name.as_str())));
    let lengths = dataset.curated().filter_map(|column| match column.data_type {
        Type::String { length } => Some(format!("ColumnLength {} <= {length}", quoted(column.name.as_str()))),
        Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Decimal { .. }
        | Type::Double
        | Type::Date
        | Type::Timestamp
        | Type::Json => None,
    });
    let rules = first.into_iter().chain(expectations).chain(complete).chain(lengths);
    listed(rules, hidden.into_iter().map(|one| unchecked(dataset, one)))
}

/// The columns of an expectation that are not stored as they arrived.
fn hidden(dataset: &Dataset, expectation: &Expectation) -> Vec<String> {
    let sensitive = |name: &str| dataset.column(name).is_some_and(|column| column.sensitivity.is_some());
    let references = expectation.expression.references().into_iter().map(|one| one.column.to_string());
    references.filter(|name| sensitive(name)).collect()
}

/// The rule for an expectation on the curated records, below a comment.
///
/// A record passes if the condition is true or unknown, as in the job. If the job retains failing records and a
/// threshold tolerates some of them, so does the rule. Without a threshold, the rule tolerates none, even for an
/// expectation that only warns: a ruleset stops nothing by itself, and its result is the warning.
fn expectation(expectation: &Expectation) -> String {
    let condition = sql::expression(&expectation.expression);
    let rule = match (expectation.action, expectation.threshold) {
        (Action::Warn | Action::Fail, threshold @ 1..) => format!(
            // In percent. Integers are divided only once, so that 57 of 100 is exactly 57.
            "CustomSql \"select coalesce(100 * sum(case when not ({condition}) then 0 else 1 end) \
             / nullif(count(*), 0), 100) from primary\" >= {threshold}"
        ),
        _ => format!("CustomSql \"select count(*) from primary where not ({condition})\" = 0"),
    };
    let kept = match expectation.action {
        Action::Quarantine => "failing records are in quarantine",
        Action::Warn => "failing records are kept and counted",
        Action::Fail => "failing records are kept if the run continues",
    };
    format!("# {}: {kept}\n    {rule}", expectation.name)
}

/// The comment on an expectation that cannot be checked on the curated records.
fn unchecked(dataset: &Dataset, expectation: &Expectation) -> String {
    let columns = hidden(dataset, expectation).join(", ");
    format!("# {}: checked by the job only, because {columns} is not stored as it arrived", expectation.name)
}

/// The rules and comments that fit. Comments on skipped expectations come after the last rule: a separating comma would
/// become part of them.
fn listed(rules: impl Iterator<Item = String>, remarks: impl Iterator<Item = String>) -> String {
    const BETWEEN: &str = ",\n    ";
    let mut out = String::from("Rules = [");
    let (mut count, mut skipped) = (0, 0_usize);
    for rule in rules {
        if count == MOST || out.len() + BETWEEN.len() + rule.len() + END > LONGEST {
            skipped += 1;
            continue;
        }
        out.push_str(if count == 0 { &BETWEEN[1..] } else { BETWEEN });
        out.push_str(&rule);
        count += 1;
    }
    for remark in remarks {
        if out.len() + BETWEEN.len() + remark.len() + END <= LONGEST {
            out.push_str(&BETWEEN[1..]);
            out.push_str(&remark);
        }
    }
    if skipped > 0 {
        out.push_str(&BETWEEN[1..]);
        let _ = write!(out, "# {skipped} more rules exceed the quotas; only the job checks them");
    }
    out.push_str("\n]");
    out
}

/// A quoted name; names consist of letters, digits and `_`.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Expression, Identifier, Sensitivity, fixture};

    fn dataset() -> Dataset {
        fixture::platform().datasets[0].clone()
    }

    fn named(name: &str, text: &str, action: Action, threshold: u8) -> Expectation {
        let expression = Expression::assumed(text, Type::Boolean);
        Expectation { name: Identifier::new(name).expect("a name"), expression, action, threshold }
    }

    #[test]
    fn rules_cover_keys_expectations_required_columns_and_lengths() {
        let expected = "Rules = [\n    RowCount > 0,\n    IsPrimaryKey \"order_id\",\n    \
            # positive_amount: failing records are in quarantine\n    \
            CustomSql \"select count(*) from primary where not (amount >= 0)\" = 0,\n    \
            IsComplete \"order_id\",\n    IsComplete \"ordered_at\",\n    \
            ColumnLength \"order_id\" <= 36,\n    ColumnLength \"email\" <= 64\n]";
        assert_eq!(ruleset(&dataset()), expected);
    }

    #[test]
    fn a_rule_follows_the_action_and_threshold_of_its_expectation() {
        let none = "\"select count(*) from primary where not (a)\" = 0";
        let share = "\"select coalesce(100 * sum(case when not (a) then 0 else 1 end) / nullif(count(*), 0), 100) \
                     from primary\" >= 95";
        for (action, threshold, wanted) in [
            (Action::Quarantine, 0, none),
            // Failing records are not in the curated table, whatever the threshold.
            (Action::Quarantine, 95, none),
            (Action::Warn, 0, none),
            (Action::Warn, 95, share),
            (Action::Fail, 0, none),
            (Action::Fail, 95, share),
        ] {
            let text = expectation(&named("rule", "a", action, threshold));
            assert!(text.ends_with(wanted) && text.starts_with("# rule: "), "{text}");
        }
    }

    #[test]
    fn columns_that_are_not_stored_as_they_arrived_are_not_checked() {
        let mut dataset = dataset();
        let scope = crate::model::expression::Scope {
            columns: dataset
                .columns
                .iter()
                .map(|column| {
                    let reference =
                        crate::model::expression::Reference { alias: None, column: column.name.clone() };
                    (reference, column.data_type, column.nullable)
                })
                .collect(),
            dropped: Vec::new(),
        };
        let parsed = |text| {
            Expression::parse(text, &scope, crate::model::expression::Place::Row).expect("an expression")
        };
        for sensitivity in [Sensitivity::Hash, Sensitivity::Mask, Sensitivity::Drop] {
            let email = dataset.columns.iter_mut().find(|column| column.name == "email").expect("a column");
            email.sensitivity = Some(sensitivity);
            dataset.expectations[0].expression = parsed("email like '%@%' or amount > 1");
            let text = ruleset(&dataset);
            let remark =
                "# positive_amount: checked by the job only, because email is not stored as it arrived\n]";
            assert!(text.ends_with(remark) && !text.contains("CustomSql"), "{text}");
        }
        let length = ruleset(&dataset);
        assert!(!length.contains("ColumnLength \"email\""), "a dropped column has no length: {length}");
        dataset.expectations[0].expression = parsed("amount > 1");
        let sql = "where not (`amount` > cast(1 as decimal(12,2)))\" = 0";
        assert!(ruleset(&dataset).contains(sql), "{}", ruleset(&dataset));
    }

    #[test]
    fn rules_that_do_not_fit_are_counted() {
        let mut dataset = dataset();
        let long = format!("a = '{}'", "x".repeat(16_000));
        dataset.expectations = (0..6).map(|at| named(&format!("r{at}"), &long, Action::Warn, 0)).collect();
        let text = ruleset(&dataset);
        assert!(text.len() <= LONGEST && text.matches("CustomSql").count() == 4, "{}", text.len());
        assert!(text.contains("IsComplete \"order_id\""), "a short rule still fits");
        assert!(text.ends_with("\n    # 2 more rules exceed the quotas; only the job checks them\n]"));
        dataset.expectations.truncate(1);
        dataset.expectations[0].expression = Expression::assumed("a", Type::Boolean);
        let one = dataset.columns[0].clone();
        dataset.columns = (0..1_500)
            .map(|at| {
                let name = Identifier::new(&format!("c{at}")).expect("a name");
                crate::model::Column { name, ..one.clone() }
            })
            .collect();
        let text = ruleset(&dataset);
        // The first two, one expectation, 1,500 required columns, and the rest of 2,000 for lengths.
        assert_eq!((text.matches(",\n").count() + 1, text.matches("ColumnLength").count()), (MOST, 497));
        assert!(text.contains("\n    # 1003 more rules exceed the quotas"), "{}", &text[text.len() - 200..]);
    }
}
