//! A message stays hidden as long as its function runs.

use crate::finding::{Report, words};
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) VISIBILITY "GEN0584" Error
        "The visibility timeout of a queue is shorter than the timeout of the function that reads it."
        "CreateEventSourceMapping fails: \"Queue visibility timeout: 60 seconds is less than Function timeout: 300 seconds\". Set at least six times the timeout of the function (Lambda developer guide, \"Using Lambda with Amazon SQS\")."
        Template {
            bad: r#"
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60}}
  Load:
    Type: AWS::Lambda::Function
    Properties: {Role: arn:aws:iam::111122223333:role/load, Runtime: python3.13, Handler: index.main, Timeout: 300, Code: {ZipFile: "def main(event, context): pass"}}
  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Load}}
"#,
            good: r#"
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 1800}}
  Load:
    Type: AWS::Lambda::Function
    Properties: {Role: arn:aws:iam::111122223333:role/load, Runtime: python3.13, Handler: index.main, Timeout: 300, Code: {ZipFile: "def main(event, context): pass"}}
  Source: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Load}}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for source in world.of_type("AWS::Lambda::EventSourceMapping") {
        let text = |path| source.text(path);
        let queue = text("EventSourceArn").and_then(|arn| world.target("AWS::SQS::Queue", arn));
        let function = text("FunctionName").and_then(|name| world.target("AWS::Lambda::Function", name));
        let (Some(queue), Some(function)) = (queue, function) else { continue };
        let seconds = |resource: &crate::world::Resource, path: &str, default: f64| match resource.get(path) {
            None => Some(default),
            Some(_) => resource.number(path),
        };
        let hidden = seconds(queue, "VisibilityTimeout", 30.0);
        let (Some(hidden), Some(runs)) = (hidden, seconds(function, "Timeout", 3.0)) else { continue };
        if hidden < runs {
            let about = words(
                format!(
                    "the messages of `{}` are hidden for {hidden} s, and `{}` may run for {runs} s",
                    queue.id, function.id
                ),
                "Lambda refuses a source whose visibility timeout is shorter than the function's timeout",
                format!("set `VisibilityTimeout` to at least {}", 6.0 * runs),
            );
            report.property(VISIBILITY, queue, "VisibilityTimeout", about);
        }
    }
}
