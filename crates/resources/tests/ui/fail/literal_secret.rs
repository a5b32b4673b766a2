//! A password in plain text.

use strataform_resources::redshift::{Cluster, ClusterArgs};
use strataform_template::Template;

fn main() {
    let cluster = Cluster::new(ClusterArgs {
        cluster_type: "single-node",
        db_name: "orders",
        master_username: "admin",
        node_type: "ra3.large",
    });
    Template::new().add("warehouse", cluster.master_user_password("hunter2"));
}
