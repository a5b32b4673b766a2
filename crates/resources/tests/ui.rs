//! Code that must not compile, and the compiler's messages.
//!
//! `TRYBUILD=overwrite cargo test -p strataform-resources --test ui` rewrites the messages: review them as a user
//! would before you commit them.

#[test]
fn mistakes_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
