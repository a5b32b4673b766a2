//! Rule files, parsed.
//!
//! In: names and texts of rule files. Out: a set of rules that checks any number of templates, or all faults of all files. The
//! syntax tree borrows the texts, so whoever reads the files keeps them. It refuses nesting beyond what any rule needs, because the
//! parser of the language recurses.

use std::sync::OnceLock;

use cloudformation_guard_lang::exprs::RulesFile;
use cloudformation_guard_lang::parser::{Span, rules_file};

use crate::fault::{GuardFault, Position};
use crate::relevant::{Relevant, relevant};
use crate::report::Outcome;
use crate::sound;

/// How deep brackets may nest in a rule file. The deepest of AWS's own rules has 10 levels.
const DEEPEST: usize = 32;

/// A rule file: its name, as faults and reports show it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFile {
    /// Name of the file.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Parsed rule files.
#[derive(Debug)]
pub struct RuleSet<'a> {
    pub(crate) files: Vec<Parsed<'a>>,
}

/// A parsed rule file.
#[derive(Debug)]
pub(crate) struct Parsed<'a> {
    pub(crate) name: &'a str,
    pub(crate) rules: RulesFile<'a>,
    /// What the rules look at; `None` if that may be all of a template.
    pub(crate) relevant: Option<Relevant>,
    /// What they say about a template in which they look at nothing, when it is known.
    pub(crate) nothing: OnceLock<Option<Vec<Outcome>>>,
}

impl<'a> RuleSet<'a> {
    /// Parses rule files; their order is the order of reports.
    ///
    /// # Errors
    ///
    /// All faults: text that the language does not allow, a file without rules, two rules with one name in different files, and what
    /// cannot be evaluated.
    pub fn parse(files: &'a [RuleFile]) -> Result<Self, Vec<GuardFault>> {
        let mut parsed: Vec<Parsed<'_>> = Vec::new();
        let mut faults = Vec::new();
        for file in files {
            match parse(file) {
                Err(found) => faults.extend(found),
                Ok(rules) => {
                    faults.extend(
                        rules
                            .guard_rules
                            .iter()
                            .filter_map(|rule| duplicate(&file.name, &rule.rule_name, &parsed)),
                    );
                    let relevant = relevant(&rules);
                    parsed.push(Parsed { name: &file.name, relevant, nothing: OnceLock::new(), rules });
                }
            }
        }
        if faults.is_empty() { Ok(Self { files: parsed }) } else { Err(faults) }
    }

    /// The faults of a set that is used with another one: rules that both have.
    #[must_use]
    pub fn duplicates(&self, other: &RuleSet<'_>) -> Vec<GuardFault> {
        let rules = self.rules();
        rules.filter_map(|(file, rule)| duplicate(file, rule, &other.files)).collect()
    }

    /// The names of all rules, each with its file.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .flat_map(|file| file.rules.guard_rules.iter().map(|rule| (file.name, rule.rule_name.as_str())))
    }
}

fn duplicate(file: &str, rule: &str, parsed: &[Parsed<'_>]) -> Option<GuardFault> {
    let other =
        parsed.iter().find(|other| other.rules.guard_rules.iter().any(|other| other.rule_name == rule))?;
    Some(GuardFault::new(file, format!("duplicate rule `{rule}`, which is also in {}", other.name)))
}

fn parse(file: &RuleFile) -> Result<RulesFile<'_>, Vec<GuardFault>> {
    let RuleFile { name, text } = file;
    if let Some(place) = too_deep(text) {
        return Err(vec![
            GuardFault::new(name, format!("brackets nest deeper than {DEEPEST} levels")).place(place),
        ]);
    }
    let parsed =
        rules_file(Span::new_extra(text, name)).map_err(|error| vec![GuardFault::of_parser(name, &error)])?;
    let rules = parsed.filter(|rules| !rules.guard_rules.is_empty()).ok_or_else(|| {
        vec![GuardFault::new(name, "the file has no rules").help("add a rule, or remove the file")]
    })?;
    let faults = sound::faults(name, &rules);
    if faults.is_empty() { Ok(rules) } else { Err(faults) }
}

/// The place of the first bracket that is too deep. Brackets of comments, messages and strings count, too; they come in pairs.
fn too_deep(text: &str) -> Option<Position> {
    let mut depth = 0_usize;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with('#') {
            continue;
        }
        for (column, character) in (1..).zip(line.chars()) {
            match character {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some(Position { line: number, column });
            }
        }
    }
    None
}
