//! The functions, a row each.

mod aggregates;
mod numbers;
mod texts;
mod times;

pub(super) use aggregates::AGGREGATES;
pub(super) use numbers::NUMBERS;
pub(super) use texts::TEXTS;
pub(super) use times::TIMES;

/// A row: signature, name, parameters, arity, nulls, result type, meaning, renderings.
macro_rules! function {
    ($signature:literal, $name:literal, [$($parameter:expr),*], $arity:ident, $nulls:ident, $gives:expr,
     $meaning:literal, $([$word:literal, $spark:expr, $redshift:expr]),+ $(,)?) => {
        Function {
            name: $name,
            signature: $signature,
            meaning: $meaning,
            parameters: &[$($parameter),*],
            arity: Arity::$arity,
            gives: $gives,
            nulls: Nulls::$nulls,
            renderings: &[$(Rendering { word: $word, spark: $spark, redshift: $redshift }),+],
        }
    };
}
use function;
