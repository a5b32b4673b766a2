"""Assemblies for the linters: templates with their parameters and references resolved to plausible values.

A policy linter needs ARNs, not `Fn::GetAtt`. A parameter resolves to the output that its value comes from, according
to the manifest; an attribute resolves to a value in the form of its resource type.
"""

import json
import pathlib
import re

ACCOUNT, REGION = "111122223333", "eu-west-1"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "stack",
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/stack/0",
    "AWS::NoValue": None,
}
UUID = "01234567-89ab-cdef-0123-456789abcdef"
# The ARN of each type, with the name of the resource.
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/" + UUID,
    "AWS::Kinesis::Stream": "arn:aws:kinesis:{region}:{account}:stream/{name}",
    "AWS::KinesisFirehose::DeliveryStream": "arn:aws:firehose:{region}:{account}:deliverystream/{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}-AbCdEf",
    "AWS::RedshiftServerless::Workgroup": "arn:aws:redshift-serverless:{region}:{account}:workgroup/" + UUID,
    "AWS::RedshiftServerless::Namespace": "arn:aws:redshift-serverless:{region}:{account}:namespace/" + UUID,
    "AWS::EC2::SecurityGroup": "arn:aws:ec2:{region}:{account}:security-group/sg-0123456789abcdef0",
}


class Assembly:
    """One assembly: its manifest and its templates by the name of the stack."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.manifest = json.loads((self.folder / "manifest.json").read_text())
        self.stacks = {stack["name"]: stack for stack in self.manifest["stacks"]}
        self.templates = {
            name: json.loads((self.folder / stack["template"]).read_text()) for name, stack in self.stacks.items()
        }

    def source(self, stack, parameter):
        """The stack and the output that a parameter's value comes from, or None."""
        found = next((one for one in self.stacks[stack]["parameters"] if one["name"] == parameter), {})
        return (found["stack"], found["output"]) if "stack" in found else None

    def resolve(self, stack, value):
        """The value with every intrinsic function replaced by a plausible value."""
        if isinstance(value, list):
            return [self.resolve(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (name, argument), = value.items()
            if name == "Ref":
                return self.reference(stack, argument)
            if name == "Fn::GetAtt":
                return self.attribute(stack, *argument)
            if name == "Fn::Sub":
                return self.substitute(stack, argument)
            if name == "Fn::Join":
                items = self.resolve(stack, argument[1])
                return argument[0].join(map(str, items)) if isinstance(items, list) else str(items)
            if name == "Fn::Select":
                return f"selected-{argument[0]}"
            if name.startswith("Fn::"):
                return name.lower().replace("::", "-")
        return {key: self.resolve(stack, item) for key, item in value.items()}

    def reference(self, stack, name):
        if name in PSEUDO:
            return PSEUDO[name]
        template = self.templates[stack]
        if name in template.get("Parameters", {}):
            source = self.source(stack, name)
            if source is None:
                return template["Parameters"][name].get("Default", name.lower())
            value = self.resolve(source[0], self.templates[source[0]]["Outputs"][source[1]]["Value"])
            is_list = template["Parameters"][name]["Type"] == "CommaDelimitedList"
            return value.split(",") if is_list else value
        kind = template["Resources"][name]["Type"]
        if kind in ("AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine", "AWS::IAM::ManagedPolicy"):
            return self.attribute(stack, name, "Arn")
        return self.name(stack, name)

    def name(self, stack, logical_id):
        properties = self.templates[stack]["Resources"][logical_id].get("Properties", {})
        for key, value in properties.items():
            if key in ("Name", "DeliveryStreamName", "LogGroupName", "StateMachineName", "RoleName", "BucketName") and isinstance(value, str):
                return value
        return re.sub(r"[^a-z0-9]", "", f"{stack}{logical_id}".lower())

    def attribute(self, stack, logical_id, name):
        kind = self.templates[stack]["Resources"][logical_id]["Type"]
        if name.endswith("Arn"):
            form = ARNS.get(kind, "arn:aws:" + kind.split("::")[1].lower() + ":{region}:{account}:{name}")
            return form.format(region=REGION, account=ACCOUNT, name=self.name(stack, logical_id))
        return f"{logical_id}-{name}".lower()

    def substitute(self, stack, argument):
        text, values = (argument, {}) if isinstance(argument, str) else argument

        def value(match):
            name = match.group(1)
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in values:
                return str(self.resolve(stack, values[name]))
            if "." in name:
                return str(self.attribute(stack, *name.split(".", 1)))
            return str(self.reference(stack, name))

        return re.sub(r"\$\{([^}]+)\}", value, text)


def found(root):
    """Every assembly in a folder, in order."""
    return [Assembly(manifest.parent) for manifest in sorted(pathlib.Path(root).glob("**/manifest.json"))]
