//! `gen backfill`: windows, refusals, and the clock.

use std::fs;

use super::{Folder, assert_snapshot, text};

/// `gen backfill` as of a fixed hour, so that its output never changes.
fn backfill<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["backfill", "event", "--as-of", "2026-03-31T10"].into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn an_invalid_backfill_says_why_and_what_is_possible() {
    let folder = Folder::with_platform();
    let (from, to) = (["--from", "2026-03-30"], ["--to", "2026-03-31"]);
    for (name, arguments) in [
        (
            "backfill-dataset",
            vec![
                "backfill",
                "evnet",
                "--from",
                "2026-03-30",
                "--to",
                "2099-01-01",
                "--as-of",
                "2026-03-31T10",
            ],
        ),
        ("backfill-environment", backfill(&[from[0], from[1], to[0], to[1], "--env", "pord"])),
        (
            "backfill-everything",
            backfill(&["--from", "2020-01-01", "--to", "2026-04-01T05:00Z", "--env", "prod"]),
        ),
        ("backfill-empty", backfill(&[from[0], from[1], to[0], "2026-03-30T00"])),
        ("backfill-no-time", backfill(&["--from", "2026-03-30T05:00+02:00", to[0], to[1]])),
        ("backfill-no-day", backfill(&[from[0], from[1], to[0], "2026-02-29"])),
        ("backfill-half", backfill(&from)),
        ("backfill-attempt", backfill(&[from[0], from[1], to[0], to[1], "--attempt", "0"])),
    ] {
        assert_snapshot(name, folder.command(&arguments));
    }
    let other = folder.run(&["new", "other", "--blueprint", "clickstream"]);
    assert_eq!(other.status.code(), Some(0));
    assert_snapshot("backfill-platforms", folder.command(&backfill(&[from[0], from[1], to[0], to[1]])));
    let chosen = folder.command(&backfill(&[from[0], from[1], to[0], to[1], "--platform", "other"]));
    assert_snapshot("backfill-chosen", chosen);
}

/// Without `--as-of`, the clock decides: a window that ends an hour ago is valid, one that ends tomorrow is not.
#[test]
fn a_backfill_uses_the_clock() {
    let folder = Folder::with_platform();
    let refused = folder.run(&["backfill", "event", "--from", "2020-01-01", "--to", "2020-01-02"]);
    assert_eq!(refused.status.code(), Some(2));
    let help = text(&refused.stderr);
    let oldest = help.split("use `--from ").nth(1).expect("an hour").split('`').next().expect("an hour");
    let refused = folder.run(&["backfill", "event", "--from", oldest, "--to", "2999-01-01"]);
    let help = text(&refused.stderr);
    let over = help.split("use `--to ").nth(1).expect("an hour").split('`').next().expect("an hour");
    let planned = folder.run(&["backfill", "event", "--from", &over[..10], "--to", over]);
    // At midnight, no hour of the day is complete.
    assert_eq!(
        planned.status.code(),
        Some(if over.ends_with("T00") { 2 } else { 0 }),
        "{}",
        text(&planned.stderr)
    );
}

#[test]
fn a_platform_with_errors_has_no_backfill() {
    let folder = Folder::with_platform();
    fs::write(folder.path("platforms/shop/platform.toml"), "[platform\n").unwrap();
    let arguments = backfill(&["--from", "2026-03-30", "--to", "2026-03-31", "--format", "json"]);
    let done = folder.run(&arguments);
    assert_eq!(done.status.code(), Some(1));
    let document: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(document["plan"], serde_json::Value::Null);
    assert_eq!(document["diagnostics"][0]["code"], "GEN0101");
}

/// What `gen diff` prints is a plan with the price that it says, in all formats.
#[test]
fn the_command_of_a_comparison_plans_at_the_price_that_it_says() {
    let folder = Folder::with_platform();
    assert_eq!(folder.run(&["synth", "--out", "old"]).status.code(), Some(0));
    let file = folder.path("platforms/shop/platform.toml");
    let old = fs::read_to_string(&file).unwrap();
    fs::write(&file, old.replacen("amount > 0\"", "amount > 10\"", 1)).unwrap();
    let diff = |format: &str| {
        let done =
            folder.run(&["diff", "old", "--out", "new", "--env", "prod", "--no-run", "--format", format]);
        assert_eq!(done.status.code(), Some(3), "{}", text(&done.stderr));
        text(&done.stdout)
    };
    let report: serde_json::Value = serde_json::from_str(&diff("json")).unwrap();
    let backfill = &report["parts"][0]["backfills"][0];
    let price =
        "all records that are kept, of 89 days; at most about $78.34 at list prices (178.1 worker hours)";
    assert_eq!(backfill["price"]["cents"], 7834, "{backfill}");
    let command = backfill["command"].as_str().unwrap();
    let human = diff("human");
    assert!(human.contains(&format!("  process event again: {price}\n    {command}\n")), "{human}");
    let markdown = diff("markdown");
    let block = format!("\nProcess `event` again: {price}\n\n```sh\n{command}\n```\n");
    assert!(markdown.contains(&block), "{markdown}");
    let gen_folder = std::path::Path::new(env!("CARGO_BIN_EXE_gen")).parent().unwrap().display().to_string();
    let path = format!("{gen_folder}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &format!("{command} --format json")]).env("PATH", path).current_dir(folder.path(""));
    let planned = shell.output().expect("a shell starts");
    assert!(planned.status.success(), "{}", text(&planned.stderr));
    let plan: serde_json::Value = serde_json::from_slice(&planned.stdout).unwrap();
    let cents = plan["plan"]["cents"].as_u64().unwrap();
    // The hour of the day decides how many runs there are, and each of them starts its workers.
    assert!((7_700..=7_834).contains(&cents), "{cents}");
}
