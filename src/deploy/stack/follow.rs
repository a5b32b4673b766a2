//! Following an operation on a stack to its end: its events, as they come, and how it ended.
//!
//! Only the operation's own end ends the wait, or the user: single requests may fail, and AWS ends every operation that
//! it started.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use strataform_backoff::Backoff;
use strataform_sdk::{Kind, Phase, Stack, StackEvent, StackStatus};

use super::{Driver, ended};
use crate::deploy::event::{Event, Progress};
use crate::deploy::fault::Fault;

/// After this time without an event, a line reports what `gen` waits for.
const SILENCE: Duration = Duration::from_mins(1);

/// How often a stack is polled; each event restarts with the first pause, since events come in bursts.
const STACK_EVENTS: Backoff = Backoff::polling(Duration::from_millis(60), Duration::from_secs(3));

/// What the progress of an operation counts.
pub(super) enum Counted {
    /// The resources of a change set. The local AWS also reports resources that do not change.
    Changes(BTreeSet<String>),
    /// All resources that events name, and how many there are.
    Resources(usize),
}

impl Driver<'_> {
    /// Follows an operation to its end; single requests may fail.
    pub(super) fn follow(
        &self,
        stack: &str,
        id: &str,
        since: Option<String>,
        counted: &Counted,
    ) -> Result<(Stack, Vec<StackEvent>), Fault> {
        let (mut since, mut seen, mut done) = (since, Vec::new(), BTreeSet::new());
        let (mut pacer, mut heard) = (STACK_EVENTS.start(Some(self.stop)), Instant::now());
        let start = Instant::now();
        loop {
            match self.poll(id, since.as_deref()) {
                Ok((now, events)) => {
                    for event in events {
                        heard = Instant::now();
                        pacer.restart();
                        since = Some(event.id.clone());
                        self.report(stack, id, &event, counted, &mut done);
                        seen.push(event);
                    }
                    // A stale response may still show the stack in review.
                    if !now.status.is_in_progress() {
                        return Ok((now, seen));
                    }
                }
                Err(fault) if fault.is_transient() => {
                    self.note(stack, format!("{fault}; the operation continues, retrying"));
                }
                Err(fault) => {
                    return Err(Fault::from(fault)
                        .because(format!("the operation on stack {stack} continues in AWS")));
                }
            }
            if heard.elapsed() > SILENCE {
                heard = Instant::now();
                let last =
                    seen.last().map(|event: &StackEvent| format!("{} {}", event.logical, event.status));
                let (stack, last) = (stack.to_owned(), last.unwrap_or_default());
                (self.on)(&Event::Waiting { stack, seconds: start.elapsed().as_secs(), last });
            }
            pacer.pause().map_err(|end| {
                ended(end).because(format!("the operation on stack {stack} continues in AWS"))
            })?;
        }
    }

    /// Reads the status first: the events then contain everything that led to it.
    fn poll(&self, id: &str, since: Option<&str>) -> Result<(Stack, Vec<StackEvent>), strataform_sdk::Fault> {
        let stack = self.aws.stack(id)?;
        // A deleted stack keeps its ARN for a while, but an emulator may forget it at once.
        let gone = Stack { id: id.to_owned(), status: StackStatus::DeleteComplete, ..Stack::default() };
        let Some(stack) = stack else { return Ok((gone, Vec::new())) };
        match self.aws.events(id, since) {
            Ok(events) => Ok((stack, events)),
            Err(fault) if fault.kind == Kind::Missing => Ok((stack, Vec::new())),
            Err(fault) => Err(fault),
        }
    }

    fn report(
        &self,
        stack: &str,
        id: &str,
        event: &StackEvent,
        counted: &Counted,
        done: &mut BTreeSet<String>,
    ) {
        if event.physical == id || event.kind == "AWS::CloudFormation::Stack" {
            return;
        }
        let (counts, all) = match counted {
            Counted::Changes(changes) => (changes.contains(&event.logical), changes.len()),
            Counted::Resources(count) => (true, *count),
        };
        if counts && matches!(event.status.phase(), Phase::Complete | Phase::Undone) {
            done.insert(event.logical.clone());
        }
        (self.on)(&Event::Resource {
            stack: stack.to_owned(),
            logical: event.logical.clone(),
            kind: event.kind.clone(),
            status: event.status.clone(),
            reason: event.reason.clone(),
            progress: Progress { done: done.len(), all: all.max(done.len()) },
        });
    }
}
