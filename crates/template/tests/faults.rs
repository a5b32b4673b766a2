//! Invalid text is rejected with its position, and no text panics.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::format_push_string)]

mod nodes;

use proptest::prelude::*;
use strataform_template::{Node, ParseErrors, Template};

fn messages(result: Result<Template, ParseErrors>) -> Vec<String> {
    result.expect_err("an error").0.iter().map(ToString::to_string).collect()
}

#[test]
fn every_duplicate_key_is_reported_with_its_position() {
    let json = "{\n  \"A\": {\"x\": 1, \"\\u0078\": \"x\\\": 3\"},\n  \"\u{e9}\": 1, \"A\": [{\"y\": 1, \"y\": 2}]\n}";
    assert_eq!(
        messages(Template::from_json(json)),
        [
            "line 2, column 17: duplicate key `x`; remove one of the two",
            "line 3, column 11: duplicate key `A`; remove one of the two",
            "line 3, column 26: duplicate key `y`; remove one of the two",
        ]
    );
    assert_eq!(messages(Template::parse(json)).len(), 3);
    assert_eq!(
        messages(Template::from_yaml("A: {x: 1, x: 2}\nB: 1\n\"A\": 2\n")),
        [
            "line 1, column 11: duplicate key `x`; remove one of the two",
            "line 3, column 1: duplicate key `A`; remove one of the two",
        ]
    );
}

#[test]
fn duplicates_before_a_syntax_error_are_reported() {
    let errors = messages(Template::from_json("{\"A\": 1, \"A\": 2, \"B\": }"));
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(errors[0].starts_with("line 1, column 10: "), "{errors:?}");
    assert!(errors[1].starts_with("line 1, column 23: "), "{errors:?}");
    let errors = messages(Template::from_json("{\"A\": 1, \"A\" 2}"));
    assert_eq!(errors, ["line 1, column 14: expected `:`"]);
}

#[test]
fn unknown_tags_are_reported_by_name() {
    let errors = messages(Template::from_yaml("A: !Reff x\nB:\n  - !!binary eA==\n  - !Fn::Sub {}\n"));
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(errors[0].starts_with("line 1, column 4: unknown tag `!Reff`"), "{errors:?}");
    assert!(errors[1].starts_with("line 3, column 5: unknown tag `!!binary`"), "{errors:?}");
    assert!(errors[2].starts_with("line 4, column 5: unknown tag `!Fn::Sub`"), "{errors:?}");
}

#[test]
fn values_that_do_not_match_their_tags_are_rejected() {
    for yaml in
        ["!!int a", "!!bool 1", "!!float x", "!!seq a", "!!map [a]", "!!int {a: 1}", "!!str\na: !!int b"]
    {
        let errors = Node::from_yaml(yaml).expect_err("an error");
        assert!(errors.to_string().contains("tag"), "{yaml}: {errors}");
    }
}

#[test]
fn a_second_document_is_rejected() {
    assert_eq!(
        messages(Template::from_yaml("A: 1\n---\nB: 1\n")),
        ["line 2, column 1: unexpected second document; a template must be the only document of its file"]
    );
}

#[test]
fn a_template_must_be_a_mapping() {
    for text in ["", "# only a comment\n", "a", "- a", "12", "---\n"] {
        assert!(messages(Template::parse(text))[0].contains("a template must be a mapping"), "{text:?}");
    }
    assert_eq!(
        messages(Template::from_json("\n  [1]")),
        ["line 2, column 3: a template must be a mapping of sections"]
    );
}

#[test]
fn keys_must_be_strings() {
    for yaml in ["? [a]\n: b\n", "? {a: b}\n: c\n", "!Ref a: b\n", "{[a]: b}", ": a\n", "{: a}"] {
        assert!(messages(Template::from_yaml(yaml))[0].contains("key"), "{yaml:?}");
    }
}

#[test]
fn only_mappings_can_be_merged() {
    for yaml in ["<<: a\n", "<<: [{a: 1}, b]\n", "<<: !Ref a\n", "<<: !Join [{a: 1}]\n", "<<:\n"] {
        assert!(messages(Template::from_yaml(yaml))[0].contains("`<<` requires"), "{yaml:?}");
    }
}

#[test]
fn truncated_text_is_rejected() {
    let json = "{\"A\": {\"B\": [1, \"c\"]}}";
    for end in 1..json.len() {
        assert!(Template::parse(&json[..end]).is_err(), "{}", &json[..end]);
    }
    assert_eq!(messages(Template::parse("{\"A\": \n")), ["line 2, column 1: EOF while parsing a value"]);
    assert!(Template::from_json("{} {}").is_err());
}

#[test]
fn the_error_of_the_parser_that_came_further_is_reported() {
    assert!(messages(Template::parse("{A: 1,\n B: !Reff x}"))[0].contains("!Reff"));
    assert!(messages(Template::parse("{\"A\": 1 \"B\": 2}"))[0].contains("expected `,` or `}`"));
}

#[test]
fn unlimited_nesting_is_rejected() {
    let deep = |open: &str, close: &str, times| format!("{}{}", open.repeat(times), close.repeat(times));
    for times in [128, 1_000, 100_000] {
        assert!(Node::from_json(&deep("[", "]", times)).is_err());
        assert!(Template::parse(&format!("{{\"a\":{}}}", deep("[", "]", times))).is_err());
        assert!(Node::from_yaml(&deep("[", "]", times)).is_err());
        assert!(Node::from_yaml(&deep("{a: ", "}", times)).is_err());
        assert!(Node::from_yaml(&"- ".repeat(times)).is_err());
        assert!(Node::from_yaml(&"? ".repeat(times)).is_err());
        assert!(Node::from_yaml(&deep("!Not [", "]", times / 2)).is_err());
    }
    assert!(Node::from_json(&deep("[", "]", 127)).is_ok());
    assert!(Node::from_yaml(&deep("[", "]", 127)).is_ok());
}

#[test]
fn whatever_parses_from_yaml_parses_from_its_json() {
    for times in 1..130 {
        for yaml in [
            format!("{}!Ref x{}", "[".repeat(times), "]".repeat(times)),
            format!("{}!GetAtt x.y{}", "[".repeat(times), "]".repeat(times)),
            format!("{}!GetAtt [x, [y]]{}", "- ".repeat(times), ""),
        ] {
            if let Ok(node) = Node::from_yaml(&yaml) {
                let json = serde_json::to_string(&node).unwrap();
                assert_eq!(Node::from_json(&json).as_ref(), Ok(&node), "{yaml}");
                assert_eq!(Node::from_yaml(&node.to_yaml()).as_ref(), Ok(&node), "{yaml}");
            }
        }
    }
}

#[test]
fn exponential_aliases_are_rejected() {
    let mut lists = "l0: &l0 [x, x]\n".to_owned();
    let mut maps = "m0: &m0 {x: 1}\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        lists += &format!("l{level}: &l{level} [*l{below}, *l{below}]\n");
        maps += &format!("m{level}: &m{level} {{<<: [*m{below}, *m{below}]}}\n");
    }
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(10_000));
    let mut chain = "c0: &c0 [x]\n".to_owned();
    for level in 1..20_000 {
        chain += &format!("c{level}: &c{level} [*c{}]\n", level - 1);
    }
    for bomb in [lists, maps, long, chain, "a: &a [*a]".into(), "a: &a {<<: *a}".into(), "a: *b".into()] {
        assert!(Template::from_yaml(&bomb).is_err(), "{}", &bomb[..bomb.len().min(200)]);
    }
}

#[test]
fn large_documents_are_parsed_quickly() {
    let yaml: Vec<String> = (0..100_000).map(|at| format!("k{at}: 1")).collect();
    assert!(Template::from_yaml(&yaml.join("\n")).is_ok());
    let json: Vec<String> = (0..100_000).map(|at| format!("\"k{at}\": 1")).collect();
    assert!(Node::from_json(&format!("{{{}}}", json.join(","))).is_ok());
    let same: Vec<&str> = vec!["\"k\": 1"; 50_000];
    assert!(Node::from_json(&format!("{{{}}}", same.join(",\n"))).is_err());
}

fn nothing_panics(text: &str) {
    let results = [Template::from_json(text), Template::from_yaml(text), Template::parse(text)];
    for template in results.into_iter().flatten() {
        let yaml = template.to_yaml().expect("a parsed template has no faults");
        assert_eq!(Template::from_yaml(&yaml).as_ref(), Ok(&template), "{yaml}");
    }
    for errors in [Node::from_json(text).err(), Node::from_yaml(text).err()].into_iter().flatten() {
        assert!(!errors.0.is_empty() && !errors.to_string().is_empty());
        assert!(errors.0.iter().all(|error| error.line > 0 && error.column > 0), "{errors}\n{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_parser_panic(text in any::<String>()) {
        nothing_panics(&text);
    }

    #[test]
    fn no_punctuation_makes_a_parser_panic(text in "[ab01 \t\n\r:,.?!&*#|>%@`~=<+\\-'\"\\\\\\[\\]{}\u{feff}\u{85}\u{2028}\0]{0,40}") {
        nothing_panics(&text);
    }

    #[test]
    fn no_words_of_json_make_a_parser_panic(
        words in proptest::collection::vec(proptest::sample::select(&[
            "{", "}", "[", "]", ":", ",", "\"a\"", "\"a\":", "\"a\":1,", "\"\\u0061\":", "\"\\\"\":", "\"", "1", "-", ".5",
            "1e999", "null", "tru", "\n", " ", "\u{e9}", "\\", "\"\\ud800\"", "\u{feff}",
        ][..]), 0..16)
    ) {
        nothing_panics(&words.concat());
        nothing_panics(&format!("{{\"a\":1,{}", words.concat()));
    }

    #[test]
    fn no_words_of_yaml_make_a_parser_panic(
        words in proptest::collection::vec(proptest::sample::select(&[
            "a", "b: ", ": ", "- ", "? ", "\n", "\n  ", "\n    ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: ", "!Ref ",
            "!!str ", "!GetAtt ", "! ", "!<x> ", "!a!b ", "|", ">-", "|2\n", "|+\n", "'", "\"", "\\", "#", " #", "---\n",
            "...\n", "%YAML 1.1\n", "%TAG ! x\n", "%TAG !a! x\n", "\t", "\r", "\0", "1", "0x", "\u{feff}", "yes", "~",
        ][..]), 0..24)
    ) {
        nothing_panics(&words.concat());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_broken_template_makes_a_parser_panic(node in nodes::template(), at in any::<prop::sample::Index>(), put in "[ -~\n]{0,3}") {
        for text in [node.to_yaml(), serde_json::to_string(&node).unwrap()] {
            let mut letters: Vec<char> = text.chars().collect();
            let from = at.index(letters.len());
            let to = (from + 2).min(letters.len());
            letters.splice(from..to, put.chars());
            nothing_panics(&letters.into_iter().collect::<String>());
        }
    }
}
