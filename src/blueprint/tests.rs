use std::collections::BTreeMap;

use super::*;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn platform_text(files: &[NewFile]) -> String {
    let file = files.iter().find(|file| file.path == "platform.toml").unwrap();
    String::from_utf8(file.bytes.clone()).unwrap()
}

#[test]
fn every_blueprint_is_valid_and_every_parameter_has_a_default() {
    let loaded = registry::load_all();
    assert_eq!(loaded.len(), all().len());
    for blueprint in loaded {
        let blueprint = blueprint.unwrap();
        for parameter in &blueprint.parameters {
            assert!(!parameter.paths.is_empty(), "{} {}", blueprint.name, parameter.key);
            let default = parameter.default.as_deref();
            assert!(default.is_some(), "{} {} has no default", blueprint.name, parameter.key);
            assert_eq!(
                blueprint.value_fault(parameter, default.unwrap()),
                None,
                "{} {}",
                blueprint.name,
                parameter.key
            );
        }
    }
}

#[test]
fn every_blueprint_makes_a_valid_platform_and_keeps_its_comments() {
    for blueprint in all() {
        let files = instantiate(&blueprint, "web-shop", &BTreeMap::new()).unwrap();
        let text = platform_text(&files);
        let comments = |text: &str| text.lines().filter(|line| line.trim().starts_with('#')).count();
        assert_eq!(comments(&text), comments(blueprint.platform));
        let table: toml::Table = text.parse().unwrap();
        assert_eq!(table["platform"]["name"].as_str(), Some("web-shop"));
    }
}

#[test]
fn values_are_set_at_every_path_of_their_parameter_as_data() {
    let platform = "# first\n[platform]\nname = 'a' # its name\nowner = 'b' # who\nvolume = '1 GB/day'\n\
        divisions = 4\n[environment.dev]\nregion = 'eu-west-1'\n\
        [alarms]\nemails = ['x@example.com', 'y@example.com']\n[tags]\nowned_by = 'b'\n\
        [dataset.order]\nsource = 'stream'\nkey = ['id']\nevent_time = 'at'\n\
        [dataset.order.column]\nid = 'bigint not null'\nat = 'timestamp not null'\n";
    let blueprint = Blueprint {
        name: "test",
        title: String::new(),
        description: String::new(),
        parameters: vec![
            parameter("owner", &["platform.owner", "tags.owned_by"]),
            parameter("email", &["alarms.emails.0"]),
            parameter("divisions", &["platform.divisions"]),
            parameter("new", &["platform.description"]),
        ],
        platform,
        readme: "",
        samples: &[],
    };
    let hostile = "a = b [evil] x = '''1 {{y}}";
    let set = values(&[("owner", "b"), ("email", "z@example.com"), ("divisions", "8"), ("new", hostile)]);
    let text = platform_text(&instantiate(&blueprint, "shop", &set).unwrap());
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table["platform"]["owner"].as_str(), Some("b"));
    assert_eq!(table["tags"]["owned_by"].as_str(), Some("b"));
    assert_eq!(table["alarms"]["emails"][0].as_str(), Some("z@example.com"));
    assert_eq!(table["alarms"]["emails"][1].as_str(), Some("y@example.com"));
    assert_eq!(table["platform"]["divisions"].as_integer(), Some(8));
    assert_eq!(table["platform"]["description"].as_str(), Some(hostile));
    assert!(!table.contains_key("evil"));
    for comment in ["# first", "# its name", "# who"] {
        assert!(text.contains(comment), "{text}");
    }
}

fn parameter(key: &str, paths: &[&str]) -> Parameter {
    Parameter {
        key: key.to_owned(),
        description: String::new(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        pattern: None,
        choices: Vec::new(),
        example: None,
        default: None,
    }
}

#[test]
fn all_faults_of_name_and_values_are_reported_at_once() {
    let blueprint = find("clickstream").unwrap();
    let faults = instantiate(&blueprint, "Web Shop", &values(&[("ownr", "x"), ("owner", "two\nlines")]));
    let faults = faults.unwrap_err();
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Name { .. })));
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Unknown { key, .. } if key == "ownr")));
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Value { key, .. } if key == "owner")));
}

#[test]
fn choices_and_patterns_match_the_whole_value() {
    let chosen = Parameter { choices: vec!["a".to_owned(), "b".to_owned()], ..parameter("k", &[]) };
    assert_eq!(chosen.value_fault("a"), None);
    assert!(chosen.value_fault("ab").is_some());
    let shaped = Parameter { pattern: Some("[a-z]+|x".to_owned()), ..parameter("k", &[]) };
    assert_eq!(shaped.value_fault("abc"), None);
    assert!(shaped.value_fault("abc9").is_some());
}
