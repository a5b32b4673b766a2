//! The Availability Zones and the addresses of a network of its own.

use std::ops::Range;

use super::code;
use super::draft::DatasetDraft;
use super::table::Table;
use super::{places, region};
use crate::diagnostic::Diagnostic;
use crate::model::{Environment, Freshness, Subnets, WarehouseKind};
use crate::platform::network::{Addresses, Demand};
use crate::platform::sizing::{self, Configured};

/// The zones that Redshift Serverless requires with enhanced VPC routing. Assumes `warehouse-addresses`.
const SERVERLESS_ZONES: u8 = 3;

/// Reports environments whose network cannot have its zones, or has too few addresses in each.
pub(super) fn refuse(root: &Table<'_>, datasets: &[DatasetDraft<'_>], environments: &[Environment]) {
    for environment in environments {
        let Subnets::Own { cidr, zones } = &environment.settings.network.subnets else { continue };
        let fault = zone_fault(root, environment, *zones)
            .or_else(|| address_fault(root, environment, (cidr, *zones), freshness(datasets)));
        if let Some(fault) = fault {
            root.reader.report(fault);
        }
    }
}

fn freshness(datasets: &[DatasetDraft<'_>]) -> Freshness {
    let streams = datasets.iter().any(|one| one.dataset.freshness == Freshness::Seconds);
    if streams { Freshness::Seconds } else { Freshness::Scheduled }
}

/// The place of a setting of the network that applies to an environment, or of its region if none is set.
fn place(root: &Table<'_>, environment: &Environment, key: &str) -> Range<usize> {
    let name = environment.name.as_str();
    let set = places::setting(root, name, "network", key);
    set.or_else(|| places::region(root, name)).unwrap_or_default()
}

fn zone_fault(root: &Table<'_>, environment: &Environment, zones: u8) -> Option<Diagnostic> {
    let region = environment.region.as_str();
    let available = region::zones(region);
    let serverless = match environment.settings.warehouse.kind {
        WarehouseKind::Serverless { .. } => true,
        WarehouseKind::Provisioned { .. } => false,
    };
    if serverless && available.is_some_and(|count| count < SERVERLESS_ZONES) {
        let span = places::region(root, environment.name.as_str()).unwrap_or_default();
        let fault =
            Diagnostic::error(code::ZONES, span, format!("`{region}` has too few Availability Zones"));
        let cause = format!("Redshift Serverless requires {SERVERLESS_ZONES}, and an account has two there");
        return Some(fault.because(cause).help(
            "choose another Region, or a cluster: `kind = \"provisioned\"` in `[warehouse]` and `zones = 2` in `[network]`",
        ));
    }
    let most = available.unwrap_or(u8::MAX);
    let least = if serverless { SERVERLESS_ZONES } else { 2 };
    if (least..=most).contains(&zones) {
        return None;
    }
    let summary = format!("the network of `{}` cannot have {zones} Availability Zones", environment.name);
    let fault = Diagnostic::error(code::ZONES, place(root, environment, "zones"), summary);
    Some(if zones < least {
        fault
            .because(format!("Redshift Serverless requires {least}"))
            .help(format!("set `zones` to {least}, or `kind = \"provisioned\"` in `[warehouse]`"))
    } else {
        fault
            .because(format!("an account has {most} in `{region}`"))
            .help(format!("set `zones = {most}` in `[network]`"))
    })
}

fn address_fault(
    root: &Table<'_>,
    environment: &Environment,
    (cidr, zones): (&str, u8),
    freshness: Freshness,
) -> Option<Diagnostic> {
    let WarehouseKind::Serverless { base, most, daily_limit } = environment.settings.warehouse.kind else {
        return None;
    };
    let set = Configured { base, most, daily_limit };
    let base = sizing::warehouse(environment.settings.volume, freshness, set).base;
    let addresses = Addresses::of(cidr, zones);
    let demand = Demand::of(base, freshness);
    if addresses.of_subnet >= demand.all() {
        return None;
    }
    let summary = format!("`{cidr}` has too few addresses for {zones} Availability Zones");
    let fault = Diagnostic::error(code::ADDRESSES, place(root, environment, "cidr"), summary).because(format!(
        "each subnet has {}; AWS reserves {}, endpoints and QuickSight take {}, and Redshift Serverless requires {} \
         at {base} RPU",
        addresses.of_subnet, demand.reserved, demand.interfaces, demand.warehouse
    ));
    let fits = (16..=24_u8).rev().find(|mask| Addresses::of_mask(*mask, zones).of_subnet >= demand.all());
    let help = fits.map_or_else(
        || "lower `base` in `[warehouse]`".to_owned(),
        |mask| format!("use a block with a mask of at most {mask} bits, fewer zones, or a lower `base`"),
    );
    Some(fault.help(help))
}
