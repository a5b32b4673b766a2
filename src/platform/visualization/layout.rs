//! The layout of visuals on a sheet: shelves of visuals of equal height in a grid of 36 columns.

use crate::model::{GridSize, Growth, Visual};

/// The number of columns of the grid.
pub(super) const COLUMNS: u8 = GridSize::COLUMNS;
/// The maximum number of rows of a visual.
const TALLEST: u8 = GridSize::TALLEST;

/// The position of a visual; columns and rows are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The first column.
    pub(super) column: u8,
    /// The first row.
    pub(super) row: u32,
    /// The width in columns.
    pub(super) width: u8,
    /// The height in rows.
    pub(super) height: u8,
}

/// A place for each visual, in reading order; no two overlap, and none leaves the grid.
///
/// Visuals with a position in the platform file keep it; all others follow below them. Visuals of equal height are
/// placed next to each other while there is room. A chart without a configured width is widened to the end of its
/// shelf if it is the last one on it.
pub(super) fn places(visuals: &[Visual]) -> Vec<Place> {
    let fixed = visuals.iter().filter_map(fixed_place);
    let below = fixed.map(|place| place.row + u32::from(place.height)).max().unwrap_or(0);
    let free: Vec<&Visual> = visuals.iter().filter(|visual| fixed_place(visual).is_none()).collect();
    let mut shelves = shelves(&free, below).into_iter();
    visuals.iter().filter_map(|visual| fixed_place(visual).or_else(|| shelves.next())).collect()
}

/// The position of a visual in the platform file.
fn fixed_place(visual: &Visual) -> Option<Place> {
    let (column, row) = visual.at?;
    let (width, height) = size(visual);
    Some(Place {
        column,
        row: u32::from(row),
        width: width.min(COLUMNS.saturating_sub(column)).max(1),
        height,
    })
}

/// A place for each visual without a configured position, from a row on.
fn shelves(visuals: &[&Visual], first: u32) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::with_capacity(visuals.len());
    let mut next = Place { column: 0, row: first, width: 0, height: 0 };
    for (at, visual) in visuals.iter().enumerate() {
        let (width, height) = size(visual);
        if at > 0 && (next.column + width > COLUMNS || next.height != height) {
            widen(visuals, &mut places, next.column);
            next.column = 0;
            next.row += u32::from(next.height);
        }
        places.push(Place { column: next.column, row: next.row, width, height });
        next.column += width;
        next.height = height;
    }
    widen(visuals, &mut places, next.column);
    places
}

/// Widens the last visual to the end of its shelf, if it is a chart without a configured width. `end` is the first free
/// column of the shelf.
fn widen(visuals: &[&Visual], places: &mut [Place], end: u8) {
    let at = places.len().saturating_sub(1);
    if let (Some(place), Some(visual)) = (places.last_mut(), visuals.get(at))
        && visual.width.is_none()
        && visual.default_size.growth == Growth::ToTheEnd
    {
        place.width += COLUMNS.saturating_sub(end);
    }
}

/// The columns and rows: the configured ones within the limits, or the defaults.
fn size(visual: &Visual) -> (u8, u8) {
    let width = visual.width.unwrap_or(visual.default_size.width);
    let height = visual.height.unwrap_or(visual.default_size.height);
    (width.clamp(1, COLUMNS), height.clamp(1, TALLEST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fixture;

    /// The size of a KPI.
    const FIXED: GridSize = GridSize { width: 9, height: 6, growth: Growth::Fixed };

    /// Pseudo-random numbers, the same in every run.
    fn numbers(mut state: u64) -> impl FnMut(u64) -> u64 {
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        }
    }

    fn visual(next: &mut impl FnMut(u64) -> u64) -> Visual {
        let mut visual = fixture::platform().dashboards.remove(0).sheets.remove(0).visuals.remove(0);
        visual.default_size = match next(4) {
            0 => FIXED,
            1 => GridSize::ACROSS,
            2 => GridSize { height: u8::try_from(1 + next(30)).expect("small"), ..GridSize::ACROSS },
            _ => GridSize::CHART,
        };
        let mut chosen = |most: u64| (next(3) == 0).then(|| u8::try_from(1 + next(most)).expect("small"));
        (visual.width, visual.height) = (chosen(40), chosen(25));
        visual
    }

    #[test]
    fn no_two_visuals_overlap_and_none_leaves_the_grid() {
        for seed in 0..500 {
            let mut next = numbers(seed);
            let visuals: Vec<Visual> = (0..30).map(|_| visual(&mut next)).collect();
            let places = places(&visuals);
            let mut taken = std::collections::BTreeSet::new();
            for place in &places {
                assert!(place.column + place.width <= COLUMNS && place.width >= 1, "{place:?}");
                assert!((1..=TALLEST).contains(&place.height) && place.row <= 9009, "{place:?}");
                for row in place.row..place.row + u32::from(place.height) {
                    for column in place.column..place.column + place.width {
                        assert!(taken.insert((row, column)), "{places:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn four_kpis_are_in_a_row_above_two_charts() {
        let mut chart = fixture::platform().dashboards.remove(0).sheets.remove(0).visuals.remove(0);
        let kpi = Visual { default_size: FIXED, ..chart.clone() };
        let mut visuals = vec![kpi; 4];
        visuals.extend([chart.clone(), chart.clone(), chart.clone()]);
        let found: Vec<_> = places(&visuals).iter().map(|one| (one.column, one.row, one.width)).collect();
        // The last chart is alone on its shelf and takes all of it.
        let wanted = [(0, 0, 9), (9, 0, 9), (18, 0, 9), (27, 0, 9), (0, 6, 18), (18, 6, 18), (0, 18, 36)];
        assert_eq!(found, wanted);
        chart.width = Some(12);
        assert_eq!(places(&[chart.clone()])[0].width, 12);
        // A visual with a position keeps it, and the others follow below.
        let (mut first, mut second) = (chart.clone(), chart);
        (first.at, first.width, first.height) = (Some((20, 3)), Some(10), Some(4));
        second.width = None;
        let found: Vec<_> =
            places(&[second, first]).iter().map(|one| (one.column, one.row, one.width)).collect();
        assert_eq!(found, [(0, 7, 36), (20, 3, 10)]);
    }
}
