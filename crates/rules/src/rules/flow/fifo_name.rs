//! The name of what is FIFO ends with `.fifo`.

use super::is_fifo;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) FIFO_NAME "GEN0586" Error
        "The name of a FIFO queue or topic does not end with `.fifo`, or the name of a standard one does."
        "CreateQueue and CreateTopic fail: the name of a FIFO queue or topic must end with the suffix `.fifo`, which counts towards the length, and no other name may have it (SQS API, CreateQueue; SNS API, CreateTopic)."
        Template {
            bad: r"
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders, FifoQueue: true}}
",
            good: r"
Resources:
  Orders: {Type: AWS::SQS::Queue, Properties: {QueueName: orders.fifo, FifoQueue: true}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for (kind, name, fifo) in
        [("AWS::SQS::Queue", "QueueName", "FifoQueue"), ("AWS::SNS::Topic", "TopicName", "FifoTopic")]
    {
        for one in world.of_type(kind) {
            // The end of a name is known if no placeholder is there.
            let Some(text) = one.text(name).filter(|text| !text.ends_with('}')) else { continue };
            let Some(is_fifo) = is_fifo(one, fifo) else { continue };
            let has_suffix = text.rsplit_once('.').is_some_and(|(_, suffix)| suffix == "fifo");
            let cause = match (is_fifo, has_suffix) {
                (true, false) => "the name of a FIFO queue or topic must end with `.fifo`",
                (false, true) => "only the name of a FIFO queue or topic may end with `.fifo`",
                (true, true) | (false, false) => continue,
            };
            let about = words(
                format!("invalid name of `{}`", one.id),
                cause,
                format!("change `{name}`, or `{fifo}`"),
            );
            report.property(FIFO_NAME, one, name, about);
        }
    }
}
