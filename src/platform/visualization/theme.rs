//! The theme: colours and type of every dashboard.

use strataform_resources::quicksight::{
    BorderStyle, DataColorPalette, Font, GutterStyle, MarginStyle, SheetStyle, Theme, ThemeArgs,
    ThemeConfiguration, TileLayoutStyle, TileStyle, Typography, UIColorPalette,
};
use strataform_template::pseudo;

use super::{Context, text};
use crate::model::Color;

/// Colours of categories, in the order in which they are used: neighbours differ in lightness as well as in
/// hue, so that they can be told apart with every kind of colour vision, and each has at least three times
/// the contrast of the background.
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
/// The colours of the least and of the most.
pub(super) const GRADIENT: [Color; 2] = [Color([0xE6, 0xF1, 0xFA]), Color([0x08, 0x45, 0x7E])];
/// Where there is no value.
const EMPTY: Color = Color([0xE0, 0xE0, 0xE0]);
const WHITE: Color = Color([0xFF, 0xFF, 0xFF]);
const INK: Color = Color([0x16, 0x19, 0x1F]);
const GREY: Color = Color([0x54, 0x5B, 0x64]);
const PAPER: Color = Color([0xF5, 0xF6, 0xF8]);

/// The theme of a platform.
pub(super) fn theme(context: Context<'_>) -> Theme {
    let palette = DataColorPalette::new()
        .colors(CATEGORIES.map(|one| one.to_string()))
        .min_max_gradient(GRADIENT.map(|one| one.to_string()))
        .empty_fill_color(EMPTY.to_string());
    let surfaces = UIColorPalette::new()
        .primary_foreground(INK.to_string())
        .primary_background(WHITE.to_string())
        .secondary_foreground(GREY.to_string())
        .secondary_background(PAPER.to_string())
        .accent(CATEGORIES[0].to_string())
        .accent_foreground(WHITE.to_string());
    let sheet = SheetStyle::new().tile(TileStyle::new().border(BorderStyle::new().show(true))).tile_layout(
        TileLayoutStyle::new().gutter(GutterStyle::new().show(true)).margin(MarginStyle::new().show(true)),
    );
    let configuration = ThemeConfiguration::new()
        .data_color_palette(palette)
        .ui_color_palette(surfaces)
        .sheet(sheet)
        .typography(Typography::new().font_families([Font::new().font_family("Amazon Ember")]));
    Theme::new(ThemeArgs {
        aws_account_id: pseudo::account_id(),
        base_theme_id: "CLASSIC",
        configuration,
        name: text::line(&format!("{} {}", context.platform.title, context.environment.name), 200),
        theme_id: context.prefix(),
    })
    .tags(context.tags())
}
