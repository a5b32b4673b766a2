// Runs AWS's cloudformation-validate on templates: node validate.js TEMPLATE… prints a JSON list of findings.
// The package comes with aws-cdk-lib; STRATAFORM_NODE_MODULES names the folder of the npm packages.
"use strict";
const path = require("node:path");

const modules = process.env.STRATAFORM_NODE_MODULES;
const { CompositeEngine, TemplateFile } = require(
  path.join(modules, "aws-cdk-lib/node_modules/@aws/cloudformation-validate"),
);

const engine = new CompositeEngine();
const findings = [];
for (const file of process.argv.slice(2)) {
  const report = engine.validateTemplate(new TemplateFile(file));
  for (const one of report.diagnostics) {
    // Informational notes ("this property is create-only") are not findings.
    if (one.severity === "INFO") continue;
    findings.push({ file, rule: one.ruleId, severity: one.severity, where: one.resourceId ?? one.entity ?? "", message: one.message });
  }
}
engine.free();
process.stdout.write(JSON.stringify(findings));
