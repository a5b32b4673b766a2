//! Mistakes that do not compile, and what the compiler says about each.
//!
//! `TRYBUILD=overwrite cargo test -p strataform-resources --test ui` writes the messages anew: read them as
//! a user would before they are committed.

#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
