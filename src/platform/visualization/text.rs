//! Text of the platform file as QuickSight accepts it: it is always escaped to plain data.

/// One line of at most `longest` characters: control characters and line breaks become spaces.
///
/// `{{` becomes `{ {`: CloudFormation resolves `{{resolve:…}}` anywhere in a template, and has no way to escape it.
pub(super) fn line(text: &str, longest: usize) -> String {
    let spaced: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    let words = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    shorten(&without_references(&words), longest)
}

/// A text box: the title in bold, if there is one, then the paragraphs.
pub(super) fn text_box(title: &str, text: &str) -> String {
    let title = escape(&line(title, 512));
    let title = match title.as_str() {
        "" => String::new(),
        title => format!("<inline font-size=\"16px\"><b>{title}</b></inline><br/>"),
    };
    let text = shorten(&without_references(&text.replace('\r', "")), LONGEST_TEXT);
    let lines: Vec<String> = text.trim().lines().map(|one| escape(one.trim())).collect();
    format!("<text-box>{title}{}</text-box>", lines.join("<br/>"))
}

/// Maximum characters of a text: even escaped, it stays within the 150,000 of a text box.
const LONGEST_TEXT: usize = 20_000;

fn without_references(text: &str) -> String {
    // Twice: of three braces in a row, the first pass leaves two next to each other.
    text.replace("{{", "{ {").replace("{{", "{ {")
}

/// At most `longest` characters, with an ellipsis if the text was cut.
fn shorten(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let kept: String = text.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Escapes the five special characters of XML, and drops or replaces those that XML does not allow.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => {}
            one if one.is_control() => escaped.push(' '),
            one => escaped.push(one),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_references_stay_text() {
        let found = text_box("a<b", "x & <script>\n\n\"${y}\" {{{resolve:ssm:z}}\u{0}");
        assert_eq!(
            found,
            "<text-box><inline font-size=\"16px\"><b>a&lt;b</b></inline><br/>x &amp; &lt;script&gt;<br/><br/>\
             &quot;${y}&quot; { { {resolve:ssm:z}} </text-box>"
        );
    }

    #[test]
    fn a_line_has_no_breaks_and_stays_within_its_limit() {
        assert_eq!(line("a\n\tb\u{7}c", 10), "a b c");
        assert_eq!(line(&"é".repeat(300), 100).chars().count(), 100);
        assert_eq!(line(&"é".repeat(100), 100), "é".repeat(100));
    }
}
