"""botocore's models over what a machine says to services: python calls.py < REQUEST prints a JSON list of findings.

`calls` are validated with their results: what a fake answers must be what the service can answer. `errors` are names
with the operation that is to give them; `seen` says how many.
"""

import json
import sys

import botocore.loaders
import botocore.model
import botocore.validate

# What any service may answer, whether or not its model says so: Step Functions' names for what has no name of its
# own, and what the network does.
COMMON = {"ThrottlingException", "SdkClientException", "AWSGlueException"}
# Step Functions adds the suffix where a model leaves it out: S3's NoSuchKey.
SUFFIX = "Exception"


def main():
    loader, models = botocore.loaders.Loader(), {}
    validator = botocore.validate.ParamValidator()
    findings = []

    def operation(one):
        service = one["service"]
        if service not in models:
            models[service] = botocore.model.ServiceModel(loader.load_service_model(service, "service-2"), service)
        return models[service].operation_model(one["operation"])

    def judge(call, what, shape):
        report = validator.validate(call[what], shape)
        if report.has_errors():
            findings.append({"operation": call["operation"], "of": what, "message": report.generate_report()})

    def known(one, error):
        name = error.split(".", 1)[1]
        shapes = {shape.name for shape in operation(one).error_shapes}
        if name not in COMMON and name not in shapes and name.removesuffix(SUFFIX) not in shapes:
            findings.append({"operation": one["operation"], "of": "error", "message": error})

    request = json.load(sys.stdin)
    for call in request.get("calls", []):
        model = operation(call)
        judge(call, "parameters", model.input_shape)
        if "result" in call:
            # A run of a job that is waited for gives the run, not only its id.
            sync = call["action"].endswith(".sync")
            judge(call, "result", model.service_model.shape_for("JobRun") if sync else model.output_shape)
        elif not call.get("error", "States.").startswith("States."):
            known(call, call["error"])
    for one in request.get("errors", []):
        known(one, one["error"])
    json.dump(findings, sys.stdout)


main()
