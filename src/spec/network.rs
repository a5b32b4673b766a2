//! `[network]`: where the warehouse lives.

use super::code;
use super::table::Table;
use super::value::{Text, Value};
use crate::diagnostic::Diagnostic;
use crate::model::{Network, Subnets};

/// The network that a table says; what it leaves out is as in `base`, where that is of the same kind.
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
    let hint = "three zones are what the warehouse needs";
    if let Some(number) = table.get("zones").and_then(|value| value.number(hint)) {
        zones = u8::try_from(number).unwrap_or(zones);
    }
    Network { subnets: Subnets::Own { cidr, zones } }
}

fn refuse_both(table: &Table<'_>) {
    for key in ["cidr", "zones"] {
        if table.has(key) {
            let summary = format!("`{key}` stands beside `vpc` and `subnets`");
            let fault = Diagnostic::error(code::NETWORK, table.key_span(key), summary)
                .because("`cidr` and `zones` make a network; `vpc` and `subnets` name one that exists")
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
        let summary = format!("there are {} subnets", texts.len());
        let fault = Diagnostic::error(code::RANGE, value.span.clone(), summary)
            .because("Redshift Serverless wants subnets in three zones")
            .help("name at least three subnets, in different zones");
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
        let summary = format!("`{}` is no `{prefix}…`", text.text.escape_debug());
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
    let summary = format!("`{}` is no range for a network", text.text.escape_debug());
    let fault = Diagnostic::error(code::CIDR, text.span.clone(), summary);
    value.fault(fault.because(cause).help("write it as `10.20.0.0/16`"));
    None
}

fn cidr_fault(text: &str) -> Option<&'static str> {
    const FORM: &str = "a range is four numbers to 255, a slash, and the bits of the mask";
    let Some((address, bits)) = text.split_once('/') else { return Some(FORM) };
    let Ok(address) = address.parse::<std::net::Ipv4Addr>() else { return Some(FORM) };
    match bits.parse::<u32>() {
        Ok(bits @ 16..=24) if address.to_bits().trailing_zeros() < 32 - bits => {
            Some("the address has bits outside the mask")
        }
        Ok(16..=24) if bits.len() == 2 => None,
        Ok(_) => Some("the mask has 16 to 24 bits"),
        Err(_) => Some(FORM),
    }
}
