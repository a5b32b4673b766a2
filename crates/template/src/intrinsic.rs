//! Intrinsic functions as Rust functions. Each returns a value that fits where its result does.

use crate::function::Function;
use crate::logical_id::LogicalId;
use crate::node::{Node, Object, Text as NodeText};
use crate::value::{Expression, Integer, IntoValue, Json, List, Scalar, Text, Untyped, Value};

fn call<T: ?Sized>(function: Function, argument: Node) -> Value<T> {
    Value::assumed(Node::call(function, argument))
}

/// `Fn::Join`: the parts as one text, with `delimiter` between them.
pub fn join(delimiter: impl Into<NodeText>, parts: impl IntoValue<List<Scalar>>) -> Expression {
    Expression(Node::call(Function::Join, Node::List(vec![Node::Text(delimiter.into()), parts.into_node()])))
}

/// An item of a [`join`], so that items of several types fit in one list.
pub fn part(value: impl IntoValue<Scalar>) -> Value<Scalar> {
    value.into_value()
}

/// `Fn::Split`: the pieces of a text between delimiters.
pub fn split(delimiter: impl Into<NodeText>, source: impl IntoValue<Text>) -> Value<List<Text>> {
    call(Function::Split, Node::List(vec![Node::Text(delimiter.into()), source.into_node()]))
}

/// `Fn::Select`: the item at `index`, counted from 0.
pub fn select<T: ?Sized>(index: impl IntoValue<Integer>, items: impl Into<Value<List<T>>>) -> Value<T> {
    call(Function::Select, Node::List(vec![index.into_node(), items.into().into_node()]))
}

/// `Fn::ImportValue`: what another stack exports under this name.
///
/// It ties the two stacks together: the export can be neither changed nor deleted while it is used. A parameter set
/// from the other stack's output has no such restriction.
pub fn import_value(export: impl IntoValue<Text>) -> Untyped {
    Untyped(Node::call(Function::ImportValue, export.into_node()))
}

/// `Fn::GetAZs` of a region; [`pseudo::region`](crate::pseudo::region) for the stack's own.
pub fn get_azs(region: impl IntoValue<Text>) -> Value<List<Text>> {
    call(Function::GetAzs, region.into_node())
}

/// `Fn::Cidr`: `count` address blocks out of `block`, each leaving `bits` bits for hosts.
pub fn cidr(
    block: impl IntoValue<Text>,
    count: impl IntoValue<Integer>,
    bits: impl IntoValue<Integer>,
) -> Value<List<Text>> {
    call(Function::Cidr, Node::List(vec![block.into_node(), count.into_node(), bits.into_node()]))
}

/// `Fn::Base64` of a text.
pub fn base64(text: impl IntoValue<Text>) -> Expression {
    Expression(Node::call(Function::Base64, text.into_node()))
}

/// `Fn::ToJsonString` of any document. The template needs the transform `AWS::LanguageExtensions`.
pub fn to_json_string(document: impl IntoValue<Json>) -> Expression {
    Expression(Node::call(Function::ToJsonString, document.into_node()))
}

/// `Fn::Length` of a list. The template needs the transform `AWS::LanguageExtensions`.
pub fn length<T: ?Sized>(items: impl IntoValue<List<T>>) -> Value<Integer> {
    call(Function::Length, items.into_node())
}

/// A mapping in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingHandle(LogicalId);

impl MappingHandle {
    pub(crate) fn new(id: LogicalId) -> Self {
        Self(id)
    }

    /// Its name in the template.
    #[must_use]
    pub fn logical_id(&self) -> &LogicalId {
        &self.0
    }
}

/// `Fn::FindInMap`: the value of a mapping under two keys.
pub fn find_in_map(
    mapping: &MappingHandle,
    top: impl IntoValue<Text>,
    second: impl IntoValue<Text>,
) -> Untyped {
    Untyped(Node::call(Function::FindInMap, Node::List(find(mapping, top.into_node(), second.into_node()))))
}

/// `Fn::FindInMap` with a default value for missing keys. The template needs the transform `AWS::LanguageExtensions`.
pub fn find_in_map_or(
    mapping: &MappingHandle,
    top: impl IntoValue<Text>,
    second: impl IntoValue<Text>,
    default: impl IntoValue<Scalar>,
) -> Untyped {
    let mut argument = find(mapping, top.into_node(), second.into_node());
    argument.push(Object::from([("DefaultValue", default.into_node())]).into());
    Untyped(Node::call(Function::FindInMap, Node::List(argument)))
}

fn find(mapping: &MappingHandle, top: Node, second: Node) -> Vec<Node> {
    vec![Node::Text(mapping.0.text()), top, second]
}
