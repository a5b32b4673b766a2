//! The messages of refused expressions, and inferred types.

use super::*;

fn scope() -> Scope {
    let column = |alias: Option<&str>, name| Reference {
        alias: alias.map(|alias| Identifier::new(alias).unwrap()),
        column: Identifier::new(name).unwrap(),
    };
    Scope {
        columns: vec![
            (column(None, "id"), Type::Bigint, false),
            (column(None, "amount"), Type::Decimal { precision: 12, scale: 2 }, true),
            (column(None, "name"), Type::String { length: 20 }, true),
            (column(None, "ratio"), Type::Double, true),
            (column(None, "ordered_at"), Type::Timestamp, false),
            (column(None, "payload"), Type::Json, true),
            (column(None, "done"), Type::Boolean, false),
            (column(Some("customer"), "country"), Type::String { length: 2 }, true),
        ],
        dropped: vec![column(None, "ip")],
    }
}

fn row(text: &str) -> Result<Expression, Vec<ExpressionFault>> {
    Expression::parse(text, &scope(), Place::Row)
}

fn group(text: &str) -> Result<Expression, Vec<ExpressionFault>> {
    Expression::parse(text, &scope(), Place::Group)
}

/// The code, the text that it points to, and the other texts in one line, of each fault.
fn faults(text: &str, place: Place) -> Vec<(&'static str, String, String)> {
    let faults = Expression::parse(text, &scope(), place).expect_err(text);
    assert!(!faults.is_empty(), "{text}");
    faults
        .into_iter()
        .map(|one| {
            let shown = text.get(one.span.clone()).expect("a span is within the text").to_owned();
            (one.code.text(), shown, format!("{} | {} | {}", one.summary, one.cause, one.help))
        })
        .collect()
}

fn is_refused(text: &str, code: &str, wanted: &str) -> bool {
    for place in [Place::Row, Place::Group] {
        let found = faults(text, place);
        if found.iter().any(|(one, _, all)| *one == code && all.contains(wanted)) {
            return true;
        }
    }
    println!("{text}: {:?}", faults(text, Place::Row));
    false
}

#[test]
fn invalid_expressions_are_refused_with_a_reason() {
    let mut wrong = Vec::new();
    for (text, code, wanted) in [
        ("", "GEN0201", "invalid SQL"),
        ("id +", "GEN0201", "invalid SQL"),
        ("id = 1 id", "GEN0201", "after the expression"),
        ("'open", "GEN0201", "close"),
        ("id -- a comment", "GEN0203", "comment"),
        ("id /* a comment */ + 1", "GEN0203", "comment"),
        ("id; select 1", "GEN0203", "semicolon"),
        ("id = ?", "GEN0203", "parameter"),
        ("id = :x", "GEN0203", "parameter"),
        ("id = $1", "GEN0203", "parameter"),
        ("name = \"x\"", "GEN0203", "single quotes"),
        ("id::integer", "GEN0203", "cast(value as type)"),
        ("(select 1)", "GEN0203", "subquery"),
        ("id in (select 1)", "GEN0203", "subquery"),
        ("exists (select 1)", "GEN0203", "subquery"),
        ("*", "GEN0203", "`*`"),
        ("sum(id) over (partition by name)", "GEN0203", "window"),
        ("interval '1' day", "GEN0203", "date_add"),
        ("name ilike 'a'", "GEN0203", "lower"),
        ("ordered_at at time zone 'CET'", "GEN0203", "UTC"),
        ("x'00'", "GEN0203", "unsupported"),
        ("nmae", "GEN0204", "did you mean `name`?"),
        ("customer.contry = 'DE'", "GEN0204", "did you mean `customer.country`?"),
        ("a.b.c", "GEN0204", "unknown column"),
        ("IP = 'x'", "GEN0204", "not stored"),
        ("lenght(name)", "GEN0205", "did you mean `length`?"),
        ("log(ratio)", "GEN0205", "ln(x)"),
        ("id & 1", "GEN0205", "operator"),
        ("datediff(ordered_at, ordered_at)", "GEN0205", "boundaries"),
        ("upper()", "GEN0206", "upper(text)"),
        ("upper(name, name)", "GEN0206", "arguments"),
        ("sum(*)", "GEN0206", "argument"),
        ("amount + name", "GEN0207", "expected a number"),
        ("amount = name", "GEN0207", "have no common type"),
        ("payload = 'x'", "GEN0207", "have no common type"),
        ("null", "GEN0207", "cannot infer"),
        ("case when done then null end", "GEN0207", "type"),
        ("case when id then 1 end", "GEN0207", "boolean"),
        ("done < true", "GEN0207", "order"),
        ("amount % 2", "GEN0207", "whole numbers"),
        ("ordered_at + 1", "GEN0207", "date_add"),
        ("sum(name)", "GEN0207", "`sum` does not accept"),
        ("min(done)", "GEN0207", "`min` does not accept"),
        ("substring(name, 0)", "GEN0208", "from 1 to"),
        ("substring(name, id)", "GEN0208", "constant"),
        ("split_part(name, '', 1)", "GEN0208", "one character"),
        ("date_trunc('decade', ordered_at)", "GEN0208", "one of `hour`, `day`"),
        ("date '2023-02-29'", "GEN0208", "invalid date"),
        ("timestamp '2023-02-28T00:00:00'", "GEN0208", "invalid timestamp"),
        ("name like '\\a'", "GEN0208", "escape"),
        ("name like name", "GEN0208", "constant"),
        ("regexp_like(name, '(?i)a')", "GEN0208", "Java"),
        ("regexp_like(name, '[a')", "GEN0208", "unclosed"),
        ("regexp_replace(name, '(a|ab)', 'x')", "GEN0208", "POSIX"),
        ("regexp_replace(name, 'a', '$1')", "GEN0208", "groups"),
        ("123456789012345678901234567890123456789", "GEN0208", "38 digits"),
        ("sum(sum(id))", "GEN0209", "within another"),
        ("sum(distinct id)", "GEN0209", "distinct"),
        ("abs(id) filter (where done)", "GEN0209", "aggregate function"),
        ("cast(name as integer)", "GEN0210", "declare the column"),
        ("cast(ratio as decimal(12,2))", "GEN0210", "binary"),
        ("cast(ratio as string)", "GEN0210", "differently"),
        ("cast(name as string(3))", "GEN0210", "left"),
        ("cast(id as smallint)", "GEN0210", "unknown type"),
        ("current_date", "GEN0211", "each run"),
        ("current_timestamp", "GEN0211", "each run"),
        ("random()", "GEN0211", "each run"),
        ("now()", "GEN0211", "each run"),
    ] {
        if !is_refused(text, code, wanted) {
            wrong.push(text);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn rows_allow_no_aggregates_and_groups_no_bare_columns() {
    assert_eq!(faults("sum(amount) > 1", Place::Row)[0].0, "GEN0209");
    let found = faults("sum(amount) + id", Place::Group);
    assert_eq!((found[0].0, found[0].1.as_str()), ("GEN0209", "id"));
}

#[test]
fn all_faults_are_reported_in_the_order_of_the_text() {
    let found = faults("nmae = 'a' and lenght(name) > 1 and amount = name\n or 'ä' = contry", Place::Row);
    let shown: Vec<_> = found.iter().map(|(code, at, _)| (*code, at.as_str())).collect();
    assert_eq!(shown[0], ("GEN0204", "nmae"));
    assert_eq!(shown[1].0, "GEN0205");
    assert_eq!(shown[2], ("GEN0207", "name"));
    assert_eq!(shown[3], ("GEN0204", "contry"));
}

#[test]
fn large_and_deeply_nested_texts_are_one_fault() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    let chain = |part: &str| vec!["1"; 40_000].join(part);
    let short = |text: &str, n: usize| format!("{}true", text.repeat(n));
    for text in
        [deep("(", ")"), deep("abs(", ")"), chain(" + "), chain(" or "), deep("case when ", " then 1 end")]
    {
        assert_eq!(faults(&text, Place::Row)[0].0, "GEN0202");
    }
    for n in [60, 100, 500, 1_500, 3_000] {
        for text in [
            short("not ", n),
            format!("{}1", "- ".repeat(n)),
            vec!["1"; n].join("+"),
            vec!["true"; n].join(" and "),
            format!("{}1{}", "(".repeat(n), ")".repeat(n)),
            format!("{}1{}", "case when true then ".repeat(n), " end".repeat(n)),
            format!("{}name{}", "upper(".repeat(n), ")".repeat(n)),
            format!("1 {}", "between 1 and 1 ".repeat(n)),
        ] {
            if let Err(found) = row(&text) {
                assert!(!found.is_empty());
            }
        }
    }
}

#[test]
fn types_and_nulls_are_inferred() {
    let decimal = |precision, scale| Type::Decimal { precision, scale };
    for (text, data_type, nullable) in [
        ("id + 1", Type::Bigint, false),
        ("amount + 1", decimal(13, 2), true),
        ("amount * amount", decimal(25, 4), true),
        ("id / 2", Type::Double, true),
        ("name || customer.country", Type::String { length: 22 }, true),
        ("coalesce(name, 'unknown')", Type::String { length: 20 }, false),
        ("case when done then 1 else 2 end", Type::Integer, false),
        ("case when done then 1 end", Type::Integer, true),
        ("length(name) > 3", Type::Boolean, true),
        ("name is null", Type::Boolean, false),
        ("date_trunc('day', ordered_at)", Type::Timestamp, false),
        ("round(amount, 0)", decimal(11, 0), true),
        ("left(name, 5)", Type::String { length: 5 }, true),
        ("Amount > 0", Type::Boolean, true),
    ] {
        let found = row(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!((found.data_type(), found.is_nullable()), (data_type, nullable), "{text}");
    }
    for (text, data_type, nullable) in [
        ("count(*)", Type::Bigint, false),
        ("sum(id)", decimal(38, 0), true),
        ("sum(amount)", decimal(38, 2), true),
        ("sum(amount) - sum(amount)", decimal(38, 2), true),
        ("avg(amount)", Type::Double, true),
        ("max(ordered_at)", Type::Timestamp, true),
    ] {
        let found = group(text).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!((found.data_type(), found.is_nullable()), (data_type, nullable), "{text}");
    }
}

#[test]
fn columns_are_listed_once_and_quoted_by_the_caller() {
    let found = row("customer.country = name or name = 'it''s \\'").unwrap();
    let shown: Vec<String> = found.references().iter().map(check::shown).collect();
    assert_eq!(shown, ["name", "customer.country"]);
    let column = |one: &Reference| format!("<{}>", check::shown(one));
    let spark = found.render(Engine::Spark, &column);
    assert_eq!(spark, "<customer.country> = <name> or <name> = 'it\\'s \\\\'");
    let redshift = found.render(Engine::Redshift, &column);
    assert_eq!(redshift, "<customer.country> = <name> or <name> = 'it''s \\\\'");
}

#[test]
fn random_text_never_panics() {
    let mut random = property::Random(7);
    let parts = [
        "(",
        ")",
        "'",
        "''",
        "\\",
        "id",
        "amount",
        "name",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "case",
        "when",
        "then",
        "end",
        "null",
        "is",
        "not",
        "in",
        "like",
        "between",
        "and",
        "1",
        "1.5",
        "1e9",
        "é",
        "😀",
        "\n",
        ",",
        ".",
        "count",
        "sum",
        "filter",
        "where",
        "distinct",
        "cast",
        "as",
        "decimal(3,2)",
        "extract",
        "year",
        "from",
        "date",
        "\"",
        "$",
        "::",
        "regexp_like(name,",
        "[",
        "]",
        "{",
        "}",
        "?",
        "=",
        "<",
        "substring",
        "position",
        "trim",
        "over",
        "interval",
    ];
    for _ in 0..20_000 {
        let text: Vec<&str> = (0..random.below(12)).map(|_| parts[random.below(parts.len())]).collect();
        let text = text.join(if random.below(2) == 0 { " " } else { "" });
        for place in [Place::Row, Place::Group] {
            if let Err(found) = Expression::parse(&text, &scope(), place) {
                assert!(!found.is_empty(), "{text:?}");
                assert!(found.iter().all(|one| text.get(one.span.clone()).is_some()), "{text:?}: {found:?}");
            }
        }
    }
}
