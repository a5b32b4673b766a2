//! A data source speaks TLS to a warehouse that requires it.

use super::{DATA_SOURCE, is_plain, requires_ssl, warehouse};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SSL_REFUSED "GEN0668" Error
        "A data source turns TLS off, but its warehouse requires it."
        "Redshift refuses connections without TLS where `require_ssl` is true, so each query and refresh fails (Amazon Redshift management guide, \"Configuring security options for connections\"). Remove `DisableSsl`."
        Template {
            bad: r#"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties:
      WorkgroupName: shop
      PubliclyAccessible: true
      ConfigParameters: [{ParameterKey: require_ssl, ParameterValue: "true"}]
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      SslProperties: {DisableSsl: true}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
"#,
            good: r#"
Resources:
  Workgroup:
    Type: AWS::RedshiftServerless::Workgroup
    Properties:
      WorkgroupName: shop
      PubliclyAccessible: true
      ConfigParameters: [{ParameterKey: require_ssl, ParameterValue: "true"}]
  Source:
    Type: AWS::QuickSight::DataSource
    Properties:
      Name: shop
      Type: REDSHIFT
      SslProperties: {DisableSsl: false}
      DataSourceParameters: {RedshiftParameters: {Database: dev, Port: 5439, Host: !GetAtt Workgroup.Workgroup.Endpoint.Address}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type(DATA_SOURCE).filter(|one| is_plain(one)) {
        let Some(warehouse) = warehouse(world, source).filter(|one| requires_ssl(world, one)) else {
            continue;
        };
        let about = words(
            format!("`{}` connects without TLS, which `{}` refuses", source.id, warehouse.id),
            "`require_ssl` of the warehouse is true",
            "remove `DisableSsl`, or set it to false",
        );
        report.property(SSL_REFUSED, source, "SslProperties/DisableSsl", about);
    }
}
