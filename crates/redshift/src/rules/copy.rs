//! `COPY` and `UNLOAD`: which options apply to which formats.

use crate::ast::{Copy, CopyFormat, CopyOptionKind, Unload, UnloadOptionKind};
use crate::finding::{Code, Finding};
use crate::span::Span;

pub(super) fn check(copy: &Copy, span: Span, findings: &mut Vec<Finding>) {
    if copy.role.is_none() {
        findings.push(no_role(span));
    }
    if !copy.source.starts_with("s3://") && !copy.source.starts_with("${") {
        let summary = format!("invalid S3 URL `{}`", copy.source);
        findings.push(
            Finding::error(Code::CopySource, copy.source_span, summary)
                .help("use a URL that begins with s3://"),
        );
    }
    super::table::names(copy.columns.iter(), findings);
    for (at, option) in copy.options.iter().enumerate() {
        if copy.options[..at].iter().any(|earlier| earlier.kind.word() == option.kind.word()) {
            let summary = format!("duplicate option {}", option.kind.word());
            findings.push(Finding::error(Code::CopyRepeated, option.span, summary).help("keep one"));
        }
        if let Some(other) = copy.options[..at].iter().find(|earlier| excludes(&earlier.kind, &option.kind)) {
            let summary = format!("{} conflicts with {}", option.kind.word(), other.kind.word());
            findings.push(Finding::error(Code::CopyRepeated, option.span, summary).help("keep one"));
        }
        if let Some(format) = &copy.format
            && !fits(format, &option.kind)
        {
            let summary = format!("{} does not apply to {}", option.kind.word(), format_name(format));
            findings.push(Finding::error(Code::CopyFormat, option.span, summary).help("remove it"));
        }
        if matches!(option.kind, CopyOptionKind::SerializeToJson)
            && !matches!(copy.format, Some(CopyFormat::Parquet | CopyFormat::Orc))
        {
            findings.push(Finding::error(
                Code::CopyFormat,
                option.span,
                "SERIALIZETOJSON applies only to PARQUET and ORC",
            ));
        }
    }
}

fn no_role(span: Span) -> Finding {
    let finding = Finding::error(Code::Credentials, span, "missing IAM role");
    finding.help("add IAM_ROLE 'arn…' or IAM_ROLE default")
}

fn is_compression(kind: &CopyOptionKind) -> bool {
    matches!(kind, CopyOptionKind::Gzip | CopyOptionKind::Bzip2 | CopyOptionKind::Lzop | CopyOptionKind::Zstd)
}

fn excludes(one: &CopyOptionKind, other: &CopyOptionKind) -> bool {
    use CopyOptionKind as K;
    is_compression(one) && is_compression(other) && one != other
        || matches!((one, other), (K::FixedWidth(_), K::Delimiter(_)) | (K::Delimiter(_), K::FixedWidth(_)))
        || matches!((one, other), (K::MaxError(_), K::IgnoreAllErrors) | (K::IgnoreAllErrors, K::MaxError(_)))
}

fn format_name(format: &CopyFormat) -> &'static str {
    match format {
        CopyFormat::Parquet => "PARQUET",
        CopyFormat::Orc => "ORC",
        CopyFormat::Csv(_) => "CSV",
        CopyFormat::Json(_) => "JSON",
        CopyFormat::Avro(_) => "AVRO",
    }
}

/// Whether an option applies to files of a format.
fn fits(format: &CopyFormat, option: &CopyOptionKind) -> bool {
    use CopyOptionKind as K;
    match format {
        // Columnar formats support few options.
        CopyFormat::Parquet | CopyFormat::Orc => matches!(
            option,
            K::Manifest
                | K::FillRecord
                | K::SerializeToJson
                | K::StatUpdate(_)
                | K::AcceptInvChars(_)
                | K::NoLoad
        ),
        CopyFormat::Csv(_) => !matches!(option, K::FixedWidth(_) | K::RemoveQuotes | K::Escape),
        CopyFormat::Json(_) | CopyFormat::Avro(_) => !matches!(
            option,
            K::FixedWidth(_)
                | K::RemoveQuotes
                | K::Escape
                | K::Delimiter(_)
                | K::IgnoreHeader(_)
                | K::FillRecord
                | K::IgnoreBlankLines
                | K::ReadRatio(_)
        ),
    }
}

pub(super) fn check_unload(unload: &Unload, span: Span, findings: &mut Vec<Finding>) {
    if unload.role.is_none() {
        findings.push(no_role(span));
    }
    let columnar = unload.options.iter().any(|option| option.kind == UnloadOptionKind::Parquet);
    for (at, option) in unload.options.iter().enumerate() {
        let earlier = &unload.options[..at];
        if earlier.iter().any(|one| one.kind.word() == option.kind.word()) {
            let summary = format!("duplicate option {}", option.kind.word());
            findings.push(Finding::error(Code::CopyRepeated, option.span, summary).help("keep one"));
        }
        let is_format = |kind: &UnloadOptionKind| {
            matches!(kind, UnloadOptionKind::Parquet | UnloadOptionKind::Csv | UnloadOptionKind::Json)
        };
        if is_format(&option.kind)
            && earlier.iter().any(|one| is_format(&one.kind) && one.kind != option.kind)
        {
            findings
                .push(Finding::error(Code::CopyRepeated, option.span, "duplicate format").help("keep one"));
        }
        let text_only = matches!(
            option.kind,
            UnloadOptionKind::Delimiter(_)
                | UnloadOptionKind::AddQuotes
                | UnloadOptionKind::Escape
                | UnloadOptionKind::Null(_)
                | UnloadOptionKind::Header
                | UnloadOptionKind::Gzip
                | UnloadOptionKind::Bzip2
                | UnloadOptionKind::Zstd
        );
        if columnar && text_only {
            let summary = format!("{} does not apply to PARQUET", option.kind.word());
            findings.push(Finding::error(Code::CopyFormat, option.span, summary).help("remove it"));
        }
    }
    let both = |one: &UnloadOptionKind, other: &UnloadOptionKind| {
        unload.options.iter().any(|option| option.kind == *one)
            && unload.options.iter().any(|option| option.kind == *other)
    };
    if both(&UnloadOptionKind::AllowOverwrite, &UnloadOptionKind::CleanPath) {
        findings.push(
            Finding::error(Code::CopyRepeated, span, "CLEANPATH conflicts with ALLOWOVERWRITE")
                .help("keep one"),
        );
    }
}
