//! A value that the enum does not have.

use strataform_resources::kinesis::{StreamMode, StreamModeDetails};

fn main() {
    let _ = StreamModeDetails::new(StreamMode::OnDemnd);
}
