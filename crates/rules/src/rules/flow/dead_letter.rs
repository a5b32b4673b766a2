//! A dead-letter queue is of the kind of its source.

use super::is_fifo;
use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) DEAD_LETTER "GEN0585" Error
        "A FIFO queue has a standard queue as dead-letter queue, or the other way round."
        "CreateQueue fails: \"Dead-letter queue must be same type of queue as the source\" (cfn-lint#3950). Set `FifoQueue` of both alike."
        Template {
            bad: r"
Resources:
  Failed: {Type: AWS::SQS::Queue}
  Orders: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}}}
",
            good: r"
Resources:
  Failed: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}
  Orders: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 3}}}
",
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    let path = "RedrivePolicy/deadLetterTargetArn";
    for queue in world.of_type("AWS::SQS::Queue") {
        let failed = queue.text(path).and_then(|arn| world.target("AWS::SQS::Queue", arn));
        let Some(failed) = failed else { continue };
        let kinds = (is_fifo(queue, "FifoQueue"), is_fifo(failed, "FifoQueue"));
        let (Some(mine), Some(other)) = kinds else { continue };
        if mine != other {
            let name = |is: bool| if is { "FIFO" } else { "standard" };
            let about = words(
                format!(
                    "`{}` is a {} queue, and its dead-letter queue `{}` a {} one",
                    queue.id,
                    name(mine),
                    failed.id,
                    name(other)
                ),
                "SQS requires both to be of one type",
                "set `FifoQueue` of both queues alike",
            );
            report.property(DEAD_LETTER, queue, path, about);
        }
    }
}
