//! Plain text where an enum value is expected.

use strataform_resources::kinesis::{Stream, StreamModeDetails};
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    template.add("orders", Stream::new().stream_mode_details(StreamModeDetails::new("ON_DEMAND")));
    let mode = String::from("ON_DEMAND");
    let _ = StreamModeDetails::new(mode);
}
