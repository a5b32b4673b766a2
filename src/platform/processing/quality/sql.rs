//! Spark SQL that can be embedded in a DQDL rule.
//!
//! The grammar of DQDL has escapes, but depending on its version, the reader of a rule leaves them in or drops a quote.
//! The statements therefore contain neither double quotes nor backslashes: such a character in a literal is written as
//! `char(…)`.

use std::iter::Peekable;
use std::str::Chars;

use crate::model::Engine;
use crate::model::Expression;
use crate::model::expression::Reference;

/// An expression over the columns of `primary`, the name in a rule for the data that it checks.
pub(super) fn expression(expression: &Expression) -> String {
    plain(&expression.render(Engine::Spark, &column))
}

fn column(reference: &Reference) -> String {
    // Expectations cannot use joins, so there is no alias; names consist of letters, digits and `_`.
    format!("`{}`", reference.column)
}

/// The same SQL without double quotes, backslashes and control characters.
fn plain(spark: &str) -> String {
    let mut out = String::with_capacity(spark.len());
    let mut rest = spark.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' => out.push_str(&literal(&text(&mut rest))),
            _ => out.push(c),
        }
    }
    out
}

/// The value of a literal whose opening quote has been read.
fn text(rest: &mut Peekable<Chars<'_>>) -> String {
    let mut out = String::new();
    while let Some(c) = rest.next() {
        match c {
            '\'' => break,
            '\\' => match rest.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                other => out.extend(other),
            },
            _ => out.push(c),
        }
    }
    out
}

/// A string as Spark SQL without escapes: `'a'`, or `concat('a', char(34), 'b')`.
fn literal(text: &str) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let mut run = String::new();
    for c in text.chars() {
        let named = matches!(c, '\'' | '"' | '\\') || c.is_control();
        // CloudFormation resolves `{{resolve:…}}` anywhere in a template.
        if (named || (c == '{' && run.ends_with('{'))) && !run.is_empty() {
            pieces.push(format!("'{run}'"));
            run.clear();
        }
        if named {
            pieces.push(format!("char({})", u32::from(c)));
        } else {
            run.push(c);
        }
    }
    if !run.is_empty() || pieces.is_empty() {
        pieces.push(format!("'{run}'"));
    }
    if pieces.len() == 1 { pieces.remove(0) } else { format!("concat({})", pieces.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_without_special_characters_is_unchanged() {
        let sql = "((`amount` >= 0) AND (`kind` IN ('a', 'é')) OR (`note` = ''))";
        assert_eq!(plain(sql), sql);
    }

    #[test]
    fn characters_that_need_an_escape_become_char_calls() {
        let cases = [
            (r#"`a` = '"'"#, "`a` = char(34)"),
            (r"`a` = 'it\'s'", "`a` = concat('it', char(39), 's')"),
            (r"`a` RLIKE '\\d+\\z'", "`a` RLIKE concat(char(92), 'd+', char(92), 'z')"),
            (r"`a` = '\n\r\t' AND `b`", "`a` = concat(char(10), char(13), char(9)) AND `b`"),
            ("`a` = '{{resolve:x}}'", "`a` = concat('{', '{resolve:x}}')"),
            ("`a` = '\u{1}\u{85}'", "`a` = concat(char(1), char(133))"),
            // A quote after two backslashes ends the literal.
            (r"f('\\', '#')", "f(char(92), '#')"),
        ];
        for (given, wanted) in cases {
            assert_eq!(plain(given), wanted);
            assert!(!plain(given).contains(['"', '\\', '\n']));
        }
    }
}
