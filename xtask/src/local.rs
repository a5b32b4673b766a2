//! `cargo xtask local-aws`: the local AWS of the tests, to try deployments on.
//!
//! In: a port. Out: a server in the foreground, until it is interrupted. Refuses: to keep anything of it.

use std::env;
use std::num::NonZeroU16;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::ci::cargo;
use crate::files;
use crate::tools::{self, Tool, command};

/// Where to listen.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Port to listen on; the default is where every program that speaks to a local AWS looks first
    #[arg(default_value = "4566")]
    pub(crate) port: NonZeroU16,
}

/// Fetches what it runs on, builds the program that stands for the warehouse, and becomes the server.
///
/// # Errors
/// What could not be fetched, built or started.
pub(crate) fn run(port: u16) -> Result<ExitCode, String> {
    tools::setup(&[Tool::Local, Tool::Spark])?;
    build_warehouse(&["--package", "strataform-warehouse"])?;
    println!("the local AWS is on http://127.0.0.1:{port} until it is interrupted; for example:");
    println!("  gen deploy clickstream --env dev --endpoint-url http://127.0.0.1:{port}");
    let mut server = server(port);
    // In the place of this process: an interruption reaches the server alone, which then takes its time to clean up.
    let error = server.exec();
    Err(command::unstarted(&server, &error))
}

fn server(port: u16) -> Command {
    let mut server = Command::new(tools::local());
    server.args(["-B", "-m", "strataform_local", "--port", &port.to_string()]);
    server.env("PYTHONPATH", files::root().join("tests/local-aws"));
    server.env("STRATAFORM_WAREHOUSE_BIN", warehouse()).env("STRATAFORM_SPARK_PYTHON", tools::spark());
    server
}

/// Builds the program that stands for the warehouse. In the scope of the tests its dependencies are theirs.
///
/// # Errors
/// It does not compile.
pub(crate) fn build_warehouse(scope: &[&str]) -> Result<(), String> {
    command::run(cargo("build").arg("--quiet").args(scope).args(["--bin", "strataform-warehouse"]))
}

/// The program that stands for the warehouse.
pub(crate) fn warehouse() -> PathBuf {
    below(&files::root(), env::var_os("CARGO_TARGET_DIR").map(PathBuf::from))
}

/// Cargo runs in the workspace, so a folder that is not named from the root of the machine is named from there.
fn below(root: &Path, target: Option<PathBuf>) -> PathBuf {
    root.join(target.unwrap_or_else(|| "target".into())).join("debug/strataform-warehouse")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_port_may_be_named() {
        #[derive(clap::Parser)]
        struct Command {
            #[command(flatten)]
            arguments: Arguments,
        }
        let port = |words: &[&str]| {
            let words = std::iter::once("local-aws").chain(words.iter().copied());
            <Command as clap::Parser>::try_parse_from(words).map(|command| command.arguments.port.get()).ok()
        };
        assert_eq!(port(&[]), Some(4566));
        assert_eq!(port(&["5000"]), Some(5000));
        assert_eq!(port(&["0"]), None);
        assert_eq!(port(&["--port"]), None);
        assert_eq!(port(&["1", "2"]), None);
    }

    #[test]
    fn the_warehouse_lies_where_cargo_builds() {
        let at = |target: Option<&str>| below(Path::new("/src"), target.map(PathBuf::from));
        assert_eq!(at(None), Path::new("/src/target/debug/strataform-warehouse"));
        assert_eq!(at(Some("elsewhere")), Path::new("/src/elsewhere/debug/strataform-warehouse"));
        assert_eq!(at(Some("/tmp/t")), Path::new("/tmp/t/debug/strataform-warehouse"));
    }
}
