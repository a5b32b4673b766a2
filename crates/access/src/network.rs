//! Ranges of addresses and of ports.
//!
//! In: a CIDR block as text; a protocol with its ports. Out: whether ranges contain, or overlap, one another, a range that
//! several ranges cover together included.
//!
//! It refuses to guess: text that is not a CIDR block is none.

use std::net::IpAddr;

/// A CIDR block of IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Network {
    version: Version,
    /// The first address, aligned to the left.
    base: u128,
    prefix: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    Four,
    Six,
}

impl Network {
    /// Reads `10.0.0.0/8`, `::/0`, or an address, which is a block of one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
            None => (text.trim(), None),
        };
        let (version, base, most) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(four) => (Version::Four, u128::from(u32::from(four)) << 96, 32),
            IpAddr::V6(six) => (Version::Six, u128::from(six), 128),
        };
        let prefix = prefix.unwrap_or(most);
        (prefix <= most).then(|| Self { version, base: base & mask(prefix), prefix })
    }

    /// Whether it is `0.0.0.0/0` or `::/0`.
    pub(crate) fn is_everything(self) -> bool {
        self.prefix == 0
    }

    /// Whether every address of `other` is in it.
    pub(crate) fn covers(self, other: Self) -> bool {
        self.version == other.version
            && self.prefix <= other.prefix
            && other.base & mask(self.prefix) == self.base
    }

    /// Whether these blocks together contain every address of it.
    pub(crate) fn is_within(self, blocks: &[Self]) -> bool {
        if blocks.iter().any(|block| block.covers(self)) {
            return true;
        }
        let inside: Vec<Self> = blocks.iter().copied().filter(|block| self.covers(*block)).collect();
        if inside.is_empty() {
            return false;
        }
        // A block inside has a longer prefix, so the next one is within 128.
        let prefix = self.prefix + 1;
        let upper = self.base | (1_u128 << (128 - u32::from(prefix)));
        [self.base, upper].into_iter().all(|base| Self { base, prefix, ..self }.is_within(&inside))
    }
}

fn mask(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

/// A protocol and a range of its ports; for ICMP, of its types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ports {
    pub(crate) protocol: String,
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Ports {
    /// Whether they have a port in common.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.protocol == other.protocol && self.from <= other.to && other.from <= self.to
    }

    /// Whether these ranges together contain every port of it.
    pub(crate) fn is_within<'a>(&self, ranges: impl Iterator<Item = &'a Self>) -> bool {
        let mut ranges: Vec<&Self> = ranges.filter(|range| range.protocol == self.protocol).collect();
        ranges.sort_by_key(|range| range.from);
        let mut next = self.from;
        for range in ranges {
            if range.from <= next && range.to >= next {
                next = range.to.saturating_add(1);
            }
        }
        next > self.to
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, Ports};

    fn block(text: &str) -> Network {
        Network::parse(text).unwrap()
    }

    #[test]
    fn a_block_is_within_blocks_that_contain_all_its_addresses() {
        let cases: [(&str, &[&str], bool); 9] = [
            ("10.1.0.0/16", &["10.0.0.0/8"], true),
            ("10.0.0.0/8", &["10.1.0.0/16"], false),
            ("10.0.0.0/24", &["10.0.0.0/25", "10.0.0.128/25"], true),
            ("10.0.0.0/24", &["10.0.0.0/25", "10.0.0.128/26"], false),
            ("10.0.0.1", &["10.0.0.1/32"], true),
            ("0.0.0.0/0", &["0.0.0.0/1", "128.0.0.0/1"], true),
            ("::/0", &["0.0.0.0/0"], false),
            ("2001:db8:1::/48", &["2001:db8::/32"], true),
            ("10.0.0.77/8", &["10.0.0.0/8"], true),
        ];
        for (inner, outer, expected) in cases {
            let outer: Vec<Network> = outer.iter().map(|text| block(text)).collect();
            assert_eq!(block(inner).is_within(&outer), expected, "{inner}");
        }
        for text in ["10.0.0.0/33", "::/129", "10.0.0", "${Cidr}", ""] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ports_are_within_ranges_that_contain_them_all() {
        let range = |from, to| Ports { protocol: "tcp".to_owned(), from, to };
        assert!(range(80, 90).is_within([range(86, 99), range(70, 85)].iter()));
        assert!(!range(80, 90).is_within([range(87, 99), range(70, 85)].iter()));
        let udp = Ports { protocol: "udp".to_owned(), ..range(0, 65_535) };
        assert!(!range(80, 90).is_within([udp.clone()].iter()));
        assert!(!udp.overlaps(&range(80, 90)) && range(80, 90).overlaps(&range(90, 91)));
    }
}
