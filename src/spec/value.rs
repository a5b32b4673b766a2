//! [`Value`]: a value of the file, and how it is read.

use std::ops::{Range, RangeInclusive};

use toml::de::DeValue;

use super::code;
use super::grammar::{Section, Shape, Words};
use super::reader::Reader;
use super::table::Table;
use crate::diagnostic::{Diagnostic, did_you_mean};

/// A value, its place, and the name of its key.
#[derive(Clone, Debug)]
pub(super) struct Value<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) raw: &'a DeValue<'a>,
    pub(super) span: Range<usize>,
    /// Its name in messages: `volume` or `key in [dataset.orders]`.
    pub(super) what: String,
    /// Its shape in the grammar.
    pub(super) shape: &'static Shape,
}

/// A string of the file.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "the text of a string")]
pub(super) struct Text<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

impl Text<'_> {
    /// The place of a part of the text in the file: the whole text if it has escapes.
    pub(super) fn part(&self, part: &Range<usize>) -> Range<usize> {
        let inner = self.span.start + 1..self.span.end.saturating_sub(1);
        if self.reader.text().get(inner.clone()) == Some(self.text) && part.end <= self.text.len() {
            let end = part.end.max(part.start);
            inner.start + part.start..inner.start + end
        } else {
            self.span.clone()
        }
    }

    pub(super) fn report(&self, fault: Diagnostic) {
        self.reader.report(fault);
    }
}

impl<'a> Value<'a> {
    fn kind(&self) -> &'static str {
        match self.raw {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        }
    }

    /// Reports that the value does not have the type that its key requires.
    pub(super) fn wrong<T>(&self, expected: &str) -> Option<T> {
        let summary = format!("`{}` must be {expected}, not {}", self.what, self.kind());
        let help = match (expected, self.raw) {
            ("a string", DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
                "put the value in double quotes".to_owned()
            }
            ("a boolean", DeValue::String(_)) => "write `true` or `false` without quotes".to_owned(),
            (_, DeValue::String(_)) if expected.contains("integer") => {
                "write the number without quotes".to_owned()
            }
            ("a list of strings", DeValue::String(text)) if !text.contains('"') => {
                format!("write `[\"{text}\"]`")
            }
            _ => format!("write {expected}"),
        };
        let fault = Diagnostic::error(code::WRONG_TYPE, self.span.clone(), summary);
        self.reader.report(fault.here(format!("expected {expected}, found {}", self.kind())).help(help));
        None
    }

    pub(super) fn fault(&self, fault: Diagnostic) {
        self.reader.report(fault);
    }

    /// Reads any string.
    pub(super) fn text(&self) -> Option<Text<'a>> {
        match self.raw {
            DeValue::String(text) => Some(self.as_text(text)),
            _ => self.wrong("a string"),
        }
    }

    pub(super) fn as_text(&self, text: &'a str) -> Text<'a> {
        Text { reader: self.reader, text, span: self.span.clone() }
    }

    /// Returns a limit of the value in the grammar; `pick` takes it from a shape.
    pub(super) fn limit<T>(&self, unlimited: T, pick: impl Fn(&'static Shape) -> Option<T> + Copy) -> T {
        let limit = self.shape.find(pick);
        debug_assert!(limit.is_some(), "the grammar has no such limit for `{}`", self.what);
        limit.unwrap_or(unlimited)
    }

    /// Reads one line of text that is not blank, of at most the characters that the grammar allows.
    pub(super) fn line(&self) -> Option<String> {
        let text = self.paragraph()?;
        if !text.chars().any(char::is_control) {
            return Some(text);
        }
        let summary = format!("`{}` has a line break or another control character", self.what);
        let fault = Diagnostic::error(code::CONTROL_CHARACTER, self.span.clone(), summary);
        self.fault(fault.because("the text is shown on one line").help("write one line of plain text"));
        None
    }

    /// Reads text that is not blank, of at most the characters that the grammar allows; it can have line breaks.
    pub(super) fn paragraph(&self) -> Option<String> {
        let longest = self.limit(usize::MAX, Shape::longest);
        let text = self.text()?.text;
        let (code, summary, help) = if text.trim().is_empty() {
            (code::EMPTY, format!("`{}` is empty", self.what), "write a text, or remove the key".to_owned())
        } else if text.chars().count() > longest {
            let summary = format!("`{}` has {} characters", self.what, text.chars().count());
            (code::LONG_TEXT, summary, format!("write at most {longest} characters"))
        } else if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            let summary = format!("`{}` has the control character {bad:?}", self.what);
            (code::CONTROL_CHARACTER, summary, "write plain text".to_owned())
        } else {
            return Some(text.to_owned());
        };
        self.fault(Diagnostic::error(code, self.span.clone(), summary).help(help));
        None
    }

    /// Reads an integer within the range of the grammar.
    pub(super) fn number(&self, hint: &str) -> Option<u32> {
        let range = self.limit(0..=u32::MAX, Shape::range);
        self.number_within(range, hint)
    }

    /// Reads an integer within a range that another part of the file determines.
    pub(super) fn number_within(&self, range: RangeInclusive<u32>, hint: &str) -> Option<u32> {
        let DeValue::Integer(integer) = self.raw else {
            return self.wrong("an integer");
        };
        let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok();
        let Some(number) = number.filter(|number| range.contains(number)) else {
            let summary = format!("`{}` must be {} to {}", self.what, range.start(), range.end());
            self.fault(Diagnostic::error(code::RANGE, self.span.clone(), summary).help(hint));
            return None;
        };
        Some(number)
    }

    /// Reads an integer or a float.
    pub(super) fn decimal(&self) -> Option<f64> {
        let number = match self.raw {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|number| {
                    #[expect(clippy::cast_precision_loss, reason = "numbers in the file have few digits")]
                    let number = number as f64;
                    number
                })
            }
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => return self.wrong("a number"),
        };
        let number = number.filter(|number: &f64| number.abs() <= 1e15);
        if number.is_none() {
            let summary = format!("`{}` is out of range", self.what);
            let help = "write a number from -1e15 to 1e15";
            self.fault(Diagnostic::error(code::RANGE, self.span.clone(), summary).help(help));
        }
        number
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self.raw {
            DeValue::Boolean(value) => Some(*value),
            _ => self.wrong("a boolean"),
        }
    }

    /// Reads one of the words that the grammar has for the value, and returns its meaning.
    pub(super) fn choice<T: Copy>(&self, words: &Words<T>) -> Option<T> {
        self.limit((), |shape| (shape.words()? == words.names).then_some(()));
        self.choice_of(&words.pairs().collect::<Vec<_>>())
    }

    /// Reads one of some words that another part of the file determines.
    pub(super) fn choice_of<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let text = self.text()?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text.text) {
            return Some(*choice);
        }
        let summary = format!("invalid value `{}` for `{}`", text.text.escape_debug(), self.what);
        // A tab would be invisible.
        let words: Vec<String> = choices.iter().map(|(word, _)| word.escape_debug().to_string()).collect();
        let help = did_you_mean(text.text, words.iter().map(String::as_str));
        self.fault(Diagnostic::error(code::CHOICE, self.span.clone(), summary).help(help));
        None
    }

    /// The most items that the grammar allows in the list.
    pub(super) fn most(&self) -> usize {
        self.limit(usize::MAX, Shape::most_items)
    }

    /// Reads the items of a list.
    pub(super) fn list(&self, expected: &str) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(items) = self.raw else {
            return self.wrong(expected);
        };
        let what = format!("item of {}", self.what);
        let item = |(at, item): (usize, &'a toml::Spanned<DeValue<'a>>)| Value {
            reader: self.reader,
            raw: item.get_ref(),
            span: item.span(),
            what: what.clone(),
            shape: self.item(at),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    /// Reads a list of strings, and reports duplicates.
    pub(super) fn texts(&self) -> Option<Vec<Text<'a>>> {
        let mut texts: Vec<Text<'a>> = Vec::new();
        for text in self.list("a list of strings")?.iter().filter_map(Value::text) {
            match texts.iter().find(|one| one.text == text.text) {
                None => texts.push(text),
                Some(first) => {
                    let summary = format!("duplicate `{}` in `{}`", text.text.escape_debug(), self.what);
                    let fault = Diagnostic::error(code::DUPLICATE_VALUE, text.span.clone(), summary);
                    self.fault(fault.also(first.span.clone(), "first used here").help("remove one of them"));
                }
            }
        }
        Some(texts)
    }

    /// The shape of an item of the list in the grammar.
    fn item(&self, at: usize) -> &'static Shape {
        let item = self.shape.find(|shape| shape.item(at));
        // Lists of columns contain names, and overrides contain any value.
        item.unwrap_or(&Shape::Any)
    }

    /// Reads a table with fixed keys; every other key is reported.
    pub(super) fn table(&self, section: &'static Section) -> Option<Table<'a>> {
        match self.raw {
            DeValue::Table(table) => {
                Some(Table::open(self.reader, table, self.span.clone(), self.what.clone(), section))
            }
            _ => self.wrong("a table"),
        }
    }

    /// Reads a table with fixed keys; the caller reports unknown keys.
    pub(super) fn open_table(&self, section: &'static Section) -> Option<Table<'a>> {
        match self.raw {
            DeValue::Table(table) => {
                let what = self.what.clone();
                Some(Table::keyed(self.reader, table, self.span.clone(), what, section))
            }
            _ => self.wrong("a table"),
        }
    }

    /// Reads a table whose keys are names that the user chooses.
    pub(super) fn names(&self) -> Option<Table<'a>> {
        match self.raw {
            DeValue::Table(table) => {
                let entry = self.shape.find(Shape::entry);
                let what = self.what.clone();
                let entry = entry.unwrap_or(&Shape::Any);
                Some(Table::of_names(self.reader, table, self.span.clone(), what, entry))
            }
            _ => self.wrong("a table"),
        }
    }
}
