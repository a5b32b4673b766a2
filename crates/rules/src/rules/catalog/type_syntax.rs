//! The type of a column is written as Hive reads it.

use super::TABLE;
use crate::finding::{Report, words};
use crate::text;
use crate::world::World;

strataform_diagnostic::codes! {
    pub(crate) TYPE_SYNTAX "GEN0538" Error
        "The type of a column is not written as Hive reads it."
        "Athena and Spark fail to parse it, and with it the table: `array<T>`, `map<KEY,T>`, `struct<name:T,…>`, `decimal(p,s)` with at most 38 digits, `char(n)` and `varchar(n)` (Athena user guide, \"Data types in Amazon Athena\"; Hive language manual, \"Types\")."
        Template {
            bad: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: items, Type: "array<struct<id string>>"}]}
"#,
            good: r#"
Resources:
  Table:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: "111122223333"
      DatabaseName: lake
      TableInput:
        Name: events
        StorageDescriptor: {Location: "s3://lake/events/", Columns: [{Name: items, Type: "array<struct<id:string>>"}]}
"#,
        };
}

pub(crate) fn check(world: &World, report: &mut Report) {
    for table in world.of_type(TABLE) {
        for list in ["TableInput/StorageDescriptor/Columns", "TableInput/PartitionKeys"] {
            for (path, column) in table.items(list) {
                // Comments in quotes may have anything.
                let is_plain = |one: &&str| text::is_known(one) && !one.contains('\'');
                let kind = column.get("Type").and_then(|one| one.as_str()).filter(is_plain);
                let Some(fault) = kind.and_then(fault) else { continue };
                let about = words(
                    format!("`{}` has a column of the type `{}`", table.id, kind.unwrap_or_default()),
                    fault,
                    "correct the type",
                );
                report.property(TYPE_SYNTAX, table, &format!("{path}/Type"), about);
            }
        }
    }
}

/// What is wrong with a type; `None` for one whose name is not known here.
fn fault(kind: &str) -> Option<String> {
    let kind = kind.trim();
    if let Some((base, inner)) = kind.split_once('<') {
        let Some(inner) = inner.strip_suffix('>') else {
            return Some(format!("`{kind}` has no `>` at its end"));
        };
        let Some(parts) = parts(inner) else { return Some(format!("the brackets of `{kind}` do not match")) };
        return match (base.trim().to_ascii_lowercase().as_str(), parts.as_slice()) {
            ("array", [one]) => fault(one),
            ("array", all) => Some(format!("an array has one type, not {}", all.len())),
            ("map", [key, value]) => fault(key).or_else(|| fault(value)),
            ("map", all) => Some(format!("a map has a key and a value, not {}", all.len())),
            ("struct", all) => all.iter().find_map(|field| match field.split_once(':') {
                Some((_, kind)) => fault(kind),
                None => Some(format!("the field `{}` of a struct has no `:` before its type", field.trim())),
            }),
            _ => None,
        };
    }
    if kind.contains('>') {
        return Some(format!("`{kind}` has no `<`"));
    }
    let (base, sizes) = kind.split_once('(')?;
    let Some(sizes) = sizes.strip_suffix(')') else { return Some(format!("`{kind}` has no `)` at its end")) };
    let sizes: Option<Vec<u32>> = sizes.split(',').map(|one| one.trim().parse().ok()).collect();
    match (base.trim().to_ascii_lowercase().as_str(), sizes.as_deref()) {
        ("decimal", Some([digits] | [digits, _])) if !(1..=38).contains(digits) => {
            Some("a decimal has 1 to 38 digits".to_owned())
        }
        ("decimal", Some([digits, scale])) if scale > digits => {
            Some(format!("a decimal of {digits} digits cannot have {scale} after the point"))
        }
        _ => None,
    }
}

/// Divides at the commas outside of brackets; `None` if the brackets do not match.
fn parts(text: &str) -> Option<Vec<&str>> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, one) in text.char_indices() {
        match one {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[start..]);
    (depth == 0).then_some(found)
}
