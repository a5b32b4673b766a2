//! Texts with a meaning: names, volumes, periods, schedules.

use super::code;
use super::grammar::Shape;
use super::value::{Text, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Identifier, NameFault, Period, QuantityFault, Schedule, Slug, Volume};

/// The name of a dataset, a column, an aggregate, a visual.
pub(super) fn identifier(text: &Text<'_>) -> Option<Identifier> {
    Identifier::new(text.text).map_err(|fault| name_fault(text, fault, Identifier::LONGEST, '_')).ok()
}

/// The name of a platform or of an environment.
pub(super) fn slug(text: &Text<'_>, longest: usize) -> Option<Slug> {
    Slug::new(text.text, longest).map_err(|fault| name_fault(text, fault, longest, '-')).ok()
}

/// What stands for a name that is none, so that what it names is read all the same.
pub(super) fn placeholder(text: &str) -> Option<Identifier> {
    Identifier::new(&tidy(text, Identifier::LONGEST, '_')).or_else(|_| Identifier::new("unnamed")).ok()
}

fn name_fault(text: &Text<'_>, fault: NameFault, longest: usize, separator: char) {
    let summary = format!("`{}` cannot be a name", text.text.escape_debug());
    let tidied = tidy(text.text, longest, separator);
    let help = match tidied.as_str() {
        "" => format!("write lower-case letters, digits and `{separator}`"),
        name => format!("write `{name}`"),
    };
    text.report(
        Diagnostic::error(code::NAME, text.span.clone(), summary).because(fault.to_string()).help(help),
    );
}

/// The nearest name to a text; empty where it has no letter.
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

/// Reports that a text is not what its key takes.
fn unreadable(value: &Value<'_>, text: &Text<'_>, code: Code, noun: &str, cause: &str, help: &str) {
    let summary = format!("`{}` is no {noun}", text.text.escape_debug());
    value.fault(Diagnostic::error(code, text.span.clone(), summary).because(cause).help(help));
}

/// Whether a volume is in a unit that no platform reaches: who writes `2 TB/day` is told of the limit, not of the units.
fn is_too_large(text: &str) -> bool {
    let amount = text.split('/').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    ["TB", "PB", "EB"].iter().any(|unit| amount.ends_with(unit))
}

/// A volume: `10 GB/day`.
pub(super) fn volume(value: &Value<'_>) -> Option<Volume> {
    let text = value.text()?;
    let cause = match Volume::parse(text.text) {
        Ok(volume) => return Some(volume),
        Err(QuantityFault::Number) => "the number cannot be read",
        Err(QuantityFault::Unit) if is_too_large(text.text) => "volumes are from 10 MB/day to 100 GB/day",
        Err(QuantityFault::Unit) => "the units are `KB`, `MB` or `GB`, a `day` or an `hour`",
        Err(QuantityFault::Range) => "volumes are from 10 MB/day to 100 GB/day",
    };
    unreadable(value, &text, code::VOLUME, "volume", cause, "write it as `10 GB/day` or `500 MB/hour`");
    None
}

/// A period within the limits that the grammar says: `30 days`, `13 months`.
pub(super) fn period(value: &Value<'_>) -> Option<Period> {
    let days = value.limit(0..=u64::MAX, Shape::days);
    let text = value.text()?;
    let cause = match Period::parse(text.text) {
        Ok(period) if days.contains(&period.as_days()) && period >= Period::days(*days.start()) => {
            return Some(period);
        }
        Ok(_) | Err(QuantityFault::Range) => {
            format!("`{}` is from {} to {} days", value.what, days.start(), days.end())
        }
        Err(QuantityFault::Number) => "the number cannot be read".to_owned(),
        Err(QuantityFault::Unit) => "the units are minutes, hours, days, weeks, months and years".to_owned(),
    };
    unreadable(value, &text, code::PERIOD, "period for this", &cause, "write it as `30 days` or `13 months`");
    None
}

/// A schedule: `every 15 minutes`, `hourly`, `daily at 03:00`, `on arrival`.
pub(super) fn schedule(value: &Value<'_>) -> Option<Schedule> {
    const HELP: &str = "write `every 15 minutes`, `hourly`, `daily at 03:00`, or for files `on arrival`";
    let text = value.text()?;
    let written = text.text.trim();
    let read = match written {
        "hourly" => Ok(Schedule::Every(Period::minutes(60))),
        "on arrival" => Ok(Schedule::OnArrival),
        _ => match (written.strip_prefix("every "), written.strip_prefix("daily at ")) {
            (Some(period), _) => every(period),
            (_, Some(time)) => daily(time).ok_or("a time of day is from 00:00 to 23:59, in UTC"),
            _ => Err("it is none of the forms that there are"),
        },
    };
    read.map_err(|cause| unreadable(value, &text, code::SCHEDULE, "schedule", cause, HELP)).ok()
}

fn every(text: &str) -> Result<Schedule, &'static str> {
    let text = text.trim();
    let counted =
        if text.starts_with(|c: char| c.is_ascii_digit()) { text.to_owned() } else { format!("1 {text}") };
    let period = Period::parse(&counted).map_err(|_| "the period cannot be read")?;
    match period.as_minutes() {
        minutes @ 5..=1_440 if 1_440 % minutes == 0 => Ok(Schedule::Every(period)),
        5..=1_440 => Err("a day cannot be divided into such parts, so that runs would lie unevenly"),
        _ => Err("runs are from 5 minutes to 1 day apart"),
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
