//! `gen graph`

use std::path::PathBuf;

use strataform::graph;

use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::human;

/// Draw a platform's architecture.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The platform; may be left out where there is one.
    platform: Option<String>,
    /// The environment; the first of the file where it is left out.
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// How to draw it.
    #[arg(short, long, value_enum, default_value_t)]
    format: Picture,
    /// File to write, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Picture {
    /// A picture for a README, in light and dark.
    #[default]
    Svg,
    /// A Mermaid flowchart.
    Mermaid,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    let wanted: Vec<String> = arguments.platform.iter().cloned().collect();
    let loaded = platforms::load(&wanted)?;
    let one = match &loaded[..] {
        [one] => one,
        many => {
            return Err(Fail::usage(
                "there is more than one platform",
                format!("name {}", platforms::one_of(many)),
            ));
        }
    };
    human::diagnostics(one.placed())?;
    let Some(platform) = one.platform.as_ref().filter(|_| !Loaded::has_errors(one)) else {
        return Ok(Outcome::Found);
    };
    let environments: Vec<String> = arguments.environment.iter().cloned().collect();
    platforms::known_environments(&loaded, &environments)?;
    let found = platforms::environments(platform, &environments);
    let environment = found.first().ok_or_else(|| Fail::Bug("a platform has no environment".to_owned()))?;
    let graph = graph::of(platform, environment);
    let text = match arguments.format {
        Picture::Svg => graph::svg(&graph),
        Picture::Mermaid => graph::mermaid(&graph),
    };
    match &arguments.out {
        None => human::raw(text.as_bytes())?,
        Some(path) => std::fs::write(path, text)
            .map_err(|error| Fail::refused(format!("cannot write {}: {error}", path.display()), ""))?,
    }
    Ok(Outcome::Done)
}
