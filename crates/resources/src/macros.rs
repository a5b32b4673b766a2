//! The common code of all generated types.
//!
//! Exported for `strataform-resources-all`, which the same generator writes; not part of the public interface.

/// Implements a resource type for a struct of properties.
#[doc(hidden)]
#[macro_export]
macro_rules! resource {
    ($name:ident, $type:literal, $reference:ty, $attributes:ident) => {
        impl ::strataform_template::Resource for $name {
            const TYPE: &'static str = $type;
            type Reference = $reference;
            type Attributes = $attributes;

            fn properties(&self) -> &::strataform_template::Properties {
                &self.0
            }

            fn into_properties(self) -> ::strataform_template::Properties {
                self.0
            }

            fn from_properties(properties: ::strataform_template::Properties) -> Self {
                Self(properties)
            }
        }
    };
}

/// Implements the attributes of a resource for a struct with a logical ID.
#[doc(hidden)]
#[macro_export]
macro_rules! attributes {
    ($name:ident) => {
        impl ::core::convert::From<::strataform_template::LogicalId> for $name {
            fn from(id: ::strataform_template::LogicalId) -> Self {
                Self(id)
            }
        }

        impl ::strataform_template::Attributes for $name {
            fn logical_id(&self) -> &::strataform_template::LogicalId {
                &self.0
            }
        }
    };
}

/// Implements a nested property type for a struct of properties.
#[doc(hidden)]
#[macro_export]
macro_rules! property {
    ($name:ident) => {
        impl $name {
            /// Sets any property to any value: an escape hatch for what the schema does not know yet.
            #[must_use]
            pub fn with_property(
                self,
                name: impl ::core::convert::Into<::strataform_template::NodeText>,
                value: impl ::core::convert::Into<::strataform_template::Node>,
            ) -> Self {
                let mut object = self.0.into_object();
                object.insert(name, value);
                Self(object.into())
            }
        }

        #[diagnostic::do_not_recommend]
        impl ::strataform_template::IntoValue<$name> for $name {
            fn into_node(self) -> ::strataform_template::Node {
                self.0.into_object().into()
            }
        }
    };
}

/// Allows a pair of texts as a tag.
#[doc(hidden)]
#[macro_export]
macro_rules! tag {
    ($name:ident) => {
        #[diagnostic::do_not_recommend]
        impl<K, V> ::strataform_template::IntoValue<$name> for (K, V)
        where
            K: ::strataform_template::IntoValue<::strataform_template::Text>,
            V: ::strataform_template::IntoValue<::strataform_template::Text>,
        {
            fn into_node(self) -> ::strataform_template::Node {
                let tag = ::strataform_template::Properties::new();
                tag.with("Key", self.0.into_node()).with("Value", self.1.into_node()).into_object().into()
            }
        }
    };
}

/// Implements a marker for one of several identifiers.
#[doc(hidden)]
#[macro_export]
macro_rules! union {
    ($name:ident) => {
        #[diagnostic::do_not_recommend]
        impl ::strataform_template::Textual for $name {}
        #[diagnostic::do_not_recommend]
        impl ::strataform_template::Literal for $name {}
        #[diagnostic::do_not_recommend]
        impl ::strataform_template::FitsIn<::strataform_template::Text> for $name {}
        #[diagnostic::do_not_recommend]
        impl ::strataform_template::FitsIn<::strataform_template::Scalar> for $name {}
    };
    ($name:ident, arn) => {
        $crate::union!($name);
        #[diagnostic::do_not_recommend]
        impl ::strataform_template::FitsIn<::strataform_template::AnyArn> for $name {}
    };
}

/// An enum of `CloudFormation` values, open for values that the facts do not know.
#[doc(hidden)]
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = concat!("`", $word, "`")] $variant,)*
            /// A value that is newer than the facts.
            Other(::strataform_template::NodeText),
        }

        impl $name {
            /// The value in the template.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl ::strataform_template::Textual for $name {}

        #[diagnostic::do_not_recommend]
        impl ::strataform_template::IntoValue<$name> for $name {
            fn into_node(self) -> ::strataform_template::Node {
                ::strataform_template::Node::Text(match self {
                    $(Self::$variant => ::std::borrow::Cow::Borrowed($word),)*
                    Self::Other(word) => word,
                })
            }
        }
    };
}
