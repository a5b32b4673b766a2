//! From the tree to text: for an engine, or as the platform file writes it.

use std::fmt::Write as _;

use super::catalogue::{Function, Rendering};
use super::literal::quoted;
use super::pattern::{self, Purpose};
use super::tree::{Node, Operator, Quantity, Typed};
use super::{Engine, Reference};
use crate::model::Type;

/// The reader of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Engine(Engine),
    /// The platform file: to show an expression, and to prove that rendering and parsing agree.
    #[cfg(any(test, feature = "preview"))]
    File,
}

/// The text of a tree.
pub(super) fn render(tree: &Typed, target: Target, column: &dyn Fn(&Reference) -> String) -> String {
    let mut writer = Writer { target, column, out: String::new() };
    writer.at(tree, 0);
    writer.out
}

struct Writer<'a> {
    target: Target,
    column: &'a dyn Fn(&Reference) -> String,
    out: String,
}

const COMPARISON: u8 = 4;
const CONCAT: u8 = 5;
const NEGATE: u8 = 8;
const ATOM: u8 = 9;

/// How tightly an operator binds; the precedence is the same in every engine.
fn binding(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Concat => CONCAT,
        Operator::Add | Operator::Subtract => 6,
        Operator::Multiply | Operator::Divide | Operator::Modulo => 7,
        _ => COMPARISON,
    }
}

/// Whether the rendering casts the result to its type.
fn is_wrapped(operator: Operator, tree: &Typed) -> bool {
    let arithmetic = matches!(operator, Operator::Add | Operator::Subtract | Operator::Multiply);
    arithmetic && matches!(tree.data_type, Type::Decimal { .. })
}

impl Writer<'_> {
    /// The engine; `None` if the text is for the platform file.
    #[cfg_attr(
        not(any(test, feature = "preview")),
        expect(clippy::unnecessary_wraps, reason = "previews and tests render for the platform file too")
    )]
    fn engine(&self) -> Option<Engine> {
        match self.target {
            Target::Engine(engine) => Some(engine),
            #[cfg(any(test, feature = "preview"))]
            Target::File => None,
        }
    }

    /// Decimals and quotients are wrapped to make the engines agree, and are atoms then.
    fn level(&self, tree: &Typed) -> u8 {
        let in_file = self.engine().is_none();
        match &tree.node {
            Node::Convert(inner) if in_file => self.level(inner),
            Node::Binary(operator, ..) if !in_file && is_wrapped(*operator, tree) => ATOM,
            Node::Binary(operator, ..) => binding(*operator),
            Node::Not(_) => 3,
            Node::IsNull(..) | Node::IsBoolean(..) | Node::Between(..) | Node::In(..) | Node::Like(..) => {
                COMPARISON
            }
            Node::Negate(_) => NEGATE,
            #[cfg(test)]
            Node::Verbatim(_) => 0,
            _ => ATOM,
        }
    }

    /// Writes a node where at least this level is needed.
    fn at(&mut self, tree: &Typed, least: u8) {
        if self.level(tree) < least {
            self.out.push('(');
            self.part(tree);
            self.out.push(')');
        } else {
            self.part(tree);
        }
    }

    fn part(&mut self, tree: &Typed) {
        match &tree.node {
            Node::Number(digits) => self.number(digits, tree.data_type),
            Node::Text(value) => self.text(value),
            Node::Boolean(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Node::Date(value) => self.push(&["date '", value, "'"]),
            Node::Timestamp(value) => self.push(&["timestamp '", value, "'"]),
            Node::Column(reference) => {
                let name = (self.column)(reference);
                self.out.push_str(&name);
            }
            Node::Negate(inner) => {
                self.out.push('-');
                self.at(inner, ATOM);
            }
            Node::Not(inner) => {
                self.out.push_str("not ");
                self.at(inner, 3);
            }
            Node::Binary(operator, left, right) => self.binary(*operator, left, right, tree),
            Node::Convert(inner) => match self.engine() {
                Some(engine) => self.cast(inner, tree.data_type, engine),
                None => self.part(inner),
            },
            Node::Cast(inner) => {
                if let Some(engine) = self.engine() {
                    self.cast(inner, tree.data_type, engine);
                } else {
                    self.out.push_str("cast(");
                    self.at(inner, 0);
                    let _ = write!(self.out, " as {})", tree.data_type);
                }
            }
            Node::IsNull(polarity, inner) => {
                self.at(inner, CONCAT);
                self.push(&[" is ", polarity.word(), "null"]);
            }
            Node::IsBoolean(polarity, literal, inner) => {
                self.at(inner, CONCAT);
                self.push(&[" is ", polarity.word(), literal.word()]);
            }
            Node::Between(polarity, bounds) => {
                self.at(&bounds[0], CONCAT);
                self.push(&[" ", polarity.word(), "between "]);
                self.at(&bounds[1], CONCAT);
                self.out.push_str(" and ");
                self.at(&bounds[2], CONCAT);
            }
            Node::In(polarity, inner, members) => {
                self.at(inner, CONCAT);
                self.push(&[" ", polarity.word(), "in ("]);
                self.list(members);
                self.out.push(')');
            }
            Node::Like(polarity, inner, pieces) => {
                self.at(inner, CONCAT);
                self.push(&[" ", polarity.word(), "like "]);
                let (like, escaped) = pattern::like(pieces);
                self.text(&like);
                if escaped {
                    self.out.push_str(" escape '^'");
                }
            }
            Node::Case(branches, otherwise) => self.case(branches, otherwise.as_deref()),
            Node::Call(function, variant, arguments) => self.call(function, *variant, arguments, tree),
            Node::Aggregate(function, quantity, argument, filter) => {
                self.aggregate(function, *quantity, argument.as_deref(), filter.as_deref(), tree);
            }
            Node::Null => match self.engine() {
                Some(engine) => {
                    let name = type_name(tree.data_type, engine);
                    self.push(&["cast(null as ", &name, ")"]);
                }
                None => self.out.push_str("null"),
            },
            #[cfg(test)]
            Node::Verbatim(text) => self.out.push_str(text),
        }
    }

    fn push(&mut self, parts: &[&str]) {
        for part in parts {
            self.out.push_str(part);
        }
    }

    fn list(&mut self, all: &[Typed]) {
        for (at, one) in all.iter().enumerate() {
            if at > 0 {
                self.out.push_str(", ");
            }
            self.at(one, 0);
        }
    }

    fn number(&mut self, digits: &str, data_type: Type) {
        match (self.engine(), data_type) {
            // Each engine reads the type of a number with a point or an exponent in its own way.
            (Some(engine), Type::Double | Type::Decimal { .. }) => {
                let name = type_name(data_type, engine);
                self.push(&["cast(", digits, " as ", &name, ")"]);
            }
            _ => self.out.push_str(digits),
        }
    }

    fn text(&mut self, value: &str) {
        let text = match self.engine() {
            Some(engine) => quoted(value, engine),
            None => format!("'{}'", value.replace('\'', "''")),
        };
        self.out.push_str(&text);
    }

    fn binary(&mut self, operator: Operator, left: &Typed, right: &Typed, tree: &Typed) {
        let level = binding(operator);
        let wrapped = self.engine().filter(|_| is_wrapped(operator, tree));
        if wrapped.is_some() {
            self.out.push_str("cast(");
        }
        // Comparisons do not chain; `and` and `or` may be nested on both sides.
        self.at(left, if level == COMPARISON { CONCAT } else { level });
        self.push(&[" ", operator.sign(), " "]);
        let divides = matches!(operator, Operator::Divide | Operator::Modulo);
        if divides && self.engine().is_some() {
            self.out.push_str("nullif(");
            self.at(right, 0);
            self.out.push_str(", 0)");
        } else {
            self.at(right, level + 1);
        }
        if let Some(engine) = wrapped {
            let name = type_name(tree.data_type, engine);
            self.push(&[" as ", &name, ")"]);
        }
    }

    fn cast(&mut self, inner: &Typed, to: Type, engine: Engine) {
        if inner.data_type == Type::Boolean && matches!(to, Type::String { .. }) {
            // Redshift cannot cast a boolean to text.
            self.out.push_str("case when ");
            self.at(inner, 0);
            self.out.push_str(" then 'true' when not ");
            self.at(inner, ATOM);
            self.out.push_str(" then 'false' end");
            return;
        }
        let fractional = matches!(inner.data_type, Type::Double | Type::Decimal { .. });
        let cuts = engine == Engine::Redshift && fractional && matches!(to, Type::Integer | Type::Bigint);
        self.out.push_str(if cuts { "cast(trunc(" } else { "cast(" });
        self.at(inner, 0);
        let name = type_name(to, engine);
        self.push(&[if cuts { ") as " } else { " as " }, &name, ")"]);
    }

    fn case(&mut self, branches: &[(Typed, Typed)], otherwise: Option<&Typed>) {
        self.out.push_str("case");
        for (when, then) in branches {
            self.out.push_str(" when ");
            self.at(when, 0);
            self.out.push_str(" then ");
            self.at(then, 0);
        }
        if let Some(otherwise) = otherwise {
            self.out.push_str(" else ");
            self.at(otherwise, 0);
        }
        self.out.push_str(" end");
    }

    fn call(&mut self, function: &Function, variant: usize, arguments: &[Typed], tree: &Typed) {
        match (self.engine(), function.renderings.get(variant)) {
            (Some(engine), Some(rendering)) => self.template(rendering, engine, arguments, tree.data_type),
            _ if function.name == "extract" => {
                let unit = function.renderings.get(variant).map_or("", |one| one.word);
                self.push(&["extract(", unit, " from "]);
                self.list(arguments.get(1..).unwrap_or_default());
                self.out.push(')');
            }
            _ => {
                self.push(&[function.name, "("]);
                self.list(arguments);
                self.out.push(')');
            }
        }
    }

    fn template(&mut self, rendering: &Rendering, engine: Engine, arguments: &[Typed], result: Type) {
        let template = match engine {
            Engine::Spark => rendering.spark,
            Engine::Redshift => rendering.redshift,
        };
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (hole, behind) = after.split_once('}').unwrap_or((after, ""));
            self.out.push_str(before);
            self.hole(hole, engine, arguments, result);
            rest = behind;
        }
        self.out.push_str(rest);
    }

    fn hole(&mut self, hole: &str, engine: Engine, arguments: &[Typed], result: Type) {
        if hole == "type" {
            let name = type_name(result, engine);
            return self.out.push_str(&name);
        }
        if hole == "*" {
            return self.list(arguments);
        }
        let number = hole.trim_end_matches(['!', '~']);
        let Some(argument) = number.parse::<usize>().ok().and_then(|at| arguments.get(at)) else { return };
        match (&argument.node, hole.chars().last()) {
            (Node::Text(regex), Some('~')) => {
                // The pattern was checked for the stricter purpose where there is one; the text is the same.
                let regex = pattern::regex(regex, engine, Purpose::Test).unwrap_or_default();
                self.text(&regex);
            }
            (_, Some('!')) => self.at(argument, ATOM),
            _ => self.at(argument, 0),
        }
    }

    fn aggregate(
        &mut self,
        function: &Function,
        quantity: Quantity,
        argument: Option<&Typed>,
        filter: Option<&Typed>,
        tree: &Typed,
    ) {
        let Some(engine) = self.engine() else {
            self.push(&[function.name, "(", if quantity == Quantity::Distinct { "distinct " } else { "" }]);
            match argument {
                Some(argument) => self.at(argument, 0),
                None => self.out.push('*'),
            }
            self.out.push(')');
            if let Some(filter) = filter {
                self.out.push_str(" filter (where ");
                self.at(filter, 0);
                self.out.push(')');
            }
            return;
        };
        let counted = self.counted(quantity, argument, filter);
        let kind = match argument.map(|one| one.data_type) {
            Some(Type::Integer) => "integer",
            Some(Type::Bigint) => "bigint",
            Some(Type::Decimal { .. }) => "decimal",
            _ => "double",
        };
        let rendering = function.renderings.iter().find(|one| one.word.is_empty() || one.word == kind);
        if let Some(rendering) = rendering {
            let template = if engine == Engine::Spark { rendering.spark } else { rendering.redshift };
            let text =
                template.replace("{type}", &type_name(tree.data_type, engine)).replace("{0}", &counted);
            self.out.push_str(&text);
        }
    }

    /// The operand of an aggregate function for each row.
    fn counted(&self, quantity: Quantity, argument: Option<&Typed>, filter: Option<&Typed>) -> String {
        let mut inner = Writer { target: self.target, column: self.column, out: String::new() };
        if quantity == Quantity::Distinct {
            inner.out.push_str("distinct ");
        }
        if let Some(filter) = filter {
            inner.out.push_str("case when ");
            inner.at(filter, 0);
            inner.out.push_str(" then ");
        }
        match (argument, filter) {
            (Some(argument), _) => inner.at(argument, 0),
            (None, Some(_)) => inner.out.push('1'),
            (None, None) => inner.out.push('*'),
        }
        if filter.is_some() {
            inner.out.push_str(" end");
        }
        inner.out
    }
}

/// The name of a type in a cast of an engine.
fn type_name(data_type: Type, engine: Engine) -> String {
    let name = if engine == Engine::Spark { data_type.spark() } else { data_type.redshift() };
    name.to_ascii_lowercase()
}
