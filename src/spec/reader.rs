//! The file that is read, and everything that was found wrong with it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::code;
use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// The file that is read, and everything that was found wrong with it so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    faults: RefCell<Vec<Diagnostic>>,
}

/// What follows from something that is missing, and says nothing new where the file could not be read.
const CONSEQUENCES: [Code; 3] = [code::MISSING_KEY, code::EMPTY_PLATFORM, code::EMPTY];

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Self { text: &file.text, faults: RefCell::default() }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Keeps a fault, its places brought within the text.
    pub(super) fn report(&self, mut fault: Diagnostic) {
        for label in &mut fault.labels {
            let start = self.text.floor_char_boundary(label.span.start);
            label.span = start..self.text.ceil_char_boundary(label.span.end).max(start);
        }
        let mut faults = self.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    #[cfg(test)]
    pub(super) fn faults_so_far(&self) -> Vec<Diagnostic> {
        self.faults.borrow().clone()
    }

    /// The table of the text, with what could be recovered where it is no TOML.
    pub(super) fn parse(&self) -> DeTable<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let fault = Diagnostic::error(code::SYNTAX, span, sentence(error.message()));
            self.report(fault.because("this is not TOML").help(syntax_help(error.message())));
        }
        let table = table.into_inner();
        for (key, value) in &table {
            self.refuse_dynamic(key.get_ref(), &key.span());
            self.refuse_dynamic_in(value, &[key.get_ref()]);
        }
        table
    }

    /// Refuses what `CloudFormation` would replace by a secret or a parameter wherever it stands in a
    /// template. Overrides may have it: they are the template's own words.
    fn refuse_dynamic_in(&self, value: &Spanned<DeValue<'a>>, path: &[&str]) {
        match value.get_ref() {
            DeValue::String(text) => self.refuse_dynamic(text, &value.span()),
            DeValue::Array(items) => items.iter().for_each(|item| self.refuse_dynamic_in(item, path)),
            DeValue::Table(_) if matches!(path, ["override"] | ["environment", _, "override"]) => {}
            DeValue::Table(table) => {
                for (key, value) in table {
                    self.refuse_dynamic(key.get_ref(), &key.span());
                    let inner: Vec<&str> = path.iter().copied().chain([key.get_ref().as_ref()]).collect();
                    self.refuse_dynamic_in(value, &inner);
                }
            }
            _ => {}
        }
    }

    fn refuse_dynamic(&self, text: &str, span: &Range<usize>) {
        if text.contains("{{resolve:") {
            let summary = "the text has a dynamic reference of CloudFormation";
            let fault = Diagnostic::error(code::DYNAMIC_REFERENCE, span.clone(), summary);
            let cause = "CloudFormation would replace `{{resolve:…}}` by a secret or a parameter";
            self.report(
                fault.because(cause).help("leave `{{resolve:` out, or set the property by an override"),
            );
        }
    }

    /// Everything that was found, in the order of the file. Where the text is no TOML, what may merely
    /// follow from that is left out.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut faults = self.faults.into_inner();
        let syntax = faults.iter().filter(|fault| fault.code == code::SYNTAX).filter_map(place);
        let broken: BTreeSet<usize> = syntax.map(|span| line(self.text, span.start)).collect();
        if !broken.is_empty() {
            let text = self.text;
            faults.retain(|fault| fault.code == code::SYNTAX || !follows(fault, &broken, text));
        }
        faults.sort_by_key(|fault| place(fault).map_or((0, 0), |span| (span.start, span.end)));
        faults
    }
}

fn place(fault: &Diagnostic) -> Option<Range<usize>> {
    fault.labels.first().map(|label| label.span.clone())
}

/// The number of the line of a place, from 0.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count()
}

/// Whether a fault may come from the text's being no TOML, on some lines.
fn follows(fault: &Diagnostic, broken: &BTreeSet<usize>, text: &str) -> bool {
    fault.code.text() >= "GEN02"
        || CONSEQUENCES.contains(&fault.code)
        || place(fault).is_some_and(|span| broken.contains(&line(text, span.start)))
}

/// The parser's message, its first line only.
fn sentence(message: &str) -> String {
    message.lines().next().unwrap_or("the text cannot be read").to_owned()
}

fn syntax_help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "say each key once, and open each table once"
    } else if message.contains("string") || message.contains("quote") {
        "put texts in double quotes, and close them on the same line"
    } else {
        "write `key = value` or `[table]`, one a line"
    }
}
