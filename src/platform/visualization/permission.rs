//! Who may do what with which asset: groups of the settings, and the actions of each kind of asset.

use strataform_resources::quicksight::{
    ActionConnectorResourcePermission, DataSourceResourcePermission, FolderResourcePermission,
};
use strataform_template::{Expression, pseudo, sub};

use super::Context;

/// Everything with a dashboard.
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
/// Looking at a dashboard.
const DASHBOARD_READER: &[&str] =
    &["quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard"];
/// Everything with a data set.
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
/// Everything with a data source.
const DATA_SOURCE_OWNER: &[&str] = &[
    "quicksight:DescribeDataSource",
    "quicksight:DescribeDataSourcePermissions",
    "quicksight:PassDataSource",
    "quicksight:UpdateDataSource",
    "quicksight:DeleteDataSource",
    "quicksight:UpdateDataSourcePermissions",
];
/// Everything with a theme.
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
/// Everything with an analysis.
const ANALYSIS_OWNER: &[&str] = &[
    "quicksight:RestoreAnalysis",
    "quicksight:UpdateAnalysisPermissions",
    "quicksight:DeleteAnalysis",
    "quicksight:DescribeAnalysisPermissions",
    "quicksight:QueryAnalysis",
    "quicksight:DescribeAnalysis",
    "quicksight:UpdateAnalysis",
];
/// Everything with a folder.
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
/// Seeing a folder and what is in it.
const FOLDER_READER: &[&str] = &["quicksight:DescribeFolder"];

/// Who may do what with a dashboard; nothing where the settings name nobody.
pub(super) fn of_dashboard(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, DASHBOARD_OWNER, DASHBOARD_READER);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// Who may do what with an analysis: authors everything, others nothing.
pub(super) fn of_analysis(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, ANALYSIS_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// Who may do what with a data set: readers see its rows in dashboards only.
pub(super) fn of_data_set(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, DATA_SET_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// Who may do what with the data source.
pub(super) fn of_data_source(context: Context<'_>) -> Vec<DataSourceResourcePermission> {
    let grants = grants(context, DATA_SOURCE_OWNER, &[]);
    grants.map(|(who, what)| DataSourceResourcePermission::new(what, who)).collect()
}

/// Who may do what with the theme.
pub(super) fn of_theme(context: Context<'_>) -> Vec<ActionConnectorResourcePermission> {
    let grants = grants(context, THEME_OWNER, &[]);
    grants.map(|(who, what)| ActionConnectorResourcePermission::new(what, who)).collect()
}

/// Who may do what with the folder.
pub(super) fn of_folder(context: Context<'_>) -> Vec<FolderResourcePermission> {
    let grants = grants(context, FOLDER_OWNER, FOLDER_READER);
    grants.map(|(who, what)| FolderResourcePermission::new(what, who)).collect()
}

/// A group and its actions. A group that is among authors and readers has the authors' actions: one asset
/// takes a principal once.
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
    named.into_iter().map(|(name, actions)| (group(name), actions.to_vec()))
}

/// The ARN of a group of the default namespace.
fn group(name: &str) -> Expression {
    sub!(
        "arn:${partition}:quicksight:${region}:${account}:group/default/${name}",
        partition = pseudo::partition(),
        region = pseudo::region(),
        account = pseudo::account_id(),
        name = name.to_owned()
    )
}
