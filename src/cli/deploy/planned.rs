//! The lines of a plan: all of them, or as many as a screen has room for, with the rest counted.
//!
//! Counted first are resources to create or retain and SQL files, then updates, then whole steps. What is replaced or
//! deleted, what loses data, and what changes for rows that are there is always shown.

use anstyle::{AnsiColor, Style};
use strataform::assembly::layout::file_name;
use strataform::deploy::{
    Effect, Plan, PropertyChange, ResourceChange, SqlPlan, SqlStep, SqlWork, StackAction, StackPlan, Step,
    Task,
};

use super::super::view::human;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const FAINT: Style = Style::new().dimmed();

/// When a line is counted instead of shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fold {
    /// If the plan does not fit.
    First,
    /// If it still does not fit.
    Second,
    /// Never.
    Never,
}

/// A line of a step.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    fold: Fold,
    /// What it is counted as.
    counted: &'static str,
}

impl Line {
    fn kept(text: String) -> Self {
        Self { text, fold: Fold::Never, counted: "" }
    }
}

/// A step: what it does, and its parts.
#[derive(Clone, Debug)]
struct Part {
    head: String,
    lines: Vec<Line>,
}

/// The room that a screen has for a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    /// Rows, without those of the title, the totals and the question.
    pub(super) rows: usize,
    /// Columns; a longer line takes several rows.
    pub(super) columns: usize,
}

impl Room {
    fn has(self, lines: &[String]) -> bool {
        let rows = |line: &String| {
            let width = anstream::adapter::strip_str(line).to_string().chars().count();
            width.div_ceil(self.columns.max(1)).max(1)
        };
        lines.iter().map(rows).sum::<usize>() <= self.rows
    }
}

/// The lines of a plan, as many as there is room for: all of them if there is no limit.
pub(super) fn lines(plan: &Plan, room: Option<Room>) -> Vec<String> {
    folded(&plan.steps.iter().filter_map(part).collect::<Vec<_>>(), room)
}

fn folded(parts: &[Part], room: Option<Room>) -> Vec<String> {
    let all: Vec<String> = parts.iter().flat_map(|part| shown(part, None)).collect();
    let fits = |lines: &[String]| room.is_none_or(|room| room.has(lines));
    if fits(&all) {
        return all;
    }
    for fold in [Fold::First, Fold::Second] {
        let lines: Vec<String> = parts.iter().flat_map(|part| shown(part, Some(fold))).collect();
        if fits(&lines) {
            return lines;
        }
    }
    let (kept, rest): (Vec<&Part>, Vec<&Part>) =
        parts.iter().partition(|part| part.lines.iter().any(|line| line.fold == Fold::Never));
    let mut lines: Vec<String> = kept.iter().flat_map(|part| shown(part, Some(Fold::Second))).collect();
    let counted: Vec<&Line> = rest.iter().flat_map(|part| &part.lines).collect();
    let what = if counted.is_empty() { String::new() } else { format!(": {}", counts(&counted)) };
    lines.push(format!("  {FAINT}… {}{what}{FAINT:#}", human::count(rest.len(), "more step")));
    lines
}

/// The lines of a step; those that fold at this point or before are counted in one.
fn shown(part: &Part, fold: Option<Fold>) -> Vec<String> {
    let is_folded = |line: &&Line| fold.is_some_and(|fold| line.fold <= fold);
    let (hidden, kept): (Vec<&Line>, Vec<&Line>) = part.lines.iter().partition(is_folded);
    let mut lines = vec![format!("  {}", part.head)];
    lines.extend(kept.into_iter().map(|line| format!("    {}", line.text)));
    match hidden.as_slice() {
        [] => {}
        // The count would take the same line.
        [only] => lines.push(format!("    {}", only.text)),
        many => lines.push(format!("    {FAINT}… {}{FAINT:#}", counts(many))),
    }
    lines
}

/// `16 to create, 2 to update`
fn counts(lines: &[&Line]) -> String {
    let mut found: Vec<(&str, usize)> = Vec::new();
    for line in lines {
        match found.iter_mut().find(|(word, _)| *word == line.counted) {
            Some((_, count)) => *count += 1,
            None => found.push((line.counted, 1)),
        }
    }
    found.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// What a plan does in total: the line above the question.
pub(super) fn totals(plan: &Plan) -> String {
    let (mut changes, mut files, mut statements) = (Vec::new(), 0, 0);
    for step in &plan.steps {
        match &step.task {
            Task::Stack(plan) => changes.extend(&plan.changes),
            Task::DeleteStack(plan) => changes.extend(&plan.changes),
            Task::Sql(plan) => {
                let steps = applied(plan);
                files += steps.len();
                statements += steps.into_iter().map(left).sum::<usize>();
            }
        }
    }
    let count = |effect: Effect| changes.iter().filter(|one| one.effect == effect).count();
    let lost = changes.iter().filter(|one| one.loses_data).count();
    let released = match count(Effect::Release) {
        0 => String::new(),
        some => format!(", {some} to retain"),
    };
    let lost = if lost == 0 {
        String::new()
    } else {
        format!("; {BAD}data of {} lost{BAD:#}", human::count(lost, "resource"))
    };
    format!(
        "total: {} to create, {} to update, {} to replace, {} to delete{released}; {} with {} to apply{lost}",
        count(Effect::Create),
        count(Effect::Update),
        count(Effect::Replace),
        count(Effect::Delete),
        human::count(files, "SQL file"),
        human::count(statements, "statement"),
    )
}

/// A step, unless there is nothing to show.
fn part(step: &Step) -> Option<Part> {
    let (what, lines) = match &step.task {
        Task::Stack(plan) => stack(plan),
        Task::Sql(plan) if plan.steps.is_empty() && plan.unchanged == 0 => return None,
        Task::Sql(plan) => sql(plan),
        Task::DeleteStack(plan) => {
            let resources = human::count(plan.changes.len(), "resource");
            (format!("delete, {resources}"), plan.changes.iter().map(change).collect())
        }
    };
    Some(Part { head: format!("{:<16} {what}", step.id), lines })
}

fn stack(plan: &StackPlan) -> (String, Vec<Line>) {
    let resources = human::count(plan.changes.len(), "resource");
    let what = match plan.action {
        StackAction::Create => format!("create, {resources}"),
        StackAction::Update if plan.changes.is_empty() => "update, no resource changes".to_owned(),
        StackAction::Update => format!("update, {resources}"),
        StackAction::Keep => "no change".to_owned(),
    };
    let first = plan.first.iter().map(|first| Line::kept(format!("{FAINT}{first}{FAINT:#}")));
    (what, first.chain(plan.changes.iter().map(change)).collect())
}

/// The files that are applied for sure: not those of which only values may have changed.
fn applied(plan: &SqlPlan) -> Vec<&SqlStep> {
    plan.steps.iter().filter(|step| step.work != SqlWork::Values).collect()
}

/// How many statements of a file run.
fn left(step: &SqlStep) -> usize {
    step.statements.len().saturating_sub(step.done)
}

fn sql(plan: &SqlPlan) -> (String, Vec<Line>) {
    let steps = applied(plan);
    let what = if steps.is_empty() {
        "no change".to_owned()
    } else {
        format!("{} to apply, {} unchanged", human::count(steps.len(), "file"), plan.unchanged)
    };
    let files = steps.into_iter().map(file);
    let notes = plan.notes.iter().map(|note| Line::kept(format!("{BAD}!{BAD:#} {note}")));
    let kept = plan.kept.iter().map(|kept| Line {
        text: format!("{FAINT}= {kept}{FAINT:#}"),
        fold: Fold::Second,
        counted: "that stay in the warehouse",
    });
    (what, files.chain(notes).chain(kept).collect())
}

fn file(step: &SqlStep) -> Line {
    let work = match step.work {
        SqlWork::Change => "changed: ",
        SqlWork::Resume => "resumed: ",
        SqlWork::Again => "again: ",
        SqlWork::NewValues => "new values: ",
        SqlWork::Contract => "as allowed: ",
        SqlWork::Apply | SqlWork::Values => "",
    };
    let (name, statements) = (file_name(&step.path), human::count(left(step), "statement"));
    let by: Vec<&str> = step.migrations.iter().map(|one| file_name(&one.path)).collect();
    let by = if by.is_empty() { String::new() } else { format!(", by {}", by.join(", ")) };
    Line {
        text: format!("{GOOD}+{GOOD:#} {name:<34} {work}{statements}{by}"),
        fold: if step.losses.is_empty() { Fold::First } else { Fold::Never },
        counted: "to apply",
    }
}

/// A resource, with the old and the new values of its properties.
fn change(one: &ResourceChange) -> Line {
    let (sign, style, word, fold, counted) = match one.effect {
        Effect::Create => ("+", GOOD, "", Fold::First, "to create"),
        Effect::Update => ("~", Style::new(), "", Fold::Second, "to update"),
        Effect::Replace => ("±", BAD, "replaced ", Fold::Never, ""),
        Effect::Delete => ("-", BAD, "deleted ", Fold::Never, ""),
        Effect::Release => ("=", FAINT, "removed from the stack, retained ", Fold::First, "to retain"),
    };
    let lost = if one.loses_data { format!("{BAD}(its data is lost){BAD:#} ") } else { String::new() };
    let by: Vec<String> = one.properties.iter().map(|name| property(name, &one.values)).collect();
    let by = by.join(", ");
    let text = format!("{style}{sign}{style:#} {:<34} {:<36} {word}{lost}{by}", one.logical, one.kind);
    let fold = if one.loses_data { Fold::Never } else { fold };
    Line { text: text.trim_end().to_owned(), fold, counted }
}

/// A property: only its name if it refers to something that changes.
fn property(name: &str, values: &[PropertyChange]) -> String {
    let value = values.iter().find(|one| one.property == name);
    value.map_or_else(|| name.to_owned(), |one| format!("{name} {} → {}", one.old, one.new))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(logical: &str, effect: Effect) -> ResourceChange {
        ResourceChange {
            logical: logical.to_owned(),
            kind: "AWS::Kinesis::Stream".to_owned(),
            effect,
            properties: Vec::new(),
            values: Vec::new(),
            loses_data: effect == Effect::Delete,
            keeps_name: None,
            verdicts: Vec::new(),
        }
    }

    fn step(id: &str, changes: Vec<ResourceChange>) -> Step {
        let task = Task::Stack(StackPlan {
            name: id.to_owned(),
            physical: id.to_owned(),
            action: StackAction::Update,
            changes,
            first: None,
        });
        Step { id: id.to_owned(), needs: Vec::new(), task }
    }

    fn parts(steps: &[Step]) -> Vec<Part> {
        steps.iter().filter_map(part).collect()
    }

    fn rows(rows: usize) -> Room {
        Room { rows, columns: 120 }
    }

    fn plain(lines: &[String]) -> Vec<String> {
        lines.iter().map(|line| anstream::adapter::strip_str(line).to_string()).collect()
    }

    #[test]
    fn a_property_is_shown_with_both_values() {
        let mut one = resource("Delivery", Effect::Update);
        one.properties = vec!["BufferingHints.IntervalInSeconds".to_owned(), "RoleARN".to_owned()];
        one.values = vec![PropertyChange {
            property: "BufferingHints.IntervalInSeconds".to_owned(),
            old: "60".to_owned(),
            new: "77".to_owned(),
        }];
        let text = plain(&[change(&one).text]).remove(0);
        assert!(text.ends_with("BufferingHints.IntervalInSeconds 60 → 77, RoleARN"), "{text}");
    }

    #[test]
    fn a_plan_that_fits_is_shown_whole() {
        let steps = parts(&[step("one", vec![resource("A", Effect::Create), resource("B", Effect::Create)])]);
        assert_eq!(folded(&steps, Some(rows(3))).len(), 3);
        assert_eq!(folded(&steps, None).len(), 3);
        assert_eq!(plain(&folded(&steps, Some(rows(2))))[1], "    … 2 to create");
        let narrow = Some(Room { rows: 3, columns: 20 });
        assert_eq!(plain(&folded(&steps, narrow))[1], "    … 2 to create", "a long line takes several rows");
    }

    #[test]
    fn what_loses_data_is_never_counted_only() {
        let many = |count: usize, effect| (0..count).map(move |at| resource(&format!("R{at}"), effect));
        let mut changes: Vec<ResourceChange> =
            many(30, Effect::Create).chain(many(5, Effect::Update)).collect();
        changes.push(resource("Lost", Effect::Delete));
        let steps = parts(&[step("one", changes), step("two", many(40, Effect::Create).collect())]);
        let lines = plain(&folded(&steps, Some(rows(10))));
        assert_eq!(lines.len(), 10, "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("~ R4")), "updates fit: {lines:#?}");
        assert_eq!(plain(&folded(&steps, Some(rows(5))))[2], "    … 30 to create, 5 to update");
        let lines = plain(&folded(&steps, Some(rows(1))));
        assert_eq!(lines.len(), 4, "{lines:#?}");
        assert!(lines[1].contains("Lost") && lines[1].contains("its data is lost"), "{lines:#?}");
        assert_eq!(lines[3], "  … 1 more step: 40 to create");
    }
}
