//! Reads strings with a meaning: names, volumes, periods, schedules.

use super::code;
use super::grammar::Shape;
use super::value::{Text, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Identifier, NameFault, Period, QuantityFault, Schedule, Slug, Volume};

/// Reads the name of a dataset, a column, an aggregate or a visual.
pub(super) fn identifier(text: &Text<'_>) -> Option<Identifier> {
    Identifier::new(text.text).map_err(|fault| name_fault(text, fault, Identifier::LONGEST, '_')).ok()
}

/// Reads the name of a platform or an environment.
pub(super) fn slug(text: &Text<'_>, longest: usize) -> Option<Slug> {
    Slug::new(text.text, longest).map_err(|fault| name_fault(text, fault, longest, '-')).ok()
}

/// Returns a stand-in for an invalid name, so that what it names is still read.
pub(super) fn placeholder(text: &str) -> Option<Identifier> {
    Identifier::new(&tidy(text, Identifier::LONGEST, '_')).or_else(|_| Identifier::new("unnamed")).ok()
}

fn name_fault(text: &Text<'_>, fault: NameFault, longest: usize, separator: char) {
    let summary = format!("invalid name `{}`", text.text.escape_debug());
    let tidied = tidy(text.text, longest, separator);
    let help = match tidied.as_str() {
        "" => format!("use lower-case letters, digits and `{separator}`"),
        name => format!("write `{name}`"),
    };
    text.report(
        Diagnostic::error(code::NAME, text.span.clone(), summary).because(fault.to_string()).help(help),
    );
}

/// Returns the valid name nearest to a text; empty if the text has no letter.
fn tidy(text: &str, longest: usize, separator: char) -> String {
    let mut name = String::new();
    let mut lower_before = false;
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            if c.is_ascii_uppercase() && lower_before {
                name.push(separator);
            }
            lower_before = !c.is_ascii_uppercase();
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with(separator) {
            name.push(separator);
            lower_before = false;
        }
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let name = name.get(..longest.min(name.len())).unwrap_or_default();
    name.trim_end_matches(separator).to_owned()
}

/// Reports a text that its key does not accept.
fn unreadable(value: &Value<'_>, text: &Text<'_>, code: Code, noun: &str, cause: &str, help: &str) {
    let summary = format!("invalid {noun} `{}`", text.text.escape_debug());
    value.fault(Diagnostic::error(code, text.span.clone(), summary).because(cause).help(help));
}

/// Whether a volume has a unit beyond the limit: for `2 TB/day` the message states the limit, not the units.
fn is_too_large(text: &str) -> bool {
    let amount = text.split('/').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    ["TB", "PB", "EB"].iter().any(|unit| amount.ends_with(unit))
}

/// Reads a volume: `10 GB/day`.
pub(super) fn volume(value: &Value<'_>) -> Option<Volume> {
    let text = value.text()?;
    let cause = match Volume::parse(text.text) {
        Ok(volume) => return Some(volume),
        Err(QuantityFault::Number) => "the number is invalid",
        Err(QuantityFault::Unit) if is_too_large(text.text) => "a volume must be 10 MB/day to 100 GB/day",
        Err(QuantityFault::Unit) => "the units are `KB`, `MB` or `GB` per `day` or `hour`",
        Err(QuantityFault::Range) => "a volume must be 10 MB/day to 100 GB/day",
    };
    unreadable(value, &text, code::VOLUME, "volume", cause, "write it as `10 GB/day` or `500 MB/hour`");
    None
}

/// Reads a period within the limits of the grammar: `30 days`, `13 months`.
pub(super) fn period(value: &Value<'_>) -> Option<Period> {
    let days = value.limit(0..=u64::MAX, Shape::days);
    let text = value.text()?;
    let cause = match Period::parse(text.text) {
        Ok(period) if days.contains(&period.as_days()) && period >= Period::days(*days.start()) => {
            return Some(period);
        }
        Ok(_) | Err(QuantityFault::Range) => {
            format!("`{}` must be {} to {} days", value.what, days.start(), days.end())
        }
        Err(QuantityFault::Number) => "the number is invalid".to_owned(),
        Err(QuantityFault::Unit) => "the units are minutes, hours, days, weeks, months and years".to_owned(),
    };
    unreadable(value, &text, code::PERIOD, "period", &cause, "write it as `30 days` or `13 months`");
    None
}

/// Reads a schedule: `every 15 minutes`, `hourly`, `daily at 03:00`, `on arrival`.
pub(super) fn schedule(value: &Value<'_>) -> Option<Schedule> {
    const HELP: &str = "write `every 15 minutes`, `hourly`, `daily at 03:00` or, for files, `on arrival`";
    let text = value.text()?;
    let written = text.text.trim();
    let read = match written {
        "hourly" => Ok(Schedule::Every(Period::minutes(60))),
        "on arrival" => Ok(Schedule::OnArrival),
        _ => match (written.strip_prefix("every "), written.strip_prefix("daily at ")) {
            (Some(period), _) => every(period),
            (_, Some(time)) => daily(time).ok_or("a time of day must be 00:00 to 23:59, in UTC"),
            _ => Err("the schedule has none of the supported forms"),
        },
    };
    read.map_err(|cause| unreadable(value, &text, code::SCHEDULE, "schedule", cause, HELP)).ok()
}

fn every(text: &str) -> Result<Schedule, &'static str> {
    let text = text.trim();
    let counted =
        if text.starts_with(|c: char| c.is_ascii_digit()) { text.to_owned() } else { format!("1 {text}") };
    let period = Period::parse(&counted).map_err(|_| "the period is invalid")?;
    match period.as_minutes() {
        minutes @ 5..=1_440 if 1_440 % minutes == 0 => Ok(Schedule::Every(period)),
        5..=1_440 => Err("runs must divide a day evenly"),
        _ => Err("runs must be 5 minutes to 1 day apart"),
    }
}

pub(super) fn daily(text: &str) -> Option<Schedule> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let hour = hour.parse().ok().filter(|hour| *hour < 24)?;
    let minute = minute.parse().ok().filter(|minute| *minute < 60)?;
    Some(Schedule::Daily { hour, minute })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_tidied_into_a_name() {
        for (text, name) in [
            ("PageView", "page_view"),
            ("page view!", "page_view"),
            ("_a__b_", "a_b"),
            ("1st", "st"),
            ("ÄÖ", ""),
            ("ORDERS", "orders"),
        ] {
            assert_eq!(tidy(text, 60, '_'), name, "{text}");
        }
        assert_eq!(tidy("my_platform", 5, '-'), "my-pl");
    }

    #[test]
    fn times_of_day_have_two_digits_each() {
        assert_eq!(daily("03:00"), Some(Schedule::Daily { hour: 3, minute: 0 }));
        for bad in ["3:00", "24:00", "12:60", "+1:00", "12", "é:00"] {
            assert_eq!(daily(bad), None, "{bad}");
        }
    }
}
