//! Permissions on QuickSight assets: the groups from the settings, and the actions for each kind of asset.

use strataform_resources::quicksight::{
    ActionConnectorResourcePermission, DataSourceResourcePermission, FolderResourcePermission,
};
use strataform_template::{Expression, IntoValue, Text, Value, pseudo, sub};

use super::Context;
use crate::model::Principals;

/// Owner permissions on a dashboard.
const DASHBOARD_OWNER: &[&str] = &[
    "quicksight:DescribeDashboard",
    "quicksight:ListDashboardVersions",
    "quicksight:UpdateDashboardPermissions",
    "quicksight:QueryDashboard",
    "quicksight:UpdateDashboard",
    "quicksight:DeleteDashboard",
    "quicksight:DescribeDashboardPermissions",
    "quicksight:UpdateDashboardPublishedVersion",
];
/// Viewer permissions on a dashboard.
const DASHBOARD_READER: &[&str] =
    &["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"];
/// Owner permissions on a data set.
const DATA_SET_OWNER: &[&str] = &[
    "quicksight:DescribeDataSet",
    "quicksight:DescribeDataSetPermissions",
    "quicksight:PassDataSet",
    "quicksight:DescribeIngestion",
    "quicksight:ListIngestions",
    "quicksight:UpdateDataSet",
    "quicksight:DeleteDataSet",
    "quicksight:CreateIngestion",
    "quicksight:CancelIngestion",
    "quicksight:UpdateDataSetPermissions",
    "quicksight:DescribeDataSetRefreshProperties",
    "quicksight:PutDataSetRefreshProperties",
    "quicksight:DeleteDataSetRefreshProperties",
    "quicksight:CreateRefreshSchedule",
    "quicksight:DescribeRefreshSchedule",
    "quicksight:ListRefreshSchedules",
    "quicksight:UpdateRefreshSchedule",
    "quicksight:DeleteRefreshSchedule",
];
/// Owner permissions on a data source.
const DATA_SOURCE_OWNER: &[&str] = &[
    "quicksight:DescribeDataSource",
    "quicksight:DescribeDataSourcePermissions",
    "quicksight:PassDataSource",
    "quicksight:UpdateDataSource",
    "quicksight:DeleteDataSource",
    "quicksight:UpdateDataSourcePermissions",
];
/// Owner permissions on a theme.
const THEME_OWNER: &[&str] = &[
    "quicksight:DescribeTheme",
    "quicksight:DescribeThemeAlias",
    "quicksight:DescribeThemePermissions",
    "quicksight:ListThemeAliases",
    "quicksight:ListThemeVersions",
    "quicksight:UpdateTheme",
    "quicksight:UpdateThemeAlias",
    "quicksight:UpdateThemePermissions",
    "quicksight:CreateThemeAlias",
    "quicksight:DeleteTheme",
    "quicksight:DeleteThemeAlias",
];
/// Owner permissions on an analysis.
const ANALYSIS_OWNER: &[&str] = &[
    "quicksight:RestoreAnalysis",
    "quicksight:UpdateAnalysisPermissions",
    "quicksight:DeleteAnalysis",
    "quicksight:DescribeAnalysisPermissions",
    "quicksight:QueryAnalysis",
    "quicksight:DescribeAnalysis",
    "quicksight:UpdateAnalysis",
];
/// Owner permissions on a folder.
const FOLDER_OWNER: &[&str] = &[
    "quicksight:CreateFolder",
    "quicksight:DescribeFolder",
    "quicksight:UpdateFolder",
    "quicksight:DeleteFolder",
    "quicksight:CreateFolderMembership",
    "quicksight:DeleteFolderMembership",
    "quicksight:DescribeFolderPermissions",
    "quicksight:UpdateFolderPermissions",
];
/// Viewer permissions on a folder.
const FOLDER_READER: &[&str] = &["quicksight:DescribeFolder"];

/// The permissions on a dashboard; empty if the settings name no groups.
pub(super) fn of_dashboard(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, DASHBOARD_OWNER, DASHBOARD_READER);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// The permissions on an analysis: authors own it, others have none.
pub(super) fn of_analysis(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, ANALYSIS_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// The permissions on a data set: authors own it; readers see its rows only in dashboards.
pub(super) fn of_data_set(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, DATA_SET_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// The permissions on the data source.
pub(super) fn of_data_source(context: Context<'_>) -> Vec<DataSourceResourcePermission> {
    let grants = grants(context, DATA_SOURCE_OWNER, &[]);
    grants.map(|(who, what)| DataSourceResourcePermission::new(what, who)).collect()
}

/// The permissions on the theme.
pub(super) fn of_theme(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, THEME_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// The permissions on the folder.
pub(super) fn of_folder(context: Context<'_>) -> Vec<FolderResourcePermission> {
    let grants = grants(context, FOLDER_OWNER, FOLDER_READER);
    grants.map(|(who, what)| FolderResourcePermission::new(what, who)).collect()
}

/// Each group and its actions. A group that is among both authors and readers gets the authors' actions: an asset
/// accepts each principal only once.
fn grants<'a>(
    context: Context<'a>,
    owner: &'static [&'static str],
    reader: &'static [&'static str],
) -> impl Iterator<Item = (Expression, Vec<&'static str>)> + 'a {
    let principals = &context.environment.settings.principals;
    let mut named: Vec<(&str, &[&'static str])> = Vec::new();
    for name in &principals.authors {
        if !named.iter().any(|(known, _)| known == name) {
            named.push((name, owner));
        }
    }
    for name in &principals.readers {
        if !reader.is_empty() && !named.iter().any(|(known, _)| known == name) {
            named.push((name, reader));
        }
    }
    named.into_iter().map(move |(name, actions)| (group(principals, name), actions.to_vec()))
}

/// The ARN of a group. Groups are in the identity Region of the account, whatever the Region of the assets.
/// Assumes `identity-region`.
fn group(principals: &Principals, name: &str) -> Expression {
    let region: Value<Text> = match &principals.identity_region {
        Some(region) => region.clone().into_value(),
        None => pseudo::region().into_value(),
    };
    sub!(
        "arn:${partition}:quicksight:${region}:${account}:group/${namespace}/${name}",
        partition = pseudo::partition(),
        region = region,
        account = pseudo::account_id(),
        namespace = principals.namespace.clone(),
        name = name.to_owned()
    )
}
