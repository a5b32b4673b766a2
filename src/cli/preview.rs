//! `gen preview`

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use strataform::diagnostic::did_you_mean;
use strataform::platform::Context;
use strataform::preview::{self, Rows};
use strataform::synth;
use strataform_preview::{Page, html};

use super::browser;
use super::outcome::{Fail, Outcome};
use super::platforms;
use super::view::human;

/// Draw a platform's dashboards on a page of their own, before anything is deployed.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The platform; may be left out where there is one.
    platform: Option<String>,
    /// The environment; the first of the file where it is left out.
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// A folder with the rows of each data set, NAME.parquet or NAME.csv, instead of made-up rows.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// What decides the made-up rows.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "data")]
    seed: u64,
    /// File to write, instead of preview/PLATFORM-ENV.html.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Open the page in a browser.
    #[arg(long)]
    open: bool,
    /// Also write a picture of the page, a PNG; needs Chromium, Chrome or Edge, or a browser named in `GEN_BROWSER`.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// How wide the picture is, in pixels.
    #[arg(long, value_name = "PIXELS", default_value_t = 1_440, requires = "screenshot", value_parser = clap::value_parser!(u32).range(320..=3_840))]
    width: u32,
    /// The sheet of the picture, DASHBOARD/SHEET by their names; the first one where it is left out.
    #[arg(long, value_name = "SHEET", requires = "screenshot")]
    sheet: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    if let Some(folder) = arguments.data.as_ref().filter(|folder| !folder.is_dir()) {
        let help = "name the folder of the files";
        return Err(Fail::refused(format!("{} is no folder", folder.display()), help));
    }
    let wanted: Vec<String> = arguments.platform.iter().cloned().collect();
    let mut loaded = platforms::load(&wanted)?;
    if loaded.len() > 1 {
        let help = format!("name {}", platforms::one_of(&loaded));
        return Err(Fail::usage("there is more than one platform", help));
    }
    let environments: Vec<String> = arguments.environment.iter().cloned().collect();
    platforms::known_environments(&loaded, &environments)?;
    let Some(one) = loaded.first_mut() else { return Ok(Outcome::Found) };
    let made = one.platform.as_ref().filter(|_| !one.has_errors()).map(|platform| {
        let found = platforms::environments(platform, &environments);
        let environment =
            found.first().ok_or_else(|| Fail::Bug("a platform has no environment".to_owned()))?;
        let rows = match &arguments.data {
            Some(folder) => Rows::Given(folder),
            None => Rows::Sample { seed: arguments.seed },
        };
        let context = Context { platform, environment };
        let page = synth::synth(platform, environment, &one.sql)
            .and_then(|draft| preview::page(context, &draft, rows));
        Ok::<_, Fail>((page, format!("{}-{}", platform.name, environment.name)))
    });
    let Some((page, name)) = made.transpose()? else {
        human::diagnostics(one.placed())?;
        return Ok(Outcome::Found);
    };
    let page = match page {
        Ok(page) => page,
        Err(faults) => {
            one.diagnostics.extend(faults);
            human::diagnostics(one.placed())?;
            return Ok(Outcome::Found);
        }
    };
    human::diagnostics(one.placed())?;
    if page.dashboards.is_empty() {
        return Err(Fail::refused("the platform has no dashboards", "add `[dashboard.<name>]` to its file"));
    }
    show(arguments, &page, &name)
}

/// Writes the page, and what else is asked for.
fn show(arguments: &Arguments, page: &Page, name: &str) -> Result<Outcome, Fail> {
    let path = match &arguments.out {
        Some(path) => path.clone(),
        None => Path::new("preview").join(format!("{name}.html")),
    };
    let text = html(page);
    write(&path, text.as_bytes())?;
    let sheets: Vec<&Vec<serde_json::Value>> =
        page.dashboards.iter().filter_map(|one| one.definition["Sheets"].as_array()).collect();
    let visuals = sheets.iter().flat_map(|sheets| sheets.iter());
    let visuals: usize = visuals.filter_map(|sheet| sheet["Visuals"].as_array()).map(Vec::len).sum();
    human::line(&format!(
        "✓ {}  {}, {}, {}, {}",
        path.display(),
        human::count(page.dashboards.len(), "dashboard"),
        human::count(sheets.iter().map(|sheets| sheets.len()).sum(), "sheet"),
        human::count(visuals, "visual"),
        human::size(text.len() as u64),
    ))?;
    if let Some(picture) = &arguments.screenshot {
        let sheet = arguments.sheet.as_deref().map(|wanted| address(page, wanted)).transpose()?;
        browser::screenshot(&path, picture, arguments.width, sheet.as_deref())?;
        human::line(&format!("✓ {}", picture.display()))?;
    }
    if arguments.open {
        browser::open(&path)?;
    }
    Ok(Outcome::Done)
}

/// The address of a sheet in the page: the platform file calls it `overview/sessions`, the page
/// `overview/sheet-sessions`.
fn address(page: &Page, wanted: &str) -> Result<String, Fail> {
    let mut known = Vec::new();
    for dashboard in &page.dashboards {
        let sheets = dashboard.definition["Sheets"].as_array().into_iter().flatten();
        let ids = sheets.filter_map(|sheet| sheet["SheetId"].as_str());
        known.extend(ids.map(|id| format!("{}/{id}", dashboard.name)));
    }
    let spelled = |one: &&String| **one == wanted || one.replacen("/sheet-", "/", 1) == wanted;
    if let Some(found) = known.iter().find(spelled) {
        return Ok(found.clone());
    }
    let names: Vec<String> = known.iter().map(|one| one.replacen("/sheet-", "/", 1)).collect();
    let help = did_you_mean(wanted, names.iter().map(String::as_str));
    Err(Fail::usage(format!("unknown sheet `{wanted}`"), help))
}

/// Writes beside, then renames: nobody finds half a page.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Fail> {
    let failed =
        |error: std::io::Error| Fail::refused(format!("cannot write {}: {error}", path.display()), "");
    // A bare name is in the current folder.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // Others may read the page, as they may read any file that the user makes.
    let beside = tempfile::Builder::new().make_in(folder, |beside| fs::File::create_new(beside));
    let mut beside = beside.map_err(failed)?;
    beside.write_all(bytes).map_err(failed)?;
    beside.persist(path).map(drop).map_err(|error| failed(error.error))
}
