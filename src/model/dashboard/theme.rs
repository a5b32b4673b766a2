//! [`Theme`]: colours and type of every dashboard.

/// Colours and type of every dashboard; what the file does not say is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// Whether light letters stand on a dark ground.
    pub dark: bool,
    /// The colour of what is chosen, and of links.
    pub accent: Option<Color>,
    /// Colours of categories, in the order in which they are used; empty where the file names none.
    pub palette: Vec<Color>,
    /// The type.
    pub font: Option<String>,
}

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(pub [u8; 3]);

impl std::fmt::Display for Color {
    /// `#1F6FB2`, in the upper case that QuickSight asks for.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02X}{green:02X}{blue:02X}")
    }
}
