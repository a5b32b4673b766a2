//! The theme: colors and typography of every dashboard.

use strataform_resources::quicksight::{
    BorderStyle, DataColorPalette, Font, GutterStyle, MarginStyle, SheetStyle, Theme, ThemeArgs,
    ThemeConfiguration, TileLayoutStyle, TileStyle, Typography, UIColorPalette,
};
use strataform_template::pseudo;

use super::{Context, text};
use crate::model::Color;

/// Colors of categories, in the order of use: neighbors differ in lightness as well as in hue, so that they are
/// distinguishable with any kind of color vision, and each has a contrast ratio of at least 3:1 to the background.
pub(super) const CATEGORIES: [Color; 8] = [
    Color([0x00, 0x72, 0xB2]),
    Color([0xD5, 0x5E, 0x00]),
    Color([0x00, 0x7A, 0x5A]),
    Color([0xA6, 0x4D, 0x87]),
    Color([0x9A, 0x6A, 0x00]),
    Color([0x2F, 0x8F, 0xC4]),
    Color([0x5B, 0x3F, 0x8C]),
    Color([0x6B, 0x70, 0x75]),
];
/// The colors of the minimum and the maximum.
pub(super) const GRADIENT: [Color; 2] = [Color([0xE6, 0xF1, 0xFA]), Color([0x08, 0x45, 0x7E])];
/// The color of missing values.
const EMPTY: Color = Color([0xE0, 0xE0, 0xE0]);
const WHITE: Color = Color([0xFF, 0xFF, 0xFF]);
const INK: Color = Color([0x16, 0x19, 0x1F]);
const GREY: Color = Color([0x54, 0x5B, 0x64]);
const PAPER: Color = Color([0xF5, 0xF6, 0xF8]);

/// The surface and text colors of the dark theme.
const NIGHT: Color = Color([0x16, 0x19, 0x1F]);
const DUSK: Color = Color([0x21, 0x26, 0x2E]);
const CHALK: Color = Color([0xF2, 0xF3, 0xF5]);
const MIST: Color = Color([0xB6, 0xBC, 0xC4]);
/// The counterpart of [`CATEGORIES`], each with a contrast ratio of at least 3:1 to the dark background.
const DARK_CATEGORIES: [Color; 8] = [
    Color([0x4D, 0xA6, 0xE0]),
    Color([0xF0, 0x8C, 0x4A]),
    Color([0x3D, 0xBB, 0x91]),
    Color([0xD1, 0x7F, 0xB5]),
    Color([0xD6, 0xA9, 0x3B]),
    Color([0x8F, 0xC7, 0xEC]),
    Color([0xA5, 0x8B, 0xD6]),
    Color([0xA3, 0xA8, 0xAE]),
];

/// The theme of a platform.
pub(super) fn theme(context: Context<'_>) -> Theme {
    let theme = &context.platform.theme;
    let categories = if theme.dark { DARK_CATEGORIES } else { CATEGORIES };
    let categories = if theme.palette.is_empty() { categories.to_vec() } else { theme.palette.clone() };
    let [ground, tile, ink, second] =
        if theme.dark { [NIGHT, DUSK, CHALK, MIST] } else { [PAPER, WHITE, INK, GREY] };
    let accent = theme.accent.or(categories.first().copied()).unwrap_or(INK);
    let palette = DataColorPalette::new()
        .colors(categories.iter().map(ToString::to_string).collect::<Vec<_>>())
        .min_max_gradient(GRADIENT.map(|one| one.to_string()))
        .empty_fill_color(EMPTY.to_string());
    let surfaces = UIColorPalette::new()
        .primary_foreground(ink.to_string())
        .primary_background(tile.to_string())
        .secondary_foreground(second.to_string())
        .secondary_background(ground.to_string())
        .accent(accent.to_string())
        .accent_foreground(on(accent).to_string());
    let sheet = SheetStyle::new().tile(TileStyle::new().border(BorderStyle::new().show(true))).tile_layout(
        TileLayoutStyle::new().gutter(GutterStyle::new().show(true)).margin(MarginStyle::new().show(true)),
    );
    let font = theme.font.clone().unwrap_or_else(|| "Amazon Ember".to_owned());
    let configuration = ThemeConfiguration::new()
        .data_color_palette(palette)
        .ui_color_palette(surfaces)
        .sheet(sheet)
        .typography(Typography::new().font_families([Font::new().font_family(font)]));
    Theme::new(ThemeArgs {
        aws_account_id: pseudo::account_id(),
        base_theme_id: if theme.dark { "MIDNIGHT" } else { "CLASSIC" },
        configuration,
        name: text::line(&format!("{} {}", context.platform.title, context.environment.name), 200),
        theme_id: context.prefix(),
    })
    .tags(context.tags())
}

/// White or ink, whichever contrasts better with the color.
fn on(color: Color) -> Color {
    let [red, green, blue] = color.0.map(u32::from);
    // Luma by ITU-R BT.601, in thousandths.
    if (299 * red + 587 * green + 114 * blue) / 1_000 > 140 { INK } else { WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_the_accent_is_readable() {
        assert_eq!(on(CATEGORIES[0]), WHITE);
        assert_eq!(on(Color([0xFF, 0xD8, 0x00])), INK);
    }
}
