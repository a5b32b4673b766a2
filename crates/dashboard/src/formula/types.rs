//! What an expression gives.

use strataform_diagnostic::suggestion;

use super::functions::{Function, GROUPS, Give, ROWS, TABLES, Take, names};
use super::parse::{Formula, Node, Operator, Part};
use super::{Fault, Names, Sort, Typed};

/// The units that `truncDate`, `addDateTime` and `dateDiff` take, and those of `extract`.
const UNITS: [&str; 12] = ["YYYY", "Q", "MM", "DD", "WK", "HH", "MI", "SS", "MS", "WD", "YY", "M"];

impl Formula {
    /// What it gives, or everything that is wrong with it.
    ///
    /// # Errors
    ///
    /// Names that mean nothing, unknown functions, values of another kind than a function takes, rows mixed with groups
    /// of rows.
    pub fn typed(&self, names: &dyn Names) -> Result<Typed, Vec<Fault>> {
        let mut reading = Reading { names, faults: Vec::new() };
        let typed = reading.value(&self.root);
        if reading.faults.is_empty() { Ok(typed) } else { Err(reading.faults) }
    }
}

struct Reading<'n> {
    names: &'n dyn Names,
    faults: Vec<Fault>,
}

const NOTHING: Typed = Typed { sort: Sort::Unknown, aggregated: false };

const fn plain(sort: Sort) -> Typed {
    Typed { sort, aggregated: false }
}

/// The kind that both values have, whole numbers being numbers too; `None` where they have none in common.
fn common(one: Sort, other: Sort) -> Option<Sort> {
    match (one, other) {
        (Sort::Unknown, known) | (known, Sort::Unknown) => Some(known),
        (Sort::Integer | Sort::Decimal, Sort::Decimal) | (Sort::Decimal, Sort::Integer) => {
            Some(Sort::Decimal)
        }
        (one, other) if one == other => Some(one),
        _ => None,
    }
}

impl Reading<'_> {
    fn fault(&mut self, node: &Node, summary: impl Into<String>) -> Typed {
        self.faults.push(Fault::new(node.span.clone(), summary));
        NOTHING
    }

    fn value(&mut self, node: &Node) -> Typed {
        match &node.kind {
            Part::Text(_) => plain(Sort::Text),
            Part::Integer => plain(Sort::Integer),
            Part::Decimal => plain(Sort::Decimal),
            Part::Null | Part::Word => NOTHING,
            Part::Truth => plain(Sort::Boolean),
            Part::Column(name) => self.names.column(name).unwrap_or_else(|| {
                let fault = Fault::new(node.span.clone(), format!("there is no column `{name}`"));
                self.faults.push(fault.help(self.names.meant(name)));
                NOTHING
            }),
            Part::Parameter(name) => {
                if let Some(sort) = self.names.parameter(name) {
                    return plain(sort);
                }
                let fault = Fault::new(node.span.clone(), format!("there is no parameter `{name}`"));
                self.faults.push(fault.help(self.names.meant_parameter(name)));
                NOTHING
            }
            Part::List(items) => {
                for item in items {
                    self.value(item);
                }
                NOTHING
            }
            Part::Not(inner) => {
                let typed = self.condition(inner);
                Typed { sort: Sort::Boolean, ..typed }
            }
            Part::Minus(inner) => self.number(inner),
            Part::Binary(operator, left, right) => self.binary(node, *operator, left, right),
            Part::Call(name, items) => self.call(node, name, items),
        }
    }

    fn condition(&mut self, node: &Node) -> Typed {
        let typed = self.value(node);
        if !matches!(typed.sort, Sort::Boolean | Sort::Unknown) {
            return self
                .fault(node, format!("this is {}, and a condition is true or false", typed.sort.text()));
        }
        typed
    }

    fn number(&mut self, node: &Node) -> Typed {
        let typed = self.value(node);
        if !typed.sort.is_number() {
            return self.fault(node, format!("this is {}, and no number", typed.sort.text()));
        }
        typed
    }

    fn binary(&mut self, node: &Node, operator: Operator, left: &Node, right: &Node) -> Typed {
        let (one, other, sort) = match operator {
            Operator::And | Operator::Or => (self.condition(left), self.condition(right), Sort::Boolean),
            Operator::Compare => {
                let (one, other) = (self.value(left), self.value(right));
                // A text beside a date is read as a date.
                let dated =
                    matches!((one.sort, other.sort), (Sort::Date, Sort::Text) | (Sort::Text, Sort::Date));
                if common(one.sort, other.sort).is_none() && !dated {
                    let (one, other) = (one.sort.text(), other.sort.text());
                    return self.fault(node, format!("{one} is compared with {other}"));
                }
                (one, other, Sort::Boolean)
            }
            Operator::Add => {
                let (one, other) = (self.number(left), self.number(right));
                (one, other, common(one.sort, other.sort).unwrap_or(Sort::Decimal))
            }
            Operator::Divide => (self.number(left), self.number(right), Sort::Decimal),
        };
        self.mixed(node, &[(left, one), (right, other)]);
        Typed { sort, aggregated: one.aggregated || other.aggregated }
    }

    /// A value of rows cannot stand beside one that puts rows together. Those that are the same in every row can.
    fn mixed(&mut self, node: &Node, parts: &[(&Node, Typed)]) {
        let grouped = parts.iter().any(|(_, typed)| typed.aggregated);
        let of_rows = |(part, typed): &(&Node, Typed)| !typed.aggregated && has_column(part);
        if grouped && parts.iter().any(of_rows) {
            let summary = "values of single rows are mixed with values of many rows";
            let fault = Fault::new(node.span.clone(), summary);
            self.faults.push(fault.help("put the rows together too: `sum({…})`, `max({…})`"));
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
        if TABLES.iter().any(|one| is(one)) {
            for item in items {
                self.value(item);
            }
            let sort =
                if name.to_ascii_lowercase().contains("value") { Sort::Unknown } else { Sort::Decimal };
            return Typed { sort, aggregated: true };
        }
        let known: Vec<String> = names().collect();
        let help = suggestion(name, known.iter().map(String::as_str)).unwrap_or_default();
        let end = node.span.start + name.len();
        let fault = Fault::new(node.span.start..end, format!("there is no function `{name}`"));
        self.faults.push(Fault { certain: false, ..fault.help(help) });
        NOTHING
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
                return self.fault(node, format!("`{}If` takes a value and a condition", function.name));
            };
            self.condition(condition);
            items = rest;
        }
        let inner = self.apply(node, function, items);
        if inner.aggregated {
            self.fault(node, format!("`{}` is taken of what puts rows together already", function.name));
        }
        if let Some(by) = by {
            self.value(by);
        }
        // With fields of its own to group by, each row has a value.
        Typed { aggregated: by.is_none(), ..inner }
    }

    /// A function with a list of what it takes.
    fn apply(&mut self, node: &Node, function: &Function, items: &[Node]) -> Typed {
        let most = function.takes.len();
        if items.len() < function.least || (items.len() > most && function.more.is_empty()) {
            let wanted = match (function.least, most) {
                (0, 0) => "nothing".to_owned(),
                (least, _) if !function.more.is_empty() => format!("at least {least} values"),
                (1, 1) => "one value".to_owned(),
                (least, most) if least == most => format!("{most} values"),
                (least, most) => format!("{least} to {most} values"),
            };
            let summary = format!("`{}` takes {wanted}, and here are {}", function.name, items.len());
            return self.fault(node, summary);
        }
        let takes = function.takes.iter().chain(function.more.iter().cycle());
        let mut same = Sort::Unknown;
        let mut first = Sort::Unknown;
        let mut parts = Vec::with_capacity(items.len());
        for (at, (item, take)) in items.iter().zip(takes).enumerate() {
            let typed = match &item.kind {
                // `in({status}, ["a", "b"])`
                Part::List(inner) if *take == Take::Same => {
                    let mut typed = NOTHING;
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
        let sort = match function.gives {
            Give::Text => Sort::Text,
            Give::Integer => Sort::Integer,
            Give::Decimal => Sort::Decimal,
            Give::Date => Sort::Date,
            Give::Condition => Sort::Boolean,
            Give::First => first,
            Give::Same => same,
        };
        Typed { sort, aggregated: parts.iter().any(|(_, typed)| typed.aggregated) }
    }

    fn taken(&mut self, item: &Node, take: Take, function: &Function, same: &mut Sort) -> Typed {
        let typed = self.value(item);
        let fits = match take {
            Take::Any => true,
            Take::Text => matches!(typed.sort, Sort::Text | Sort::Unknown),
            Take::Number => typed.sort.is_number(),
            Take::Integer => matches!(typed.sort, Sort::Integer | Sort::Unknown),
            Take::Date => matches!(typed.sort, Sort::Date | Sort::Unknown),
            Take::Same => match common(*same, typed.sort) {
                Some(both) => {
                    *same = both;
                    true
                }
                None => matches!((*same, typed.sort), (Sort::Date, Sort::Text)),
            },
        };
        if !fits {
            let wanted = match take {
                Take::Text => "a text",
                Take::Number => "a number",
                Take::Integer => "a whole number",
                Take::Date => "a date",
                Take::Any | Take::Same => same.text(),
            };
            self.fault(
                item,
                format!("this is {}, and `{}` takes {wanted}", typed.sort.text(), function.name),
            );
        }
        typed
    }

    /// That a unit of time is one, where it is written out.
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
            let fault = Fault::new(item.span.clone(), format!("`{text}` is no unit of time"));
            self.faults.push(fault.help("write YYYY, Q, MM, DD, WK, HH, MI or SS"));
        }
    }

    /// Conditions and values in turn, and what else.
    fn ifelse(&mut self, node: &Node, items: &[Node]) -> Typed {
        if items.len() < 3 || items.len().is_multiple_of(2) {
            return self.fault(node, "`ifelse` takes conditions each with a value, and a last value");
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

    /// A value, then cases each with a value, and what else.
    fn switch(&mut self, node: &Node, items: &[Node]) -> Typed {
        let Some((subject, rest)) =
            items.split_first().filter(|_| items.len() >= 4 && items.len().is_multiple_of(2))
        else {
            return self.fault(node, "`switch` takes a value, cases each with a value, and a last value");
        };
        let of = self.value(subject);
        let mut parts = vec![(subject, of)];
        let mut values = Vec::new();
        for (at, item) in rest.iter().enumerate() {
            if at.is_multiple_of(2) && at + 1 != rest.len() {
                let case = self.value(item);
                if common(of.sort, case.sort).is_none() {
                    self.fault(item, format!("{} is compared with {}", of.sort.text(), case.sort.text()));
                }
                parts.push((item, case));
            } else {
                values.push(item);
            }
        }
        self.alike(node, values, parts)
    }

    fn alike<'i>(&mut self, node: &Node, values: Vec<&'i Node>, mut parts: Vec<(&'i Node, Typed)>) -> Typed {
        let mut sort = Sort::Unknown;
        for item in values {
            let typed = self.value(item);
            match common(sort, typed.sort) {
                Some(both) => sort = both,
                None => drop(self.fault(
                    item,
                    format!("this is {}, and the value before {}", typed.sort.text(), sort.text()),
                )),
            }
            parts.push((item, typed));
        }
        self.mixed(node, &parts);
        Typed { sort, aggregated: parts.iter().any(|(_, typed)| typed.aggregated) }
    }
}

/// Whether an aggregate takes a condition.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    If,
}

fn grouping(name: &str) -> Option<(&'static Function, Form)> {
    let mut functions = GROUPS.iter();
    functions.find_map(|(function, has_if)| {
        if function.name.eq_ignore_ascii_case(name) {
            return Some((function, Form::Plain));
        }
        let stem = name.len().checked_sub(2).and_then(|end| name.get(..end))?;
        let ends = name.get(stem.len()..)?.eq_ignore_ascii_case("if");
        (*has_if && ends && function.name.eq_ignore_ascii_case(stem)).then_some((function, Form::If))
    })
}

/// Whether a part names a column outside of what puts rows together.
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
                "amount" => plain(Sort::Decimal),
                "items" => plain(Sort::Integer),
                "status" | "net amount" => plain(Sort::Text),
                "at" => plain(Sort::Date),
                "total" => Typed { sort: Sort::Decimal, aggregated: true },
                _ => return None,
            })
        }

        fn parameter(&self, name: &str) -> Option<Sort> {
            (name == "Least").then_some(Sort::Integer)
        }

        fn meant(&self, _: &str) -> String {
            "did you mean `amount`?".to_owned()
        }

        fn meant_parameter(&self, _: &str) -> String {
            "did you mean `Least`?".to_owned()
        }
    }

    fn typed(text: &str) -> Result<Typed, Vec<Fault>> {
        Formula::read(text).map_err(|fault| vec![fault])?.typed(&Known)
    }

    #[test]
    fn what_an_expression_gives_is_known() {
        let cases = [
            ("{amount} * 2", Sort::Decimal, false),
            ("items + 1", Sort::Integer, false),
            ("items / 2", Sort::Decimal, false),
            ("sum({amount}) / count({status})", Sort::Decimal, true),
            ("sumIf({items}, {status} = 'paid' AND NOT isNull({amount}))", Sort::Integer, true),
            ("ifelse({amount} > ${Least}, 'large', {amount} > 1, \"some\", 'small')", Sort::Text, false),
            ("switch({status}, 'a', 1, 'b', 2.5, 0)", Sort::Decimal, false),
            ("truncDate('MM', {at})", Sort::Date, false),
            ("dateDiff({at}, now(), 'DD') > 7", Sort::Boolean, false),
            ("{at} > '2026-01-01'", Sort::Boolean, false),
            ("runningSum(sum({amount}), [{at} ASC])", Sort::Decimal, true),
            ("sum({amount}, [{status}])", Sort::Decimal, false),
            ("avg(sum({amount}, [{status}]))", Sort::Decimal, true),
            ("coalesce({amount}, 0)", Sort::Decimal, false),
            ("in({status}, ['a', 'b'])", Sort::Boolean, false),
            ("-{items} ^ 2 // squared", Sort::Decimal, false),
            ("{total} / ${Least}", Sort::Decimal, true),
            ("contains(toLower({net amount}), 'x', CASE_INSENSITIVE) or false", Sort::Boolean, false),
            ("max({at})", Sort::Date, true),
            ("NULL", Sort::Unknown, false),
        ];
        for (text, sort, aggregated) in cases {
            assert_eq!(typed(text), Ok(Typed { sort, aggregated }), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place() {
        let cases = [
            ("sum({status})", "{status}", "`sum` takes a number"),
            ("{amuont} + 1", "{amuont}", "there is no column `amuont`"),
            ("summ({amount})", "summ", "there is no function `summ`"),
            ("{amount} > ${Most}", "${Most}", "there is no parameter `Most`"),
            ("{amount} + sum({amount})", "{amount} + sum({amount})", "single rows are mixed"),
            ("sum(sum({amount}))", "sum(sum({amount}))", "already"),
            ("ifelse({amount}, 1, 2)", "{amount}", "a condition is true or false"),
            ("ifelse({amount} > 1, 1)", "ifelse({amount} > 1, 1)", "`ifelse` takes"),
            ("ifelse({amount} > 1, 1, 'a')", "'a'", "the value before a number"),
            ("{status} > 1", "{status} > 1", "a text is compared with a number"),
            ("truncDate('MONTH', {at})", "'MONTH'", "`MONTH` is no unit of time"),
            ("left({status})", "left({status})", "`left` takes 2 values"),
            ("{status} + 'a'", "{status}", "no number"),
            ("sumIf({amount})", "sumIf({amount})", "a value and a condition"),
            ("{amount} {items}", "{items}", "nothing is expected here"),
            ("sum({amount}", "(", "not closed"),
            ("{amount} +", "+", "breaks off"),
            ("{amount", "{amount", "has no `}`"),
            ("'open", "'open", "no end"),
            ("{amount} ; 1", ";", "no sign"),
            ("1.2.3", "1.2.3", "no number"),
            ("", "", "empty"),
        ];
        for (text, at, said) in cases {
            let faults = typed(text).expect_err(text);
            let fault = &faults[0];
            assert!(fault.summary.contains(said), "{text}: {faults:?}");
            let place = &text[fault.span.clone()];
            assert!(place.contains(at), "{text}: {place:?}");
        }
    }

    #[test]
    fn nothing_deep_stops_it() {
        for deep in ["(".repeat(100_000), "not ".repeat(100_000), "-".repeat(100_000), "sum(".repeat(100_000)]
        {
            assert!(Formula::read(&deep).is_err());
        }
        assert!(Formula::read(&format!("{}1{}", "(".repeat(50), ")".repeat(50))).is_ok());
    }
}
