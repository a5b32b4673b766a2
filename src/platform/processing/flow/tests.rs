use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::*;
use crate::model::{Platform, Stage, fixture};
use crate::platform::aggregation::load::Loads;
use crate::platform::processing::{lost, start};
use crate::platform::{StackName, operations};

fn loads(platform: &Platform) -> Loads {
    Loads::new(platform, crate::artifact::load::plan).expect("every context fits its templates")
}

/// A stack with the state machines of all datasets; the first one refreshes data sets.
fn rendered(platform: &Platform) -> Stack {
    let context = Context { platform, environment: &platform.environments[0] };
    let (_, storage) = storage::stack(context);
    let streams = crate::platform::ingestion::stacks(context, &storage).1;
    let (_, aggregation, _) = aggregation::stack(context, &storage, &streams);
    let loads = loads(platform);
    let mut stack = Stack::new(StackName::first(Stage::Processing), "Flows".to_owned());
    let datasets: Vec<_> = platform.datasets.iter().collect();
    let lost = lost::add(&mut stack, context, &datasets, &storage);
    for (at, dataset) in platform.datasets.iter().enumerate() {
        let spice = if at == 0 { vec!["shop-dev-orders".to_owned()] } else { Vec::new() };
        let job_name = context.dataset_name(&dataset.name);
        let load = loads.of(dataset);
        let flow = Flow {
            dataset,
            job_name,
            load,
            storage: &storage,
            aggregation: &aggregation,
            spice,
            windowed: Vec::new(),
        };
        let machine = add(&mut stack, context, flow);
        start::add(&mut stack, context, dataset, &machine, &storage, &lost);
    }
    let datasets: Vec<_> = platform.datasets.iter().collect();
    operations::add(&mut stack, context, &datasets);
    stack
}

fn provisioned() -> Platform {
    let mut platform = fixture::platform();
    platform.environments[0].settings.warehouse.kind =
        WarehouseKind::Provisioned { node_type: "ra3.large".to_owned(), nodes: 2 };
    platform
}

fn definitions(stack: &Stack) -> Vec<Json> {
    let text = stack.template().to_json().expect("a template of fixtures is whole");
    let template: Json = serde_json::from_str(&text).expect("JSON");
    let resources = template["Resources"].as_object().expect("resources").values();
    resources
        .filter(|one| one["Type"] == "AWS::StepFunctions::StateMachine")
        .map(|one| one["Properties"]["Definition"].clone())
        .collect()
}

/// Asserts that every target exists, and that every state is reachable.
fn walk(machine: &Json) {
    let states = machine["States"].as_object().expect("states");
    let mut seen = BTreeSet::new();
    let mut open = vec![machine["StartAt"].as_str().expect("a start").to_owned()];
    while let Some(name) = open.pop() {
        let state = states.get(&name).unwrap_or_else(|| panic!("no state {name}"));
        if !seen.insert(name) {
            continue;
        }
        let branches =
            ["Choices", "Catch"].iter().flat_map(|list| state[list].as_array().into_iter().flatten());
        let ways = branches.map(|way| &way["Next"]).chain([&state["Next"], &state["Default"]]);
        open.extend(ways.filter_map(Json::as_str).map(str::to_owned));
        if state["Type"] == "Map" {
            walk(&state["ItemProcessor"]);
        }
    }
    let all: BTreeSet<_> = states.keys().cloned().collect();
    assert_eq!(seen, all, "unreachable states");
}

fn clean(platform: &Platform, file: &str) -> Stack {
    let stack = rendered(platform);
    assert_eq!(format!("{:?}", stack.template().faults()), "[]");
    let findings = strataform_schema::template(stack.template());
    assert!(findings.is_empty(), "{findings:#?}");
    if let Ok(folder) = std::env::var("STRATAFORM_FLOW_OUT") {
        let text = stack.template().to_json().expect("a template of fixtures is whole");
        std::fs::write(std::path::Path::new(&folder).join(file), text).expect("writable");
    }
    stack
}

#[test]
fn flows_have_no_findings_and_every_state_is_reachable() {
    for (platform, file) in [(fixture::platform(), "serverless.json"), (provisioned(), "provisioned.json")] {
        let definitions = definitions(&clean(&platform, file));
        assert_eq!(definitions.len(), platform.datasets.len());
        definitions.iter().for_each(walk);
    }
}

#[test]
fn a_warehouse_is_named_by_its_kind_and_only_its_credentials_are_allowed() {
    let text = |platform: &Platform| rendered(platform).template().to_json().expect("whole");
    let (serverless, cluster) = (text(&fixture::platform()), text(&provisioned()));
    assert!(
        serverless.contains("\"WorkgroupName\"") && serverless.contains("redshift-serverless:GetCredentials")
    );
    assert!(!serverless.contains("ClusterIdentifier") && !serverless.contains("GetClusterCredentials"));
    assert!(cluster.contains("\"ClusterIdentifier\"") && cluster.contains("GetClusterCredentialsWithIAM"));
    assert!(!cluster.contains("WorkgroupName"));
}

#[test]
fn a_load_is_the_plan_in_order_and_nothing_of_a_description() {
    let mut platform = fixture::platform();
    platform.datasets[0].description = Some("${TopicArn} {% $boom %} 'x'".to_owned());
    platform.title = "${TopicArn}".to_owned();
    let machine = &definitions(&rendered(&platform))[0];
    assert!(!machine.to_string().contains("boom"));
    let sql = machine["States"]["Load"]["Arguments"]["Sqls"].as_array().expect("statements");
    assert_eq!(sql.len(), loads(&platform).of(&platform.datasets[0]).load.len());
    assert_eq!(
        sql[3],
        "{% 'COPY \"staging\".\"orders\"' & $columns & '\\u000aFROM \\u0027' & 's3://${CuratedBucket}' & '/orders/manifests/' & \
         $run & '.json' & '\\u0027\\u000aIAM_ROLE \\u0027' & '${CopyRoleArn}' & \
         '\\u0027\\u000aFORMAT AS PARQUET\\u000aMANIFEST' %}"
    );
}

#[test]
fn an_ingestion_is_of_the_newest_rows_unless_the_run_is_over_a_window() {
    let facts = |windowed: &[String]| {
        let platform = fixture::platform();
        let loads = loads(&platform);
        let facts = states::Facts {
            partition: "aws",
            dataset: "orders",
            job: "shop-dev-orders",
            timeout: 60,
            load: loads.of(&platform.datasets[0]),
            warehouse: &platform.environments[0].settings.warehouse.kind,
            database: "analytics",
            spice: &["a".to_owned(), "b".to_owned()],
            windowed,
        };
        serde_json::to_value(states::definition(&facts)).expect("JSON")
    };
    let kind = |definition: &Json| {
        let states = &definition["States"]["RefreshDashboards"]["ItemProcessor"]["States"];
        states["Ingest"]["Arguments"]["IngestionType"].as_str().expect("a text").to_owned()
    };
    assert_eq!(kind(&facts(&[])), "FULL_REFRESH");
    let newest = "{% $states.input in ['b'] and $not($exists($states.context.Execution.Input.from)) \
                  ? 'INCREMENTAL_REFRESH' : 'FULL_REFRESH' %}";
    assert_eq!(kind(&facts(&["b".to_owned()])), newest);
}

#[test]
fn a_flow_without_views_and_dashboards_ends_after_the_load() {
    let mut platform = fixture::platform();
    platform.aggregates.clear();
    let machine = &definitions(&rendered(&platform))[1];
    assert_eq!(machine["States"]["Next"]["Choices"][2]["Next"], "Ended");
    assert!(machine["States"].get("Refresh").is_none());
}

#[test]
fn files_start_a_run_when_they_arrive_and_streams_by_the_clock() {
    let text = rendered(&fixture::platform()).template().to_json_compact().expect("whole");
    assert_eq!(text.matches("\"AWS::Events::Rule\"").count(), 1);
    assert!(text.contains("{\"prefix\":\"customers/\"}"), "{text}");
    assert!(text.contains("cron(0 * * * ? *)"), "{text}");
}
