//! The checks of every template here, and a builder for them.

use std::fmt::Debug;
use std::path::PathBuf;
use std::process::Command;

use strataform_template::{Handle, Resource, Template};

/// Checks that a parsed template returns a resource unchanged.
type Returned = Box<dyn Fn(&Template)>;

/// A template with the resources that it must return when it is parsed.
#[derive(Default)]
pub(crate) struct Case {
    pub(crate) template: Template,
    returned: Vec<Returned>,
}

impl Case {
    pub(crate) fn new() -> Self {
        Self { template: Template::new(), returned: Vec::new() }
    }

    /// Adds a resource to the template, and remembers it.
    pub(crate) fn add<R>(&mut self, path: &'static str, resource: R) -> Handle<R>
    where
        R: Resource + Clone + PartialEq + Debug + 'static,
    {
        let handle = self.template.add(path, resource.clone());
        let id = handle.logical_id().to_string();
        self.returned.push(Box::new(move |template| {
            assert_eq!(template.typed::<R>(&id).as_ref(), Some(&resource), "{id} as it is parsed");
        }));
        handle
    }

    /// Rendering and parsing leave a template and every resource in it unchanged.
    pub(crate) fn round_trips(&self) {
        let json = self.template.to_json().unwrap();
        let yaml = self.template.to_yaml().unwrap();
        for text in [json, yaml] {
            let read = Template::parse(&text).unwrap();
            assert_eq!(read, self.template);
            self.returned.iter().for_each(|returned| returned(&read));
        }
    }
}

/// The Python with cfn-lint, if installed.
pub(crate) fn python() -> Option<PathBuf> {
    let tools = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/tools/venv/bin/python");
    let python = std::env::var_os("STRATAFORM_PYTHON").map_or_else(|| PathBuf::from(tools), PathBuf::from);
    let found = python.exists();
    assert!(
        found || std::env::var_os("CI").is_none(),
        "{} is missing: run `cargo xtask setup`",
        python.display()
    );
    found.then_some(python)
}

/// The findings of cfn-lint for these templates, one per line.
pub(crate) fn lint(python: PathBuf, cases: &[(&str, Case)]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("services");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    std::fs::create_dir_all(&folder).unwrap();
    for (name, case) in cases {
        std::fs::write(folder.join(format!("{name}.json")), case.template.to_json().unwrap()).unwrap();
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/lint.py");
    let output = Command::new(python).arg(script).arg(&folder).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() || !output.stdout.is_empty(), "cfn-lint did not run:\n{errors}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
