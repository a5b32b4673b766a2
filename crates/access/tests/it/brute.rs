//! Evaluates a request through statements, as IAM documents it, without any code of the crate.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde_json::Value;

use crate::generate::{ACTIONS, CONTEXTS, Numbers, PRINCIPALS, RESOURCES};

/// The values of the request's keys.
pub(crate) type Context = BTreeMap<&'static str, Vec<&'static str>>;

pub(crate) fn context(numbers: &mut Numbers) -> Context {
    CONTEXTS.iter().map(|(key, values)| (*key, numbers.one(values).to_vec())).collect()
}

/// What a statement matches, of each list of the universe.
struct Matches {
    is_deny: bool,
    principals: Vec<bool>,
    actions: Vec<bool>,
    resources: Vec<bool>,
    contexts: Vec<bool>,
}

/// A request with one of these contexts that the first statements allow, and the second ones do not.
pub(crate) fn newly(contexts: &[Context], first: &[Value], second: &[Value]) -> Option<String> {
    let matches = |list: &[Value]| list.iter().map(|one| matches(one, contexts)).collect();
    let (first, second): (Vec<Matches>, Vec<Matches>) = (matches(first), matches(second));
    for (c, context) in contexts.iter().enumerate() {
        for (p, principal) in PRINCIPALS.into_iter().enumerate() {
            for (a, action) in ACTIONS.into_iter().enumerate() {
                for (r, resource) in RESOURCES.into_iter().enumerate() {
                    if is_allowed(&first, [p, a, r, c]) && !is_allowed(&second, [p, a, r, c]) {
                        return Some(format!("{principal:?} {action} {resource} {context:?}"));
                    }
                }
            }
        }
    }
    None
}

/// Whether a statement allows a request, and none denies it.
fn is_allowed(statements: &[Matches], [p, a, r, c]: [usize; 4]) -> bool {
    let is_match =
        |one: &&Matches| one.actions[a] && one.resources[r] && one.principals[p] && one.contexts[c];
    let mut matching = statements.iter().filter(is_match).peekable();
    matching.peek().is_some() && matching.all(|one| !one.is_deny)
}

fn matches(statement: &Value, contexts: &[Context]) -> Matches {
    let element = |name: &str, is_in: &dyn Fn(&Value) -> bool| match statement.get(name) {
        Some(value) => is_in(value),
        None => statement.get(format!("Not{name}")).is_none_or(|value| !is_in(value)),
    };
    let any = |value: &Value, is: &dyn Fn(&str) -> bool| match value {
        Value::Array(list) => list.iter().any(|one| is(one.as_str().unwrap())),
        other => is(other.as_str().unwrap()),
    };
    let action = |action: &&str| {
        element("Action", &|value| {
            any(value, &|pattern| glob(&pattern.to_lowercase(), &action.to_lowercase()))
        })
    };
    let resource =
        |arn: &&str| element("Resource", &|value| any(value, &|pattern| is_arn_like(pattern, arn)));
    let principal = |(kind, name): &(&str, &str)| {
        element("Principal", &|value| match value {
            Value::Object(kinds) => kinds.get(*kind).is_some_and(|names| any(names, &|one| one == *name)),
            other => other == "*",
        })
    };
    let condition = statement.get("Condition");
    Matches {
        is_deny: statement["Effect"] == "Deny",
        principals: PRINCIPALS.iter().map(principal).collect(),
        actions: ACTIONS.iter().map(action).collect(),
        resources: RESOURCES.iter().map(resource).collect(),
        contexts: contexts
            .iter()
            .map(|one| condition.is_none_or(|condition| holds(condition, one)))
            .collect(),
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    fn rest(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', pattern)), None) => rest(pattern, text),
            (Some((b'*', after)), Some((_, tail))) => rest(after, text) || rest(pattern, tail),
            (Some((one, pattern)), Some((other, text))) => {
                (*one == b'?' || one == other) && rest(pattern, text)
            }
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
    rest(pattern.as_bytes(), text.as_bytes())
}

fn is_arn_like(pattern: &str, arn: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let fields: Vec<&str> = pattern.splitn(6, ':').collect();
    let complete = fields.iter().copied().chain(["*"; 6]);
    complete.zip(arn.splitn(6, ':')).all(|(pattern, field)| glob(pattern, field))
}

fn holds(condition: &Value, context: &Context) -> bool {
    condition.as_object().unwrap().iter().all(|(operator, keys)| {
        keys.as_object().unwrap().iter().all(|(key, values)| {
            let values: Vec<&str> = match values {
                Value::Array(list) => list.iter().map(|one| one.as_str().unwrap()).collect(),
                other => vec![other.as_str().unwrap()],
            };
            clause(operator, &context[key.as_str()], &values)
        })
    })
}

fn clause(operator: &str, present: &[&str], values: &[&str]) -> bool {
    if let Some(operator) = operator.strip_prefix("ForAllValues:") {
        return present.iter().all(|one| single(operator, one, values));
    }
    if let Some(operator) = operator.strip_prefix("ForAnyValue:") {
        return present.iter().any(|one| single(operator, one, values));
    }
    if operator == "Null" {
        return values.iter().any(|value| (*value == "true") == present.is_empty());
    }
    match (present, operator.strip_suffix("IfExists")) {
        ([], Some(_)) => true,
        ([], None) => operator.contains("Not"),
        ([one, ..], Some(base)) => single(base, one, values),
        ([one, ..], None) => single(operator, one, values),
    }
}

fn single(operator: &str, present: &str, values: &[&str]) -> bool {
    let any = |is: &dyn Fn(&str) -> bool| values.iter().any(|value| is(value));
    let number = |text: &str| text.parse::<i64>().unwrap();
    match operator {
        "StringEquals" | "Bool" => any(&|value| value == present),
        "StringNotEquals" => !any(&|value| value == present),
        "StringEqualsIgnoreCase" => any(&|value| value.eq_ignore_ascii_case(present)),
        "StringNotEqualsIgnoreCase" => !any(&|value| value.eq_ignore_ascii_case(present)),
        "StringLike" => any(&|value| glob(value, present)),
        "StringNotLike" => !any(&|value| glob(value, present)),
        "NumericLessThan" => any(&|value| number(present) < number(value)),
        "NumericLessThanEquals" => any(&|value| number(present) <= number(value)),
        "NumericGreaterThan" => any(&|value| number(present) > number(value)),
        "NumericGreaterThanEquals" => any(&|value| number(present) >= number(value)),
        "NumericEquals" => any(&|value| number(present) == number(value)),
        "NumericNotEquals" => !any(&|value| number(present) == number(value)),
        "IpAddress" => any(&|value| is_within(present, value)),
        "NotIpAddress" => !any(&|value| is_within(present, value)),
        other => panic!("{other}"),
    }
}

fn is_within(address: &str, block: &str) -> bool {
    let (base, prefix) = block.split_once('/').unwrap_or((block, "32"));
    let bits = |text: &str| u64::from(u32::from(text.parse::<Ipv4Addr>().unwrap()));
    let shift = 32 - prefix.parse::<u32>().unwrap();
    bits(address) >> shift == bits(base) >> shift
}
