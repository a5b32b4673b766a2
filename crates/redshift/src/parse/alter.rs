//! `ALTER TABLE`

use super::{Parsed, Parser};
use crate::ast::{AlterTable, Alteration, SortKey, StatementKind};
use crate::finding::Code;

impl Parser {
    /// Parses the rest of `ALTER TABLE`.
    pub(super) fn alter_table(&mut self) -> Parsed<StatementKind> {
        let name = self.name()?;
        let mut alterations = Vec::new();
        loop {
            let start = self.at;
            let alteration = self.alteration()?;
            alterations.push((alteration, self.since(start)));
            if !self.take(",") {
                break;
            }
        }
        Ok(StatementKind::AlterTable(AlterTable { name, alterations }))
    }

    fn alteration(&mut self) -> Parsed<Alteration> {
        if self.take("APPEND FROM") {
            let source = self.name()?;
            let fill_target = self.take("FILLTARGET");
            let ignore_extra = !fill_target && self.take("IGNOREEXTRA");
            return Ok(Alteration::AppendFrom { source, fill_target, ignore_extra });
        }
        if self.take("RENAME TO") {
            return self.ident().map(Alteration::Rename);
        }
        if self.take("RENAME") {
            self.take("COLUMN");
            let old = self.ident()?;
            self.expect("TO")?;
            return Ok(Alteration::RenameColumn(old, self.ident()?));
        }
        if self.take("OWNER TO") {
            return self.ident().map(Alteration::Owner);
        }
        if self.take("ADD") {
            return self.addition();
        }
        if self.take("DROP CONSTRAINT") {
            let name = self.ident()?;
            return Ok(Alteration::DropConstraint(name, self.dependents()));
        }
        if self.take("DROP") {
            self.take("COLUMN");
            let name = self.ident()?;
            return Ok(Alteration::DropColumn(name, self.dependents()));
        }
        self.expect("ALTER")?;
        self.change()
    }

    fn addition(&mut self) -> Parsed<Alteration> {
        if self.is("PARTITION") || self.is("IF NOT EXISTS PARTITION") {
            let existing = self.if_not_exists();
            self.expect("PARTITION")?;
            let values = self.in_parentheses(|parser| {
                let column = parser.ident()?;
                parser.expect("=")?;
                Ok((column, parser.text()?))
            })?;
            self.expect("LOCATION")?;
            let location = self.s3_url()?;
            return Ok(Alteration::AddPartition { existing, values, location });
        }
        if self.is_any(&["CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"]) {
            return self.constraint().map(Alteration::AddConstraint);
        }
        if self.take("COLUMN") && self.is("IF NOT EXISTS") {
            return self.fail(
                Code::NotRedshift,
                "ADD COLUMN IF NOT EXISTS is not supported by Redshift",
                "check that the column does not exist",
            );
        }
        self.column().map(Alteration::AddColumn)
    }

    /// Parses the rest of `ALTER TABLE … ALTER`.
    fn change(&mut self) -> Parsed<Alteration> {
        if self.take("COLUMN") {
            let column = self.ident()?;
            if self.take("TYPE") {
                return Ok(Alteration::ColumnType(column, self.data_type()?));
            }
            if self.take("ENCODE") {
                return Ok(Alteration::ColumnEncoding(column, self.encoding()?));
            }
            let help = "only TYPE VARCHAR(n) and ENCODE can change; for more, copy the table";
            return self.fail(Code::AlterColumn, "Redshift cannot change this property of a column", help);
        }
        if self.take("ENCODE AUTO") {
            return Ok(Alteration::EncodeAuto);
        }
        if self.take("DISTSTYLE KEY DISTKEY") || self.take("DISTKEY") {
            return self.ident().map(Alteration::DistKey);
        }
        if self.take("DISTSTYLE") {
            return self.distribution().map(Alteration::DistStyle);
        }
        if self.take("SORTKEY NONE") {
            return Ok(Alteration::SortKey(SortKey::None));
        }
        if self.is("INTERLEAVED") {
            return self.fail(
                Code::AlterSortKey,
                "a table cannot be altered to an interleaved SORTKEY",
                "create a new table, and copy the rows",
            );
        }
        match self.sort_key()? {
            Some(key) => Ok(Alteration::SortKey(key)),
            None => Err(self.unexpected("`COLUMN`, `ENCODE`, `DISTKEY`, `DISTSTYLE` or `SORTKEY`")),
        }
    }

    /// An S3 URL.
    pub(super) fn s3_url(&mut self) -> Parsed<String> {
        let span = self.span();
        let url = self.text()?;
        if !is_s3(&url) {
            let finding =
                crate::finding::Finding::error(Code::CopySource, span, format!("invalid S3 URL `{url}`"));
            return Err(Box::new(finding.help("use a URL that begins with s3://")));
        }
        Ok(url)
    }
}

/// Whether a string is an S3 URL, or a placeholder for one.
pub(super) fn is_s3(url: &str) -> bool {
    url.strip_prefix("s3://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        || url.starts_with("${")
}
