//! Amazon EC2: the zones of a Region, subnets and VPCs.

use roxmltree::Node;

use crate::account::{inner, parse, texts};
use crate::plain::{Parameters, Question, Service};
use crate::{Aws, Fault};

const EC2: &str = "2016-11-15";

/// An Availability Zone that the account can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name in this account: `eu-west-1a`.
    pub name: String,
    /// Its ID, which is the same for all accounts: `euw1-az1`.
    pub id: String,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetState {
    /// Its ID.
    pub id: String,
    /// The ID of its VPC.
    pub vpc: String,
    /// The ID of its Availability Zone.
    pub zone: String,
    /// How many of its addresses are free.
    pub free: u32,
}

impl Aws {
    /// The Availability Zones of the Region: `ec2:DescribeAvailabilityZones`. Local Zones are left out.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn zones(&self) -> Result<Vec<Zone>, Fault> {
        let operation = "ec2:DescribeAvailabilityZones";
        let parameters = filter("zone-type", "availability-zone");
        let text = self.ask_ec2(operation, parameters)?;
        let document = parse(operation, &text)?;
        let items = document.descendants().filter(|node| is_item_with(*node, "zoneName"));
        let items = items.filter(|one| inner(*one, "zoneState").is_none_or(|state| state == "available"));
        Ok(items
            .map(|one| Zone {
                name: inner(one, "zoneName").unwrap_or_default(),
                id: inner(one, "zoneId").unwrap_or_default(),
            })
            .collect())
    }

    /// Those of the subnets that exist: `ec2:DescribeSubnets`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn subnets(&self, ids: &[String]) -> Result<Vec<SubnetState>, Fault> {
        let operation = "ec2:DescribeSubnets";
        let mut parameters = vec![("Filter.1.Name".to_owned(), "subnet-id".to_owned())];
        let values = ids.iter().enumerate();
        parameters.extend(values.map(|(index, id)| (format!("Filter.1.Value.{}", index + 1), id.clone())));
        let text = self.ask_ec2(operation, parameters)?;
        let document = parse(operation, &text)?;
        let items = document.descendants().filter(|node| is_item_with(*node, "subnetId"));
        Ok(items
            .map(|one| SubnetState {
                id: inner(one, "subnetId").unwrap_or_default(),
                vpc: inner(one, "vpcId").unwrap_or_default(),
                zone: inner(one, "availabilityZoneId")
                    .or_else(|| inner(one, "availabilityZone"))
                    .unwrap_or_default(),
                free: inner(one, "availableIpAddressCount")
                    .and_then(|text| text.parse().ok())
                    .unwrap_or_default(),
            })
            .collect())
    }

    /// How many VPCs of this account the Region has: `ec2:DescribeVpcs`. Those that others share do not count.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn vpcs(&self, owner: &str) -> Result<u64, Fault> {
        let operation = "ec2:DescribeVpcs";
        let mut all = 0;
        let mut more = Vec::new();
        loop {
            let text = self.ask_ec2(operation, [filter("owner-id", owner), more].concat())?;
            let document = parse(operation, &text)?;
            let items = document.descendants().filter(|node| is_item_with(*node, "vpcId"));
            all += items.count() as u64;
            match texts(&document, "nextToken").pop().filter(|token| !token.is_empty()) {
                Some(token) => more = vec![("NextToken".to_owned(), token)],
                None => return Ok(all),
            }
        }
    }

    fn ask_ec2(&self, operation: &'static str, parameters: Vec<(String, String)>) -> Result<String, Fault> {
        self.ask(&Question {
            service: Service::Ec2,
            operation,
            region: self.region(),
            parameters: Parameters::Form(EC2, parameters),
        })
    }
}

/// Whether this is an item of a list whose own members have that one.
fn is_item_with(node: Node<'_, '_>, member: &str) -> bool {
    node.tag_name().name() == "item" && node.children().any(|child| child.tag_name().name() == member)
}

fn filter(name: &str, value: &str) -> Vec<(String, String)> {
    vec![("Filter.1.Name".to_owned(), name.to_owned()), ("Filter.1.Value.1".to_owned(), value.to_owned())]
}
