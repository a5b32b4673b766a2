// Prints, from @aws-cdk/aws-service-spec, what the registry schemas do not say: properties whose
// change replaces a resource, resources that hold data, and properties that hold the ARN of another
// resource. One JSON object: type name -> facts. Used by `cargo xtask schemas`.
const { loadAwsServiceSpecSync } = require("@aws-cdk/aws-service-spec");

const database = loadAwsServiceSpecSync();

function walk(properties, path, seen, facts) {
  for (const [name, property] of Object.entries(properties)) {
    const here = [...path, name];
    if (property.causesReplacement === "yes" || property.causesReplacement === "maybe") {
      facts.replaces[here.join("/")] = property.causesReplacement;
    }
    for (const reference of property.relationshipRefs ?? []) {
      (facts.relations[here.join("/")] ??= []).push(`${reference.cloudFormationType}/${reference.propertyName}`);
    }
    descend(property.type, here, seen, facts);
  }
}

function descend(type, path, seen, facts) {
  if (type.type === "array" || type.type === "map") return descend(type.element, [...path, "*"], seen, facts);
  if (type.type !== "ref") return;
  const id = type.reference.$ref;
  if (seen.includes(id)) return;
  walk(database.get("typeDefinition", id).properties, path, [...seen, id], facts);
}

const out = {};
for (const resource of database.all("resource")) {
  const facts = { replaces: {}, relations: {}, stateful: Boolean(resource.isStateful) };
  walk(resource.properties, [], [], facts);
  out[resource.cloudFormationType] = facts;
}
process.stdout.write(JSON.stringify(out));
