//! Names for sample rows: the texts that the platform itself computes or compares a column with, or plausible ones.

use crate::model::Expression;
use crate::preview::figures::Figures;

/// The texts that the platform computes or compares a column with, or invented names; never none.
pub(super) fn names(figures: &Figures<'_>, expression: &Expression, called: &str) -> Vec<String> {
    let known = figures.names(expression.tree());
    known.filter(|texts| texts.len() > 1).unwrap_or_else(|| invented(called))
}

/// Plausible names for a column.
pub(in crate::preview) fn invented(name: &str) -> Vec<String> {
    const KNOWN: &[(&str, &[&str])] = &[
        ("country", &["DE", "FR", "IT", "ES", "NL", "PL"]),
        ("city", &["Berlin", "Paris", "Milano", "Madrid", "Utrecht", "Kraków"]),
        ("device", &["mobile", "desktop", "tablet"]),
        ("channel", &["web", "store", "app"]),
        ("category", &["shoes", "shirts", "jackets", "trousers", "bags"]),
        ("brand", &["Alba", "Borealis", "Corvo", "Dune"]),
        (
            "store",
            &["North gate", "Old market", "Riverside", "Station", "Harbor", "Mill road", "Airport", "Castle"],
        ),
        ("site", &["Lyon", "Gdańsk", "Porto", "Turku"]),
        ("sensor", &["temperature", "pressure", "vibration", "current"]),
        ("model", &["A100", "A200", "B10", "C3"]),
        ("status", &["open", "paid", "sent", "returned"]),
        ("segment", &["new", "regular", "loyal"]),
        ("language", &["de", "fr", "it", "es", "nl"]),
        ("region", &["north", "south", "east", "west"]),
        ("currency", &["EUR", "PLN", "SEK"]),
        ("product", &["Lamp", "Chair", "Table", "Shelf", "Rug"]),
        ("page", &["/", "/search", "/cart", "/help"]),
        ("name", &["Ada", "Ben", "Cleo", "Dan", "Eva"]),
    ];
    let found = KNOWN.iter().find(|(word, _)| name.split('_').any(|part| part == *word));
    if let Some((_, words)) = found {
        words.iter().map(|word| (*word).to_owned()).collect()
    } else {
        let stem = name.replace('_', " ");
        (1..=5).map(|number| format!("{stem} {number}")).collect()
    }
}
