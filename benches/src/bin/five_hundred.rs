//! Builds 500 resources and writes their template, as a process of its own.
//!
//! In: the path of the file. Out: the template in the fewest bytes, and on standard output how many
//! nanoseconds it took to build and to serialise it, without the writing, and the most KiB of memory
//! that the process had.

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

/// What the kernel says; a parent that measures its children counts itself before it becomes one.
fn peak() -> Result<String, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    Ok(line
        .and_then(|line| line.split_whitespace().next())
        .ok_or("no VmHWM in /proc/self/status")?
        .to_owned())
}
