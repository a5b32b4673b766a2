//! Where data enters and leaves a deployed environment, and the commands to try next.

use std::io;

use anstyle::Style;
use strataform::deploy::{Addresses, Entry};

use super::super::view::human;
use super::show::{Show, Tagged, json_line};
use super::target::{Place, Session};

const FAINT: Style = Style::new().dimmed();

/// Shows the addresses of an environment; nothing if nothing is deployed.
pub(super) fn addresses(session: &Session, show: &Show, all: &Addresses) -> io::Result<()> {
    if show.is_json() {
        return json_line(&Tagged { event: "addresses", what: all });
    }
    let flags = format!(
        "--env {}{}",
        session.environment().name,
        if session.place == Place::Local { " --local" } else { "" }
    );
    let mut rows = Vec::new();
    for input in &all.inputs {
        let (kind, place) = match &input.entry {
            Entry::Stream(name) => ("stream", name.clone()),
            Entry::Prefix(url) => ("files", url.clone()),
        };
        rows.push((kind, place, format!("gen put {} FILE {flags}", input.dataset)));
    }
    for input in &all.inputs {
        rows.push(("run", input.state_machine.clone(), format!("gen run {} {flags}", input.dataset)));
    }
    if let Some(one) = &all.warehouse {
        let sql = format!("SELECT * FROM {} LIMIT 10", one.relation);
        rows.push((
            "warehouse",
            format!("{}/{}", one.name, one.database),
            format!("gen query \"{sql}\" {flags}"),
        ));
    }
    for page in &all.dashboards {
        // The local AWS stores dashboards, but does not render them.
        let shown = if session.place == Place::Local {
            format!("gen preview {} --env {}", session.platform.name, session.environment().name)
        } else {
            page.url.clone()
        };
        rows.push(("dashboard", page.id.clone(), shown));
    }
    let width = rows.iter().map(|(_, place, _)| place.chars().count()).max().unwrap_or_default();
    for (kind, place, command) in rows {
        human::line(&format!("  {FAINT}{kind:<10}{FAINT:#} {place:<width$}  {command}"))?;
    }
    Ok(())
}
