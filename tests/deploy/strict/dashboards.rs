//! Trials of findings in dashboards, and in what refreshes them.

use std::fs;

use serde_json::{Value, json};

use super::account::Account;
use super::output::{Output, before, cut, template_before, today};

/// The secret role of QuickSight.
const SECRETS: &str = "aws-quicksight-secretsmanager-role-v0";

/// A template of clickstream as `gen` renders it for an account with another identity region, and a role for secrets.
fn rendered(account: &Account, stack: &str) -> String {
    let project = &account.project;
    let file = project.folder.join("platforms/clickstream/platform.toml");
    if !file.exists() {
        project.run(&["new", "clickstream", "--blueprint", "clickstream"]).ends(0);
        let text = fs::read_to_string(&file).unwrap();
        let own = format!("[principals]\nidentity_region = \"us-east-1\"\nsecrets_role = \"{SECRETS}\"\n");
        assert!(text.contains("[principals]\n"));
        fs::write(&file, text.replacen("[principals]\n", &own, 1)).unwrap();
        project.run(&["synth"]).ends(0);
    }
    let path = project.folder.join("generated/clickstream/dev").join(stack).join("template.json");
    fs::read_to_string(path).unwrap()
}

/// Warehouse 1: groups are in the identity region of the account.
pub(super) fn groups_in_another_region(account: &Account, output: Output) -> Result<(), String> {
    account.settle(&json!({"quicksight": {"identity_region": "us-east-1"}}));
    let template = match output {
        Output::Before => template_before("warehouse-01-folder"),
        Output::Today => cut(&rendered(account, "visualization"), |name| name == "Folder", &[]),
    };
    account.stack("visualization", &template, &[], false)
}

/// Warehouse 2: QuickSight imports with a role of its own, which may read no secret until a policy lets it.
pub(super) fn import_with_a_secret(account: &Account, output: Output) -> Result<(), String> {
    account.settle(&json!({"quicksight": {"identity_region": "us-east-1"}}));
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "quicksight.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    let role =
        json!({"RoleName": SECRETS, "Path": "/service-role/", "AssumeRolePolicyDocument": trust.to_string()});
    account.done("iam", "create_role", &role);
    let (secret, data_set) = match output {
        Output::Before => (template_before("warehouse-02-secret"), template_before("warehouse-02-data-set")),
        Output::Today => {
            let secret =
                cut(&rendered(account, "aggregation"), |name| name.starts_with("WarehouseReader"), &[]);
            let names = ["DataSource", "DataSetSession"];
            let dropped = ["VpcConnectionProperties", "Permissions", "FolderArns"];
            let sets = cut(&rendered(account, "visualization"), |name| names.contains(&name), &dropped);
            (secret, sets)
        }
    };
    account.stack("aggregation", &secret, &[], false)?;
    let user = account.physical("aggregation", "WarehouseReader");
    let values = [("AggregationWarehouseReaderUser", user.as_str()), ("AggregationWarehouseHost", "host")];
    account.stack("visualization", &data_set, &values, false)?;
    let asked = json!({
        "AwsAccountId": account.id(), "DataSetId": "clickstream-dev-session", "IngestionId": "second",
    });
    account.call("quicksight", "create_ingestion", &asked)?;
    let found = account.done("quicksight", "describe_ingestion", &asked);
    let error = &found["Ingestion"]["ErrorInfo"];
    match error["Type"].as_str() {
        Some(kind) => Err(format!("{kind}: {}", error["Message"].as_str().unwrap_or_default())),
        None => Ok(()),
    }
}

/// Warehouse 5: loads go on where dashboards do not exist yet.
pub(super) fn refresh_before_the_dashboards(account: &Account, output: Output) -> Result<(), String> {
    let state: Value = match output {
        Output::Before => serde_json::from_str(&before("warehouse-05-refresh.json")).unwrap(),
        Output::Today => {
            let template: Value =
                serde_json::from_str(&today("clickstream/dev/processing/template.json")).unwrap();
            template["Resources"]["EventFlow"]["Properties"]["Definition"]["States"]["RefreshDashboards"]
                .clone()
        }
    };
    let ended = state["Next"].as_str().unwrap();
    let failed = json!({"Type": "Fail", "Error": "{% $failure.error %}", "Cause": "{% $failure.cause %}"});
    let mut definition = json!({
        "QueryLanguage": "JSONata", "StartAt": "Begin", "States": {
            "Begin": {"Type": "Pass", "Assign": {"token": "t"}, "Next": "RefreshDashboards"},
            "RefreshDashboards": state,
            "Report": failed,
        },
    });
    definition["States"][ended] = json!({"Type": "Succeed"});
    let text = definition.to_string().replace("${Account}", account.id());
    let role = format!("arn:aws:iam::{}:role/flow", account.id());
    let made = json!({"name": "flow", "definition": text, "roleArn": role});
    let machine = account.done("stepfunctions", "create_state_machine", &made);
    account.runs(&machine["stateMachineArn"])
}
