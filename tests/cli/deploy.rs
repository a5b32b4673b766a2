//! What `gen deploy` refuses before it sends a request to AWS.

use std::fs;
use std::process::Output;

use super::{Folder, text};

/// `gen deploy --plan` where nothing listens: a command that sends a request fails because of that.
fn deploy(folder: &Folder) -> Output {
    let mut command = folder.command(&["deploy", "--env", "dev", "--plan"]);
    command.args(["--endpoint-url", "http://127.0.0.1:9"]);
    command.envs([
        ("AWS_ACCESS_KEY_ID", "none"),
        ("AWS_SECRET_ACCESS_KEY", "none"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ]);
    command.output().unwrap()
}

fn assert_lock_is_refused(folder: &Folder) {
    let refused = deploy(folder);
    let printed = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{printed}");
    assert!(printed.contains("error[GEN0366]") && printed.contains("platform.lock"), "{printed}");
    assert!(printed.contains("nothing was done") && printed.contains("run `gen synth`"), "{printed}");
}

#[test]
fn a_missing_or_stale_lock_file_is_refused_before_anything_else_is_read() {
    let folder = Folder::with_platform();
    let (file, lock) =
        (folder.path("platforms/shop/platform.toml"), folder.path("platforms/shop/platform.lock"));
    assert_lock_is_refused(&folder);
    assert!(!lock.exists() && !folder.path("generated").exists(), "`deploy` writes nothing");

    assert_eq!(folder.run(&["synth"]).status.code(), Some(0));
    let accepted = text(&deploy(&folder).stderr);
    assert!(!accepted.contains("GEN0366") && accepted.contains("sts:GetCallerIdentity"), "{accepted}");

    let platform = fs::read_to_string(&file).unwrap();
    let header = "[dataset.event.column]\n";
    fs::write(&file, platform.replace(header, &format!("{header}extra = \"integer\"\n"))).unwrap();
    assert_lock_is_refused(&folder);

    // The assembly is up to date; only the numbers are not committed.
    fs::write(&file, platform).unwrap();
    fs::remove_file(&lock).unwrap();
    assert_lock_is_refused(&folder);
}
