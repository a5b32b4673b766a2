//! [`Theme`]: the colors and font of every dashboard.

/// The colors and font of every dashboard; unset values get a default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Whether text is light on a dark background.
    pub dark: bool,
    /// The color of selected items and of links.
    pub accent: Option<Color>,
    /// The colors of categories, in order of use; empty for the default palette.
    pub palette: Vec<Color>,
    /// The font.
    pub font: Option<String>,
}

/// A color: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl std::fmt::Display for Color {
    /// `#1F6FB2`, in the upper case that QuickSight requires.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02X}{green:02X}{blue:02X}")
    }
}
