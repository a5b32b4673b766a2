//! Says who can newly do what on what after a change of a CloudFormation template, and who can newly connect to what.
//!
//! In: resources before and after the change, as JSON, in which intrinsics are replaced by text as far as possible. Text
//! may contain placeholders such as `${RawBucket.Arn}`; an intrinsic that is left equals only itself. Out: what is broader,
//! what is narrower, and what changed but could not be read.
//!
//! It refuses to evaluate requests, and does no IO. It reports too much rather than too little: a statement that is not
//! certainly covered by what was there before is new.
//!
//! ```
//! let policy = |actions: &[&str]| serde_json::json!({"Type": "AWS::IAM::Policy", "Properties": {
//!     "Roles": ["orders-role"], "PolicyDocument": {"Statement": [
//!         {"Effect": "Allow", "Action": actions, "Resource": "arn:aws:s3:::lake-raw/*"}
//!     ]}}});
//! let (before, after) = (policy(&["s3:GetObject"]), policy(&["s3:GetObject", "s3:DeleteObject"]));
//! let comparison = strataform_access::compare("P", Some(&before), Some(&after));
//! let line = "orders-role may s3:DeleteObject on arn:aws:s3:::lake-raw/*";
//! assert_eq!(comparison.broader[0].to_string(), line);
//! assert!(comparison.narrower.is_empty());
//! ```

#![warn(clippy::fn_params_excessive_bools)]

mod compare;
mod condition;
mod facts;
mod glob;
mod grant;
mod item;
mod json;
mod names;
mod network;
mod operator;
mod read;
mod risk;
mod rule;
mod set;

use serde_json::Value;

pub use compare::Comparison;
pub use grant::{Change, Condition, Effect, Grant, Patterns};
pub use risk::{Escalation, Reach, Risk, escalations};

use names::Names;

/// Compares one resource with itself. References to other resources of the template are not followed.
#[must_use]
pub fn compare(logical_id: &str, before: Option<&Value>, after: Option<&Value>) -> Comparison {
    let resources = |value: Option<&Value>| -> Vec<(String, Value)> {
        value.map(|value| (logical_id.to_owned(), value.clone())).into_iter().collect()
    };
    compare_all(&resources(before), &resources(after))
}

/// Compares all resources of a template, by logical ID. The policies of an identity are compared together, wherever they
/// stand; policies of a resource are compared by the resource that they are attached to.
#[must_use]
pub fn compare_all(before: &[(String, Value)], after: &[(String, Value)]) -> Comparison {
    // What is deleted from the template but retained still does what it did.
    let is_left = |(id, resource): &&(String, Value)| {
        let is_retained = resource
            .get("DeletionPolicy")
            .and_then(Value::as_str)
            .is_some_and(|policy| policy.starts_with("Retain"));
        is_retained && !after.iter().any(|(other, _)| other == id)
    };
    let left: Vec<(String, Value)> = before.iter().filter(is_left).cloned().collect();
    let after = [after, &left].concat();
    let names = Names::new(before, &after);
    compare::compare(&facts::read(before, &names), &facts::read(&after, &names), &names)
}
