//! Suppressions and policies of a platform, in every format, over the platform and over its assembly.

use std::fs;

use super::{Folder, assert_snapshot, text};

/// A rule of a team that every stream of the platform breaks, and one that has nothing to compare.
const RULES: &str = "let streams = Resources.*[ Type == 'AWS::Kinesis::Stream' ]\n\
    rule stream_keeps_a_year when %streams !empty {\n  %streams {\n    Properties.RetentionPeriodHours >= 8760\n    \
    <<\n    Violation: the stream keeps records for less than a year\n    Fix: raise RetentionPeriodHours\n    >>\n  }\n}\n\
    let brokers = Resources.*[ Type == 'AWS::AmazonMQ::Broker' ]\nrule broker_encryption { %brokers.Properties.KmsKeyId exists }\n";

/// The platform with more sections, and the rules next to it.
fn platform(more: &str) -> Folder {
    let folder = Folder::with_platform();
    let path = folder.path("platforms/shop/platform.toml");
    let file = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{file}\n{more}")).unwrap();
    fs::create_dir(folder.path("platforms/shop/guard")).unwrap();
    fs::write(folder.path("platforms/shop/guard/team.guard"), RULES).unwrap();
    folder
}

const SUPPRESSED: &str = "[policy]\nrules = [\"guard\"]\nerrors = [\"stream_keeps_a_year\"]\n\n\
    [[suppress]]\nrule = \"stream_keeps_a_year\"\nresource = \"EventStream\"\nreason = \"Raw files are kept for longer.\"\nuntil = 2099-03-01\n";

#[test]
fn every_format_lists_what_is_suppressed_with_reason_and_day() {
    let folder = platform(SUPPRESSED);
    for format in ["human", "json", "markdown", "github", "sarif"] {
        let check = ["check", "--env", "dev", "--format", format];
        assert_snapshot(&format!("suppress-{format}"), folder.command(&check));
    }
    // The assembly says the same without the platform file.
    assert_eq!(folder.run(&["synth", "--env", "dev"]).status.code(), Some(0));
    fs::remove_dir_all(folder.path("platforms")).unwrap();
    assert_snapshot("suppress-assembly", folder.command(&["check", "generated/shop/dev"]));
    let late = ["check", "generated/shop/dev", "--as-of", "2099-03-02"];
    assert_snapshot("suppress-assembly-expired", folder.command(&late));
}

#[test]
fn an_expired_suppression_suppresses_no_longer_and_an_unused_one_is_a_warning() {
    let unused = "\n[[suppress]]\nrule = \"bucket_versioning\"\nresource = \"RawBucket\"\nreason = \"None.\"\nuntil = 2099-03-01\n";
    let folder = platform(&format!("{SUPPRESSED}{unused}"));
    let late = ["check", "--env", "dev", "--as-of", "2099-03-02"];
    assert_snapshot("suppress-expired", folder.command(&late));
    let unused = folder.run(&["check", "--env", "dev", "--as-of", "2099-03-01"]);
    let printed = text(&unused.stderr);
    assert!(printed.contains("warning[GEN0445]: unused suppression of `bucket_versioning`"), "{printed}");
    assert_eq!(unused.status.code(), Some(0), "{printed}");
}

#[test]
fn unknown_names_and_faulty_rule_files_are_reported_at_their_places() {
    let wrong = SUPPRESSED
        .replace("rule = \"stream_keeps", "rule = \"stream_keep")
        .replace("errors = [\"s", "errors = [\"x_s");
    let folder = platform(&wrong.replace("EventStream", "EventsStream"));
    assert_snapshot("suppress-unknown", folder.command(&["synth", "--env", "dev"]));
    assert!(!folder.path("generated").exists(), "nothing is written");
    fs::write(folder.path("platforms/shop/guard/team.guard"), "rule x {\n  Resources.* [ }\n").unwrap();
    assert_snapshot("suppress-rule-file", folder.command(&["check", "--env", "dev"]));
    fs::remove_file(folder.path("platforms/shop/guard/team.guard")).unwrap();
    assert_snapshot("suppress-no-rule-file", folder.command(&["check", "--env", "dev"]));
}

#[test]
fn the_platforms_of_the_repository_have_no_finding_and_no_unused_suppression() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_gen"))
        .args(["check", "--format", "json"])
        .current_dir(root)
        .output()
        .unwrap();
    assert_eq!(text(&done.stdout), "{\n  \"diagnostics\": []\n}\n", "{}", text(&done.stderr));
}
