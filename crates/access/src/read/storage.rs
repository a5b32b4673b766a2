//! Buckets: ACLs, ownership, and blocks of public access.
//!
//! In: a bucket, an access point or an access grant. Out: its rules.
//!
//! It refuses to know the account's own block of public access.

use serde_json::Value;

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::read::flag;
use crate::rule::Rule;
use crate::set::Set;

const FLAGS: [&str; 4] =
    ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

/// Canned ACLs: who may do what.
const CANNED: [(&str, &str, &[&str]); 5] = [
    ("PublicRead", "*", &["READ"]),
    ("PublicReadWrite", "*", &["READ", "WRITE"]),
    ("AuthenticatedRead", "every AWS account", &["READ"]),
    ("LogDeliveryWrite", "S3 log delivery", &["WRITE", "READ_ACP"]),
    ("AwsExecRead", "Amazon EC2", &["READ"]),
];

/// Reads a bucket.
pub(crate) fn bucket(reader: &mut Reader<'_>) {
    if let Some(acl) = json::member(reader.properties, "AccessControl") {
        canned(reader, &acl);
    }
    let controls = reader.properties.get("OwnershipControls");
    if let Some(unknown) = controls.filter(|controls| json::is_intrinsic(controls)) {
        reader.unread(&reader.own(), "/OwnershipControls", "the ownership is not known", unknown);
    }
    for rule in json::entries(controls.and_then(|controls| controls.get("Rules"))) {
        let ownership = json::member(rule, "ObjectOwnership");
        if let Some(ownership) = ownership.filter(|ownership| ownership != "BucketOwnerEnforced") {
            let rule = Rule {
                principals: Set::Only(vec![Item::holder("", "whoever can set ACLs")]),
                actions: Set::Only(vec![Item {
                    text: format!("give access by ACLs ({ownership})"),
                    ..Item::exact("give access by ACLs")
                }]),
                resources: Set::Only(vec![reader.itself()]),
                ..Rule::new(Effect::Allow, reader.own(), reader.place("/OwnershipControls"))
            };
            reader.push(rule);
        }
    }
}

fn canned(reader: &mut Reader<'_>, acl: &str) {
    if ["Private", "BucketOwnerRead", "BucketOwnerFullControl"].contains(&acl) {
        return;
    }
    let known = CANNED.iter().find(|(name, ..)| *name == acl);
    let (who, actions) = known.map_or((Item::party(Kind::Other, acl), &["*"][..]), |(_, who, actions)| {
        let who = if *who == "*" { Item::pattern("*") } else { Item::party(Kind::Other, who) };
        (who, *actions)
    });
    let rule = Rule {
        principals: Set::only(vec![who]),
        actions: Set::only(actions.iter().map(|action| Item::pattern(action)).collect()),
        resources: Set::Only(vec![reader.itself()]),
        ..Rule::new(Effect::Allow, format!("acl {}", reader.own()), reader.place("/AccessControl"))
    };
    reader.push(rule);
}

/// Reads the block of public access of any type that has one.
pub(crate) fn public_access_block(reader: &mut Reader<'_>) {
    let property = "PublicAccessBlockConfiguration";
    // An access point without it blocks everything; a bucket keeps what it was created with, which is not known.
    let is_blocked = reader.kind == "AWS::S3::AccessPoint";
    let stated = reader.properties.get(property).unwrap_or(&Value::Null);
    if json::is_intrinsic(stated) {
        let what = format!("{property} {}", json::sorted(stated, 0));
        return flag::block(reader, &format!("/{property}"), &what);
    }
    for name in FLAGS {
        let path = format!("/{property}/{name}");
        match json::flag(stated, name).as_deref() {
            Some("false") => {}
            Some("true") => flag::block(reader, &path, name),
            // It may block, so it is missed if it is gone, and does not stand for what certainly blocks.
            Some(unknown) => flag::block(reader, &path, &format!("{name} {unknown}")),
            None if is_blocked => flag::block(reader, &path, name),
            None => {}
        }
    }
}

/// Reads a grant of S3 Access Grants.
pub(crate) fn access_grant(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    let grantee = properties.get("Grantee").and_then(|one| json::member(one, "GranteeIdentifier"));
    let permission = json::member(properties, "Permission").unwrap_or_else(|| "*".to_owned());
    let location = json::member(properties, "AccessGrantsLocationId").unwrap_or_default();
    let within = properties.get("AccessGrantsLocationConfiguration");
    let prefix = within.and_then(|one| json::member(one, "S3SubPrefix")).unwrap_or_else(|| "*".to_owned());
    let actions: &[&str] = match permission.as_str() {
        "READWRITE" => &["READ", "WRITE"],
        other => &[other],
    };
    let place = reader.place("/Grantee");
    reader.push(Rule {
        principals: Set::Only(vec![Item::party(Kind::Aws, &grantee.unwrap_or_default())]),
        actions: Set::only(actions.iter().map(|one| Item::pattern(one)).collect()),
        resources: Set::Only(vec![Item::pattern(&format!("location {location}/{prefix}"))]),
        ..Rule::new(Effect::Allow, "access grants", place)
    });
}
