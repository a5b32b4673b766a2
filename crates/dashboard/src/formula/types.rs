//! Type inference for expressions.

use strataform_diagnostic::suggestion;

use super::functions::{Accepts, Form, Function, ROWS, Returns, TABLES, grouping, names};
use super::parse::{Formula, Node, Operator, Part};
use super::{Fault, Names, Typed, VISUAL_DIMENSIONS, ValueType};

/// The units of `truncDate`, `addDateTime`, `dateDiff` and `extract`.
const UNITS: [&str; 12] = ["YYYY", "Q", "MM", "DD", "WK", "HH", "MI", "SS", "MS", "WD", "YY", "M"];

impl Formula {
    /// Infers the type of the expression.
    ///
    /// # Errors
    ///
    /// All problems: unknown names and functions, arguments of the wrong type, and expressions that mix aggregated and
    /// non-aggregated values.
    pub fn typed(&self, names: &dyn Names) -> Result<Typed, Vec<Fault>> {
        let mut reading = Reading { names, faults: Vec::new() };
        let typed = reading.value(&self.root);
        if reading.faults.is_empty() { Ok(typed) } else { Err(reading.faults) }
    }
}

pub(super) struct Reading<'n> {
    names: &'n dyn Names,
    faults: Vec<Fault>,
}

pub(super) const UNKNOWN: Typed = Typed { sort: ValueType::Unknown, aggregated: false };

const fn plain(sort: ValueType) -> Typed {
    Typed { sort, aggregated: false }
}

/// The common type of two values, where integers are also decimals; `None` if there is none.
fn common(one: ValueType, other: ValueType) -> Option<ValueType> {
    match (one, other) {
        (ValueType::Unknown, known) | (known, ValueType::Unknown) => Some(known),
        (ValueType::Integer | ValueType::Decimal, ValueType::Decimal)
        | (ValueType::Decimal, ValueType::Integer) => Some(ValueType::Decimal),
        (one, other) if one == other => Some(one),
        _ => None,
    }
}

/// Whether a truth value is compared with a number: 1 is true, 0 is false, other numbers are neither.
fn truths(one: (&Node, Typed), other: (&Node, Typed)) -> bool {
    let is_number = |(node, typed): (&Node, Typed)| match node.kind {
        Part::Integer { truth } => truth,
        _ => typed.sort == ValueType::Integer,
    };
    let is_truth = |(_, typed): (&Node, Typed)| typed.sort == ValueType::Boolean;
    (is_truth(one) && is_number(other)) || (is_number(one) && is_truth(other))
}

impl Reading<'_> {
    pub(super) fn fault(&mut self, node: &Node, summary: impl Into<String>) -> Typed {
        self.faults.push(Fault::new(node.span.clone(), summary));
        UNKNOWN
    }

    pub(super) fn value(&mut self, node: &Node) -> Typed {
        match &node.kind {
            Part::Text(_) => plain(ValueType::Text),
            Part::Integer { .. } => plain(ValueType::Integer),
            Part::Decimal => plain(ValueType::Decimal),
            Part::Null | Part::Word(_) => UNKNOWN,
            Part::Boolean => plain(ValueType::Boolean),
            Part::Column(name) => self.names.column(name).unwrap_or_else(|| {
                let fault = Fault::new(node.span.clone(), format!("unknown column `{name}`"));
                self.faults.push(fault.help(self.names.suggest_column(name)));
                UNKNOWN
            }),
            // The fields of the visual, as groups of a level-aware aggregate.
            Part::Parameter(name) if name == VISUAL_DIMENSIONS => UNKNOWN,
            Part::Parameter(name) => {
                if let Some(sort) = self.names.parameter(name) {
                    return plain(sort);
                }
                let fault = Fault::new(node.span.clone(), format!("unknown parameter `{name}`"));
                self.faults.push(fault.help(self.names.suggest_parameter(name)));
                UNKNOWN
            }
            Part::List(items) => {
                let mut aggregated = false;
                for item in items {
                    aggregated |= self.value(item).aggregated;
                }
                Typed { aggregated, ..UNKNOWN }
            }
            Part::Not(inner) => {
                let typed = self.condition(inner);
                Typed { sort: ValueType::Boolean, ..typed }
            }
            Part::Minus(inner) => self.number(inner),
            Part::Binary(operator, left, right) => self.binary(node, *operator, left, right),
            Part::Call(name, items) => self.call(node, name, items),
        }
    }

    fn condition(&mut self, node: &Node) -> Typed {
        let typed = self.value(node);
        if !matches!(typed.sort, ValueType::Boolean | ValueType::Unknown) {
            return self.fault(node, format!("expected a condition, found {}", typed.sort.text()));
        }
        typed
    }

    fn number(&mut self, node: &Node) -> Typed {
        let typed = self.value(node);
        if !typed.sort.is_number() {
            return self.fault(node, format!("expected a number, found {}", typed.sort.text()));
        }
        typed
    }

    fn binary(&mut self, node: &Node, operator: Operator, left: &Node, right: &Node) -> Typed {
        let (one, other, sort) = match operator {
            Operator::And | Operator::Or => (self.condition(left), self.condition(right), ValueType::Boolean),
            Operator::Compare => {
                let (one, other) = (self.value(left), self.value(right));
                // A string that is compared with a date is parsed as a date.
                let dated = matches!(
                    (one.sort, other.sort),
                    (ValueType::Date, ValueType::Text) | (ValueType::Text, ValueType::Date)
                );
                if common(one.sort, other.sort).is_none() && !dated && !truths((left, one), (right, other)) {
                    let (one, other) = (one.sort.text(), other.sort.text());
                    return self.fault(node, format!("cannot compare {one} with {other}"));
                }
                (one, other, ValueType::Boolean)
            }
            Operator::Add => {
                let (one, other) = (self.number(left), self.number(right));
                (one, other, common(one.sort, other.sort).unwrap_or(ValueType::Decimal))
            }
            Operator::Divide => (self.number(left), self.number(right), ValueType::Decimal),
        };
        self.mixed(node, &[(left, one), (right, other)]);
        Typed { sort, aggregated: one.aggregated || other.aggregated }
    }

    /// Checks that aggregated and non-aggregated values are not mixed. A value without columns can go with both.
    fn mixed(&mut self, node: &Node, parts: &[(&Node, Typed)]) {
        let grouped = parts.iter().any(|(_, typed)| typed.aggregated);
        let of_rows = |(part, typed): &(&Node, Typed)| !typed.aggregated && has_column(part);
        if grouped && parts.iter().any(of_rows) {
            let summary = "aggregated and non-aggregated values cannot be mixed";
            let fault = Fault::new(node.span.clone(), summary);
            self.faults.push(fault.help("aggregate the other value, too: `sum({…})`, `max({…})`"));
        }
    }

    fn call(&mut self, node: &Node, name: &str, items: &[Node]) -> Typed {
        let is = |one: &str| one.eq_ignore_ascii_case(name);
        if is("ifelse") {
            return self.ifelse(node, items);
        }
        if is("switch") {
            return self.switch(node, items);
        }
        if let Some(function) = ROWS.iter().find(|one| is(one.name)) {
            return self.apply(node, function, items);
        }
        if let Some((function, form)) = grouping(name) {
            return self.group(node, function, form, items);
        }
        if let Some(table) = TABLES.iter().find(|one| is(one.name)) {
            return self.window(table, items);
        }
        let known: Vec<String> = names().collect();
        let help = suggestion(name, known.iter().map(String::as_str)).unwrap_or_default();
        let end = node.span.start + name.len();
        let fault = Fault::new(node.span.start..end, format!("unknown function `{name}`"));
        self.faults.push(Fault { certain: false, ..fault.help(help) });
        UNKNOWN
    }

    fn group(&mut self, node: &Node, function: &Function, form: Form, items: &[Node]) -> Typed {
        let (mut items, mut by) = (items, None);
        if let Some((last, rest)) = items.split_last()
            && matches!(last.kind, Part::List(_))
        {
            (items, by) = (rest, Some(last));
        }
        if let Form::If = form {
            let Some((condition, rest)) = items.split_last().filter(|_| items.len() == 2) else {
                return self.fault(node, format!("`{}If` expects a value and a condition", function.name));
            };
            self.condition(condition);
            items = rest;
        }
        let inner = self.apply(node, function, items);
        if inner.aggregated {
            self.fault(node, format!("the argument of `{}` is already aggregated", function.name));
        }
        if let Some(by) = by {
            self.value(by);
        }
        // An aggregate with fields to group by has a value for each row.
        Typed { aggregated: by.is_none(), ..inner }
    }

    /// Checks the arguments of a function, and infers its result.
    fn apply(&mut self, node: &Node, function: &Function, items: &[Node]) -> Typed {
        let most = function.takes.len();
        if items.len() < function.least || (items.len() > most && function.more.is_empty()) {
            let wanted = match (function.least, most) {
                (0, 0) => "no values".to_owned(),
                (least, _) if !function.more.is_empty() => format!("at least {least} values"),
                (1, 1) => "one value".to_owned(),
                (least, most) if least == most => format!("{most} values"),
                (least, most) => format!("{least} to {most} values"),
            };
            let summary = format!("`{}` expects {wanted}, found {}", function.name, items.len());
            return self.fault(node, summary);
        }
        let takes = function.takes.iter().chain(function.more.iter().cycle());
        let mut same = ValueType::Unknown;
        let mut first = ValueType::Unknown;
        let mut parts = Vec::with_capacity(items.len());
        for (at, (item, take)) in items.iter().zip(takes).enumerate() {
            let typed = match &item.kind {
                // `in({status}, ["a", "b"])`
                Part::List(inner) if *take == Accepts::Same => {
                    let mut typed = UNKNOWN;
                    for one in inner {
                        typed = self.taken(one, *take, function, &mut same);
                    }
                    typed
                }
                _ => self.taken(item, *take, function, &mut same),
            };
            if at == 0 {
                first = typed.sort;
            }
            parts.push((item, typed));
        }
        self.mixed(node, &parts);
        self.unit(function, items);
        let sort = match function.returns {
            Returns::Text => ValueType::Text,
            Returns::Integer => ValueType::Integer,
            Returns::Decimal => ValueType::Decimal,
            Returns::Date => ValueType::Date,
            Returns::Condition => ValueType::Boolean,
            Returns::First => first,
            Returns::Same => same,
        };
        Typed { sort, aggregated: parts.iter().any(|(_, typed)| typed.aggregated) }
    }

    fn taken(&mut self, item: &Node, take: Accepts, function: &Function, same: &mut ValueType) -> Typed {
        let typed = self.value(item);
        let fits = match take {
            Accepts::Any => true,
            Accepts::Text => matches!(typed.sort, ValueType::Text | ValueType::Unknown),
            Accepts::Number => typed.sort.is_number(),
            Accepts::Integer => matches!(typed.sort, ValueType::Integer | ValueType::Unknown),
            Accepts::Date => matches!(typed.sort, ValueType::Date | ValueType::Unknown),
            Accepts::Same => match common(*same, typed.sort) {
                Some(both) => {
                    *same = both;
                    true
                }
                None => match (*same, typed.sort) {
                    (ValueType::Date, ValueType::Text) => true,
                    // `in({is_new}, [1])`
                    (ValueType::Boolean, ValueType::Integer) => {
                        matches!(function.name, "in" | "notIn")
                            && matches!(item.kind, Part::Integer { truth: true } | Part::Column(_))
                    }
                    _ => false,
                },
            },
        };
        if !fits {
            let wanted = match take {
                Accepts::Text => "a string",
                Accepts::Number => "a number",
                Accepts::Integer => "an integer",
                Accepts::Date => "a date",
                Accepts::Any | Accepts::Same => same.text(),
            };
            self.fault(item, format!("`{}` expects {wanted}, found {}", function.name, typed.sort.text()));
        }
        typed
    }

    /// Checks a unit of time that is a literal.
    fn unit(&mut self, function: &Function, items: &[Node]) {
        let at = match function.name {
            "extract" | "truncDate" => 0,
            "addDateTime" => 1,
            "dateDiff" => 2,
            _ => return,
        };
        if let Some(item) = items.get(at)
            && let Part::Text(text) = &item.kind
            && !UNITS.contains(&text.to_ascii_uppercase().as_str())
        {
            let fault = Fault::new(item.span.clone(), format!("invalid unit of time `{text}`"));
            self.faults.push(fault.help("use YYYY, Q, MM, DD, WK, HH, MI or SS"));
        }
    }

    /// Pairs of conditions and values, and a last value.
    fn ifelse(&mut self, node: &Node, items: &[Node]) -> Typed {
        if items.len() < 3 || items.len().is_multiple_of(2) {
            return self.fault(node, "`ifelse` expects pairs of a condition and a value, and a last value");
        }
        let mut values = Vec::new();
        let mut parts = Vec::new();
        let last = items.len() - 1;
        for (at, item) in items.iter().enumerate() {
            if at.is_multiple_of(2) && at != last {
                let typed = self.condition(item);
                parts.push((item, typed));
            } else {
                values.push(item);
            }
        }
        self.alike(node, values, parts)
    }

    /// A value, pairs of cases and results, and a last result.
    fn switch(&mut self, node: &Node, items: &[Node]) -> Typed {
        let Some((subject, rest)) =
            items.split_first().filter(|_| items.len() >= 4 && items.len().is_multiple_of(2))
        else {
            return self
                .fault(node, "`switch` expects a value, pairs of a case and a result, and a last result");
        };
        let of = self.value(subject);
        let mut parts = vec![(subject, of)];
        let mut values = Vec::new();
        for (at, item) in rest.iter().enumerate() {
            if at.is_multiple_of(2) && at + 1 != rest.len() {
                let case = self.value(item);
                if common(of.sort, case.sort).is_none() && !truths((subject, of), (item, case)) {
                    self.fault(item, format!("cannot compare {} with {}", of.sort.text(), case.sort.text()));
                }
                parts.push((item, case));
            } else {
                values.push(item);
            }
        }
        self.alike(node, values, parts)
    }

    fn alike<'i>(&mut self, node: &Node, values: Vec<&'i Node>, mut parts: Vec<(&'i Node, Typed)>) -> Typed {
        let mut sort = ValueType::Unknown;
        for item in values {
            let typed = self.value(item);
            match common(sort, typed.sort) {
                Some(both) => sort = both,
                None => drop(self.fault(
                    item,
                    format!("expected {}, as in the value before, found {}", sort.text(), typed.sort.text()),
                )),
            }
            parts.push((item, typed));
        }
        self.mixed(node, &parts);
        Typed { sort, aggregated: parts.iter().any(|(_, typed)| typed.aggregated) }
    }
}

/// Whether a node uses a column outside of an aggregate.
fn has_column(node: &Node) -> bool {
    match &node.kind {
        Part::Column(_) => true,
        Part::Call(name, _) if grouping(name).is_some() => false,
        Part::Call(_, items) | Part::List(items) => items.iter().any(has_column),
        Part::Not(inner) | Part::Minus(inner) => has_column(inner),
        Part::Binary(_, left, right) => has_column(left) || has_column(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known;

    impl Names for Known {
        fn column(&self, name: &str) -> Option<Typed> {
            Some(match name {
                "amount" => plain(ValueType::Decimal),
                "items" => plain(ValueType::Integer),
                "status" | "net amount" => plain(ValueType::Text),
                "at" => plain(ValueType::Date),
                "total" => Typed { sort: ValueType::Decimal, aggregated: true },
                _ => return None,
            })
        }

        fn parameter(&self, name: &str) -> Option<ValueType> {
            (name == "Least").then_some(ValueType::Integer)
        }

        fn suggest_column(&self, _: &str) -> String {
            "did you mean `amount`?".to_owned()
        }

        fn suggest_parameter(&self, _: &str) -> String {
            "did you mean `Least`?".to_owned()
        }
    }

    fn typed(text: &str) -> Result<Typed, Vec<Fault>> {
        Formula::read(text).map_err(|fault| vec![fault])?.typed(&Known)
    }

    #[test]
    fn types_are_inferred() {
        let cases = [
            ("{amount} * 2", ValueType::Decimal, false),
            ("items + 1", ValueType::Integer, false),
            ("items / 2", ValueType::Decimal, false),
            ("sum({amount}) / count({status})", ValueType::Decimal, true),
            ("sumIf({items}, {status} = 'paid' AND NOT isNull({amount}))", ValueType::Integer, true),
            ("ifelse({amount} > ${Least}, 'large', {amount} > 1, \"some\", 'small')", ValueType::Text, false),
            ("switch({status}, 'a', 1, 'b', 2.5, 0)", ValueType::Decimal, false),
            ("truncDate('MM', {at})", ValueType::Date, false),
            ("dateDiff({at}, now(), 'DD') > 7", ValueType::Boolean, false),
            ("{at} > '2026-01-01'", ValueType::Boolean, false),
            ("runningSum(sum({amount}), [{at} ASC])", ValueType::Decimal, true),
            ("sum({amount}, [{status}])", ValueType::Decimal, false),
            ("avg(sum({amount}, [{status}]))", ValueType::Decimal, true),
            ("coalesce({amount}, 0)", ValueType::Decimal, false),
            ("in({status}, ['a', 'b'])", ValueType::Boolean, false),
            ("-{items} ^ 2 // squared", ValueType::Decimal, false),
            ("{total} / ${Least}", ValueType::Decimal, true),
            ("contains(toLower({net amount}), 'x', CASE_INSENSITIVE) or false", ValueType::Boolean, false),
            ("max({at})", ValueType::Date, true),
            ("NULL", ValueType::Unknown, false),
        ];
        for (text, sort, aggregated) in cases {
            assert_eq!(typed(text), Ok(Typed { sort, aggregated }), "{text}");
        }
    }

    #[test]
    fn faults_have_positions() {
        let cases = [
            ("sum({status})", "{status}", "`sum` expects a number"),
            ("{amuont} + 1", "{amuont}", "unknown column `amuont`"),
            ("summ({amount})", "summ", "unknown function `summ`"),
            ("{amount} > ${Most}", "${Most}", "unknown parameter `Most`"),
            ("{amount} + sum({amount})", "{amount} + sum({amount})", "cannot be mixed"),
            ("sum(sum({amount}))", "sum(sum({amount}))", "already"),
            ("ifelse({amount}, 1, 2)", "{amount}", "expected a condition"),
            ("ifelse({amount} > 1, 1)", "ifelse({amount} > 1, 1)", "`ifelse` expects"),
            ("ifelse({amount} > 1, 1, 'a')", "'a'", "expected a number, as in the value before"),
            ("{status} > 1", "{status} > 1", "cannot compare a string with a number"),
            ("truncDate('MONTH', {at})", "'MONTH'", "invalid unit of time `MONTH`"),
            ("left({status})", "left({status})", "`left` expects 2 values"),
            ("{status} + 'a'", "{status}", "expected a number"),
            ("sumIf({amount})", "sumIf({amount})", "a value and a condition"),
            ("{amount} {items}", "{items}", "expected the end"),
            ("sum({amount}", "(", "missing `)`"),
            ("{amount} +", "+", "unexpected end"),
            ("{amount", "{amount", "missing `}`"),
            ("'open", "'open", "unclosed"),
            ("{amount} ; 1", ";", "unexpected character"),
            ("1.2.3", "1.2.3", "invalid number"),
            ("", "", "empty"),
        ];
        for (text, at, summary) in cases {
            let faults = typed(text).expect_err(text);
            let fault = &faults[0];
            assert!(fault.summary.contains(summary), "{text}: {faults:?}");
            let place = &text[fault.span.clone()];
            assert!(place.contains(at), "{text}: {place:?}");
        }
    }

    #[test]
    fn deep_nesting_is_rejected() {
        for deep in [
            "(".repeat(100_000),
            "not ".repeat(100_000),
            "-".repeat(100_000),
            "sum(".repeat(100_000),
            format!("1{}", "+1".repeat(100_000)),
        ] {
            assert!(Formula::read(&deep).is_err());
        }
        assert!(Formula::read(&format!("{}1{}", "(".repeat(50), ")".repeat(50))).is_ok());
    }
}
