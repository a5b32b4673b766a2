//! Property tests: rendered text parses to the same tree.

use super::check::shown;
use super::render::{Target, render};
use super::*;

/// Random numbers that are the same in each run.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % limit
    }
}

fn scope() -> Scope {
    let column = |name| Reference { alias: None, column: Identifier::new(name).unwrap() };
    Scope {
        columns: vec![
            (column("i"), Type::Integer, true),
            (column("d"), Type::Decimal { precision: 9, scale: 2 }, false),
            (column("s"), Type::String { length: 9 }, true),
            (column("f"), Type::Boolean, true),
            (column("t"), Type::Timestamp, true),
        ],
        dropped: Vec::new(),
    }
}

/// A random expression with parentheses around every part.
#[expect(clippy::many_single_char_names, reason = "they are the kinds of operands")]
fn expression(random: &mut Random, kind: char, depth: usize) -> String {
    let mut sub = |kind| format!("({})", expression(random, kind, depth.saturating_sub(1)));
    if depth == 0 {
        let leaves: &[&str] = match kind {
            'n' => &["i", "1", "d", "2.50", "1e3"],
            'w' => &["i", "7"],
            's' => &["s", "'it''s'", "'\\'"],
            _ => &["f", "true", "i is null"],
        };
        return leaves[random.below(leaves.len())].to_owned();
    }
    let (a, b, c) = match kind {
        'n' => (sub('n'), sub('n'), sub('b')),
        'w' => (sub('w'), sub('w'), sub('b')),
        's' => (sub('s'), sub('s'), sub('b')),
        _ => (sub('b'), sub('b'), sub('n')),
    };
    let (n, m, s) = (sub('n'), sub('w'), sub('s'));
    let choices = match kind {
        'n' => vec![
            format!("{a} + 1"),
            format!("{m} - {m}"),
            format!("1 - {m}"),
            format!("{m} * 2"),
            format!("{a} / {b}"),
            format!("-{a}"),
            format!("case when {c} then {m} else 3 end"),
            format!("abs({a})"),
            format!("length({s})"),
        ],
        'w' => vec![
            format!("{a} + {b}"),
            format!("{a} - {b}"),
            format!("{a} * {b}"),
            format!("{a} % {b}"),
            format!("-{a}"),
            format!("extract(year from t) - {a}"),
            format!("cast({n} as integer)"),
            format!("coalesce({a}, {b})"),
        ],
        's' => vec![
            format!("{a} || {b}"),
            format!("upper({a})"),
            format!("cast({m} as string)"),
            format!("case when {c} then {a} end"),
            format!("substring({a}, 2, 3)"),
        ],
        _ => vec![
            format!("{a} and {b}"),
            format!("{a} or {b}"),
            format!("not {a}"),
            format!("{m} = {n}"),
            format!("{c} < 3"),
            format!("{a} = {b}"),
            format!("{a} is null"),
            format!("{a} is not true"),
            format!("{m} between 1 and {m}"),
            format!("{s} not in ('a', {s})"),
            format!("{s} like '%\\_^'"),
        ],
    };
    choices[random.below(choices.len())].clone()
}

#[test]
fn rendering_with_few_parentheses_keeps_the_tree() {
    let (scope, mut random) = (scope(), Random(42));
    let mut shorter = 0;
    for round in 0..4_000 {
        let text = expression(&mut random, ['n', 'w', 's', 'b'][round % 4], 1 + round % 4);
        let Ok(one) = Expression::parse(&text, &scope, Place::Row) else { continue };
        let written = render(&one.tree, Target::File, &shown);
        let again = Expression::parse(&written, &scope, Place::Row)
            .unwrap_or_else(|faults| panic!("{text}\n{written}\n{faults:?}"));
        assert_eq!(one.tree, again.tree, "{text}\n{written}");
        assert_eq!(written, render(&again.tree, Target::File, &shown));
        shorter += usize::from(written.len() < text.len());
    }
    assert!(shorter > 2_000, "the generator makes too few expressions: {shorter}");
}

#[test]
fn rendering_has_no_redundant_parentheses() {
    let scope = scope();
    for text in [
        "i + 1 * 2",
        "(i + 1) * 2",
        "i - (1 - 2)",
        "i - 1 - 2",
        "-(-i)",
        "not (f and f)",
        "not f and f",
        "(f or f) and f",
        "(i = 1) = f",
        "i + 1 = 2 or f",
        "s || s like '%'",
        "(i is null) is true",
        "i / (i / i)",
        "not not f",
    ] {
        let one =
            Expression::parse(text, &scope, Place::Row).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(render(&one.tree, Target::File, &shown), text);
    }
}
