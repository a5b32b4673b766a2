//! `CloudFormation` templates as typed values.
//!
//! In: literals, references and resources whose types determine what fits where. Out: a [`Template`] that renders to
//! the same JSON or YAML bytes every time, and any template parsed to the same values.
//!
//! It refuses to know resource types: those are generated in `strataform-resources`, based on the traits here. It
//! also refuses IO, clocks and hash order.

mod condition;
mod declaration;
mod dynamic;
mod function;
mod intrinsic;
mod logical_id;
mod node;
mod object;
mod output;
mod overrides;
mod parameter;
pub mod parse;
pub mod pointer;
pub mod pseudo;
pub mod render;
mod resource;
mod stack;
pub mod substitution;
mod template;
mod value;

pub use condition::{Condition, ConditionHandle, If, and, equals, if_, not, or};
pub use declaration::{Declaration, DeletionPolicy, Dependency, UpdateReplacePolicy};
pub use dynamic::DynamicReference;
pub use function::Function;
pub use intrinsic::{
    MappingHandle, base64, cidr, find_in_map, find_in_map_or, get_azs, import_value, join, length, part,
    select, split, to_json_string,
};
pub use logical_id::LogicalId;
pub use node::{Call, GetAtt, Node, Object, Text as NodeText};
pub use output::Output;
pub use overrides::OverrideFault;
pub use parameter::{Defaulted, Parameter, ParameterHandle, ParameterKind};
pub use parse::{ParseError, ParseErrors, Places};
pub use resource::{Attributes, Handle, Properties, Resource, ResourceEntry};
pub use stack::Stack;
pub use template::{ResourceItem, Section, Template, TemplateFault, TemplateFaults};
pub use value::{
    AnyArn, Arn, Boolean, Double, Expression, FitsIn, Id, Integer, IntoValue, Json, List, Literal, Map, Name,
    Scalar, Secret, Text, Textual, Untyped, Value,
};
