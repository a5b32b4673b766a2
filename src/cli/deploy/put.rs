//! `gen put`: rows of a file, into the stream of their dataset.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use strataform::deploy::{Fault, PutRequest, RecordFile, Sent, has_stream, put as send};

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

pub(in crate::cli) fn put(arguments: &Put) -> Result<Outcome, Fail> {
    let show = Show::new(arguments.target.output);
    let session = Session::open(&arguments.target, arguments.platform.as_deref(), &show)?;
    let dataset = session.dataset(&arguments.dataset)?;
    let checked = has_stream(dataset).and_then(|()| RecordFile::check(&arguments.file, dataset));
    let file = match checked {
        Ok(file) => file,
        Err(fault) => return faults(&session, &show, &[fault]),
    };
    let deployed = session.deployed();
    let stream =
        match deployed.as_ref().map_err(Clone::clone).and_then(|one| one.stream(dataset.name.as_str())) {
            Ok(stream) => stream,
            Err(fault) => return faults(&session, &show, &[fault]),
        };
    let start = Instant::now();
    match sent(&session, &show, &file, stream) {
        Ok(sent) => {
            told(&show, &file, stream, sent, start.elapsed().as_secs_f64())?;
            Ok(Outcome::Done)
        }
        Err(fault) => faults(&session, &show, &[fault]),
    }
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
