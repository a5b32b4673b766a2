//! Building and serializing, compared with the floor. The binary `ratios` prints ratios.
//!
//! Results are dropped outside of the measurements.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use strataform_benches::floor::{serialize, serialize_values, values};
use strataform_benches::{SIZES, platform};
use strataform_template::TemplateFaults;

fn templates(criterion: &mut Criterion) -> Result<(), TemplateFaults> {
    let mut group = criterion.benchmark_group("templates");
    for size in SIZES {
        let built = platform(size);
        let floor = values(&built)?;
        let json = serialize(&built)?;
        assert_eq!(json, serialize_values(&floor), "the templates and the values of the floor differ");
        group.throughput(Throughput::Bytes(json.iter().map(String::len).sum::<usize>() as u64));
        group.bench_function(BenchmarkId::new("floor", size), |bencher| {
            bencher.iter_with_large_drop(|| serialize_values(black_box(&floor)));
        });
        group.bench_function(BenchmarkId::new("serialize", size), |bencher| {
            bencher.iter_with_large_drop(|| serialize(black_box(&built)));
        });
        group.bench_function(BenchmarkId::new("copy and floor", size), |bencher| {
            bencher.iter_with_large_drop(|| {
                let copy = black_box(&floor).clone();
                (serialize_values(&copy), copy)
            });
        });
        group.bench_function(BenchmarkId::new("build and serialize", size), |bencher| {
            bencher.iter_with_large_drop(|| {
                let built = platform(black_box(size));
                (serialize(&built), built)
            });
        });
    }
    group.finish();
    Ok(())
}

fn main() -> Result<(), TemplateFaults> {
    let mut criterion = Criterion::default().configure_from_args();
    templates(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}
