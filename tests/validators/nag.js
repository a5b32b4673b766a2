// Runs the rule packs of cdk-nag on templates: node nag.js TEMPLATE… prints the versions, the packs, the number of
// resources and a list of findings. STRATAFORM_NAG_MODULES has cdk-nag; NODE_PATH must have aws-cdk-lib, which it loads.
"use strict";
const path = require("node:path");

const modules = process.env.STRATAFORM_NAG_MODULES;
const { App, CfnResource, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");
const nag = require(path.join(modules, "cdk-nag"));

const PACKS = ["AwsSolutionsChecks", "HIPAASecurityChecks", "NIST80053R5Checks", "PCIDSS321Checks"];

const findings = [];
let seen = 0;
for (const file of process.argv.slice(2)) {
  const stack = new Stack(new App(), "stack");
  new CfnInclude(stack, "template", { templateFile: file });
  const kinds = new Map();
  for (const one of stack.node.findAll()) {
    if (CfnResource.isCfnResource(one)) kinds.set(one.node.path, one.cfnResourceType);
  }
  seen += kinds.size;
  for (const pack of PACKS) {
    for (const violation of new nag[pack](undefined, { verbose: true }).validateScope(stack).violations) {
      // AwsSolutions-IAM5[Resource::*] is a finding of AwsSolutions-IAM5.
      const [, rule, detail] = /^([^[]+)(?:\[(.*)\])?$/s.exec(violation.ruleName);
      for (const resource of violation.violatingResources) {
        findings.push({
          rule,
          detail: detail ?? "",
          file,
          resource: resource.constructPath.split("/").pop(),
          kind: kinds.get(resource.constructPath),
          description: violation.description,
        });
      }
    }
  }
}
const version = (name) => require(path.join(name, "package.json")).version;
const versions = { "cdk-nag": version(path.join(modules, "cdk-nag")), "aws-cdk-lib": version("aws-cdk-lib") };
process.stdout.write(JSON.stringify({ versions, packs: PACKS, seen, findings }));
