//! `gen graph`

use std::path::PathBuf;

use strataform::graph;

use super::outcome::{Fail, Outcome};
use super::platforms::{self, Loaded};
use super::view::human;

/// Draw the architecture of a platform.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Platform; optional if the project has only one.
    platform: Option<String>,
    /// Environment; defaults to the first one in the platform file.
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Output format.
    #[arg(short, long, value_enum, default_value_t)]
    format: Picture,
    /// File to write, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Picture {
    /// An SVG image for a README, for light and dark themes.
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
                "more than one platform found",
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
