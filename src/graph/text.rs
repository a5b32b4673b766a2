//! Text in diagrams: measuring, truncating, escaping.

/// Widths of the characters from space to tilde in Helvetica, in thousandths of the font size. System fonts differ by
/// a few percent, for which [`width`] adds a margin.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The width of a text at a font size, in hundredths of a pixel, plus 15 percent.
pub(super) fn width(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(char_width).sum();
    thousandths * size * 23 / 200
}

fn char_width(c: char) -> u32 {
    let known = u32::from(c).checked_sub(32).and_then(|index| WIDTHS.get(usize::try_from(index).ok()?));
    match known {
        Some(width) => u32::from(*width),
        None if u32::from(c) < 0x0300 => 600,
        None => 1_050,
    }
}

/// The text if it fits in this many pixels, otherwise its beginning with an ellipsis.
pub(super) fn fitted(text: &str, size: u32, pixels: u32) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&text, size) <= pixels * 100 {
        return text;
    }
    let mut short = String::new();
    for c in text.chars() {
        if width(&format!("{short}{c}…"), size) > pixels * 100 {
            break;
        }
        short.push(c);
    }
    format!("{}…", short.trim_end())
}

/// The text escaped for XML elements and attributes; characters that XML does not allow become spaces.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
