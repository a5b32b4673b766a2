//! Whether a rule file can be evaluated.
//!
//! In: the syntax tree of a rule file. Out: faults, each with its place: unknown names, rules and variables that need themselves, and
//! what stops the evaluator of the language instead of failing. It refuses to evaluate.

use std::collections::{BTreeMap, BTreeSet};

use cloudformation_guard_lang::eval_context::FunctionName;
use cloudformation_guard_lang::exprs::{FunctionExpr, LetExpr, LetValue, QueryPart, RulesFile};

use crate::fault::GuardFault;
use crate::references::References;

/// A rule, a rule with parameters, or a variable of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node<'r> {
    Rule(&'r str),
    Call(&'r str),
    Variable(&'r str),
}

impl Node<'_> {
    fn describe(self) -> String {
        match self {
            Self::Rule(name) | Self::Call(name) => format!("rule `{name}`"),
            Self::Variable(name) => format!("variable `%{name}`"),
        }
    }
}

/// The faults of a rule file.
pub(crate) fn faults(file: &str, rules: &RulesFile<'_>) -> Vec<GuardFault> {
    let mut nodes: Vec<(Node<'_>, References<'_>)> = Vec::new();
    for LetExpr { var, value } in &rules.assignments {
        nodes.push((Node::Variable(var), References::of_value(value)));
    }
    for rule in &rules.guard_rules {
        nodes.push((Node::Rule(&rule.rule_name), References::of_rule(rule)));
    }
    let mut parameters = BTreeMap::new();
    for rule in &rules.parameterized_rules {
        parameters.insert(rule.rule.rule_name.as_str(), rule.parameter_names.len());
        nodes.push((Node::Call(&rule.rule.rule_name), References::of_rule(&rule.rule)));
    }
    let mut known: BTreeSet<&str> =
        rules.assignments.iter().map(|assignment| assignment.var.as_str()).collect();
    known.extend(
        rules.parameterized_rules.iter().flat_map(|rule| rule.parameter_names.iter().map(String::as_str)),
    );
    for (_, references) in &nodes {
        known.extend(references.captures.iter().copied());
        known.extend(references.scopes.iter().copied().flatten().map(|assignment| assignment.var.as_str()));
    }
    let mut faults = Vec::new();
    for (node, references) in &nodes {
        names(file, references, &nodes, &parameters, &mut faults);
        faults.extend(unknown_variable(file, *node, references, &known));
        faults.extend(references.functions.iter().filter_map(|function| function_fault(file, function)));
        faults.extend(references.negated.iter().map(|access| {
            let fault = GuardFault::new(file, "`not` before a comparison has no effect").at(&access.location);
            fault.help("negate the operator: `!=`, `not in`")
        }));
        faults.extend(references.queries.iter().filter_map(|query| query_fault(file, *node, query)));
        faults.extend(references.scopes.iter().filter_map(|scope| circle_of_variables(file, scope)));
    }
    faults.extend(circle(&edges(&nodes)).map(|node| {
        GuardFault::new(file, format!("{} needs itself", node.describe()))
            .help("remove the reference that leads back to it")
    }));
    faults.dedup();
    faults
}

fn names(
    file: &str,
    of: &References<'_>,
    nodes: &[(Node<'_>, References<'_>)],
    parameters: &BTreeMap<&str, usize>,
    faults: &mut Vec<GuardFault>,
) {
    for rule in &of.rules {
        if !nodes.iter().any(|(node, _)| *node == Node::Rule(&rule.dependent_rule)) {
            faults.push(
                GuardFault::new(file, format!("unknown rule `{}`", rule.dependent_rule)).at(&rule.location),
            );
        }
    }
    for call in &of.calls {
        let rule = &call.named_rule;
        let (name, given) = (&rule.dependent_rule, call.parameters.len());
        match parameters.get(name.as_str()) {
            None => faults.push(
                GuardFault::new(file, format!("unknown rule `{name}` with parameters")).at(&rule.location),
            ),
            Some(&expected) if expected != given => {
                let summary = format!("rule `{name}` expects {expected} parameters, found {given}");
                faults.push(GuardFault::new(file, summary).at(&rule.location));
            }
            Some(_) => {}
        }
    }
}

fn unknown_variable(
    file: &str,
    node: Node<'_>,
    references: &References<'_>,
    known: &BTreeSet<&str>,
) -> Option<GuardFault> {
    let name = references.variables.iter().find(|name| !known.contains(*name))?;
    Some(GuardFault::new(file, format!("unknown variable `%{name}` in {}", node.describe())))
}

/// The evaluator takes the first result of each argument but the first, without asking whether there is one; it cuts text at bytes;
/// and it reads the clock.
fn function_fault(file: &str, function: &FunctionExpr<'_>) -> Option<GuardFault> {
    let fault = |summary: String| Some(GuardFault::new(file, summary).at(&function.location));
    match function.name {
        FunctionName::Now => fault("function `now` makes findings depend on the clock".to_owned()),
        FunctionName::Substring => {
            let fault = fault("function `substring` fails on text beyond ASCII".to_owned());
            fault.map(|fault| fault.help("match the text with a regular expression"))
        }
        FunctionName::Join | FunctionName::RegexReplace => {
            let literal = |value: &LetValue<'_>| matches!(value, LetValue::Value(_));
            if function.parameters.iter().skip(1).all(literal) {
                return None;
            }
            fault(format!("function `{}` requires literals after its first argument", function.name))
        }
        FunctionName::Count
        | FunctionName::JsonParse
        | FunctionName::ParseBoolean
        | FunctionName::ParseChar
        | FunctionName::ParseEpoch
        | FunctionName::ParseFloat
        | FunctionName::ParseInt
        | FunctionName::ParseString
        | FunctionName::ToLower
        | FunctionName::ToUpper
        | FunctionName::UrlDecode => None,
    }
}

/// The evaluator stops at a filter of an object that follows an index or another filter.
fn query_fault(file: &str, node: Node<'_>, query: &[QueryPart<'_>]) -> Option<GuardFault> {
    let filtered = |pair: &[QueryPart<'_>]| {
        matches!(
            pair,
            [
                QueryPart::This | QueryPart::Index(_) | QueryPart::Filter(..) | QueryPart::MapKeyFilter(..),
                QueryPart::Filter(..)
            ]
        )
    };
    if !query.windows(2).any(filtered) && !matches!(query.first(), Some(QueryPart::Filter(..))) {
        return None;
    }
    let summary = format!("a filter in {} must follow a key, `*` or `[*]`", node.describe());
    Some(GuardFault::new(file, summary).help("combine two filters into one, with a line for each"))
}

fn circle_of_variables(file: &str, scope: &[LetExpr<'_>]) -> Option<GuardFault> {
    let nodes: Vec<_> =
        scope.iter().map(|each| (Node::Variable(&each.var), References::of_value(&each.value))).collect();
    let node = circle(&edges(&nodes))?;
    Some(GuardFault::new(file, format!("{} needs itself", node.describe())))
}

fn edges<'r>(nodes: &[(Node<'r>, References<'r>)]) -> BTreeMap<Node<'r>, BTreeSet<Node<'r>>> {
    let mut edges: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (node, references) in nodes {
        let to = edges.entry(*node).or_default();
        to.extend(references.variables.iter().map(|name| Node::Variable(name)));
        to.extend(references.rules.iter().map(|rule| Node::Rule(&rule.dependent_rule)));
        to.extend(references.calls.iter().map(|call| Node::Call(&call.named_rule.dependent_rule)));
    }
    edges
}

/// A node that can be reached from itself. Nodes that need nothing of what is left, or that nothing left needs, are removed until only
/// circles are left, and what lies between them.
fn circle<'r>(edges: &BTreeMap<Node<'r>, BTreeSet<Node<'r>>>) -> Option<Node<'r>> {
    let mut left: BTreeSet<_> = edges.keys().copied().collect();
    loop {
        let needs = |node: &Node<'r>| edges[node].iter().any(|to| left.contains(to));
        let is_needed = |node: &Node<'r>| left.iter().any(|from| edges[from].contains(node));
        let kept: BTreeSet<_> = left.iter().copied().filter(|node| needs(node) && is_needed(node)).collect();
        if kept.len() == left.len() {
            return kept.first().copied();
        }
        left = kept;
    }
}
