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
use std::sync::OnceLock;

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

/// A set of templates. Each is parsed when it is first rendered.
#[derive(Debug)]
pub struct Templates {
    texts: Vec<(&'static str, &'static str)>,
    parsed: Vec<OnceLock<Parsed>>,
}

/// A template that is parsed.
#[derive(Debug)]
struct Parsed {
    /// Has a template for each piece, by its place.
    registry: Handlebars<'static>,
    pieces: Vec<Piece>,
}

/// Whole lines of a template, outside of any block.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    /// Lines without tags.
    Fixed(&'static str),
    /// A template.
    Template(String),
}

impl Templates {
    /// The templates with these pairs of a name and a text. A template includes another with `{{> name}}`, and a text
    /// without any tag with `{{part "name"}}`.
    #[must_use]
    pub fn new(texts: &[(&'static str, &'static str)]) -> Self {
        Self { texts: texts.to_vec(), parsed: texts.iter().map(|_| OnceLock::new()).collect() }
    }

    /// Renders a template with a context.
    ///
    /// # Errors
    /// Fails if the template is invalid, or uses a value that the context does not have.
    pub fn render(&self, name: &str, context: &impl Serialize) -> Result<String, RenderError> {
        let unknown = || RenderError::from(RenderErrorReason::TemplateNotFound(name.to_owned()));
        let at = self.texts.iter().position(|(known, _)| *known == name).ok_or_else(unknown)?;
        let parsed = if let Some(parsed) = self.parsed[at].get() {
            parsed
        } else {
            let parsed = self.parse(self.texts[at].1)?;
            self.parsed[at].get_or_init(|| parsed)
        };
        let context = Context::wraps(context)?;
        let mut out = String::new();
        for (at, piece) in parsed.pieces.iter().enumerate() {
            match piece {
                Piece::Fixed(text) => out.push_str(text),
                Piece::Template(_) => {
                    out.push_str(&parsed.registry.render_with_context(&place(at), &context)?);
                }
            }
        }
        Ok(out)
    }

    /// Parses a template, and those that it includes.
    fn parse(&self, text: &'static str) -> Result<Parsed, RenderError> {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(no_escape);
        registry.register_helper("py", Box::new(helpers::py));
        registry.register_helper("sql", Box::new(helpers::sql));
        registry.register_helper("ident", Box::new(helpers::ident));
        registry.register_helper("comment", Box::new(helpers::comment));
        let mut parts = self.texts.clone();
        let pieces = pieces(text, &mut parts);
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Fixed(_) => {}
                Piece::Template(text) => registry.register_template_string(&place(at), text)?,
            }
        }
        let mut to_do: Vec<&str> = included(text).collect();
        while let Some(name) = to_do.pop() {
            let Some((_, text)) = self.texts.iter().find(|(known, _)| *known == name) else { continue };
            if registry.has_template(name) {
                continue;
            }
            registry.register_template_string(name, text)?;
            to_do.extend(included(text));
        }
        registry.register_helper("part", Box::new(Parts(parts)));
        Ok(Parsed { registry, pieces })
    }
}

/// The name of a piece in its registry, which no template has.
fn place(at: usize) -> String {
    format!("{{{at}}}")
}

/// The names of the templates that a template includes.
fn included(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.split("{{>").skip(1).filter_map(|rest| rest.split("}}").next()).map(str::trim)
}

/// The pieces of a template. Within blocks, each run of lines without a tag becomes a part, which is added. The parser looks
/// at every letter once for each tag after it, so that parsing a template as a whole takes longer than everything else.
fn pieces(text: &'static str, parts: &mut Vec<(&'static str, &'static str)>) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut open = String::new();
    let mut depth = 0_usize;
    let mut rest = text;
    while !rest.is_empty() {
        let until = rest.find("{{").unwrap_or(rest.len());
        // The line of the tag remains, with the white space before it.
        let fixed = rest[..until].rfind('\n').map_or(0, |newline| newline + 1);
        let (run, tail) = rest.split_at(fixed);
        // What a tag ends with, such as a newline, belongs to its line.
        let is_start = open.is_empty() || open.ends_with('\n');
        let line = if is_start { 0 } else { run.find('\n').map_or(run.len(), |newline| newline + 1) };
        let (end, run) = run.split_at(line);
        open.push_str(end);
        let is_outside = depth == 0 && (open.is_empty() || open.ends_with('\n'));
        if is_outside && (run.len() > SHORT || open.len() > LONG) && !open.is_empty() {
            found.push(Piece::Template(std::mem::take(&mut open)));
        }
        if run.len() <= SHORT {
            open.push_str(run);
        } else if is_outside {
            found.push(Piece::Fixed(run));
        } else {
            let _ = writeln!(open, "{{{{part {}}}}}", parts.len());
            parts.push(("", run));
        }
        let tag = tail.find("}}").map_or(tail.len(), |end| end + 2);
        open.push_str(&tail[..tag]);
        // Before the tag are the letters of its line.
        match tail.find("{{").and_then(|start| tail.get(start + 2..start + 3)) {
            Some("#") => depth += 1,
            Some("/") => depth = depth.saturating_sub(1),
            Some(_) | None => {}
        }
        rest = &tail[tag..];
    }
    if !open.is_empty() {
        found.push(Piece::Template(open));
    }
    found
}

/// The most bytes of a run of lines that is not worth a part.
const SHORT: usize = 40;

/// The least bytes of a piece that ends before the next line.
const LONG: usize = 200;

/// Texts without tags: `{{part "name"}}`, or with the place of one, writes it without its last newline.
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
        let which = helper.param(0).map(handlebars::PathAndJson::value);
        let at = which.and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
        let name = which.and_then(Value::as_str).unwrap_or_default();
        let named = || self.0.iter().find(|(known, _)| !name.is_empty() && *known == name);
        let Some((_, text)) = at.map_or_else(named, |at| self.0.get(at)) else {
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
    fn a_template_with_parts_gives_the_same_text() {
        let long = "a line that is long enough to be worth a part\n  and another one, indented\n";
        for text in [
            format!("{long}{{{{#if a}}}}\n{long}{{{{else}}}}\n{long}{{{{/if}}}}\n{long}"),
            format!("{{{{#each b}}}}\n{long}  {{{{py this}}}} x\n{long}\n{{{{/each}}}}{long}end"),
            format!("x {{{{py a}}}}\n\n{long}{{{{#if a}}}}y{{{{/if}}}}\n{long}{long}{{{{{{a}}}}}}\n{long}"),
        ] {
            let mut plain = Handlebars::new();
            plain.register_escape_fn(no_escape);
            plain.register_helper("py", Box::new(helpers::py));
            let context = json!({"a": true, "b": [1, 2]});
            let expected = plain.render_template(&text, &context).expect("the template is valid");
            let text: &'static str = text.leak();
            let mut parts = Vec::new();
            let pieces = pieces(text, &mut parts);
            assert!(pieces.len() + parts.len() > 1, "{pieces:?}");
            let found = Templates::new(&[("t", text)]).render("t", &context).expect("the template is valid");
            assert_eq!(found, expected);
        }
        assert!(Templates::new(&[("t", "{{#if a}}")]).render("t", &json!({"a": 1})).is_err());
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
