//! What the parts of a rule file refer to.
//!
//! In: a part of the syntax tree of the language. Out: the rules, variables and functions that it refers to, at any depth. It
//! refuses to judge them.

use cloudformation_guard_lang::exprs::{
    AccessClause, AccessQuery, Block, Conjunctions, FunctionExpr, GuardAccessClause, GuardClause,
    GuardNamedRuleClause, LetExpr, LetValue, ParameterizedNamedRuleClause, QueryPart, Rule, RuleClause,
    TypeBlock, WhenGuardClause,
};
use cloudformation_guard_lang::path_value::PathAwareValue;

/// References, in the order of the text.
#[derive(Default)]
pub(crate) struct References<'r> {
    /// Variables that are read.
    pub(crate) variables: Vec<&'r str>,
    /// Variables that a query captures keys in.
    pub(crate) captures: Vec<&'r str>,
    /// Rules whose status is asked for.
    pub(crate) rules: Vec<&'r GuardNamedRuleClause<'r>>,
    /// Rules that are called with parameters.
    pub(crate) calls: Vec<&'r ParameterizedNamedRuleClause<'r>>,
    /// Functions that are called.
    pub(crate) functions: Vec<&'r FunctionExpr<'r>>,
    /// The assignments of each block.
    pub(crate) scopes: Vec<&'r [LetExpr<'r>]>,
    /// Queries whose results are values: assigned, compared with, or passed on.
    pub(crate) values: Vec<&'r [QueryPart<'r>]>,
    /// Values that are compared with and are not literals without objects.
    pub(crate) compared: Vec<&'r LetValue<'r>>,
    /// Comparisons with `not` before them.
    pub(crate) negated: Vec<&'r AccessClause<'r>>,
    /// All queries.
    pub(crate) queries: Vec<&'r [QueryPart<'r>]>,
}

impl<'r> References<'r> {
    /// The references of a rule.
    pub(crate) fn of_rule(rule: &'r Rule<'r>) -> Self {
        let mut references = Self::default();
        if let Some(conditions) = &rule.conditions {
            references.conditions(conditions);
        }
        references.block(&rule.block, Self::rule_clause);
        references
    }

    /// The references of a value.
    pub(crate) fn of_value(value: &'r LetValue<'r>) -> Self {
        let mut references = Self::default();
        references.value(value);
        references
    }

    fn rule_clause(&mut self, clause: &'r RuleClause<'r>) {
        match clause {
            RuleClause::Clause(clause) => self.clause(clause),
            RuleClause::WhenBlock(conditions, block) => {
                self.conditions(conditions);
                self.block(block, Self::clause);
            }
            RuleClause::TypeBlock(TypeBlock { conditions, block, query, type_name: _ }) => {
                if let Some(conditions) = conditions {
                    self.conditions(conditions);
                }
                self.query(query);
                self.block(block, Self::clause);
            }
        }
    }

    fn clause(&mut self, clause: &'r GuardClause<'r>) {
        match clause {
            GuardClause::Clause(clause) => self.access(clause),
            GuardClause::NamedRule(rule) => self.rules.push(rule),
            GuardClause::ParameterizedNamedRule(call) => self.call(call),
            GuardClause::BlockClause(clause) => {
                self.query(&clause.query.query);
                self.block(&clause.block, Self::clause);
            }
            GuardClause::WhenBlock(conditions, block) => {
                self.conditions(conditions);
                self.block(block, Self::clause);
            }
        }
    }

    fn conditions(&mut self, conditions: &'r Conjunctions<WhenGuardClause<'r>>) {
        for condition in conditions.iter().flatten() {
            match condition {
                WhenGuardClause::Clause(clause) => self.access(clause),
                WhenGuardClause::NamedRule(rule) => self.rules.push(rule),
                WhenGuardClause::ParameterizedNamedRule(call) => self.call(call),
            }
        }
    }

    fn block<T>(&mut self, block: &'r Block<'r, T>, clause: fn(&mut Self, &'r T)) {
        self.scopes.push(&block.assignments);
        for assignment in &block.assignments {
            self.value(&assignment.value);
        }
        for each in block.conjunctions.iter().flatten() {
            clause(self, each);
        }
    }

    fn call(&mut self, call: &'r ParameterizedNamedRuleClause<'r>) {
        self.calls.push(call);
        for parameter in &call.parameters {
            self.value(parameter);
        }
    }

    fn access(&mut self, clause: &'r GuardAccessClause<'r>) {
        let access = &clause.access_clause;
        if clause.negation && access.compare_with.is_some() {
            self.negated.push(access);
        }
        self.query(&access.query.query);
        if let Some(value) = &access.compare_with {
            if !matches!(value, LetValue::Value(value) if is_flat(value)) {
                self.compared.push(value);
            }
            self.value(value);
        }
    }

    fn value(&mut self, value: &'r LetValue<'r>) {
        match value {
            LetValue::Value(_) => {}
            LetValue::AccessClause(AccessQuery { query, match_all: _ }) => {
                self.values.push(query);
                self.query(query);
            }
            LetValue::FunctionCall(function) => {
                self.functions.push(function);
                for parameter in &function.parameters {
                    self.value(parameter);
                }
            }
        }
    }

    fn query(&mut self, query: &'r [QueryPart<'r>]) {
        self.queries.push(query);
        for part in query {
            self.variables.extend(part.variable());
            match part {
                QueryPart::This | QueryPart::Key(_) | QueryPart::Index(_) => {}
                QueryPart::AllValues(name) | QueryPart::AllIndices(name) => {
                    self.captures.extend(name.as_deref());
                }
                QueryPart::MapKeyFilter(name, filter) => {
                    self.captures.extend(name.as_deref());
                    self.value(&filter.compare_with);
                }
                QueryPart::Filter(name, clauses) => {
                    self.captures.extend(name.as_deref());
                    clauses.iter().flatten().for_each(|clause| self.clause(clause));
                }
            }
        }
    }
}

/// Whether a literal has no objects.
fn is_flat(value: &PathAwareValue) -> bool {
    match value {
        PathAwareValue::Map(_) => false,
        PathAwareValue::List((_, items)) => items.iter().all(is_flat),
        PathAwareValue::Null(_)
        | PathAwareValue::String(_)
        | PathAwareValue::Regex(_)
        | PathAwareValue::Bool(_)
        | PathAwareValue::Int(_)
        | PathAwareValue::Float(_)
        | PathAwareValue::Char(_)
        | PathAwareValue::RangeInt(_)
        | PathAwareValue::RangeFloat(_)
        | PathAwareValue::RangeChar(_) => true,
    }
}
