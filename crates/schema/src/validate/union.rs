//! Alternatives: all, any, exactly one, none, and conditional ones.

use super::{Subject, Validator};
use crate::facts::Shape;
use crate::finding::{Finding, Rule};

/// The result of checking a value against a shape.
struct Trial {
    findings: Vec<Finding>,
    unsure: bool,
}

impl Trial {
    fn holds(&self) -> bool {
        self.findings.is_empty()
    }
}

impl<'a> Validator<'a> {
    pub(super) fn unions(&mut self, subject: Subject<'a>, shape: &'a Shape) {
        for next in &shape.all_of {
            self.subject(subject, next);
        }
        self.any(subject, &shape.any_of);
        self.one(subject, &shape.one_of);
        if let Some(next) = &shape.not {
            let trial = self.attempt(subject, next);
            if trial.holds() && !trial.unsure {
                self.find(Rule::Alternatives, "this combination is not allowed");
            }
        }
        if let Some(condition) = &shape.condition {
            let trial = self.attempt(subject, condition);
            let next = if trial.holds() { &shape.then } else { &shape.otherwise };
            if let Some(next) = next.as_deref().filter(|_| !trial.unsure || !trial.holds()) {
                self.subject(subject, next);
            }
        }
    }

    fn any(&mut self, subject: Subject<'a>, shapes: &'a [Shape]) {
        if shapes.is_empty() {
            return;
        }
        let mut trials = Vec::with_capacity(shapes.len());
        for next in shapes {
            let trial = self.attempt(subject, next);
            if trial.holds() {
                return;
            }
            trials.push(trial);
        }
        self.report("no alternative matches", trials);
    }

    fn one(&mut self, subject: Subject<'a>, shapes: &'a [Shape]) {
        if shapes.is_empty() {
            return;
        }
        let trials: Vec<Trial> = shapes.iter().map(|next| self.attempt(subject, next)).collect();
        let holding = trials.iter().filter(|trial| trial.holds()).count();
        let sure = trials.iter().filter(|trial| trial.holds() && !trial.unsure).count();
        if holding == 0 {
            self.report("no alternative matches, but exactly one must", trials);
        } else if sure > 1 {
            self.find(Rule::Alternatives, format!("{sure} alternatives match, but exactly one must"));
        }
    }

    /// Reports what the closest alternative lacks.
    fn report(&mut self, head: &str, trials: Vec<Trial>) {
        let nearest = trials.into_iter().min_by_key(|trial| trial.findings.len());
        let why = nearest.and_then(|trial| trial.findings.into_iter().next());
        let why =
            why.map(|finding| format!("; closest alternative: {}", finding.message)).unwrap_or_default();
        self.find(Rule::Alternatives, format!("{head}{why}"));
    }

    fn attempt(&mut self, subject: Subject<'a>, shape: &'a Shape) -> Trial {
        let mut probe =
            Validator { path: self.path.clone(), depth: self.depth, ..Validator::new(self.facts) };
        probe.subject(subject, shape);
        Trial { findings: probe.findings, unsure: probe.unsure }
    }
}
