//! [`Table`]: a table of the file, with the keys that the grammar allows.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::code;
use super::grammar::{Key, Section, Shape, Want};
use super::reader::Reader;
use super::value::{Text, Value};
use crate::diagnostic::{Diagnostic, did_you_mean};

/// A table, its place, and its valid keys.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    pub(super) reader: &'a Reader<'a>,
    raw: &'a DeTable<'a>,
    /// The place of its header; empty for the file itself.
    pub(super) span: Range<usize>,
    /// Its name in messages: `[dataset.orders]`.
    what: String,
    /// The fixed keys: those of its section, and those of its kind of visual.
    keys: [&'static [Key]; 2],
    /// The shape of each value, if the keys are names that the user chooses.
    entry: &'static Shape,
}

impl<'a> Table<'a> {
    /// The file itself.
    pub(super) fn root(reader: &'a Reader<'a>, raw: &'a DeTable<'a>, section: &'static Section) -> Self {
        let table = Self::keyed(reader, raw, 0..0, "the file".to_owned(), section);
        table.refuse_unknown(section.keys, |_| "unknown table".to_owned());
        table
    }

    /// Opens a table with fixed keys; every other key is reported.
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

    /// Opens a table whose keys are names that the user chooses.
    pub(super) fn of_names(
        reader: &'a Reader<'a>,
        raw: &'a DeTable<'a>,
        span: Range<usize>,
        what: String,
        entry: &'static Shape,
    ) -> Self {
        Self { reader, raw, span, what, keys: [&[], &[]], entry }
    }

    /// Opens a table with fixed keys, without reporting other keys yet.
    pub(super) fn keyed(
        reader: &'a Reader<'a>,
        raw: &'a DeTable<'a>,
        span: Range<usize>,
        what: String,
        section: &'static Section,
    ) -> Self {
        Self { reader, raw, span, what, keys: [section.keys, &[]], entry: &Shape::Any }
    }

    /// Adds fixed keys, which depend on the value of another key.
    pub(super) fn with(&self, keys: &'static [Key]) -> Self {
        Self { keys: [self.keys[0], keys], ..self.clone() }
    }

    /// Reports each key that is not in `known`; `title` begins the message.
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

    /// The key in the grammar.
    fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.into_iter().flatten().find(|key| key.name == name)
    }

    /// What the grammar requires of the columns that a key names.
    pub(super) fn want(&self, name: &str) -> Want {
        let want = self.key(name).and_then(|key| key.shape.want());
        debug_assert!(want.is_some(), "`{name}` of {} names no columns", self.what);
        want.unwrap_or(Want::Any)
    }

    /// The value of a key, if it is set.
    pub(super) fn get(&self, key: &'static str) -> Option<Value<'a>> {
        debug_assert!(self.key(key).is_some(), "`{key}` of {} is not in the grammar", self.what);
        self.raw.get(key).map(|value| self.value(key, value))
    }

    fn value(&self, key: &str, value: &'a toml::Spanned<DeValue<'a>>) -> Value<'a> {
        let shape = self.key(key).map_or(self.entry, |key| &key.shape);
        Value { reader: self.reader, raw: value.get_ref(), span: value.span(), what: key.to_owned(), shape }
    }

    /// The value of a required key, or a report that it is missing.
    pub(super) fn required(&self, key: &'static str, example: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let summary = format!("missing key `{key}`");
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

    /// Keys and values, in the order of the file. The place of a table is that of its key, because its own place
    /// can be that of a part of it.
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
    fn an_unknown_key_is_reported_with_the_nearest() {
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
