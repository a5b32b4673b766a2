//! The totals of a test run, summed over the last lines of the test programs.

use std::fmt;

/// The number of tests by result.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Totals {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Tests that were ignored.
    pub(crate) ignored: u64,
}

impl Totals {
    /// Reads a line of `cargo test`; only `test result: …` lines count.
    pub(crate) fn read(&mut self, line: &str) {
        let Some(counts) = line.trim_start().strip_prefix("test result: ") else { return };
        let counts = counts.split_once(". ").map_or("", |(_, counts)| counts);
        for part in counts.split(';') {
            let mut words = part.split_whitespace();
            let (Some(count), Some(what)) = (words.next().and_then(|word| word.parse().ok()), words.next())
            else {
                continue;
            };
            self.count(what, count);
        }
    }

    fn count(&mut self, what: &str, count: u64) {
        let sum = match what {
            "passed" => &mut self.passed,
            "failed" => &mut self.failed,
            "ignored" => &mut self.ignored,
            _ => return,
        };
        *sum = sum.saturating_add(count);
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(output: &str) -> Totals {
        let mut totals = Totals::default();
        output.lines().for_each(|line| totals.read(line));
        totals
    }

    #[test]
    fn the_results_of_test_programs_are_summed() {
        let output = "
running 3 tests
test one ... ok
test two ... FAILED
test three ... ignored

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s

running 40 tests
test result: ok. 40 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 1.20s
";
        assert_eq!(totals(output), Totals { passed: 41, failed: 1, ignored: 1 });
        assert_eq!(totals(output).to_string(), "41 passed, 1 failed");
    }

    #[test]
    fn other_lines_are_ignored() {
        let output =
            "test result\ntest result: \ntest result: ok\nsays test result: ok. 5 passed; 1 failed\n9 passed";
        assert_eq!(totals(output), Totals::default());
        assert_eq!(totals("test result: ok. many passed; 18446744073709551616 failed; 2 passed").passed, 2);
    }

    #[test]
    fn sums_saturate() {
        let line = format!("test result: ok. {} passed; 0 failed\n", u64::MAX);
        assert_eq!(totals(&line.repeat(2)).passed, u64::MAX);
    }
}
