//! Iceberg tables on the local AWS: the job owns them, so a deployment cannot break them.

use std::fs;

use serde_json::{Value, json};

use super::local::{Project, server};
use crate::tool::spark;

/// An order line as the stream has it.
fn line(number: u32, more: &Value) -> String {
    let mut line = json!({
        "order_id": 1, "line_number": number, "changed_at": "2026-03-10T21:52:51Z", "ordered_on": "2026-03-10",
        "customer_id": 82, "product_id": 41, "store_id": 7, "quantity": 2, "unit_price": "122.83",
        "discount": null, "status": "placed", "currency": "CHF",
    });
    let more = more.as_object().cloned().unwrap_or_default();
    line.as_object_mut().expect("an object").extend(more);
    line.to_string()
}

/// A deployed platform with an Iceberg table, whose rows do not expire during the test.
struct Lake {
    project: Project,
}

impl Lake {
    fn new(name: &str) -> Option<Self> {
        let project = Project::new(server()?, name, "retail-orders");
        project.change("curated = \"60 days\"", "curated = \"36500 days\"");
        project.deploy().ends(0);
        Some(Self { project })
    }

    /// Sends records, and runs the job and the load, which succeed.
    #[track_caller]
    fn loads(&self, lines: &[String]) {
        let ran = self.load(lines);
        assert!(ran.starts_with("0\n"), "{ran}");
    }

    /// Sends records, and runs the job and the load. Returns the exit code and the output.
    #[track_caller]
    fn load(&self, lines: &[String]) -> String {
        fs::write(self.project.folder.join("lines.ndjson"), lines.join("\n")).unwrap();
        self.project.run(&["put", "order_line", "lines.ndjson", "--env", "dev"]).ends(0);
        let ran = self.project.run(&["run", "order_line", "--env", "dev"]);
        format!("{}\n{}\n{}", ran.code.unwrap_or(-1), ran.out, ran.err)
    }

    fn database(&self) -> String {
        format!("{}_dev", self.project.name)
    }

    /// The table in the Data Catalog.
    fn table(&self) -> Value {
        let asked = json!({"DatabaseName": self.database(), "Name": "order_line"});
        self.project.look("glue", "get_table", &asked)
    }

    /// The current metadata of the table, which Iceberg reads it by.
    fn metadata(&self) -> Value {
        let table = self.table();
        let parameters = &table["Table"]["Parameters"];
        assert_eq!(parameters["table_type"], "ICEBERG", "{table}");
        let path = parameters["metadata_location"].as_str().unwrap().trim_start_matches("file:").to_owned();
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// The number of rows in the current snapshot: those in its files without those that a merge has replaced.
    fn rows(&self) -> String {
        let metadata = self.metadata();
        let snapshots = metadata["snapshots"].as_array().unwrap().iter();
        let current = snapshots.clone().find(|one| one["snapshot-id"] == metadata["current-snapshot-id"]);
        let summary = &current.unwrap()["summary"];
        let total = |of: &str| summary[of].as_str().unwrap().parse::<u64>().unwrap();
        (total("total-records") - total("total-position-deletes")).to_string()
    }

    fn columns(&self) -> Vec<String> {
        let table = self.table();
        let columns = table["Table"]["StorageDescriptor"]["Columns"].as_array().unwrap();
        columns.iter().map(|one| one["Name"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn an_iceberg_table_keeps_its_rows_when_a_column_is_added() {
    let Some(_spark) = spark() else { return };
    let Some(lake) = Lake::new("lake") else { return };
    assert!(lake.table()["error"].is_string(), "no stack has the table: {}", lake.table());

    lake.loads(&[line(1, &json!({})), line(2, &json!({}))]);
    assert_eq!((lake.rows().as_str(), lake.columns().iter().any(|name| name == "coupon")), ("2", false));

    let column = "quantity    = \"integer not null\"";
    lake.project.change(
        column,
        &format!("coupon = {{ type = \"string(20)\", description = \"A code.\" }}\n{column}"),
    );
    lake.project.deploy().ends(0).says("version 2 succeeded");
    assert_eq!(lake.rows(), "2", "the deployment leaves the table alone");

    lake.loads(&[line(3, &json!({"coupon": "SPRING"})), line(1, &json!({"quantity": 5}))]);
    assert_eq!(lake.rows(), "3", "the old rows, and the new one");
    assert!(lake.columns().iter().any(|name| name == "coupon"), "{:?}", lake.columns());
    let rows = lake.project.query("SELECT line_number, coupon FROM core.order_line ORDER BY line_number");
    assert_eq!(rows, [["1", ""], ["2", ""], ["3", "SPRING"]]);
}

#[test]
fn an_update_of_a_table_without_its_iceberg_properties_removes_them() {
    let Some(_spark) = spark() else { return };
    let Some(lake) = Lake::new("strip") else { return };
    lake.loads(&[line(1, &json!({}))]);
    let found = lake.table();
    let storage = &found["Table"]["StorageDescriptor"];
    // What CloudFormation sent for a table of a stack, as it does for any change, such as of a description.
    let input = json!({"Name": "order_line", "Description": "Changed", "StorageDescriptor": storage});
    lake.project.look("glue", "update_table", &json!({"DatabaseName": lake.database(), "TableInput": input}));
    let table = lake.table();
    assert_eq!(table["Table"]["Description"], "Changed", "{table}");
    assert!(table["Table"]["Parameters"].as_object().is_none_or(serde_json::Map::is_empty), "{table}");
    let failed = lake.load(&[line(2, &json!({}))]);
    assert!(!failed.starts_with("0\n") && failed.contains("not an iceberg table"), "{failed}");
}

/// A template with an Iceberg table.
fn template(description: &str) -> String {
    let columns = json!([{"Name": "id", "Type": "string"}]);
    let storage = json!({"Location": "s3://a-bucket/t/", "Columns": columns});
    let table = json!({
        "CatalogId": {"Ref": "AWS::AccountId"},
        "DatabaseName": {"Ref": "Base"},
        "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE", "Version": "2"}},
        "TableInput": {"Name": "t", "Description": description, "StorageDescriptor": storage},
    });
    let base = json!({"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": "base"}});
    let resources = json!({
        "Base": {"Type": "AWS::Glue::Database", "Properties": base},
        "T": {"Type": "AWS::Glue::Table", "Properties": table},
    });
    json!({"Resources": resources}).to_string()
}

#[test]
fn cloudformation_makes_an_iceberg_table_and_breaks_it_with_the_first_update() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "owner", "clickstream");
    let parameters = || {
        let found = project.look("glue", "get_table", &json!({"DatabaseName": "base", "Name": "t"}));
        let table = &found["Table"];
        (table["Description"].clone(), table["Parameters"]["table_type"].clone())
    };
    let done = |operation: &str, description: &str| {
        let asked = json!({"StackName": "owner", "TemplateBody": template(description)});
        let answer = project.look("cloudformation", operation, &asked);
        assert!(answer["error"].is_null(), "{answer}");
        for _ in 0..100 {
            if parameters().0 == description {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("{operation} did not end: {:?}", parameters());
    };
    done("create_stack", "First");
    assert_eq!(parameters().1, "ICEBERG");
    done("update_stack", "Second");
    assert_eq!(parameters().1, Value::Null);
}
