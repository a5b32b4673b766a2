//! Shares of AWS RAM.
//!
//! In: an `AWS::RAM::ResourceShare`. Out: which principals share which resources.
//!
//! It refuses to know what a share permits.

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::rule::Rule;
use crate::set::Set;

/// Reads a share.
pub(crate) fn resource_share(reader: &mut Reader<'_>) {
    let principals: Vec<Item> = json::members(reader.properties, "Principals")
        .iter()
        .map(|one| Item::party(Kind::Aws, one))
        .collect();
    let resources = json::members(reader.properties, "ResourceArns");
    if principals.is_empty() || resources.is_empty() {
        return;
    }
    let place = reader.place("/Principals");
    reader.push(Rule {
        principals: Set::Only(principals),
        actions: Set::Only(vec![Item::exact("use (by AWS RAM)")]),
        resources: Set::only(resources.iter().map(|arn| Item::resource(arn)).collect()),
        ..Rule::new(Effect::Allow, "shares", place)
    });
}
