//! Who can connect to what.

use serde_json::{Value, json};

use crate::table::{Case, check, compare, lines, resource};

fn group(ingress: &Value) -> Value {
    let egress = json!([{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}]);
    let properties = json!({"SecurityGroupIngress": ingress, "SecurityGroupEgress": egress});
    json!({"Sg": resource("AWS::EC2::SecurityGroup", &properties)})
}

fn from(cidr: &str, from: i64, to: i64) -> Value {
    let property = if cidr.contains(':') { "CidrIpv6" } else { "CidrIp" };
    json!({"IpProtocol": "tcp", "FromPort": from, "ToPort": to, property: cidr})
}

#[test]
fn security_groups_let_in() {
    let peer =
        |property: &str, id: &str| json!([{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, property: id}]);
    let any = json!([{"IpProtocol": -1, "CidrIp": "10.0.0.0/8"}]);
    let one = |entry: Value| group(&json!([entry]));
    let halves = json!([from("10.0.0.0/9", 80, 80), from("10.128.0.0/9", 80, 80)]);
    let parts = json!([from("10.0.0.0/8", 80, 84), from("10.0.0.0/8", 85, 90)]);
    check(&[
        Case {
            name: "a wider block",
            before: one(from("10.1.0.0/16", 5439, 5439)),
            after: one(from("0.0.0.0/0", 5439, 5439)),
            broader: &["0.0.0.0/0 can connect to Sg at tcp 5439"],
            narrower: &[],
        },
        Case {
            name: "IPv6",
            before: one(from("0.0.0.0/0", 80, 80)),
            after: group(&json!([from("0.0.0.0/0", 80, 80), from("::/0", 80, 80)])),
            broader: &["::/0 can connect to Sg at tcp 80"],
            narrower: &[],
        },
        Case {
            name: "more ports",
            before: one(from("10.0.0.0/8", 80, 80)),
            after: one(from("10.0.0.0/8", 80, 90)),
            broader: &["10.0.0.0/8 can connect to Sg at tcp 80-90"],
            narrower: &[],
        },
        Case {
            name: "a part",
            before: group(&any),
            after: one(from("10.2.0.0/16", 80, 80)),
            broader: &[],
            narrower: &["10.0.0.0/8 can no longer connect to Sg at *"],
        },
        Case {
            name: "two halves",
            before: group(&halves),
            after: one(from("10.0.0.0/8", 80, 80)),
            broader: &[],
            narrower: &[],
        },
        Case {
            name: "two ranges",
            before: group(&parts),
            after: one(from("10.0.0.0/8", 80, 90)),
            broader: &[],
            narrower: &[],
        },
        Case {
            name: "another group",
            before: group(&peer("SourceSecurityGroupId", "sg-1")),
            after: group(&peer("SourceSecurityGroupId", "sg-2")),
            broader: &["security group sg-2 can connect to Sg at tcp 22"],
            narrower: &["security group sg-1 can no longer connect to Sg at tcp 22"],
        },
        Case {
            name: "a prefix list",
            before: group(&json!([])),
            after: group(&peer("SourcePrefixListId", "pl-1")),
            broader: &["prefix list pl-1 can connect to Sg at tcp 22"],
            narrower: &[],
        },
        Case {
            name: "a number for a protocol",
            before: one(json!({"IpProtocol": "6", "FromPort": "80", "ToPort": "80", "CidrIp": "10.0.0.0/8"})),
            after: one(from("10.0.0.0/8", 80, 80)),
            broader: &[],
            narrower: &[],
        },
    ]);
}

#[test]
fn a_rule_is_the_same_in_a_resource_of_its_own() {
    let inline = group(&json!([from("10.0.0.0/8", 80, 80)]));
    let mut apart = group(&json!([]));
    let mut properties = from("10.0.0.0/8", 80, 80);
    properties["GroupId"] = json!("${Sg.GroupId}");
    apart["Rule"] = resource("AWS::EC2::SecurityGroupIngress", &properties);
    assert!(compare(&inline, &apart).is_empty(), "{:?}", compare(&inline, &apart));
    let gone = compare(&apart, &group(&json!([])));
    assert_eq!(lines(&gone.narrower), ["10.0.0.0/8 can no longer connect to Sg at tcp 80"]);
}

#[test]
fn a_group_without_egress_lets_everything_out() {
    let stated = group(&json!([]));
    let unset = json!({"Sg": resource("AWS::EC2::SecurityGroup", &json!({}))});
    let found = compare(&stated, &unset);
    assert_eq!(lines(&found.broader), ["Sg can connect to 0.0.0.0/0, ::/0 at *"]);
    assert!(!found.broader[0].is_to_everyone());
    assert!(compare(&json!({}), &unset).is_empty());
}

#[test]
fn entries_of_a_network_acl_apply_in_order() {
    let entry = |number: u16, action: &str, block: &str| {
        let properties = json!({"NetworkAclId": "acl", "RuleNumber": number, "RuleAction": action, "Protocol": 6,
            "PortRange": {"From": 22, "To": 22}, "CidrBlock": block});
        resource("AWS::EC2::NetworkAclEntry", &properties)
    };
    let both = |allow: u16, deny: u16| json!({"A": entry(allow, "allow", "0.0.0.0/0"), "D": entry(deny, "deny", "10.0.0.0/8")});
    let found = compare(&both(200, 100), &both(50, 100));
    assert_eq!(
        lines(&found.broader),
        ["0.0.0.0/0 can connect to acl at tcp 22 if rule number NumericGreaterThanEquals 50"]
    );
    let found = compare(&both(200, 100), &both(200, 300));
    assert_eq!(found.broader.len(), 1, "{found:?}");
    assert!(compare(&both(200, 100), &both(300, 100)).broader.is_empty());
}

#[test]
fn settings_of_warehouses() {
    let set = |kind: &str, properties: Value| json!({"W": resource(kind, &properties)});
    let workgroup = |properties: Value| set("AWS::RedshiftServerless::Workgroup", properties);
    let instance = |properties: Value| set("AWS::RDS::DBInstance", properties);
    check(&[
        Case {
            name: "routing",
            before: workgroup(json!({"EnhancedVpcRouting": true})),
            after: workgroup(json!({})),
            broader: &["W no longer has EnhancedVpcRouting"],
            narrower: &[],
        },
        Case {
            name: "a group",
            before: workgroup(json!({"SecurityGroupIds": ["sg-1"]})),
            after: workgroup(json!({"SecurityGroupIds": ["sg-1", "sg-2"]})),
            broader: &["whatever security group sg-2 lets in can connect to W at its port"],
            narrower: &[],
        },
        Case {
            name: "the default",
            before: workgroup(json!({})),
            after: workgroup(json!({"PubliclyAccessible": "false"})),
            broader: &[],
            narrower: &[],
        },
        Case {
            name: "public",
            before: workgroup(json!({})),
            after: workgroup(json!({"PubliclyAccessible": "true"})),
            broader: &["the internet can connect to W at its port"],
            narrower: &[],
        },
        Case {
            name: "a default that depends",
            before: instance(json!({"PubliclyAccessible": false})),
            after: instance(json!({})),
            broader: &["the internet, if the subnets are public, can connect to W at its port"],
            narrower: &[],
        },
        Case {
            name: "a default that becomes public",
            before: instance(json!({})),
            after: instance(json!({"PubliclyAccessible": true})),
            broader: &["the internet can connect to W at its port"],
            narrower: &[],
        },
    ]);
}
