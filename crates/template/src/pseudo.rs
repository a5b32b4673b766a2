//! Pseudo parameters: values that `CloudFormation` provides about the current stack.

use std::borrow::Cow;

use crate::node::Node;
use crate::value::{AnyArn, List, Text, Untyped, Value};

/// Every pseudo parameter by name.
pub const NAMES: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

const fn reference<T: ?Sized>(name: &'static str) -> Value<T> {
    Value::assumed(Node::Ref(Cow::Borrowed(name)))
}

/// `AWS::AccountId`: the account, 12 digits.
#[must_use]
pub const fn account_id() -> Value<Text> {
    reference("AWS::AccountId")
}

/// `AWS::Region`: `eu-west-1`.
#[must_use]
pub const fn region() -> Value<Text> {
    reference("AWS::Region")
}

/// `AWS::Partition`: `aws`, `aws-cn` or `aws-us-gov`.
#[must_use]
pub const fn partition() -> Value<Text> {
    reference("AWS::Partition")
}

/// `AWS::URLSuffix`: `amazonaws.com`, or the suffix of another partition.
#[must_use]
pub const fn url_suffix() -> Value<Text> {
    reference("AWS::URLSuffix")
}

/// `AWS::StackName`.
#[must_use]
pub const fn stack_name() -> Value<Text> {
    reference("AWS::StackName")
}

/// `AWS::StackId`: the ARN of the stack.
#[must_use]
pub const fn stack_id() -> Value<AnyArn> {
    reference("AWS::StackId")
}

/// `AWS::NotificationARNs`: the topics that receive the stack's events.
#[must_use]
pub const fn notification_arns() -> Value<List<AnyArn>> {
    reference("AWS::NotificationARNs")
}

/// `AWS::NoValue`: removes the property, for one value of an [`if_`](crate::if_).
#[must_use]
pub const fn no_value() -> Untyped {
    Untyped(Node::Ref(Cow::Borrowed("AWS::NoValue")))
}
