//! The vendored charts match their build.
#![allow(clippy::expect_used, clippy::print_stderr, missing_docs, reason = "a test may panic")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

#[test]
fn the_vendored_charts_match_their_build() {
    let Some(packages) = std::env::var_os("STRATAFORM_CHARTS") else {
        assert!(std::env::var_os("CI").is_none(), "`cargo xtask test` sets STRATAFORM_CHARTS");
        eprintln!("skipped: STRATAFORM_CHARTS is not set; `cargo xtask test` sets it");
        return;
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    let (tools, assets) = (place.join("tools/preview"), place.join("crates/preview/assets"));
    for folder in [&tools, &assets] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).expect("the folder can be created");
    }
    for name in ["package.json", "build.mjs", "qs-echarts.mjs"] {
        fs::copy(own.join("../../tools/preview").join(name), tools.join(name))
            .expect("the build script exists");
    }
    std::os::unix::fs::symlink(packages, tools.join("node_modules")).expect("the packages can be linked");
    let made = Command::new("node").arg("build.mjs").current_dir(&tools).output().expect("node starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for name in ["echarts.sha256", "LICENSES.txt"] {
        let [made, kept] = [&assets, &own.join("assets")]
            .map(|folder| fs::read(folder.join(name)).expect("the file exists"));
        assert!(made == kept, "{name} differs from the build of tools/preview");
    }
    // Another version of Node may compress to different bytes; the contents must be equal.
    let [made, kept] = [&assets, &own.join("assets")].map(|folder| {
        let packed = fs::read(folder.join("echarts.min.js.gz")).expect("the file exists");
        let mut bundle = Vec::new();
        flate2::read::GzDecoder::new(&packed[..])
            .read_to_end(&mut bundle)
            .expect("the bundle can be decompressed");
        bundle
    });
    assert!(made == kept, "the bundle differs from the build of tools/preview");
}
