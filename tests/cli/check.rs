//! `gen check`: platforms, SQL files, dashboards, and what only a server finds.

use std::fs;
use std::path::Path;

use super::{Folder, assert_snapshot, text};

#[test]
fn sql_files_are_checked_in_order() {
    let folder = Folder::new();
    fs::write(folder.path("1.sql"), "CREATE TABLE fact (id BIGINT, paid DECIMAL(12,2));\n").unwrap();
    fs::write(
        folder.path("2.sql"),
        "SELECT id, sum(payd) FROM fact;\nGRANT SELECT ON fact TO ROLE reader;\n",
    )
    .unwrap();
    assert_snapshot("check-sql", folder.command(&["check", "sql", "1.sql", "2.sql"]));
    assert_snapshot(
        "check-sql-closed",
        folder.command(&["check", "sql", "--closed", "--format", "json", "1.sql", "2.sql"]),
    );
    assert_snapshot("check-sql-right", folder.command(&["check", "sql", "1.sql"]));
    assert_snapshot("check-sql-nothing", folder.command(&["check", "sql", "3.sql"]));
    assert_snapshot("explain-sql", folder.command(&["explain", "sql0802"]));
    let platform = Folder::with_platform();
    assert_snapshot("check", platform.command(&["check"]));
    assert_snapshot("check-unknown", platform.command(&["check", "shpo"]));
}

#[test]
fn hand_written_sql_is_checked_after_generated_sql() {
    let folder = Folder::with_platform();
    let sql = folder.path("platforms/shop/sql");
    fs::create_dir(&sql).unwrap();
    fs::write(sql.join("README.md"), "Not SQL.").unwrap();
    let view = "-- Who came back.\nCREATE VIEW report.loyal AS\nSELECT visitor_id, COUNT(DISTINCT session_id) AS sessions\n\
                FROM core.event\nGROUP BY visitor_id\nWITH NO SCHEMA BINDING;\n";
    fs::write(sql.join("010_loyal.sql"), view).unwrap();
    let made = folder.run(&["synth", "--env", "dev"]);
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let assembly = folder.path("generated/shop/dev");
    assert_eq!(fs::read_to_string(assembly.join("aggregation/sql/080_010_loyal.sql")).unwrap(), view);
    let manifest = fs::read_to_string(assembly.join("manifest.json")).unwrap();
    let place =
        |path: &str| manifest.find(&format!("aggregation/sql/{path}")).expect("it is in the manifest");
    assert!(place("040_funnel.sql") < place("080_010_loyal.sql"));
    assert!(place("080_010_loyal.sql") < place("090_grants.sql"));
    // A column that the dataset no longer has, and a table that does not exist.
    let wrong = view.replace("visitor_id", "visitor");
    fs::write(sql.join("010_loyal.sql"), format!("{wrong}DROP TABLE core.event;\n")).unwrap();
    assert_snapshot("own-sql", folder.command(&["synth", "--env", "dev"]));
    assert_eq!(fs::read_to_string(assembly.join("manifest.json")).unwrap(), manifest, "no file was written");
}

#[test]
fn what_redshift_cannot_store_is_rejected_at_its_place() {
    let folder = Folder::with_platform();
    let path = folder.path("platforms/shop/platform.toml");
    let file = fs::read_to_string(&path).unwrap();
    let long = "n".repeat(128);
    let wrong = file
        .replace("revenue = \"sum(amount)\" }", "revenue = \"sum(amuont)\", most = \"sum(device)\" }")
        .replace("page_path   = \"string(500)\"", "page_path   = \"string(70000)\"")
        .replace("attributes  = \"json\"", &format!("attributes  = \"json\"\n{long} = \"integer\""));
    fs::write(&path, wrong).unwrap();
    assert_snapshot("unfit-for-redshift", folder.command(&["synth"]));
    assert!(!folder.path("generated").exists(), "no file is written");
}

#[test]
fn dashboards_from_any_source_are_checked() {
    let folder = Folder::with_platform();
    assert_eq!(folder.run(&["synth", "--env", "dev"]).status.code(), Some(0));
    let path = folder.path("generated/shop/dev/visualization/template.json");
    let template = fs::read_to_string(&path).unwrap();
    fs::write(folder.path("ours.json"), &template).unwrap();
    assert_snapshot("check-dashboard-right", folder.command(&["check", "dashboard", "ours.json"]));
    let wrong = template.replacen("\"ElementId\":\"kpi-session\"", "\"ElementId\":\"kpi-sesion\"", 1);
    assert_ne!(wrong, template);
    let wrong = wrong.replacen("\"SourceFilterId\":\"filter-day\"", "\"SourceFilterId\":\"filter-date\"", 1);
    fs::write(folder.path("theirs.json"), wrong).unwrap();
    assert_snapshot("check-dashboard", folder.command(&["check", "dashboard", "ours.json", "theirs.json"]));
    assert_snapshot(
        "check-dashboard-json",
        folder.command(&["check", "dashboard", "--format", "json", "theirs.json"]),
    );
    let yaml = "Resources:\n  Sales:\n    Type: AWS::QuickSight::DataSet\n    Properties:\n      \
                AwsAccountId: !Ref AWS::AccountId\n      DataSetId: sales\n      Name: sales\n";
    fs::write(folder.path("theirs.yaml"), yaml).unwrap();
    assert_snapshot("check-dashboard-yaml", folder.command(&["check", "dashboard", "theirs.yaml"]));
    fs::write(folder.path("none.json"), "{]").unwrap();
    assert_eq!(folder.run(&["check", "dashboard", "none.json"]).status.code(), Some(1));
    let mut bundle = zip::ZipWriter::new(fs::File::create(folder.path("theirs.qs")).unwrap());
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    bundle.start_file("dashboard/sales.json", options).unwrap();
    let sheet = r#"{"resourceType": "dashboard", "dashboardId": "sales", "name": "Sales",
        "definition": {"dataSetIdentifierDeclarations": [], "sheets": [{"sheetId": "a b", "name": "S"}]}}"#;
    std::io::Write::write_all(&mut bundle, sheet.as_bytes()).unwrap();
    bundle.finish().unwrap();
    assert_snapshot("check-dashboard-bundle", folder.command(&["check", "dashboard", "theirs.qs"]));
    fs::write(folder.path("none.qs"), "{}").unwrap();
    assert_snapshot("check-dashboard-no-bundle", folder.command(&["check", "dashboard", "none.qs"]));
    assert_snapshot("explain-dashboard", folder.command(&["explain", "QS0108"]));
}

#[test]
fn without_a_server_nothing_is_reported_as_executed() {
    let folder = Folder::with_platform();
    let without = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        command.env("GEN_PG_BIN", "/nowhere");
        command
    };
    assert_snapshot("check-execute-nowhere", without(&["check", "--execute", "--env", "dev"]));
    assert_snapshot("check-execute-nowhere-json", without(&["check", "--execute", "--format", "json"]));
    assert_snapshot("check-execute-no-folder", without(&["check", "--execute", "--data", "nope"]));
    assert_snapshot("check-execute-usage", folder.command(&["check", "--rows", "5"]));
}

#[test]
fn shipped_sql_runs_on_postgresql() {
    if strataform_postgres::testing::programs().is_none() {
        return;
    }
    let folder = Folder::with_platform();
    assert_snapshot("check-execute", folder.command(&["check", "--execute", "--env", "dev"]));
    // A second run prints the same, and the page shows it.
    let run = folder.run(&["check", "--execute", "--env", "dev"]);
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/commands.md")).unwrap();
    assert!(page.contains(&text(&run.stdout)), "docs/commands.md shows another execution");

    // Only a server finds this; it is reported at its place in a hand-written file.
    let sql = folder.path("platforms/shop/sql");
    fs::create_dir(&sql).unwrap();
    let table = "CREATE TABLE mart.target AS\nSELECT CAST('many' AS INTEGER) AS visitors;\n";
    fs::write(sql.join("010_target.sql"), table).unwrap();
    assert_eq!(folder.run(&["check", "--env", "dev"]).status.code(), Some(0));
    assert_snapshot("check-execute-own", folder.command(&["check", "--execute", "--env", "dev"]));
    fs::remove_file(sql.join("010_target.sql")).unwrap();

    // Files of another dataset.
    fs::create_dir(folder.path("data")).unwrap();
    let column = |name: &str, kind| strataform_rows::Column { name: name.to_owned(), kind, nullable: true };
    let table = strataform_rows::Table {
        columns: vec![column("event_id", strataform_rows::Kind::Integer)],
        values: vec![vec![strataform_rows::Value::Integer(1)]],
    };
    strataform_rows::write(&folder.path("data/event.parquet"), &table).unwrap();
    let run = folder.run(&["check", "--execute", "--env", "dev", "--data", "data"]);
    let printed = text(&run.stderr);
    assert!(printed.contains("error[GEN0954]: the files of `event` do not match its load"), "{printed}");
    assert!(printed.contains("the file has 1 columns, but the table has 17"), "{printed}");
    fs::remove_file(folder.path("data/event.parquet")).unwrap();
    let run = folder.run(&["check", "--execute", "--env", "dev", "--data", "data"]);
    assert!(text(&run.stdout).contains("core.event: no files"), "{}", text(&run.stdout));
}

#[test]
fn templates_of_anybody_are_checked_at_their_places() {
    let folder = Folder::with_platform();
    let template = "Parameters:\n  Stage: {Type: String}\nResources:\n  Stream:\n    Type: AWS::Kinesis::Stream\n    Properties:\n      \
                    Name: !Sub '${Stag}-events'\n      ShardCont: 2\n  Alarm:\n    Type: AWS::CloudWatch::Alarm\n    Properties:\n      \
                    ComparisonOperator: GreaterThan\n      EvaluationPeriods: 1\n      Dimensions:\n        - Name: StreamName\n          \
                    Value: !Ref Steam\n";
    fs::write(folder.path("pipeline.yaml"), template).unwrap();
    assert_snapshot("check-template", folder.command(&["check", "pipeline.yaml"]));
    assert_snapshot("check-template-missing", folder.command(&["check", "missing.yaml"]));
    fs::write(folder.path("latin.yaml"), b"Description: caf\xe9\n").unwrap();
    assert_snapshot("check-template-latin", folder.command(&["check", "latin.yaml"]));
    assert_eq!(folder.run(&["synth", "--env", "dev"]).status.code(), Some(0));
    let right = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n";
    fs::write(folder.path("right.yaml"), right).unwrap();
    // An assembly, a template and a platform at once.
    let all = ["check", "generated/shop/dev", "right.yaml", "shop"];
    assert_snapshot("check-template-right", folder.command(&all));
    assert_snapshot("explain-template", folder.command(&["explain", "GEN0423"]));
}

#[test]
fn findings_are_printed_for_review() {
    let folder = Folder::with_platform();
    let template = "Resources:\n  Delivery:\n    Type: AWS::KinesisFirehose::DeliveryStream\n    Properties:\n      ExtendedS3DestinationConfiguration:\n        \
                    BucketARN: arn:aws:s3:::lake-raw\n        RoleARN: arn:aws:iam::111122223333:role/delivery\n        \
                    BufferingHints: {SizeInMBs: 1}\n        DataFormatConversionConfiguration:\n          \
                    SchemaConfiguration: {RoleARN: 'arn:aws:iam::111122223333:role/delivery', DatabaseName: lake, TableName: events}\n          \
                    InputFormatConfiguration: {Deserializer: {OpenXJsonSerDe: {}}}\n          \
                    OutputFormatConfiguration: {Serializer: {ParquetSerDe: {}}}\n";
    fs::write(folder.path("pipeline.yaml"), template).unwrap();
    for format in ["human", "json", "markdown", "github", "sarif"] {
        let command = folder.command(&["check", "pipeline.yaml", "--format", format]);
        assert_snapshot(&format!("check-format-{format}"), command);
    }
    let right = "Resources: {Topic: {Type: AWS::SNS::Topic}}\n";
    fs::write(folder.path("right.yaml"), right).unwrap();
    for (format, printed) in [("markdown", "🟢 **1 template: no errors**\n"), ("github", "")] {
        let run = folder.run(&["check", "right.yaml", "--format", format]);
        assert_eq!((run.status.code(), text(&run.stdout).as_str()), (Some(0), printed));
    }
}

#[test]
fn templates_are_checked_with_the_rules_of_a_team() {
    let folder = Folder::with_platform();
    let template = "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: lake-raw}\n";
    fs::write(folder.path("pipeline.yaml"), template).unwrap();
    fs::create_dir(folder.path("policies")).unwrap();
    let command = || folder.command(&["check", "pipeline.yaml", "--rules", "policies"]);
    assert_snapshot("check-rules-none", command());
    let rule = "rule bucket_versioning when Resources.*[ Type == 'AWS::S3::Bucket' ] !empty {\n  \
                Resources.*[ Type == 'AWS::S3::Bucket' ].Properties.VersioningConfiguration.Status == 'Enabled'\n  \
                <<A bucket keeps old versions>>\n}\n";
    fs::write(folder.path("policies/versioning.guard"), rule).unwrap();
    assert_snapshot("check-rules", command());
    fs::write(folder.path("policies/broken.guard"), "rule x {\n  Resources.* [ }\n").unwrap();
    assert_snapshot("check-rules-broken", command());
}
