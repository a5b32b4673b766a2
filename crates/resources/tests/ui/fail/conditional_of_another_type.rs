//! A conditional value of which one branch has the wrong type.

use strataform_resources::kinesis::Stream;
use strataform_template::{Parameter, Template, Text, equals, if_};

fn main() {
    let mut template = Template::new();
    let stage = template.parameter("stage", Parameter::<Text>::new());
    let production = template.condition("production", equals(&stage, "production"));
    template.add("orders", Stream::new().shard_count(if_(&production, 4, "one")));
}
