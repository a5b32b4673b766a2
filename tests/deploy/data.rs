//! Records sent to a stream, job runs, and queries of the warehouse.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;

use serde_json::{Value, json};

use super::local::{Project, run_to_end, server};

/// The records of a stream, in all of its shards, with their partition keys.
fn records(project: &Project, stream: &str) -> Vec<(String, Value)> {
    let shards = project.look("kinesis", "list_shards", &json!({"StreamName": stream}));
    let mut all = Vec::new();
    for shard in shards["Shards"].as_array().unwrap() {
        let asked =
            json!({"StreamName": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
        let iterator = project.look("kinesis", "get_shard_iterator", &asked)["ShardIterator"].clone();
        let found =
            project.look("kinesis", "get_records", &json!({"ShardIterator": iterator, "Limit": 10_000}));
        for record in found["Records"].as_array().unwrap() {
            let text = record["Data"].as_str().unwrap();
            let data = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
            all.push((record["PartitionKey"].as_str().unwrap().to_owned(), data));
        }
    }
    all
}

#[test]
fn rows_of_ndjson_and_csv_become_typed_records_with_keys() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "put", "clickstream");
    project.deploy().ends(0);
    let put =
        |file: &str, more: &[&str]| project.run(&[&["put", "event", file, "--env", "dev"], more].concat());
    fs::write(
        project.folder.join("rows.csv"),
        "event_id,occurred_at,session_id,visitor_id,event_type,amount,attributes,page_path\n\
         a,2026-03-01T00:00:00Z,s,v,purchase,12.50,\"{\"\"k\"\":1}\",\"/a,b\"\n\
         b,2026-03-01T00:00:01Z,s,v,page_view,,,\n",
    )
    .unwrap();
    fs::write(
        project.folder.join("rows.ndjson"),
        "{\"event_id\":\"c\",\"x\":1}\n\n{\"session_id\":\"no key\"}\n",
    )
    .unwrap();
    put("rows.csv", &[]).ends(0).says("2 records").says("records/s");
    let events = put("rows.ndjson", &["--format", "json"]).ends(0).events();
    assert_eq!(
        (&events[0]["event"], &events[0]["records"], &events[0]["retried"]),
        (&json!("put"), &json!(2), &json!(0))
    );
    let mut found = records(&project, "put-dev-event");
    found.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(found.iter().map(|one| one.0.as_str()).collect::<Vec<_>>(), ["-", "a", "b", "c"]);
    assert_eq!(
        found[1].1,
        json!({"event_id": "a", "occurred_at": "2026-03-01T00:00:00Z", "session_id": "s", "visitor_id": "v",
            "event_type": "purchase", "amount": 12.50, "attributes": {"k": 1}, "page_path": "/a,b"})
    );
    assert!(found[2].1.get("amount").is_none(), "an empty cell has no value");
}

#[test]
fn rows_that_the_job_will_quarantine_are_sent_with_a_warning_or_rejected_if_strict() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "bad", "clickstream");
    project.deploy().ends(0);
    let put = |file: &str| project.run(&["put", "event", file, "--env", "dev"]);
    let strict = |file: &str| project.run(&["put", "event", file, "--env", "dev", "--strict"]);
    fs::write(project.folder.join("a.csv"), "event_id,ammount\na,1\n").unwrap();
    put("a.csv").ends(1).says("no column `ammount`").says("did you mean `amount`?");
    fs::write(project.folder.join("b.csv"), "event_id,amount\na,one\nb,2\nc,three\n").unwrap();
    strict("b.csv")
        .ends(1)
        .says("b.csv:2: amount: `one` is not a number")
        .says("b.csv:4: amount: `three`")
        .says("nothing was sent");
    fs::write(project.folder.join("c.ndjson"), "{\"event_id\":\"a\"}\n{\"event_id\":\n[]\n").unwrap();
    strict("c.ndjson").ends(1).says("c.ndjson:2: invalid JSON").says("c.ndjson:3: not a JSON object");
    fs::write(project.folder.join("d.ndjson"), "[]\n".repeat(25)).unwrap();
    strict("d.ndjson").ends(1).says("25 rows of d.ndjson").says("and 5 more");
    put("none.csv").ends(1).says("cannot read none.csv");
    project.run(&["put", "evnt", "a.csv", "--env", "dev"]).ends(2).says("did you mean `event`?");
    assert!(records(&project, "bad-dev-event").is_empty());
    put("b.csv").ends(0).says("3 records").says("the job will quarantine 2 rows of b.csv: lines 2, 4");
    put("c.ndjson").ends(0).says("3 records").says("lines 2, 3 (line 2: invalid JSON");
    let sent: Vec<Value> = records(&project, "bad-dev-event").into_iter().map(|one| one.1).collect();
    assert_eq!(sent.len(), 6);
    assert!(sent.contains(&json!("{\"event_id\":")), "a line that is not JSON is sent unchanged: {sent:?}");
    assert!(
        sent.contains(&json!({"event_id": "a", "amount": "one"})),
        "a cell that is not a number is sent unchanged: {sent:?}"
    );
}

/// A stream that rejects some records the first time, which the local AWS does not do.
fn throttled_stream() -> (u16, mpsc::Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let body = body(&mut stream);
            let asked: Value = serde_json::from_slice(&body).unwrap();
            let keys: Vec<String> = asked["Records"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["PartitionKey"].as_str().unwrap().to_owned())
                .collect();
            let refuse = |index: usize| at == 0 && index % 3 == 1;
            let answers: Vec<Value> = (0..keys.len())
                .map(|index| {
                    if refuse(index) {
                        json!({"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded"})
                    } else {
                        json!({"SequenceNumber": "1", "ShardId": "shardId-0"})
                    }
                })
                .collect();
            let failed = answers.iter().filter(|one| one.get("ErrorCode").is_some()).count();
            let text = json!({"FailedRecordCount": failed, "Records": answers}).to_string();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                text.len()
            );
            // Before the answer: after the last one, the command may end before this thread runs again.
            if sender.send(keys).is_err() {
                return;
            }
            stream.write_all((head + &text).as_bytes()).unwrap();
        }
    });
    (port, receiver)
}

/// The body of a request that has a length.
fn body(stream: &mut impl std::io::Read) -> Vec<u8> {
    let (mut all, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut part).unwrap();
        all.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&all).to_ascii_lowercase();
        let Some(end) = text.find("\r\n\r\n") else { continue };
        let length = text.split("content-length: ").nth(1).unwrap().split("\r\n").next().unwrap();
        let length: usize = length.parse().unwrap();
        if all.len() >= end + 4 + length {
            return all.split_off(end + 4);
        }
    }
}

#[test]
fn only_rejected_records_are_sent_again() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "again", "clickstream");
    project.deploy().ends(0);
    let rows: Vec<String> = (0..700).map(|at| format!("{{\"event_id\":\"e{at}\"}}")).collect();
    fs::write(project.folder.join("rows.ndjson"), rows.join("\n")).unwrap();
    let (port, receiver) = throttled_stream();
    let mut command = project.command(&["put", "event", "rows.ndjson", "--env", "dev"]);
    command.env("AWS_ENDPOINT_URL_KINESIS", format!("http://127.0.0.1:{port}"));
    run_to_end(command).ends(0).says("700 records").says("167 records retried");
    let batches: Vec<Vec<String>> = receiver.try_iter().collect();
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [500, 167, 200], "at most 500 per request");
    let all: BTreeSet<&String> = batches.iter().flatten().collect();
    assert_eq!(all.len(), 700);
    assert!(batches[1].iter().all(|key| batches[0].contains(key)));
}

#[test]
fn a_missing_deployment_is_reported_with_the_next_step() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "undeployed", "retail-orders");
    let run = |verb: &[&str]| project.run(&[verb, &["--env", "dev"]].concat()).ends(1);
    fs::write(project.folder.join("one.ndjson"), "{}\n").unwrap();
    fs::write(project.folder.join("one.csv"), "customer_id\n1\n").unwrap();
    for verb in [
        ["put", "order_line", "one.ndjson"].as_slice(),
        &["put", "customer", "one.csv"],
        &["run", "order_line"],
        &["query", "SELECT 1"],
    ] {
        run(verb).says("GEN1012").says("run `gen deploy`").never_says("ResourceNotFoundException");
    }
}

#[test]
fn a_file_is_uploaded_to_the_prefix_of_its_dataset() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "dropped", "retail-orders");
    project.deploy().ends(0);
    let sample = "platforms/dropped/sample/customer.csv";
    let uploaded = project.run(&["put", "customer", sample, "--env", "dev"]).ends(0);
    let bucket = project.output("storage", "RawBucketName");
    let keys = project.keys(&bucket);
    let [key] = keys.as_slice() else { panic!("{keys:?}") };
    assert!(key.starts_with("customer/") && key.ends_with("-customer.csv"), "{key}");
    uploaded.says(&format!("s3://{bucket}/{key}"));
}

#[test]
fn query_results_are_a_table_csv_or_json() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "asked", "clickstream");
    project.deploy().ends(0);
    let sql = "SELECT 7 AS number, 'a,b' AS text, NULL AS nothing, TRUE AS truth";
    let ask = |more: &[&str]| project.run(&[&["query", sql, "--env", "dev"], more].concat()).ends(0);
    assert_eq!(
        ask(&[]).out,
        "number  text  nothing  truth\n------  ----  -------  -----\n     7  a,b            true\n"
    );
    assert_eq!(ask(&["--format", "csv"]).out, "number,text,nothing,truth\n7,\"a,b\",,true\n");
    assert_eq!(
        ask(&["--format", "json"]).out,
        "{\"number\":7,\"text\":\"a,b\",\"nothing\":null,\"truth\":true}\n"
    );
    let many = "SELECT path FROM strataform.applied_sql ORDER BY path";
    let limited = project.run(&["query", many, "--env", "dev", "--limit", "3", "--format", "csv"]).ends(0);
    assert_eq!(limited.out.lines().count(), 4);
    limited.says("only the first 3 rows are shown");
    let wrong = project.run(&["query", "SELECT nothing FROM core.event", "--env", "dev"]).ends(5);
    wrong.says("GEN1008").says("nothing");
}

#[test]
fn a_query_changes_nothing_without_write() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "readonly", "clickstream");
    project.deploy().ends(0);
    let query = |sql: &str, more: &[&str]| project.run(&[&["query", sql, "--env", "dev"], more].concat());
    for sql in ["DELETE FROM core.event", "DROP SCHEMA report CASCADE", "SELECT 1; TRUNCATE core.event"] {
        query(sql, &[]).ends(3).says("GEN1017").says("--write").says("nothing was run");
    }
    assert_eq!(project.query("SELECT COUNT(*) FROM report.daily_traffic"), [["0"]]);
    query("DELETE FROM core.event", &["--write"]).ends(0).says("0 rows affected");
    project.change("[environment.dev]", "[environment.dev]\nprotected = true");
    query("DELETE FROM core.event", &["--write"]).ends(2).says("--yes");
    query("DELETE FROM core.event", &["--write", "--yes"]).ends(0);
    query("SELECT 1", &[]).ends(0);
}

/// A column that is removed from the file stays in the table. Declared again, it is a new column, and the old one gets
/// another name.
#[test]
fn a_column_that_is_declared_again_is_a_new_one() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "again-typed", "clickstream");
    let section = "[dataset.event.column]";
    let declare =
        |from: &str, to: &str| project.change(&format!("{section}{from}"), &format!("{section}{to}"));
    let types = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'core' \
                 AND table_name = 'event' AND column_name LIKE 'coupon%' ORDER BY column_name";
    declare("", "\ncoupon = \"integer\"");
    project.deploy().ends(0);
    declare("\ncoupon = \"integer\"", "");
    project.deploy().ends(0).says("column coupon of core.event stays");
    declare("", "\ncoupon = \"string(20)\"");
    project.deploy().ends(0).says("column coupon of core.event becomes coupon__16, with its data");
    assert_eq!(project.query(types), [["coupon", "character varying"], ["coupon__16", "integer"]]);
    project.deploy().ends(0).says("nothing to change");
}

/// What another `gen` version deployed can be looked at; only what needs its manifest is refused.
#[test]
fn the_status_is_shown_even_if_the_manifest_has_another_format() {
    let Some(server) = server() else { return };
    let project = Project::new(server, "foreign", "clickstream");
    project.deploy().ends(0);
    project.run(&["status", "--env", "dev"]).ends(0).says("gen put event FILE");
    let buckets = project.look("s3", "list_buckets", &json!({}));
    let names = buckets["Buckets"].as_array().unwrap().iter().map(|one| one["Name"].as_str().unwrap());
    let bucket = names.filter(|name| name.starts_with("strataform-")).map(str::to_owned).next().unwrap();
    let keys = project.keys(&bucket);
    let key = keys.iter().find(|key| key.contains("foreign/dev/manifests/")).unwrap();
    project.look("s3", "put_object", &json!({"Bucket": bucket, "Key": key, "Body": "{\"format\": 1}"}));
    project.run(&["query", "SELECT 1", "--env", "dev"]).ends(1).says("GEN1001");
    let status = project.run(&["status", "--env", "dev"]).ends(0);
    status.says("CREATE_COMPLETE").says("the addresses are unknown").never_says("gen put event FILE");
}
