//! A value of another property's enum.

use strataform_resources::glue::{ExecutionClass, Job, JobCommand};
use strataform_resources::kinesis::{StreamMode, StreamModeDetails};
use strataform_template::Template;

fn main() {
    let mut template = Template::new();
    template.add("clean", Job::new(JobCommand::new(), "role").worker_type(ExecutionClass::Flex));
    let _ = StreamModeDetails::new(StreamMode::OnDemand).stream_mode(ExecutionClass::Flex);
}
