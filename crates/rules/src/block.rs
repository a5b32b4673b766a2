//! A block of IPv4 addresses.

/// A block: its first address and the number of bits of its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    first: u32,
    prefix: u32,
}

impl Block {
    /// Reads `10.0.0.0/16`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let prefix = prefix.parse().ok().filter(|prefix| *prefix <= 32)?;
        let address = u32::from(address.parse::<std::net::Ipv4Addr>().ok()?);
        Some(Self { first: address & Self::mask(prefix), prefix })
    }

    fn mask(prefix: u32) -> u32 {
        u32::MAX.checked_shl(32 - prefix).unwrap_or(0)
    }

    /// Whether another block is within this one.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.first & Self::mask(self.prefix) == self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_contains_smaller_ones_of_its_own() {
        let block = |text| Block::parse(text).unwrap_or_else(|| panic!("{text}"));
        for (outer, inner, does) in [
            ("10.0.0.0/16", "10.0.255.0/24", true),
            ("10.0.0.0/16", "10.1.0.0/24", false),
            ("10.0.0.0/24", "10.0.0.0/16", false),
            ("0.0.0.0/0", "10.0.0.0/32", true),
        ] {
            assert_eq!(block(outer).contains(block(inner)), does, "{outer} {inner}");
        }
        assert_eq!(Block::parse("10.0.0.0/33"), None);
    }
}
