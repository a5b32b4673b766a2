//! The rules of a dataset, in the language of Glue Data Quality (DQDL).

use std::fmt::Write as _;

use super::sql;
use crate::model::{Action, Dataset, Expectation, Type};

/// Bytes of a ruleset.
const LONGEST: usize = 65_536;
/// Rules of a ruleset.
const MOST: usize = 2_000;
/// Bytes that are kept free for the end: how many rules were left out.
const END: usize = 128;

/// The rules. The first ones matter most: where there are more than a ruleset takes, the last are left out, and
/// the text says how many.
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
    listed(rules, hidden.into_iter().map(|one| unasked(dataset, one)))
}

/// The columns of an expectation that are not stored as they came.
fn hidden(dataset: &Dataset, expectation: &Expectation) -> Vec<String> {
    let sensitive = |name: &str| dataset.column(name).is_some_and(|column| column.sensitivity.is_some());
    let references = expectation.expression.references().into_iter().map(|one| one.column.to_string());
    references.filter(|name| sensitive(name)).collect()
}

/// What an expectation asks of the curated records, below a remark.
///
/// A record passes where the condition is true or unknown, as in the job. Where the job keeps what fails and a
/// threshold tolerates some of it, so does the rule. Without a threshold the rule tolerates none, also of an
/// expectation that only warns: a ruleset stops nothing by itself, and what it shows is the warning.
fn expectation(expectation: &Expectation) -> String {
    let condition = sql::expression(&expectation.expression);
    let rule = match (expectation.action, expectation.threshold) {
        (Action::Warn | Action::Fail, threshold @ 1..) => format!(
            // In per cent. Whole numbers are divided once, so that 57 of 100 are 57 and not a little less.
            "CustomSql \"select coalesce(100 * sum(case when not ({condition}) then 0 else 1 end) \
             / nullif(count(*), 0), 100) from primary\" >= {threshold}"
        ),
        _ => format!("CustomSql \"select count(*) from primary where not ({condition})\" = 0"),
    };
    let kept = match expectation.action {
        Action::Quarantine => "what fails is in quarantine",
        Action::Warn => "what fails is kept, and counted",
        Action::Fail => "what fails is kept where the run goes on",
    };
    format!("# {}: {kept}\n    {rule}", expectation.name)
}

/// The remark on an expectation that nobody can ask of the curated records.
fn unasked(dataset: &Dataset, expectation: &Expectation) -> String {
    let columns = hidden(dataset, expectation).join(", ");
    format!("# {}: asked by the job alone, for {columns} is not stored as it came", expectation.name)
}

/// The text of what fits. Remarks come after the last rule: a comma in a remark's line would be part of it.
fn listed(rules: impl Iterator<Item = String>, remarks: impl Iterator<Item = String>) -> String {
    const BETWEEN: &str = ",\n    ";
    let mut out = String::from("Rules = [");
    let (mut count, mut left_out) = (0, 0_usize);
    for rule in rules {
        if count == MOST || out.len() + BETWEEN.len() + rule.len() + END > LONGEST {
            left_out += 1;
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
    if left_out > 0 {
        out.push_str(&BETWEEN[1..]);
        let _ = write!(out, "# {left_out} more are left to the job: a ruleset has no room for them");
    }
    out.push_str("\n]");
    out
}

/// A name as the language quotes it: it has letters, digits and `_`.
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
    fn rules_say_the_key_the_expectations_what_must_be_there_and_how_long_it_may_be() {
        let expected = "Rules = [\n    RowCount > 0,\n    IsPrimaryKey \"order_id\",\n    \
            # positive_amount: what fails is in quarantine\n    \
            CustomSql \"select count(*) from primary where not (amount >= 0)\" = 0,\n    \
            IsComplete \"order_id\",\n    IsComplete \"ordered_at\",\n    \
            ColumnLength \"order_id\" <= 36,\n    ColumnLength \"email\" <= 64\n]";
        assert_eq!(ruleset(&dataset()), expected);
    }

    #[test]
    fn an_expectation_asks_for_what_its_action_and_its_threshold_leave() {
        let none = "\"select count(*) from primary where not (a)\" = 0";
        let share = "\"select coalesce(100 * sum(case when not (a) then 0 else 1 end) / nullif(count(*), 0), 100) \
                     from primary\" >= 95";
        for (action, threshold, wanted) in [
            (Action::Quarantine, 0, none),
            // What fails is not in the curated table, however much of it is tolerated.
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
    fn what_is_not_stored_as_it_came_is_not_asked_for() {
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
        };
        let parsed = |text| {
            Expression::parse(text, &scope, crate::model::expression::Place::Row).expect("an expression")
        };
        for sensitivity in [Sensitivity::Hash, Sensitivity::Mask, Sensitivity::Drop] {
            let email = dataset.columns.iter_mut().find(|column| column.name == "email").expect("a column");
            email.sensitivity = Some(sensitivity);
            dataset.expectations[0].expression = parsed("email like '%@%' or amount > 1");
            let text = ruleset(&dataset);
            let remark = "# positive_amount: asked by the job alone, for email is not stored as it came\n]";
            assert!(text.ends_with(remark) && !text.contains("CustomSql"), "{text}");
        }
        let length = ruleset(&dataset);
        assert!(!length.contains("ColumnLength \"email\""), "a dropped column has no length: {length}");
        dataset.expectations[0].expression = parsed("amount > 1");
        let sql = "where not (`amount` > cast(1 as decimal(12,2)))\" = 0";
        assert!(ruleset(&dataset).contains(sql), "{}", ruleset(&dataset));
    }

    #[test]
    fn what_a_ruleset_has_no_room_for_is_counted() {
        let mut dataset = dataset();
        let long = format!("a = '{}'", "x".repeat(16_000));
        dataset.expectations = (0..6).map(|at| named(&format!("r{at}"), &long, Action::Warn, 0)).collect();
        let text = ruleset(&dataset);
        assert!(text.len() <= LONGEST && text.matches("CustomSql").count() == 4, "{}", text.len());
        assert!(text.contains("IsComplete \"order_id\""), "what is short still fits");
        assert!(text.ends_with("\n    # 2 more are left to the job: a ruleset has no room for them\n]"));
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
        // The two first, one expectation, 1,500 that must be there, and what is left of 2,000 for lengths.
        assert_eq!((text.matches(",\n").count() + 1, text.matches("ColumnLength").count()), (MOST, 497));
        assert!(text.contains("\n    # 1003 more are left to the job"), "{}", &text[text.len() - 200..]);
    }
}
