// Runs a state machine in virtual time: node run.mjs < SCENARIO prints the outcome, as JSON.
//
// A scenario has `machine` (name, definition with its substitutions filled in), `execution` (name, input), `services` (see
// services.mjs), and `earlier`, executions that ran a day apart with the same services; or it has `crowd` (see crowd.mjs)
// or `days` (see days.mjs) instead of executions and their services. The interpreter implements the part of the Amazon States Language that the machines use, with
// JSONata as the query language; it rejects unknown fields.
import { createHash } from "node:crypto";
import path from "node:path";
import { createRequire } from "node:module";
import { Services } from "./services.mjs";
import { Crowd } from "./crowd.mjs";
import { Days } from "./days.mjs";

const require = createRequire(import.meta.url);
const jsonata = require(path.join(process.env.STRATAFORM_NODE_MODULES, "jsonata"));

// The error of an execution that does not succeed; `Error` and `Cause` are the service's.
class Failure extends Error {
  constructor(error, cause) {
    super(`${error}: ${cause}`);
    this.error = error;
    this.cause = cause;
  }
}

// An error that the service reports when it creates a state machine, which a scenario cannot contain.
const refuse = (why) => {
  throw new TypeError(why);
};

const FIELDS = {
  Pass: ["Type", "Assign", "Output", "Next", "End"],
  Task: ["Type", "Resource", "Arguments", "Assign", "Output", "TimeoutSeconds", "Retry", "Catch", "Next", "End"],
  Wait: ["Type", "Seconds", "Next"],
  Choice: ["Type", "Choices", "Default"],
  Map: ["Type", "Items", "MaxConcurrency", "ItemProcessor", "Retry", "Catch", "Next", "End"],
  Succeed: ["Type"],
  Fail: ["Type", "Error", "Cause"],
};
const RETRY = ["ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds"];
const CATCH = ["ErrorEquals", "Assign", "Output", "Next"];
const MACHINE = ["Comment", "QueryLanguage", "ProcessorConfig", "StartAt", "TimeoutSeconds", "States"];
// The maximum size of a state's output or a variable, in bytes.
const LARGEST = 256 * 1024;
// The maximum number of events in the history of an execution.
const LONGEST = 25000;

const only = (object, known, where) => {
  for (const key of Object.keys(object)) if (!known.includes(key)) refuse(`${where}: unknown field ${key}`);
};

const isExpression = (value) => typeof value === "string" && value.startsWith("{%") && value.endsWith("%}");

// The functions that Step Functions adds; it removes `$eval`.
const digest = (text, algorithm) => {
  const names = { MD5: "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" };
  if (!(algorithm in names)) throw new Error(`$hash does not support ${algorithm}`);
  return createHash(names[algorithm]).update(text, "utf8").digest("hex");
};
const partition = (array, size) => {
  const parts = [];
  for (let at = 0; at < array.length; at += size) parts.push(array.slice(at, at + size));
  return parts;
};
const range = (first, last, step) => {
  if (!step || Math.abs((last - first) / step) >= 1000) throw new Error("$range returns at most 1000 values");
  const values = [];
  for (let at = first; step > 0 ? at <= last : at >= last; at += step) values.push(at);
  return values;
};
// A seed gives the same number every time, but nothing may depend on which number.
const random = (seed) => {
  const bytes = createHash("sha256").update(String(seed)).digest();
  return bytes.readUInt32BE(0) / 2 ** 32;
};

async function evaluate(source, bindings) {
  let value;
  try {
    const expression = jsonata(source.slice(2, -2));
    expression.registerFunction("hash", digest, "<ss:s>");
    expression.registerFunction("partition", partition, "<an:a>");
    expression.registerFunction("range", range, "<nnn:a>");
    expression.registerFunction("random", random, "<n:n>");
    expression.registerFunction("uuid", () => "00000000-0000-4000-8000-000000000000", "<:s>");
    expression.registerFunction("parse", JSON.parse, "<s:x>");
    expression.registerFunction("eval", () => refuse("$eval is not supported"));
    value = await expression.evaluate(undefined, bindings);
  } catch (error) {
    throw new Failure("States.QueryEvaluationError", `${source}: ${error.message}`);
  }
  if (value === undefined || typeof value === "function") {
    throw new Failure("States.QueryEvaluationError", `${source} returns nothing`);
  }
  return JSON.parse(JSON.stringify(value));
}

async function resolve(value, bindings) {
  if (isExpression(value)) return evaluate(value, bindings);
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolve(item, bindings)));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await resolve(item, bindings)]);
  return Object.fromEntries(await Promise.all(entries));
}

// The service's checks of a definition: every expression parses, every field is known, and an inner machine does not
// assign an outer variable.
function check(machine, outer) {
  only(machine, MACHINE, "machine");
  const assigned = new Set();
  const strings = (value) => {
    if (typeof value === "string") {
      if (value.includes("${")) refuse(`unresolved substitution in ${value}`);
      if (value.includes("{%") && !isExpression(value)) refuse(`incomplete expression ${value}`);
      if (isExpression(value)) jsonata(value.slice(2, -2));
    } else if (value !== null && typeof value === "object") Object.values(value).forEach(strings);
  };
  const assigns = (object) => {
    for (const name of Object.keys(object ?? {})) {
      if (name === "states" || !/^[A-Za-z_][A-Za-z0-9_]{0,79}$/.test(name)) refuse(`invalid variable name ${name}`);
      if (outer.has(name)) refuse(`${name} is assigned in an inner and an outer machine`);
      assigned.add(name);
    }
  };
  for (const [name, state] of Object.entries(machine.States)) {
    only(state, FIELDS[state.Type] ?? refuse(`${name}: unknown state type ${state.Type}`), name);
    for (const retry of state.Retry ?? []) only(retry, RETRY, `${name}: Retry`);
    for (const one of state.Catch ?? []) only(one, CATCH, `${name}: Catch`);
    for (const one of [state, ...(state.Catch ?? [])]) assigns(one.Assign);
    for (const [key, value] of Object.entries(state)) if (key !== "ItemProcessor") strings(value);
  }
  for (const state of Object.values(machine.States)) {
    if (state.Type === "Map") check(state.ItemProcessor, new Set([...outer, ...assigned]));
  }
}

const matches = (names, error) =>
  names.some((name) => {
    if (name === error) return true;
    if (["States.DataLimitExceeded", "States.Runtime"].includes(error)) return false;
    return name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout");
  });

class Execution {
  // In a crowd, executions share services, and each waits for its time to come.
  constructor(scenario, services, crowd) {
    this.now = 0;
    this.events = 2;
    this.visited = [];
    this.crowd = crowd;
    this.services = crowd ?? services;
    if (!crowd) services.now = () => this.now;
    this.deadline = scenario.machine.definition.TimeoutSeconds ?? Infinity;
    const arn = `arn:aws:states:eu-west-1:111122223333:stateMachine:${scenario.machine.name}`;
    this.context = {
      Execution: {
        Id: `${arn.replace(":stateMachine:", ":execution:")}:${scenario.execution.name}`,
        Input: scenario.execution.input,
        Name: scenario.execution.name,
        StartTime: crowd ? crowd.time() : "2026-03-01T00:00:00Z",
      },
      StateMachine: { Id: arn, Name: scenario.machine.name },
    };
  }

  count(events) {
    this.events += events;
    if (this.events > LONGEST) throw new Failure("States.Runtime", `more than ${LONGEST} events`);
  }

  async pass(seconds) {
    const before = this.now;
    this.now = Math.min(this.now + seconds, this.deadline);
    await this.crowd?.sleep(this.now - before);
    if (this.now >= this.deadline) {
      this.now = this.deadline;
      throw new Failure("States.Timeout", "the execution timed out");
    }
  }

  async machine(definition, input, variables, context) {
    let name = definition.StartAt;
    for (;;) {
      const state = definition.States[name] ?? refuse(`unknown state ${name}`);
      this.visited.push(name);
      this.count(state.Type === "Task" ? 5 : 2);
      const step = await this.state(name, state, input, variables, { ...context, State: { Name: name } });
      if (step.next === undefined) return step.output;
      input = step.output;
      if (JSON.stringify(input).length > LARGEST) throw new Failure("States.DataLimitExceeded", name);
      name = step.next;
    }
  }

  async state(name, state, input, variables, context) {
    const bind = (more) => ({ ...variables, states: { input, context, ...more } });
    const next = state.End ? undefined : state.Next;
    switch (state.Type) {
      case "Pass": {
        const output = "Output" in state ? await resolve(state.Output, bind()) : input;
        await this.assign(state, variables, bind());
        return { next, output };
      }
      case "Wait": {
        const seconds = await resolve(state.Seconds, bind());
        if (!Number.isInteger(seconds) || seconds < 0) throw new Failure("States.Runtime", `${seconds} seconds`);
        await this.pass(seconds);
        return { next, output: input };
      }
      case "Choice": {
        for (const one of state.Choices) {
          const holds = await resolve(one.Condition, bind());
          if (typeof holds !== "boolean") {
            throw new Failure("States.QueryEvaluationError", `${one.Condition} is not a boolean`);
          }
          if (holds) return { next: one.Next, output: input };
        }
        if (!state.Default) throw new Failure("States.NoChoiceMatched", name);
        return { next: state.Default, output: input };
      }
      case "Succeed":
        return { output: input };
      case "Fail":
        throw new Failure(await resolve(state.Error, bind()), await resolve(state.Cause, bind()));
      default:
        return this.tried(state, variables, bind, next, context, input);
    }
  }

  // A task or a map, with its retriers and catchers.
  async tried(state, variables, bind, next, context, input) {
    const spent = new Map();
    for (;;) {
      try {
        const result = state.Type === "Task" ? await this.task(state, bind) : await this.map(state, variables, bind, context);
        const output = "Output" in state ? await resolve(state.Output, bind({ result })) : result;
        await this.assign(state, variables, bind({ result }));
        return { next, output };
      } catch (failure) {
        if (!(failure instanceof Failure) || this.now >= this.deadline) throw failure;
        if (await this.again(state, failure, spent)) continue;
        return this.caught(state, failure, variables, bind);
      }
    }
  }

  async again(state, failure, spent) {
    const retry = (state.Retry ?? []).find((one) => matches(one.ErrorEquals, failure.error));
    const before = spent.get(retry) ?? 0;
    if (!retry || before >= (retry.MaxAttempts ?? 3)) return false;
    spent.set(retry, before + 1);
    const delay = (retry.IntervalSeconds ?? 1) * (retry.BackoffRate ?? 2) ** before;
    this.count(3);
    await this.pass(Math.min(delay, retry.MaxDelaySeconds ?? Infinity));
    return true;
  }

  async caught(state, failure, variables, bind) {
    const one = (state.Catch ?? []).find((one) => matches(one.ErrorEquals, failure.error));
    if (!one) throw failure;
    const errorOutput = { Error: failure.error, Cause: failure.cause };
    const output = "Output" in one ? await resolve(one.Output, bind({ errorOutput })) : errorOutput;
    await this.assign(one, variables, bind({ errorOutput }));
    return { next: one.Next, output };
  }

  async task(state, bind) {
    const parameters = await resolve(state.Arguments, bind());
    const action = state.Resource.split(":states:::")[1] ?? refuse(`unknown resource ${state.Resource}`);
    const limit = state.TimeoutSeconds ?? Infinity;
    const answer = await this.services.call(action, parameters, limit, this.context);
    await this.pass(Math.min(answer.seconds, limit));
    if (answer.seconds > limit) throw new Failure("States.Timeout", "");
    if (answer.error) throw new Failure(answer.error, answer.cause);
    return answer.result;
  }

  async map(state, variables, bind, context) {
    const items = await resolve(state.Items, bind());
    if (!Array.isArray(items)) throw new Failure("States.QueryEvaluationError", "Items is not a list");
    if (state.MaxConcurrency !== 1) refuse("MaxConcurrency must be 1");
    const outputs = [];
    for (const [Index, Value] of items.entries()) {
      const inner = { ...context, Map: { Item: { Index, Value } } };
      this.count(2);
      outputs.push(await this.machine(state.ItemProcessor, Value, { ...variables }, inner));
    }
    return outputs;
  }

  // All values are computed before any is assigned.
  async assign(holder, variables, bindings) {
    const values = await resolve(holder.Assign ?? {}, bindings);
    for (const [name, value] of Object.entries(values)) {
      if (JSON.stringify(value).length > LARGEST) throw new Failure("States.DataLimitExceeded", name);
    }
    Object.assign(variables, values);
  }

  async run(definition, input) {
    check(definition, new Set());
    if (definition.QueryLanguage !== "JSONata") refuse("the query language must be JSONata");
    const outcome = (rest) => {
      const { calls, rows } = this.services;
      return { ...rest, seconds: this.now, events: this.events, states: this.visited, calls, rows };
    };
    try {
      await this.machine(definition, input, {}, this.context);
      return outcome({ status: "SUCCEEDED" });
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      const status = this.now >= this.deadline ? "TIMED_OUT" : "FAILED";
      return outcome({ status, error: failure.error, cause: failure.cause });
    }
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const outcomes = [];
for (const scenario of JSON.parse(Buffer.concat(chunks).toString("utf8"))) {
  if (scenario.days) {
    const begin = (days, machine, execution) =>
      new Execution({ machine, execution }, null, days).run(machine.definition, execution.input);
    outcomes.push(await new Days(scenario.days).run(begin));
    continue;
  }
  const { definition, name } = scenario.machine;
  if (scenario.crowd) {
    const begin = (crowd, execution) =>
      new Execution({ machine: { definition, name }, execution }, null, crowd).run(definition, execution.input);
    outcomes.push(await new Crowd(scenario.crowd).run(begin));
    continue;
  }
  const services = new Services(scenario.services ?? {});
  for (const [at, execution] of [...(scenario.earlier ?? []), scenario.execution].entries()) {
    const run = new Execution({ ...scenario, execution }, services);
    services.start = at * 86400;
    const outcome = await run.run(definition, execution.input);
    if (execution === scenario.execution) outcomes.push(outcome);
  }
}
process.stdout.write(JSON.stringify(outcomes));
