//! How long to wait between attempts, and when to stop: one [`Backoff`] for every loop that polls or retries.
//!
//! In: a [`Backoff`], a stop signal. Out: pauses, or an [`End`]. It refuses to know what is attempted.
//!
//! There is no jitter. Jitter keeps many clients from retrying at the same moment; here a single process waits, since a
//! lock allows one deployment of an environment at a time, and the SDKs add their own jitter to the requests that they
//! retry. Pauses are therefore deterministic.

#![warn(clippy::fn_params_excessive_bools)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long to wait between attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The first pause.
    pub first: Duration,
    /// How pauses grow.
    pub growth: Growth,
    /// The longest pause.
    pub cap: Duration,
    /// When to stop.
    pub limit: Limit,
}

/// How a pause follows from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// It is equally long.
    Constant,
    /// It is half as long again: for polling operations that take seconds to minutes.
    Half,
    /// It is twice as long: for retrying throttled requests.
    Double,
}

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Never: only the awaited event or the stop signal ends the wait.
    Never,
    /// After this many pauses since the start or the last [`Pacer::restart`].
    Pauses(u32),
    /// After this much time since the start or the last [`Pacer::restart`].
    Elapsed(Duration),
}

/// Why there is no further pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The stop signal was given.
    Stopped,
    /// The limit was reached.
    Exhausted,
}

/// A source of time; tests have their own.
pub trait Clock {
    /// The time since a fixed instant.
    fn now(&self) -> Duration;
    /// Sleeps for a duration.
    fn sleep(&self, pause: Duration);
}

/// The system clock.
#[derive(Clone, Copy, Debug)]
pub struct System(Instant);

impl Default for System {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for System {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, pause: Duration) {
        std::thread::sleep(pause);
    }
}

/// The longest sleep between two checks of the stop signal: a delay of 0.1 seconds after Ctrl-C is not noticeable.
const SLICE: Duration = Duration::from_millis(100);

impl Backoff {
    /// The same pause each time, without a limit.
    #[must_use]
    pub const fn constant(pause: Duration) -> Self {
        Self { first: pause, growth: Growth::Constant, cap: pause, limit: Limit::Never }
    }

    /// Pauses that grow by half up to a cap, without a limit.
    #[must_use]
    pub const fn polling(first: Duration, cap: Duration) -> Self {
        Self { first, growth: Growth::Half, cap, limit: Limit::Never }
    }

    /// Pauses that double up to a cap, at most `pauses` of them.
    #[must_use]
    pub const fn retrying(first: Duration, cap: Duration, pauses: u32) -> Self {
        Self { first, growth: Growth::Double, cap, limit: Limit::Pauses(pauses) }
    }

    /// Sets the limit.
    #[must_use]
    pub const fn until(mut self, limit: Limit) -> Self {
        self.limit = limit;
        self
    }

    /// Starts a loop, with the system clock.
    #[must_use]
    pub fn start(self, stop: Option<&AtomicBool>) -> Pacer<'_, System> {
        self.start_with(System::default(), stop)
    }

    /// Starts a loop, with another clock.
    #[must_use]
    pub fn start_with<C: Clock>(self, clock: C, stop: Option<&AtomicBool>) -> Pacer<'_, C> {
        let began = clock.now();
        Pacer { backoff: self, clock, stop, began, next: self.first.min(self.cap), pauses: 0 }
    }

    fn after(self, pause: Duration) -> Duration {
        let longer = match self.growth {
            Growth::Constant => pause,
            Growth::Half => pause.saturating_add(pause / 2),
            Growth::Double => pause.saturating_mul(2),
        };
        longer.min(self.cap)
    }
}

/// The pauses of a loop.
#[derive(Clone, Debug)]
pub struct Pacer<'a, C> {
    backoff: Backoff,
    clock: C,
    stop: Option<&'a AtomicBool>,
    began: Duration,
    next: Duration,
    pauses: u32,
}

impl<C: Clock> Pacer<'_, C> {
    /// Waits before the next attempt, as long as the [`Backoff`] defines.
    ///
    /// # Errors
    ///
    /// The stop signal was given before or during the pause, or the limit is reached, in which case there is no pause.
    pub fn pause(&mut self) -> Result<(), End> {
        self.check()?;
        let is_exhausted = match self.backoff.limit {
            Limit::Never => false,
            Limit::Pauses(most) => self.pauses >= most,
            Limit::Elapsed(most) => self.elapsed() >= most,
        };
        if is_exhausted {
            return Err(End::Exhausted);
        }
        let mut left = self.next;
        self.pauses = self.pauses.saturating_add(1);
        self.next = self.backoff.after(self.next);
        while !left.is_zero() {
            let slice = if self.stop.is_some() { left.min(SLICE) } else { left };
            self.clock.sleep(slice);
            left -= slice;
            self.check()?;
        }
        Ok(())
    }

    /// Restarts with the first pause and the full limit, after progress.
    pub fn restart(&mut self) {
        self.began = self.clock.now();
        self.next = self.backoff.first.min(self.backoff.cap);
        self.pauses = 0;
    }

    /// The time since the start, or the last [`restart`](Self::restart).
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.clock.now().saturating_sub(self.began)
    }

    /// Checks the stop signal, without a pause.
    ///
    /// # Errors
    ///
    /// The stop signal was given.
    pub fn check(&self) -> Result<(), End> {
        let stopped = self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed));
        if stopped { Err(End::Stopped) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// A clock that only sleeping advances, and that can give the stop signal at a set time.
    #[derive(Debug, Default)]
    struct Fake<'a> {
        now: Cell<Duration>,
        slept: RefCell<Vec<u128>>,
        stop_at: Option<(Duration, &'a AtomicBool)>,
    }

    impl Clock for &Fake<'_> {
        fn now(&self) -> Duration {
            self.now.get()
        }

        fn sleep(&self, pause: Duration) {
            self.now.set(self.now.get() + pause);
            self.slept.borrow_mut().push(pause.as_millis());
            if let Some((at, stop)) = self.stop_at
                && self.now.get() >= at
            {
                stop.store(true, Ordering::Relaxed);
            }
        }
    }

    const fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn pauses_grow_by_their_factor_up_to_the_cap() {
        let cases = [
            (Backoff::constant(ms(20)), [20, 20, 20, 20, 20]),
            (Backoff::polling(ms(40), ms(100)), [40, 60, 90, 100, 100]),
            (Backoff::retrying(ms(100), ms(500), 9), [100, 200, 400, 500, 500]),
            (Backoff::polling(ms(900), ms(100)), [100, 100, 100, 100, 100]),
        ];
        for (backoff, expected) in cases {
            let clock = Fake::default();
            let mut pacer = backoff.start_with(&clock, None);
            for _ in 0..expected.len() {
                assert_eq!(pacer.pause(), Ok(()));
            }
            assert_eq!(*clock.slept.borrow(), expected, "{backoff:?}");
        }
    }

    #[test]
    fn a_limit_of_pauses_counts_from_the_last_restart() {
        let clock = Fake::default();
        let mut pacer = Backoff::retrying(ms(1), ms(9), 2).start_with(&clock, None);
        assert_eq!([pacer.pause(), pacer.pause(), pacer.pause()], [Ok(()), Ok(()), Err(End::Exhausted)]);
        pacer.restart();
        assert_eq!([pacer.pause(), pacer.pause(), pacer.pause()], [Ok(()), Ok(()), Err(End::Exhausted)]);
        assert_eq!(*clock.slept.borrow(), [1, 2, 1, 2], "an exhausted pacer does not wait");
    }

    #[test]
    fn a_time_limit_includes_time_outside_pauses() {
        let clock = Fake::default();
        let mut pacer = Backoff::constant(ms(10)).until(Limit::Elapsed(ms(30))).start_with(&clock, None);
        assert_eq!(pacer.pause(), Ok(()));
        assert_eq!(pacer.elapsed(), ms(10));
        clock.now.set(ms(29));
        assert_eq!(pacer.pause(), Ok(()));
        assert_eq!(pacer.pause(), Err(End::Exhausted));
        pacer.restart();
        assert_eq!((pacer.elapsed(), pacer.pause()), (Duration::ZERO, Ok(())));
    }

    #[test]
    fn the_stop_signal_ends_a_pause_within_a_slice() {
        let stop = AtomicBool::new(false);
        let clock = Fake { stop_at: Some((ms(150), &stop)), ..Fake::default() };
        let mut pacer = Backoff::constant(ms(5_000)).start_with(&clock, Some(&stop));
        assert_eq!(pacer.pause(), Err(End::Stopped));
        assert_eq!(*clock.slept.borrow(), [100, 100]);
        assert_eq!(pacer.pause(), Err(End::Stopped), "it stays stopped");
        assert_eq!(clock.slept.borrow().len(), 2, "and does not wait again");
    }

    #[test]
    fn without_a_signal_a_pause_is_one_sleep() {
        let clock = Fake::default();
        assert_eq!(Backoff::constant(ms(5_000)).start_with(&clock, None).pause(), Ok(()));
        assert_eq!(*clock.slept.borrow(), [5_000]);
    }
}
