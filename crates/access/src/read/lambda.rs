//! Permissions of Lambda functions.
//!
//! In: an `AWS::Lambda::Permission`. Out: a rule of the function's policy.
//!
//! It refuses to know the functions' roles.

use crate::condition::Clause;
use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::{Item, Kind};
use crate::json;
use crate::names;
use crate::read::statement;
use crate::rule::Rule;
use crate::set::Set;

/// The properties that restrict a permission, with the condition that each stands for.
const CONDITIONS: [(&str, &str, &str); 5] = [
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
];

/// Reads a permission.
pub(crate) fn permission(reader: &mut Reader<'_>) {
    let properties = reader.properties;
    let function = json::member(properties, "FunctionName").unwrap_or_default();
    let key = reader.names.key("AWS::Lambda::Function", &function);
    let principal = json::member(properties, "Principal").unwrap_or_else(|| "*".to_owned());
    let action = json::member(properties, "Action").unwrap_or_else(|| "*".to_owned());
    let kind = if principal.contains(".amazonaws.com") { Kind::Service } else { Kind::Aws };
    let conditions = CONDITIONS.iter().filter_map(|(property, operator, key)| {
        json::member(properties, property).map(|value| Clause::new(operator, key, &[value]))
    });
    let mut conditions: Vec<Clause> = conditions.collect();
    conditions.sort();
    let place = reader.place("");
    reader.push(Rule {
        principals: Set::only(vec![statement::party(kind, &principal)]),
        actions: Set::only(vec![Item::action(&action)]),
        resources: Set::Only(vec![Item { text: names::shown(&function).to_owned(), ..Item::opaque(&key) }]),
        conditions,
        target: Some(key.clone()),
        ..Rule::new(Effect::Allow, format!("policy of function {key}"), place)
    });
}
