//! `cargo xtask local-aws`: the tests' local AWS, to try deployments on.
//!
//! In: a port. Out: a server in the foreground, until it is interrupted. Refuses: to keep any of its data.

use std::env;
use std::num::NonZeroU16;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::ci::cargo;
use crate::files;
use crate::tools::{self, Tool, command};

/// The address to listen on.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Port to listen on; the default is the conventional port of a local AWS
    #[arg(default_value = "4566")]
    pub(crate) port: NonZeroU16,
}

/// Installs the dependencies, builds the warehouse program, and becomes the server.
///
/// # Errors
/// If something cannot be installed, built or started.
pub(crate) fn run(port: u16) -> Result<ExitCode, String> {
    tools::setup(&[Tool::Local, Tool::Spark])?;
    build_warehouse(&["--package", "strataform-warehouse"])?;
    println!("the local AWS listens on http://127.0.0.1:{port} until interrupted; for example:");
    println!("  gen deploy clickstream --env dev --endpoint-url http://127.0.0.1:{port}");
    let mut server = server(port);
    // Replaces this process: an interrupt reaches only the server, which then cleans up.
    let error = server.exec();
    Err(command::start_error(&server, &error))
}

fn server(port: u16) -> Command {
    let mut server = Command::new(tools::local());
    server.args(["-B", "-m", "strataform_local", "--port", &port.to_string()]);
    server.env("PYTHONPATH", files::root().join("tests/local-aws"));
    server.env("STRATAFORM_WAREHOUSE_BIN", warehouse()).env("STRATAFORM_SPARK_PYTHON", tools::spark());
    server
}

/// Builds the warehouse program. In the scope of the tests, it shares their dependencies.
///
/// # Errors
/// If it does not compile.
pub(crate) fn build_warehouse(scope: &[&str]) -> Result<(), String> {
    command::run(cargo("build").arg("--quiet").args(scope).args(["--bin", "strataform-warehouse"]))
}

/// The path of the warehouse program.
pub(crate) fn warehouse() -> PathBuf {
    below(&files::root(), env::var_os("CARGO_TARGET_DIR").map(PathBuf::from))
}

/// Cargo runs in the workspace, so a relative folder is relative to it.
fn below(root: &Path, target: Option<PathBuf>) -> PathBuf {
    root.join(target.unwrap_or_else(|| "target".into())).join("debug/strataform-warehouse")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_optional() {
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
    fn the_warehouse_is_in_cargos_target_folder() {
        let at = |target: Option<&str>| below(Path::new("/src"), target.map(PathBuf::from));
        assert_eq!(at(None), Path::new("/src/target/debug/strataform-warehouse"));
        assert_eq!(at(Some("elsewhere")), Path::new("/src/elsewhere/debug/strataform-warehouse"));
        assert_eq!(at(Some("/tmp/t")), Path::new("/tmp/t/debug/strataform-warehouse"));
    }
}
