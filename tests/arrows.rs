//! The imports between modules: ARCHITECTURE.md lists what each module imports, and a module never imports one below it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A module and one that it imports. The modules of `platform` are modules to each other: `platform::storage`.
type Arrow = (String, String);

/// The names, `::`, braces and commas of a source file, without its comments and the tests at its end.
fn tokens(source: &str) -> Vec<String> {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().map(|line| line.split("//").next().unwrap_or_default());
    let mut all = vec![String::new()];
    for character in lines.collect::<Vec<_>>().join("\n").replace("::", "\u{2237}").chars() {
        if character.is_alphanumeric() || character == '_' {
            all.last_mut().expect("the list is not empty").push(character);
        } else {
            all.extend([character.to_string(), String::new()]);
        }
    }
    all.retain(|token| !token.trim().is_empty());
    all
}

/// The paths that continue `path` at `at`, and where they end: `{stack, storage::{self, Exports}}` has three.
fn paths(tokens: &[String], mut at: usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    while tokens.get(at).is_some_and(|token| token == "\u{2237}") {
        at += 1;
        match tokens.get(at).map_or("", String::as_str) {
            "{" => {
                while tokens.get(at).is_some_and(|token| token != "}") {
                    let Some(name) = tokens.get(at + 1).filter(|name| *name != "}") else { break };
                    at = paths(tokens, at + 2, [&path[..], std::slice::from_ref(name)].concat(), found);
                    at += tokens[at..].iter().take_while(|token| *token != "," && *token != "}").count();
                }
                return at;
            }
            "super" => _ = path.pop(),
            name => path.push(name.to_owned()),
        }
        at += 1;
    }
    found.push(path);
    at
}

/// What the source of a module imports from other modules of the package, as paths from its root.
fn imports(module: &[String], source: &str) -> Vec<Vec<String>> {
    let (tokens, mut found, mut at) = (tokens(source), Vec::new(), 0);
    while at < tokens.len() {
        let root = match tokens[at].as_str() {
            "crate" | "strataform" => Vec::new(),
            "super" => module[..module.len().saturating_sub(1)].to_vec(),
            _ => {
                at += 1;
                continue;
            }
        };
        at = paths(&tokens, at + 1, root, &mut found);
    }
    found
}

/// The module of a path, as another path sees it.
fn module_of(path: &[String], other: &[String], modules: &BTreeSet<Vec<String>>) -> Option<String> {
    let depth = if path[0] == "platform" && other[0] == "platform" { 2 } else { 1 };
    let module = path.get(..depth)?;
    modules.contains(module).then(|| module.join("::"))
}

fn arrows(sources: &[(Vec<String>, String)]) -> BTreeSet<Arrow> {
    let heads = sources.iter().flat_map(|(path, _)| [1, 2].map(|end| path[..end.min(path.len())].to_vec()));
    let modules = heads.collect();
    let mut found = BTreeSet::new();
    for (module, source) in sources {
        for path in imports(module, source).iter().filter(|path| !path.is_empty()) {
            let both = module_of(module, path, &modules).zip(module_of(path, module, &modules));
            found.extend(both.filter(|(from, to)| from != to));
        }
    }
    found
}

/// The modules of the package, without their tests and without the roots, which contain every module.
fn sources(folder: &Path, path: &[String], found: &mut Vec<(Vec<String>, String)>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let entry = entry.expect("an entry").path();
        let stem = entry.file_stem().expect("a name").to_string_lossy().into_owned();
        let module = if stem == "mod" { path.to_vec() } else { [path, std::slice::from_ref(&stem)].concat() };
        match entry.is_dir() {
            _ if stem == "tests" || module.len() == 1 && (stem == "lib" || stem == "main") => {}
            true => sources(&entry, &module, found),
            false if entry.extension().is_some_and(|one| one == "rs") => {
                found.push((module, fs::read_to_string(&entry).expect("text")));
            }
            false => {}
        }
    }
}

/// The arrows in the page's tables `| module | imports |`, and the errors in their order.
fn table(page: &str) -> (BTreeSet<Arrow>, Vec<String>) {
    let (mut above, mut found, mut wrong) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let section = page.split("\n## Arrows\n").nth(1).and_then(|rest| rest.split("\n## ").next());
    for line in section.expect("a section of arrows").lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').collect();
        for module in names(cells[1]) {
            for import in names(cells[2]) {
                if !above.contains(&import) {
                    wrong.push(format!("`{module}` imports `{import}`, which is not above it"));
                }
                found.insert((module.clone(), import));
            }
            above.insert(module);
        }
    }
    (found, wrong)
}

/// The differences between the page and the sources, and every arrow that points down.
fn faults(page: &str, sources: &[(Vec<String>, String)]) -> Vec<String> {
    let (written, mut wrong) = table(page);
    let real = arrows(sources);
    let describe = |what: &str, (from, to): &Arrow| format!("`{from}` imports `{to}`: {what}");
    wrong.extend(real.difference(&written).map(|arrow| describe("not in ARCHITECTURE.md", arrow)));
    wrong.extend(written.difference(&real).map(|arrow| describe("only in ARCHITECTURE.md", arrow)));
    wrong
}

#[test]
fn rooms_import_what_the_page_lists_and_nothing_below_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    sources(&root.join("src"), &[], &mut all);
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page exists");
    assert_eq!(faults(&page, &all), [""; 0]);
}

#[test]
fn extra_missing_and_circular_arrows_are_reported() {
    let source = |path: &str, text: &str| (path.split("::").map(str::to_owned).collect(), text.to_owned());
    let sources = [
        source(
            "model",
            "// use crate::check;\npub struct Platform;\n#[cfg(test)]\nmod tests {\nuse crate::check;",
        ),
        source("platform", ""),
        source(
            "platform::storage",
            "use super::{Context, stack::{self, Stack as S}};\nuse crate::{artifact, model};",
        ),
        source("platform::stack", "use super::super::model;"),
        source("artifact::redshift", "fn f() -> crate::platform::storage::Exports {}"),
        source("check", "use strataform::artifact as made;"),
    ];
    let page = |rows: &str| {
        format!("# A\n\n## Arrows\n\n| module | imports |\n|---|---|\n{rows}\n## B\n| `x` | `y` |\n")
    };
    let rows = "| `model` | |\n| `platform` | `model` `artifact` |\n| `artifact` | `platform` |\n| `check` | `artifact` |\n\
                | `platform::stack` | |\n| `platform::storage` | `platform::stack` |\n";
    assert_eq!(faults(&page(rows), &sources), ["`platform` imports `artifact`, which is not above it"]);
    let fewer = rows.replace("| `artifact` | `platform` |", "| `artifact` | |");
    assert!(
        faults(&page(&fewer), &sources)
            .contains(&"`artifact` imports `platform`: not in ARCHITECTURE.md".to_owned())
    );
    let more = rows.replace("| `check` | `artifact` |", "| `check` | `artifact` `model` |");
    assert!(
        faults(&page(&more), &sources)
            .contains(&"`check` imports `model`: only in ARCHITECTURE.md".to_owned())
    );
}
