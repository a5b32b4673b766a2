//! Calls: resolves the function and checks its arguments.

use std::ops::Range;

use sqlparser::ast::{
    CeilFloorKind, DuplicateTreatment, Expr, Function as Call, FunctionArg, FunctionArgExpr,
    FunctionArguments, Value,
};
use strataform_diagnostic::one_of;

use super::catalogue::{self, Arity, Function, Nulls, Parameter};
use super::check::{Checker, Within, concatenated, constant, decimal, written};
use super::fault::{AGGREGATE, ARGUMENTS, CONSTANT, FORBIDDEN, TYPE};
use super::pattern::{self, Purpose};
use super::tree::{Node, Operator, Quantity, Typed};
use super::unify::text;
use super::{Engine, Place};
use crate::model::Type;

impl Checker<'_> {
    /// A form that has its own syntax in the parser, or a plain call.
    pub(super) fn called(&mut self, expr: &Expr) -> Option<Typed> {
        let span = self.span(expr);
        match expr {
            Expr::Identifier(name) => self.unknown(&name.value.to_ascii_lowercase(), &span),
            Expr::Function(call) => self.call(call, expr),
            Expr::Position { expr: part, r#in } => self.apply("strpos", &[r#in, part], &span),
            Expr::Substring {
                expr: whole,
                substring_from: Some(from),
                substring_for,
                shorthand: false,
                ..
            } => {
                let all: Vec<&Expr> =
                    [&**whole, &**from].into_iter().chain(substring_for.as_deref()).collect();
                self.apply("substring", &all, &span)
            }
            Expr::Trim { expr: whole, trim_where: None, trim_what: None, trim_characters: None } => {
                self.apply("trim", &[whole], &span)
            }
            Expr::Floor { expr: inner, field } if plain(field) => self.apply("floor", &[inner], &span),
            Expr::Ceil { expr: inner, field } if plain(field) => self.apply("ceil", &[inner], &span),
            Expr::Extract { field, expr: inner, .. } => {
                let unit = Expr::value(Value::SingleQuotedString(field.to_string().to_ascii_lowercase()));
                self.apply("extract", &[&unit, inner], &span)
            }
            Expr::Substring { shorthand: true, .. } => self.unknown("substr", &span),
            _ => self.forbidden(expr),
        }
    }

    fn call(&mut self, call: &Call, expr: &Expr) -> Option<Typed> {
        let name = call.name.to_string().to_ascii_lowercase();
        let span = self.span(expr);
        if call.over.is_some() {
            return self.refuse(
                FORBIDDEN,
                &span,
                "window functions are not supported",
                "an expression is computed from one row or one group",
                "compute it in a view of your own",
            );
        }
        let plain = call.within_group.is_empty()
            && call.null_treatment.is_none()
            && call.parameters == FunctionArguments::None
            && !call.uses_odbc_syntax;
        let (list, duplicates) = match &call.args {
            FunctionArguments::List(list) if plain && list.clauses.is_empty() => {
                (list.args.as_slice(), list.duplicate_treatment)
            }
            FunctionArguments::None if plain => (&[][..], None),
            _ => return self.forbidden(expr),
        };
        if catalogue::is_unstable(&name) {
            return self.unknown(&name, &span);
        }
        let mut arguments = Vec::new();
        for one in list {
            match one {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(one)) => arguments.push(one),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if name == "count" && list.len() == 1 => {}
                _ => {
                    return self.refuse(
                        ARGUMENTS,
                        &span,
                        "expected a value as the argument",
                        "",
                        "write a value",
                    );
                }
            }
        }
        if let Some(function) = catalogue::find(&name).filter(|one| catalogue::is_aggregate(one)) {
            if duplicates == Some(DuplicateTreatment::Distinct) && name != "count" {
                return self.refuse(
                    AGGREGATE,
                    &span,
                    "only `count` accepts `distinct`",
                    "",
                    "remove `distinct`",
                );
            }
            let quantity = if duplicates == Some(DuplicateTreatment::Distinct) {
                Quantity::Distinct
            } else {
                Quantity::All
            };
            let filter = call.filter.as_deref();
            if arguments.len() != 1 && !(name == "count" && list.len() == 1) {
                return self.refuse(
                    ARGUMENTS,
                    &span,
                    format!("`{name}` expects one argument"),
                    function.signature,
                    "",
                );
            }
            return self.aggregate(function, quantity, arguments.first().copied(), filter, &span);
        }
        if duplicates.is_some() || call.filter.is_some() {
            return self.refuse(
                AGGREGATE,
                &span,
                format!("`{name}` is not an aggregate function"),
                "only count, sum, avg, min and max accept `distinct` or `filter`",
                "remove `distinct` or `filter`",
            );
        }
        match name.as_str() {
            "concat" => self.concat(&arguments, &span),
            "mod" => self.modulo(&arguments, &span),
            _ => self.apply(&name, &arguments, &span),
        }
    }

    fn concat(&mut self, arguments: &[&Expr], span: &Range<usize>) -> Option<Typed> {
        let parts: Vec<Option<Typed>> = arguments.iter().map(|one| self.string(one)).collect();
        let parts: Vec<Typed> = parts.into_iter().collect::<Option<_>>()?;
        match parts.into_iter().reduce(concatenated) {
            Some(all) => Some(all),
            None => self.refuse(ARGUMENTS, span, "`concat` expects strings", "", "write a || b"),
        }
    }

    fn modulo(&mut self, arguments: &[&Expr], span: &Range<usize>) -> Option<Typed> {
        let [left, right] = arguments else {
            return self.refuse(ARGUMENTS, span, "`mod` expects two numbers", "", "write a % b");
        };
        let (left, right) = (self.value(left)?, self.value(right)?);
        self.computed(Operator::Modulo, left, right, span)
    }

    fn aggregate(
        &mut self,
        function: &'static Function,
        quantity: Quantity,
        argument: Option<&Expr>,
        filter: Option<&Expr>,
        span: &Range<usize>,
    ) -> Option<Typed> {
        if self.place == Place::Row || self.within == Within::Aggregate {
            let (summary, cause) = match self.place {
                Place::Row => ("an aggregate function is not allowed here", "this is computed for each row"),
                Place::Group => {
                    ("an aggregate function cannot be nested within another", "a group is aggregated once")
                }
            };
            return self.refuse(
                AGGREGATE,
                span,
                summary,
                cause,
                "use it at the top level of an aggregate's measure",
            );
        }
        self.within = Within::Aggregate;
        let typed = argument.map(|one| self.value(one));
        let filter = filter.map(|one| self.condition(one));
        self.within = Within::Nothing;
        let typed = match typed {
            None => None,
            Some(typed) => Some(typed?),
        };
        let filter = match filter {
            None => None,
            Some(filter) => Some(Box::new(filter?)),
        };
        if let Some(typed) = &typed {
            let wrong = match function.name {
                "sum" | "avg" => !typed.data_type.is_numeric(),
                "min" | "max" => matches!(typed.data_type, Type::Boolean | Type::Json),
                _ => typed.data_type == Type::Json,
            };
            if wrong {
                let summary = format!("`{}` does not accept `{}`", function.name, typed.data_type);
                return self.refuse(
                    TYPE,
                    span,
                    summary,
                    function.signature,
                    "write count(x) filter (where condition)",
                );
            }
        }
        let data_type = (function.gives)(typed.as_slice());
        let nullable = function.nulls != Nulls::Never;
        Some(Typed {
            node: Node::Aggregate(function, quantity, typed.map(Box::new), filter),
            data_type,
            nullable,
        })
    }

    /// A function of the catalog with its arguments.
    fn apply(&mut self, name: &str, arguments: &[&Expr], span: &Range<usize>) -> Option<Typed> {
        let Some(function) = catalogue::find(name) else { return self.unknown(name, span) };
        let (most, least) = match function.arity {
            Arity::All => (function.parameters.len(), function.parameters.len()),
            Arity::LastOptional => (function.parameters.len(), function.parameters.len() - 1),
            Arity::LastRepeated => (usize::MAX, 1),
        };
        if arguments.len() < least || arguments.len() > most {
            let summary = format!("wrong number of arguments for `{name}`: {}", arguments.len());
            return self.refuse(ARGUMENTS, span, summary, "", format!("write {}", function.signature));
        }
        let mut typed = Vec::new();
        for (at, one) in arguments.iter().enumerate() {
            let parameter = function.parameters.get(at).or(function.parameters.last()).copied()?;
            typed.push(self.argument(function, parameter, one));
        }
        let mut typed: Vec<Typed> = typed.into_iter().collect::<Option<_>>()?;
        if function.parameters.first() == Some(&Parameter::Common) {
            typed = self.unified(typed, arguments)?;
            if name != "coalesce"
                && name != "nullif"
                && typed.iter().any(|one| one.data_type == Type::Boolean)
            {
                return self.refuse(TYPE, span, "booleans cannot be ordered", "", "write a or b, a and b");
            }
        }
        let variant = match &typed.first()?.node {
            Node::Text(word) if function.parameters.first() == Some(&Parameter::Word) => {
                function.renderings.iter().position(|one| one.word == word)?
            }
            _ => 0,
        };
        let data_type = (function.gives)(&typed);
        let nullable = match function.nulls {
            Nulls::Any => typed.iter().any(|one| one.nullable),
            Nulls::All => typed.iter().all(|one| one.nullable),
            Nulls::Always => true,
            Nulls::Never => false,
        };
        Some(Typed { node: Node::Call(function, variant, typed), data_type, nullable })
    }

    fn argument(&mut self, function: &Function, parameter: Parameter, expr: &Expr) -> Option<Typed> {
        match parameter {
            Parameter::Common => {
                return if function.name == "coalesce" { self.any(expr) } else { self.value(expr) };
            }
            Parameter::Text => return self.string(expr),
            Parameter::Word
            | Parameter::Needle
            | Parameter::Constant
            | Parameter::Regex
            | Parameter::ReplacedRegex
            | Parameter::Replacement
            | Parameter::Count(..) => return self.constant(function, parameter, expr),
            _ => {}
        }
        let typed = self.value(expr)?;
        let data_type = typed.data_type;
        let converted = match parameter {
            Parameter::Number if data_type.is_numeric() => Some(typed),
            Parameter::Exact => decimal(typed),
            Parameter::Double if data_type.is_numeric() => Some(typed.converted(Type::Double)),
            Parameter::Integer if data_type == Type::Integer => Some(typed),
            Parameter::Timestamp if data_type.is_temporal() => Some(typed.converted(Type::Timestamp)),
            _ => None,
        };
        if converted.is_some() {
            return converted;
        }
        let summary = format!("`{}` does not accept `{data_type}` here", function.name);
        self.refuse(
            TYPE,
            &self.span(expr),
            summary,
            "Spark and Redshift convert types differently",
            format!("write {}", function.signature),
        )
    }

    fn constant(&mut self, function: &Function, parameter: Parameter, expr: &Expr) -> Option<Typed> {
        let needed = match (parameter, written(expr)) {
            (Parameter::Count(least, most), _) => match count(expr).filter(|n| (least..=most).contains(n)) {
                Some(n) => return Some(constant(Node::Number(n.to_string()), Type::Integer)),
                None => format!("a whole number from {least} to {most}"),
            },
            (_, None) => "text in single quotes".to_owned(),
            (Parameter::Word, Some(word)) => {
                let word = word.to_ascii_lowercase();
                let words: Vec<_> = function.renderings.iter().map(|one| one.word).collect();
                if words.contains(&word.as_str()) {
                    return Some(constant(Node::Text(word), text(16)));
                }
                one_of(words)
            }
            (Parameter::Needle, Some("")) => "at least one character".to_owned(),
            (Parameter::Replacement, Some(value)) if value.contains(['\\', '$']) => {
                "text without `\\` and `$`, which refer to groups".to_owned()
            }
            (Parameter::Regex | Parameter::ReplacedRegex, Some(value)) => {
                let purpose = if parameter == Parameter::Regex { Purpose::Test } else { Purpose::Replace };
                match pattern::regex(value, Engine::Spark, purpose) {
                    Ok(_) => return Some(text_constant(value)),
                    Err(why) => {
                        let summary = "this pattern is not portable between Java and POSIX";
                        return self.refuse(
                            CONSTANT,
                            &self.span(expr),
                            summary,
                            why,
                            "write a simpler pattern",
                        );
                    }
                }
            }
            (_, Some(value)) => return Some(text_constant(value)),
        };
        let summary = format!("`{}` requires a constant here: {needed}", function.name);
        self.refuse(
            CONSTANT,
            &self.span(expr),
            summary,
            "Spark and Redshift differ on other values",
            format!("write {}", function.signature),
        )
    }
}

fn text_constant(value: &str) -> Typed {
    let length = u32::try_from(value.chars().count()).unwrap_or(u32::MAX);
    constant(Node::Text(value.to_owned()), text(length))
}

fn plain(field: &CeilFloorKind) -> bool {
    matches!(field, CeilFloorKind::DateTimeField(sqlparser::ast::DateTimeField::NoDateTime))
}

fn count(expr: &Expr) -> Option<u32> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, false) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
