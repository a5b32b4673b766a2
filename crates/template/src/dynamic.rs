//! Dynamic references: values that `CloudFormation` fetches at deployment, so that a template contains the name of a
//! secret and never the secret.

use std::fmt;

use crate::function::Function;
use crate::node::{Node, Text};
use crate::value::{IntoValue, Scalar, Textual};

/// `{{resolve:…}}`. It holds the location of a value, not the value: printing one reveals no secret.
#[derive(Clone, PartialEq)]
pub struct DynamicReference {
    service: &'static str,
    name: Node,
    tail: String,
}

impl DynamicReference {
    /// The whole text of a Secrets Manager secret, by name or ARN.
    pub fn secrets_manager(secret: impl IntoValue<Scalar>) -> Self {
        Self { service: "secretsmanager", name: secret.into_node(), tail: ":SecretString".into() }
    }

    /// One key of a Secrets Manager secret that is JSON.
    pub fn secret_key(secret: impl IntoValue<Scalar>, key: &str) -> Self {
        let mut reference = Self::secrets_manager(secret);
        reference.tail.push(':');
        reference.tail.push_str(key);
        reference
    }

    /// The latest version of a plaintext Parameter Store parameter.
    pub fn ssm(parameter: impl IntoValue<Scalar>) -> Self {
        Self { service: "ssm", name: parameter.into_node(), tail: String::new() }
    }

    /// A version of a plaintext Parameter Store parameter.
    pub fn ssm_version(parameter: impl IntoValue<Scalar>, version: u32) -> Self {
        Self { tail: format!(":{version}"), ..Self::ssm(parameter) }
    }

    /// The latest version of a secure string in Parameter Store. Few properties accept one.
    pub fn ssm_secure(parameter: impl IntoValue<Scalar>) -> Self {
        Self { service: "ssm-secure", ..Self::ssm(parameter) }
    }

    /// A version of a secure string in Parameter Store.
    pub fn ssm_secure_version(parameter: impl IntoValue<Scalar>, version: u32) -> Self {
        Self { service: "ssm-secure", ..Self::ssm_version(parameter, version) }
    }

    /// The node to render: text, or `Fn::Sub` if the name is itself a reference.
    fn node(self) -> Node {
        let Self { service, name, tail } = self;
        match name {
            Node::Text(name) => Node::from(format!("{{{{resolve:{service}:{name}{tail}}}}}")),
            Node::Ref(id) => sub(format!("{{{{resolve:{service}:${{{id}}}{tail}}}}}")),
            Node::GetAtt(att) => {
                let (id, attribute) = (&att.resource, &att.attribute);
                sub(format!("{{{{resolve:{service}:${{{id}.{attribute}}}{tail}}}}}"))
            }
            name => {
                let parts = vec![
                    Node::from(format!("{{{{resolve:{service}:")),
                    name,
                    Node::from(format!("{tail}}}}}")),
                ];
                Node::call(Function::Join, Node::List(vec![Node::from(""), Node::List(parts)]))
            }
        }
    }
}

fn sub(text: String) -> Node {
    Node::call(Function::Sub, Node::Text(Text::from(text)))
}

impl fmt::Debug for DynamicReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynamicReference({}:{:?})", self.service, self.name)
    }
}

impl<T: Textual + ?Sized> IntoValue<T> for DynamicReference {
    fn into_node(self) -> Node {
        self.node()
    }
}
