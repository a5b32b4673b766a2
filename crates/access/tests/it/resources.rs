//! Policies and permissions of resources.

use serde_json::{Value, json};

use crate::table::{Case, check, compare, lines, resource};

fn to(principal: &str) -> Value {
    json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "x:Get", "Resource": "*"}]})
}

/// A template with one resource `X`.
fn x(kind: &str, properties: &Value) -> Value {
    json!({"X": resource(kind, properties)})
}

fn merged(mut one: Value, other: &Value) -> Value {
    for (key, value) in other.as_object().unwrap() {
        one[key] = value.clone();
    }
    one
}

#[test]
fn every_type_with_a_document_is_read() {
    let types = [
        ("AWS::S3::BucketPolicy", "PolicyDocument", json!({"Bucket": "b"})),
        ("AWS::SNS::TopicPolicy", "PolicyDocument", json!({"Topics": ["t"]})),
        ("AWS::SQS::QueuePolicy", "PolicyDocument", json!({"Queues": ["q"]})),
        ("AWS::KMS::Key", "KeyPolicy", json!({})),
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", json!({"SecretId": "s"})),
        ("AWS::Kinesis::ResourcePolicy", "ResourcePolicy", json!({"ResourceArn": "k"})),
        ("AWS::ECR::Repository", "RepositoryPolicyText", json!({})),
        ("AWS::EC2::VPCEndpoint", "PolicyDocument", json!({})),
        ("AWS::Some::Type", "Anything", json!({})),
    ];
    for (kind, property, naming) in types {
        let template = |document: Value| x(kind, &merged(naming.clone(), &json!({property: document})));
        let (before, after) = (template(to("111122223333")), template(to("*")));
        let found = compare(&before, &after);
        assert_eq!(lines(&found.broader), ["everyone may x:Get on *"], "{kind}");
        assert_eq!(lines(&found.narrower), Vec::<String>::new(), "{kind}");
        assert!(compare(&after, &before).broader.is_empty(), "{kind}");
        let text = template(json!(to("*").to_string()));
        assert!(compare(&after, &text).is_empty(), "{kind}: as text");
    }
}

#[test]
fn a_policy_is_the_one_of_its_resource() {
    let policy = |bucket: &str| {
        resource("AWS::S3::BucketPolicy", &json!({"Bucket": bucket, "PolicyDocument": to("a")}))
    };
    let bucket = resource("AWS::S3::Bucket", &json!({"BucketName": "lake-raw"}));
    let before = json!({"Raw": bucket, "One": policy("${Raw}")});
    let after = json!({"Raw": bucket, "Two": policy("lake-raw")});
    assert!(compare(&before, &after).is_empty());
    let other = json!({"Raw": bucket, "One": policy("lake-other")});
    assert_eq!(lines(&compare(&before, &other).broader), ["a may x:Get on *"]);
}

#[test]
fn a_policy_that_denies_is_missed_as_long_as_its_resource_exists() {
    let deny = json!({"Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}});
    let policy = resource("AWS::S3::BucketPolicy", &json!({"Bucket": "${Raw}", "PolicyDocument": deny}));
    let bucket = resource("AWS::S3::Bucket", &json!({}));
    let mut kept = bucket.clone();
    kept["DeletionPolicy"] = json!("Retain");
    let line = ["everyone is no longer denied * on *"];
    let both = |bucket: &Value| json!({"Raw": bucket, "P": policy});
    assert_eq!(lines(&compare(&both(&bucket), &json!({"Raw": bucket})).broader), line);
    assert!(compare(&both(&bucket), &json!({})).broader.is_empty());
    assert_eq!(lines(&compare(&both(&kept), &json!({})).broader), line);
}

#[test]
fn a_default_policy_is_a_policy() {
    let endpoint = |properties: Value| x("AWS::EC2::VPCEndpoint", &properties);
    let stated = endpoint(json!({"PolicyDocument": to("a")}));
    let found = compare(&stated, &endpoint(json!({})));
    assert_eq!(lines(&found.broader), ["everyone may * on *"]);
    assert!(compare(&json!({}), &endpoint(json!({}))).is_empty(), "a new endpoint is as any");
}

#[test]
fn permissions_of_functions() {
    let permission = |more: Value| {
        let properties =
            json!({"Action": "lambda:InvokeFunction", "FunctionName": "f", "Principal": "s3.amazonaws.com"});
        x("AWS::Lambda::Permission", &merged(properties, &more))
    };
    check(&[
        Case {
            name: "without the account",
            before: permission(json!({"SourceAccount": "1"})),
            after: permission(json!({})),
            broader: &["s3.amazonaws.com may lambda:InvokeFunction on f"],
            narrower: &[],
        },
        Case {
            name: "any bucket",
            before: permission(json!({"SourceArn": "arn:aws:s3:::a"})),
            after: permission(json!({"SourceArn": "arn:aws:s3:::*"})),
            broader: &[
                "s3.amazonaws.com may lambda:InvokeFunction on f if AWS:SourceArn ArnLike arn:aws:s3:::*",
            ],
            narrower: &[],
        },
        Case {
            name: "everyone",
            before: permission(json!({})),
            after: permission(json!({"Principal": "*"})),
            broader: &["everyone may lambda:InvokeFunction on f"],
            narrower: &[],
        },
    ]);
}

#[test]
fn acls_and_ownership() {
    let bucket = |properties: Value| x("AWS::S3::Bucket", &properties);
    let owner = |rule: &str| bucket(json!({"OwnershipControls": {"Rules": [{"ObjectOwnership": rule}]}}));
    let acl = |acl: &str| bucket(json!({"AccessControl": acl}));
    check(&[
        Case {
            name: "public",
            before: acl("Private"),
            after: acl("PublicRead"),
            broader: &["everyone may READ on X"],
            narrower: &[],
        },
        Case {
            name: "read to write",
            before: acl("PublicRead"),
            after: acl("PublicReadWrite"),
            broader: &["everyone may WRITE on X"],
            narrower: &[],
        },
        Case {
            name: "ACLs",
            before: owner("BucketOwnerEnforced"),
            after: owner("ObjectWriter"),
            broader: &["whoever can set ACLs may give access by ACLs (ObjectWriter) on X"],
            narrower: &[],
        },
    ]);
}

#[test]
fn data_sets_keep_rows_and_columns_back() {
    let set = |properties: Value| x("AWS::QuickSight::DataSet", &properties);
    let rows =
        |arn: &str, status: &str| set(json!({"RowLevelPermissionDataSet": {"Arn": arn, "Status": status}}));
    let columns = |principals: Value| {
        set(
            json!({"ColumnLevelPermissionRules": [{"ColumnNames": ["name", "pay"], "Principals": principals}]}),
        )
    };
    check(&[
        Case {
            name: "rows",
            before: rows("r", "ENABLED"),
            after: set(json!({"Name": "s"})),
            broader: &["X no longer has RowLevelPermissionDataSet r"],
            narrower: &[],
        },
        Case {
            name: "disabled",
            before: rows("r", "ENABLED"),
            after: rows("r", "DISABLED"),
            broader: &["X no longer has RowLevelPermissionDataSet r"],
            narrower: &[],
        },
        Case {
            name: "columns",
            before: columns(json!(["a"])),
            after: columns(json!(["a", "b"])),
            broader: &["b is no longer denied read on column name, column pay"],
            narrower: &[],
        },
        Case {
            name: "all columns",
            before: columns(json!(["a"])),
            after: set(json!({"Name": "s"})),
            broader: &["everyone but a is no longer denied read on column name, column pay"],
            narrower: &[],
        },
    ]);
}

#[test]
fn the_data_lake() {
    let kind = "AWS::LakeFormation::PrincipalPermissions";
    let permission = |resource: Value, permissions: Value| {
        x(
            kind,
            &json!({"Principal": {"DataLakePrincipalIdentifier": "a"}, "Resource": resource, "Permissions": permissions}),
        )
    };
    let table = |name: &str| json!({"Table": {"DatabaseName": "db", "Name": name}});
    let columns =
        |names: Value| json!({"TableWithColumns": {"DatabaseName": "db", "Name": "t", "ColumnNames": names}});
    let admins = |names: &[&str]| {
        let admins: Vec<Value> =
            names.iter().map(|name| json!({"DataLakePrincipalIdentifier": name})).collect();
        x("AWS::LakeFormation::DataLakeSettings", &json!({"Admins": admins}))
    };
    let (select, all) = (json!(["SELECT"]), json!({"Table": {"DatabaseName": "db", "TableWildcard": {}}}));
    check(&[
        Case {
            name: "a permission",
            before: permission(table("t"), select.clone()),
            after: permission(table("t"), json!(["SELECT", "INSERT"])),
            broader: &["a may INSERT on table db.t/*"],
            narrower: &[],
        },
        Case {
            name: "a column",
            before: permission(columns(json!(["x"])), select.clone()),
            after: permission(columns(json!(["x", "y"])), select.clone()),
            broader: &["a may SELECT on table db.t/column y"],
            narrower: &[],
        },
        Case {
            name: "all columns",
            before: permission(columns(json!(["x"])), select.clone()),
            after: permission(table("t"), select.clone()),
            broader: &["a may SELECT on table db.t/*"],
            narrower: &[],
        },
        Case {
            name: "all tables",
            before: permission(table("t"), select.clone()),
            after: permission(all, select),
            broader: &["a may SELECT on table db.*"],
            narrower: &[],
        },
        Case {
            name: "administrators",
            before: admins(&["a"]),
            after: admins(&["a", "b"]),
            broader: &["b may administer Lake Formation on the data lake"],
            narrower: &[],
        },
    ]);
}
