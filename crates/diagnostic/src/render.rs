//! Diagnostics as text: the summary, the excerpt of the file, the cause and the help.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::{Diagnostic, Severity, SourceFile};

/// Columns of a rendered line, whatever the terminal's width.
const WIDTH: usize = 110;

/// Returns the diagnostic without colors, for files and pipes.
#[must_use]
pub fn plain(diagnostic: &Diagnostic, file: &SourceFile) -> String {
    render(diagnostic, file, Renderer::plain())
}

/// Returns the diagnostic with ANSI colors.
#[must_use]
pub fn colored(diagnostic: &Diagnostic, file: &SourceFile) -> String {
    render(diagnostic, file, Renderer::styled())
}

fn render(diagnostic: &Diagnostic, file: &SourceFile, renderer: Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = file.path.to_string_lossy();
    let mut group: Group<'_> =
        Group::with_title(level.primary_title(&diagnostic.summary).id(diagnostic.code.text()));
    let excerpt = Excerpt::of(diagnostic, &file.text);
    if excerpt.text.len() > LONGEST {
        group = group.element(Origin::path(path).line(excerpt.line).char_column(excerpt.column));
    } else if !diagnostic.labels.is_empty() {
        let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.line).path(path);
        for (index, label) in diagnostic.labels.iter().enumerate() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let span = within(&label.span, &file.text);
            let annotation = kind.span(span.start - excerpt.start..span.end - excerpt.start);
            snippet = snippet.annotation(match label.text.as_str() {
                "" => annotation,
                text => annotation.label(text),
            });
        }
        group = group.element(snippet);
    }
    if !diagnostic.cause.is_empty() {
        group = group.element(Level::NOTE.message(&diagnostic.cause));
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(&diagnostic.help));
    }
    renderer.term_width(WIDTH).render(&[group])
}

/// The part of a file that is given to the renderer, which reads all of it for each diagnostic.
struct Excerpt<'a> {
    text: &'a str,
    /// Where it begins in the file.
    start: usize,
    /// Its first line, from 1.
    line: usize,
    /// The column of the first label there, from 1.
    column: usize,
}

/// The most bytes of an excerpt. A generated file of a single line is not shown.
const LONGEST: usize = 64 * 1_024;

impl<'a> Excerpt<'a> {
    /// A whole file that is small; of a large one, the lines with labels.
    fn of(diagnostic: &Diagnostic, text: &'a str) -> Self {
        if text.len() <= LONGEST || diagnostic.labels.is_empty() {
            return Self {
                text: if diagnostic.labels.is_empty() { "" } else { text },
                start: 0,
                line: 1,
                column: 1,
            };
        }
        let spans = diagnostic.labels.iter().map(|label| within(&label.span, text));
        let (first, last) =
            spans.fold((text.len(), 0), |(first, last), span| (first.min(span.start), last.max(span.end)));
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
        let line = 1 + text[..start].matches('\n').count();
        Self { text: &text[start..end], start, line, column: 1 + text[start..first].chars().count() }
    }
}

/// The span clamped to the text and to character boundaries: a place may come from elsewhere.
fn within(span: &std::ops::Range<usize>, text: &str) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(span.start);
    start..text.ceil_char_boundary(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Example, Explanation};

    const VOLUME: Code = Code::declared(&Explanation {
        code: "GEN0107",
        name: "VOLUME",
        severity: Severity::Error,
        meaning: "A meaning.",
        reason: "A reason.",
        example: Example::Situation("a test"),
    });

    fn file() -> SourceFile {
        SourceFile { path: "platform.toml".into(), text: "volume = \"ä\"\n".to_owned() }
    }

    #[test]
    fn it_shows_the_line_the_cause_and_the_help() {
        let fault = Diagnostic::error(VOLUME, 9..13, "no volume")
            .here("this text")
            .because("it has no unit")
            .help("write `10 GB/day`");
        let text = plain(&fault, &file());
        for part in
            ["error[GEN0107]: no volume", "platform.toml:1:10", "^^^ this text", "note: it has no unit"]
        {
            assert!(text.contains(part), "{part:?} is missing in\n{text}");
        }
        assert!(text.contains("help: write `10 GB/day`"));
        assert!(colored(&fault, &file()).contains("\u{1b}["));
    }

    #[test]
    fn of_a_large_file_only_the_lines_with_labels_are_read() {
        let line = "volume = \"x\"\n";
        let place = 7_000 * line.len();
        let diagnostic = Diagnostic::error(VOLUME, place + 9..place + 12, "invalid volume");
        let shown = |text: String| plain(&diagnostic, &SourceFile { path: "p.toml".into(), text });
        let short = Diagnostic::error(VOLUME, 9..12, "invalid volume");
        let short = plain(&short, &SourceFile { path: "p.toml".into(), text: line.to_owned() });
        let rest = |text: &str| text.replace("7001", "1").replace(' ', "");
        assert_eq!(rest(&shown(line.repeat(10_000))), rest(&short));
        let single = shown(line.repeat(10_000).replace('\n', " "));
        assert!(single.contains(&format!("p.toml:1:{}", place + 10)) && single.len() < 200, "{single}");
    }

    #[test]
    fn a_place_outside_the_file_is_clamped() {
        for span in [0..900, 900..901, 11..11, 10..11] {
            assert!(plain(&Diagnostic::error(VOLUME, span, "x"), &file()).contains("GEN0107"));
        }
    }
}
