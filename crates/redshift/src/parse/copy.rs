//! `COPY` and `UNLOAD`

use super::alter::is_s3;
use super::{Parsed, Parser};
use crate::ast::{
    Authorization, CompUpdate, Copy, CopyFormat, CopyOption, CopyOptionKind, Partitions, StatementKind,
    Unload, UnloadOption, UnloadOptionKind,
};
use crate::finding::{Code, Finding};
use crate::lexer::TokenKind;
use crate::span::Span;

/// The options for access keys.
const ACCESS_KEYS: [&str; 5] =
    ["CREDENTIALS", "WITH CREDENTIALS", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN"];

impl Parser {
    /// `IAM_ROLE default`, `IAM_ROLE 'arn…'`
    pub(super) fn iam_role(&mut self) -> Parsed<Authorization> {
        if self.is_any(&ACCESS_KEYS) {
            return self.fail(Code::Credentials, "access keys in the SQL text", "use IAM_ROLE");
        }
        self.expect("IAM_ROLE")?;
        if self.take("DEFAULT") {
            return Ok(Authorization::Default);
        }
        let span = self.span();
        let role = self.text()?;
        if role.split(',').all(is_role) {
            return Ok(Authorization::Role(role));
        }
        let finding = Finding::error(Code::Credentials, span, format!("invalid role ARN `{role}`"));
        Err(Box::new(finding.help("use arn:aws:iam::123456789012:role/name, or default without quotes")))
    }

    /// Parses the rest of `COPY`.
    pub(super) fn copy(&mut self) -> Parsed<StatementKind> {
        let table = self.name()?;
        let columns = self.optional_columns()?;
        self.expect("FROM")?;
        let source_span = self.span();
        let source = self.text()?;
        let mut copy = Copy {
            table,
            columns,
            source,
            source_span,
            role: None,
            format: None,
            options: Vec::new(),
            job: None,
        };
        while !self.at_end() && !self.is(";") {
            let start = self.at;
            if self.is("IAM_ROLE") || self.is_any(&ACCESS_KEYS) {
                let role = self.iam_role()?;
                if copy.role.replace(role).is_some() {
                    return Err(repeated("IAM_ROLE", self.since(start)));
                }
            } else if let Some(format) = self.copy_format()? {
                if copy.format.replace(format).is_some() {
                    return Err(repeated("format", self.since(start)));
                }
            } else if self.take("JOB CREATE") {
                let name = self.ident()?;
                let automatic = if self.take("AUTO") { Some(self.on_or_off()?) } else { None };
                if copy.job.replace((name, automatic)).is_some() {
                    return Err(repeated("JOB", self.since(start)));
                }
            } else {
                let kind = self.copy_option()?;
                copy.options.push(CopyOption { kind, span: self.since(start) });
            }
        }
        Ok(StatementKind::Copy(copy))
    }

    fn copy_format(&mut self) -> Parsed<Option<CopyFormat>> {
        let keyword = self.take("FORMAT");
        if keyword {
            self.take("AS");
        }
        Ok(Some(if self.take("PARQUET") {
            CopyFormat::Parquet
        } else if self.take("ORC") {
            CopyFormat::Orc
        } else if self.take("CSV") {
            let quote = if self.take("QUOTE") {
                self.take("AS");
                Some(self.text()?)
            } else {
                None
            };
            CopyFormat::Csv(quote)
        } else if self.take("JSON") {
            self.take("AS");
            CopyFormat::Json(self.text()?)
        } else if self.take("AVRO") {
            self.take("AS");
            CopyFormat::Avro(self.text()?)
        } else if keyword {
            return Err(self.unexpected("`PARQUET`, `ORC`, `CSV`, `JSON` or `AVRO`"));
        } else {
            return Ok(None);
        }))
    }

    fn copy_option(&mut self) -> Parsed<CopyOptionKind> {
        let word = self.option_word()?;
        if let Some(flag) = CopyOptionKind::flag(&word) {
            self.advance();
            return Ok(flag);
        }
        if let Some(text) = CopyOptionKind::text(&word) {
            self.advance();
            self.take("AS");
            return self.text().map(text);
        }
        if let Some(number) = CopyOptionKind::number(&word) {
            self.advance();
            self.take("AS");
            return self.whole_number().map(number);
        }
        if let Some(switch) = CopyOptionKind::switch(&word) {
            self.advance();
            return Ok(switch(if self.is_any(&["ON", "OFF", "TRUE", "FALSE"]) {
                self.on_or_off()?
            } else {
                crate::ast::Switch::On
            }));
        }
        match word.as_str() {
            "ACCEPTINVCHARS" => {
                self.advance();
                self.take("AS");
                let instead = matches!(self.kind(), TokenKind::Text(_)).then(|| self.text()).transpose()?;
                Ok(CopyOptionKind::AcceptInvChars(instead))
            }
            "COMPUPDATE" => {
                self.advance();
                Ok(CopyOptionKind::CompUpdate(if self.take("PRESET") {
                    CompUpdate::Preset
                } else if self.take("OFF") || self.take("FALSE") {
                    CompUpdate::Off
                } else {
                    let _ = self.take("ON") || self.take("TRUE");
                    CompUpdate::On
                }))
            }
            _ => self.unknown_option("COPY", &word),
        }
    }

    fn option_word(&self) -> Parsed<String> {
        match self.kind() {
            TokenKind::Word(word) => Ok(word.to_ascii_uppercase()),
            _ => Err(self.unexpected("an option")),
        }
    }

    fn unknown_option<T>(&self, statement: &str, word: &str) -> Parsed<T> {
        self.fail(Code::CopyOption, format!("unknown {statement} option `{word}`"), "check the spelling")
    }

    /// Parses the rest of `UNLOAD`.
    pub(super) fn unload(&mut self) -> Parsed<StatementKind> {
        self.expect("(")?;
        let start = self.span();
        let query = if let TokenKind::Text(text) = self.kind() {
            let text = text.clone();
            self.advance();
            inner_query(&text, start)?
        } else {
            return Err(self.unexpected("a query in single quotes"));
        };
        self.expect(") TO")?;
        let target_span = self.span();
        let target = self.text()?;
        if !is_s3(&target) {
            let finding = Finding::error(Code::CopySource, target_span, format!("invalid S3 URL `{target}`"));
            return Err(Box::new(finding.help("use a URL that begins with s3://")));
        }
        let mut unload =
            Unload { query: Box::new(query), target, target_span, role: None, options: Vec::new() };
        while !self.at_end() && !self.is(";") {
            let start = self.at;
            if self.is("IAM_ROLE") || self.is_any(&ACCESS_KEYS) {
                let role = self.iam_role()?;
                if unload.role.replace(role).is_some() {
                    return Err(repeated("IAM_ROLE", self.since(start)));
                }
                continue;
            }
            let kind = self.unload_option()?;
            unload.options.push(UnloadOption { kind, span: self.since(start) });
        }
        Ok(StatementKind::Unload(unload))
    }

    fn unload_option(&mut self) -> Parsed<UnloadOptionKind> {
        if self.take("FORMAT") {
            self.take("AS");
        }
        if self.take("MANIFEST VERBOSE") {
            return Ok(UnloadOptionKind::ManifestVerbose);
        }
        if self.take("PARTITION BY") {
            let columns = self.columns()?;
            return Ok(UnloadOptionKind::PartitionBy(Partitions { columns, include: self.take("INCLUDE") }));
        }
        let word = self.option_word()?;
        if let Some(flag) = UnloadOptionKind::flag(&word) {
            self.advance();
            return Ok(flag);
        }
        if let Some(text) = UnloadOptionKind::text(&word) {
            self.advance();
            self.take("AS");
            return self.text().map(text);
        }
        if let Some(number) = UnloadOptionKind::number(&word) {
            self.advance();
            self.take("AS");
            return self.megabytes().map(number);
        }
        if let Some(switch) = UnloadOptionKind::switch(&word) {
            self.advance();
            return self.on_or_off().map(switch);
        }
        self.unknown_option("UNLOAD", &word)
    }

    /// A size in `MB`, `GB` or `TB`, as megabytes; megabytes without a unit.
    pub(super) fn megabytes(&mut self) -> Parsed<u64> {
        let size = self.whole_number()?;
        Ok(if self.take("GB") {
            size.saturating_mul(1024)
        } else if self.take("TB") {
            size.saturating_mul(1024 * 1024)
        } else {
            self.take("MB");
            size
        })
    }
}

/// A query in a string.
fn inner_query(text: &str, place: Span) -> Parsed<crate::ast::Query> {
    let script = super::parse(text);
    if let Some(mut finding) = script.findings.into_iter().next() {
        finding.span = place;
        return Err(Box::new(finding));
    }
    let mut statements = script.statements.into_iter();
    match (statements.next().map(|statement| statement.kind), statements.next()) {
        (Some(StatementKind::Query(query)), None) => Ok(query),
        _ => Err(Box::new(Finding::error(Code::Syntax, place, "expected a single query in the string"))),
    }
}

fn repeated(what: &str, span: Span) -> Box<Finding> {
    Box::new(Finding::error(Code::CopyRepeated, span, format!("duplicate {what}")))
}

/// Whether a string is the ARN of a role, or a placeholder for one.
fn is_role(arn: &str) -> bool {
    let placeholder = arn.starts_with("${") && arn.ends_with('}');
    let mut parts = arn.splitn(6, ':');
    let is_arn = parts.next() == Some("arn")
        && parts.next().is_some_and(|partition| partition.starts_with("aws"))
        && parts.next() == Some("iam")
        && parts.next() == Some("")
        && parts
            .next()
            .is_some_and(|account| account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit()))
        && parts.next().is_some_and(|role| role.strip_prefix("role/").is_some_and(|name| !name.is_empty()));
    placeholder || is_arn
}
