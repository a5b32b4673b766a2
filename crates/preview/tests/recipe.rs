//! The vendored charts are what their recipe makes.
#![allow(clippy::expect_used, clippy::print_stderr, missing_docs, reason = "a test says what broke")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

#[test]
fn the_vendored_charts_are_what_their_recipe_makes() {
    let Some(packages) = std::env::var_os("STRATAFORM_CHARTS") else {
        assert!(std::env::var_os("CI").is_none(), "`cargo xtask test` sets STRATAFORM_CHARTS");
        eprintln!("not made anew: STRATAFORM_CHARTS is not set; `cargo xtask test` sets it");
        return;
    };
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("charts");
    let (tools, assets) = (place.join("tools/preview"), place.join("crates/preview/assets"));
    for folder in [&tools, &assets] {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).expect("the folder can be made");
    }
    for name in ["package.json", "build.mjs", "qs-echarts.mjs"] {
        fs::copy(own.join("../../tools/preview").join(name), tools.join(name)).expect("the recipe is there");
    }
    std::os::unix::fs::symlink(packages, tools.join("node_modules")).expect("the packages can be linked");
    let made = Command::new("node").arg("build.mjs").current_dir(&tools).output().expect("node starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    for name in ["echarts.sha256", "LICENSES.txt"] {
        let [made, kept] =
            [&assets, &own.join("assets")].map(|folder| fs::read(folder.join(name)).expect("it is there"));
        assert!(made == kept, "{name} is not what tools/preview makes");
    }
    // Packed by another version of Node, the bytes may differ; what they hold may not.
    let [made, kept] = [&assets, &own.join("assets")].map(|folder| {
        let packed = fs::read(folder.join("echarts.min.js.gz")).expect("it is there");
        let mut bundle = Vec::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bundle).expect("it can be unpacked");
        bundle
    });
    assert!(made == kept, "the bundle is not what tools/preview makes");
}
