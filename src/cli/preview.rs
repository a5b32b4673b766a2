//! `gen preview`

use std::path::{Path, PathBuf};

use strataform::diagnostic::{SourceFile, did_you_mean};
use strataform::platform::Context;
use strataform::preview::{self, Rows};
use strataform::synth;
use strataform_preview::{Page, html};

use super::browser::{self, Scheme, Shot};
use super::dashboards;
use super::one_change;
use super::outcome::{Fail, Outcome};
use super::platforms;
use super::view::human;

/// Render the dashboards of a platform or a file as an HTML page; deploys nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Platform, or a file with dashboards: a template, a definition (JSON, YAML) or an asset bundle (.qs, .zip); optional if the
    /// project has only one platform.
    #[arg(value_name = "PLATFORM|FILE")]
    platform: Option<String>,
    /// Environment; defaults to the first one in the platform file.
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// Folder with the rows of each data set, NAME.parquet or NAME.csv, instead of generated rows.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Seed for the generated rows.
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "data")]
    seed: u64,
    /// File to write; defaults to preview/PLATFORM-ENV.html.
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Open the page in a browser.
    #[arg(long)]
    open: bool,
    /// Also write a PNG screenshot; requires Chromium, Chrome or Edge, or a browser named in `GEN_BROWSER`.
    #[arg(long, value_name = "FILE")]
    screenshot: Option<PathBuf>,
    /// Width of the screenshot in pixels.
    #[arg(long, value_name = "PIXELS", default_value_t = 1_440, requires = "screenshot", value_parser = clap::value_parser!(u32).range(320..=3_840))]
    width: u32,
    /// Sheet to capture, as DASHBOARD/SHEET; defaults to the first one.
    #[arg(long, value_name = "SHEET", requires = "screenshot")]
    sheet: Option<String>,
    /// Take the screenshot in the page's dark colors; the default is its light ones.
    #[arg(long, requires = "screenshot")]
    dark: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Outcome, Fail> {
    if let Some(folder) = arguments.data.as_ref().filter(|folder| !folder.is_dir()) {
        let help = "pass the folder that contains the files";
        return Err(Fail::refused(format!("{} is not a folder", folder.display()), help));
    }
    if let Some(file) =
        arguments.platform.as_deref().map(Path::new).filter(|file| dashboards::is_document(file))
    {
        return of_file(arguments, file);
    }
    let wanted: Vec<String> = arguments.platform.iter().cloned().collect();
    let mut loaded = platforms::load(&wanted)?;
    if loaded.len() > 1 {
        let help = format!("name {}", platforms::one_of(&loaded));
        return Err(Fail::usage("more than one platform found", help));
    }
    let environments: Vec<String> = arguments.environment.iter().cloned().collect();
    platforms::known_environments(&loaded, &environments)?;
    let Some(one) = loaded.first_mut() else { return Ok(Outcome::Found) };
    let made = one.platform.as_ref().filter(|_| !one.has_errors()).map(|platform| {
        let found = platforms::environments(platform, &environments);
        let environment =
            found.first().ok_or_else(|| Fail::Bug("a platform has no environment".to_owned()))?;
        let rows = arguments.rows();
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

impl Arguments {
    fn rows(&self) -> Rows<'_> {
        match &self.data {
            Some(folder) => Rows::Given(folder),
            None => Rows::Sample { seed: self.seed },
        }
    }
}

/// Shows the dashboards of a file of anybody.
fn of_file(arguments: &Arguments, file: &Path) -> Result<Outcome, Fail> {
    if arguments.environment.is_some() {
        return Err(Fail::usage("a file has no environments", "remove `--env`"));
    }
    let read = dashboards::read(file)?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match preview::foreign_page(&name, &read.value, arguments.rows()) {
        Ok(page) if page.dashboards.is_empty() => {
            let message = format!("{} has no dashboards", file.display());
            Err(Fail::refused(message, "`gen check dashboard` reports what it reads there"))
        }
        Ok(page) => show(arguments, &page, &name),
        Err(faults) => {
            let none = SourceFile { path: file.to_owned(), text: String::new() };
            human::diagnostics(faults.iter().map(|fault| (&none, fault)))?;
            Ok(Outcome::Found)
        }
    }
}

/// Writes the page, then takes the screenshot and opens the page if requested.
fn show(arguments: &Arguments, page: &Page, name: &str) -> Result<Outcome, Fail> {
    let path = match &arguments.out {
        Some(path) => path.clone(),
        None => Path::new("preview").join(format!("{name}.html")),
    };
    let text = html(page);
    one_change::write(&path, text.as_bytes())
        .map_err(|error| Fail::refused(format!("cannot write {}: {error}", path.display()), ""))?;
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
        let scheme = if arguments.dark { Scheme::Dark } else { Scheme::Light };
        browser::screenshot(&path, picture, &Shot { width: arguments.width, sheet, scheme })?;
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
