//! The addresses of a network: how many its subnets have, and how many they need.

use crate::model::{Freshness, Platform};

/// The addresses of a network of its own, divided into subnets of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// The blocks that the network is divided into: the zones, rounded up to a power of two.
    pub blocks: u32,
    /// The addresses of a subnet.
    pub of_subnet: u32,
}

impl Addresses {
    /// The addresses of a CIDR block with this number of zones.
    #[must_use]
    pub fn of(cidr: &str, zones: u8) -> Self {
        Self::of_mask(mask(cidr), zones)
    }

    /// The addresses of a block whose mask has this many bits.
    #[must_use]
    pub fn of_mask(mask: u8, zones: u8) -> Self {
        let blocks = u32::from(zones.clamp(2, 6)).next_power_of_two();
        Self { blocks, of_subnet: (1 << (32 - mask.clamp(16, 24))) / blocks }
    }

    /// The bits of an address within a subnet, as `Fn::Cidr` takes them.
    #[must_use]
    pub fn bits(self) -> u32 {
        self.of_subnet.trailing_zeros()
    }
}

/// The prefix length of a CIDR block; `spec` has checked that it is 16 to 24.
fn mask(block: &str) -> u8 {
    block.rsplit('/').next().and_then(|bits| bits.parse().ok()).unwrap_or(16)
}

/// The services that the warehouse reaches through interface endpoints: the Data Catalog for Iceberg tables; Kinesis for
/// streams, with the role that reads them. Assumes `copy-without-endpoint` and `streaming-endpoints`.
#[must_use]
pub fn interface_endpoints(platform: &Platform) -> Vec<&'static str> {
    let mut names = Vec::new();
    names.extend(platform.has_iceberg().then_some("glue"));
    match platform.freshness() {
        Freshness::Seconds => names.extend(["kinesis-streams", "sts"]),
        Freshness::Scheduled => {}
    }
    names
}

/// The most interface endpoints of a platform: an Iceberg table that is added later must not need another network.
fn most_endpoints(freshness: Freshness) -> u32 {
    match freshness {
        Freshness::Seconds => 3,
        Freshness::Scheduled => 1,
    }
}

/// The addresses that a subnet needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    /// Those that AWS reserves in each subnet.
    pub reserved: u32,
    /// Those of the endpoints, and of the connection of QuickSight.
    pub interfaces: u32,
    /// Those that Redshift Serverless must find free.
    pub warehouse: u32,
}

impl Demand {
    /// What a subnet needs for a warehouse with this base capacity in RPUs.
    #[must_use]
    pub fn of(base: u32, freshness: Freshness) -> Self {
        Self { reserved: 5, interfaces: most_endpoints(freshness) + 1, warehouse: free(base) }
    }

    /// All of them.
    #[must_use]
    pub fn all(self) -> u32 {
        self.reserved.saturating_add(self.interfaces).saturating_add(self.warehouse)
    }
}

/// The free addresses that Redshift Serverless requires in each subnet with enhanced VPC routing, by base capacity:
/// the table of "Considerations when using Amazon Redshift Serverless" in its management guide.
/// Assumes `warehouse-addresses`.
fn free(base: u32) -> u32 {
    match base {
        ..=8 => 9,
        9..=32 => 13,
        33..=64 => 21,
        65..=128 => 37,
        129..=256 => 69,
        257..=512 => 133,
        _ => 261,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_has_a_block_of_its_own() {
        for zones in 2..=6 {
            for mask in 16..=24 {
                let addresses = Addresses::of(&format!("10.0.0.0/{mask}"), zones);
                assert!(addresses.blocks >= u32::from(zones), "{zones}");
                assert_eq!(addresses.blocks * addresses.of_subnet, 1 << (32 - mask));
                assert_eq!(1 << addresses.bits(), addresses.of_subnet);
            }
        }
        // Networks of three and four zones are divided as they always were.
        assert_eq!(Addresses::of("10.20.0.0/16", 3), Addresses { blocks: 4, of_subnet: 16_384 });
    }

    #[test]
    fn a_larger_warehouse_needs_more_addresses() {
        let bases = [4, 8, 16, 24, 32, 64, 128, 256, 512];
        let demands = bases.map(|base| Demand::of(base, Freshness::Scheduled).all());
        assert!(demands.is_sorted());
        assert_eq!(Demand::of(128, Freshness::Scheduled).all(), 5 + 2 + 37);
        assert_eq!(Demand::of(4, Freshness::Seconds).all(), 5 + 4 + 9);
    }
}
