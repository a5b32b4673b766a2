//! Calculated fields: the tokens of an expression, and the columns and parameters that it refers to.

use std::collections::BTreeSet;

/// The references of an expression.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct References {
    pub(crate) columns: BTreeSet<String>,
    pub(crate) parameters: BTreeSet<String>,
}

/// Words that are not column names.
const WORDS: [&str; 14] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "null",
    "true",
    "false",
    "asc",
    "desc",
    "pre_filter",
    "pre_agg",
    "post_agg_filter",
    "case_insensitive",
];

/// Returns the references of an expression.
///
/// # Errors
///
/// The first invalid token, in one line.
pub(crate) fn references(text: &str) -> Result<References, String> {
    let mut found = References::default();
    let mut open: Vec<char> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            _ if first.is_whitespace() => first.len_utf8(),
            '\'' | '"' => quoted(rest, first)?,
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) => end + 2,
                None => return Err("unclosed comment".to_owned()),
            },
            // A placeholder of another tool.
            '{' if rest.starts_with("{{") && rest.contains("}}") => {
                rest.find("}}").map_or(rest.len(), |end| end + 2)
            }
            '$' | '{' => {
                let from = if first == '$' { 2 } else { 1 };
                let end = rest.find('}').ok_or_else(|| format!("missing `}}`: {}", head(rest)))?;
                if first == '$' && !rest.starts_with("${") {
                    return Err(format!("`$` must be followed by `{{`: {}", head(rest)));
                }
                let name = rest.get(from..end).unwrap_or_default().to_owned();
                if first == '$' {
                    found.parameters.insert(name)
                } else {
                    found.columns.insert(name)
                };
                end + 1
            }
            '(' | '[' => {
                open.push(first);
                1
            }
            ')' | ']' => {
                let wanted = if first == ')' { '(' } else { '[' };
                if open.pop() != Some(wanted) {
                    return Err(format!("unmatched `{first}`"));
                }
                1
            }
            _ if first.is_ascii_digit() => end_of(rest, |one| one.is_ascii_digit() || one == '.'),
            _ if first.is_alphabetic() || first == '_' => {
                let length = end_of(rest, |one| one.is_alphanumeric() || one == '_' || one == '.');
                let (word, after) = rest.split_at(length);
                let is_call = after.trim_start().starts_with('(');
                if !is_call && !WORDS.contains(&word.to_ascii_lowercase().as_str()) {
                    found.columns.insert(word.to_owned());
                }
                length
            }
            '<' | '>' | '=' | '!' | '+' | '-' | '*' | '/' | '%' | '^' | ',' | '.' => 1,
            other => return Err(format!("unexpected character `{other}`")),
        };
        rest = &rest[taken..];
    }
    match open.pop() {
        Some(open) => Err(format!("unclosed `{open}`")),
        None if text.trim().is_empty() => Err("the expression is empty".to_owned()),
        None => Ok(found),
    }
}

/// The length of a quoted string, with its quotes.
fn quoted(rest: &str, quote: char) -> Result<usize, String> {
    let mut escaped = false;
    for (at, one) in rest.char_indices().skip(1) {
        match one {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if one == quote => return Ok(at + 1),
            _ => {}
        }
    }
    Err(format!("unclosed string: {}", head(rest)))
}

fn end_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|one| !belongs(one)).unwrap_or(text.len())
}

fn head(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> Vec<String> {
        references(text).unwrap().columns.into_iter().collect()
    }

    #[test]
    fn columns_and_parameters_are_found() {
        assert_eq!(columns("sum({net amount}) / count(order_id)"), ["net amount", "order_id"]);
        assert_eq!(columns("ifelse(status = 'a {b} c', 1, NULL) // {no}\n"), ["status"]);
        assert_eq!(columns("sumOver(sum(x), [a, b], PRE_AGG) /* {c} */"), ["a", "b", "x"]);
        let found = references("contains({name}, ${Search}, CASE_INSENSITIVE)").unwrap();
        assert_eq!(found.parameters.into_iter().collect::<Vec<_>>(), ["Search"]);
    }

    #[test]
    fn invalid_expressions_are_rejected() {
        for text in ["", "sum(a", "a)", "[a)", "'open", "{open", "${open", "$x", "a ; b", "/* open"] {
            assert!(references(text).is_err(), "{text}");
        }
    }
}
