//! [`walk`]: carries out steps in parallel, each as soon as the steps that it requires are done.
//!
//! In: steps, each after those that it requires. Out: the faults of those that failed, in the order in which they
//! failed. It refuses to begin a step if one that it requires failed, and any step after the user interrupts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::event::Event;
use super::fault::{Fault, Reason};
use super::stack::stopped;
use super::step::Step;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// It failed, or was skipped.
    Failed,
}

/// The progress of the steps.
#[derive(Debug, Default)]
struct Board {
    ended: BTreeMap<String, Outcome>,
    faults: Vec<Fault>,
}

struct Walk<'a> {
    board: Mutex<Board>,
    changed: Condvar,
    stop: &'a AtomicBool,
    on: &'a (dyn Fn(&Event) + Sync),
}

/// Carries out steps; returns the faults.
pub(super) fn walk(
    steps: &[Step],
    stop: &AtomicBool,
    on: &(dyn Fn(&Event) + Sync),
    carry_out: &(dyn Fn(&Step) -> Result<(), Fault> + Sync),
) -> Vec<Fault> {
    let walk = Walk { board: Mutex::default(), changed: Condvar::new(), stop, on };
    std::thread::scope(|scope| {
        for step in steps {
            let walk = &walk;
            scope.spawn(move || walk.step(step, carry_out));
        }
    });
    walk.board.into_inner().unwrap_or_else(PoisonError::into_inner).faults
}

impl Walk<'_> {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, step: &Step, carry_out: &(dyn Fn(&Step) -> Result<(), Fault> + Sync)) {
        if let Some(failed) = self.wait(step) {
            (self.on)(&Event::Skipped { stack: step.id.clone(), needs: failed });
            self.end(step, Outcome::Failed);
            return;
        }
        let result = if self.stop.load(Ordering::Relaxed) { Err(stopped()) } else { carry_out(step) };
        match result {
            Ok(()) => self.end(step, Outcome::Done),
            Err(fault) => {
                self.report(step, fault);
                self.end(step, Outcome::Failed);
            }
        }
    }

    /// Waits for the steps that a step requires; returns one that failed.
    fn wait(&self, step: &Step) -> Option<String> {
        let mut board = self.lock();
        loop {
            let failed = |need: &&String| board.ended.get(*need) == Some(&Outcome::Failed);
            if let Some(failed) = step.needs.iter().find(failed) {
                return Some(failed.clone());
            }
            if step.needs.iter().all(|need| board.ended.contains_key(need)) {
                return None;
            }
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn end(&self, step: &Step, outcome: Outcome) {
        self.lock().ended.insert(step.id.clone(), outcome);
        self.changed.notify_all();
    }

    /// Records a fault. An interruption is reported once, however many steps it stops.
    fn report(&self, step: &Step, fault: Fault) {
        let mut board = self.lock();
        let interrupted = board.faults.iter().any(|one| one.reason == Reason::Interrupted);
        if fault.reason == Reason::Interrupted && interrupted {
            return;
        }
        (self.on)(&Event::Failed { stack: step.id.clone(), summary: fault.summary.clone() });
        board.faults.push(fault);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::super::fault::STACK;
    use super::super::step::{SqlPlan, Task, in_order};
    use super::*;

    fn step(id: &str, needs: &[&str]) -> Step {
        Step {
            id: id.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).collect(),
            task: Task::Sql(SqlPlan::default()),
        }
    }

    /// Walks; returns what was carried out, in order, what was skipped, and the faults.
    fn walked(
        steps: &[Step],
        stop: &AtomicBool,
        carry_out: &(dyn Fn(&str) -> Result<(), Fault> + Sync),
    ) -> (Vec<String>, Vec<String>, Vec<Fault>) {
        let (done, skipped) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
        let on = |event: &Event| {
            if let Event::Skipped { stack, needs } = event {
                skipped.lock().unwrap().push(format!("{stack}: {needs}"));
            }
        };
        let faults = walk(steps, stop, &on, &|step| {
            let result = carry_out(&step.id);
            done.lock().unwrap().push(step.id.clone());
            result
        });
        let mut skipped = skipped.into_inner().unwrap();
        skipped.sort();
        (done.into_inner().unwrap(), skipped, faults)
    }

    #[test]
    fn a_step_begins_when_all_that_it_requires_are_done() {
        let steps = [step("a", &[]), step("b", &["a"]), step("c", &["a"]), step("d", &["b", "c"])];
        // Neither of the two in the middle ends before both have begun.
        let both = Barrier::new(2);
        let carry_out = |id: &str| {
            if id == "b" || id == "c" {
                both.wait();
            }
            Ok(())
        };
        let (done, skipped, faults) = walked(&steps, &AtomicBool::new(false), &carry_out);
        assert_eq!((done[0].as_str(), done[3].as_str()), ("a", "d"));
        assert!(skipped.is_empty() && faults.is_empty());
    }

    #[test]
    fn steps_that_require_a_failed_step_are_skipped_and_the_rest_are_not() {
        let steps = [step("a", &[]), step("b", &["a"]), step("c", &["b"]), step("d", &[])];
        let carry_out = |id: &str| if id == "a" { Err(Fault::failed(STACK, "no")) } else { Ok(()) };
        let (mut done, skipped, faults) = walked(&steps, &AtomicBool::new(false), &carry_out);
        done.sort();
        assert_eq!(done, ["a", "d"]);
        assert_eq!(skipped, ["b: a", "c: b"]);
        assert_eq!(faults.len(), 1);
    }

    #[test]
    fn an_interruption_is_reported_once() {
        let steps = [step("a", &[]), step("b", &[]), step("c", &["a"])];
        let (done, skipped, faults) = walked(&steps, &AtomicBool::new(true), &|_| Ok(()));
        assert!(done.is_empty(), "{done:?}");
        assert_eq!(skipped, ["c: a"]);
        assert_eq!(faults.iter().map(|fault| fault.reason).collect::<Vec<_>>(), [Reason::Interrupted]);
    }

    #[test]
    fn steps_that_could_never_begin_are_refused() {
        assert_eq!(in_order(&[step("a", &[]), step("b", &["a"])]), Ok(()));
        for (steps, expected) in [
            ([step("a", &["b"]), step("b", &[])], "a requires b"),
            ([step("a", &[]), step("b", &["c"])], "b requires c"),
            ([step("a", &[]), step("a", &[])], "duplicate deployment step a"),
        ] {
            let fault = in_order(&steps).expect_err(expected);
            assert!(fault.summary.contains(expected), "{}", fault.summary);
        }
    }
}
