//! [`is_other`]: whether a text of SQL says something else about records. With the permanent numbers of columns in place of their
//! names, a rename is nothing. Nor is the same text: it reads the same fields of records, whatever column they belong to.
//!
//! In: a text and the columns of a version, each before and after. Out: the answer. It refuses to parse SQL: a word is a column unless
//! it is called or quoted.

use super::text::compact;
use crate::assembly::ManifestColumn;

/// The text as the columns of a version make it mean. A column that was never stored has no number, and keeps its name.
fn by_number(columns: &[ManifestColumn], text: &str) -> String {
    let text = compact(text);
    let mut found = String::with_capacity(text.len());
    // Quoted texts are every other part; a quote within one divides it into two.
    for (at, part) in text.split('\'').enumerate() {
        if at > 0 {
            found.push('\'');
        }
        if at % 2 == 1 { found.push_str(part) } else { numbered(columns, part, &mut found) }
    }
    found
}

/// Appends SQL without quoted texts.
fn numbered(columns: &[ManifestColumn], sql: &str, found: &mut String) {
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    let mut rest = sql;
    while let Some(start) = rest.find(is_word) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|one| !is_word(one)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        let column = columns.iter().find(|one| one.name == word && one.number > 0);
        found.push_str(before);
        match column.filter(|_| !after.starts_with('(')) {
            Some(column) => found.extend(["#", &column.number.to_string()]),
            None => found.push_str(word),
        }
        rest = after;
    }
    found.push_str(rest);
}

/// Whether two texts, of the old and the new version, say different things about records.
pub(super) fn is_other(
    (was, is): (Option<&str>, Option<&str>),
    (old, new): (&[ManifestColumn], &[ManifestColumn]),
) -> bool {
    was.map(compact) != is.map(compact)
        && was.map(|text| by_number(old, text)) != is.map(|text| by_number(new, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[(u32, &str)]) -> Vec<ManifestColumn> {
        let column = |(number, name): &(u32, &str)| ManifestColumn {
            number: *number,
            name: (*name).to_owned(),
            stored: None,
            data_type: None,
            nullable: false,
            protection: None,
            expression: None,
        };
        names.iter().map(column).collect()
    }

    #[test]
    fn a_rename_is_nothing_and_so_is_the_same_text() {
        let (old, new) = (columns(&[(1, "amount"), (2, "date")]), columns(&[(1, "total"), (3, "amount")]));
        assert_eq!(by_number(&old, "amount  > 100"), "#1>100");
        assert_eq!(by_number(&new, "total > 100"), by_number(&old, "amount > 100"));
        let is_other = |was, is| is_other((Some(was), Some(is)), (&old, &new));
        assert!(!is_other("amount > 100", "total > 100"));
        assert!(!is_other("amount > 100", "amount>100"), "it reads the same field");
        assert!(is_other("amount > 100", "amount > 10"));
        assert!(is_other("date > 100", "amount > 100"));
        assert_eq!(
            by_number(&old, "amounts = 'amount' or date(date) = 'it''s date'"),
            "amounts='amount'or date(#2)='it''s date'"
        );
        assert_eq!(by_number(&old, "[\"amount\", \"day\"]"), "[\"#1\",\"day\"]");
        assert_eq!(by_number(&columns(&[(0, "secret")]), "secret is null"), "secret is null");
    }
}
