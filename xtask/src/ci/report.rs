//! The results of the steps.

use std::fmt;
use std::time::Duration;

/// The result of one step.
pub(super) struct Outcome {
    /// The step.
    pub(super) name: &'static str,
    /// How long it ran.
    pub(super) took: Duration,
    /// `Ok`, or why it failed.
    pub(super) verdict: Result<(), String>,
}

/// The results of all steps, in order.
#[derive(Default)]
pub(super) struct Report {
    /// One for each step.
    pub(super) outcomes: Vec<Outcome>,
}

impl Report {
    /// Whether no step failed.
    pub(super) fn is_clean(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.verdict.is_ok())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Outcome { name, took, verdict } in &self.outcomes {
            let word = if verdict.is_ok() { "ok" } else { "FAILED" };
            writeln!(out, "{name:<16} {word:<6} {:>7.1} s", took.as_secs_f64())?;
        }
        let all: Duration = self.outcomes.iter().map(|outcome| outcome.took).sum();
        let word = if self.is_clean() { "ok" } else { "FAILED" };
        write!(out, "{:<16} {word:<6} {:>7.1} s", "all", all.as_secs_f64())?;
        for Outcome { name, verdict, .. } in &self.outcomes {
            if let Err(fault) = verdict {
                write!(out, "\nerror: {name}: {fault}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(name: &'static str, millis: u64, verdict: Result<(), String>) -> Outcome {
        Outcome { name, took: Duration::from_millis(millis), verdict }
    }

    #[test]
    fn every_step_has_a_line_and_faults_come_last() {
        let mut report = Report { outcomes: vec![outcome("format", 1_500, Ok(()))] };
        assert!(report.is_clean());
        report.outcomes.push(outcome("test", 60_000, Err("2 tests failed".to_owned())));
        assert!(!report.is_clean());
        let expected = "\
format           ok         1.5 s
test             FAILED    60.0 s
all              FAILED    61.5 s
error: test: 2 tests failed";
        assert_eq!(report.to_string(), expected);
    }
}
