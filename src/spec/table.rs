//! A table of the file that knows its keys.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::code;
use super::grammar::{Key, Section, Shape, Want};
use super::reader::Reader;
use super::value::{Text, Value};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// A table, where it stands, and which keys it may have.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    pub(super) reader: &'a Reader<'a>,
    raw: &'a DeTable<'a>,
    /// Where it is opened; empty for the file itself.
    pub(super) span: Range<usize>,
    /// `[dataset.orders]`, for messages.
    what: String,
    /// The fixed keys: those of its section, and those of its kind.
    keys: [&'static [Key]; 2],
    /// What each value is where the keys are names that the user gives.
    entry: &'static Shape,
}

impl<'a> Table<'a> {
    /// The file itself.
    pub(super) fn root(reader: &'a Reader<'a>, raw: &'a DeTable<'a>, section: &'static Section) -> Self {
        let table = Self::keyed(reader, raw, 0..0, "the file".to_owned(), section);
        table.refuse_unknown(section.keys, |_| "the file has no table".to_owned());
        table
    }

    /// A table with fixed keys; every other key is reported.
    pub(super) fn open(
        reader: &'a Reader<'a>,
        raw: &'a DeTable<'a>,
        span: Range<usize>,
        what: String,
        section: &'static Section,
    ) -> Self {
        let table = Self::keyed(reader, raw, span, what, section);
        table.refuse_unknown(section.keys, |what| format!("`{what}` has no key"));
        table
    }

    /// A table whose keys are names that the user gives.
    pub(super) fn of_names(
        reader: &'a Reader<'a>,
        raw: &'a DeTable<'a>,
        span: Range<usize>,
        what: String,
        entry: &'static Shape,
    ) -> Self {
        Self { reader, raw, span, what, keys: [&[], &[]], entry }
    }

    /// A table with fixed keys, none of which is refused yet.
    pub(super) fn keyed(
        reader: &'a Reader<'a>,
        raw: &'a DeTable<'a>,
        span: Range<usize>,
        what: String,
        section: &'static Section,
    ) -> Self {
        Self { reader, raw, span, what, keys: [section.keys, &[]], entry: &Shape::Any }
    }

    /// The same table with further keys, which the value of another key brings with it.
    pub(super) fn with(&self, keys: &'static [Key]) -> Self {
        Self { keys: [self.keys[0], keys], ..self.clone() }
    }

    /// Reports each key that is not among some; `title` begins the message.
    pub(super) fn refuse_unknown<'k>(
        &self,
        known: impl IntoIterator<Item = &'k Key>,
        title: impl Fn(&str) -> String,
    ) {
        let known: Vec<&str> = known.into_iter().map(|key| key.name).collect();
        for key in self.raw.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                let summary = format!("{} `{}`", title(&self.what), name.escape_debug());
                let fault = Diagnostic::error(code::UNKNOWN_KEY, key.span(), summary);
                self.reader.report(fault.help(did_you_mean(name, known.iter().copied())));
            }
        }
    }

    /// What the grammar says of a key.
    fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.into_iter().flatten().find(|key| key.name == name)
    }

    /// What the grammar says of the columns that a key names.
    pub(super) fn want(&self, name: &str) -> Want {
        let want = self.key(name).and_then(|key| key.shape.want());
        debug_assert!(want.is_some(), "`{name}` of {} names no columns", self.what);
        want.unwrap_or(Want::Any)
    }

    /// The value of a key, where there is one.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        debug_assert!(self.key(key).is_some(), "`{key}` of {} is not in the grammar", self.what);
        self.raw.get(key).map(|value| self.value(key, value))
    }

    fn value(&self, key: &str, value: &'a toml::Spanned<DeValue<'a>>) -> Value<'a> {
        let shape = self.key(key).map_or(self.entry, |key| &key.shape);
        Value { reader: self.reader, raw: value.get_ref(), span: value.span(), what: key.to_owned(), shape }
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &'static str, example: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let summary = format!("`{}` has no `{key}`", self.what);
            let fault = Diagnostic::error(code::MISSING_KEY, self.span.clone(), summary);
            self.reader.report(fault.help(format!("add `{example}`")));
        }
        value
    }

    /// The table as it was parsed.
    pub(super) fn raw(&self) -> &'a DeTable<'a> {
        self.raw
    }

    /// The span of a key.
    pub(super) fn key_span(&self, key: &str) -> Range<usize> {
        self.raw.get_key_value(key).map_or(self.span.clone(), |(key, _)| key.span())
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.raw.contains_key(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// Keys and values, in the order of the file. A value's place is the place of its key where it is
    /// a table, whose own place may be that of a part of it.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> + '_ {
        self.raw.iter().map(|(key, value)| {
            let name: &'a str = key.get_ref();
            let mut value = self.value(name, value);
            if value.raw.is_table() {
                value.span = key.span();
            }
            (Text { reader: self.reader, text: name, span: key.span() }, value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar;
    use super::*;
    use crate::diagnostic::SourceFile;

    #[test]
    fn a_key_that_is_not_in_the_grammar_is_reported_with_the_nearest() {
        let file = SourceFile { path: "p".into(), text: "[platfrom]\nname = 'a'".to_owned() };
        let reader = Reader::new(&file);
        let raw = reader.parse();
        Table::root(&reader, &raw, grammar::ROOT);
        let faults = reader.faults_so_far();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].labels[0].span, 1..9);
        assert_eq!(faults[0].help, "did you mean `platform`?");
    }
}
