//! The blueprints are valid platforms, without errors or warnings.

use std::fs;
use std::path::PathBuf;

use strataform::diagnostic::SourceFile;
use strataform::spec;

#[test]
fn every_blueprint_reads_without_a_diagnostic() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let mut seen = 0;
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path().join("platform.toml");
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let file = SourceFile { path: path.clone(), text };
        let (platform, found) = spec::read(&file);
        let shown: String =
            found.iter().map(|one| strataform::diagnostic::render::plain(one, &file)).collect();
        assert_eq!(shown, "", "{}", path.display());
        assert!(platform.is_some());
        seen += 1;
    }
    assert_eq!(seen, 3);
}
