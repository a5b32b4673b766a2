//! A resource type as the generator makes them, and templates that contain it as JSON.

#![allow(dead_code, reason = "not every test uses all of it")]

use serde_json::Value as Any;
use strataform_template::{
    Arn, Attributes, IntoValue, List, LogicalId, Properties, Resource, Scalar, Template, Text, Value,
};

/// A resource type as the generator makes them, with a few properties.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bucket {
    properties: Properties,
}

#[derive(Clone, Debug)]
pub(crate) struct BucketAttributes(LogicalId);

impl From<LogicalId> for BucketAttributes {
    fn from(id: LogicalId) -> Self {
        Self(id)
    }
}

impl Attributes for BucketAttributes {
    fn logical_id(&self) -> &LogicalId {
        &self.0
    }
}

impl BucketAttributes {
    pub(crate) fn arn(&self) -> Value<Arn<Bucket>> {
        self.attribute("Arn")
    }
}

impl Resource for Bucket {
    const TYPE: &'static str = "AWS::S3::Bucket";
    type Reference = Text;
    type Attributes = BucketAttributes;

    fn properties(&self) -> &Properties {
        &self.properties
    }

    fn into_properties(self) -> Properties {
        self.properties
    }

    fn from_properties(properties: Properties) -> Self {
        Self { properties }
    }
}

impl Bucket {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn name(self, name: impl IntoValue<Text>) -> Self {
        Self { properties: self.properties.with("BucketName", name.into_node()) }
    }

    pub(crate) fn tags(self, tags: impl IntoValue<List<Scalar>>) -> Self {
        Self { properties: self.properties.with("Tags", tags.into_node()) }
    }
}

/// The value as JSON.
pub(crate) fn value<T: ?Sized>(value: Value<T>) -> Any {
    serde_json::to_value(value.into_node()).unwrap()
}

/// The template as JSON, after checking that every form parses back to it.
pub(crate) fn rendered(template: &Template) -> Any {
    let json = template.to_json().unwrap();
    assert_eq!(template.to_json().unwrap(), json, "two renders differ");
    for text in [&json, &template.to_json_compact().unwrap(), &template.to_yaml().unwrap()] {
        assert_eq!(&Template::parse(text).unwrap(), template, "{text}");
    }
    serde_json::from_str(&json).unwrap()
}
