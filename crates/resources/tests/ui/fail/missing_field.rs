//! One of many required properties is missing.

use strataform_resources::redshift::{Cluster, ClusterArgs};

fn main() {
    let _ = Cluster::new(ClusterArgs {
        cluster_type: "multi-node",
        db_name: "orders",
        node_type: "ra3.large",
    });
}
