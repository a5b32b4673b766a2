//! The script is valid Python whatever the dataset contains, and does the right thing on real Spark.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::model::{Derived, Expression, Identifier, Platform, Sensitivity, fixture};

/// Text that ends a literal, a comment, a template or a statement in some language.
const HOSTILE: &str =
    "a'\"\\ \"\"\" ''' {{py x}} ${y} {% %} \u{2028}\u{85}\r\n# é 🦀 `); import os; os.abort() --";

fn id(text: &str) -> Identifier {
    Identifier::new(text).expect("names in tests are valid")
}

/// The context of a dataset of the fixture after a change.
fn context(name: &str, change: impl FnOnce(&mut Dataset)) -> JobContext {
    let mut platform: Platform = fixture::platform();
    let at = platform.datasets.iter().position(|one| one.name == name).expect("the fixture has it");
    change(&mut platform.datasets[at]);
    let environment = platform.environments[0].clone();
    JobContext::of(Context { platform: &platform, environment: &environment }, &platform.datasets[at])
}

fn rendered(context: &JobContext) -> String {
    script(context).expect("the context has all values that the template uses")
}

/// The fixture's orders with a column of each type and protection, and a rule with each action.
fn rich() -> JobContext {
    context("orders", |orders| {
        let column = |name: &str, data_type, sensitivity| Column {
            name: id(name),
            data_type,
            nullable: true,
            sensitivity,
            description: None,
        };
        orders.columns.extend([
            column("quantity", Type::Integer, None),
            column("exact", Type::Decimal { precision: 38, scale: 10 }, None),
            column("shipped_on", Type::Date, None),
            column("is_gift", Type::Boolean, None),
            column("weight", Type::Double, None),
            column("phone", Type::String { length: 20 }, Some(Sensitivity::Mask)),
            column("note", Type::String { length: 5 }, Some(Sensitivity::Drop)),
        ]);
        orders.expectations[0].threshold = 0;
        // Most records of the test are rejected on purpose.
        orders.max_rejected = 100;
        orders.expectations.push(Expectation {
            name: id("small_amount"),
            expression: Expression::assumed("amount < 1000", Type::Boolean),
            action: Action::Warn,
            threshold: 50,
        });
    })
}

/// The output of `tests/glue/shape.py` for a script: the structure of its statements, then its constants.
fn shape(name: &str, text: &str) -> (String, String) {
    let folder = TempDir::new().expect("a folder for the test can be made");
    let file = folder.path().join(format!("{name}.py"));
    std::fs::write(&file, text).expect("the script can be written");
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue/shape.py");
    let output = Command::new("python3").arg(driver).arg(&file).output().expect("python3 runs");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    let shape = String::from_utf8(output.stdout).expect("the driver writes UTF-8");
    let (structure, constants) = shape.split_once('\n').expect("the driver writes two lines");
    (structure.to_owned(), constants.trim_end().to_owned())
}

#[test]
fn every_kind_of_dataset_has_a_valid_and_reproducible_script() {
    let formats = [FileFormat::Json, FileFormat::Csv { delimiter: '\t' }, FileFormat::Parquet];
    let mut contexts = vec![rich(), context("customers", |_| ())];
    contexts
        .extend(formats.map(|format| context("orders", |orders| orders.source = Source::Files { format })));
    contexts.extend(
        [Partition::Hour, Partition::Month, Partition::Whole]
            .map(|partition| context("orders", |orders| orders.partition = partition)),
    );
    for (at, context) in contexts.iter().enumerate() {
        let text = rendered(context);
        assert_eq!(text, rendered(context));
        assert!(text.is_ascii(), "a script needs no encoding");
        shape(&format!("kind{at}"), &text);
    }
}

#[test]
fn hostile_text_stays_data() {
    let with = |text: &str| {
        let mut context = context("orders", |orders| {
            orders.description = Some(text.to_owned());
            orders.derived.push(Derived {
                name: id("more"),
                expression: Expression::assumed(text, Type::Boolean),
                description: Some(text.to_owned()),
            });
            orders.expectations[0].expression = Expression::assumed(text, Type::Boolean);
        });
        // The model rejects such names; the script does not rely on that.
        context.columns[2].name = text.to_owned();
        context.columns[2].value = text.to_owned();
        context.columns[2].limit = Some(text.to_owned());
        context.rules[0].name = text.to_owned();
        context.key[0] = text.to_owned();
        rendered(&context)
    };
    let (harmless, plain) = shape("harmless", &with("plain"));
    let (hostile, odd) = shape("hostile", &with(HOSTILE));
    assert_eq!(harmless, hostile, "the statements are the same");
    let plain: serde_json::Value = serde_json::from_str(&plain).expect("the constants are JSON");
    let odd: Vec<serde_json::Value> = serde_json::from_str(&odd).expect("the constants are JSON");
    let plain = plain.as_array().expect("the constants are a list");
    assert_eq!(plain.len(), odd.len());
    let changed: Vec<_> = plain.iter().zip(&odd).filter(|(one, other)| one != other).collect();
    assert_eq!(changed.len(), 7, "each place with the text, once");
    for (one, other) in changed {
        assert_eq!(one, "plain");
        assert_eq!(other, HOSTILE);
    }
}

#[test]
fn a_script_depends_on_its_dataset_but_not_on_its_environment() {
    let orders = rich();
    assert_eq!(orders.partition_column, Some("event_day"));
    assert_eq!(orders.exact_schema.as_deref(), Some("`exact` DECIMAL(38,10)"));
    let text = rendered(&orders);
    assert!(text.contains("# shop, orders: One row an order.\nDATASET = \"orders\"\n"));
    assert!(!text.contains("eu-west-1") && !text.contains("111122223333"));
    assert_eq!(orders.ahead.as_deref(), Some("`ordered_at` > `_modified` + INTERVAL '86400' SECOND"));
    let customers = context("customers", |_| ());
    assert_eq!((customers.partition_column, customers.ahead, customers.max_rejected), (None, None, 10));
    let parquet = context("orders", |orders| orders.source = Source::Files { format: FileFormat::Parquet });
    assert!(parquet.record_schema.contains("`amount` DECIMAL(12,2)"));
    assert!(!parquet.record_schema.contains("_corrupt"));
}

#[test]
fn on_spark_every_row_is_in_one_place() {
    let Some(python) = std::env::var_os("STRATAFORM_SPARK_PYTHON") else {
        assert!(std::env::var_os("CI").is_none(), "set STRATAFORM_SPARK_PYTHON to a Python with PySpark 3.5");
        println!("skipped: STRATAFORM_SPARK_PYTHON is not set to a Python with PySpark 3.5");
        return;
    };
    let folder = TempDir::new().expect("a folder for the test can be made");
    let parquet = context("orders", |orders| orders.source = Source::Files { format: FileFormat::Parquet });
    let parquet = JobContext { rules: rich().rules, max_rejected: 100, ..parquet };
    for (name, context) in
        [("orders", rich()), ("customers", context("customers", |_| ())), ("parquet", parquet)]
    {
        std::fs::write(folder.path().join(format!("{name}.py")), rendered(&context))
            .expect("a script is written");
    }
    let driver = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/glue/run.py");
    let output = Command::new(python).arg(driver).arg(folder.path()).output().expect("the Python runs");
    let found = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{found}\n{}", String::from_utf8_lossy(&output.stderr));
}
