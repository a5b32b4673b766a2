//! `gen put`: sends a file to the stream or the S3 prefix of a dataset.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use strataform::deploy::{
    DropRequest, Dropped, Fault, PutRequest, QuarantinePolicy, RecordFile, Sent, drop_file, put as send,
};
use strataform::model::{Dataset, Source};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::super::view::human;
use super::show::{Show, json_line};
use super::target::{Session, Target};
use super::{faults, interruptible};

/// Send a file to a dataset: its rows to the stream, or the file itself to the S3 prefix.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Put {
    /// Name of the dataset.
    dataset: String,
    /// File to send; for a stream, NDJSON (one JSON object per line), or CSV with a header if the name ends in .csv.
    file: PathBuf,
    /// Reject a file with rows that the job would quarantine, instead of sending them with a warning.
    #[arg(long)]
    strict: bool,
    /// Platform: a file, its folder or its name; optional if the project has only one.
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// Output format; `json` prints one object per line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

pub(in crate::cli) fn put(arguments: &Put) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let dataset = session.dataset(&arguments.dataset)?;
    match dataset.source {
        Source::Stream => put_rows(arguments, &session, &show, dataset),
        Source::Files { .. } => put_file(arguments, &session, &show, dataset),
    }
}

fn put_rows(arguments: &Put, session: &Session, show: &Show, dataset: &Dataset) -> Result<Outcome, Fail> {
    let policy = if arguments.strict { QuarantinePolicy::Reject } else { QuarantinePolicy::Send };
    let file = match RecordFile::check(&arguments.file, dataset, policy) {
        Ok(file) => file,
        Err(fault) => return faults(session, show, &[fault]),
    };
    warn(show, &arguments.file, &file)?;
    let deployed = session.deployed();
    let stream =
        match deployed.as_ref().map_err(Clone::clone).and_then(|one| one.stream(dataset.name.as_str())) {
            Ok(stream) => stream,
            Err(fault) => return faults(session, show, &[fault]),
        };
    let start = Instant::now();
    match send_rows(session, show, &file, stream) {
        Ok(sent) => {
            report(show, &file, stream, sent, start.elapsed().as_secs_f64())?;
            Ok(Outcome::Done)
        }
        Err(fault) => faults(session, show, &[fault]),
    }
}

/// Warns of rows that the job will quarantine.
fn warn(show: &Show, path: &Path, file: &RecordFile<'_>) -> io::Result<()> {
    let Some(first) = file.quarantined_rows.first() else { return Ok(()) };
    let shown = file.quarantined_rows.iter().map(|one| one.line.to_string()).collect::<Vec<_>>().join(", ");
    let more = if file.quarantined > file.quarantined_rows.len() { ", …" } else { "" };
    show.note(&format!(
        "warning: the job will quarantine {} of {}: lines {shown}{more} (line {}: {}); --strict rejects the file",
        human::count(file.quarantined, "row"),
        path.display(),
        first.line,
        first.cause,
    ))
}

fn put_file(arguments: &Put, session: &Session, show: &Show, dataset: &Dataset) -> Result<Outcome, Fail> {
    let dropped = session.deployed().and_then(|deployed| {
        drop_file(&DropRequest {
            aws: &session.aws,
            account: &session.identity.account,
            deployed: &deployed,
            dataset: deployed.dataset(dataset.name.as_str())?,
            path: &arguments.file,
        })
    });
    let Dropped { url, bytes } = match dropped {
        Ok(dropped) => dropped,
        Err(fault) => return faults(session, show, &[fault]),
    };
    if show.is_json() {
        json_line(&serde_json::json!({ "event": "put", "url": url, "bytes": bytes }))?;
    }
    show.line(&format!("uploaded {} to {url}", human::size(bytes)))?;
    Ok(Outcome::Done)
}

fn send_rows(session: &Session, show: &Show, file: &RecordFile<'_>, stream: &str) -> Result<Sent, Fault> {
    let bar = bar(show, file.records);
    let sent = send(&PutRequest {
        aws: &session.aws,
        stream,
        file,
        stop: &interruptible(),
        on: &|records| bar.set_position(records as u64),
    });
    bar.finish_and_clear();
    sent
}

fn bar(show: &Show, count: usize) -> ProgressBar {
    if show.is_json() || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64);
    let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {per_sec} {eta}");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

fn report(show: &Show, file: &RecordFile<'_>, stream: &str, sent: Sent, seconds: f64) -> Result<(), Fail> {
    let (seconds, bytes) = (seconds.max(0.001), file.bytes);
    if show.is_json() {
        json_line(&serde_json::json!({
            "event": "put", "stream": stream, "records": sent.records, "bytes": bytes, "retried": sent.retried,
            "seconds": seconds,
        }))?;
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let (rate, megabytes) = (sent.records as f64 / seconds, bytes as f64 / 1e6 / seconds);
    let again = if sent.retried == 0 {
        String::new()
    } else {
        format!(", {} retried", human::count(sent.retried, "record"))
    };
    show.line(&format!(
        "sent {} ({}) to {stream} in {seconds:.1} s: {rate:.0} records/s, {megabytes:.2} MB/s{again}",
        human::count(sent.records, "record"),
        human::size(bytes),
    ))?;
    Ok(())
}
