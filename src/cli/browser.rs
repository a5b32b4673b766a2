//! Browsers: one to look at a page with, one to take a picture of it with.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use strataform_backoff::{Backoff, Limit};

use super::outcome::Fail;

/// What can take pictures without a screen, by the names that they have.
const NAMES: [&str; 7] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
];
/// How often a browser is looked at, and how long a picture may take.
const LOOKS: Backoff =
    Backoff::constant(Duration::from_millis(20)).until(Limit::Elapsed(Duration::from_secs(90)));
/// Pixels of a picture's height until the page says how high it is.
const HEIGHT: u32 = 1_000;

/// Opens a page with what the desktop has for pages.
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
        let help = format!("open {} yourself, or name a browser in GEN_BROWSER", page.display());
        Fail::refused(format!("no browser was opened: {error}"), help)
    })
}

/// Takes a picture of a page as wide as is said, and as high as the page is.
pub(super) fn screenshot(page: &Path, picture: &Path, width: u32, sheet: Option<&str>) -> Result<(), Fail> {
    let Some(browser) = find() else {
        let help = "install Chromium, Chrome or Edge, or name one in GEN_BROWSER";
        return Err(Fail::refused("no picture was taken: there is no browser that takes pictures", help));
    };
    let page = absolute(page)?;
    if let Some(folder) = picture.parent() {
        fs::create_dir_all(folder)
            .map_err(|error| Fail::refused(format!("cannot write {}: {error}", picture.display()), ""))?;
    }
    let address = address(&page, sheet);
    let mut beside = picture.as_os_str().to_owned();
    beside.push(".new.png");
    let beside = std::path::absolute(PathBuf::from(beside))
        .map_err(|error| Fail::refused(format!("cannot write {}: {error}", picture.display()), ""))?;
    let height = height(&browser, &address, width)?;
    let taken = [format!("--screenshot={}", beside.display()), format!("--window-size={width},{height}")];
    run(&browser, &address, taken)?;
    fs::rename(&beside, picture).map_err(|error| {
        let help = "does the browser run here at all? `chromium --version` says";
        Fail::refused(format!("the browser took no picture: {error}"), help)
    })
}

/// How high the page is, as it says itself when it is drawn.
fn height(browser: &Path, address: &str, width: u32) -> Result<u32, Fail> {
    let document =
        run(browser, address, ["--dump-dom".to_owned(), format!("--window-size={width},{HEIGHT}")])?;
    let said = document.split_once("data-height=\"").and_then(|(_, rest)| rest.split_once('"'));
    let said = said.and_then(|(digits, _)| digits.parse::<u32>().ok());
    Ok(said.unwrap_or(HEIGHT).clamp(400, 16_000))
}

fn absolute(page: &Path) -> Result<PathBuf, Fail> {
    fs::canonicalize(page)
        .map_err(|error| Fail::refused(format!("cannot read {}: {error}", page.display()), ""))
}

/// The address of a page and of one of its sheets.
fn address(page: &Path, sheet: Option<&str>) -> String {
    let mut address = "file://".to_owned();
    for byte in page.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    if let Some(sheet) = sheet {
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

/// Runs a browser without a screen and without a network, and gives what it prints.
fn run(browser: &Path, address: &str, wanted: impl IntoIterator<Item = String>) -> Result<String, Fail> {
    let failed = |error: std::io::Error| Fail::refused(format!("no picture was taken: {error}"), "");
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
    // Chromium keeps its sandbox from root, who has containers of tests to himself.
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
        let mut pacer = LOOKS.start(None);
        loop {
            match child.try_wait().map_err(failed)? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    return Err(Fail::refused(
                        format!("the browser ended with {status}"),
                        "name another in GEN_BROWSER",
                    ));
                }
                None if pacer.pause().is_ok() => {}
                None => {
                    // It may have ended just now, and then there is nothing to stop.
                    let _ = child.kill();
                    let _ = child.wait();
                    let help = "name another browser in GEN_BROWSER";
                    return Err(Fail::refused("the browser drew nothing in 90 seconds", help));
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
    fn an_address_has_no_signs_of_its_own() {
        let found = address(Path::new("/a b/c#d?%é.html"), Some("sales/stores"));
        assert_eq!(found, "file:///a%20b/c%23d%3F%25%C3%A9.html#sales/stores");
    }
}
