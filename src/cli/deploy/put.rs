//! `gen put`: a file, into the stream or below the prefix of its dataset.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use strataform::deploy::{
    Doubts, DropRequest, Dropped, Fault, PutRequest, RecordFile, Sent, drop_file, put as send,
};
use strataform::model::{Dataset, Source};

use super::super::Format;
use super::super::outcome::{Fail, Outcome};
use super::super::view::human;
use super::show::{Show, json_line};
use super::target::{Session, Target};
use super::{faults, interruptible};

/// Send a file to a dataset: rows to its stream, or the file to its prefix in S3.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Put {
    /// The dataset.
    dataset: String,
    /// For a stream, NDJSON (a JSON object a line), or CSV with a header where the name ends in .csv.
    file: PathBuf,
    /// Refuse a file with rows that the job will not take, instead of sending them with a warning.
    #[arg(long)]
    strict: bool,
    /// The platform: a file, its folder or its name; may be left out where there is one.
    #[arg(short, long, value_name = "NAME")]
    platform: Option<String>,
    #[command(flatten)]
    target: Target,
    /// How to show it; `json` is one object a line.
    #[arg(short, long, value_enum, default_value_t)]
    format: Format,
}

pub(in crate::cli) fn put(arguments: &Put) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.format);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let dataset = session.dataset(&arguments.dataset)?;
    match dataset.source {
        Source::Stream => streamed(arguments, &session, &show, dataset),
        Source::Files { .. } => dropped(arguments, &session, &show, dataset),
    }
}

fn streamed(arguments: &Put, session: &Session, show: &Show, dataset: &Dataset) -> Result<Outcome, Fail> {
    let doubts = if arguments.strict { Doubts::Refused } else { Doubts::Sent };
    let file = match RecordFile::check(&arguments.file, dataset, doubts) {
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
    match sent(session, show, &file, stream) {
        Ok(sent) => {
            told(show, &file, stream, sent, start.elapsed().as_secs_f64())?;
            Ok(Outcome::Done)
        }
        Err(fault) => faults(session, show, &[fault]),
    }
}

/// Says which rows the job will not take.
fn warn(show: &Show, path: &Path, file: &RecordFile<'_>) -> io::Result<()> {
    let Some(first) = file.doubts.first() else { return Ok(()) };
    let shown = file.doubts.iter().map(|one| one.line.to_string()).collect::<Vec<_>>().join(", ");
    let more = if file.doubtful > file.doubts.len() { ", …" } else { "" };
    show.note(&format!(
        "warning: {} of {} will be quarantined by the job: lines {shown}{more} (line {}: {}); --strict refuses the file",
        human::count(file.doubtful, "row"),
        path.display(),
        first.line,
        first.cause,
    ))
}

fn dropped(arguments: &Put, session: &Session, show: &Show, dataset: &Dataset) -> Result<Outcome, Fail> {
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
    show.line(&format!("{} into {url}", human::size(bytes)))?;
    Ok(Outcome::Done)
}

fn sent(session: &Session, show: &Show, file: &RecordFile<'_>, stream: &str) -> Result<Sent, Fault> {
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

fn told(show: &Show, file: &RecordFile<'_>, stream: &str, sent: Sent, seconds: f64) -> Result<(), Fail> {
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
        format!(", {} sent again", human::count(sent.retried, "record"))
    };
    show.line(&format!(
        "{} ({}) into {stream} in {seconds:.1} s: {rate:.0} a second, {megabytes:.2} MB/s{again}",
        human::count(sent.records, "record"),
        human::size(bytes),
    ))?;
    Ok(())
}
