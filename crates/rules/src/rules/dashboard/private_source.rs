//! QuickSight has a way to a private warehouse.

use super::{DATA_SOURCE, warehouse};
use crate::finding::{Report, words};
use crate::rules::warehouse::WORKGROUP;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) PRIVATE_SOURCE "GEN0667" Error
        "A data source without a VPC connection connects to a warehouse that is not publicly accessible."
        "The host resolves to private addresses, so QuickSight never reaches it, and the data source fails (Amazon QuickSight user guide, \"Connecting to a VPC with Amazon QuickSight\"). Add a VPC connection in the network of the warehouse."
        Template {
            bad: r"
Resources:
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, PubliclyAccessible: false}}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
",
            good: r#"
Resources:
  Workgroup: {Type: AWS::RedshiftServerless::Workgroup, Properties: {WorkgroupName: shop, PubliclyAccessible: false}}
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      VpcConnectionProperties: {VpcConnectionArn: "arn:aws:quicksight:us-east-1:111122223333:vpcConnection/shop"}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type(DATA_SOURCE).filter(|one| one.get("VpcConnectionProperties").is_none()) {
        let Some(warehouse) = warehouse(world, source) else { continue };
        // By default, workgroups are private; of clusters, that depends on their age.
        let is_default = warehouse.kind == WORKGROUP && warehouse.get("PubliclyAccessible").is_none();
        if !is_default && warehouse.flag("PubliclyAccessible") != Some(false) {
            continue;
        }
        let about = words(
            format!("`{}` cannot reach `{}`", source.id, warehouse.id),
            "the warehouse is not publicly accessible, and the data source has no VPC connection",
            "add `VpcConnectionProperties` with a connection in the network of the warehouse",
        );
        report.resource(PRIVATE_SOURCE, source, about);
    }
}
