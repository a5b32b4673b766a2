//! `gen put`, `gen run` and `gen query`: data in, a job, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value};
use strataform::deploy::{Answer, Fault, connection, observe};
use strataform::diagnostic::did_you_mean;
use strataform::model::{Dataset, Source, Type};
use strataform_sdk::{Cell, Record, Warehouse};

use super::super::outcome::{Fail, Outcome};
use super::super::view::human;
use super::show::{Show, json_line};
use super::target::{Session, Target};
use super::{faults, interruptible};

/// Put rows of a file into the stream of a dataset.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Put {
    /// The dataset.
    dataset: String,
    /// NDJSON (a JSON object a line), or CSV with a header where the name ends in .csv.
    file: PathBuf,
    /// The platform: a file, its folder or its name; may be left out where there is one.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// Run the job of a dataset, and follow it to its end.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Run {
    /// The dataset.
    dataset: String,
    /// The run's id: the same one never commits twice; one of the present second where it is left out.
    #[arg(long = "run-id", value_name = "ID")]
    id: Option<String>,
    /// The first hour in which records arrived, 2026-03-01T05; what is new where it is left out.
    #[arg(long, value_name = "HOUR", requires = "to")]
    from: Option<String>,
    /// The hour after the last one.
    #[arg(long, value_name = "HOUR", requires = "from")]
    to: Option<String>,
    /// The platform: a file, its folder or its name; may be left out where there is one.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// Ask the warehouse.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Query {
    /// The statement.
    sql: String,
    /// How to show the rows.
    #[arg(long, value_enum, default_value_t)]
    format: Rows,
    /// At most so many rows.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    /// The platform: a file, its folder or its name; may be left out where there is one.
    #[arg(long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
}

/// How rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Rows {
    /// Columns side by side.
    #[default]
    Table,
    /// CSV with a header.
    Csv,
    /// A JSON object a line.
    Json,
}

/// What `PutRecords` takes at once: 500 records, and 5 MiB in every region.
const RECORDS: usize = 500;
const BATCH: usize = 5 * 1_024 * 1_024;
/// What a record may hold, its key included.
const RECORD: usize = 1_024 * 1_024;
/// How often refused records are sent again.
const TRIES: u32 = 12;
/// So many faults of a file are shown.
const SHOWN: usize = 20;

/// The dataset of that name.
fn dataset<'a>(session: &'a Session, name: &str) -> Result<&'a Dataset, Fail> {
    let known = session.platform.datasets.iter().map(|one| one.name.as_str());
    session.platform.dataset(name).ok_or_else(|| {
        Fail::usage(format!("{} has no dataset `{name}`", session.platform.name), did_you_mean(name, known))
    })
}

pub(in crate::cli) fn put(arguments: &Put) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.target.output);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let dataset = dataset(&session, &arguments.dataset)?;
    if !matches!(dataset.source, Source::Stream) {
        return Err(Fail::refused(
            format!("records of {} do not come through a stream", dataset.name),
            format!("it reads files: drop them in the raw bucket below {}/", dataset.name),
        ));
    }
    // A file is looked at wholly before anything is sent: half of it in a stream cannot be taken back.
    let (count, bytes) = read(&arguments.file, dataset, &mut |_| Ok(()))?;
    let stream = session.context().dataset_name(&dataset.name);
    let bar = bar(&show, count);
    let mut sender = Sender {
        session: &session,
        stream: &stream,
        bar,
        batch: Vec::new(),
        size: 0,
        again: 0,
        stop: &interruptible(),
    };
    let start = Instant::now();
    let sent = read(&arguments.file, dataset, &mut |record| sender.add(record)).and_then(|_| sender.flush());
    sender.bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64().max(0.001);
    match sent {
        Err(Fail::Deploy(fault)) => return faults(&session, &show, &[*fault]),
        other => other?,
    }
    if show.is_json() {
        json_line(&serde_json::json!({
            "event": "put", "stream": stream, "records": count, "bytes": bytes, "retried": sender.again, "seconds": seconds,
        }))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let (rate, megabytes) = (count as f64 / seconds, bytes as f64 / 1e6 / seconds);
    let again = if sender.again == 0 {
        String::new()
    } else {
        format!(", {} sent again", human::count(sender.again, "record"))
    };
    show.line(&format!(
        "{} ({}) into {stream} in {seconds:.1} s: {rate:.0} a second, {megabytes:.2} MB/s{again}",
        human::count(count, "record"),
        human::size(bytes),
    ))?;
    Ok(Outcome::Done)
}

fn bar(show: &Show, count: usize) -> ProgressBar {
    if show.is_json() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64);
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {per_sec} {eta}");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

/// Reads every record of a file, and gives how many there are and their bytes.
fn read(
    path: &Path,
    dataset: &Dataset,
    each: &mut dyn FnMut(Record) -> Result<(), Fail>,
) -> Result<(usize, u64), Fail> {
    let unreadable = |error: io::Error| Fail::refused(format!("cannot read {}: {error}", path.display()), "");
    let file = File::open(path).map_err(unreadable)?;
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let (mut count, mut bytes, mut wrong) = (0, 0, Vec::new());
    let mut take = |line: usize, found: Result<Record, String>| -> Result<(), Fail> {
        match found {
            Ok(record) => {
                count += 1;
                bytes += record.data.len() as u64;
                if wrong.is_empty() { each(record) } else { Ok(()) }
            }
            Err(fault) => {
                wrong.push(format!("{}:{line}: {fault}", path.display()));
                Ok(())
            }
        }
    };
    if is_csv {
        let mut rows = csv::Reader::from_reader(file);
        let header = rows
            .headers()
            .map_err(|error| Fail::refused(format!("{}: {error}", path.display()), ""))?
            .clone();
        known(path, &header, dataset)?;
        for row in rows.records() {
            let (line, found) = match row {
                Ok(row) => (row.position().map_or(0, csv::Position::line), of_row(&header, &row, dataset)),
                Err(error) => (error.position().map_or(0, csv::Position::line), Err(error.to_string())),
            };
            take(usize::try_from(line).unwrap_or(usize::MAX), found)?;
        }
    } else {
        for (at, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(unreadable)?;
            if !line.trim().is_empty() {
                take(at + 1, of_line(&line, dataset))?;
            }
        }
    }
    if wrong.is_empty() {
        return Ok((count, bytes));
    }
    let more = wrong.len().saturating_sub(SHOWN);
    wrong.truncate(SHOWN);
    let more = if more == 0 { String::new() } else { format!("\n       and {more} more") };
    Err(Fail::refused(wrong.join("\n       ") + &more, "nothing was sent"))
}

/// Refuses columns that the dataset has not.
fn known(path: &Path, header: &csv::StringRecord, dataset: &Dataset) -> Result<(), Fail> {
    let names = || dataset.columns.iter().map(|column| column.name.as_str());
    let unknown: Vec<&str> = header.iter().filter(|name| dataset.column(name).is_none()).collect();
    match unknown.first() {
        None => Ok(()),
        Some(name) => Err(Fail::refused(
            format!("{}: {} has no column `{}`", path.display(), dataset.name, unknown.join("`, `")),
            did_you_mean(name, names()),
        )),
    }
}

fn of_line(line: &str, dataset: &Dataset) -> Result<Record, String> {
    match serde_json::from_str(line) {
        Ok(Value::Object(fields)) => record(&fields, line.trim().as_bytes().to_vec(), dataset),
        Ok(_) => Err("this is no JSON object".to_owned()),
        Err(error) => Err(format!("this is no JSON: {error}")),
    }
}

/// A row as a JSON object: numbers, truth and JSON as such; an empty cell is none.
fn of_row(header: &csv::StringRecord, row: &csv::StringRecord, dataset: &Dataset) -> Result<Record, String> {
    let mut fields = Map::new();
    for (name, cell) in header.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
        let Some(column) = dataset.column(name) else { continue };
        let parsed = || serde_json::from_str::<Value>(cell).ok();
        let value = match column.data_type {
            Type::Integer | Type::Bigint | Type::Decimal { .. } | Type::Double => {
                parsed().filter(Value::is_number).ok_or_else(|| format!("{name}: `{cell}` is no number"))?
            }
            Type::Boolean => parsed()
                .filter(Value::is_boolean)
                .ok_or_else(|| format!("{name}: `{cell}` is neither true nor false"))?,
            Type::Json => parsed().ok_or_else(|| format!("{name}: this is no JSON"))?,
            _ => Value::String(cell.to_owned()),
        };
        fields.insert(name.to_owned(), value);
    }
    let data = serde_json::to_vec(&fields).map_err(|error| error.to_string())?;
    record(&fields, data, dataset)
}

/// Records of one key go to one shard, and so stay in their order. One without its key is sent as well: the job says
/// of it what is wrong, and keeps it in quarantine.
fn record(fields: &Map<String, Value>, data: Vec<u8>, dataset: &Dataset) -> Result<Record, String> {
    let key = dataset.key.iter().map(|name| match fields.get(name.as_str()) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => String::new(),
        Some(other) => other.to_string(),
    });
    let mut key = key.collect::<Vec<_>>().join("|");
    if let Some((end, _)) = key.char_indices().nth(256) {
        key.truncate(end);
    }
    if key.is_empty() {
        "-".clone_into(&mut key);
    }
    if data.len() + key.len() > RECORD {
        return Err(format!("it has {} bytes, and a stream takes {RECORD}", data.len()));
    }
    Ok(Record { key, data })
}

/// Sends records in batches, and those that were refused again.
struct Sender<'a> {
    session: &'a Session,
    stream: &'a str,
    bar: ProgressBar,
    batch: Vec<Record>,
    size: usize,
    again: usize,
    stop: &'a AtomicBool,
}

impl Sender<'_> {
    fn add(&mut self, record: Record) -> Result<(), Fail> {
        let size = record.data.len() + record.key.len();
        if self.batch.len() == RECORDS || self.size + size > BATCH {
            self.flush()?;
        }
        self.size += size;
        self.batch.push(record);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Fail> {
        let batch = std::mem::take(&mut self.batch);
        self.size = 0;
        let mut left: Vec<&Record> = batch.iter().collect();
        let mut pause = Duration::from_millis(100);
        for attempt in 0.. {
            if left.is_empty() {
                break;
            }
            if self.stop.load(Ordering::Relaxed) {
                return Err(self.stopped("stopped"));
            }
            let refused = self.session.aws.put_records(self.stream, &left).map_err(Fault::from)?;
            self.bar.inc((left.len() - refused.len()) as u64);
            self.again += refused.len();
            if let Some(first) = refused.first().filter(|_| attempt >= TRIES) {
                return Err(self.stopped(&format!(
                    "{} refuses records: {} ({})",
                    self.stream, first.message, first.code
                )));
            }
            let places: BTreeSet<usize> = refused.iter().map(|one| one.index).collect();
            left = left
                .into_iter()
                .enumerate()
                .filter(|(at, _)| places.contains(at))
                .map(|(_, one)| one)
                .collect();
            if !left.is_empty() {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_secs(5));
            }
        }
        Ok(())
    }

    /// How far it came: whoever sends again needs to know.
    fn stopped(&self, summary: &str) -> Fail {
        let taken = self.bar.position();
        let reason = strataform::deploy::Reason::Failed;
        Fault::new(strataform::deploy::SERVICE, reason, summary)
            .because(format!("the stream took {taken} records before"))
            .help("sending the file again is safe: rows are merged by their key")
            .into()
    }
}

impl From<Fault> for Fail {
    fn from(fault: Fault) -> Self {
        Self::Deploy(Box::new(fault))
    }
}

pub(in crate::cli) fn run(arguments: &Run) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.target.output);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let dataset = dataset(&session, &arguments.dataset)?;
    let job = session.context().dataset_name(&dataset.name);
    let run_id = arguments.id.clone().unwrap_or_else(strataform::deploy::run_id);
    let mut given = BTreeMap::from([("--run_id".to_owned(), run_id.clone())]);
    given.extend(arguments.from.iter().map(|hour| ("--from".to_owned(), hour.clone())));
    given.extend(arguments.to.iter().map(|hour| ("--to".to_owned(), hour.clone())));
    let started = session.aws.start_job(&job, &given).map_err(Fault::from);
    let id = match started {
        Ok(id) => id,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    show.note(&format!("job {job} runs as {run_id} ({id})"))?;
    match follow(&session, &show, &job, &id, &interruptible()) {
        Ok(ended) => ran(&session, &show, dataset, &run_id, &ended),
        Err(fault) => faults(&session, &show, &[fault]),
    }
}

fn follow(
    session: &Session,
    show: &Show,
    job: &str,
    id: &str,
    stop: &AtomicBool,
) -> Result<strataform_sdk::JobRun, Fault> {
    let mut state = String::new();
    let mut pause = Duration::from_millis(200);
    loop {
        match session.aws.job_run(job, id) {
            Ok(run) => {
                if run.state != state {
                    state.clone_from(&run.state);
                    let _ = show.note(&state);
                }
                if matches!(
                    state.as_str(),
                    "SUCCEEDED" | "FAILED" | "STOPPED" | "TIMEOUT" | "ERROR" | "EXPIRED"
                ) {
                    return Ok(run);
                }
            }
            // The job goes on, whether or not we hear of it.
            Err(fault) if fault.is_passing() => {}
            Err(fault) => return Err(fault.into()),
        }
        if stop.load(Ordering::Relaxed) {
            return Err(Fault::new(
                strataform::deploy::INTERRUPTED,
                strataform::deploy::Reason::Interrupted,
                "stopped",
            )
            .because(format!("run {id} of job {job} goes on in AWS"))
            .help("the same --run_id never commits twice, so running it again does no harm"));
        }
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_secs(5));
    }
}

/// What came of a run: what Glue says, and what the job committed.
fn ran(
    session: &Session,
    show: &Show,
    dataset: &Dataset,
    run_id: &str,
    run: &strataform_sdk::JobRun,
) -> Result<Outcome, Fail> {
    if run.state != "SUCCEEDED" {
        let job = session.context().dataset_name(&dataset.name);
        let fault = Fault::failed(strataform::deploy::SERVICE, format!("job {job} is {}", run.state))
            .because(if run.error.is_empty() {
                "Glue does not say why".to_owned()
            } else {
                run.error.clone()
            })
            .help(format!(
                "its log is in /strataform/{}/jobs; nothing was committed, so run it again",
                session.context().prefix()
            ));
        return faults(session, show, &[fault]);
    }
    let metrics = committed(session, dataset, run_id);
    if show.is_json() {
        json_line(&serde_json::json!({
            "event": "ran", "run_id": run_id, "id": run.id, "state": run.state, "seconds": run.seconds,
            "dpu_seconds": run.dpu_seconds, "workers": run.workers, "worker_type": run.worker_type, "metrics": metrics,
        }))?;
    }
    let workers =
        run.workers.map_or_else(String::new, |count| format!(", {count} workers of {}", run.worker_type));
    let dpu = run.dpu_seconds.map_or_else(String::new, |dpu| format!(", {dpu:.0} DPU seconds"));
    show.line(&format!("SUCCEEDED in {} s{workers}{dpu}", run.seconds))?;
    match metrics {
        Some(Value::Object(metrics)) => {
            for (name, value) in metrics.iter().filter(|(_, value)| value.is_number()) {
                show.line(&format!("  {name:<20} {value}"))?;
            }
        }
        _ => show.note("the run committed nothing: no manifest of it is in the curated bucket")?,
    }
    Ok(Outcome::Done)
}

/// The metrics in the manifest that a run committed, where it did and we may read it.
fn committed(session: &Session, dataset: &Dataset, run_id: &str) -> Option<Value> {
    let name = strataform::deploy::stack_name(
        session.platform.name.as_str(),
        session.environment().name.as_str(),
        "storage",
    );
    let storage = session.aws.stack(&name).ok()??;
    let bucket = storage.outputs.get("CuratedBucketName")?;
    let key = format!("{}/manifests/{run_id}.json", dataset.name);
    let found = session.aws.object(&session.identity.account, bucket, &key).ok()??;
    let manifest: Value = serde_json::from_slice(&found.bytes).ok()?;
    manifest.get("strataform")?.get("metrics").cloned()
}

pub(in crate::cli) fn query(arguments: &Query) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.target.output);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let stop = interruptible();
    let answered = warehouse(&session).and_then(|warehouse| {
        strataform::deploy::query(&session.aws, &warehouse, &arguments.sql, arguments.limit, &stop)
    });
    match answered {
        Ok(answer) => {
            rows(&answer, if show.is_json() { Rows::Json } else { arguments.format }).map(|()| Outcome::Done)
        }
        Err(fault) => faults(&session, &show, &[fault]),
    }
}

fn warehouse(session: &Session) -> Result<Warehouse, Fault> {
    let (platform, environment) = (session.platform.name.as_str(), session.environment().name.as_str());
    let store = session.store();
    let observed = observe(&session.aws, &store, &session.identity.account, platform, environment)?;
    let absent = || {
        Fault::refused(strataform::deploy::ABSENT, format!("{} has no warehouse yet", session.title()))
            .help("deploy it with `gen deploy`")
    };
    let record =
        observed.head.as_ref().map(|head| head.deployed.as_ref().unwrap_or(&head.last)).ok_or_else(absent)?;
    let assembly = store.assembly(&record.assembly)?;
    connection(&session.aws, &assembly, &observed.outputs())?.ok_or_else(absent)
}

fn rows(answer: &Answer, format: Rows) -> Result<(), Fail> {
    if answer.columns.is_empty() {
        let changed = answer.changed.map_or_else(|| "done".to_owned(), |rows| format!("done, {rows} rows"));
        return Ok(human::note(&changed)?);
    }
    match format {
        Rows::Table => table(answer)?,
        Rows::Csv => {
            let mut out = csv::Writer::from_writer(io::stdout().lock());
            let failed = |error: csv::Error| Fail::Output(io::Error::other(error.to_string()));
            out.write_record(&answer.columns).map_err(failed)?;
            for row in &answer.rows {
                out.write_record(row.iter().map(text)).map_err(failed)?;
            }
            out.flush()?;
        }
        Rows::Json => {
            for row in &answer.rows {
                let object: Map<String, Value> =
                    answer.columns.iter().cloned().zip(row.iter().map(value)).collect();
                human::raw(format!("{}\n", Value::Object(object)).as_bytes())?;
            }
        }
    }
    if answer.more {
        human::note(&format!(
            "only the first {} are shown; say --limit for more",
            human::count(answer.rows.len(), "row")
        ))?;
    }
    Ok(())
}

fn table(answer: &Answer) -> Result<(), Fail> {
    let shown: Vec<Vec<String>> = answer
        .rows
        .iter()
        .map(|row| row.iter().map(|cell| text(cell).replace(['\n', '\t'], " ")).collect())
        .collect();
    let width = |at: usize| {
        let cells = shown.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
        cells.chain(answer.columns.get(at).map(|name| name.chars().count())).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..answer.columns.len()).map(width).collect();
    let numbers: Vec<bool> = (0..answer.columns.len())
        .map(|at| {
            answer
                .rows
                .iter()
                .filter_map(|row| row.get(at))
                .all(|cell| matches!(cell, Cell::Long(_) | Cell::Double(_) | Cell::Null))
        })
        .collect();
    let line = |cells: &[String]| {
        let cells = cells.iter().enumerate().map(|(at, cell)| {
            let width = widths.get(at).copied().unwrap_or_default();
            if numbers.get(at) == Some(&true) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    human::line(&line(&answer.columns))?;
    human::line(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  "))?;
    for row in &shown {
        human::line(&line(row))?;
    }
    Ok(())
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Long(number) => number.to_string(),
        Cell::Double(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Boolean(truth) => (*truth).into(),
        Cell::Long(number) => (*number).into(),
        Cell::Double(number) => (*number).into(),
        Cell::Text(text) => text.clone().into(),
    }
}
