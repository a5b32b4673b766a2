// Fakes of the services that a state machine calls, as far as a run of a dataset needs them, with a log of every call.
//
// A script lists, for each action, the outcomes of its calls in order: `null` is a call that succeeds, `{error, cause}`
// one that fails, and with `taken` one that takes effect although its response is lost. `seconds` is the duration. It
// also has `manifests`, the number of files that each run ID has committed before the run, `files`, the number that the
// job commits, and `statements`, the outcome of each statement that loads or refreshes, in order, with `queries`, those
// of the queries in between. `loaded` has the runs that the warehouse's table has, `complete` the time until which all
// are loaded, and `times` when a manifest was written; the others were written when the job ran. `columns` are
// those that manifests name, by run, as JSON. `ingestions` has the outcome of an ingestion, by data set. `executions` has the open
// executions of the state machine, the latest first: name, `at` (when it started) and input. `left` has the runs whose
// job left files for the next run.

export const MODEL = {
  "glue:startJobRun.sync": ["glue", "StartJobRun"],
  "aws-sdk:s3:getObject": ["s3", "GetObject"],
  "aws-sdk:s3:listObjectsV2": ["s3", "ListObjectsV2"],
  "aws-sdk:redshiftdata:batchExecuteStatement": ["redshift-data", "BatchExecuteStatement"],
  "aws-sdk:redshiftdata:executeStatement": ["redshift-data", "ExecuteStatement"],
  "aws-sdk:redshiftdata:describeStatement": ["redshift-data", "DescribeStatement"],
  "aws-sdk:redshiftdata:getStatementResult": ["redshift-data", "GetStatementResult"],
  "aws-sdk:quicksight:createIngestion": ["quicksight", "CreateIngestion"],
  "aws-sdk:quicksight:describeIngestion": ["quicksight", "DescribeIngestion"],
  "sns:publish": ["sns", "Publish"],
  "aws-sdk:sfn:listExecutions": ["stepfunctions", "ListExecutions"],
  "aws-sdk:sfn:describeExecution": ["stepfunctions", "DescribeExecution"],
  "aws-sdk:sfn:startExecution": ["stepfunctions", "StartExecution"],
  "aws-sdk:redshiftserverless:listUsageLimits": ["redshift-serverless", "ListUsageLimits"],
  "aws-sdk:redshiftserverless:createUsageLimit": ["redshift-serverless", "CreateUsageLimit"],
  "aws-sdk:redshiftserverless:createSnapshot": ["redshift-serverless", "CreateSnapshot"],
  "aws-sdk:redshiftserverless:updateUsageLimit": ["redshift-serverless", "UpdateUsageLimit"],
};

// Services whose names are in camel case: Step Functions uses Pascal case for all, in parameters and responses.
export const SMALL = new Set(["redshift-serverless", "stepfunctions"]);
// Responses of other services with some names in camel case.
export const PARTLY = new Set(["GetStatementResult"]);

export function renamed(value, change) {
  if (Array.isArray(value)) return value.map((one) => renamed(one, change));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, one]) => [change(key[0]) + key.slice(1), renamed(one, change)]));
}

// A time of the virtual clock, in seconds.
const time = (seconds) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000).toISOString().replace(".000Z", "Z");

export class Refused extends Error {
  constructor(error, cause) {
    super(cause);
    this.error = error;
  }
}

export class Services {
  constructor(script) {
    this.script = script;
    // When the execution that calls started, and the time since then, in seconds.
    this.start = 0;
    this.now = () => 0;
    this.calls = [];
    // The effects of runs: `computed <run id>`, `loaded <run id>`, `refreshed <sql>`, `ingested <id>`, `mail`.
    this.rows = [];
    this.happened = new Map();
    this.manifests = new Map(Object.entries(script.manifests ?? {}));
    this.times = new Map(Object.entries(script.times ?? {}));
    this.loaded = new Set(script.loaded ?? []);
    this.complete = script.complete ?? "";
    this.statements = new Map();
    this.counts = { statements: 0, queries: 0 };
    this.byToken = new Map();
    this.ingestions = new Map();
    this.limits = [...(script.limits ?? [])];
    this.snapshots = new Set();
  }

  // The response of the service; the call takes effect unless it exceeds the time limit.
  call(action, given, limit) {
    const [service, operation] = MODEL[action] ?? [];
    if (!service) throw new TypeError(`unknown action ${action}`);
    const small = SMALL.has(service);
    if (small && Object.keys(given).some((key) => key[0] !== key[0].toUpperCase())) {
      throw new TypeError(`Step Functions expects ${Object.keys(given)} of ${action} in Pascal case`);
    }
    const parameters = small ? renamed(given, (letter) => letter.toLowerCase()) : given;
    const at = this.happened.get(action) ?? 0;
    this.happened.set(action, at + 1);
    const fault = (this.script[action] ?? [])[at] ?? {};
    const seconds = fault.seconds ?? 0;
    const call = { at: this.now(), action, service, operation, parameters };
    this.calls.push(call);
    const answer = { seconds, error: fault.error, cause: fault.cause ?? "" };
    this.took = undefined;
    if ((!fault.error || fault.taken) && seconds <= limit) {
      try {
        call.result = this[operation](parameters, at);
        answer.result = small || PARTLY.has(operation) ? renamed(call.result, (letter) => letter.toUpperCase()) : call.result;
        answer.seconds = this.took ?? seconds;
      } catch (refused) {
        if (!(refused instanceof Refused)) throw refused;
        answer.error = refused.error;
        answer.cause = refused.message;
      }
    }
    const error = seconds > limit ? "States.Timeout" : answer.error;
    if (error) {
      call.error = error;
      delete call.result;
    }
    return answer;
  }

  StartJobRun({ JobName, Arguments }, at) {
    const run = Arguments["--run_id"];
    if (!this.manifests.has(run)) {
      this.rows.push(`computed ${run}`);
      this.manifests.set(run, this.script.files ?? 1);
      this.times.set(run, time(this.start + this.now()));
    }
    return { Id: `jr_${at}`, JobName, JobRunState: "SUCCEEDED" };
  }

  GetObject({ Key, Range }) {
    const run = /^[a-z0-9_]+\/manifests\/(.+)\.json$/.exec(Key)?.[1];
    if (!this.manifests.has(run)) throw new Refused("S3.NoSuchKeyException", "The specified key does not exist.");
    const entry = { url: "s3://curated/part.parquet", mandatory: true, meta: { content_length: 1 } };
    const entries = Array(this.manifests.get(run)).fill(entry);
    // Formatted like Python's JSON: a space after each colon and comma.
    const spaced = (value) => JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "');
    const columns = this.script.columns ?? { [run]: '["event_id", "row__hash"]' };
    const named = columns[run] ? `"columns": ${entries.length > 0 ? columns[run] : "[]"}, ` : "";
    const left = (this.script.left ?? []).includes(run) ? '"left": true, ' : "";
    const text = `{${named}${left}"entries": ${spaced(entries)}, "strataform": {"dataset": "event"}}\n`;
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(Range);
    return { Body: text.slice(Number(first), Number(last) + 1), ContentRange: `${Range}/${text.length}` };
  }

  StartExecution({ stateMachineArn, name }) {
    this.rows.push(`started ${name}`);
    return { executionArn: `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`, startDate: time(this.start) };
  }

  ListObjectsV2({ Prefix, MaxKeys, ContinuationToken }) {
    const keys = [...this.manifests.keys()].map((run) => `${Prefix}${run}.json`).sort();
    const from = Number(ContinuationToken ?? 0);
    const page = keys.slice(from, from + MaxKeys);
    const written = (key) => this.times.get(key.slice(Prefix.length, -".json".length)) ?? time(0);
    const Contents = page.map((Key) => ({ Key, LastModified: written(Key), Size: 1, StorageClass: "STANDARD" }));
    const answer = { IsTruncated: from + MaxKeys < keys.length, Name: "curated", Prefix, MaxKeys, KeyCount: page.length };
    if (Contents.length > 0) answer.Contents = Contents;
    if (answer.IsTruncated) answer.NextContinuationToken = String(from + MaxKeys);
    return answer;
  }

  // A load is the statements of a transaction: it takes effect as a whole, when it finishes.
  BatchExecuteStatement({ ClientToken, Sqls }) {
    const copy = Sqls.map((sql) => /^COPY [^]*\/manifests\/(.+)\.json'/.exec(sql)?.[1]).find(Boolean);
    const row = Sqls.map((sql) => /^INSERT INTO [^]*__loaded_run" [^]*SELECT\s+'(.+)' AS "run_id",\s+'(.+)' AS "manifest",\s+COUNT[^]*NULLIF\('(.*)', ''\)/.exec(sql)).find(Boolean);
    const [, run, manifest, complete] = row;
    if (!manifest.endsWith(`/${run}.json`) || (copy ?? run) !== run) throw new TypeError(`${copy}, ${run}, ${manifest}`);
    return this.begin("statements", ClientToken, () => {
      if (copy) this.rows.push(`loaded ${copy}`);
      this.loaded.add(run);
      this.complete = complete > this.complete ? complete : this.complete;
    });
  }

  ExecuteStatement({ ClientToken, Sql }) {
    if (!Sql.startsWith("SELECT ")) {
      return this.begin("statements", ClientToken, () => this.rows.push(`refreshed ${Sql}`));
    }
    const asked = /"run_id" IN \((.*)\)$/.exec(Sql)?.[1];
    return this.begin("queries", ClientToken, () => {
      if (asked === undefined) return [[this.complete ? { stringValue: this.complete } : { isNull: true }]];
      const runs = asked.split(", ").map((literal) => /^'([^']+)'$/.exec(literal)[1]);
      return runs.filter((run) => this.loaded.has(run)).map((run) => [{ stringValue: run }]);
    });
  }

  // A known token returns the statement that it started, whatever its outcome.
  begin(kind, token, what) {
    if (!this.byToken.has(token)) {
      const at = this.counts[kind]++;
      const outcome = (this.script[kind] ?? [])[at] ?? {};
      const id = `${kind === "queries" ? "1" : "0"}0000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
      this.statements.set(id, { what, looks: outcome.looks ?? 1, error: outcome.error, aborted: outcome.aborted });
      this.byToken.set(token, id);
    }
    return { Id: this.byToken.get(token) };
  }

  DescribeStatement({ Id }) {
    const one = this.statements.get(Id);
    if (!one) throw new Refused("RedshiftData.ResourceNotFoundException", "Query does not exist.");
    if (one.looks > 0) {
      one.looks -= 1;
      return { Id, Status: one.looks > 0 ? "PICKED" : "STARTED" };
    }
    if (one.aborted) return { Id, Status: "ABORTED" };
    if (one.error) return { Id, Status: "FAILED", Error: one.error };
    if (!one.done) one.records = one.what();
    one.done = true;
    return { Id, Status: "FINISHED" };
  }

  GetStatementResult({ Id }) {
    const one = this.statements.get(Id);
    if (!one?.done) throw new Refused("RedshiftData.ResourceNotFoundException", "Query does not have result.");
    return { Records: one.records, TotalNumRows: one.records.length };
  }

  CreateIngestion({ DataSetId, IngestionId }) {
    const id = `${DataSetId}/${IngestionId}`;
    if (this.ingestions.has(id)) throw new Refused("QuickSight.ResourceExistsException", "It exists.");
    this.ingestions.set(id, { looks: 1, ...this.script.ingestions?.[DataSetId] });
    return { IngestionId, IngestionStatus: "INITIALIZED", Status: 201 };
  }

  DescribeIngestion({ DataSetId, IngestionId }) {
    const one = this.ingestions.get(`${DataSetId}/${IngestionId}`);
    if (!one) throw new Refused("QuickSight.ResourceNotFoundException", "There is none.");
    const made = { Arn: "arn:aws:quicksight:x", IngestionId, CreatedTime: 0 };
    if (one.looks-- > 0) return { Ingestion: { ...made, IngestionStatus: "RUNNING" }, Status: 200 };
    const IngestionStatus = one.status ?? "COMPLETED";
    if (!one.done && IngestionStatus === "COMPLETED") this.rows.push(`ingested ${DataSetId}`);
    one.done = true;
    const error = one.error ? { ErrorInfo: one.error } : {};
    return { Ingestion: { ...made, IngestionStatus, ...error }, Status: 200 };
  }

  ListUsageLimits({ resourceArn, usageType }) {
    const usageLimits = this.limits.filter((one) => one.resourceArn === resourceArn && one.usageType === usageType);
    // The model does not allow an empty list.
    return usageLimits.length > 0 ? { usageLimits } : {};
  }

  CreateUsageLimit(limit) {
    const same = (one) => one.resourceArn === limit.resourceArn && one.period === limit.period;
    if (this.limits.some(same)) throw new Refused("RedshiftServerless.ConflictException", "There is one.");
    const usageLimit = { ...limit, usageLimitId: `limit-${this.limits.length}` };
    this.limits.push(usageLimit);
    this.rows.push(`limited to ${limit.amount}, ${limit.breachAction}`);
    return { usageLimit };
  }

  UpdateUsageLimit({ usageLimitId, amount, breachAction }) {
    const usageLimit = this.limits.find((one) => one.usageLimitId === usageLimitId);
    if (!usageLimit) throw new Refused("RedshiftServerless.ResourceNotFoundException", "There is none.");
    Object.assign(usageLimit, { amount, breachAction });
    this.rows.push(`limited to ${amount}, ${breachAction}`);
    return { usageLimit };
  }

  ListExecutions({ stateMachineArn, maxResults }) {
    const of = (one) => `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${one.name}`;
    const executions = this.open().slice(0, maxResults).map((one) => ({
      executionArn: of(one), stateMachineArn, name: one.name, status: "RUNNING", startDate: one.at,
    }));
    return { executions };
  }

  DescribeExecution({ executionArn }) {
    const one = this.open().find(({ name }) => executionArn.endsWith(`:${name}`));
    if (!one) throw new Refused("Sfn.ExecutionDoesNotExistException", "It does not exist.");
    const stateMachineArn = executionArn.replace(":execution:", ":stateMachine:").replace(/:[^:]*$/, "");
    const input = JSON.stringify(one.input);
    return { executionArn, stateMachineArn, status: "RUNNING", startDate: one.at, input };
  }

  open() {
    return this.script.executions ?? [];
  }

  CreateSnapshot({ snapshotName, namespaceName, retentionPeriod }) {
    if (this.snapshots.has(snapshotName)) throw new Refused("RedshiftServerless.ConflictException", "It exists.");
    this.snapshots.add(snapshotName);
    this.rows.push(`snapshot ${snapshotName} of ${namespaceName} for ${retentionPeriod} days`);
    return { snapshot: { snapshotName, namespaceName, status: "CREATING" } };
  }

  Publish() {
    this.rows.push("mail");
    return { MessageId: "00000000-0000-4000-8000-000000000000" };
  }
}
