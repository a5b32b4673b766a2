//! The manifest contains what later stages need, and its schema accepts exactly what the program accepts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use strataform::assembly::{self, Draft, Manifest};
use strataform::diagnostic::SourceFile;
use strataform::model::{Origin, Platform};
use strataform::{spec, synth};

use super::{BASE, drafts, folder, replaced, tree};
use crate::tool::tool;

fn platform(text: &str) -> Platform {
    let file = SourceFile { path: "platform.toml".into(), text: text.to_owned() };
    spec::read(&file).0.expect("the file is valid")
}

fn parsed(draft: &Draft, path: &str) -> Value {
    let file = draft.files.iter().find(|file| file.path == path).expect("the file exists");
    serde_json::from_slice(&file.bytes).expect("templates are JSON")
}

/// The manifests of both environments of the base: a serverless warehouse and a cluster, with hand-written SQL.
fn written(name: &str) -> Vec<PathBuf> {
    let out = folder(name);
    let platform = platform(BASE);
    let own = SourceFile {
        path: "sql/010_mine.sql".into(),
        text: "CREATE TABLE mart.mine (a VARCHAR(2048) DEFAULT '${CopyRole}');\n".to_owned(),
    };
    let write = |environment| {
        let draft =
            synth::synth(&platform, environment, std::slice::from_ref(&own)).expect("the base is valid");
        assembly::write(&draft, &out).expect("it can be written");
        out.join(draft.platform.as_str()).join(draft.environment.as_str()).join("manifest.json")
    };
    platform.environments.iter().map(write).collect()
}

fn committed() -> Vec<PathBuf> {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let all = tree(&generated).into_keys().filter(|path| path.ends_with("manifest.json"));
    all.map(|path| generated.join(path)).collect()
}

/// Whether `jsonschema` accepts each document by the manifest's schema.
fn validated(python: &Path, name: &str, documents: &[Value]) -> Vec<bool> {
    const SCRIPT: &str = "import json, sys, jsonschema\n\
        schema = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))\n\
        schema.check_schema(schema.schema)\n\
        print(json.dumps([schema.is_valid(one) for one in json.load(open(sys.argv[2]))]))";
    let path = folder(name).join("documents.json");
    fs::write(&path, serde_json::to_vec(documents).expect("JSON")).expect("it can be written");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/assembly/manifest.schema.json");
    let done =
        Command::new(python).args(["-c", SCRIPT]).arg(schema).arg(path).output().expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("a list")
}

#[test]
fn every_manifest_is_valid_by_its_schema() {
    let Some(python) = tool("STRATAFORM_VALIDATORS_PYTHON") else { return };
    let files: Vec<PathBuf> = committed().into_iter().chain(written("manifest-valid")).collect();
    assert!(files.len() >= 8, "{files:?}");
    let texts: Vec<Vec<u8>> = files.iter().map(|path| fs::read(path).expect("it can be read")).collect();
    for (path, text) in files.iter().zip(&texts) {
        assert_eq!(Manifest::parse(text).err(), None, "{}", path.display());
    }
    let documents: Vec<Value> =
        texts.iter().map(|text| serde_json::from_slice(text).expect("manifests are JSON")).collect();
    assert_eq!(validated(&python, "manifest-valid-validated", &documents), vec![true; files.len()]);
}

/// A document with one error, and the error.
type Mutant = (String, Value);

/// Documents with one changed value: each kind of place once.
fn mutants(document: &Value) -> Vec<Mutant> {
    let (mut places, mut seen) = (Vec::new(), BTreeSet::new());
    walk(document, "", "", &mut |pointer, kind, value| {
        // Each variant of a tagged object is a separate place.
        let tag = value.get("from").or_else(|| value.get("kind")).and_then(Value::as_str).unwrap_or_default();
        if seen.insert(format!("{kind} {tag}")) {
            places.push((pointer.to_owned(), value.clone()));
        }
    });
    let mut found = Vec::new();
    for (pointer, value) in places {
        let mut with = |what: &str, value: Value| {
            let mut mutant = document.clone();
            *mutant.pointer_mut(&pointer).expect("the walk found the value") = value;
            found.push((format!("{pointer}: {what}"), mutant));
        };
        match &value {
            Value::Object(object) => {
                let mut more = object.clone();
                more.insert("unknown".to_owned(), json!("x"));
                with("an unknown key", Value::Object(more));
                for key in object.keys().take(20) {
                    let mut less = object.clone();
                    less.remove(key);
                    with(&format!("without {key}"), Value::Object(less));
                }
                with("a text", json!("x"));
            }
            Value::Array(_) => with("an object", json!({})),
            Value::String(_) => {
                with("another text", json!("no such word"));
                with("a number", json!(7));
            }
            Value::Number(_) => {
                with("a negative number", json!(-1));
                with("a text", json!("7"));
            }
            Value::Bool(_) => with("a text", json!("true")),
            Value::Null => {}
        }
    }
    found
}

/// Visits every value with its pointer, and with a pointer in which list indexes and map keys are generalized.
fn walk(value: &Value, pointer: &str, kind: &str, visit: &mut dyn FnMut(&str, &str, &Value)) {
    visit(pointer, kind, value);
    match value {
        Value::Object(object) => {
            for (key, one) in object {
                let shared = if kind.ends_with("/origins") { "*" } else { key };
                let key = key.replace('~', "~0").replace('/', "~1");
                walk(one, &format!("{pointer}/{key}"), &format!("{kind}/{shared}"), visit);
            }
        }
        Value::Array(items) => {
            for (at, one) in items.iter().enumerate() {
                walk(one, &format!("{pointer}/{at}"), &format!("{kind}/*"), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_schema_rejects_exactly_what_the_program_rejects() {
    let Some(python) = tool("STRATAFORM_VALIDATORS_PYTHON") else { return };
    let documents = written("manifest-mutants");
    let documents = documents.iter().map(|path| fs::read(path).expect("it can be read"));
    let documents: Vec<Value> =
        documents.map(|text| serde_json::from_slice(&text).expect("manifests are JSON")).collect();
    let mutants: Vec<Mutant> = documents.iter().flat_map(mutants).collect();
    let values: Vec<Value> = mutants.iter().map(|(_, value)| value.clone()).collect();
    let program: Vec<bool> =
        values.iter().map(|one| Manifest::parse(&serde_json::to_vec(one).expect("JSON")).is_ok()).collect();
    let differs: Vec<String> = validated(&python, "manifest-mutants-validated", &values)
        .into_iter()
        .zip(&program)
        .zip(&mutants)
        .filter(|((schema, program), _)| schema != *program)
        .map(|((schema, program), (what, _))| format!("{what}: schema {schema}, program {program}"))
        .collect();
    assert!(differs.is_empty(), "{differs:#?}");
    // Both results occur, and so do the places that matter.
    assert!(program.iter().filter(|valid| !**valid).count() > 100, "{}", program.len());
    assert!(program.iter().any(|valid| *valid));
    for place in
        ["/warehouse: without admin_secret", "/warehouse: without workgroup", "/overrides/0: an unknown key"]
    {
        assert!(mutants.iter().any(|(what, _)| what.ends_with(place)), "{place}");
    }
}

#[test]
fn every_resource_has_an_origin_in_the_file() {
    let platform = platform(BASE);
    for environment in &platform.environments {
        let draft = synth::synth(&platform, environment, &[]).expect("the base is valid");
        for stack in &draft.stacks {
            let template = parsed(&draft, &stack.template_path);
            let made: BTreeSet<&str> = template["Resources"]
                .as_object()
                .expect("a stack has resources")
                .keys()
                .map(String::as_str)
                .collect();
            assert_eq!(
                stack.origins.keys().map(String::as_str).collect::<BTreeSet<_>>(),
                made,
                "{}",
                stack.name
            );
            for (id, origin) in &stack.origins {
                let span = platform.place(environment, origin).unwrap_or_else(|| panic!("{id}: {origin}"));
                let text = origin.to_string();
                let name = text.rsplit('.').next().expect("the text has a part");
                // The origin of a value that the file does not set is its environment.
                let name = if BASE[span.clone()] == *environment.name.as_str() {
                    environment.name.as_str()
                } else {
                    name
                };
                assert_eq!(&BASE[span], name, "{id}: {origin}");
            }
        }
        for sql in &draft.sql {
            let origin = sql.origin.as_ref().expect("it was rendered");
            assert!(platform.place(environment, origin).is_some(), "{}: {origin}", sql.path);
        }
    }
}

#[test]
fn an_override_is_the_origin_of_what_it_changes() {
    for path in written("manifest-override") {
        let manifest = Manifest::parse(&fs::read(path).expect("it can be read")).expect("a valid manifest");
        let platform = platform(BASE);
        let environment = platform.environment(&manifest.environment).expect("the environment exists");
        let origin = manifest.origin("storage", "RawBucket").expect("the resource has an origin");
        assert_eq!(origin.to_string(), "override.storage.RawBucket");
        let span = platform.place(environment, &origin).expect("the origin is in the file");
        let property = &manifest.stacks[0].overrides[0].property;
        assert_eq!(BASE[span].trim_matches('"'), property);
        assert_eq!(manifest.origin("storage", "CuratedBucket"), Some(Origin::Platform));
        assert_eq!(manifest.origin("storage", "Nothing"), None);
    }
}

#[test]
fn a_name_within_another_name_does_not_change_an_origin() {
    // `RawBucket` is not a resource of a dataset `raw`, nor `OrdersStream` of a dataset `stream`.
    let more = "[dataset.raw]\nsource = \"stream\"\nkey = [\"id\"]\nevent_time = \"at\"\n[dataset.raw.column]\n\
                id = \"bigint not null\"\nat = \"timestamp not null\"\n\n[dataset.returns]";
    let text = replaced(BASE, "[dataset.returns]\n", &format!("{more}\n"));
    for draft in drafts(&text).unwrap_or_else(|faults| panic!("{faults}")) {
        let origin = |id: &str| {
            let found = draft.stacks.iter().find_map(|stack| stack.origins.get(id));
            found.map(ToString::to_string).unwrap_or_default()
        };
        assert_eq!(origin("RawBucket"), "platform");
        assert_eq!(origin("RawStream"), "dataset.raw");
        assert_eq!(origin("OrdersStream"), "dataset.orders");
        assert_eq!(origin("WarehouseCopyRole"), "warehouse");
        assert_eq!(origin("DashboardSales"), "dashboard.sales");
    }
}

#[test]
fn everything_that_a_deployment_reads_is_an_output_or_a_name_in_the_templates() {
    for draft in drafts(BASE).unwrap_or_else(|faults| panic!("{faults}")) {
        let template = |name: &str| {
            let stack = draft.stacks.iter().find(|stack| stack.name == name).expect("the stack exists");
            parsed(&draft, &stack.template_path)
        };
        for one in draft.warehouse.all().into_iter().chain(draft.buckets.all()) {
            assert!(!template(&one.stack)["Outputs"][&one.output].is_null(), "{one:?}");
        }
        let named = |kind: &str, key: &str| -> BTreeSet<String> {
            let templates = draft.stacks.iter().map(|stack| parsed(&draft, &stack.template_path));
            let resources =
                templates.flat_map(|one| one["Resources"].as_object().cloned().unwrap_or_default());
            let found = resources.filter(|(_, one)| one["Type"] == kind);
            found.filter_map(|(_, one)| one["Properties"][key].as_str().map(str::to_owned)).collect()
        };
        let all = |each: fn(&assembly::DatasetResources) -> Option<&String>| -> BTreeSet<String> {
            draft.datasets.iter().filter_map(each).cloned().collect()
        };
        assert_eq!(named("AWS::Kinesis::Stream", "Name"), all(|one| one.stream.as_ref()));
        assert_eq!(named("AWS::Glue::Job", "Name"), all(|one| Some(&one.job)));
        assert!(
            named("AWS::StepFunctions::StateMachine", "StateMachineName")
                .is_superset(&all(|one| Some(&one.state_machine)))
        );
    }
}
