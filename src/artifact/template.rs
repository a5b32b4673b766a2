//! Handlebars templates: strict, without HTML escaping, with one quoting helper for each language.
//!
//! A template never prints a text as it is (`{{x}}`) where it could be code: it says what it becomes.
//!
//! | helper | becomes |
//! |---|---|
//! | `{{py x}}` | a Python literal: text, number, `True`, `None`, list or dict |
//! | `{{sql x}}` | a Redshift string literal |
//! | `{{ident x}}` | a quoted SQL identifier |
//! | `{{comment x}}` | text within a one-line comment |

use std::fmt::Write as _;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, no_escape,
};
use serde::Serialize;
use serde_json::Value;

/// The helpers, which the macro makes public types.
#[allow(missing_docs, reason = "the macro takes no documentation")]
mod helpers {
    use super::{one_line, python_literal, sql_literal};
    use handlebars::handlebars_helper;

    handlebars_helper!(py: |value: Json| python_literal(value));
    handlebars_helper!(sql: |value: str| sql_literal(value));
    handlebars_helper!(ident: |value: str| strataform_redshift::quote_ident(value));
    handlebars_helper!(comment: |value: str| one_line(value).trim_end().to_owned());
}

/// The templates of one room, parsed once.
#[derive(Debug)]
pub struct Templates {
    registry: Handlebars<'static>,
}

impl Templates {
    /// Parses templates: pairs of a name and a text. A template includes another by `{{> name}}`, and a text
    /// without any tag by `{{part "name"}}`: such a text is not parsed, which takes longer than all else that
    /// is done with it.
    ///
    /// # Panics
    /// Where a text is no template. The texts are part of the program and every one is rendered by tests.
    #[must_use]
    pub fn new(texts: &[(&'static str, &'static str)]) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        registry.register_helper("py", Box::new(helpers::py));
        registry.register_helper("sql", Box::new(helpers::sql));
        registry.register_helper("ident", Box::new(helpers::ident));
        registry.register_helper("comment", Box::new(helpers::comment));
        let (parts, templates): (Vec<_>, Vec<_>) = texts.iter().partition(|(_, text)| !text.contains("{{"));
        registry.register_helper("part", Box::new(Parts(parts)));
        for (name, text) in templates {
            #[expect(
                clippy::expect_used,
                reason = "the texts are constants of the program, rendered by tests"
            )]
            registry.register_template_string(name, text).expect("a shipped template parses");
        }
        Self { registry }
    }

    /// The text of a template for a context.
    ///
    /// # Errors
    /// Where the template asks for what the context does not have.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, RenderError> {
        self.registry.render(name, context)
    }
}

/// Texts without a tag, by name: `{{part "name"}}` writes one without its last line end.
struct Parts(Vec<(&'static str, &'static str)>);

impl HelperDef for Parts {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = helper.param(0).and_then(|name| name.value().as_str()).unwrap_or_default();
        let Some((_, text)) = self.0.iter().find(|(known, _)| *known == name) else {
            return Err(RenderErrorReason::Other(format!("there is no part `{name}`")).into());
        };
        out.write(text.strip_suffix('\n').unwrap_or(text))?;
        Ok(())
    }
}

/// A Python literal. Text is ASCII with escapes, so that no character can end it or hide in it.
#[must_use]
pub fn python_literal(value: &Value) -> String {
    let mut out = String::new();
    python(value, &mut out);
    out
}

fn python(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::String(text) => python_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                python(item, out);
            }
            out.push(']');
        }
        Value::Object(entries) => {
            out.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                python_text(key, out);
                out.push_str(": ");
                python(item, out);
            }
            out.push('}');
        }
    }
}

fn python_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(c),
            c if u32::from(c) <= 0xFFFF => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

/// A Redshift string literal. A backslash escapes there, as in old `PostgreSQL`, so it is doubled.
///
/// Not for Spark, where two quotes in a row are the end of one literal and the start of the next.
#[must_use]
pub fn sql_literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// Text that stays within one line: every control character and line separator is a blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const HOSTILE: &str = "a\"'\\\n\"\"\" {{x}} ${y} -- */ \u{2028} é 🦀";

    #[test]
    fn python_text_is_one_literal_whatever_is_in_it() {
        assert_eq!(
            python_literal(&json!(HOSTILE)),
            r#""a\"'\\\n\"\"\" {{x}} ${y} -- */ \u2028 \u00e9 \U0001f980""#
        );
        assert_eq!(python_literal(&json!({"a": [true, null, 1.5]})), r#"{"a": [True, None, 1.5]}"#);
    }

    #[test]
    fn sql_text_and_comments_are_quoted() {
        assert_eq!(sql_literal("it's \\d"), "'it''s \\\\d'");
        assert_eq!(one_line("a\nb\u{2028}c"), "a b c");
    }

    #[test]
    fn templates_are_strict_and_do_not_escape_for_html() {
        let templates = Templates::new(&[("t", "{{py a}} {{sql a}} {{ident a}} # {{comment a}}")]);
        let text = templates.render("t", &json!({"a": "<x> & 'y'"})).expect("the context has everything");
        assert_eq!(text, "\"<x> & 'y'\" '<x> & ''y''' \"<x> & 'y'\" # <x> & 'y'");
        assert!(templates.render("t", &json!({"b": 1})).is_err());
    }

    #[test]
    fn a_text_without_tags_is_a_part() {
        let templates = Templates::new(&[("t", "{{part \"fixed\"}}\n{{py a}}"), ("fixed", "x = 1\ny = 2\n")]);
        let text = templates.render("t", &json!({"a": 3})).expect("the context has everything");
        assert_eq!(text, "x = 1\ny = 2\n3");
        let missing = Templates::new(&[("t", "{{part \"other\"}}")]);
        assert!(missing.render("t", &json!({})).is_err());
    }
}
