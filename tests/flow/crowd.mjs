// Many executions of one state machine at the same time, in virtual time, with one job that runs once at a time.
//
// A crowd has `arrivals` (when files arrive, in seconds), `seconds` (the duration of a job run), and either `executions`
// (when executions start, in seconds, and their input) or `queue` (the delay of a FIFO queue and the seconds in which it
// drops equal messages), which starts an execution for each message. A job run reads the files that are there when it
// starts.
import { Refused, Services } from "./services.mjs";

const EPOCH = Date.parse("2026-03-01T00:00:00Z");

// When a queue delivers its messages: it drops those that are sent while it remembers an equal one.
function delivered(arrivals, { delay, drops }) {
  const times = [];
  let sent = -Infinity;
  for (const at of arrivals) {
    if (at < sent + drops) continue;
    sent = at;
    times.push(sent + delay);
  }
  return times;
}

export class Crowd extends Services {
  constructor(script) {
    super({});
    this.now = () => this.clock;
    this.clock = 0;
    this.sleepers = [];
    this.awake = 0;
    this.seconds = script.seconds;
    this.arrivals = [...script.arrivals].sort((one, other) => one - other);
    const starts = script.queue
      ? delivered(this.arrivals, script.queue).map((at) => ({ at, input: [{}] }))
      : script.executions;
    this.starts = starts.map((one, at) => ({ name: `e${at}`, ...one }));
    this.running = [];
    this.read = 0;
    this.busy = -Infinity;
    this.runs = [];
  }

  time(at = this.clock) {
    return new Date(EPOCH + Math.round(at * 1000)).toISOString();
  }

  // Time passes when no execution has anything left to do.
  sleep(seconds) {
    const until = this.clock + seconds;
    return new Promise((wake) => {
      this.sleepers.push({ until, wake });
      this.rest();
    });
  }

  rest() {
    this.awake -= 1;
    if (this.awake > 0 || this.sleepers.length === 0) return;
    this.clock = this.sleepers.reduce((least, one) => Math.min(least, one.until), Infinity);
    const due = this.sleepers.filter((one) => one.until === this.clock);
    this.sleepers = this.sleepers.filter((one) => one.until !== this.clock);
    this.awake = due.length;
    for (const one of due) one.wake();
  }

  open() {
    const open = this.running.map((one) => ({ ...one, at: this.time(one.at) }));
    return open.sort((one, other) => other.at.localeCompare(one.at));
  }

  StartJobRun(parameters, at) {
    if (this.clock < this.busy) {
      throw new Refused("Glue.ConcurrentRunsExceededException", "Concurrent runs exceeded");
    }
    this.busy = this.clock + this.seconds;
    this.took = this.seconds;
    this.runs.push(this.clock);
    this.read = this.arrivals.filter((one) => one <= this.clock).length;
    return super.StartJobRun(parameters, at);
  }

  async one(begin, execution) {
    await this.sleep(execution.at);
    this.running.push(execution);
    const outcome = await begin(this, execution);
    this.running = this.running.filter((one) => one !== execution);
    this.rest();
    return outcome;
  }

  async run(begin) {
    this.awake = this.starts.length;
    const outcomes = await Promise.all(this.starts.map((execution) => this.one(begin, execution)));
    const statuses = {};
    for (const { status } of outcomes) statuses[status] = (statuses[status] ?? 0) + 1;
    const unread = this.arrivals.length - this.read;
    return { statuses, executions: outcomes.length, runs: this.runs.length, unread, seconds: this.clock, calls: this.calls.slice(0, 100) };
  }
}
