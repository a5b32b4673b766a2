//! What `gen destroy` shows before it begins, and its question.

use std::io;

use strataform::deploy::{DestroyPlan, DestroyedStack, Effect};

use super::super::outcome::Fail;
use super::super::view::human;
use super::show::Show;
use super::target::Session;
use super::up::{agreed, require_terminal};

/// How many tables are listed.
const TABLES: usize = 12;

/// Prints what is deleted, what it holds, what is retained, and what must be named.
pub(super) fn show(session: &Session, what: &DestroyPlan) -> io::Result<()> {
    human::line(&format!("{}  account {}", session.title(), session.identity.account))?;
    for line in what.stacks.iter().flat_map(stack).chain(tables(what)) {
        human::line(&line)?;
    }
    human::line(
        "  versions         the history and the assemblies are kept, so that it can be deployed again",
    )?;
    human::line(&format!("  {}", totals(what)))
}

fn deleted(stack: &DestroyedStack) -> usize {
    stack.resources.iter().filter(|one| one.effect == Effect::Delete).count()
}

fn stack(stack: &DestroyedStack) -> Vec<String> {
    let resources = human::count(deleted(stack), "resource");
    let mut lines =
        vec![format!("  {:<16} {resources} to delete, {} to retain", stack.name, stack.stays.len())];
    for one in &stack.holds {
        let (sign, option) =
            one.option.as_ref().map_or(("-", String::new()), |option| ("!", format!(": {option}")));
        lines.push(format!("    {sign} {:<34} {}  {}{option}", one.logical, one.physical, one.what));
    }
    let stays = stack.stays.iter();
    lines.extend(stays.map(|(logical, physical)| format!("    = {logical:<34} {physical} is retained")));
    lines
}

/// The tables that have rows.
fn tables(what: &DestroyPlan) -> Vec<String> {
    let mut lines: Vec<String> = what
        .uncounted
        .iter()
        .map(|why| format!("  {:<16} the rows were not counted: {why}", "tables"))
        .collect();
    let Some(rows) = what.rows.as_ref().filter(|rows| !rows.is_empty()) else { return lines };
    lines.push(format!("  {:<16} {} with rows", "tables", human::count(rows.len(), "table")));
    let shown = rows.iter().take(TABLES);
    lines.extend(shown.map(|(name, rows)| format!("    - {name:<34} {rows} rows")));
    if rows.len() > TABLES {
        lines.push(format!("    … {}", human::count(rows.len() - TABLES, "more table")));
    }
    lines
}

fn totals(what: &DestroyPlan) -> String {
    let (gone, stays) = what
        .stacks
        .iter()
        .fold((0, 0), |(gone, stays), stack| (gone + deleted(stack), stays + stack.stays.len()));
    let holding =
        what.stacks.iter().flat_map(|stack| &stack.holds).filter(|one| one.option.is_some()).count();
    format!("total: {gone} to delete, {stays} to retain; {} with data", human::count(holding, "resource"))
}

/// Asks for confirmation. If data is lost, only the name of the environment confirms.
pub(super) fn agreed_to(title: &str, account: &str, what: &DestroyPlan) -> Result<bool, Fail> {
    if !what.loses_data() {
        return agreed(&format!("destroy {title} in account {account}?"));
    }
    require_terminal()?;
    let question = format!("type `{title}` to destroy it and its data in account {account}: ");
    Ok(Show::ask(&question)? == title)
}
