//! Reads `[network]`: the network of the warehouse.

use super::code;
use super::table::Table;
use super::value::{Text, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{Network, Subnets};

/// Reads the network of a table; keys that it leaves out are taken from `base` if that is of the same kind.
pub(super) fn read(table: &Table<'_>, base: &Network) -> Network {
    let existing = table.has("vpc") || table.has("subnets");
    if existing {
        refuse_both(table);
        return Network { subnets: existing_network(table) };
    }
    let (mut cidr, mut zones) = match &base.subnets {
        Subnets::Own { cidr, zones } => (cidr.clone(), *zones),
        Subnets::Existing { .. } => ("10.20.0.0/16".to_owned(), 3),
    };
    if let Some(text) = table.get("cidr").and_then(|value| range(&value)) {
        cidr = text;
    }
    let hint = "write 2 to 6; Redshift Serverless requires three zones";
    if let Some(number) = table.get("zones").and_then(|value| value.number(hint)) {
        zones = u8::try_from(number).unwrap_or(zones);
    }
    Network { subnets: Subnets::Own { cidr, zones } }
}

fn refuse_both(table: &Table<'_>) {
    for key in ["cidr", "zones"] {
        if table.has(key) {
            let summary = format!("`{key}` cannot be combined with `vpc` and `subnets`");
            let fault = Diagnostic::error(code::NETWORK, table.key_span(key), summary)
                .because("`cidr` and `zones` create a network; `vpc` and `subnets` name an existing one")
                .help("keep one of the two pairs");
            table.reader.report(fault);
        }
    }
}

fn existing_network(table: &Table<'_>) -> Subnets {
    let vpc = table.required("vpc", "vpc = \"vpc-0a1b2c3d4e5f60718\"").and_then(|value| value.text());
    let vpc = vpc.filter(|text| is_id(text, "vpc-"));
    let subnets = table.required("subnets", "subnets = [\"subnet-…\", \"subnet-…\", \"subnet-…\"]");
    let subnets = subnets.map(|value| subnet_ids(&value)).unwrap_or_default();
    Subnets::Existing { vpc: vpc.map(|text| text.text.to_owned()).unwrap_or_default(), subnets }
}

fn subnet_ids(value: &Value<'_>) -> Vec<String> {
    let Some(texts) = value.texts() else { return Vec::new() };
    if texts.len() < 3 {
        let summary = format!("expected at least 3 subnets, found {}", texts.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary)
            .because("Redshift Serverless requires subnets in three Availability Zones")
            .help("name at least three subnets in different zones");
        value.fault(fault);
    }
    texts.iter().filter(|text| is_id(text, "subnet-")).map(|text| text.text.to_owned()).collect()
}

fn is_id(text: &Text<'_>, prefix: &str) -> bool {
    let hex = |id: &str| {
        matches!(id.len(), 8 | 17) && id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let right = text.text.strip_prefix(prefix).is_some_and(hex);
    if !right {
        let summary = format!("expected `{prefix}…`, found `{}`", text.text.escape_debug());
        let fault = Diagnostic::error(code::AWS_ID, text.span.clone(), summary);
        text.report(fault.help(format!("write `{prefix}` and 8 or 17 hexadecimal digits")));
    }
    right
}

fn range(value: &Value<'_>) -> Option<String> {
    let text = value.text()?;
    let Some(cause) = cidr_fault(text.text) else {
        return Some(text.text.to_owned());
    };
    let summary = format!("invalid CIDR block `{}`", text.text.escape_debug());
    let fault = Diagnostic::error(code::CIDR, text.span.clone(), summary);
    value.fault(fault.because(cause).help("write a block such as `10.20.0.0/16`"));
    None
}

fn cidr_fault(text: &str) -> Option<&'static str> {
    const FORM: &str = "a CIDR block is four numbers from 0 to 255, a slash, and the bits of the mask";
    let Some((address, bits)) = text.split_once('/') else { return Some(FORM) };
    let Ok(address) = address.parse::<std::net::Ipv4Addr>() else { return Some(FORM) };
    match bits.parse::<u32>() {
        Ok(bits @ 16..=24) if address.to_bits().trailing_zeros() < 32 - bits => {
            Some("the address has bits outside the mask")
        }
        Ok(16..=24) if bits.len() == 2 => None,
        Ok(_) => Some("the mask must have 16 to 24 bits"),
        Err(_) => Some(FORM),
    }
}
