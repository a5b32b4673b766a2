"""Check calls of a state machine with botocore's models: python calls.py < REQUEST prints a JSON list of findings.

`calls` are validated with their results, because a fake must return what the service can return. `errors` are error
names with their operations.
"""

import json
import sys

import botocore.loaders
import botocore.model
import botocore.validate

# Errors that any service can return, whether or not they are in its model: Step Functions' names for errors without
# their own name, and network errors.
COMMON = {"ThrottlingException", "SdkClientException", "AWSGlueException"}
# Step Functions adds the suffix to names in a model that lack it, such as S3's NoSuchKey.
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

    def check(call, what, shape):
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
        check(call, "parameters", model.input_shape)
        if "result" in call:
            # A call that waits for a job run returns the run, not only its ID.
            sync = call["action"].endswith(".sync")
            check(call, "result", model.service_model.shape_for("JobRun") if sync else model.output_shape)
        elif not call.get("error", "States.").startswith("States."):
            known(call, call["error"])
    for one in request.get("errors", []):
        known(one, one["error"])
    json.dump(findings, sys.stdout)


main()
