// Days of a deployed platform in virtual time: its schedules, its arrivals and its state machines, on the services of the
// local AWS. Jobs run on Spark, statements on PostgreSQL.
//
// `days` has `python` and `look` (the program that calls services), `endpoint`, `account`, `region`, `epoch` (the time of
// the start, in seconds since 1970), `seconds` (the duration), `templates` (of the stacks that start something), `bucket`
// (of the raw records), `files` (`at`, in seconds, `key`, `base64`; `event: false` if S3's event is lost; `incoming`, the
// number of records, and `stream`, if a stream brought them), and `outages` of the warehouse (`from`, `to`, `statements`: whether it accepts statements, which
// then fail).
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Crowd } from "./crowd.mjs";
import { MODEL, PARTLY, Refused, SMALL, renamed } from "./services.mjs";

// A job run takes three minutes; it commits in the last half minute.
const JOB = { seconds: 180, commits: 150 };
// How long SQS remembers a message of a FIFO queue, to drop equal ones.
const REMEMBERS = 300;
const DAY = 86400;
const PREFIX = {
  glue: "Glue", s3: "S3", "redshift-data": "RedshiftData", "redshift-serverless": "RedshiftServerless", quicksight: "QuickSight",
};
const ENDED = ["SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"];

const pause = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
const upper = (letter) => letter.toUpperCase();
const lower = (letter) => letter.toLowerCase();
const snake = (operation) => operation.replace(/V2$/, "_v2").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

// Calls services through a program that has botocore, one after the other.
class Bridge {
  constructor({ python, look, endpoint, account, region }) {
    this.endpoint = endpoint;
    this.process = spawn(python, [look, endpoint, account, region], { stdio: ["pipe", "pipe", "inherit"] });
    this.waiting = [];
    createInterface({ input: this.process.stdout }).on("line", (line) => this.waiting.shift()(JSON.parse(line)));
  }

  ask(service, operation, parameters) {
    return new Promise((answered) => {
      this.waiting.push(answered);
      this.process.stdin.write(`${JSON.stringify([service, snake(operation), parameters])}\n`);
    });
  }

  // What must succeed, or the test is wrong.
  async need(service, operation, parameters) {
    const answer = await this.ask(service, operation, parameters);
    if (answer.error) throw new Error(`${service} ${operation}: ${answer.error}: ${answer.message}`);
    return answer;
  }

  async turn(now) {
    const answer = await fetch(`${this.endpoint}/_strataform/clock`, { method: "POST", body: JSON.stringify({ now }) });
    if (!answer.ok) throw new Error(`the clock: ${answer.status}`);
  }

  end() {
    this.process.stdin.end();
  }
}

// The seconds of a day at which a cron expression of the platform fires, or a rate of a day.
function times(expression) {
  if (expression === "rate(1 day)") return [0];
  const [, minutes, hours] = /^cron\((\S+) (\S+) \* \* \? \*\)$/.exec(expression) ?? [];
  if (!minutes) throw new TypeError(`unknown schedule ${expression}`);
  const each = (field, most) => {
    if (field === "*") return Array.from({ length: most }, (_, at) => at);
    const [, first, step] = /^(\d+)(?:\/(\d+))?$/.exec(field);
    if (!step) return [Number(first)];
    return Array.from({ length: most }, (_, at) => at).filter((at) => at >= first && (at - first) % step === 0);
  };
  return each(hours, 24).flatMap((hour) => each(minutes, 60).map((minute) => hour * 3600 + minute * 60));
}

export class Days extends Crowd {
  constructor(script) {
    super({ arrivals: [], seconds: JOB.seconds, executions: [] });
    this.script = script;
    this.bridge = new Bridge(script);
    this.resources = script.templates.flatMap((template) => Object.entries(template.Resources));
    // The metrics that CloudWatch has at the end: namespace, name, dimensions, time, value.
    this.metrics = [];
    this.pending = [];
    this.outcomes = [];
    this.jobs = [];
    this.busyUntil = new Map();
    this.sent = new Map();
    this.exclusive = Promise.resolve();
    this.mails = [];
  }

  time(at = this.clock) {
    return new Date((this.script.epoch + at) * 1000).toISOString();
  }

  metric(namespace, name, dimensions, value) {
    this.metrics.push({ namespace, name, dimensions, at: this.clock, value });
  }

  // Only one thing at a time changes the objects, because each has a time.
  alone(what) {
    const done = this.exclusive.then(what);
    this.exclusive = done.catch(() => undefined);
    return done;
  }

  // Services

  async call(action, given, limit, context) {
    const [service, operation] = MODEL[action] ?? [];
    if (!service) throw new TypeError(`unknown action ${action}`);
    try {
      this.took = 0;
      const result = await this.answer(service, operation, given, context);
      const seconds = operation === "StartJobRun" ? JOB.seconds : 0;
      if (seconds > limit) return { seconds };
      return { seconds, result };
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return { seconds: refused.seconds ?? 0, error: refused.error, cause: refused.message };
    }
  }

  async answer(service, operation, given, context) {
    if (service === "glue") return this.job(given);
    if (service === "stepfunctions") return renamed(this.states(operation, renamed(given, lower), context), upper);
    if (service === "sns") {
      this.mails.push({ at: this.clock, text: given.Message });
      return { MessageId: "00000000-0000-4000-8000-000000000000" };
    }
    if (service === "redshift-data") return this.statement(operation, given);
    const small = SMALL.has(service);
    const answer = await this.asked(service, operation, small ? renamed(given, lower) : given);
    return small ? renamed(answer, upper) : answer;
  }

  async asked(service, operation, given) {
    const answer = await this.bridge.ask(service, operation, given);
    if (answer.error) {
      const code = answer.error.endsWith("Exception") ? answer.error : `${answer.error}Exception`;
      throw new Refused(`${PREFIX[service]}.${code}`, answer.message);
    }
    return answer;
  }

  async job({ JobName, Arguments }) {
    if (this.clock < (this.busyUntil.get(JobName) ?? 0)) {
      throw new Refused("Glue.ConcurrentRunsExceededException", "Concurrent runs exceeded");
    }
    this.busyUntil.set(JobName, this.clock + JOB.seconds);
    return this.alone(async () => {
      await this.bridge.turn(this.script.epoch + this.clock + JOB.commits);
      const asked = { JobName, RunId: (await this.bridge.need("glue", "StartJobRun", { JobName, Arguments })).JobRunId };
      let run;
      do {
        await pause(100);
        run = (await this.bridge.need("glue", "GetJobRun", asked)).JobRun;
      } while (!ENDED.includes(run.JobRunState));
      this.jobs.push({ at: this.clock, job: JobName, state: run.JobRunState, error: run.ErrorMessage });
      await this.logged(JobName, run);
      if (run.JobRunState !== "SUCCEEDED") {
        const failed = new Refused("States.TaskFailed", JSON.stringify(run));
        failed.seconds = JOB.seconds;
        throw failed;
      }
      return run;
    });
  }

  // The metrics in the log of a run.
  async logged(name, run) {
    const { Job } = await this.bridge.need("glue", "GetJob", { JobName: name });
    const prefix = Job.DefaultArguments["--custom-logGroup-prefix"];
    const group = `${prefix}/${Job.SecurityConfiguration}-role/${Job.Role.split("/").at(-1)}/output`;
    const asked = { logGroupName: group, logStreamName: run.Id, startFromHead: true };
    for (const { message } of (await this.bridge.need("logs", "GetLogEvents", asked)).events) {
      if (!message.startsWith('{"_aws"')) continue;
      const record = JSON.parse(message);
      for (const { Namespace, Dimensions, Metrics } of record._aws.CloudWatchMetrics) {
        const dimensions = Object.fromEntries(Dimensions[0].map((name) => [name, record[name]]));
        for (const { Name } of Metrics) {
          this.metrics.push({ namespace: Namespace, name: Name, dimensions, at: this.clock + JOB.commits, value: record[Name] });
        }
      }
    }
  }

  outage() {
    return this.script.outages.find(({ from, to }) => from <= this.clock && this.clock < to);
  }

  async statement(operation, given) {
    const outage = this.outage();
    if (outage && !outage.statements) {
      throw new Refused("RedshiftData.InternalServerException", "The warehouse does not respond.");
    }
    if (operation === "DescribeStatement" && given.Id.startsWith("failed-")) {
      return { Id: given.Id, Status: "FAILED", Error: "ERROR: Query reached usage limit" };
    }
    if (outage && operation !== "DescribeStatement" && operation !== "GetStatementResult") {
      const workgroup = { QueryType: given.Sqls ? "ETL" : "DATA_API", Workgroup: given.WorkgroupName };
      this.metric("AWS/Redshift-Serverless", "QueriesFailed", workgroup, 1);
      return { Id: `failed-${given.ClientToken}` };
    }
    let answer = await this.asked("redshift-data", operation, given);
    // Statements take no virtual time but that between two questions.
    while (operation === "DescribeStatement" && !["FINISHED", "FAILED", "ABORTED"].includes(answer.Status)) {
      await pause(20);
      answer = await this.asked("redshift-data", operation, given);
    }
    if (answer.Status === "FAILED") this.mails.push({ at: this.clock, text: answer.Error });
    return PARTLY.has(operation) ? renamed(answer, upper) : answer;
  }

  states(operation, given, { StateMachine }) {
    const arn = given.stateMachineArn ?? StateMachine.Id;
    const open = this.open().filter(({ machine }) => machine.name === arn.split(":").at(-1));
    if (operation === "StartExecution") {
      this.launch(arn.split(":").at(-1), given.name, JSON.parse(given.input));
      return { executionArn: `${arn.replace(":stateMachine:", ":execution:")}:${given.name}`, startDate: this.time() };
    }
    return Crowd.prototype[operation].call({ open: () => open }, given);
  }

  // What starts executions

  launch(name, execution, input) {
    const machine = this.machines.get(name);
    const one = { name: execution, input, at: this.clock, machine };
    this.running.push(one);
    this.awake += 1;
    this.pending.push(this.ended(machine, one));
  }

  async ended(machine, one) {
    const outcome = await this.begin(this, machine, one);
    this.running = this.running.filter((other) => other !== one);
    const names = { SUCCEEDED: "ExecutionsSucceeded", FAILED: "ExecutionsFailed", TIMED_OUT: "ExecutionsTimedOut" };
    this.metric("AWS/States", names[outcome.status], { StateMachineArn: machine.name }, 1);
    const { status, error, cause, events } = outcome;
    this.outcomes.push({ machine: machine.name, started: one.at, ended: this.clock, status, error, cause, events });
    this.rest();
  }

  // The queue of a dataset whose runs start when files arrive.
  message(queue, machine) {
    if (this.clock < (this.sent.get(machine) ?? -Infinity) + REMEMBERS) return;
    this.sent.set(machine, this.clock);
    this.later(queue.DelaySeconds, () => this.launch(machine, `arrival-${this.clock}`, {}));
  }

  later(seconds, what) {
    this.awake += 1;
    this.pending.push(
      (async () => {
        await this.sleep(seconds);
        await what();
        this.rest();
      })(),
    );
  }

  property(id, name) {
    return this.resources.find(([other]) => other === id)[1].Properties[name];
  }

  of(type) {
    return this.resources.filter(([, resource]) => resource.Type === type).map(([, { Properties }]) => Properties);
  }

  // Everything that happens by itself, in order: schedules, and files.
  plan() {
    const events = [];
    const daily = (expression, what) => {
      for (let day = 0; day <= this.script.seconds; day += DAY) {
        for (const time of times(expression)) if (day + time > 0) events.push({ at: day + time, what });
      }
    };
    for (const { ScheduleExpression, Target } of this.of("AWS::Scheduler::Schedule")) {
      const machine = this.property(Target.Arn.Ref, "StateMachineName");
      const what = () => this.launch(machine, `schedule-${this.clock}`, JSON.parse(Target.Input));
      daily(ScheduleExpression, what);
    }
    const arrivals = this.of("AWS::Events::Rule").map((rule) => {
      const queue = rule.Targets[0].Arn["Fn::GetAtt"][0];
      const pipe = this.of("AWS::Pipes::Pipe").find(({ Source }) => Source["Fn::GetAtt"][0] === queue);
      const machine = this.property(pipe.Target.Ref, "StateMachineName");
      const properties = this.resources.find(([id]) => id === queue)[1].Properties;
      const what = () => this.message(properties, machine);
      daily(rule.ScheduleExpression, what);
      return { prefix: rule.EventPattern.detail.object.key[0].prefix, what };
    });
    for (const file of this.script.files) {
      const arrival = file.event === false ? undefined : arrivals.find(({ prefix }) => file.key.startsWith(prefix));
      events.push({ at: file.at, what: () => this.put(file, arrival) });
    }
    return events.filter(({ at }) => at <= this.script.seconds).sort((one, other) => one.at - other.at);
  }

  async put({ key, base64, incoming, stream }, arrival) {
    await this.alone(async () => {
      await this.bridge.turn(this.script.epoch + this.clock);
      await this.bridge.need("s3", "PutObject", { Bucket: this.script.bucket, Key: key, Base64: base64 });
    });
    if (incoming) this.metric("AWS/Kinesis", "IncomingRecords", { StreamName: stream }, incoming);
    arrival?.what();
  }

  async all(events) {
    for (const event of events) {
      if (event.at > this.clock) await this.sleep(event.at - this.clock);
      await event.what();
    }
    this.rest();
  }

  async deployed() {
    const found = [];
    let page = {};
    do {
      page = await this.bridge.need("stepfunctions", "ListStateMachines", page.nextToken ? { nextToken: page.nextToken } : {});
      found.push(...page.stateMachines);
    } while (page.nextToken);
    for (const { name, stateMachineArn } of found) {
      const { definition } = await this.bridge.need("stepfunctions", "DescribeStateMachine", { stateMachineArn });
      this.machines.set(name, { name, definition: JSON.parse(definition) });
    }
  }

  async run(begin) {
    this.begin = begin;
    this.machines = new Map();
    await this.deployed();
    this.awake = 1;
    this.pending.push(this.all(this.plan()));
    for (let at = 0; at < this.pending.length; at += 1) await this.pending[at];
    await this.bridge.turn(null);
    this.bridge.end();
    const { outcomes, jobs, metrics, mails } = this;
    return { executions: outcomes, jobs, metrics, mails, calls: [] };
  }
}
