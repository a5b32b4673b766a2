//! `gen deploy` runs the cheap checks before a first deployment, and only then.

use serde_json::json;

use super::{calls, project, settle};

#[test]
fn a_first_deployment_stops_where_a_cheap_check_fails_and_has_done_nothing() {
    let Some(project) = project("first", "clickstream") else { return };
    settle(&project, &json!({"zones": {"eu-west-1": 2}}));
    calls(&project);
    project
        .deploy()
        .ends(1)
        .says("GEN1105")
        .says("eu-west-1 has 2 zones for this account, and the network 3")
        .says("nothing was done");
    let made = calls(&project).join(", ");
    for word in ["Create", "Put", "Execute", "Update", "Delete", "PUT /", "POST /strataform"] {
        assert!(!made.contains(word), "{word} is in {made}");
    }
    // A plan changes nothing: it says so, and is shown.
    project.dev("deploy", &["--plan"]).ends(0).says("GEN1105").says("create, 16 resources");
    project.dev("deploy", &["--plan", "--skip-checks"]).ends(0).never_says("GEN1105");
}

#[test]
fn checks_are_read_from_the_account_even_if_some_may_not_be_asked() {
    let Some(project) = project("quiet", "clickstream") else { return };
    let human = project.dev("doctor", &[]).ends(0).says("requests, none of which changes anything");
    assert!(human.out.lines().count() >= 20, "{}", human.out);
}
