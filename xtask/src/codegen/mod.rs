//! `cargo xtask codegen`: generates the Rust types of `crates/resources` from the facts.

mod attributes;
mod docs;
mod emit;
mod model;
mod names;
mod service;
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use strataform_schema::facts::{Identity, Relation, ResourceFacts};

use crate::files::{self, Mode};

/// The services of `strataform-resources`: the parts of a data platform, which the product compiles.
const PLATFORM: [&str; 29] = [
    "athena",
    "budgets",
    "cloudformation",
    "cloudwatch",
    "datazone",
    "dynamodb",
    "ec2",
    "events",
    "glue",
    "iam",
    "kinesis",
    "kinesisfirehose",
    "kms",
    "lakeformation",
    "lambda",
    "logs",
    "msk",
    "pipes",
    "quicksight",
    "redshift",
    "redshiftserverless",
    "s3",
    "s3tables",
    "scheduler",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "stepfunctions",
];

/// The types of [`PLATFORM`], and the markers and unions of all services.
const OUT: &str = "crates/resources/src/aws";
/// The types of all other services, each behind a feature.
const OTHERS: &str = "crates/resources-all/src/aws";
const TESTS: &str = "crates/resources-all/tests/every/generated";
const MANIFEST: &str = "crates/resources-all/Cargo.toml";
const COMMAND: &str = "cargo xtask codegen";

/// Writes the generated types, or checks that they match the facts.
///
/// # Errors
/// If facts cannot be read, a file cannot be written, or files are stale.
pub(crate) fn run(mode: Mode) -> Result<(), String> {
    let facts = read()?;
    let mut output = Made::default();
    let services = generate(&facts, &mut output)?;
    output.types.insert("kind.rs".into(), kinds(&facts));
    output.types.insert("reference.rs".into(), references(&output.unions));
    let (own, others): (Vec<&str>, Vec<&str>) =
        services.iter().map(String::as_str).partition(|service| PLATFORM.contains(service));
    output.types.insert("mod.rs".into(), index(&own));
    output.others.insert("mod.rs".into(), index_of_features(&others));
    output.tests.insert("mod.rs".into(), tests::index(&services, output.count));
    let mut stale = Vec::new();
    for (folder, files) in [(OUT, &output.types), (OTHERS, &output.others), (TESTS, &output.tests)] {
        stale.extend(sweep(folder, files, mode)?);
        let write = |(name, text): (&PathBuf, &String)| {
            files::write(&Path::new(folder).join(name), text, mode, COMMAND)
        };
        stale.extend(files.iter().filter_map(|file| write(file).err()));
    }
    stale.extend(features(&others, mode).err());
    report(&stale)
}

/// A change of the generator makes every file stale; naming a few is enough.
const SHOWN: usize = 10;

fn report(stale: &[String]) -> Result<(), String> {
    match stale {
        [] => Ok(()),
        few if few.len() <= SHOWN => Err(few.join("\n")),
        many => Err(format!("{}\n… and {} more files", many[..SHOWN].join("\n"), many.len() - SHOWN)),
    }
}

/// The output: files by path in their folder, and the unions that properties need.
#[derive(Default)]
struct Made {
    /// Below [`OUT`].
    types: BTreeMap<PathBuf, String>,
    /// Below [`OTHERS`].
    others: BTreeMap<PathBuf, String>,
    /// Below [`TESTS`].
    tests: BTreeMap<PathBuf, String>,
    unions: BTreeSet<Vec<Relation>>,
    /// Resource and nested types in total.
    count: usize,
}

fn read() -> Result<BTreeMap<String, ResourceFacts>, String> {
    let path = files::root().join("crates/schema/facts.json");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("crates/schema/facts.json: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("crates/schema/facts.json: {error}"))
}

/// Module → the services with their names in CloudFormation.
fn generate(facts: &BTreeMap<String, ResourceFacts>, output: &mut Made) -> Result<Vec<String>, String> {
    let mut by_service: BTreeMap<String, Vec<(String, model::Model)>> = BTreeMap::new();
    for (name, resource) in facts {
        collisions(name, resource)?;
        by_service
            .entry(names::split(name).0)
            .or_default()
            .push((name.clone(), model::model(name, resource)));
    }
    for (module, resources) in &mut by_service {
        let service = service::Service::new(std::mem::take(resources));
        let types = if PLATFORM.contains(&module.as_str()) { &mut output.types } else { &mut output.others };
        for (file, text) in emit::service(module, &service, facts, &mut output.unions) {
            types.insert(PathBuf::from(module).join(file), text);
        }
        output.count += service.resources.len() + service.all_structs().len();
        output.tests.insert(format!("{module}.rs").into(), tests::service(module, &service));
    }
    Ok(by_service.into_keys().collect())
}

/// Two definitions with the same Rust name are an error in the facts, never a shared shape.
fn collisions(name: &str, facts: &ResourceFacts) -> Result<(), String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for definition in facts.definitions.keys() {
        if let Some(other) = seen.insert(names::type_name(definition), definition) {
            return Err(format!("{name}: the definitions {other} and {definition} have the same Rust name"));
        }
    }
    Ok(())
}

/// Files of types that no longer exist.
fn sweep(folder: &str, files: &BTreeMap<PathBuf, String>, mode: Mode) -> Result<Vec<String>, String> {
    let root = files::root().join(folder);
    let mut stale = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let known = path.strip_prefix(&root).is_ok_and(|name| files.contains_key(name));
            if known {
                continue;
            }
            match mode {
                Mode::Check => {
                    stale.push(format!("{} belongs to no resource type; run `{COMMAND}`", path.display()));
                }
                Mode::Write => {
                    std::fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
                }
            }
        }
    }
    Ok(stale)
}

fn kinds(facts: &BTreeMap<String, ResourceFacts>) -> String {
    let mut out = format!(
        "{}\n//! A marker for each resource type, for `Arn<..>`, `Name<..>` and `Id<..>`.\n",
        emit::HEADER
    );
    for name in facts.keys() {
        let _ = writeln!(out, "\n/// `{name}`\npub enum {} {{}}", names::kind(name));
    }
    out
}

fn references(unions: &BTreeSet<Vec<Relation>>) -> String {
    let mut out = format!(
        "{}\n//! Properties that take one of several identifiers.\n\nuse strataform_template as cfn;\n",
        emit::HEADER
    );
    for relations in unions {
        let name = emit::union_name(relations);
        let parts: Vec<String> = relations
            .iter()
            .map(|relation| {
                format!("the {} of `{}`", format!("{:?}", relation.1).to_ascii_lowercase(), relation.0)
            })
            .collect();
        let _ =
            writeln!(out, "\n/// One of: {}.\n#[derive(Debug)]\npub enum {name} {{}}\n", parts.join(", "));
        let all_arns = relations.iter().all(|relation| relation.1 == Identity::Arn);
        let _ = writeln!(out, "crate::union!({name}{});", if all_arns { ", arn" } else { "" });
        for relation in relations {
            let _ = writeln!(
                out,
                "#[diagnostic::do_not_recommend]\nimpl cfn::FitsIn<{name}> for {} {{}}",
                emit::identity_type(relation)
            );
        }
        for other in unions.iter().filter(|other| *other != relations && subset(relations, other)) {
            let _ = writeln!(
                out,
                "#[diagnostic::do_not_recommend]\nimpl cfn::FitsIn<{}> for {name} {{}}",
                emit::union_name(other)
            );
        }
    }
    out
}

fn subset(part: &[Relation], whole: &[Relation]) -> bool {
    part.iter().all(|relation| whole.contains(relation))
}

fn index(services: &[&str]) -> String {
    let mut out =
        format!("{}\n//! A module for each service.\n\npub mod kind;\npub mod reference;\n", emit::HEADER);
    for service in services {
        let _ = writeln!(out, "pub mod {service};");
    }
    out
}

fn index_of_features(services: &[&str]) -> String {
    let mut out =
        format!("{}\n//! A module for each service, behind the feature of its name.\n", emit::HEADER);
    for service in services {
        let _ = writeln!(out, "\n#[cfg(feature = \"{}\")]\npub mod {service};", feature(service));
    }
    out
}

fn feature(service: &str) -> String {
    service.replace('_', "-")
}

const FIRST: &str = "# Generated by `cargo xtask codegen`: one feature a service.\n";
const LAST: &str = "# End of what is generated.\n";

/// The list of features in the manifest, between two comments.
fn features(services: &[&str], mode: Mode) -> Result<(), String> {
    let manifest = std::fs::read_to_string(files::root().join(MANIFEST))
        .map_err(|error| format!("{MANIFEST}: {error}"))?;
    let parts = manifest.split_once(FIRST).and_then(|(head, rest)| Some((head, rest.split_once(LAST)?.1)));
    let Some((head, tail)) = parts else {
        return Err(format!("{MANIFEST} has no comments that enclose the features"));
    };
    let mut list = String::new();
    for service in services {
        let _ = writeln!(list, "{} = []", feature(service));
    }
    let all: Vec<String> =
        services.iter().map(|service| format!("    \"{}\",\n", feature(service))).collect();
    let _ = writeln!(list, "all = [\n{}]", all.concat());
    files::write(Path::new(MANIFEST), &format!("{head}{FIRST}{list}{LAST}{tail}"), mode, COMMAND)
}
