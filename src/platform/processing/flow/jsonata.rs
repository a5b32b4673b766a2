//! `JSONata` expressions, as in the arguments of a state machine, and text literals in them.

use std::fmt::Write as _;

/// An expression, without the delimiters `{%` and `%}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Expression(String);

impl Expression {
    /// `{% … %}`: the expression as a field of a state.
    pub(super) fn field(&self) -> String {
        format!("{{% {} %}}", self.0)
    }

    /// The expression as part of another one.
    pub(super) fn source(&self) -> &str {
        &self.0
    }
}

/// An expression that the generator writes; text from users goes through [`text`].
pub(super) fn code(expression: impl Into<String>) -> Expression {
    Expression(expression.into())
}

/// A string literal with exactly this text.
///
/// `JSONata` supports only the escapes of JSON, so a single quote is written as `\u0027`. Two more pairs are escaped:
/// `${`, which CloudFormation would treat as a substitution, and the delimiters of an expression.
pub(super) fn text(text: &str) -> Expression {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('\'');
    let mut before = ' ';
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            '\'' => literal.push_str("\\u0027"),
            '{' if before == '$' => literal.push_str("\\u007b"),
            '%' if before == '{' => literal.push_str("\\u0025"),
            '}' if before == '%' => literal.push_str("\\u007d"),
            _ if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') => {
                // All these characters fit in four hexadecimal digits.
                let _ = write!(literal, "\\u{:04x}", u32::from(character));
            }
            _ => literal.push(character),
        }
        before = character;
    }
    literal.push('\'');
    Expression(literal)
}

/// The concatenation of the parts.
pub(super) fn concat(parts: impl IntoIterator<Item = Expression>) -> Expression {
    Expression(parts.into_iter().map(|part| part.0).collect::<Vec<_>>().join(" & "))
}

/// An array of values.
pub(super) fn list(items: impl IntoIterator<Item = Expression>) -> Expression {
    Expression(format!("[{}]", items.into_iter().map(|item| item.0).collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a literal: JSON's escapes within single quotes.
    fn read(literal: &str) -> String {
        let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).expect("quotes");
        let mut json = String::new();
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                '\'' => panic!("the literal ends early: {literal}"),
                '"' => json.push_str("\\\""),
                '\\' => json.extend(['\\', characters.next().expect("an escape has a character")]),
                _ => json.push(character),
            }
        }
        serde_json::from_str(&format!("\"{json}\"")).expect("JSON's escapes")
    }

    #[test]
    fn text_survives_and_is_inert() {
        for hostile in [
            "",
            "it's \"quoted\"",
            "back\\slash \\' \\u0041",
            "{% $eval('1') %}",
            "{%}%}",
            "line\nend\r\ttab\u{0}\u{85}\u{2028}",
            "Größe 数据 🚀",
            "${CopyRoleArn} $${x} ${",
        ] {
            let literal = text(hostile).0;
            assert_eq!(read(&literal), hostile);
            for active in ["${", "{%", "%}", "\n"] {
                assert!(!literal.contains(active), "{active:?} in {literal}");
            }
        }
    }

    #[test]
    fn parts_become_one_expression() {
        let whole = concat([text("s3://"), code("$bucket")]);
        assert_eq!(whole.field(), "{% 's3://' & $bucket %}");
        assert_eq!(list([text("a"), text("b")]).field(), "{% ['a', 'b'] %}");
    }
}
