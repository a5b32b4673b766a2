//! [`Stack`]: a template, the sources of its parameters, and the values that other stacks can use.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use strataform_template::{
    Declaration, Handle, IntoValue, List, LogicalId, Node, Output, OverrideFault, Parameter, ParameterKind,
    Resource, Scalar, Template, Text, Value, join,
};

use crate::model::{Origin, Override, Stage};

/// The name of a stack within its platform and environment: `storage`, `ingestion`, `ingestion-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StackName {
    /// The stage.
    pub stage: Stage,
    /// The number of the stack within the stage, from 1; the name of the first has no number.
    pub part: u16,
}

impl StackName {
    /// The stage's first stack.
    #[must_use]
    pub fn first(stage: Stage) -> Self {
        Self { stage, part: 1 }
    }
}

impl fmt::Display for StackName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            0 | 1 => f.write_str(self.stage.name()),
            part => write!(f, "{}-{part}", self.stage),
        }
    }
}

/// A value that other stacks can use: an output of its stack, with its type.
///
/// The deployment passes it as a parameter, which it reads from the output, never as a CloudFormation export: an
/// export that is in use cannot be changed or deleted.
pub struct Export<T: ?Sized> {
    stack: StackName,
    output: LogicalId,
    kind: PhantomData<fn() -> Box<T>>,
}

impl<T: ?Sized> Export<T> {
    /// The stack with the output.
    #[must_use]
    pub fn stack(&self) -> StackName {
        self.stack
    }

    /// The name of the output.
    #[must_use]
    pub fn output(&self) -> &LogicalId {
        &self.output
    }
}

impl<T: ?Sized> Clone for Export<T> {
    fn clone(&self) -> Self {
        Self { stack: self.stack, output: self.output.clone(), kind: PhantomData }
    }
}

impl<T: ?Sized> fmt::Debug for Export<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Export({}.{})", self.stack, self.output)
    }
}

/// Where the value of a parameter comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The parameter of this stack.
    pub parameter: LogicalId,
    /// The stack with the output.
    pub stack: StackName,
    /// The name of the output.
    pub output: LogicalId,
}

/// A file that accompanies a template, such as a job's script, and that the deployment uploads.
///
/// The template refers to it by a parameter for the object key; see [`Stack::asset`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The parameter that takes the object's key: `assets/<sha-256>/<file name>`.
    pub parameter: LogicalId,
    /// The path of the file in the stage's folder: `jobs/page_view.py`.
    pub path: String,
}

/// A template, the sources of its parameters, and the files that it needs.
#[derive(Clone, Debug)]
pub struct Stack {
    /// The name.
    pub name: StackName,
    template: Template,
    /// The section of the platform file that each resource was generated for, by logical ID.
    origins: BTreeMap<String, Origin>,
    /// The section that resources are currently added for.
    origin: Origin,
    /// The properties that the platform file overrides: the logical ID and the path.
    overrides: Vec<(String, String)>,
    /// The sources of its parameters, in the order of first use.
    pub inputs: Vec<Input>,
    /// The files that it needs, in the order of first use.
    pub assets: Vec<Asset>,
}

impl Stack {
    /// An empty stack. Resources are attributed to the whole platform unless they are added within [`Stack::within`].
    #[must_use]
    pub fn new(name: StackName, description: String) -> Self {
        let mut template = Template::new();
        template.description(description);
        Self {
            name,
            template,
            origins: BTreeMap::new(),
            origin: Origin::Platform,
            overrides: Vec::new(),
            inputs: Vec::new(),
            assets: Vec::new(),
        }
    }

    /// Its template.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The section of the platform file that each resource was generated for, by logical ID.
    #[must_use]
    pub fn origins(&self) -> &BTreeMap<String, Origin> {
        &self.origins
    }

    /// The properties that the platform file overrides: the logical ID and the path, in the order of the file.
    #[must_use]
    pub fn overrides(&self) -> &[(String, String)] {
        &self.overrides
    }

    /// Adds resources for a section of the platform file. In nested calls, the innermost section counts.
    pub fn within<R>(&mut self, origin: Origin, add: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.origin, origin);
        let added = add(self);
        self.origin = outer;
        added
    }

    /// Adds a resource under the logical ID of `path`, for the section of the enclosing [`Stack::within`].
    pub fn add<R: Resource>(
        &mut self,
        path: impl Into<LogicalId>,
        resource: impl Into<Declaration<R>>,
    ) -> Handle<R> {
        let id = path.into();
        self.origins.insert(id.to_string(), self.origin.clone());
        self.template.add(id, resource)
    }

    /// Overrides a property of a resource, as the platform file specifies.
    ///
    /// # Errors
    /// Fails if the stack does not have the resource, or the resource does not have the property path.
    pub fn override_property(&mut self, one: &Override) -> Result<(), OverrideFault> {
        let path = one.property.replace('.', "/");
        self.template.override_property(&one.resource, &path, one.value.clone())?;
        self.overrides.push((one.resource.clone(), one.property.clone()));
        Ok(())
    }

    /// Renders a property of a resource type on a single line of the template.
    pub fn compact<R: Resource>(&mut self, property: &'static str) -> &mut Self {
        self.template.compact::<R>(property);
        self
    }

    /// Makes a value available to other stacks as the output `path`.
    ///
    /// `T` is the type of the value for the other stacks: `Arn<KmsKey>`, `Name<S3Bucket>`, `Text`.
    pub fn export<T: ?Sized>(
        &mut self,
        path: impl Into<LogicalId>,
        value: impl Into<Value<T>>,
        description: &'static str,
    ) -> Export<T> {
        let output = path.into();
        let value: Value<Scalar> = Value::assumed(value.into().into_node());
        self.template.output(output.clone(), Output::new(value).description(description));
        Export { stack: self.name, output, kind: PhantomData }
    }

    /// Like [`Stack::export`], for a list. An output is a single string: the items joined by commas.
    pub fn export_list<T: ?Sized>(
        &mut self,
        path: impl Into<LogicalId>,
        items: impl IntoValue<List<Scalar>>,
        description: &'static str,
    ) -> Export<List<T>> {
        let output = path.into();
        self.template.output(output.clone(), Output::new(join(",", items)).description(description));
        Export { stack: self.name, output, kind: PhantomData }
    }

    /// The value of another stack's export, as a parameter of this stack. Repeated imports share one parameter.
    pub fn import<T: ParameterKind + ?Sized>(&mut self, export: &Export<T>) -> Value<T> {
        let stack = export.stack;
        // Two stacks of one stage can export the same path.
        let parameter = match stack.part {
            0 | 1 => LogicalId::from_path(format!("{}/{}", stack.stage, export.output)),
            part => LogicalId::from_path(format!("{}{part}/{}", stack.stage, export.output)),
        };
        if !self.inputs.iter().any(|input| input.parameter == parameter) {
            self.inputs.push(Input { parameter: parameter.clone(), stack, output: export.output.clone() });
            self.template.parameter(parameter.clone(), Parameter::<T>::new());
        }
        Value::assumed(Node::Ref(parameter.text()))
    }

    /// A file of this stage that is uploaded before the stack is deployed. Returns the parameter for the object key in
    /// the artifacts bucket, which changes with the content of the file.
    pub fn asset(&mut self, path: &str) -> Value<Text> {
        let parameter = LogicalId::from_path(format!("asset/{}", path.replace(['.', '_', '-'], "/")));
        if !self.assets.iter().any(|asset| asset.parameter == parameter) {
            self.assets.push(Asset { parameter: parameter.clone(), path: path.to_owned() });
            self.template.parameter(parameter.clone(), Parameter::<Text>::new());
        }
        Value::assumed(Node::Ref(parameter.text()))
    }
}
