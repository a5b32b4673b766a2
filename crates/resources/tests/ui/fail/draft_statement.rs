//! A statement without a resource or a principal.

use strataform_policy::{PolicyDocument, Statement, action};

fn main() {
    let _ = PolicyDocument::new([Statement::allow([action!("s3:GetObject")])]);
}
