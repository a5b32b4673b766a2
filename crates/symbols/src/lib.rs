//! What the names in a `CloudFormation` template stand for, as far as it is known without AWS.
//!
//! In: a template, its Region and account, the values of its parameters. Out: text for `Ref`, `Fn::GetAtt`, `Fn::Sub`,
//! `Fn::Join` and `Fn::FindInMap`. What only AWS knows stays a placeholder: `${RawBucket.Arn}`. Literal text with `${`
//! is written `${!`, as in `Fn::Sub`, so that the two cannot be confused. It refuses to guess: a function that depends on
//! something unknown stays a function.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use strataform_template::substitution::{Piece, pieces};

/// The most bytes of a value that takes the place of a name, which a template may repeat a million times. Longer ones stay names.
/// Names of resources and ARNs are shorter.
const LONGEST_NAMED: usize = 1_024;

/// The most bytes of the text of a function. A longer one stays a function. `Fn::Sub` in `Fn::Sub` multiplies.
const LONGEST: usize = 64 * 1_024;

/// What the names in a template stand for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symbols {
    /// Names that `Ref` and `Fn::Sub` may use, and `Logical.Attribute`.
    names: BTreeMap<String, String>,
    mappings: Map<String, Value>,
}

/// Where a template is deployed, and the values of its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// The Region, if it is known.
    pub region: Option<String>,
    /// The account, if it is known.
    pub account: Option<String>,
    /// Parameters whose values are known, as text, with placeholders for what only AWS knows.
    pub parameters: BTreeMap<String, String>,
}

/// The properties that identify a resource, if its template sets all of them.
#[must_use]
pub fn identity(resource: &Value) -> Option<Vec<Value>> {
    let facts = strataform_schema::resource(resource.get("Type")?.as_str()?)?;
    let properties = resource.get("Properties")?;
    let of = |path: &String| properties.pointer(&format!("/{path}")).cloned();
    let all: Option<Vec<Value>> = facts.primary_identifier.iter().map(of).collect();
    all.filter(|all| !all.is_empty())
}

/// The name that `Ref` of a resource returns, if its template spells it out: `Ref` returns the identifier if there is
/// only one.
fn custom_name(resource: &Value) -> Option<String> {
    match identity(resource)?.as_slice() {
        [Value::String(name)] => Some(name.clone()),
        _ => None,
    }
}

impl Setting {
    /// The values of the parameters of a template that have a default.
    #[must_use]
    pub fn of_defaults(template: &Value) -> Self {
        let known = object(template, "Parameters")
            .filter_map(|(name, one)| Some((name.clone(), scalar(one.get("Default")?)?)));
        Self { parameters: known.collect(), ..Self::default() }
    }
}

impl Symbols {
    /// The symbols of a template. `Ref` of a resource is its name, if the template spells it out.
    #[must_use]
    pub fn of(template: &Value, setting: &Setting) -> Self {
        let mut symbols = Self::of_references(template, setting);
        for (logical, resource) in object(template, "Resources") {
            // A parameter of the same name hides it: such a template is invalid.
            if let (Some(name), false) = (custom_name(resource), setting.parameters.contains_key(logical)) {
                symbols.names.insert(logical.clone(), escaped(&name));
            }
        }
        symbols
    }

    /// The symbols of a template in which `Ref` of a resource stays a placeholder, so that it can be told from another one of
    /// the same name.
    #[must_use]
    pub fn of_references(template: &Value, setting: &Setting) -> Self {
        let mut names = BTreeMap::new();
        let pseudo = [("AWS::Region", &setting.region), ("AWS::AccountId", &setting.account)];
        names.extend(
            pseudo.iter().filter_map(|(name, value)| Some(((*name).to_owned(), Option::clone(value)?))),
        );
        if let Some(region) = &setting.region {
            names.insert("AWS::Partition".to_owned(), partition(region).to_owned());
        }
        names.extend(setting.parameters.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mappings = template.get("Mappings").and_then(Value::as_object).cloned().unwrap_or_default();
        Self { names, mappings }
    }

    /// The text of a name in `Ref` or `${…}`.
    fn named(&self, name: &str) -> String {
        let known = self.names.get(name).filter(|value| value.len() <= LONGEST_NAMED);
        known.cloned().unwrap_or_else(|| format!("${{{name}}}"))
    }

    /// A value with text in place of every function that is known.
    #[must_use]
    pub fn resolved(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(escaped(text)),
            Value::Array(items) => Value::Array(items.iter().map(|one| self.resolved(one)).collect()),
            Value::Object(object) => self.object(object),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn object(&self, object: &Map<String, Value>) -> Value {
        let Some((function, argument)) = object.iter().next().filter(|_| object.len() == 1) else {
            return Value::Object(
                object.iter().map(|(key, one)| (key.clone(), self.resolved(one))).collect(),
            );
        };
        let named = match function.as_str() {
            "Ref" => argument.as_str().map(|name| self.named(name)),
            "Fn::GetAtt" => attribute(argument).map(|name| self.named(&name)),
            _ => None,
        };
        // Arguments are resolved once, known or not: functions nest.
        named.map_or_else(|| self.function(function, argument, self.resolved(argument)), Value::String)
    }

    /// The text that a function returns, or the function with its resolved argument if the text is unknown or too long.
    fn function(&self, function: &str, argument: &Value, resolved: Value) -> Value {
        let text = match function {
            "Fn::Sub" => self.substituted(argument, &resolved),
            "Fn::Join" => joined(argument, &resolved),
            "Fn::FindInMap" => self.mapped(&resolved),
            _ => None,
        };
        let text = text.filter(|text| text.len() <= LONGEST);
        text.map_or_else(|| Value::Object(Map::from_iter([(function.to_owned(), resolved)])), Value::String)
    }

    fn substituted(&self, argument: &Value, resolved: &Value) -> Option<String> {
        let (text, values) = match argument {
            Value::String(text) => (text.as_str(), None),
            Value::Array(pair) => (pair.first()?.as_str()?, resolved.get(1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return None,
        };
        let mut found = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => found.push_str(text),
                Piece::Escaped(name) => found.push_str(&["${!", name, "}"].concat()),
                Piece::Name(name) => match values.and_then(|values| values.get(name)) {
                    Some(value) => found.push_str(&scalar(value)?),
                    None => found.push_str(&self.named(name)),
                },
            }
            if found.len() > LONGEST {
                return None;
            }
        }
        Some(found)
    }

    fn mapped(&self, keys: &Value) -> Option<String> {
        let keys: Option<Vec<String>> = keys.as_array()?.iter().map(scalar).collect();
        let keys = keys?;
        let [map, first, second] = keys.as_slice() else { return None };
        // Mappings have no functions.
        let found = scalar(self.mappings.get(map)?.get(first)?.get(second)?)?;
        (found.len() <= LONGEST_NAMED).then(|| escaped(&found))
    }
}

fn joined(argument: &Value, resolved: &Value) -> Option<String> {
    let [Value::String(_), Value::Array(_)] = argument.as_array()?.as_slice() else { return None };
    let [Value::String(delimiter), Value::Array(parts)] = resolved.as_array()?.as_slice() else {
        return None;
    };
    let texts: Option<Vec<String>> = parts.iter().map(scalar).collect();
    Some(texts?.join(delimiter))
}

/// The members of a section of a template.
pub fn object<'a>(template: &'a Value, section: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    template.get(section).and_then(Value::as_object).into_iter().flatten()
}

/// A text with the name of its stack in each placeholder: `${storage/RawBucket.Arn}`.
#[must_use]
pub fn placed(text: &str, stack: &str) -> String {
    let all = pieces(text).into_iter().map(|piece| match piece {
        Piece::Text(text) => text.to_owned(),
        Piece::Escaped(name) => ["${!", name, "}"].concat(),
        Piece::Name(name) if name.starts_with("AWS::") || name.contains('/') => ["${", name, "}"].concat(),
        Piece::Name(name) => ["${", stack, "/", name, "}"].concat(),
    });
    all.collect()
}

/// `Logical.Attribute`, from both forms of `Fn::GetAtt`.
#[must_use]
pub fn attribute(argument: &Value) -> Option<String> {
    match argument {
        Value::String(text) => Some(text.clone()),
        Value::Array(parts) => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            Some(parts?.join("."))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => None,
    }
}

/// A scalar as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Literal text, in which no placeholder is seen.
fn escaped(text: &str) -> String {
    text.replace("${", "${!")
}

/// The partition of a region, as in ARNs.
#[must_use]
pub fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> Value {
        let template = json!({
            "Mappings": {"Size": {"dev": {"shards": 2}}},
            "Resources": {
                "Raw": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "lake-raw"}},
                "Other": {"Type": "AWS::S3::Bucket"},
            },
        });
        let setting = Setting {
            region: Some("cn-north-1".to_owned()),
            account: None,
            parameters: BTreeMap::from([("Role".to_owned(), "${storage/Role.Arn}".to_owned())]),
        };
        Symbols::of(&template, &setting).resolved(value)
    }

    #[test]
    fn what_is_known_becomes_text_and_the_rest_a_placeholder() {
        for (value, expected) in [
            (json!({"Ref": "Raw"}), "lake-raw"),
            (json!({"Ref": "Other"}), "${Other}"),
            (json!({"Ref": "Role"}), "${storage/Role.Arn}"),
            (json!({"Ref": "AWS::Region"}), "cn-north-1"),
            (json!({"Ref": "AWS::AccountId"}), "${AWS::AccountId}"),
            (json!({"Fn::GetAtt": ["Other", "Arn"]}), "${Other.Arn}"),
            (json!({"Fn::GetAtt": "Other.Arn"}), "${Other.Arn}"),
            (json!({"Fn::Sub": "arn:${AWS::Partition}:s3:::${Raw}/*"}), "arn:aws-cn:s3:::lake-raw/*"),
            (json!({"Fn::Sub": ["${a}-${!b}", {"a": {"Ref": "Other"}}]}), "${Other}-${!b}"),
            (json!({"Fn::Join": ["/", [{"Ref": "Raw"}, 1, true]]}), "lake-raw/1/true"),
            (json!({"Fn::FindInMap": ["Size", "dev", "shards"]}), "2"),
            (json!("${x}"), "${!x}"),
        ] {
            assert_eq!(text(&value), json!(expected), "{value}");
        }
    }

    #[test]
    fn functions_in_functions_cost_no_more_than_their_text() {
        // Each level repeats the one below ten times; none is resolved more than once.
        let mut sub = json!({"Ref": "Raw"});
        let mut join = json!({"Fn::ImportValue": "x"});
        for _ in 0..50 {
            sub = json!({"Fn::Sub": ["${x}".repeat(10), {"x": sub}]});
            join = json!({"Fn::Join": ["", [join, "a"]]});
        }
        assert!(text(&sub).to_string().len() < 2_000_000);
        assert_eq!(text(&join), join, "an unknown part leaves the function as it is");
        let own = json!({"Mappings": {"A": {"a": {"a": {"Fn::FindInMap": ["A", "a", "a"]}}}}});
        let circle = json!({"Fn::FindInMap": ["A", "a", "a"]});
        assert_eq!(Symbols::of(&own, &Setting::default()).resolved(&circle), circle);
        let long = BTreeMap::from([("P".to_owned(), "a".repeat(2_000))]);
        let long = Symbols::of(&json!({}), &Setting { parameters: long, ..Setting::default() });
        assert_eq!(long.resolved(&json!({"Ref": "P"})), json!("${P}"));
    }

    #[test]
    fn what_depends_on_something_unknown_stays_a_function() {
        let split = json!({"Fn::Join": [",", {"Fn::Split": ["/", {"Ref": "Raw"}]}]});
        assert_eq!(text(&split), json!({"Fn::Join": [",", {"Fn::Split": ["/", "lake-raw"]}]}));
        let choice = json!({"Fn::If": ["IsProd", {"Ref": "Raw"}, {"Ref": "AWS::NoValue"}]});
        assert_eq!(text(&choice), json!({"Fn::If": ["IsProd", "lake-raw", "${AWS::NoValue}"]}));
        for odd in [json!({"Fn::Sub": [1, 2]}), json!({"Fn::Join": "x"}), json!({"Ref": ["a"]})] {
            assert_eq!(text(&odd), odd, "malformed functions stay as they are");
        }
    }
}
