//! A property that the resource does not have.

use strataform_resources::kinesis::Stream;

fn main() {
    let _ = Stream::new().shards(2);
}
