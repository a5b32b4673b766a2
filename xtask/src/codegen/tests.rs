//! The test that creates every generated type: its constructor with all required arguments, and every setter.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::emit::{self, HEADER};
use super::model::{Enum, Struct, Type};
use super::names;
use super::service::Service;

/// The text of one service's test module.
pub(super) fn service(module: &str, service: &Service) -> String {
    let mut out = format!(
        "{HEADER}\n//! Every type of `{module}`, made once with everything.\n\n#[allow(unused_imports)]\nuse strataform_resources_all::{module} as s;\n#[allow(unused_imports)]\nuse strataform_template::{{IntoValue, Node, Resource}};\n"
    );
    let writer = Writer { service, enums: first_words(service) };
    let mut calls = String::new();
    for item in service.all_structs() {
        let node = format!("IntoValue::<s::{name}>::into_node", name = item.name);
        writer.one(&mut out, &mut calls, item.of, item.name, item.body, &node);
    }
    for (of, (name, model)) in service.resources.iter().enumerate() {
        let (_, own) = names::split(name);
        let node = "|it: s::".to_owned() + &own + "| Node::from(it.into_properties().into_object())";
        writer.one(&mut out, &mut calls, of, &own, &model.root, &node);
    }
    let _ = writeln!(out, "\npub(crate) fn all(check: &mut impl FnMut(&str, Node, &[&str])) {{\n{calls}}}");
    out
}

/// The list of all modules, and the number of types that they create.
pub(super) fn index(services: &[String], count: usize) -> String {
    let mut out = format!("{HEADER}\n//! Every generated type, made once with everything.\n\n");
    for service in services {
        let _ = writeln!(out, "mod {service};");
    }
    let _ =
        writeln!(out, "\n/// Resource and nested types together.\npub(crate) const COUNT: usize = {count};");
    out.push_str("\npub(crate) fn all(check: &mut impl FnMut(&str, strataform_template::Node, &[&str])) {\n");
    for service in services {
        let _ = writeln!(out, "    {service}::all(check);");
    }
    out.push_str("}\n");
    out
}

/// One value of each enum, by name.
fn first_words(service: &Service) -> BTreeMap<String, String> {
    let word =
        |body: &Enum| body.values.first().map_or_else(|| "Empty".into(), |value| names::variant(value));
    service.all_enums().iter().map(|item| (item.name.to_owned(), word(item.body))).collect()
}

struct Writer<'a> {
    service: &'a Service,
    enums: BTreeMap<String, String>,
}

impl Writer<'_> {
    fn one(&self, out: &mut String, calls: &mut String, of: usize, own: &str, body: &Struct, node: &str) {
        let named = emit::named(body);
        let required: Vec<_> = named.iter().filter(|(property, _)| property.required).collect();
        let function = own;
        let arguments: Vec<String> = if required.len() >= emit::BY_NAME {
            let fields: Vec<String> = required
                .iter()
                .map(|(property, method)| format!("{method}: {}", self.value(of, &property.kind)))
                .collect();
            vec![format!("s::{own}Args {{ {} }}", fields.join(", "))]
        } else {
            required.iter().map(|(property, _)| self.value(of, &property.kind)).collect()
        };
        let _ = writeln!(out, "\nfn {function}() -> s::{own} {{ s::{own}::new({}) }}", arguments.join(", "));
        let setters: String = named
            .iter()
            .filter(|(property, _)| !property.required)
            .flat_map(|(property, method)| {
                [".", method, "(", &self.value(of, &property.kind), ")"].map(str::to_owned)
            })
            .collect();
        let properties: BTreeSet<&str> =
            body.properties.iter().map(|property| property.name.as_str()).collect();
        let _ = writeln!(
            calls,
            "    check({own:?}, ({node})({function}(){setters}), &{:?});",
            properties.iter().collect::<Vec<_>>()
        );
    }

    /// A value of a type, as an expression.
    fn value(&self, of: usize, kind: &Type) -> String {
        match kind {
            Type::Text | Type::AnyArn | Type::Relation(_) => "\"x\"".into(),
            Type::Secret => "strataform_template::DynamicReference::ssm_secure(\"x\")".into(),
            Type::Integer | Type::Double | Type::Scalar => "1".into(),
            Type::Boolean => "true".into(),
            Type::Json => "Node::Null".into(),
            Type::List(item) => format!("[{}]", self.value(of, item)),
            Type::Map(item) => format!("[(\"x\", {})]", self.value(of, item)),
            Type::Struct(key) => format!("{}()", self.service.struct_name(of, key)),
            Type::Enum(key) => {
                let name = self.service.enum_name(of, key);
                let word = self.enums.get(name).map_or("Empty", String::as_str);
                format!("s::{name}::{word}")
            }
        }
    }
}
