//! Functions: which ones exist, and how many arguments they take.

use crate::ast::{Argument, Call, DateField, ExpressionKind};
use crate::finding::{Code, Finding};
use crate::span::Span;

/// Aggregate functions: the fewest and the most arguments, and the names.
const AGGREGATES: &[(usize, usize, &str)] = &[
    (
        1,
        1,
        "any_value approximate_percentile avg bit_and bit_or bool_and bool_or count first_value hll \
         hll_combine hll_create_sketch last_value max median min percentile_cont percentile_disc stddev \
         stddev_pop stddev_samp sum var_pop var_samp variance",
    ),
    (1, 2, "listagg"),
];

/// Window functions that are not aggregates.
const WINDOWS: &[(usize, usize, &str)] = &[
    (0, 0, "cume_dist dense_rank percent_rank rank row_number"),
    (1, 1, "first_value last_value ntile"),
    (1, 3, "lag lead"),
    (2, 2, "nth_value"),
];

/// No upper limit on the arguments.
const ANY: usize = usize::MAX;

/// Scalar functions.
const SCALARS: &[(usize, usize, &str)] = &[
    (
        0,
        0,
        "current_database current_schema current_user_id getdate pi random sysdate timeofday user \
         version",
    ),
    (0, ANY, "array object"),
    (
        1,
        1,
        "abs acos array_flatten ascii asin atan can_json_parse cbrt ceil ceiling char_length \
         character_length checksum chr cos cot crc32 current_setting date_part_year degrees dexp dlog1 \
         dlog10 exp floor from_hex func_sha1 get_array_length hll_cardinality initcap is_array is_bigint \
         is_boolean is_char is_decimal is_float is_integer is_object is_scalar is_smallint is_valid_json \
         is_valid_json_array is_varchar json_parse json_serialize json_serialize_to_varbyte json_size \
         json_typeof last_day len length ln log lower md5 octet_length quote_ident quote_literal radians \
         reverse sha sha1 sign sin soundex sqrt tan textlen to_hex upper",
    ),
    (1, 2, "btrim fnv_hash json_array_length ltrim round rtrim split_to_array trunc"),
    (1, ANY, "coalesce greatest least nvl object_transform"),
    (
        2,
        2,
        "add_months array_concat atan2 bpcharcmp charindex collate concat date_cmp date_cmp_timestamp \
         date_part date_trunc difference from_varbyte getbit interval_cmp left mod months_between \
         next_day nullif octetindex pow power repeat replicate right sha2 strpos strtol timestamp_cmp \
         timestamp_cmp_date timezone to_char to_number to_varbyte",
    ),
    (
        2,
        3,
        "convert_timezone has_database_privilege has_schema_privilege has_table_privilege \
         json_extract_array_element_text lpad rpad substr substring to_date to_timestamp",
    ),
    (2, 4, "regexp_count"),
    (2, 5, "regexp_replace"),
    (2, 6, "regexp_instr regexp_substr"),
    (2, 7, "json_extract_path_text"),
    (3, 3, "date_add date_diff dateadd datediff nvl2 replace split_part subarray translate"),
    (3, ANY, "decode"),
];

/// Functions of other databases, and their Redshift equivalents.
const FOREIGN: [(&str, &str); 30] = [
    ("string_agg", "LISTAGG(value, ',') WITHIN GROUP (ORDER BY …)"),
    ("group_concat", "LISTAGG(value, ',') WITHIN GROUP (ORDER BY …)"),
    ("array_agg", "LISTAGG, or a SUPER value"),
    ("json_agg", "a SUPER value"),
    ("jsonb_agg", "a SUPER value"),
    ("jsonb_build_object", "OBJECT(…)"),
    ("json_build_object", "OBJECT(…)"),
    ("to_json", "JSON_SERIALIZE"),
    ("to_jsonb", "JSON_PARSE"),
    ("jsonb_array_elements", "FROM t, t.column AS element"),
    ("unnest", "FROM t, t.column AS element"),
    ("generate_series", "a table of numbers; generate_series runs only on the leader node"),
    ("gen_random_uuid", "a key from the source"),
    ("uuid_generate_v4", "a key from the source"),
    ("now", "GETDATE()"),
    ("age", "DATEDIFF"),
    ("make_date", "TO_DATE"),
    ("make_interval", "DATEADD"),
    ("date_bin", "DATE_TRUNC"),
    ("format", "concatenation with ||"),
    ("concat_ws", "concatenation with ||"),
    ("ifnull", "NVL"),
    ("isnull", "NVL"),
    ("iff", "CASE"),
    ("if", "CASE"),
    ("regexp_matches", "REGEXP_SUBSTR"),
    ("string_to_array", "SPLIT_TO_ARRAY"),
    ("regexp_like", "the operator ~"),
    ("count_if", "COUNT(CASE WHEN … THEN 1 END)"),
    ("row_to_json", "OBJECT(…)"),
];

/// Whether a function is an aggregate.
pub(super) fn is_aggregate(name: &str) -> bool {
    is_in(AGGREGATES, name)
}

/// Whether a list of functions has a name.
fn is_in(table: &[(usize, usize, &str)], name: &str) -> bool {
    table.iter().any(|(_, _, names)| names.split(' ').any(|known| known == name))
}

fn find(name: &str) -> Vec<(usize, usize)> {
    let all = [AGGREGATES, WINDOWS, SCALARS].into_iter().flatten();
    let found = all.filter(|(_, _, names)| names.split(' ').any(|known| known == name));
    found.map(|(fewest, most, _)| (*fewest, *most)).collect()
}

pub(super) fn check(call: &Call, span: Span, findings: &mut Vec<Finding>) {
    // A qualified function is user-defined, or one of pg_catalog that also works without its schema.
    if call.name.parts.len() > 1 {
        return;
    }
    let name = call.name.folded();
    let place = call.name.span();
    if let Some((_, instead)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
        let summary = format!("function {} is not supported by Redshift", name.to_ascii_uppercase());
        return findings
            .push(Finding::error(Code::ForeignFunction, place, summary).help(format!("use {instead}")));
    }
    let known = find(&name);
    if known.is_empty() {
        let all =
            [AGGREGATES, WINDOWS, SCALARS].into_iter().flatten().flat_map(|(_, _, names)| names.split(' '));
        let help = strataform_diagnostic::suggestion(&name, all);
        let summary = format!("unknown function {}", name.to_ascii_uppercase());
        let finding = Finding::error(Code::UnknownFunction, place, summary);
        return findings.push(
            finding
                .help(help.unwrap_or_else(|| "qualify a user-defined function with its schema".to_owned())),
        );
    }
    let count = call.arguments.len();
    if !known.iter().any(|(fewest, most)| (*fewest..=*most).contains(&count)) {
        let (fewest, most) = known[0];
        let expected = match (fewest, most) {
            (0, 0) => "none".to_owned(),
            (fewest, most) if fewest == most => fewest.to_string(),
            (fewest, ANY) => format!("{fewest} or more"),
            (fewest, most) => format!("{fewest} to {most}"),
        };
        let name = name.to_ascii_uppercase();
        let summary = format!("wrong number of arguments for {name}: expected {expected}, found {count}");
        findings.push(Finding::error(Code::Arguments, span, summary));
    }
    shape(call, &name, span, findings);
    date_part(call, &name, findings);
}

/// Checks the parts of a call that only some functions support.
fn shape(call: &Call, name: &str, span: Span, findings: &mut Vec<Finding>) {
    let mut report = |code: Code, summary: &str| findings.push(Finding::error(code, span, summary));
    let aggregate = is_aggregate(name);
    let window = is_in(WINDOWS, name);
    if call.arguments.contains(&Argument::Star) && (name != "count" || call.distinct) {
        report(Code::Arguments, "`*` is only allowed in COUNT without DISTINCT");
    }
    if call.distinct && !aggregate {
        report(Code::Arguments, "DISTINCT is only allowed in aggregate functions");
    }
    if call.over.is_some() && !aggregate && !window {
        report(Code::Aggregate, "OVER is only allowed with aggregate and window functions");
    }
    if window && call.over.is_none() {
        report(Code::Aggregate, "a window function requires OVER");
    }
    let ordered = ["listagg", "percentile_cont", "percentile_disc"].contains(&name);
    if !call.within_group.is_empty() && !ordered {
        report(
            Code::Aggregate,
            "WITHIN GROUP is only allowed with LISTAGG, PERCENTILE_CONT and PERCENTILE_DISC",
        );
    }
    if call.within_group.is_empty() && name.starts_with("percentile_") {
        report(Code::Arguments, "the function requires WITHIN GROUP (ORDER BY …)");
    }
    if call.approximate && name == "count" && !call.distinct {
        report(Code::Arguments, "APPROXIMATE COUNT requires DISTINCT");
    }
    if call.ignore_nulls && !["first_value", "last_value", "lag", "lead", "nth_value"].contains(&name) {
        report(
            Code::Arguments,
            "IGNORE NULLS is only allowed with FIRST_VALUE, LAST_VALUE, LAG, LEAD and NTH_VALUE",
        );
    }
    if let Some(window_of) = &call.over {
        let ranking =
            ["rank", "dense_rank", "row_number", "ntile", "percent_rank", "cume_dist", "lag", "lead"];
        if window_of.frame.is_some() && ranking.contains(&name) {
            report(Code::Aggregate, "a ranking function cannot have a frame");
        }
        if aggregate && !window_of.order.is_empty() && window_of.frame.is_none() {
            let finding =
                Finding::error(Code::Aggregate, span, "an aggregate over an ordered window requires a frame");
            findings.push(finding.help("add ROWS UNBOUNDED PRECEDING"));
        }
    }
}

/// Checks strings that name a date part.
fn date_part(call: &Call, name: &str, findings: &mut Vec<Finding>) {
    if name == "date_trunc"
        && let Some(Argument::Value(first)) = call.arguments.first()
        && let ExpressionKind::Text(text) = &first.kind
        && DateField::find(text).is_none()
    {
        let finding = Finding::error(Code::DatePart, first.span, format!("unknown date part `{text}`"));
        findings.push(finding.help("use year, quarter, month, week, day, hour, minute or second"));
    }
}
