"""Prints every CloudFormation resource schema that cfn-lint bundles, and the IAM actions that it knows.

One JSON object: "resources" by type name, each {"schema": ..., "attributes": {dotted name: pointer}},
and "actions" by service prefix. Used by `cargo xtask schemas`, which keeps facts of it and drops every
description.
"""

import json
import sys

from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import REGIONS, load_resource
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER as manager


def main() -> None:
    out = {}
    # The first region is the most complete one; the others add what exists only there.
    for region in ["us-east-1", *sorted(r for r in REGIONS if r != "us-east-1")]:
        for name in manager.get_resource_types(region):
            if name in out or name.startswith(("Custom::", "Module")):
                continue
            schema = manager.get_resource_schema(region, name)
            attributes = manager.get_type_getatts(name, region)
            out[name] = {"schema": schema.schema, "attributes": dict(attributes.data)}
    policies = load_resource(AdditionalSpecs, "Policies.json")
    actions = {service: sorted(facts["Actions"]) for service, facts in policies.items()}
    json.dump({"resources": out, "actions": actions}, sys.stdout, sort_keys=True)


main()
