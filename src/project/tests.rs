use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::model::fixture;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for (file, text) in files {
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn find(&self, wanted: &[&str]) -> Result<Vec<String>, Vec<Fault>> {
        let wanted: Vec<String> = wanted.iter().map(|one| (*one).to_owned()).collect();
        let shown = |file: SourceFile| file.path.strip_prefix(self.path()).unwrap().display().to_string();
        find(self.path(), &wanted).map(|files| files.into_iter().map(shown).collect())
    }
}

const SHOP: &str = "[platform]\nname = \"shop\"\n";

#[test]
fn files_are_found_in_known_places_in_a_stable_order() {
    let folder = Folder::new(&[
        ("blueprints/b/platform.toml", ""),
        ("platforms/z/platform.toml", ""),
        ("platforms/a/platform.toml", ""),
        ("platforms/a/other.toml", ""),
        ("platforms/deep/er/platform.toml", ""),
        ("platform.toml", SHOP),
    ]);
    let all = [
        "platform.toml",
        "platforms/a/platform.toml",
        "platforms/z/platform.toml",
        "blueprints/b/platform.toml",
    ];
    assert_eq!(folder.find(&[]).unwrap(), all);
}

#[test]
fn a_platform_is_found_once_by_its_file_its_folder_or_its_name() {
    let folder = Folder::new(&[("platforms/eu/platform.toml", SHOP), ("odd.toml", "")]);
    let file = "platforms/eu/platform.toml";
    for wanted in [file, "platforms/eu", "eu", "shop", "./platforms/eu/"] {
        assert_eq!(folder.find(&[wanted]).unwrap(), [file], "{wanted}");
    }
    assert_eq!(folder.find(&["shop", "eu"]).unwrap(), [file]);
    assert_eq!(folder.find(&["odd.toml"]).unwrap(), ["odd.toml"]);
}

#[test]
fn an_unknown_name_is_reported_with_the_known_ones() {
    let folder = Folder::new(&[("platforms/eu/platform.toml", SHOP)]);
    let faults = folder.find(&["shpo", "warehouse"]).unwrap_err();
    assert_eq!(faults[0].help(), "did you mean `shop`?");
    assert_eq!(faults[1].help(), "expected `shop`");
    let empty = Folder::new(&[]);
    let faults = empty.find(&[]).unwrap_err();
    assert!(matches!(faults[..], [Fault::Empty { .. }]));
    assert!(faults[0].help().contains("platforms/*/platform.toml"));
}

#[test]
fn a_duplicate_platform_name_is_reported_at_the_second_one() {
    let file = |path: &str| SourceFile { path: path.into(), text: SHOP.to_owned() };
    let (one, two) = (file("a/platform.toml"), file("b/platform.toml"));
    let platform = fixture::platform();
    let found = duplicate_names(&[(&one, Some(&platform)), (&two, None), (&two, Some(&platform))]);
    assert_eq!(found.len(), 1);
    let (index, diagnostic) = &found[0];
    assert_eq!(*index, 2);
    assert_eq!(&two.text[diagnostic.labels[0].span.clone()], "shop");
    assert!(diagnostic.cause.contains("a/platform.toml"));
}
