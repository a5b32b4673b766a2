//! Checks the files that are named, one after the other, as one text that stands alone.
#![allow(clippy::print_stdout, reason = "an example prints")]
use strataform_redshift::{Catalog, Executable, Strictness, Translator, check_with, redshift};

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mode = arguments.remove(0);
    let strictness = if mode.contains("closed") { Strictness::Closed } else { Strictness::Open };
    let mut catalog = Catalog::new(strictness);
    let mut translator = Translator::new();
    for path in arguments {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        if mode.contains("each") {
            catalog = Catalog::new(strictness);
        }
        let script = check_with(&text, &mut catalog);
        println!("{path}: {} statements", script.statements.len());
        for finding in script.findings {
            println!(
                "  {} {:?} {} [{}] ({})",
                finding.code,
                finding.severity,
                finding.summary,
                text.get(finding.span.range()).unwrap_or("?"),
                finding.help
            );
        }
        for statement in &script.statements {
            let written = redshift(statement);
            let again = strataform_redshift::parse(&written);
            if again.statements.len() != 1 || again.statements[0] != *statement {
                println!("  ROUND TRIP {written}\n   {:?}", again.findings);
            }
            if mode.contains("postgres") {
                match translator.translate(statement) {
                    Ok(all) => {
                        for one in all {
                            match one {
                                Executable::Sql(sql) => println!("    {sql};"),
                                other => println!("    -- {other:?}"),
                            }
                        }
                    }
                    Err(why) => println!("    -- refused: {}", why.what),
                }
            }
        }
    }
}
