//! Values to look for a witness among: the smallest ones of a type, those at its bounds, those that a text names.

use crate::model::Type;

/// A value of a column; `None` is null.
pub(super) type Value = Option<String>;

/// Text that a column of a type has in a record, the smallest first.
pub(super) fn bounds(of: Type) -> Vec<String> {
    let whole = |digits: u8| "9".repeat(usize::from(digits.max(1)));
    let texts: Vec<String> = match of {
        Type::String { length } => {
            let long = usize::try_from(length).unwrap_or(1);
            let lengths = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192];
            let mut all: Vec<String> =
                lengths.into_iter().filter(|one| *one < long).map(|one| "a".repeat(one)).collect();
            all.push("a".repeat(long));
            all
        }
        Type::Boolean => ["false", "true"].map(str::to_owned).into(),
        Type::Integer => ["0", "1", "10", "2147483647"].map(str::to_owned).into(),
        Type::Bigint => ["0", "1", "10", "2147483648", "9223372036854775807"].map(str::to_owned).into(),
        Type::Decimal { precision, scale } => {
            let fraction = |digits: u8| match digits {
                0 => String::new(),
                digits => format!(".{}1", "0".repeat(usize::from(digits) - 1)),
            };
            let mut all = vec!["0".to_owned(), "1".to_owned()];
            all.extend((1..=scale).map(|digits| format!("0{}", fraction(digits))));
            all.extend(
                (1..=precision - scale).map(|digits| format!("1{}", "0".repeat(usize::from(digits) - 1))),
            );
            all.push(whole(precision - scale));
            all
        }
        Type::Double => ["0", "0.5", "0.1", "1e300"].map(str::to_owned).into(),
        Type::Date => ["2026-01-01", "9999-12-31"].map(str::to_owned).into(),
        Type::Timestamp => ["2026-01-01 00:00:00", "2026-01-01 00:00:00.000001"].map(str::to_owned).into(),
        Type::Json => ["0", "{}", "{\"a\": 1}"].map(str::to_owned).into(),
    };
    texts
}

/// The type on PostgreSQL, which counts characters as platform files do.
pub(super) fn postgres(of: Type) -> String {
    match of {
        Type::String { length } => format!("varchar({length})"),
        Type::Json => "jsonb".to_owned(),
        other @ (Type::Boolean
        | Type::Integer
        | Type::Bigint
        | Type::Decimal { .. }
        | Type::Double
        | Type::Date
        | Type::Timestamp) => other.redshift(),
    }
}

/// The texts and numbers that an expression names.
pub(super) fn named(expression: &str) -> (Vec<String>, Vec<i64>) {
    let parts: Vec<&str> = expression.split('\'').collect();
    let texts = parts.iter().skip(1).step_by(2).map(|text| (*text).to_owned()).collect();
    let outside: String = parts.iter().step_by(2).copied().collect::<Vec<_>>().join(" ");
    let words = outside.split(|one: char| !one.is_ascii_alphanumeric() && one != '_' && one != '.');
    let numbers = words.filter_map(|word| word.split('.').next()?.parse().ok());
    (texts, numbers.collect())
}

/// Few values of a column to compute an expression with, the smallest first.
pub(super) fn few(of: Type, (texts, numbers): &(Vec<String>, Vec<i64>)) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut add = |text: String| {
        if !found.contains(&Some(text.clone())) {
            found.push(Some(text));
        }
    };
    match of {
        Type::String { length } => {
            let fits = |text: &&String| text.chars().count() <= usize::try_from(length).unwrap_or(0);
            for text in ["a".to_owned()].iter().chain(texts).filter(fits) {
                add(text.clone());
            }
            add("/a/b".to_owned());
            add("a".repeat(usize::try_from(length.min(9)).unwrap_or(1)));
        }
        Type::Integer | Type::Bigint | Type::Double => {
            let all = numbers.iter().flat_map(|one| [*one, one.saturating_add(1), one.saturating_sub(1)]);
            [0, 1, 2].into_iter().chain(all).for_each(|one| add(one.to_string()));
        }
        Type::Decimal { scale, .. } => {
            let all = numbers.iter().flat_map(|one| [*one, one.saturating_add(1), one.saturating_sub(1)]);
            [0, 1].into_iter().chain(all).for_each(|one| add(one.to_string()));
            if scale > 0 {
                add("0.5".to_owned());
                add(format!("0.{}1", "0".repeat(usize::from(scale) - 1)));
            }
        }
        Type::Date => {
            ["2026-01-01", "2026-01-02", "2026-02-01"].map(str::to_owned).into_iter().for_each(&mut add);
        }
        Type::Timestamp => {
            ["2026-01-01 00:00:00", "2026-01-01 00:00:01", "2026-01-01 12:34:56", "2026-02-02 00:00:00"]
                .map(str::to_owned)
                .into_iter()
                .for_each(&mut add);
        }
        Type::Boolean | Type::Json => bounds(of).into_iter().for_each(&mut add),
    }
    found
}

/// Every combination of values, the smallest first: those whose values come first in their lists.
pub(super) fn rows(columns: &[Vec<Value>], most: usize) -> Vec<Vec<Value>> {
    let mut all: Vec<(usize, Vec<Value>)> = vec![(0, Vec::new())];
    for values in columns {
        let mut longer = Vec::new();
        for (rank, row) in &all {
            for (place, value) in values.iter().enumerate() {
                let mut row = row.clone();
                row.push(value.clone());
                longer.push((rank + place, row));
            }
        }
        longer.sort_by_key(|(rank, _)| *rank);
        longer.truncate(most * 8);
        all = longer;
    }
    all.truncate(most);
    all.into_iter().map(|(_, row)| row).collect()
}
