//! [`Reader`]: the file that is read, and its faults.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::code;
use crate::diagnostic::{Code, Diagnostic, SourceFile};

/// The file that is read, and the faults found so far.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    faults: RefCell<Vec<Diagnostic>>,
}

/// Consequences of something missing, which add nothing if part of the file could not be read.
const CONSEQUENCES: [Code; 3] = [code::MISSING_KEY, code::EMPTY_PLATFORM, code::EMPTY];

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a SourceFile) -> Self {
        Self { text: &file.text, faults: RefCell::default() }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Records a fault, with its places clamped to the text.
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

    /// Parses the text, and recovers what it can from invalid TOML.
    pub(super) fn parse(&self) -> DeTable<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut again = BTreeSet::new();
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            let header = header_before(self.text, span.start);
            let is_duplicate = error.message().contains("duplicate key");
            if is_duplicate && is_header(self.text, span.start) {
                again.insert(header);
            } else if is_duplicate && again.contains(&header) {
                // The keys of a duplicate table are duplicates only because of the table.
                continue;
            }
            let first = is_duplicate.then(|| first_place(table.get_ref(), self.text, &span)).flatten();
            let fault = match first {
                Some(first) => {
                    let summary =
                        format!("duplicate key `{}`", self.text.get(span.clone()).unwrap_or_default());
                    Diagnostic::error(code::SYNTAX, span, summary).also(first, "first defined here")
                }
                None => Diagnostic::error(code::SYNTAX, span, sentence(error.message())),
            };
            self.report(fault.because("the file is not valid TOML").help(syntax_help(error.message())));
        }
        let table = table.into_inner();
        for (key, value) in &table {
            self.refuse_dynamic(key.get_ref(), &key.span());
            self.refuse_dynamic_in(value, &[key.get_ref()]);
        }
        table
    }

    /// Reports dynamic references, which `CloudFormation` would replace by a secret or a parameter anywhere in a
    /// template. Overrides can contain them, because they are part of the template.
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
            let summary = "the text contains a CloudFormation dynamic reference";
            let fault = Diagnostic::error(code::DYNAMIC_REFERENCE, span.clone(), summary);
            let cause = "CloudFormation would replace `{{resolve:…}}` with a secret or a parameter";
            self.report(
                fault.because(cause).help("remove `{{resolve:`, or set the property with an override"),
            );
        }
    }

    /// Returns all faults in the order of the file. If the text is not valid TOML, faults that may only be
    /// consequences of that are left out.
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

/// The line of a place, from 0.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count()
}

/// Returns the start of the header of the table that contains a place, or the start of the text.
fn header_before(text: &str, at: usize) -> usize {
    let mut start = 0;
    for (begin, line) in lines(text) {
        if begin > at {
            break;
        }
        if line.trim_start().starts_with('[') {
            start = begin;
        }
    }
    start
}

/// Whether a fault is in a section that concerns only dashboards.
pub(super) fn is_of_dashboards(text: &str, fault: &Diagnostic) -> bool {
    let Some(span) = place(fault) else { return false };
    let header = text.get(header_before(text, span.start)..).unwrap_or_default().trim_start();
    let header = header.trim_start_matches('[').trim_start();
    ["dashboard.", "data_set.", "theme]"].iter().any(|section| header.starts_with(section))
}

/// Whether a place is in the header of a table.
fn is_header(text: &str, at: usize) -> bool {
    let begin = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    text.get(begin..at).is_some_and(|before| before.trim_start().starts_with('['))
}

/// Returns the lines of a text, each with its start.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let begin = *at;
        *at += line.len();
        Some((begin, line))
    })
}

/// Returns the place of the key that a duplicate repeats; `None` if it is in an array of tables, or its path is quoted.
fn first_place(root: &DeTable<'_>, text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let header = text.get(header_before(text, span.start)..)?.lines().next()?.trim_start();
    let path = match header.strip_prefix('[') {
        None => "",
        Some(path) if path.starts_with('[') => return None,
        Some(path) => path.split(']').next()?.trim(),
    };
    let mut path: Vec<&str> = path.split('.').map(str::trim).filter(|part| !part.is_empty()).collect();
    if !is_header(text, span.start) {
        path.push(text.get(span.clone())?);
    }
    let (last, tables) = path.split_last()?;
    let table = tables.iter().try_fold(root, |table, part| table.get(*part)?.get_ref().as_table())?;
    let first = table.get_key_value(*last)?.0.span();
    (first.start < span.start).then_some(first)
}

/// Whether a fault may be a consequence of invalid TOML on the `broken` lines.
fn follows(fault: &Diagnostic, broken: &BTreeSet<usize>, text: &str) -> bool {
    fault.code.text() >= "GEN02"
        || CONSEQUENCES.contains(&fault.code)
        || place(fault).is_some_and(|span| broken.contains(&line(text, span.start)))
}

/// The first line of the parser's message.
fn sentence(message: &str) -> String {
    message.lines().next().unwrap_or("invalid TOML").to_owned()
}

fn syntax_help(message: &str) -> &'static str {
    if message.contains("duplicate key") {
        "define each key and each table only once"
    } else if message.contains("string") || message.contains("quote") {
        "put strings in double quotes, and close them on the same line"
    } else {
        "write `key = value` or `[table]`, one per line"
    }
}
