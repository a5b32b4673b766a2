//! [`Random`]: numbers that depend on a seed alone, on every machine.

/// `SplitMix64`: a public-domain generator of 64-bit numbers, good enough for sample data.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// A generator with a seed: the same seed gives the same numbers.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A 64-bit number.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which must not be 0. The bias of the remainder is far below what a sample shows.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Returns true in `cases` of a thousand cases.
    pub fn permille(&mut self, cases: u64) -> bool {
        self.below(1_000) < cases
    }

    /// One of several, the first ones more often: each is half as likely as the one before, except that the last two
    /// are equally likely.
    pub fn favorite<T: Copy>(&mut self, of: &[T]) -> T {
        let mut at = 0;
        while at + 1 < of.len() && self.permille(500) {
            at += 1;
        }
        of[at]
    }

    /// One of several, all equally likely.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let at = usize::try_from(self.below(of.len() as u64)).unwrap_or(0);
        of[at]
    }

    /// A random UUID, version 4.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0xFFF,
            0x8000 | ((low >> 48) & 0x3FFF),
            low & 0xFFFF_FFFF_FFFF
        )
    }
}
