//! The rules of the product and the evaluation of rules, compared with AWS's released command.

mod agreement;
mod faults;
mod files;
mod judge;
mod reports;
mod rules;
mod suppressions;
