"""Run Parliament on all identity policies: python policies.py FOLDER prints a JSON list of findings.

Key policies and other resource policies are skipped: Parliament expects each statement to name resources of the
service, but in a key policy, `*` is the key itself.
"""

import json
import logging
import sys

import parliament

import assemblies

logging.disable(logging.CRITICAL)

# Findings about actions whose resources are newer than Parliament's data, with AWS's own page about them.
OUTDATED = {
    # Service authorization reference, "Actions defined by AWS Step Functions": a state machine, or a map run.
    "states:ListExecutions",
    # The same page: an execution of a standard or of an express state machine.
    "states:DescribeExecution",
}


def is_outdated(finding):
    actions = {one["action"] for one in finding.detail} if isinstance(finding.detail, list) else set()
    return finding.issue == "RESOURCE_MISMATCH" and bool(actions) and actions <= OUTDATED


def documents(assembly):
    for name, template in assembly.templates.items():
        for logical_id, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                yield name, logical_id, properties["PolicyDocument"]
            for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
                yield name, logical_id, policy["PolicyDocument"]


def main():
    findings, seen = [], 0
    for assembly in assemblies.found(sys.argv[1]):
        for stack, logical_id, document in documents(assembly):
            seen += 1
            text = json.dumps(assembly.resolve(stack, document))
            for finding in parliament.analyze_policy_string(text).findings:
                if is_outdated(finding):
                    continue
                findings.append(
                    {
                        "file": str(assembly.folder / stack),
                        "rule": finding.issue,
                        "where": logical_id,
                        "message": f"{finding.detail} {finding.location}",
                    }
                )
    json.dump({"seen": seen, "findings": findings}, sys.stdout)


main()
