//! Permissions that are resources: one statement of a function's, a layer's or an event bus's policy.
//!
//! In: an `AWS::Lambda::Permission` and the like. Out: a rule of the policy that it is added to.
//!
//! It refuses to know what the function, the layer or the bus may do itself.

use serde_json::Value;

use crate::condition::Clause;
use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::names;
use crate::read::statement;
use crate::rule::Rule;
use crate::set::Set;

/// A type of permission: the property that names what it is for, and the type of that.
const TYPES: [(&str, &str, &str); 3] = [
    ("AWS::Lambda::Permission", "FunctionName", "AWS::Lambda::Function"),
    ("AWS::Lambda::LayerVersionPermission", "LayerVersionArn", "AWS::Lambda::LayerVersion"),
    ("AWS::Events::EventBusPolicy", "EventBusName", "AWS::Events::EventBus"),
];

/// The properties that restrict a permission, with the condition that each stands for.
const CONDITIONS: [(&str, &str, &str); 6] = [
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("OrganizationId", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
];

/// Reads a permission.
pub(crate) fn permission(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    let Some((_, naming, kind)) = TYPES.iter().find(|(kind, ..)| *kind == reader.kind) else { return };
    let is_statement = properties.get("Statement").is_some() && properties.get("Action").is_none();
    if is_statement {
        return;
    }
    let on = json::member(properties, naming).unwrap_or_else(|| "default".to_owned());
    let key = reader.names.key(kind, &on);
    let principal = json::member(properties, "Principal").unwrap_or_else(|| "*".to_owned());
    let action = json::member(properties, "Action").unwrap_or_else(|| "*".to_owned());
    let party = if principal.contains(".amazonaws.com") { Kind::Service } else { Kind::Aws };
    let place = reader.place("");
    reader.push(Rule {
        principals: Set::only(vec![statement::party(party, &principal)]),
        actions: Set::only(vec![Item::action(&action)]),
        resources: Set::Only(vec![Item { text: names::shown(&on).to_owned(), ..Item::opaque(&key) }]),
        conditions: conditions(properties),
        target: Some(key.clone()),
        ..Rule::new(Effect::Allow, format!("policy of {kind} {key}"), place)
    });
}

fn conditions(properties: &Value) -> Vec<Clause> {
    let plain = CONDITIONS.iter().filter_map(|(property, operator, key)| {
        json::member(properties, property).map(|value| Clause::new(operator, key, &[value]))
    });
    let mut conditions: Vec<Clause> = plain.collect();
    if let Some(condition) = properties.get("Condition") {
        let part = |name: &str| json::member(condition, name);
        if let (Some(operator), Some(key), Some(value)) = (part("Type"), part("Key"), part("Value")) {
            conditions.push(Clause::new(&operator, &key, &[value]));
        }
    }
    conditions.sort();
    conditions
}
