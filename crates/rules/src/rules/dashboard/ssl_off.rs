//! A data source encrypts what it reads.

use super::{DATA_SOURCE, is_plain, requires_ssl, warehouse};
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) SSL_OFF "GEN0669" Warning
        "A data source turns TLS off."
        "Password and rows travel in clear text between QuickSight and the database (Amazon QuickSight API reference, \"SslProperties\"). Remove `DisableSsl`."
        Template {
            bad: r"
Resources:
  Source: {Type: AWS::QuickSight::DataSource, Properties: {Name: shop, Type: POSTGRESQL, SslProperties: {DisableSsl: true}}}
",
            good: r"
Resources:
  Source: {Type: AWS::QuickSight::DataSource, Properties: {Name: shop, Type: POSTGRESQL, SslProperties: {DisableSsl: false}}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type(DATA_SOURCE).filter(|one| is_plain(one)) {
        // Another rule says that it is refused.
        if warehouse(world, source).is_some_and(|one| requires_ssl(world, one)) {
            continue;
        }
        let about = words(
            format!("`{}` connects without TLS", source.id),
            "password and rows travel in clear text",
            "remove `DisableSsl`, or set it to false",
        );
        report.property(SSL_OFF, source, "SslProperties/DisableSsl", about);
    }
}
