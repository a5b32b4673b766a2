//! Access that is given by settings and lists, not by documents.

use serde_json::{Value, json};

use crate::resources::x;
use crate::table::{Case, check, compare};

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
fn a_setting_that_is_not_known_does_not_stand_for_another() {
    let unknown = json!({"Fn::If": ["Public", true, false]});
    let block = |value: &Value| x("AWS::S3::Bucket", &json!({"PublicAccessBlockConfiguration": value}));
    let flag = |value: &Value| block(&json!({"BlockPublicAcls": value}));
    let public = |value: &Value| x("AWS::Redshift::Cluster", &json!({"PubliclyAccessible": value}));
    let routing = |value: &Value| x("AWS::Redshift::Cluster", &json!({"EnhancedVpcRouting": value}));
    let (yes, no) = (json!(true), json!(false));
    let pairs = [
        (flag(&unknown), flag(&no)),
        (flag(&yes), flag(&unknown)),
        (block(&unknown), flag(&no)),
        (block(&json!({"BlockPublicAcls": true})), block(&unknown)),
        (public(&unknown), public(&yes)),
        (public(&no), public(&unknown)),
        (routing(&unknown), routing(&no)),
        (routing(&yes), routing(&unknown)),
        (
            x("AWS::S3::Bucket", &json!({"A": 1})),
            x("AWS::S3::Bucket", &json!({"OwnershipControls": unknown})),
        ),
        (
            x("AWS::QuickSight::DataSet", &json!({"ColumnLevelPermissionRules": unknown})),
            x("AWS::QuickSight::DataSet", &json!({"Name": "s"})),
        ),
    ];
    for (before, after) in pairs {
        assert!(compare(&before, &after).can_broaden(), "{before} to {after}");
        assert!(compare(&before, &before).is_empty() && compare(&after, &after).is_empty());
    }
}

#[test]
fn shares_and_assignments() {
    let share = |accounts: Value| {
        x(
            "AWS::RAM::ResourceShare",
            &json!({"Principals": accounts, "ResourceArns": ["arn:aws:glue:r:1:database/d"]}),
        )
    };
    let set = |arns: Value| x("AWS::SSO::PermissionSet", &json!({"Name": "p", "ManagedPolicies": arns}));
    let assigned = x(
        "AWS::SSO::Assignment",
        &json!({"PrincipalType": "GROUP", "PrincipalId": "g", "TargetId": "111122223333", "PermissionSetArn": "${Set.PermissionSetArn}"}),
    );
    let bus = |properties: Value| x("AWS::Events::EventBusPolicy", &properties);
    check(&[
        Case {
            name: "a share",
            before: share(json!(["1"])),
            after: share(json!(["2", "1"])),
            broader: &["2 may use (by AWS RAM) on arn:aws:glue:r:1:database/d"],
            narrower: &[],
        },
        Case {
            name: "a permission set",
            before: set(json!([])),
            after: set(json!(["a"])),
            broader: &["whoever has the permission set X has the permissions of a"],
            narrower: &[],
        },
        Case {
            name: "an assignment",
            before: json!({}),
            after: assigned,
            broader: &["GROUP g has the permissions of permission set Set in 111122223333"],
            narrower: &[],
        },
        Case {
            name: "a bus",
            before: json!({}),
            after: bus(json!({"Action": "events:PutEvents", "Principal": "*"})),
            broader: &["everyone may events:PutEvents on default"],
            narrower: &[],
        },
        Case {
            name: "two spellings",
            before: bus(json!({"Action": "events:PutEvents", "Principal": "111122223333"})),
            after: bus(
                json!({"Statement": {"Effect": "Allow", "Action": "events:PutEvents", "Principal": {"AWS": "111122223333"}, "Resource": "*"}}),
            ),
            broader: &["111122223333 may events:PutEvents on *"],
            narrower: &[],
        },
    ]);
}
