//! Endpoints of AWS services admit HTTPS.

use super::{ENDPOINT, GROUP, admits, inbound};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) ENDPOINT_PORT "GEN0649" Error
        "The security groups of an interface endpoint admit no one on port 443."
        "AWS services are reached by HTTPS: without an inbound rule for port 443, each call through the endpoint times out (AWS PrivateLink guide, \"Access an AWS service using an interface VPC endpoint\"). With private DNS, that breaks calls that worked without the endpoint, too."
        Template {
            bad: r"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Endpoints
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/16}]
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0a1b2c3d
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.${AWS::Region}.kinesis-streams
      SecurityGroupIds: [!GetAtt Group.GroupId]
",
            good: r"
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Endpoints
      VpcId: vpc-0a1b2c3d
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}]
  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties:
      VpcId: vpc-0a1b2c3d
      VpcEndpointType: Interface
      ServiceName: !Sub com.amazonaws.${AWS::Region}.kinesis-streams
      SecurityGroupIds: [!GetAtt Group.GroupId]
",
        };
}

/// Services of a data platform, all of which speak HTTPS only.
const SERVICES: [&str; 14] = [
    "s3",
    "glue",
    "kinesis-streams",
    "kinesis-firehose",
    "redshift-data",
    "redshift-serverless",
    "secretsmanager",
    "sts",
    "logs",
    "monitoring",
    "kms",
    "athena",
    "sns",
    "sqs",
];

pub(crate) fn check(world: &World, report: &mut Report) {
    for endpoint in world.of_type(ENDPOINT) {
        let service = endpoint.text("ServiceName").and_then(|name| name.rsplit('.').next());
        let Some(service) = service.filter(|service| SERVICES.contains(service)) else { continue };
        let Some(groups) = world.targets(GROUP, endpoint, "SecurityGroupIds") else { continue };
        let Some(rules) = inbound(world, &groups) else { continue };
        if groups.is_empty() || rules.iter().any(|rule| admits(rule, 443.0, 443.0)) {
            continue;
        }
        let about = words(
            format!("nothing reaches the endpoint `{}` of {service}", endpoint.id),
            format!("no inbound rule of `{}` admits port 443", groups[0].id),
            "admit TCP port 443 from the security groups or subnets of the callers",
        );
        report.property(ENDPOINT_PORT, endpoint, "SecurityGroupIds", about);
    }
}
