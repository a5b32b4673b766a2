//! Policies from a sequence of numbers, the same in every run.

use serde_json::{Map, Value, json};

/// A sequence of numbers that look random (xorshift).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One to three of these, as a list, or one as a scalar.
    fn some(&mut self, of: &[&str]) -> Value {
        let count = self.below(4);
        if count == 0 {
            return json!(self.one(of));
        }
        Value::Array((0..count).map(|_| json!(self.one(of))).collect())
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for place in (1..list.len()).rev() {
            list.swap(place, self.below(place + 1));
        }
    }
}

pub(crate) const ACTIONS: [&str; 5] = ["s3:Get", "s3:GetAcl", "s3:Put", "kms:Get", "iam:Pass"];
pub(crate) const ACTION_PATTERNS: [&str; 11] =
    ["s3:Get", "S3:getacl", "s3:Put", "kms:Get", "iam:Pass", "s3:*", "s3:Get*", "*", "*:Get", "s3:?et", "i*"];
pub(crate) const RESOURCES: [&str; 5] =
    ["arn:aws:s3:::a", "arn:aws:s3:::a/x", "arn:aws:s3:::b:c", "arn:aws:sqs:r:1:q", "arn:aws:sqs:r:2:q"];
pub(crate) const RESOURCE_PATTERNS: [&str; 11] = [
    "arn:aws:s3:::a",
    "arn:aws:s3:::a*",
    "arn:aws:s3:::a/x",
    "arn:aws:s3:::*",
    "arn:aws:sqs:*:1:q",
    "arn:aws:sqs",
    "arn:aws:sqs:r:?:q",
    "arn:aws:*:q",
    "arn:aws:s3:::*:c",
    "*",
    "arn:*",
];
pub(crate) const PRINCIPALS: [(&str, &str); 4] = [
    ("AWS", "arn:aws:iam::111122223333:role/a"),
    ("AWS", "arn:aws:iam::111122223333:role/b"),
    ("AWS", "arn:aws:iam::444455556666:role/a"),
    ("Service", "glue.amazonaws.com"),
];

/// Operators, keys, and values to choose from.
pub(crate) const CONDITIONS: [(&[&str], &str, &[&str]); 5] = [
    (
        &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIfExists",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "StringNotLikeIfExists",
            "StringLikeIfExists",
        ],
        "k",
        &["x", "X", "y", "xy", "x*", "*", "?"],
    ),
    (
        &[
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
            "NumericLessThanIfExists",
            "NumericEquals",
            "NumericNotEquals",
        ],
        "n",
        &["5", "7", "10"],
    ),
    (&["Bool", "BoolIfExists", "Null"], "t", &["true", "false"]),
    (
        &[
            "ForAllValues:StringEquals",
            "ForAnyValue:StringEquals",
            "ForAllValues:StringLike",
            "ForAnyValue:StringLike",
            "ForAllValues:StringNotEquals",
            "ForAnyValue:StringNotEquals",
        ],
        "m",
        &["x", "y", "x*"],
    ),
    (&["IpAddress", "NotIpAddress"], "ip", &["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0"]),
];

/// The values of a request's keys, to choose from; no values is a key that is absent.
pub(crate) const CONTEXTS: [(&str, &[&[&str]]); 5] = [
    ("k", &[&[], &["x"], &["X"], &["y"], &["xy"], &["xx"]]),
    ("n", &[&[], &["4"], &["5"], &["6"], &["7"], &["10"], &["11"]]),
    ("t", &[&[], &["true"], &["false"]]),
    ("m", &[&[], &["x"], &["x", "y"], &["z"], &["xz", "y"]]),
    ("ip", &[&[], &["10.1.2.3"], &["10.1.9.9"], &["10.9.9.9"], &["11.1.1.1"]]),
];

/// Whether statements have principals, or are of identities.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Identity,
    Resource,
}

pub(crate) fn statement(numbers: &mut Numbers, policy: Policy) -> Value {
    let mut statement = Map::new();
    let effect = if numbers.below(4) == 0 { "Deny" } else { "Allow" };
    statement.insert("Effect".to_owned(), json!(effect));
    let not = |numbers: &mut Numbers, name: &str| {
        if numbers.below(5) == 0 { format!("Not{name}") } else { name.to_owned() }
    };
    let key = not(numbers, "Action");
    statement.insert(key, numbers.some(&ACTION_PATTERNS));
    let key = not(numbers, "Resource");
    statement.insert(key, numbers.some(&RESOURCE_PATTERNS));
    if policy == Policy::Resource {
        let key = not(numbers, "Principal");
        statement.insert(key, principal(numbers));
    }
    let mut condition = Map::new();
    for _ in 0..numbers.below(3) {
        let (operators, key, values) = numbers.one(&CONDITIONS);
        let operator = *numbers.one(operators);
        let values = numbers.some(values);
        condition.insert(operator.to_owned(), json!({*key: values}));
    }
    if !condition.is_empty() {
        statement.insert("Condition".to_owned(), Value::Object(condition));
    }
    Value::Object(statement)
}

fn principal(numbers: &mut Numbers) -> Value {
    if numbers.below(5) == 0 {
        return json!("*");
    }
    let mut principal = Map::new();
    for _ in 0..=numbers.below(2) {
        let (kind, name) = numbers.one(&PRINCIPALS);
        let list = principal.entry(*kind).or_insert_with(|| json!([]));
        list.as_array_mut().unwrap().push(json!(name));
    }
    Value::Object(principal)
}

pub(crate) fn statements(numbers: &mut Numbers, policy: Policy) -> Vec<Value> {
    (0..=numbers.below(4)).map(|_| statement(numbers, policy)).collect()
}

/// The same statements with a few changes.
pub(crate) fn changed(numbers: &mut Numbers, statements: &[Value], policy: Policy) -> Vec<Value> {
    let mut result = statements.to_vec();
    for _ in 0..=numbers.below(2) {
        let other = statement(numbers, policy);
        if result.is_empty() {
            result.push(other);
            continue;
        }
        let place = numbers.below(result.len());
        match numbers.below(4) {
            0 => result.push(other),
            1 => drop(result.remove(place)),
            _ => exchange(numbers, &mut result[place], &other),
        }
    }
    result
}

/// Takes one element of another statement.
fn exchange(numbers: &mut Numbers, statement: &mut Value, other: &Value) {
    let name = *numbers.one(&["Action", "Resource", "Principal", "Condition"]);
    let object = statement.as_object_mut().unwrap();
    let not = format!("Not{name}");
    if let Some((key, value)) =
        other.as_object().unwrap().iter().find(|(key, _)| *key == name || **key == not)
    {
        object.remove(name);
        object.remove(&not);
        object.insert(key.clone(), value.clone());
    } else if name == "Condition" {
        object.remove(name);
    }
}
