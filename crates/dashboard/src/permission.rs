//! Permissions: known actions, in the sets that the QuickSight console grants.

use crate::finding::{Code, Finding};
use crate::json::At;

/// A type of asset: its actions without `quicksight:`, as the sets of owners and readers.
struct Kind {
    name: &'static str,
    owners: &'static [&'static str],
    readers: &'static [&'static str],
    /// Known actions that are in neither set.
    others: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "Dashboard",
        owners: &[
            "DescribeDashboard",
            "ListDashboardVersions",
            "UpdateDashboardPermissions",
            "QueryDashboard",
            "UpdateDashboard",
            "DeleteDashboard",
            "DescribeDashboardPermissions",
            "UpdateDashboardPublishedVersion",
        ],
        readers: &["DescribeDashboard", "ListDashboardVersions", "QueryDashboard"],
        others: &["UpdateDashboardLinks"],
    },
    Kind {
        name: "Analysis",
        owners: &[
            "RestoreAnalysis",
            "UpdateAnalysisPermissions",
            "DeleteAnalysis",
            "QueryAnalysis",
            "DescribeAnalysisPermissions",
            "DescribeAnalysis",
            "UpdateAnalysis",
        ],
        readers: &["DescribeAnalysis", "QueryAnalysis"],
        others: &[],
    },
    Kind {
        name: "DataSet",
        owners: &[
            "DescribeDataSet",
            "DescribeDataSetPermissions",
            "PassDataSet",
            "DescribeIngestion",
            "ListIngestions",
            "UpdateDataSet",
            "DeleteDataSet",
            "CreateIngestion",
            "CancelIngestion",
            "UpdateDataSetPermissions",
            "DescribeDataSetRefreshProperties",
            "PutDataSetRefreshProperties",
            "DeleteDataSetRefreshProperties",
            "CreateRefreshSchedule",
            "DescribeRefreshSchedule",
            "ListRefreshSchedules",
            "UpdateRefreshSchedule",
            "DeleteRefreshSchedule",
        ],
        readers: &[
            "DescribeDataSet",
            "DescribeDataSetPermissions",
            "PassDataSet",
            "DescribeIngestion",
            "ListIngestions",
        ],
        others: &[],
    },
];

/// Checks the permissions of a resource; types that are not listed here are skipped.
pub(crate) fn check(kind: &str, resource: &At<'_>, findings: &mut Vec<Finding>) {
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else { return };
    for permission in resource.list("Permissions") {
        let Some(actions) = permission.get("Actions") else { continue };
        let mut named: Vec<&str> = Vec::new();
        for action in actions.items() {
            let Some(text) = action.value.as_str() else { return };
            let name = text.strip_prefix("quicksight:").unwrap_or(text);
            let known = || [kind.owners, kind.others].concat();
            if !text.starts_with("quicksight:") || !known().contains(&name) {
                let found = Finding::error(Code::Action, &action, format!("invalid action `{text}`"));
                found.push_near(findings, name, known().into_iter());
            }
            named.push(name);
        }
        let is = |set: &[&str]| set.len() == named.len() && set.iter().all(|one| named.contains(one));
        let all_known = named.iter().all(|name| kind.owners.contains(name) || kind.others.contains(name));
        if all_known && !is(kind.owners) && !is(kind.readers) {
            let summary = "the actions match neither an owner nor a reader";
            let help = format!("a reader has {}", kind.readers.join(", "));
            findings.push(Finding::warning(Code::Actions, &actions, summary).help(help));
        }
    }
}
