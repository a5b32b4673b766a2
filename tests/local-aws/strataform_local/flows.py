"""Service integrations that ministack lacks for state machines: Glue job runs, Data API, QuickSight, S3.

ministack runs the state machine itself, with JSONata. The integrations here call this server's own
endpoint, so that requests are parsed and validated like any other.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import ministack.services.eventbridge as eventbridge
import ministack.services.scheduler as scheduler
import ministack.services.stepfunctions as stepfunctions
from botocore.exceptions import BotoCoreError, ClientError

from . import models
from .calls import client
from .models import Json

# The service names in a state machine, with botocore's names and Step Functions' error prefixes.
_SERVICES = {
    "quicksight": ("quicksight", "QuickSight"),
    "redshiftdata": ("redshift-data", "RedshiftData"),
    "redshiftserverless": ("redshift-serverless", "RedshiftServerless"),
    "s3": ("s3", "S3"),
}
_PAUSE = 0.2


def install() -> None:
    plain: Callable[[str, Json], Any] = stepfunctions._invoke_aws_sdk_integration

    def invoked(resource: str, given: Json) -> Any:
        service, _, action = resource.partition(":aws-sdk:")[2].partition(":")
        known = _SERVICES.get(service)
        # ministack's S3 integrations return no body and no list.
        if known is None or (service == "s3" and action not in ("getObject", "listObjectsV2")):
            return plain(resource, given)
        return _called(*known, action[:1].upper() + action[1:], given)

    stepfunctions._invoke_aws_sdk_integration = invoked
    stepfunctions._get_execution_history = _linked(stepfunctions._get_execution_history)
    stepfunctions._SERVICE_DISPATCH["arn:aws:states:::glue:startJobRun"] = _job
    # Schedules do not start runs: a laptop should not run Spark every hour.
    scheduler._tick_schedules = lambda: None
    eventbridge._dispatch_to_stepfunctions = lambda *_: None


def _linked(plain: Callable[[Json], Any]) -> Callable[[Json], Any]:
    """Return the history with the ID of the previous event, which each event has on AWS."""

    def history(data: Json) -> Any:
        execution = stepfunctions._executions.get(data.get("executionArn")) or {}
        for event in list(execution.get("events") or []):
            # AWS starts with 0, 0, 2, 3.
            event.setdefault("previousEventId", event["id"] - 1 if event["id"] > 2 else 0)
        return plain(data)

    return history


def _failed(error: str, cause: str) -> Exception:
    made: Exception = stepfunctions._ExecutionError(error, cause)
    return made


def _called(service: str, prefix: str, op: str, given: Json) -> Any:
    om = models.operation(service, op)
    try:
        # Step Functions uses Pascal case for all names; some services do not.
        answer = client(service)._make_api_call(op, models.fit(om.input_shape, given))
    except ClientError as error:
        fault = error.response["Error"]
        code = fault["Code"] if fault["Code"].endswith("Exception") else f"{fault['Code']}Exception"
        raise _failed(f"{prefix}.{code}", fault["Message"]) from error
    except BotoCoreError as error:
        raise _failed("States.Runtime", str(error)) from error
    answer.pop("ResponseMetadata", None)
    return _shown(answer)


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: _shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_shown(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        return value.read().decode("utf-8", "replace")
    return value


def _job(resource: str, given: Json) -> Any:
    """Start a job; with .sync, wait until it ends."""
    started = _called("glue", "Glue", "StartJobRun", given)
    if not resource.endswith(".sync"):
        return started
    asked = {"JobName": given["JobName"], "RunId": started["JobRunId"]}
    while True:
        run = _called("glue", "Glue", "GetJobRun", asked)["JobRun"]
        if run["JobRunState"] == "SUCCEEDED":
            return run
        if run["JobRunState"] in ("FAILED", "TIMEOUT", "STOPPED", "ERROR"):
            raise _failed("States.TaskFailed", json.dumps(run))
        time.sleep(_PAUSE)
