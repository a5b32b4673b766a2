//! IAM policy documents as typed values.
//!
//! In: effects, actions, principals, resources and conditions. Out: a document for any property that takes one.
//! Action names are checked at compile time against the list of all actions: see [`action!`].
//!
//! It refuses to decide who gets which permissions: that is derived elsewhere, from the data flow.

#![warn(clippy::fn_params_excessive_bools)]

mod action;
#[rustfmt::skip]
mod actions;
mod condition;
mod document;
mod principal;

pub use action::Action;
#[doc(hidden)]
pub use action::is_known;
pub use condition::{Condition, Operator};
pub use document::{Draft, PolicyDocument, Statement};
pub use principal::Principal;
