//! Functions: which there are, and how many arguments they take.

use crate::ast::{Argument, Call, DateField, ExpressionKind};
use crate::finding::{Code, Finding};
use crate::span::Span;

/// Aggregates, by the fewest and the most arguments.
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

/// Functions of windows alone.
const WINDOWS: &[(usize, usize, &str)] = &[
    (0, 0, "cume_dist dense_rank percent_rank rank row_number"),
    (1, 1, "first_value last_value ntile"),
    (1, 3, "lag lead"),
    (2, 2, "nth_value"),
];

/// No end of arguments.
const ANY: usize = usize::MAX;

/// Functions of one row.
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

/// What other databases call a function, and what Redshift has instead.
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
    ("generate_series", "a table of numbers; this runs on the leader alone"),
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

/// Whether a function makes one value of many rows.
pub(super) fn is_aggregate(name: &str) -> bool {
    is_in(AGGREGATES, name)
}

/// Whether a function is one of a table's.
fn is_in(table: &[(usize, usize, &str)], name: &str) -> bool {
    table.iter().any(|(_, _, names)| names.split(' ').any(|known| known == name))
}

fn find(name: &str) -> Vec<(usize, usize)> {
    let all = [AGGREGATES, WINDOWS, SCALARS].into_iter().flatten();
    let found = all.filter(|(_, _, names)| names.split(' ').any(|known| known == name));
    found.map(|(fewest, most, _)| (*fewest, *most)).collect()
}

pub(super) fn check(call: &Call, span: Span, findings: &mut Vec<Finding>) {
    // What has a schema is the team's own; pg_catalog's are the same as without.
    if call.name.parts.len() > 1 {
        return;
    }
    let name = call.name.folded();
    let place = call.name.span();
    if let Some((_, instead)) = FOREIGN.iter().find(|(foreign, _)| *foreign == name) {
        let summary = format!("Redshift has no {}", name.to_ascii_uppercase());
        return findings
            .push(Finding::error(Code::ForeignFunction, place, summary).help(format!("use {instead}")));
    }
    let known = find(&name);
    if known.is_empty() {
        let all =
            [AGGREGATES, WINDOWS, SCALARS].into_iter().flatten().flat_map(|(_, _, names)| names.split(' '));
        let help = strataform_diagnostic::suggestion(&name, all);
        let summary = format!("there is no function {}", name.to_ascii_uppercase());
        let finding = Finding::error(Code::UnknownFunction, place, summary);
        return findings.push(
            finding.help(help.unwrap_or_else(|| "write a function of one's own with its schema".to_owned())),
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
        let summary = format!("{} takes {expected} arguments, not {count}", name.to_ascii_uppercase());
        findings.push(Finding::error(Code::Arguments, span, summary));
    }
    shape(call, &name, span, findings);
    texts(call, &name, findings);
}

/// What of a call is for some functions alone.
fn shape(call: &Call, name: &str, span: Span, findings: &mut Vec<Finding>) {
    let mut tell = |code: Code, summary: &str| findings.push(Finding::error(code, span, summary));
    let aggregate = is_aggregate(name);
    let window = is_in(WINDOWS, name);
    if call.arguments.contains(&Argument::Star) && (name != "count" || call.distinct) {
        tell(Code::Arguments, "only COUNT takes `*`, and without DISTINCT");
    }
    if call.distinct && !aggregate {
        tell(Code::Arguments, "DISTINCT is for aggregates");
    }
    if call.over.is_some() && !aggregate && !window {
        tell(Code::Aggregate, "OVER is for aggregates and functions of windows");
    }
    if window && call.over.is_none() {
        tell(Code::Aggregate, "a function of a window needs OVER");
    }
    let ordered = ["listagg", "percentile_cont", "percentile_disc"].contains(&name);
    if !call.within_group.is_empty() && !ordered {
        tell(Code::Aggregate, "WITHIN GROUP is for LISTAGG, PERCENTILE_CONT and PERCENTILE_DISC");
    }
    if call.within_group.is_empty() && name.starts_with("percentile_") {
        tell(Code::Arguments, "this needs WITHIN GROUP (ORDER BY …)");
    }
    if call.approximate && name == "count" && !call.distinct {
        tell(Code::Arguments, "APPROXIMATE COUNT needs DISTINCT");
    }
    if call.ignore_nulls && !["first_value", "last_value", "lag", "lead", "nth_value"].contains(&name) {
        tell(Code::Arguments, "IGNORE NULLS is for functions of windows that pick a row");
    }
    if let Some(window_of) = &call.over {
        let ranking =
            ["rank", "dense_rank", "row_number", "ntile", "percent_rank", "cume_dist", "lag", "lead"];
        if window_of.frame.is_some() && ranking.contains(&name) {
            tell(Code::Aggregate, "a function that ranks takes no frame");
        }
        if aggregate && !window_of.order.is_empty() && window_of.frame.is_none() {
            let finding =
                Finding::error(Code::Aggregate, span, "an aggregate over an ordered window needs a frame");
            findings.push(finding.help("add ROWS UNBOUNDED PRECEDING"));
        }
    }
}

/// Texts that name a part of a date.
fn texts(call: &Call, name: &str, findings: &mut Vec<Finding>) {
    if name == "date_trunc"
        && let Some(Argument::Value(first)) = call.arguments.first()
        && let ExpressionKind::Text(text) = &first.kind
        && DateField::find(text).is_none()
    {
        let finding = Finding::error(Code::DatePart, first.span, format!("a date has no part `{text}`"));
        findings.push(finding.help("year, quarter, month, week, day, hour, minute, second"));
    }
}
