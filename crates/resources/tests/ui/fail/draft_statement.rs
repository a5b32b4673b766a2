//! A statement that says neither on what nor by whom.

use strataform_policy::{PolicyDocument, Statement, action};

fn main() {
    let _ = PolicyDocument::new([Statement::allow([action!("s3:GetObject")])]);
}
