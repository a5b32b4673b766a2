//! Handlebars templates: strict, without HTML escaping, with one quoting helper for each language.
//!
//! A template never prints a raw string (`{{x}}`) where it could be code: it uses the helper for the context.
//!
//! | helper | output |
//! |---|---|
//! | `{{py x}}` | a Python literal: text, number, `True`, `None`, list or dict |
//! | `{{sql x}}` | a Redshift string literal |
//! | `{{ident x}}` | a quoted SQL identifier |
//! | `{{comment x}}` | text in a single-line comment |

use std::fmt::Write as _;

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError,
    RenderErrorReason, no_escape,
};
use serde::Serialize;
use serde_json::Value;

/// The helpers; the macro makes them public types.
#[allow(missing_docs, reason = "the macro takes no documentation")]
mod helpers {
    use handlebars::handlebars_helper;
    use strataform_redshift::{quote_ident, quote_literal};

    use super::{one_line, python_literal};

    handlebars_helper!(py: |value: Json| python_literal(value));
    handlebars_helper!(sql: |value: str| quote_literal(value));
    handlebars_helper!(ident: |value: str| quote_ident(value));
    handlebars_helper!(comment: |value: str| one_line(value).trim_end().to_owned());
}

/// A set of templates, parsed once.
#[derive(Debug)]
pub struct Templates {
    registry: Handlebars<'static>,
}

impl Templates {
    /// Parses templates: pairs of a name and a text. A template includes another with `{{> name}}`, and a text without
    /// any tag with `{{part "name"}}`. Such a text is not parsed, since parsing would take longer than everything else.
    ///
    /// # Panics
    /// Panics if a text is not a valid template. The texts are part of the program, and tests render every one.
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

    /// Renders a template with a context.
    ///
    /// # Errors
    /// Fails if the template uses a value that the context does not have.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, RenderError> {
        self.registry.render(name, context)
    }
}

/// Texts without tags, by name: `{{part "name"}}` writes one without its last newline.
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
            return Err(RenderErrorReason::Other(format!("unknown part `{name}`")).into());
        };
        out.write(text.strip_suffix('\n').unwrap_or(text))?;
        Ok(())
    }
}

/// A Python literal. Strings are ASCII with escapes, so that no character can end the literal or hide in it.
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

/// Text on a single line: every control character and line separator becomes a space.
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
    fn comments_stay_on_their_line() {
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
