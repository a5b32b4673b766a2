"""sfn-workflow-client starts a state machine, follows it, and reads the history of the execution."""

from __future__ import annotations

import asyncio
from typing import Any

from deployed import SHOP, equal

SHOP.use()

# The client calls the service when it is imported, in the Region of the environment.
from sfn_workflow_client.enums import ExecutionEventType, ExecutionStatus  # noqa: E402
from sfn_workflow_client.workflow import Workflow  # noqa: E402


def entered(events: list[Any]) -> list[str]:
    states = [event.details["name"] for event in events if event.event_type.name.endswith("_state_entered")]
    return [str(name) for name in states]


async def main() -> None:
    (run,) = await Workflow(f"{SHOP.prefix}-event").executions.fetch()
    await run.fetch()
    equal(run.status, ExecutionStatus.succeeded, "the status of the run")

    # The client does not know the events of states of the type Map, which the other state machines have.
    limit = Workflow(f"{SHOP.prefix}--limit")
    execution = await limit.executions.create().start({"by": "hand"})
    execution = await execution.poll_for_status(max_time=60, interval=1)
    equal(execution.status, ExecutionStatus.succeeded, "the status of the new execution")
    equal(execution.input_data["by"], "hand", "its input")
    events = list(await execution.events.fetch())
    equal([event.event_id for event in events], list(range(1, len(events) + 1)), "the IDs of events")
    equal([event.previous_event_id for event in events][:3], [0, 0, 2], "the IDs of previous events")
    equal(events[-1].event_type, ExecutionEventType.execution_succeeded, "the last event")
    assert entered(events)
    found = await limit.executions.fetch(status_filter=ExecutionStatus.succeeded)
    assert execution.execution_id in {one.execution_id for one in found}


asyncio.run(main())
