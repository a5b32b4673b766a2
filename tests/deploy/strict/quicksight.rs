//! Rules of QuickSight that no finding of the reviews breaks, but that our output depends on.

use serde_json::{Value, json};

use super::account::Account;
use super::more::account;

/// A data set of one column, from a data source with or without a secret.
fn data_set(account: &Account, name: &str, secret: Option<&str>, more: &Value) -> Result<Value, String> {
    let id = account.id();
    let mut source = json!({
        "AwsAccountId": id, "DataSourceId": name, "Name": name, "Type": "REDSHIFT",
        "DataSourceParameters": {"RedshiftParameters": {"Database": "d", "Host": "h", "Port": 5439}},
    });
    if let Some(secret) = secret {
        source["Credentials"] = json!({"SecretArn": secret});
    }
    let source = account.done("quicksight", "create_data_source", &source)["Arn"].clone();
    let column = json!([{"Name": "GroupName", "Type": "STRING"}]);
    let table = json!({"DataSourceArn": source, "Name": "t", "Schema": "s", "InputColumns": column});
    let mut asked = json!({
        "AwsAccountId": id, "DataSetId": name, "Name": name, "ImportMode": "SPICE",
        "PhysicalTableMap": {"t": {"RelationalTable": table}},
    });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Ok(account.call("quicksight", "create_data_set", &asked)?["Arn"].clone())
}

#[test]
fn rules_for_rows_come_from_a_data_set_that_is_marked() {
    let Some(account) = account("rows") else { return };
    let set = |name: &str, more: &Value| data_set(&account, name, None, more);
    let plain = set("plain", &json!({})).unwrap();
    let rules =
        |arn: &Value| json!({"RowLevelPermissionDataSet": {"Arn": arn, "PermissionPolicy": "GRANT_ACCESS"}});
    let refused = set("refused", &rules(&plain)).unwrap_err();
    assert!(refused.contains("RLS_RULES"), "{refused}");
    let marked = set("marked", &json!({"UseAs": "RLS_RULES"})).unwrap();
    set("read", &rules(&marked)).unwrap();
}

#[test]
fn an_import_needs_the_role_for_secrets_and_there_are_32_in_a_day() {
    let Some(account) = account("imports") else { return };
    let value = json!({"Name": "reader", "SecretString": "{}"});
    let secret = account.done("secretsmanager", "create_secret", &value);
    data_set(&account, "secret", secret["ARN"].as_str(), &json!({})).unwrap();
    data_set(&account, "open", None, &json!({})).unwrap();
    let import = |set: &str, number: u32| {
        let asked =
            json!({"AwsAccountId": account.id(), "DataSetId": set, "IngestionId": format!("i{number}")});
        account.call("quicksight", "create_ingestion", &asked)?;
        let found = account.call("quicksight", "describe_ingestion", &asked)?;
        Ok::<_, String>(found["Ingestion"]["ErrorInfo"]["Type"].clone())
    };
    assert_eq!(import("secret", 1).unwrap(), "IAM_ROLE_NOT_AVAILABLE");
    // The data set was imported when it was created.
    for number in 1..32 {
        assert_eq!(import("open", number), Ok(Value::Null));
    }
    let refused = import("open", 32).unwrap_err();
    assert!(refused.starts_with("LimitExceededException"), "{refused}");
}

#[test]
fn quicksight_answers_for_groups_in_its_identity_region_and_by_its_edition() {
    let Some(account) = account("identity") else { return };
    let call = |operation: &str, more: &Value| {
        let mut asked = json!({"AwsAccountId": account.id()});
        asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        account.call("quicksight", operation, &asked)
    };
    let group = json!({"Namespace": "default", "GroupName": "night-shift"});
    assert!(call("describe_group", &group).unwrap_err().starts_with("ResourceNotFoundException"));
    call("create_group", &group).unwrap();
    assert!(call("create_group", &group).unwrap_err().starts_with("ResourceExistsException"));
    let arn = call("describe_group", &group).unwrap()["Group"]["Arn"].clone();
    assert_eq!(arn, format!("arn:aws:quicksight:eu-west-1:{}:group/default/night-shift", account.id()));
    let folder = json!({"FolderId": "f", "Permissions": [{"Principal": arn, "Actions": ["quicksight:DescribeFolder"]}]});
    call("create_folder", &folder).unwrap();
    call("delete_group", &group).unwrap();
    let refused = call(
        "update_folder_permissions",
        &json!({"FolderId": "f", "GrantPermissions": folder["Permissions"]}),
    );
    assert!(refused.unwrap_err().contains("are not valid QuickSight users"));

    account.settle(&json!({"quicksight": {"identity_region": "us-east-1"}}));
    let refused = call("list_groups", &json!({"Namespace": "default"})).unwrap_err();
    let message = "Operation is being called from endpoint eu-west-1, but your identity region is us-east-1. \
                   Please use the us-east-1 endpoint.";
    assert_eq!(refused, format!("AccessDeniedException: {message}"));
    let edition = |edition: &Value| account.settle(&json!({"quicksight": {"edition": edition}}));
    edition(&json!("STANDARD"));
    assert!(
        call("create_folder", &json!({"FolderId": "g"})).unwrap_err().starts_with("UnsupportedUserEdition")
    );
    edition(&Value::Null);
    let refused = call("describe_account_subscription", &json!({})).unwrap_err();
    assert!(refused.starts_with("ResourceNotFoundException: Account information for account"), "{refused}");
}
