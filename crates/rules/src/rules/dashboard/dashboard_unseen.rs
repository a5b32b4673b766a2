//! Someone may see a dashboard.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DASHBOARD_UNSEEN "GEN0673" Warning
        "No one may see a dashboard."
        "A dashboard that the API creates is shared with no one, not even with its author, unless `Permissions`, `LinkSharingConfiguration` or a folder says so (Amazon QuickSight API reference, \"CreateDashboard\"). Grant a group the actions of a reader."
        Template {
            bad: r#"
Resources:
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties: {DashboardId: shop, Name: Shop, AwsAccountId: "111122223333"}
"#,
            good: r#"
Resources:
  Dashboard:
    Type: AWS::QuickSight::Dashboard
    Properties:
      DashboardId: shop
      Name: Shop
      AwsAccountId: "111122223333"
      Permissions: [{Actions: ["quicksight:QueryDashboard"], Principal: "arn:aws:quicksight:us-east-1:111122223333:group/default/readers"}]
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for dashboard in world.of_type("AWS::QuickSight::Dashboard") {
        let ways = ["Permissions", "LinkSharingConfiguration", "FolderArns"];
        if ways.iter().any(|way| dashboard.get(way).is_some()) {
            continue;
        }
        let about = words(
            format!("no one may see the dashboard `{}`", dashboard.id),
            "it has neither permissions nor a folder",
            "add `Permissions` for a group",
        );
        report.resource(DASHBOARD_UNSEEN, dashboard, about);
    }
}
