//! Text formats that can be checked without calling a service.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether the text has the format; `None` for formats that are not checked.
pub(super) fn holds(format: &str, text: &str) -> Option<bool> {
    Some(match format {
        "date-time" => date_time(text),
        "date" => date(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        "ipv4-network" => {
            network(text, 32, |text| text.parse::<Ipv4Addr>().ok().map(|ip| u128::from(ip.to_bits())))
        }
        "ipv6-network" => network(text, 128, |text| text.parse::<Ipv6Addr>().ok().map(Ipv6Addr::to_bits)),
        _ => return None,
    })
}

/// `2026-01-31T23:59:59.5+01:00`, per RFC 3339.
fn date_time(text: &str) -> bool {
    text.split_once(['T', 't']).is_some_and(|(day, time)| date(day) && clock(time))
}

fn date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    year.len() == 4 && digits(year, 0, 9999) && pair(month, 1, 12) && pair(day, 1, 31)
}

fn clock(text: &str) -> bool {
    let (time, offset) = match text.find(['Z', 'z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => return false,
    };
    let zone = matches!(offset, "Z" | "z")
        || offset[1..].split_once(':').is_some_and(|(h, m)| pair(h, 0, 23) && pair(m, 0, 59));
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else {
        return false;
    };
    let fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    zone && fraction && pair(hour, 0, 23) && pair(minute, 0, 59) && pair(second, 0, 60)
}

fn pair(text: &str, least: u32, most: u32) -> bool {
    text.len() == 2 && digits(text, least, most)
}

fn digits(text: &str, least: u32, most: u32) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && text.parse().is_ok_and(|number: u32| (least..=most).contains(&number))
}

/// An address and its prefix length; the host bits must be zero.
fn network(text: &str, width: u32, address: impl Fn(&str) -> Option<u128>) -> bool {
    let (ip, bits) = text.split_once('/').unwrap_or((text, ""));
    let bits = if bits.is_empty() { Some(width) } else { bits.parse().ok().filter(|bits| *bits <= width) };
    match (address(ip), bits) {
        (Some(ip), Some(bits)) => ip & hosts(width - bits) == 0,
        _ => false,
    }
}

/// The mask of the host bits.
fn hosts(bits: u32) -> u128 {
    u128::MAX.checked_shr(128 - bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn formats_are_checked() {
        for (format, text, expected) in [
            ("date-time", "2026-01-31T23:59:59Z", Some(true)),
            ("date-time", "2026-01-31T23:59:59.123+01:00", Some(true)),
            ("date-time", "2026-01-31", Some(false)),
            ("date-time", "2026-13-31T00:00:00Z", Some(false)),
            ("date", "2026-01-31", Some(true)),
            ("ipv4-network", "10.0.0.0/16", Some(true)),
            ("ipv4-network", "10.0.0.1/16", Some(false)),
            ("ipv4-network", "10.0.0.0/33", Some(false)),
            ("ipv6-network", "2001:db8::/32", Some(true)),
            ("ipv6-network", "::/0", Some(true)),
            ("json", "{", None),
        ] {
            assert_eq!(holds(format, text), expected, "{format} {text}");
        }
    }
}
