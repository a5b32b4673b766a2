//! Security groups and network ACLs.
//!
//! In: a group with its lists, a rule that is a resource of its own, or an entry of a network ACL. Out: which sources can
//! connect at which ports, and to which destinations.
//!
//! It refuses to follow groups to their members, prefix lists to their blocks, and routes.

use serde_json::Value;

use crate::condition::Clause;
use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::Item;
use crate::json;
use crate::names;
use crate::network::Ports;
use crate::rule::{Rule, Standing};
use crate::set::Set;

const GROUP: &str = "AWS::EC2::SecurityGroup";

/// The properties with a block of addresses.
const BLOCKS: [&str; 3] = ["CidrIp", "CidrIpv6", "CidrBlock"];

/// The properties with another source or destination, and what to call it.
const PEERS: [(&str, &str); 5] = [
    ("SourceSecurityGroupId", "security group"),
    ("SourceSecurityGroupName", "security group"),
    ("DestinationSecurityGroupId", "security group"),
    ("SourcePrefixListId", "prefix list"),
    ("DestinationPrefixListId", "prefix list"),
];

/// Reads a group with its own rules.
pub(crate) fn group(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    let itself = reader.itself();
    let lists = [("SecurityGroupIngress", Effect::Reach), ("SecurityGroupEgress", Effect::ReachOut)];
    for (property, effect) in lists {
        for (place, entry) in json::entries(properties.get(property)).into_iter().enumerate() {
            rule(reader, effect, entry, &itself, &format!("/{property}/{place}"));
        }
    }
    if json::entries(properties.get("SecurityGroupEgress")).is_empty() {
        // A group that states no egress lets everything out.
        for block in ["0.0.0.0/0", "::/0"] {
            let place = reader.place("/SecurityGroupEgress");
            reader.push(Rule {
                principals: Set::Only(vec![Item::network(block)]),
                resources: Set::Only(vec![itself.clone()]),
                standing: Standing::Implied,
                ..Rule::new(Effect::ReachOut, reader.own(), place)
            });
        }
    }
}

/// Reads a rule that is a resource of its own.
pub(crate) fn single(reader: &mut Reader<'_>) {
    let effect = if reader.kind.ends_with("Ingress") { Effect::Reach } else { Effect::ReachOut };
    let named = ["GroupId", "GroupName"].iter().find_map(|name| json::member(reader.properties, name));
    let group = named.unwrap_or_default();
    let key = reader.names.key(GROUP, &group);
    let itself = Item { text: names::shown(&group).to_owned(), ..Item::opaque(&key) };
    rule(reader, effect, reader.properties, &itself, "");
}

fn rule(reader: &mut Reader<'_>, effect: Effect, entry: &Value, group: &Item, path: &str) {
    let scope = scope(group);
    if json::is_intrinsic(entry) {
        return reader.unread(&scope, path, "the rule is not known", entry);
    }
    let peers = peers(reader, entry);
    if peers.is_empty() {
        return reader.unread(&scope, path, "the rule has no source or destination", entry);
    }
    let rule = Rule {
        principals: Set::Only(peers),
        actions: ports(entry),
        resources: Set::Only(vec![group.clone()]),
        ..Rule::new(effect, scope, reader.place(path))
    };
    reader.push(rule);
}

/// The group's key: rules of a group are the same wherever they stand.
fn scope(group: &Item) -> String {
    match &group.matcher {
        crate::item::Matcher::Glob(tokens) => match tokens.as_slice() {
            [crate::glob::Token::Opaque(key)] => key.clone(),
            _ => group.text.clone(),
        },
        _ => group.text.clone(),
    }
}

fn peers(reader: &Reader<'_>, entry: &Value) -> Vec<Item> {
    let blocks = BLOCKS.iter().filter_map(|name| json::member(entry, name));
    // A network ACL calls its block of IPv6 differently.
    let blocks = blocks.chain(json::member(entry, "Ipv6CidrBlock")).map(|block| Item::network(&block));
    let others = PEERS.iter().filter_map(|(name, what)| {
        let peer = json::member(entry, name)?;
        let key = reader.names.key(GROUP, &peer);
        let text = format!("{what} {}", names::shown(&peer));
        Some(Item { text, ..Item::opaque(&key) })
    });
    blocks.chain(others).collect()
}

/// The protocol and the ports of a rule.
fn ports(entry: &Value) -> Set {
    let stated = json::member(entry, "IpProtocol").or_else(|| json::member(entry, "Protocol"));
    let stated = stated.unwrap_or_else(|| "-1".to_owned()).to_lowercase();
    let protocol = match stated.as_str() {
        "-1" | "all" => return Set::all(),
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        other => other,
    };
    let range = entry.get("PortRange").unwrap_or(entry);
    let from = json::member(range, "FromPort").or_else(|| json::member(range, "From"));
    let to = json::member(range, "ToPort").or_else(|| json::member(range, "To"));
    let (from, to) = (from.unwrap_or_else(|| "-1".to_owned()), to.unwrap_or_else(|| "-1".to_owned()));
    let text = shown(protocol, &from, &to);
    let item = match (from.parse::<i64>(), to.parse::<i64>(), protocol) {
        (Ok(from), Ok(to), "tcp" | "udp") => {
            let (from, to) = if from < 0 { (0, 65_535) } else { (from, to) };
            Item::ports(&text, Ports { protocol: protocol.to_owned(), from, to })
        }
        // The type and the code of ICMP are no range.
        (Ok(kind), Ok(code), "icmp" | "icmpv6") => {
            let (from, to) = if kind < 0 {
                (0, 65_535)
            } else if code < 0 {
                (kind.saturating_mul(256), kind.saturating_mul(256).saturating_add(255))
            } else {
                let one = kind.saturating_mul(256).saturating_add(code);
                (one, one)
            };
            Item::ports(&text, Ports { protocol: protocol.to_owned(), from, to })
        }
        (Ok(_), Ok(_), _) => Item::ports(&text, Ports { protocol: protocol.to_owned(), from: 0, to: 65_535 }),
        (Err(_), _, _) | (_, Err(_), _) => Item::opaque(&text),
    };
    Set::Only(vec![item])
}

fn shown(protocol: &str, from: &str, to: &str) -> String {
    match (from, to) {
        ("-1", _) => protocol.to_owned(),
        (from, to) if from == to => format!("{protocol} {from}"),
        (from, to) => format!("{protocol} {from}-{to}"),
    }
}

/// Reads an entry of a network ACL. Entries apply in the order of their numbers, so that a lower number is stronger.
pub(crate) fn network_acl_entry(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    let acl = json::member(properties, "NetworkAclId").unwrap_or_default();
    let is_egress = json::flag(properties, "Egress").as_deref() == Some("true");
    let effect = match (json::member(properties, "RuleAction").as_deref(), is_egress) {
        (Some("allow"), false) => Effect::Reach,
        (Some("allow"), true) => Effect::ReachOut,
        (Some("deny"), _) => Effect::Deny,
        (Some(_) | None, _) => {
            return reader.unread("acl", "/RuleAction", "the entry's action is not known", properties);
        }
    };
    let number = json::member(properties, "RuleNumber").unwrap_or_default();
    let key = reader.names.key("AWS::EC2::NetworkAcl", &acl);
    let peers = peers(reader, properties);
    let scope = format!("acl {key} {}", if is_egress { "out" } else { "in" });
    let place = reader.place("");
    if peers.is_empty() {
        return reader.unread(&scope, "", "the entry has no block of addresses", properties);
    }
    reader.push(Rule {
        target: Some(key.clone()),
        principals: Set::Only(peers),
        actions: ports(properties),
        resources: Set::Only(vec![Item { text: names::shown(&acl).to_owned(), ..Item::opaque(&key) }]),
        conditions: vec![Clause::new("NumericGreaterThanEquals", "rule number", &[number])],
        ..Rule::new(effect, scope, place)
    });
}
