//! Browsers: opening a page, and taking a screenshot of it without a display.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use strataform_backoff::{Backoff, Limit};

use super::one_change::Partial;
use super::outcome::Fail;

/// Executable names of browsers that take screenshots without a display.
const NAMES: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
];
/// How often the browser process is polled, and how long a screenshot may take.
const POLLING: Backoff =
    Backoff::constant(Duration::from_millis(20)).until(Limit::Elapsed(Duration::from_secs(90)));
/// Height of the window in pixels until the page reports its own height.
const HEIGHT: u32 = 1_000;

/// The colors of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Dark text on a light background.
    Light,
    /// Light text on a dark background.
    Dark,
}

/// What a screenshot shows.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    /// Width in pixels.
    pub(super) width: u32,
    /// The sheet, as the page's URL names it; the first one if absent.
    pub(super) sheet: Option<String>,
    /// The colors, whatever the system prefers, so that the same command takes the same screenshot everywhere.
    pub(super) scheme: Scheme,
}

/// Opens a page in the default browser, or in the one that `GEN_BROWSER` names.
pub(super) fn open(page: &Path) -> Result<(), Fail> {
    let page = absolute(page)?;
    let mut command = match std::env::var_os("GEN_BROWSER") {
        Some(browser) => Command::new(browser),
        None if cfg!(target_os = "macos") => Command::new("open"),
        None if cfg!(windows) => {
            let mut shell = Command::new("cmd");
            shell.args(["/C", "start", ""]);
            shell
        }
        None => Command::new("xdg-open"),
    };
    let started = command.arg(&page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started.map(drop).map_err(|error| {
        let help = format!("open {} by hand, or set GEN_BROWSER to a browser", page.display());
        Fail::refused(format!("cannot open a browser: {error}"), help)
    })
}

/// Takes a screenshot of a page, as high as the page.
pub(super) fn screenshot(page: &Path, picture: &Path, shot: &Shot) -> Result<(), Fail> {
    let Some(browser) = find() else {
        let help = "install Chromium, Chrome or Edge, or set GEN_BROWSER to one";
        return Err(Fail::refused("cannot take a screenshot: no supported browser found", help));
    };
    let page = absolute(page)?;
    let unwritable =
        |error: io::Error| Fail::refused(format!("cannot write {}: {error}", picture.display()), "");
    let (address, width) = (address(&page, shot), shot.width);
    // The browser chooses the format by the extension.
    let partial = Partial::of(picture, ".png").map_err(unwritable)?;
    let height = height(&browser, &address, width)?;
    let taken =
        [format!("--screenshot={}", partial.path().display()), format!("--window-size={width},{height}")];
    run(&browser, &address, taken)?;
    if partial.is_empty().map_err(unwritable)? {
        let help = "check that the browser starts, for example with `chromium --version`";
        return Err(Fail::refused("the browser wrote no screenshot", help));
    }
    partial.complete().map_err(unwritable)
}

/// The height of the page in pixels, which it reports in `data-height` when rendered.
fn height(browser: &Path, address: &str, width: u32) -> Result<u32, Fail> {
    let document =
        run(browser, address, ["--dump-dom".to_owned(), format!("--window-size={width},{HEIGHT}")])?;
    let height = document.split_once("data-height=\"").and_then(|(_, rest)| rest.split_once('"'));
    let height = height.and_then(|(digits, _)| digits.parse::<u32>().ok());
    Ok(height.unwrap_or(HEIGHT).clamp(400, 16_000))
}

fn absolute(page: &Path) -> Result<PathBuf, Fail> {
    fs::canonicalize(page)
        .map_err(|error| Fail::refused(format!("cannot read {}: {error}", page.display()), ""))
}

/// The URL of a page, with its colors as the query and one of its sheets as the fragment.
fn address(page: &Path, shot: &Shot) -> String {
    let mut address = "file://".to_owned();
    for byte in page.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address.push_str(match shot.scheme {
        Scheme::Light => "?scheme=light",
        Scheme::Dark => "?scheme=dark",
    });
    if let Some(sheet) = &shot.sheet {
        address.push('#');
        address.push_str(sheet);
    }
    address
}

fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GEN_BROWSER") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let places = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let known = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    places.chain(known.map(PathBuf::from)).find(|path| path.is_file())
}

/// Runs a browser without a display or background networking; returns its standard output.
fn run(browser: &Path, address: &str, wanted: impl IntoIterator<Item = String>) -> Result<String, Fail> {
    let failed = |error: std::io::Error| Fail::refused(format!("cannot take a screenshot: {error}"), "");
    let profile = tempfile::Builder::new().prefix("gen-preview-").tempdir().map_err(failed)?;
    let printed = profile.path().join("printed");
    let output = fs::File::create(&printed).map_err(failed)?;
    let mut arguments: Vec<OsString> = [
        "--headless",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--force-prefers-reduced-motion",
        "--virtual-time-budget=10000",
    ]
    .map(OsString::from)
    .to_vec();
    // Chromium does not run as root with its sandbox, and test containers run as root.
    if is_root() {
        arguments.push("--no-sandbox".into());
    }
    let mut data = OsString::from("--user-data-dir=");
    data.push(profile.path());
    arguments.push(data);
    arguments.extend(wanted.into_iter().map(OsString::from));
    let child = Command::new(browser)
        .args(arguments)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(Stdio::null())
        .spawn();
    let ended = child.map_err(failed).and_then(|mut child| {
        let mut pacer = POLLING.start(None);
        loop {
            match child.try_wait().map_err(failed)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    return Err(Fail::refused(
                        format!("the browser failed: {status}"),
                        "set GEN_BROWSER to another browser",
                    ));
                }
                None if pacer.pause().is_ok() => {}
                None => {
                    // It may have exited in the meantime; then there is nothing to kill.
                    let _ = child.kill();
                    let _ = child.wait();
                    let help = "set GEN_BROWSER to another browser";
                    return Err(Fail::refused("the browser did not finish within 90 seconds", help));
                }
            }
        }
    });
    let text = ended.and_then(|()| fs::read(&printed).map_err(failed));
    text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_percent_encoded() {
        let mut shot = Shot { width: 400, sheet: Some("sales/stores".to_owned()), scheme: Scheme::Dark };
        let page = Path::new("/a b/c#d?%é.html");
        assert_eq!(address(page, &shot), "file:///a%20b/c%23d%3F%25%C3%A9.html?scheme=dark#sales/stores");
        (shot.sheet, shot.scheme) = (None, Scheme::Light);
        assert_eq!(address(page, &shot), "file:///a%20b/c%23d%3F%25%C3%A9.html?scheme=light");
    }
}
