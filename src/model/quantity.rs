//! [`Volume`] and [`Period`]: quantities with units, as people write them.

use std::fmt;

/// A data volume in bytes per day, before compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Volume {
    bytes_per_day: u64,
}

impl Volume {
    /// 10 MB per day.
    pub const LEAST: Volume = Volume { bytes_per_day: 10_000_000 };
    /// 100 GB per day.
    pub const MOST: Volume = Volume { bytes_per_day: 100_000_000_000 };

    /// A volume in bytes per day, clamped to the valid range.
    #[must_use]
    pub fn clamped(bytes_per_day: u64) -> Self {
        Self { bytes_per_day: bytes_per_day.clamp(Self::LEAST.bytes_per_day, Self::MOST.bytes_per_day) }
    }

    /// Parses `10 GB/day`, `500 MB/hour`, `1.5 GB/day`: KB, MB and GB are powers of 1,000.
    ///
    /// # Errors
    /// Why the text is not a valid volume.
    pub fn parse(text: &str) -> Result<Self, QuantityFault> {
        let (amount, per) = text.split_once('/').ok_or(QuantityFault::Unit)?;
        let (number, unit) = split(amount)?;
        let unit = match unit.to_ascii_uppercase().as_str() {
            "KB" => 1_000_u64,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            _ => return Err(QuantityFault::Unit),
        };
        let times = match per.trim() {
            "day" => 1_u64,
            "hour" => 24,
            _ => return Err(QuantityFault::Unit),
        };
        // Thousandths, so that no float is involved: 1.5 GB is exact.
        let thousandths = thousandths(number)?;
        let bytes = thousandths
            .checked_mul(unit / 1_000)
            .and_then(|bytes| bytes.checked_mul(times))
            .ok_or(QuantityFault::Range)?;
        if !(Self::LEAST.bytes_per_day..=Self::MOST.bytes_per_day).contains(&bytes) {
            return Err(QuantityFault::Range);
        }
        Ok(Self { bytes_per_day: bytes })
    }

    /// Bytes per day.
    #[must_use]
    pub fn bytes_per_day(self) -> u64 {
        self.bytes_per_day
    }
}

impl fmt::Display for Volume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes_per_day;
        let (unit, name) = if bytes >= 1_000_000_000 { (1_000_000_000, "GB") } else { (1_000_000, "MB") };
        let tenths = bytes * 10 / unit;
        match (tenths / 10, tenths % 10) {
            (whole, 0) => write!(f, "{whole} {name}/day"),
            (whole, tenth) => write!(f, "{whole}.{tenth} {name}/day"),
        }
    }
}

/// A duration: whole days, or minutes below a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    minutes: u64,
}

impl Period {
    /// A number of days.
    #[must_use]
    pub const fn days(days: u64) -> Self {
        Self { minutes: days * 24 * 60 }
    }

    /// A number of minutes.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self { minutes }
    }

    /// Parses `30 days`, `13 months`, `2 years`, `15 minutes`, `1 hour`: a month has 30 days and a year 365.
    ///
    /// # Errors
    /// Why the text is not a valid period.
    pub fn parse(text: &str) -> Result<Self, QuantityFault> {
        let (number, unit) = split(text)?;
        let number: u64 = number.parse().map_err(|_| QuantityFault::Number)?;
        let minutes = match unit {
            "minute" | "minutes" => 1_u64,
            "hour" | "hours" => 60,
            "day" | "days" => 24 * 60,
            "week" | "weeks" => 7 * 24 * 60,
            "month" | "months" => 30 * 24 * 60,
            "year" | "years" => 365 * 24 * 60,
            _ => return Err(QuantityFault::Unit),
        };
        let minutes = number.checked_mul(minutes).ok_or(QuantityFault::Range)?;
        if minutes == 0 || minutes > Self::days(36_500).minutes {
            return Err(QuantityFault::Range);
        }
        Ok(Self { minutes })
    }

    /// The length in minutes.
    #[must_use]
    pub fn as_minutes(self) -> u64 {
        self.minutes
    }

    /// The length in days, rounded up: retained data is deleted up to a day later, never earlier.
    #[must_use]
    pub fn as_days(self) -> u64 {
        self.minutes.div_ceil(24 * 60)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (amount, unit) = match self.minutes {
            minutes if minutes % (24 * 60) == 0 => (minutes / (24 * 60), "day"),
            minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
            minutes => (minutes, "minute"),
        };
        write!(f, "{amount} {unit}{}", if amount == 1 { "" } else { "s" })
    }
}

/// Why a text is not a valid quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityFault {
    /// The number cannot be read.
    Number,
    /// The unit is missing or unknown.
    Unit,
    /// It is below the minimum or above the maximum.
    Range,
}

/// The number and the unit of `10 GB`.
fn split(text: &str) -> Result<(&str, &str), QuantityFault> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(QuantityFault::Unit)?;
    let (number, unit) = text.split_at(end);
    if number.is_empty() {
        return Err(QuantityFault::Number);
    }
    Ok((number, unit.trim()))
}

fn thousandths(number: &str) -> Result<u64, QuantityFault> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if part.is_empty() || part.len() > 3 {
        return Err(QuantityFault::Number);
    }
    let whole: u64 = whole.parse().map_err(|_| QuantityFault::Number)?;
    let part: u64 = format!("{part:0<3}").parse().map_err(|_| QuantityFault::Number)?;
    whole.checked_mul(1_000).and_then(|whole| whole.checked_add(part)).ok_or(QuantityFault::Range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_read_exactly_and_kept_in_range() {
        let bytes = |text| Volume::parse(text).map(Volume::bytes_per_day);
        assert_eq!(bytes("10 GB/day"), Ok(10_000_000_000));
        assert_eq!(bytes("1.5GB/day"), Ok(1_500_000_000));
        assert_eq!(bytes("500 MB/hour"), Ok(12_000_000_000));
        assert_eq!(bytes("10000 KB/day"), Ok(10_000_000));
        assert_eq!(bytes("10 GB"), Err(QuantityFault::Unit));
        assert_eq!(bytes("GB/day"), Err(QuantityFault::Number));
        assert_eq!(bytes("1.2.3 GB/day"), Err(QuantityFault::Number));
        assert_eq!(bytes("10 TB/day"), Err(QuantityFault::Unit));
        assert_eq!(bytes("1 MB/day"), Err(QuantityFault::Range));
        assert_eq!(bytes("101 GB/day"), Err(QuantityFault::Range));
        assert_eq!(bytes("99999999999999999999 GB/day"), Err(QuantityFault::Number));
        assert_eq!(Volume::parse("1.5 GB/day").map(|volume| volume.to_string()), Ok("1.5 GB/day".to_owned()));
    }

    #[test]
    fn periods_are_read_and_written() {
        let shown = |text| Period::parse(text).map(|period| period.to_string());
        assert_eq!(shown("13 months"), Ok("390 days".to_owned()));
        assert_eq!(shown("1 day"), Ok("1 day".to_owned()));
        assert_eq!(shown("90 minutes"), Ok("90 minutes".to_owned()));
        assert_eq!(shown("2 hours"), Ok("2 hours".to_owned()));
        assert_eq!(shown("0 days"), Err(QuantityFault::Range));
        assert_eq!(shown("1 fortnight"), Err(QuantityFault::Unit));
        assert_eq!(shown("200 years"), Err(QuantityFault::Range));
    }
}
