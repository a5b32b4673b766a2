//! The state machines, their interpreter, and the checker of the parameters of their calls.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use strataform::artifact::load::plan;
use strataform::diagnostic::SourceFile;
use strataform::model::Platform;
use strataform::platform::aggregation::load::{LoadParameter, LoadPlan, load};
use strataform::spec;

use crate::tool::tool;

/// A state machine from `gen synth`, with its substitutions filled in.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) name: String,
    pub(crate) definition: Value,
    dataset: String,
    platform: Platform,
}

impl Machine {
    /// The ARN of an execution.
    pub(crate) fn execution(&self, name: &str) -> String {
        format!("arn:aws:states:eu-west-1:111122223333:execution:{}:{name}", self.name)
    }

    /// The statements of the load of its dataset.
    pub(crate) fn plan(&self) -> LoadPlan {
        let dataset = self.platform.dataset(&self.dataset).expect("the dataset of the machine");
        plan(&load(&self.platform, dataset)).expect("every load is rendered")
    }

    /// The statements that the load of a run executes, according to the plan.
    pub(crate) fn load(&self, run: &str, complete_until: &str) -> Value {
        let value = |parameter| match parameter {
            LoadParameter::ManifestUrl => format!("s3://curated/{}/manifests/{run}.json", self.dataset),
            LoadParameter::CopyRole => COPY_ROLE.to_owned(),
            LoadParameter::Columns => " (\"event_id\",\"row__hash\")".to_owned(),
            LoadParameter::RunId => run.to_owned(),
            LoadParameter::CompleteUntil => complete_until.to_owned(),
            LoadParameter::RunIds => panic!("not in a load"),
        };
        self.plan().load.iter().map(|statement| statement.text(value)).collect()
    }
}

const COPY_ROLE: &str = "arn:aws:iam::111122223333:role/copy";
pub(crate) const WORKGROUP: &str = "arn:aws:redshift-serverless:eu-west-1:111122223333:workgroup/one";
pub(crate) const TOPIC: &str = "arn:aws:sns:eu-west-1:111122223333:alarms";

/// An execution, and the responses of its services.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    name: String,
    input: Value,
    services: Value,
    earlier: Vec<Value>,
}

impl Scenario {
    /// An execution with that name, and the input of a schedule.
    pub(crate) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), input: json!({}), services: json!({}), earlier: Vec::new() }
    }

    pub(crate) fn input(self, input: Value) -> Self {
        Self { input, ..self }
    }

    /// The same after executions with these names, a day apart.
    pub(crate) fn after(self, names: &[&str]) -> Self {
        let earlier = names.iter().map(|name| json!({ "name": name, "input": {} })).collect();
        Self { earlier, ..self }
    }

    pub(crate) fn services(self, services: Value) -> Self {
        Self { services, ..self }
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// SHA-256 in hexadecimal, computed independently of the interpreter.
pub(crate) fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The state machine with that name.
pub(crate) fn machine(name: &str) -> Option<Machine> {
    let found = machines()?.iter().find(|machine| machine.name == name);
    Some(found.unwrap_or_else(|| panic!("no machine {name}")).clone())
}

/// The state machines of every blueprint in every environment.
pub(crate) fn machines() -> Option<&'static [Machine]> {
    static MACHINES: OnceLock<Vec<Machine>> = OnceLock::new();
    tool("STRATAFORM_NODE_MODULES")?;
    Some(MACHINES.get_or_init(synthesized))
}

/// The folder of the assemblies of all blueprints.
fn assemblies() -> &'static Path {
    static OUT: OnceLock<PathBuf> = OnceLock::new();
    OUT.get_or_init(|| {
        let out = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("flow");
        let done = Command::new(env!("CARGO_BIN_EXE_gen"))
            .args(["synth", "--out"])
            .arg(&out)
            .current_dir(root())
            .output()
            .expect("gen starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        out
    })
}

/// The state machine that keeps the usage limit of a warehouse.
pub(crate) fn limit(blueprint: &str, environment: &str) -> Option<Machine> {
    of_warehouse(blueprint, environment, ("WarehouseLimit", "Workgroup"))
}

/// The state machine that takes snapshots of a warehouse.
pub(crate) fn backup(blueprint: &str, environment: &str) -> Option<Machine> {
    of_warehouse(blueprint, environment, ("WarehouseBackup", "Namespace"))
}

/// A state machine of a warehouse, by its logical ID, with the substitution that it has.
fn of_warehouse(blueprint: &str, environment: &str, (id, key): (&str, &str)) -> Option<Machine> {
    let platform = machines()?.iter().find(|one| one.platform.name == blueprint)?.platform.clone();
    let path = assemblies().join(blueprint).join(environment).join("aggregation/template.json");
    let template: Value =
        serde_json::from_str(&fs::read_to_string(path).expect("a stack")).expect("a template is JSON");
    let properties = &template["Resources"][id]["Properties"];
    let definition = filled(&properties["Definition"], &[key], None);
    let name = properties["StateMachineName"].as_str().expect("a name").to_owned();
    Some(Machine { name, definition, dataset: String::new(), platform })
}

fn synthesized() -> Vec<Machine> {
    let out = assemblies();
    let mut machines = Vec::new();
    for blueprint in ["clickstream", "iot-telemetry", "retail-orders"] {
        let path = root().join("blueprints").join(blueprint).join("platform.toml");
        let text = fs::read_to_string(&path).expect("a blueprint has a platform file");
        let platform = spec::read(&SourceFile { path, text }).0.expect("a blueprint is valid");
        for environment in &platform.environments {
            let folder = out.join(blueprint).join(environment.name.as_str());
            let template = fs::read_to_string(folder.join("processing/template.json")).expect("a stack");
            machines.extend(of_template(&template, &platform));
        }
    }
    machines
}

fn of_template(template: &str, platform: &Platform) -> Vec<Machine> {
    let template: Value = serde_json::from_str(template).expect("JSON");
    let resources = template["Resources"].as_object().expect("resources").values();
    let machines = resources.filter(|one| one["Type"] == "AWS::StepFunctions::StateMachine");
    machines
        .map(|one| {
            let properties = &one["Properties"];
            let name = properties["StateMachineName"].as_str().expect("a name").to_owned();
            let substitutions = properties["DefinitionSubstitutions"].as_object().expect("substitutions");
            let dataset =
                platform.datasets.iter().filter(|one| name.ends_with(&format!("-{}", one.name.kebab())));
            // `order_line` and `line` would both match `…-order-line`.
            let dataset =
                dataset.max_by_key(|one| one.name.as_str().len()).unwrap_or_else(|| panic!("{name}"));
            let keys: Vec<&str> = substitutions.keys().map(String::as_str).collect();
            let definition =
                filled(&properties["Definition"], &keys, substitutions["WarehouseName"].as_str());
            Machine { name, definition, dataset: dataset.name.to_string(), platform: platform.clone() }
        })
        .collect()
}

/// The definition with its substitutions, all of which it must use.
fn filled(definition: &Value, keys: &[&str], warehouse: Option<&str>) -> Value {
    let mut text = definition.to_string();
    for key in keys {
        let value = match *key {
            "Account" => "111122223333",
            "CopyRoleArn" => COPY_ROLE,
            "CuratedBucket" => "curated",
            "Namespace" => "iot-telemetry-prod",
            "TopicArn" => TOPIC,
            "Workgroup" => WORKGROUP,
            "WarehouseName" => warehouse.expect("the name of the warehouse is known"),
            other => panic!("unknown substitution {other}"),
        };
        let place = format!("${{{key}}}");
        assert!(text.contains(&place), "{key} is not used");
        text = text.replace(&place, value);
    }
    serde_json::from_str(&text).expect("JSON")
}

/// Runs a scenario, and checks that the services would accept its calls and return its responses.
pub(crate) fn run(machine: &Machine, scenario: Scenario) -> Value {
    run_all(&[(machine, scenario)]).remove(0)
}

/// Runs independent scenarios in one process.
pub(crate) fn run_all(scenarios: &[(&Machine, Scenario)]) -> Vec<Value> {
    let output = start(scenarios);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes: Vec<Value> = serde_json::from_slice(&output.stdout).expect("the interpreter prints JSON");
    assert_eq!(outcomes.len(), scenarios.len());
    let calls = outcomes.iter().flat_map(|outcome| outcome["calls"].as_array().expect("calls"));
    let calls = new(calls);
    if !calls.is_empty()
        && let Some(findings) = model(&json!({ "calls": calls }))
    {
        assert_eq!(findings, json!([]));
    }
    outcomes
}

/// The calls that no earlier run made: loading the models takes a second, and repeated calls add nothing.
fn new<'a>(calls: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut seen = SEEN.lock().expect("no test panics while it holds the lock");
    let key = |call: &Value| {
        format!("{}{}{}{}", call["operation"], call["parameters"], call["result"], call["error"])
    };
    calls.filter(|call| seen.insert(key(call))).cloned().collect()
}

/// The outcomes of executions of a state machine of any template, one for each script of its services. Their name is `one`.
pub(crate) fn interpreted(name: &str, definition: &Value, scripts: &[Value]) -> Vec<Value> {
    let scenarios = scripts.iter().map(|services| {
        json!({
            "machine": { "name": name, "definition": definition },
            "execution": { "name": "one", "input": {} },
            "services": services,
            "earlier": [],
        })
    });
    let output = interpret(&scenarios.collect());
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the interpreter prints JSON")
}

/// The interpreter's error message for a state machine that it rejects.
pub(crate) fn value_fault(machine: &Machine, scenario: Scenario) -> String {
    let output = start(&[(machine, scenario)]);
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn start(scenarios: &[(&Machine, Scenario)]) -> Output {
    let scenarios = scenarios.iter().map(|(machine, scenario)| {
        json!({
            "machine": { "name": machine.name, "definition": machine.definition },
            "execution": { "name": scenario.name, "input": scenario.input },
            "services": scenario.services,
            "earlier": scenario.earlier,
        })
    });
    interpret(&scenarios.collect())
}

fn interpret(scenarios: &Value) -> Output {
    pipe(Command::new("node").arg(root().join("tests/flow/run.mjs")), scenarios)
}

/// The outcome of many executions at the same time (`tests/flow/crowd.mjs`).
pub(crate) fn crowd(machine: &Machine, crowd: &Value) -> Value {
    let machine = json!({ "name": machine.name, "definition": machine.definition });
    let output = interpret(&json!([{ "machine": machine, "crowd": crowd }]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes: Value = serde_json::from_slice(&output.stdout).expect("the interpreter prints JSON");
    if let Some(findings) = model(&json!({ "calls": outcomes[0]["calls"] })) {
        assert_eq!(findings, json!([]));
    }
    outcomes[0].clone()
}

/// The outcome of days of a platform (`tests/flow/days.mjs`).
#[cfg(feature = "deploy")]
pub(crate) fn days(days: &Value) -> Value {
    let output = interpret(&json!([{ "days": days }]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let outcomes: Value = serde_json::from_slice(&output.stdout).expect("the interpreter prints JSON");
    outcomes[0].clone()
}

/// The properties of a resource in the processing stack of a blueprint's production environment.
pub(crate) fn resource(blueprint: &str, id: &str) -> Value {
    let path = assemblies().join(blueprint).join("prod/processing/template.json");
    let template: Value =
        serde_json::from_str(&fs::read_to_string(path).expect("a stack")).expect("a template is JSON");
    template["Resources"][id]["Properties"].clone()
}

/// The findings of botocore's service models on calls and error names.
pub(crate) fn model(request: &Value) -> Option<Value> {
    let mut checker = Command::new(tool("STRATAFORM_PYTHON")?);
    let output = pipe(checker.arg(root().join("tests/flow/calls.py")), request);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("the script prints JSON"))
}

/// The output of a program that reads JSON.
pub(crate) fn pipe(command: &mut Command, request: &Value) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let text = request.to_string();
    let mut stdin = child.stdin.take().expect("a pipe");
    // The child reads its whole input before it writes, so neither side waits for the other.
    stdin.write_all(text.as_bytes()).expect("the program reads");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// A field of every call, in order.
pub(crate) fn call_fields(outcome: &Value, field: &str) -> Vec<Value> {
    outcome["calls"].as_array().expect("calls").iter().map(|call| call[field].clone()).collect()
}

/// The values of a parameter in the calls of an operation, in order.
pub(crate) fn parameter(outcome: &Value, operation: &str, name: &str) -> Vec<Value> {
    let calls = outcome["calls"].as_array().expect("calls").iter();
    calls.filter(|call| call["operation"] == operation).map(|call| call["parameters"][name].clone()).collect()
}
