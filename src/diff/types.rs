//! [`Type`]: the type of a column, as texts of manifests and platform files give it, and what it does to values.

/// The type of a column, as a manifest states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text(u32),
    Decimal(u32, u32),
    Integer,
    Bigint,
    Other(String),
}

impl Type {
    pub(super) fn of(text: &str) -> Self {
        let arguments = |word: &str| -> Option<Vec<u32>> {
            let inner = text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')?;
            inner.split(',').map(|one| one.trim().parse().ok()).collect()
        };
        match (text, arguments("string").as_deref(), arguments("decimal").as_deref()) {
            (_, Some([length]), _) => Self::Text(*length),
            (_, _, Some([precision, scale])) => Self::Decimal(*precision, *scale),
            ("integer", _, _) => Self::Integer,
            ("bigint", _, _) => Self::Bigint,
            _ => Self::Other(text.to_owned()),
        }
    }

    /// Whether a value is kept with fewer digits than the other type keeps.
    pub(super) fn rounds(&self, other: &Self) -> bool {
        matches!((self, other), (Self::Decimal(_, scale), Self::Decimal(_, finer)) if scale < finer)
    }

    /// Whether every value of this type is a value of the other one, unchanged.
    pub(super) fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(was), Self::Text(is)) => was <= is,
            (Self::Decimal(precision, scale), Self::Decimal(wider, finer)) => {
                scale <= finer && precision.saturating_sub(*scale) <= wider.saturating_sub(*finer)
            }
            (Self::Integer | Self::Bigint, Self::Decimal(wider, finer)) => {
                let digits = if *self == Self::Integer { 10 } else { 19 };
                wider.saturating_sub(*finer) >= digits
            }
            (Self::Integer, Self::Bigint) => true,
            (one, other) => one == other,
        }
    }
}
