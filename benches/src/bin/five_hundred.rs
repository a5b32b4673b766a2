//! Builds 500 resources and writes their template, as a separate process.
//!
//! In: the path of the file. Out: the template as compact JSON and, on standard output, the nanoseconds that building
//! and serializing took, without writing, and the peak memory of the process in KiB.

use std::error::Error;
use std::io::Write;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: five_hundred FILE")?;
    let start = Instant::now();
    let templates = strataform_benches::platform(strataform_benches::PER_TEMPLATE);
    let [template] = templates.as_slice() else {
        return Err("500 resources fit into one template".into());
    };
    let json = template.to_json_compact()?;
    let taken = start.elapsed();
    std::fs::write(path, json)?;
    writeln!(std::io::stdout(), "{} {}", taken.as_nanos(), peak()?)?;
    Ok(())
}

/// The peak from the kernel; a parent that measures its children would count itself before `exec`.
fn peak() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmHWM in /proc/self/status")?
        .to_owned())
}
