//! Trials of findings in the network of the warehouse.

use std::fs;

use serde_json::Value;

use super::account::Account;
use super::output::{Output, cut, template_before};

/// A network in five zones.
pub(super) fn five_zones(account: &Account, output: Output) -> Result<(), String> {
    let template = match output {
        Output::Before => template_before("warehouse-06-five-zones"),
        Output::Today => {
            let project = &account.project;
            project.run(&["new", "clickstream", "--blueprint", "clickstream"]).ends(0);
            let file = project.folder.join("platforms/clickstream/platform.toml");
            let text = fs::read_to_string(&file).unwrap();
            let text = text.replace("region = \"eu-west-1\"", "region = \"us-east-1\"");
            fs::write(&file, format!("{text}\n[network]\ncidr = \"10.40.0.0/16\"\nzones = 5\n")).unwrap();
            project.run(&["synth"]).ends(0);
            let path = project.folder.join("generated/clickstream/dev/aggregation/template.json");
            network(&fs::read_to_string(path).unwrap())
        }
    };
    account.stack("aggregation", &template, &[], false)
}

/// The subnets of a template, and what they are in.
fn network(template: &str) -> Value {
    let is_part =
        |name: &str| name == "NetworkVpc" || (name.starts_with("NetworkSubnet") && !name.ends_with("Routes"));
    cut(template, is_part, &[])
}

/// A network in a region where an account has two zones.
pub(super) fn two_zones(account: &Account, output: Output) -> Result<(), String> {
    let template = match output {
        Output::Before => template_before("warehouse-06-us-west-1"),
        Output::Today => {
            let project = &account.project;
            project.run(&["new", "clickstream", "--blueprint", "clickstream"]).ends(0);
            let file = project.folder.join("platforms/clickstream/platform.toml");
            let text = fs::read_to_string(&file).unwrap();
            let text = text.replace("region = \"eu-west-1\"", "region = \"us-west-1\"");
            fs::write(&file, &text).unwrap();
            // Redshift Serverless needs three zones.
            project.run(&["synth"]).ends(1).says("GEN0344");
            let own = "\n[network]\nzones = 2\n\n[warehouse]\nkind = \"provisioned\"\n";
            fs::write(&file, format!("{text}{own}")).unwrap();
            project.run(&["synth"]).ends(0);
            let path = project.folder.join("generated/clickstream/dev/aggregation/template.json");
            network(&fs::read_to_string(path).unwrap())
        }
    };
    account.stack("aggregation", &template, &[], false)
}
