//! Policies in AWS's Guard language over `CloudFormation` templates.
//!
//! In: the texts of Guard rules, and a template as JSON. Out: a status for each rule, and findings, each with the rule's own message
//! and the JSON pointer of its place in the template; or a fault with its line and column in the rule file.
//!
//! It refuses to do IO, to print and to read a clock. It also refuses rules that would stop the evaluator of the language: rules
//! that call themselves, and functions whose arguments it does not check.

mod evaluate;
mod failure;
mod fault;
mod message;
mod place;
mod references;
mod relevant;
mod report;
mod ruleset;
mod shipped;
mod sound;
mod suppress;

pub use fault::{GuardFault, Position};
pub use report::{GuardFinding, GuardReport, GuardStatus, Outcome};
pub use ruleset::{RuleFile, RuleSet};
pub use shipped::{shipped, shipped_rules};
