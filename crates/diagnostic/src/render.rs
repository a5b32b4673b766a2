//! Diagnostics as text: the summary, the excerpt of the file, the cause and the help.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

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
    if !diagnostic.labels.is_empty() {
        let mut snippet = Snippet::source(file.text.as_str()).path(path);
        for (index, label) in diagnostic.labels.iter().enumerate() {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(within(&label.span, &file.text));
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
    fn a_place_outside_the_file_is_clamped() {
        for span in [0..900, 900..901, 11..11, 10..11] {
            assert!(plain(&Diagnostic::error(VOLUME, span, "x"), &file()).contains("GEN0107"));
        }
    }
}
