//! [`put`]: sends the records of a file to the stream of their dataset.
//!
//! In: a [`RecordFile`], which has been read completely, because records in a stream cannot be withdrawn. Out: how many
//! records were sent, also after a fault. Records are sent in batches, and only those that the stream rejected are
//! sent again. Rows are merged by their key, so sending a file again is safe.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use strataform_backoff::{Backoff, Clock, End, System};
use strataform_sdk::{Aws, FailedRecord, Kind, Record};

use super::fault::{ABSENT, Fault, INTERRUPTED, Reason, SERVICE};
use super::rows::RecordFile;

/// The most records that `PutRecords` accepts at once.
const AT_ONCE: usize = 500;

/// The most bytes that `PutRecords` accepts at once in every region, keys included.
const BATCH: usize = 5 * 1_024 * 1_024;

/// How rejected records are sent again: a shard accepts 1 MiB per second, so a throttled batch needs seconds rather
/// than minutes.
const RETRIES: Backoff = Backoff::retrying(Duration::from_millis(100), Duration::from_secs(5), 12);

/// What to send, and where.
#[derive(Clone, Copy)]
pub struct PutRequest<'a> {
    /// The connection to AWS.
    pub aws: &'a Aws,
    /// The stream's name.
    pub stream: &'a str,
    /// The records.
    pub file: &'a RecordFile<'a>,
    /// Set when the user interrupts.
    pub stop: &'a AtomicBool,
    /// Receives the number of records accepted so far, after each request.
    pub on: &'a dyn Fn(usize),
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Records that the stream accepted.
    pub records: usize,
    /// How many times a record was sent again.
    pub retried: usize,
}

/// Sends the records of a file.
///
/// # Errors
///
/// An AWS request fails, the stream rejects a record 13 times, or the user interrupts. Records that were sent before
/// stay in the stream; the fault states how many.
pub fn put(request: &PutRequest<'_>) -> Result<Sent, Fault> {
    let mut sender = Sender {
        stream: request.stream,
        put: &|records| {
            request.aws.put_records(request.stream, records).map_err(|fault| {
                if fault.kind == Kind::Missing { absent(request.stream) } else { fault.into() }
            })
        },
        clock: System::default(),
        stop: request.stop,
        on: request.on,
        batch: Vec::new(),
        size: 0,
        sent: Sent::default(),
    };
    for record in request.file.rows()? {
        sender.add(record?)?;
    }
    sender.flush()?;
    Ok(sender.sent)
}

fn absent(stream: &str) -> Fault {
    Fault::refused(ABSENT, format!("unknown stream {stream}")).help("run `gen deploy`")
}

/// Sends records; returns those that the stream rejected.
type PutRecords<'a> = dyn Fn(&[&Record]) -> Result<Vec<FailedRecord>, Fault> + 'a;

/// Collects records until a request is full, and sends them.
struct Sender<'a, C> {
    stream: &'a str,
    put: &'a PutRecords<'a>,
    clock: C,
    stop: &'a AtomicBool,
    on: &'a dyn Fn(usize),
    batch: Vec<Record>,
    /// The bytes of the batch, keys included.
    size: usize,
    sent: Sent,
}

impl<C: Clock + Clone> Sender<'_, C> {
    fn add(&mut self, record: Record) -> Result<(), Fault> {
        let size = record.data.len() + record.key.len();
        if self.batch.len() == AT_ONCE || self.size + size > BATCH {
            self.flush()?;
        }
        self.size += size;
        self.batch.push(record);
        Ok(())
    }

    /// Sends the batch until the stream has accepted all of it.
    fn flush(&mut self) -> Result<(), Fault> {
        let batch = std::mem::take(&mut self.batch);
        self.size = 0;
        let mut left: Vec<&Record> = batch.iter().collect();
        let mut pacer = RETRIES.start_with(self.clock.clone(), Some(self.stop));
        while !left.is_empty() {
            pacer.check().map_err(|_| self.stopped())?;
            let refused = (self.put)(&left)?;
            self.sent.records += left.len() - refused.len();
            self.sent.retried += refused.len();
            (self.on)(self.sent.records);
            let Some(first) = refused.first() else { break };
            pacer.pause().map_err(|end| match end {
                End::Stopped => self.stopped(),
                End::Exhausted => self.refused(first),
            })?;
            let places: BTreeSet<usize> = refused.iter().map(|one| one.index).collect();
            left = left
                .into_iter()
                .enumerate()
                .filter(|(at, _)| places.contains(at))
                .map(|(_, one)| one)
                .collect();
        }
        Ok(())
    }

    fn stopped(&self) -> Fault {
        self.so_far(Fault::new(INTERRUPTED, Reason::Interrupted, "interrupted"))
    }

    fn refused(&self, first: &FailedRecord) -> Fault {
        let summary = format!("{} rejects records: {} ({})", self.stream, first.message, first.code);
        self.so_far(Fault::new(SERVICE, Reason::Failed, summary))
    }

    /// Adds how many records the stream has accepted.
    fn so_far(&self, fault: Fault) -> Fault {
        let noun = if self.sent.records == 1 { "record" } else { "records" };
        fault
            .because(format!("the stream accepted {} {noun} before", self.sent.records))
            .help("sending the file again is safe: rows are merged by their key")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};
    use std::sync::atomic::Ordering;

    use super::*;

    /// A clock that only sleeping advances.
    #[derive(Default)]
    struct Fake {
        slept: RefCell<Vec<Duration>>,
    }

    impl Clock for &Fake {
        fn now(&self) -> Duration {
            self.slept.borrow().iter().sum()
        }

        fn sleep(&self, pause: Duration) {
            self.slept.borrow_mut().push(pause);
        }
    }

    fn sender<'a>(clock: &'a Fake, stop: &'a AtomicBool, put: &'a PutRecords<'a>) -> Sender<'a, &'a Fake> {
        Sender {
            stream: "s",
            put,
            clock,
            stop,
            on: &|_| {},
            batch: Vec::new(),
            size: 0,
            sent: Sent::default(),
        }
    }

    fn record(data: usize) -> Record {
        Record { key: "k".to_owned(), data: vec![b'x'; data] }
    }

    fn value_fault(index: usize) -> FailedRecord {
        FailedRecord { index, code: "Throttled".to_owned(), message: "Rate exceeded".to_owned() }
    }

    #[test]
    fn a_request_is_limited_by_records_and_by_bytes() {
        let (clock, stop, sizes) = (Fake::default(), AtomicBool::new(false), RefCell::new(Vec::new()));
        let put = |records: &[&Record]| {
            sizes.borrow_mut().push(records.len());
            Ok(Vec::new())
        };
        let mut all = sender(&clock, &stop, &put);
        for _ in 0..501 {
            all.add(record(1)).unwrap();
        }
        // 500 are sent; the one that is left and five records of 1 MiB, keys included, exceed a request.
        for _ in 0..6 {
            all.add(record(1_024 * 1_024 - 1)).unwrap();
        }
        all.flush().unwrap();
        assert_eq!(*sizes.borrow(), [500, 5, 2]);
        assert_eq!(all.sent, Sent { records: 507, retried: 0 });
        assert!(clock.slept.borrow().is_empty(), "there is no pause without a rejection");
    }

    #[test]
    fn only_rejected_records_are_sent_again_after_a_pause() {
        let (clock, stop, calls) = (Fake::default(), AtomicBool::new(false), RefCell::new(Vec::new()));
        let put = |records: &[&Record]| {
            calls.borrow_mut().push(records.iter().map(|one| one.data.len()).collect::<Vec<_>>());
            Ok(if calls.borrow().len() == 1 { vec![value_fault(0), value_fault(2)] } else { Vec::new() })
        };
        let mut all = sender(&clock, &stop, &put);
        for size in [1, 2, 3, 4] {
            all.add(record(size)).unwrap();
        }
        all.flush().unwrap();
        assert_eq!(*calls.borrow(), [vec![1, 2, 3, 4], vec![1, 3]]);
        assert_eq!(all.sent, Sent { records: 4, retried: 2 });
        assert_eq!((&clock).now(), Duration::from_millis(100));
    }

    #[test]
    fn after_13_attempts_the_fault_states_how_many_records_were_accepted() {
        let (clock, stop, calls) = (Fake::default(), AtomicBool::new(false), Cell::new(0));
        let put = |records: &[&Record]| {
            calls.set(calls.get() + 1);
            Ok(if records.len() == 2 { vec![value_fault(1)] } else { vec![value_fault(0)] })
        };
        let mut all = sender(&clock, &stop, &put);
        all.add(record(1)).unwrap();
        all.add(record(2)).unwrap();
        let fault = all.flush().unwrap_err();
        assert_eq!(calls.get(), 13, "one attempt and 12 retries");
        assert_eq!((fault.reason, fault.code), (Reason::Failed, SERVICE));
        assert_eq!(fault.summary, "s rejects records: Rate exceeded (Throttled)");
        assert_eq!(fault.causes, ["the stream accepted 1 record before"]);
        // 0.1 + 0.2 + 0.4 + 0.8 + 1.6 + 3.2 seconds, and six times the cap.
        assert_eq!((&clock).now(), Duration::from_millis(36_300));
    }

    #[test]
    fn the_user_can_interrupt_between_requests() {
        let (clock, stop) = (Fake::default(), AtomicBool::new(false));
        let put = |_: &[&Record]| {
            stop.store(true, Ordering::Relaxed);
            Ok(Vec::new())
        };
        let mut all = sender(&clock, &stop, &put);
        all.add(record(1)).unwrap();
        all.flush().unwrap();
        all.add(record(1)).unwrap();
        let fault = all.flush().unwrap_err();
        assert_eq!(fault.reason, Reason::Interrupted);
        assert_eq!(fault.causes, ["the stream accepted 1 record before"]);
    }
}
