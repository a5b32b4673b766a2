//! A text function where a number is expected.

use strataform_resources::kinesis::Stream;
use strataform_template::{Template, sub};

fn main() {
    let mut template = Template::new();
    template.add("orders", Stream::new().shard_count(sub!("${AWS::AccountId}")));
}
