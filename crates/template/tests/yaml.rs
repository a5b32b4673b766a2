//! The meaning of YAML: scalars as in `PyYAML`'s safe loader, tags, short forms, anchors, merge keys.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod support;

use serde_json::{Value, json};
use strataform_template::{Function, Node, Section, Template};

fn read(yaml: &str) -> Value {
    let node = Node::from_yaml(yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"));
    serde_json::to_value(node).expect("a node is JSON")
}

type Rows = Vec<(&'static str, Value)>;

/// YAML and its value. `python_agrees_with_the_table` checks the table against `PyYAML`.
fn table() -> Rows {
    [words(), integers(), floats(), written_otherwise(), documents()].concat()
}

fn words() -> Rows {
    vec![
        ("yes", json!(true)),
        ("Yes", json!(true)),
        ("ON", json!(true)),
        ("true", json!(true)),
        ("no", json!(false)),
        ("Off", json!(false)),
        ("FALSE", json!(false)),
        ("yEs", json!("yEs")),
        ("y", json!("y")),
        ("N", json!("N")),
        ("", json!(null)),
        ("~", json!(null)),
        ("null", json!(null)),
        ("Null", json!(null)),
        ("nUll", json!("nUll")),
    ]
}

fn integers() -> Rows {
    vec![
        ("0", json!(0)),
        ("-0", json!(0)),
        ("+12", json!(12)),
        ("-12", json!(-12)),
        ("1_000", json!(1000)),
        ("_1", json!("_1")),
        ("1_", json!(1)),
        ("0755", json!(493)),
        ("-017", json!(-15)),
        ("0_7", json!(7)),
        ("0_", json!(0)),
        ("00", json!(0)),
        ("089", json!("089")),
        ("012345678901", json!("012345678901")),
        ("012345670123", json!(1_402_433_619)),
        ("123456789012", json!(123_456_789_012_u64)),
        ("9223372036854775807", json!(i64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        ("0x1F", json!(31)),
        ("0X1F", json!("0X1F")),
        ("-0xff", json!(-255)),
        ("0x", json!("0x")),
        ("0b101", json!(5)),
        ("0b102", json!("0b102")),
        ("0o17", json!("0o17")),
        ("1:30", json!(90)),
        ("-1:30:15", json!(-5415)),
        ("0:30", json!("0:30")),
        ("1:60", json!("1:60")),
        ("1:5", json!(65)),
        ("12:30:45", json!(45045)),
    ]
}

fn floats() -> Rows {
    vec![
        ("1.5", json!(1.5)),
        ("-1.5", json!(-1.5)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("-.5", json!("-.5")),
        ("+.5", json!("+.5")),
        ("._5", json!("._5")),
        ("1_0.2_5", json!(10.25)),
        ("1e3", json!("1e3")),
        ("1.5e3", json!("1.5e3")),
        ("1.5e+3", json!(1500.0)),
        ("1.e+3", json!(1000.0)),
        (".5E-1", json!(0.05)),
        ("1.5e+", json!("1.5e+")),
        ("1.0e+400", json!("1.0e+400")),
        ("1:30.5", json!(90.5)),
        ("0:30.5", json!(30.5)),
        ("-1:30:15.25", json!(-5415.25)),
        ("190:20:30.15", json!(685_230.15)),
        (".inf", json!(".inf")),
        ("-.Inf", json!("-.Inf")),
        (".nan", json!(".nan")),
        ("2010-09-09", json!("2010-09-09")),
        ("2001-12-14t21:59:43.10-05:00", json!("2001-12-14t21:59:43.10-05:00")),
        ("1.2.3", json!("1.2.3")),
        ("10.0.0.0/16", json!("10.0.0.0/16")),
        ("+", json!("+")),
        ("-", json!([null])),
        ("--", json!("--")),
        (".", json!(".")),
    ]
}

fn written_otherwise() -> Rows {
    vec![
        ("\"12\"", json!("12")),
        ("'yes'", json!("yes")),
        ("'it''s'", json!("it's")),
        ("\"a\\tb\\x41\\u00e9\"", json!("a\tbA\u{e9}")),
        ("!!str 12", json!("12")),
        ("!!str", json!("")),
        ("!!int \"12\"", json!(12)),
        ("!!float 1", json!(1.0)),
        ("!!bool \"yes\"", json!(true)),
        ("!!null x", json!(null)),
        ("! 12", json!(12)),
        ("! \"12\"", json!(12)),
        ("! [1]", json!([1])),
        ("!<tag:yaml.org,2002:str> 12", json!("12")),
        ("!!timestamp 2010-09-09", json!("2010-09-09")),
        ("|\n  a\n  b\n", json!("a\nb\n")),
        ("|-\n  a\n   b\n\n", json!("a\n b")),
        ("|+\n  a\n\n", json!("a\n\n")),
        ("k: |\n  a\n  b", json!({"k": "a\nb"})),
        ("k: |\n  a\n  b\n  ", json!({"k": "a\nb\n"})),
        ("k: |\n    a\n  ", json!({"k": "a\n"})),
        ("k: |\n  a\n# b", json!({"k": "a\n"})),
        ("k: >-\n  a\n  b", json!({"k": "a b"})),
        ("k: |\n  \u{e9}\n  \u{1f980}", json!({"k": "\u{e9}\n\u{1f980}"})),
        ("|\n  12\n", json!("12\n")),
        (">\n  a\n  b\n\n  c\n", json!("a b\nc\n")),
        ("a\n  b", json!("a b")),
    ]
}

fn documents() -> Rows {
    vec![
        ("[1, 'a', yes, [~]]", json!([1, "a", true, [null]])),
        ("{a: 1, b: {c: [x, y]}}", json!({"a": 1, "b": {"c": ["x", "y"]}})),
        ("- a\n-\n- b: 1\n  c: 2\n", json!(["a", null, {"b": 1, "c": 2}])),
        ("a:\n- 1\n- 2\nb:\n", json!({"a": [1, 2], "b": null})),
        ("a: &x {p: 1}\nb: *x\n", json!({"a": {"p": 1}, "b": {"p": 1}})),
        ("b: &x {p: 1, q: 1}\nc: {<<: *x, q: 2}\n", json!({"b": {"p": 1, "q": 1}, "c": {"p": 1, "q": 2}})),
        ("{q: 2, <<: {p: 1, q: 1}}", json!({"p": 1, "q": 2})),
        ("<<: [{p: 1}, {p: 2, q: 2}]\nr: 3\n", json!({"p": 1, "q": 2, "r": 3})),
        ("<<: {<<: {p: 1, q: 1}, q: 2}\nr: 3\n", json!({"p": 1, "q": 2, "r": 3})),
        ("\"<<\": {p: 1}", json!({"<<": {"p": 1}})),
        ("%YAML 1.1\n---\na: 1\n...\n", json!({"a": 1})),
    ]
}

#[test]
fn values_match_the_table() {
    for (yaml, value) in table() {
        assert_eq!(read(yaml), value, "{yaml}");
    }
}

#[test]
fn python_agrees_with_the_table() {
    let Some(python) = support::python() else { return };
    let (yaml, values): (Vec<&str>, Vec<Value>) = table().into_iter().unzip();
    let loaded = support::load(&python, "-", &serde_json::to_string(&yaml).unwrap());
    assert_eq!(loaded.len(), yaml.len());
    for ((yaml, value), loaded) in yaml.iter().zip(values).zip(loaded) {
        assert_eq!(loaded.value, Ok(value), "{yaml}");
    }
}

#[test]
fn integers_beyond_64_bits_are_the_nearest_float() {
    for (yaml, value) in [
        ("18446744073709551616", 18_446_744_073_709_551_616.0),
        ("-9223372036854775809", -9_223_372_036_854_775_809.0),
        ("0xffffffffffffffffff", 4_722_366_482_869_645_213_695.0),
    ] {
        assert_eq!(Node::from_yaml(yaml).unwrap(), Node::from(value), "{yaml}");
    }
    let beyond_floats = "9".repeat(400);
    assert_eq!(Node::from_yaml(&beyond_floats).unwrap(), Node::from(beyond_floats));
    // Python rejects these, so they cannot be in the table.
    for text in ["0x_", "0b_", "="] {
        assert_eq!(read(text), json!(text));
    }
}

#[test]
fn names_are_kept_as_written() {
    assert_eq!(
        read("0123: a\nyes: b\n1_0: c\n~: d\n1.50: e\n2010-09-09: f\n!!str 7: g\n? h\n: i\n\"\": j\n"),
        json!({"0123": "a", "yes": "b", "1_0": "c", "~": "d", "1.50": "e", "2010-09-09": "f", "7": "g", "h": "i",
            "": "j"})
    );
    assert_eq!(read("a: &x b\n*x : c\n"), json!({"a": "b", "b": "c"}));
}

#[test]
fn short_forms_are_long_forms() {
    for (yaml, value) in [
        ("!Ref A", json!({"Ref": "A"})),
        ("!Ref 12", json!({"Ref": "12"})),
        ("!Ref yes", json!({"Ref": "yes"})),
        ("!GetAtt A.B", json!({"Fn::GetAtt": ["A", "B"]})),
        ("!GetAtt A.B.C", json!({"Fn::GetAtt": ["A", "B.C"]})),
        ("!GetAtt [A, B]", json!({"Fn::GetAtt": ["A", "B"]})),
        ("!GetAtt [A, 1]", json!({"Fn::GetAtt": ["A", "1"]})),
        ("!GetAtt [A, !Ref B]", json!({"Fn::GetAtt": ["A", {"Ref": "B"}]})),
        ("!GetAtt A", json!({"Fn::GetAtt": ["A"]})),
        ("Fn::GetAtt: A.B", json!({"Fn::GetAtt": "A.B"})),
        ("!Sub '${A}'", json!({"Fn::Sub": "${A}"})),
        ("!Sub ['${A}', {A: !Ref B}]", json!({"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]})),
        ("!Sub |\n  a ${B}\n  c\n", json!({"Fn::Sub": "a ${B}\nc\n"})),
        ("!Join ['', [a, !Ref B]]", json!({"Fn::Join": ["", ["a", {"Ref": "B"}]]})),
        (
            "!If [C, !Ref A, !Ref AWS::NoValue]",
            json!({"Fn::If": ["C", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ),
        ("!FindInMap [M, !Ref A, b]", json!({"Fn::FindInMap": ["M", {"Ref": "A"}, "b"]})),
        (
            "!Select\n- 0\n- !GetAZs\n  Ref: AWS::Region\n",
            json!({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}),
        ),
        ("!GetAZs", json!({"Fn::GetAZs": ""})),
        ("!Base64\n  Fn::Sub: a\n", json!({"Fn::Base64": {"Fn::Sub": "a"}})),
        ("!Not [!Condition C]", json!({"Fn::Not": [{"Condition": "C"}]})),
        (
            "!And\n- !Condition C\n- !Equals [a, 1]\n",
            json!({"Fn::And": [{"Condition": "C"}, {"Fn::Equals": ["a", 1]}]}),
        ),
        ("!Transform {Name: AWS::Include}", json!({"Fn::Transform": {"Name": "AWS::Include"}})),
        ("a: &x !Ref B\nc: *x\n", json!({"a": {"Ref": "B"}, "c": {"Ref": "B"}})),
    ] {
        assert_eq!(read(yaml), value, "{yaml}");
        let json = Node::from_json(&value.to_string()).expect("JSON");
        assert_eq!(Node::from_yaml(yaml).expect("YAML"), json, "{yaml}");
    }
    for function in Function::ALL {
        let node = Node::from_yaml(&format!("!{} [a, b]", function.short())).expect("a short form");
        assert_eq!(serde_json::to_value(&node).unwrap(), json!({function.key(): ["a", "b"]}));
    }
}

#[test]
fn functions_are_rendered_in_forms_that_every_reader_supports() {
    for (value, yaml) in [
        (json!({"Fn::Base64": {"Fn::Sub": "${A}"}}), "Fn::Base64: !Sub \"${A}\"\n"),
        (json!({"Fn::Base64": {"Fn::Join": ["", []]}}), "Fn::Base64: !Join\n  - \"\"\n  - []\n"),
        (json!({"a": {"Fn::Not": [{"Fn::Equals": ["x", 1]}]}}), "a: !Not\n  - !Equals\n    - x\n    - 1\n"),
        (json!({"Fn::GetAtt": ["A", "B.C"]}), "!GetAtt A.B.C\n"),
        (json!({"Fn::GetAtt": ["A.B", "C"]}), "Fn::GetAtt:\n  - A.B\n  - C\n"),
        (json!({"Fn::GetAtt": "A.B"}), "Fn::GetAtt: A.B\n"),
        (json!({"Fn::GetAZs": ""}), "!GetAZs \"\"\n"),
        (json!({"Fn::Length": 3}), "Fn::Length: 3\n"),
        (json!([[{"a": [1]}], {"b": {"c": {}}}]), "- - a:\n      - 1\n- b:\n    c: {}\n"),
        (json!({"Fn::Sub": "a\nb\n"}), "!Sub |\n  a\n  b\n"),
        (json!([1.0, 1e300, 1.5e-9]), "- 1.0\n- 1.0e+300\n- 1.5e-9\n"),
    ] {
        let node = Node::from_json(&value.to_string()).expect("JSON");
        assert_eq!(node.to_yaml(), yaml);
        assert_eq!(Node::from_yaml(yaml).expect("YAML"), node);
    }
}

#[test]
fn the_format_is_found_by_content() {
    let json = r#"{"Resources": {}}"#;
    assert_eq!(Template::parse(json).unwrap(), Template::from_json(json).unwrap());
    assert_eq!(Template::parse("\u{feff} {Resources: {}}").unwrap(), Template::from_json(json).unwrap());
    assert_eq!(Template::parse("\u{feff}Resources: {}\n").unwrap(), Template::from_json(json).unwrap());
    assert_eq!(Template::parse("{\"Resources\": {},}").unwrap(), Template::from_json(json).unwrap());
}

#[test]
fn items_that_are_not_plain_resources_are_kept() {
    let yaml = "Resources:\n  A: {Type: T}\n  Fn::ForEach::X: [I, [a], {}]\n  C: {Properties: {}}\n  D: {Type: !Ref T}\n";
    let template = Template::from_yaml(yaml).unwrap();
    assert_eq!(template.items().count(), 4);
    assert_eq!(template.resources().map(|(id, _)| id).collect::<Vec<_>>(), ["A"]);
    assert_eq!(template.resource("A").unwrap().properties, None);
    for text in ["Resources:\n", "Resources: []\n", "Outputs:\n", "Mappings: {}\nResources: {}\n", "{}"] {
        let template = Template::from_yaml(text).unwrap();
        let rendered = template.to_yaml().unwrap();
        assert_eq!(Template::from_yaml(&rendered).unwrap(), template);
        assert_eq!(read(&rendered), read(text), "{text}");
    }
    // A parameter named like a function is the only one of its section, but still a parameter.
    let template = Template::from_yaml("Parameters: {Ref: {Type: String}}").unwrap();
    assert!(matches!(template.section(&Section::Parameters), Some(Node::Object(_))));
}

/// What other programs read may not be refused: the last of equal keys counts, as in `PyYAML`.
#[test]
fn repeated_keys_are_replaced_if_asked() {
    let text = "a: 1\nb: {c: 2, c: 3}\na: 4\n";
    let (node, repeated) = Node::from_yaml_with_repeated_keys(text).expect("it is YAML");
    assert_eq!(node.to_json(), Node::from_yaml("a: 4\nb: {c: 3}").expect("it is YAML").to_json());
    let places: Vec<_> = repeated.iter().map(|error| (error.line, error.column)).collect();
    assert_eq!(places, [(2, 11), (3, 1)]);
    assert!(Node::from_yaml(text).is_err());
    assert!(Node::from_yaml_with_repeated_keys("a: [1").is_err());
}
