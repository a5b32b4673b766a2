"""Check resources with botocore's validators for API calls: python calls.py FOLDER prints a JSON list.

For these types, the CloudFormation properties and the parameters of the call that creates the resource have the same
shape; `RENAMED` lists properties that are spelled differently.
"""

import json
import sys

import botocore.loaders
import botocore.model
import botocore.validate

import assemblies

# The resource type, the service, the operation, and properties that the call does not have.
CALLS = {
    "AWS::QuickSight::Dashboard": ("quicksight", "CreateDashboard", {"Tags"}),
    "AWS::QuickSight::DataSet": ("quicksight", "CreateDataSet", {"Tags", "IngestionWaitPolicy", "DataSetRefreshProperties"}),
    "AWS::QuickSight::DataSource": ("quicksight", "CreateDataSource", {"Tags"}),
    "AWS::QuickSight::Theme": ("quicksight", "CreateTheme", {"Tags"}),
    "AWS::QuickSight::VPCConnection": ("quicksight", "CreateVPCConnection", {"Tags"}),
    "AWS::Glue::Job": ("glue", "CreateJob", {"Tags"}),
    "AWS::Glue::Table": ("glue", "CreateTable", {"CatalogId"}),
    "AWS::Glue::Database": ("glue", "CreateDatabase", {"CatalogId"}),
    "AWS::RedshiftServerless::Namespace": ("redshift-serverless", "CreateNamespace", {"Tags"}),
    "AWS::RedshiftServerless::Workgroup": ("redshift-serverless", "CreateWorkgroup", {"Tags"}),
    "AWS::Scheduler::Schedule": ("scheduler", "CreateSchedule", set()),
    "AWS::CloudWatch::Dashboard": ("cloudwatch", "PutDashboard", set()),
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm", {"Tags"}),
}


# Names that CloudFormation generates if the template sets none.
GENERATED = {"AlarmName", "Name"}


def members(shape):
    return {name.lower(): name for name in shape.members}


def fitted(value, shape):
    """The value with its keys capitalized as in the call, and with numbers in place of numeric text."""
    if isinstance(value, dict) and shape.type_name == "structure":
        known = members(shape)
        return {
            known.get(key.lower(), key): fitted(item, shape.members[known[key.lower()]]) if key.lower() in known else item
            for key, item in value.items()
        }
    if isinstance(value, dict) and shape.type_name == "map":
        return {key: fitted(item, shape.value) for key, item in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [fitted(item, shape.member) for item in value]
    if shape.type_name == "timestamp":
        return value
    return value


def main():
    loader = botocore.loaders.Loader()
    models, findings, seen = {}, [], 0
    validator = botocore.validate.ParamValidator()
    for assembly in assemblies.found(sys.argv[1]):
        for stack, template in assembly.templates.items():
            for logical_id, resource in template["Resources"].items():
                if resource["Type"] not in CALLS:
                    continue
                service, operation, without = CALLS[resource["Type"]]
                if service not in models:
                    models[service] = botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)
                shape = models[service].operation_model(operation).input_shape
                properties = {
                    key: assembly.resolve(stack, value)
                    for key, value in resource["Properties"].items()
                    if key not in without
                }
                for name in GENERATED & set(shape.required_members):
                    properties.setdefault(name, logical_id)
                seen += 1
                report = validator.validate(fitted(properties, shape), shape)
                if report.has_errors():
                    findings.append(
                        {
                            "file": str(assembly.folder / stack),
                            "rule": operation,
                            "where": logical_id,
                            "message": report.generate_report(),
                        }
                    )
    json.dump({"seen": seen, "findings": findings}, sys.stdout)


main()
