//! Settings of a few types that open or close network access.
//!
//! In: a resource. Out: rules for `PubliclyAccessible`, `EnhancedVpcRouting` and the security groups of a resource.
//!
//! It refuses to follow subnets and routes: a public endpoint is one that is declared so.

use crate::facts::Reader;
use crate::grant::Effect;
use crate::item::Item;
use crate::json;
use crate::names;
use crate::rule::{Rule, Standing};
use crate::set::Set;

/// Types with `PubliclyAccessible`, and what it is if it is not set.
const PUBLIC: [(&str, Unset); 6] = [
    ("AWS::RedshiftServerless::Workgroup", Unset::Private),
    ("AWS::Redshift::Cluster", Unset::Private),
    ("AWS::RDS::DBInstance", Unset::Depends),
    ("AWS::RDS::DBCluster", Unset::Depends),
    ("AWS::DMS::ReplicationInstance", Unset::Public),
    ("AWS::AmazonMQ::Broker", Unset::Private),
];

#[derive(Clone, Copy)]
enum Unset {
    Private,
    /// On the subnets.
    Depends,
    Public,
}

/// The properties with security groups of a resource.
const GROUPS: [&str; 3] = ["SecurityGroupIds", "VpcSecurityGroupIds", "VPCSecurityGroups"];

/// Reads the settings.
pub(crate) fn read(reader: &mut Reader<'_>) {
    public(reader);
    routing(reader);
    for property in GROUPS {
        for group in json::members(reader.properties, property) {
            let key = reader.names.key("AWS::EC2::SecurityGroup", &group);
            let text = format!("whatever security group {} lets in", names::shown(&group));
            let source = Item { text, ..Item::opaque(&key) };
            reach(reader, property, source, Standing::Implied);
        }
    }
}

fn public(reader: &mut Reader<'_>) {
    let property = "PubliclyAccessible";
    let Some((_, unset)) = PUBLIC.iter().find(|(kind, _)| *kind == reader.kind) else { return };
    let stated = json::flag(reader.properties, property);
    let internet = Item::exact("the internet");
    let perhaps = Item::exact("the internet, if the subnets are public,");
    if let Some(unknown) = stated.as_deref().filter(|stated| !["true", "false"].contains(stated)) {
        return reach(
            reader,
            property,
            Item::exact(&format!("the internet, if {unknown},")),
            Standing::Stated,
        );
    }
    match (stated.as_deref(), unset) {
        (Some("false"), _) | (None, Unset::Private) => {}
        (None, Unset::Depends) => reach(reader, property, perhaps, Standing::Implied),
        (Some(_), _) | (None, Unset::Public) => {
            reach(reader, property, internet, Standing::Stated);
            reach(reader, property, perhaps, Standing::Possible);
        }
    }
}

fn reach(reader: &mut Reader<'_>, property: &str, source: Item, standing: Standing) {
    let place = reader.place(&format!("/{property}"));
    let itself = reader.itself();
    let rule = Rule {
        principals: Set::Only(vec![source]),
        actions: Set::Only(vec![Item::exact("its port")]),
        resources: Set::Only(vec![itself]),
        standing,
        ..Rule::new(Effect::Reach, format!("{} {property}", reader.own()), place)
    };
    reader.push(rule);
}

/// Loads and unloads that go through the VPC.
fn routing(reader: &mut Reader<'_>) {
    match json::flag(reader.properties, "EnhancedVpcRouting").as_deref() {
        None | Some("false") => {}
        Some("true") => block(reader, "/EnhancedVpcRouting", "EnhancedVpcRouting"),
        Some(unknown) => block(reader, "/EnhancedVpcRouting", &format!("EnhancedVpcRouting {unknown}")),
    }
}

/// A setting that keeps something out, while it is there.
pub(crate) fn block(reader: &mut Reader<'_>, path: &str, what: &str) {
    let place = reader.place(path);
    let rule = Rule {
        target: Some(reader.own()),
        actions: Set::Only(vec![Item::exact(what)]),
        resources: Set::Only(vec![reader.itself()]),
        ..Rule::new(Effect::Block, reader.own(), place)
    };
    reader.push(rule);
}
