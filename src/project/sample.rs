//! The size of the records in the sample of a platform.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use strataform_input as input;

use super::{Fault, folder_of};
use crate::model::{Dataset, Platform, RecordSize};

/// The name of the folder next to a platform file that holds a sample of each dataset.
pub const SAMPLE_FOLDER: &str = "sample";

/// The extensions of a sample of JSON records, one a line, in the order in which they are looked for.
const EXTENSIONS: [&str; 2] = ["ndjson", "jsonl"];

/// The most bytes of a sample that are read, so that a large one costs no time.
const MOST: u64 = 1 << 20;

/// Sets the record size of each stream for which the platform file sets none: the mean of the records in
/// `sample/DATASET.ndjson` (or `.jsonl`) next to the file, if it exists.
///
/// Only the first MiB is read, up to its last whole record.
///
/// # Errors
/// A sample that exists and cannot be read.
pub fn measure_records(file: &Path, platform: &mut Platform) -> Result<(), Fault> {
    let platform_folder = folder_of(file);
    let folder = platform_folder.join(SAMPLE_FOLDER);
    let unknown = |one: &&mut Dataset| one.source.has_stream() && one.record_size == RecordSize::Assumed;
    for dataset in platform.datasets.iter_mut().filter(unknown) {
        let places = EXTENSIONS.map(|extension| folder.join(format!("{}.{extension}", dataset.name)));
        let Some(path) = places.into_iter().find(|path| path.is_file()) else { continue };
        match input::stays_in(platform_folder, &path).and_then(|()| measure(&path)) {
            Ok(Some(size)) => dataset.record_size = size,
            Ok(None) => {}
            Err(source) => return Err(Fault::Unreadable { path, source }),
        }
    }
    Ok(())
}

/// The mean size of the records at the beginning of a file.
fn measure(path: &Path) -> io::Result<Option<RecordSize>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() as u64 > MOST;
    let whole = match bytes.iter().rposition(|byte| *byte == b'\n') {
        // What follows the last line break is only a part of a record.
        Some(end) if is_cut => bytes.get(..end).unwrap_or_default(),
        None if is_cut => &[],
        Some(_) | None => &bytes,
    };
    let records = whole.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|one| !one.is_empty());
    let (total, count) =
        records.fold((0_u64, 0_u64), |(total, count), one| (total + one.len() as u64, count + 1));
    Ok(RecordSize::mean(total, count))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;
    use crate::model::fixture;

    fn measured(sample: &[u8]) -> RecordSize {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join(SAMPLE_FOLDER)).unwrap();
        fs::write(folder.path().join("sample/orders.ndjson"), sample).unwrap();
        let mut platform = fixture::platform();
        measure_records(&folder.path().join("platform.toml"), &mut platform).unwrap();
        platform.datasets[0].record_size
    }

    #[test]
    fn records_are_measured_without_line_breaks_and_blank_lines() {
        let size = measured(b"{\"a\":1}\r\n\n{\"a\":1234}\n");
        assert_eq!(size, RecordSize::Measured { bytes: 9, records: 2 });
        assert_eq!(measured(b"{\"a\":1}"), RecordSize::Measured { bytes: 7, records: 1 });
        assert_eq!(measured(b"\n\n"), RecordSize::Assumed);
    }

    #[test]
    fn a_large_sample_is_read_up_to_its_last_whole_record_in_the_limit() {
        let mut line = vec![b'x'; 999];
        line.push(b'\n');
        let mut sample = line.repeat(1_100);
        sample.extend(vec![b'y'; 5_000_000]);
        assert_eq!(measured(&sample), RecordSize::Measured { bytes: 999, records: 1_048 });
        assert_eq!(measured(&vec![b'z'; 3_000_000]), RecordSize::Assumed);
    }

    #[test]
    fn what_the_file_sets_is_kept_and_files_are_not_streams() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join(SAMPLE_FOLDER)).unwrap();
        for name in ["orders", "customers"] {
            fs::write(folder.path().join(format!("sample/{name}.ndjson")), "{\"a\":1}\n").unwrap();
        }
        let mut platform = fixture::platform();
        platform.datasets[0].record_size = RecordSize::Declared(300);
        measure_records(&folder.path().join("platform.toml"), &mut platform).unwrap();
        assert_eq!(platform.datasets[0].record_size, RecordSize::Declared(300));
        assert_eq!(platform.datasets[1].record_size, RecordSize::Assumed);
    }
}
