//! Mistakes that do not compile, and what the compiler says about each.
//!
//! `TRYBUILD=overwrite cargo test -p strataform-resources --test ui` writes the messages anew: read them as
//! a user would before they are committed.

// The compiler names a type by its last word where no other type has it, so that what it says depends on the
// services that are compiled in: the messages here are those of the default features.
#![cfg(not(feature = "all"))]

#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
