//! The floor of `gen synth`: only serializing and writing the same bytes.
//!
//! In: the folder of assemblies that `gen synth` wrote, and a folder to write to. Out: one line of JSON on standard
//! output with seconds, bytes and files. Reading and parsing come first and are not counted: JSON files are parsed
//! values, all others are bytes. The result is the minimum of several rounds, each into an empty folder.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

const ROUNDS: usize = 5;

/// The content of a file that was read before.
enum Content {
    Json(Value),
    Other(Vec<u8>),
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: floor FROM TO".into());
    };
    let mut files = Vec::new();
    read(&from, Path::new(""), &mut files)?;
    let (mut least, mut bytes) = (Duration::MAX, 0);
    for _ in 0..ROUNDS {
        if to.exists() {
            fs::remove_dir_all(&to)?;
        }
        let start = Instant::now();
        bytes = write(&to, &files)?;
        least = least.min(start.elapsed());
    }
    let (seconds, files) = (least.as_secs_f64(), files.len());
    writeln!(std::io::stdout(), "{{\"seconds\": {seconds}, \"bytes\": {bytes}, \"files\": {files}}}")?;
    Ok(())
}

fn read(root: &Path, below: &Path, files: &mut Vec<(PathBuf, Content)>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(root.join(below))? {
        let path = below.join(entry?.file_name());
        if root.join(&path).is_dir() {
            read(root, &path, files)?;
            continue;
        }
        let bytes = fs::read(root.join(&path))?;
        let content = match path.extension() {
            Some(extension) if extension == "json" => Content::Json(serde_json::from_slice(&bytes)?),
            _ => Content::Other(bytes),
        };
        files.push((path, content));
    }
    Ok(())
}

fn write(to: &Path, files: &[(PathBuf, Content)]) -> Result<usize, Box<dyn Error>> {
    let mut written = 0;
    for (path, content) in files {
        let path = to.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let text;
        let bytes = match content {
            Content::Json(value) => {
                text = serde_json::to_string_pretty(value)?;
                text.as_bytes()
            }
            Content::Other(bytes) => bytes,
        };
        fs::write(path, bytes)?;
        written += bytes.len();
    }
    Ok(written)
}
