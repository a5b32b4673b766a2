//! Access that is given by sharing and by assigning.
//!
//! In: a resource share of AWS RAM, a permission set or an assignment of IAM Identity Center. Out: who shares, or is
//! assigned, what.
//!
//! It refuses to know what a share permits, and which policies a permission set of another template has.

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::names;
use crate::rule::Rule;
use crate::set::Set;

/// Reads a share.
pub(crate) fn resource_share(reader: &mut Reader<'_>) {
    let principals: Vec<Item> = json::members(reader.properties, "Principals")
        .iter()
        .map(|one| Item::party(Kind::Aws, one))
        .collect();
    let resources = json::members(reader.properties, "ResourceArns");
    let place = reader.place("/Principals");
    reader.push(Rule {
        principals: Set::Only(principals),
        actions: Set::Only(vec![Item::exact("use (by AWS RAM)")]),
        resources: Set::only(resources.iter().map(|arn| Item::resource(arn)).collect()),
        ..Rule::new(Effect::Allow, "shares", place)
    });
}

/// Reads the managed policies of a permission set.
pub(crate) fn permission_set(reader: &mut Reader<'_>) {
    let who = format!("whoever has the permission set {}", reader.title());
    let policies = json::members(reader.properties, "ManagedPolicies");
    let place = reader.place("/ManagedPolicies");
    reader.push(Rule {
        principals: Set::Only(vec![Item::holder(&reader.own(), &who)]),
        actions: Set::Only(policies.iter().map(|arn| Item::exact(arn)).collect()),
        ..Rule::new(Effect::Attach, reader.own(), place)
    });
}

/// Reads which user or group is assigned a permission set, in which account.
pub(crate) fn assignment(reader: &mut Reader<'_>) {
    let text = |name: &str| json::member(reader.properties, name).unwrap_or_default();
    let who = format!("{} {}", text("PrincipalType"), text("PrincipalId"));
    let set = text("PermissionSetArn");
    let policy = Item {
        text: format!("permission set {} in {}", names::shown(&set), text("TargetId")),
        ..Item::opaque(&format!("{} {}", reader.names.key("AWS::SSO::PermissionSet", &set), text("TargetId")))
    };
    let place = reader.place("");
    reader.push(Rule {
        principals: Set::Only(vec![Item::party(Kind::Other, who.trim())]),
        actions: Set::Only(vec![policy]),
        ..Rule::new(Effect::Attach, "assignments", place)
    });
}
