//! An attribute that the resource does not have.

use strataform_resources::kinesis::Stream;
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    let stream = template.add("orders", Stream::new());
    let _ = stream.no_such();
}
