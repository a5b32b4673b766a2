//! [`Server`]: one private PostgreSQL for all witnesses of a comparison, started by the first one that needs it; it tries
//! statements and takes them back.

use std::cell::{Cell, OnceCell};
use std::fmt::Write as _;

use strataform_postgres::{Cluster, Programs};
use strataform_redshift::{Executable, Severity, Translator, parse};
use strataform_warehouse::Warehouse;

/// What a reader sees if the machine has no server.
pub const NOT_RUN: &str = "not run: no PostgreSQL found";

/// Runs a query after statements, and takes everything back: `v` and a value, `n` for null, `e` and an error.
const TRY: &str = "CREATE OR REPLACE FUNCTION public.witness__try(before text, query text) RETURNS text \
    LANGUAGE plpgsql AS $f$ DECLARE found text; BEGIN BEGIN \
    IF before <> '' THEN EXECUTE before; END IF; EXECUTE query INTO found; \
    RAISE EXCEPTION USING ERRCODE = 'WT000', MESSAGE = coalesce('v' || found, 'n'); \
    EXCEPTION WHEN SQLSTATE 'WT000' THEN RETURN SQLERRM; WHEN OTHERS THEN RETURN 'e' || SQLERRM; END; END $f$;";

/// A PostgreSQL that starts when it is needed.
#[derive(Debug, Default)]
pub struct Server {
    cluster: OnceCell<Result<Cluster, String>>,
    scratch: OnceCell<Result<String, String>>,
    databases: Cell<usize>,
}

/// A query, and the statements before it, as PostgreSQL has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trial {
    pub(super) before: String,
    pub(super) query: String,
}

impl Trial {
    /// A query alone.
    pub(super) fn of(query: impl Into<String>) -> Self {
        Self { before: String::new(), query: query.into() }
    }
}

/// What a trial gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Value(String),
    Null,
    Failed(String),
}

impl Found {
    fn parse(text: &str) -> Self {
        match text.split_at_checked(1) {
            Some(("v", value)) => Self::Value(value.to_owned()),
            Some(("e", error)) => Self::Failed(error.to_owned()),
            Some(_) | None => Self::Null,
        }
    }

    /// As a reader sees it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Value(value) => value.clone(),
            Self::Null => "null".to_owned(),
            Self::Failed(error) => error.clone(),
        }
    }

    pub(super) fn has_failed(&self) -> bool {
        match self {
            Self::Failed(_) => true,
            Self::Value(_) | Self::Null => false,
        }
    }
}

impl Server {
    /// One that is not started yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that is running.
    #[must_use]
    pub fn running(cluster: Cluster) -> Self {
        let server = Self::default();
        let _ = server.cluster.set(Ok(cluster));
        server
    }

    /// One that is not to be started, for a reason.
    #[must_use]
    pub fn missing(reason: &str) -> Self {
        let server = Self::default();
        let _ = server.cluster.set(Err(reason.to_owned()));
        server
    }

    /// Why it does not run, if it was needed and does not.
    #[must_use]
    pub fn why_not(&self) -> Option<&str> {
        self.cluster.get()?.as_ref().err().map(String::as_str)
    }

    /// The running server.
    pub(super) fn cluster(&self) -> Result<&Cluster, String> {
        let start = || {
            let programs = Programs::find().ok_or_else(|| NOT_RUN.to_owned())?;
            let started = Cluster::start(programs).map_err(|fault| format!("not run: {fault}"))?;
            Ok(started.searching("public, rs"))
        };
        self.cluster.get_or_init(start).as_ref().map_err(String::clone)
    }

    /// The name of a database that does not exist yet.
    pub(super) fn next_name(&self) -> String {
        self.databases.set(self.databases.get() + 1);
        format!("witness_{}", self.databases.get())
    }

    /// A database with nothing but Redshift's functions.
    pub(super) fn scratch(&self) -> Result<&str, String> {
        let make = || {
            let cluster = self.cluster()?;
            let name = self.next_name();
            Warehouse::open(cluster, &name).map_err(|fault| fault.message)?;
            Ok(name)
        };
        self.scratch.get_or_init(make).as_ref().map(String::as_str).map_err(String::clone)
    }

    /// Tries queries in a database, each from the same state.
    pub(super) fn tried(&self, database: &str, trials: &[Trial]) -> Result<Vec<Found>, String> {
        let mut script = TRY.to_owned();
        for trial in trials {
            let _ = write!(
                script,
                "\nSELECT to_json(public.witness__try({}, {}));",
                literal(&trial.before),
                literal(&trial.query)
            );
        }
        let output = self.cluster()?.run(database, &script).map_err(|fault| fault.message)?;
        let found: Vec<Found> = output
            .lines()
            .map(|line| Found::parse(&serde_json::from_str::<String>(line).unwrap_or_default()))
            .collect();
        if found.len() == trials.len() {
            Ok(found)
        } else {
            Err("PostgreSQL printed something else".to_owned())
        }
    }

    /// Tries one query.
    pub(super) fn tried_once(&self, database: &str, trial: Trial) -> Result<Found, String> {
        let found = self.tried(database, &[trial])?;
        found.into_iter().next().ok_or_else(|| "PostgreSQL printed nothing".to_owned())
    }
}

/// A text as a literal of PostgreSQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name as PostgreSQL quotes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Redshift SQL as PostgreSQL runs it.
pub(super) fn translated(text: &str) -> Result<String, String> {
    let script = parse(text);
    if let Some(fault) = script.findings.iter().find(|one| one.severity == Severity::Error) {
        return Err(fault.summary.clone());
    }
    let mut translator = Translator::new();
    let mut found = Vec::new();
    for statement in &script.statements {
        for one in translator.translate(statement).map_err(|fault| fault.what)? {
            match one {
                Executable::Sql(sql) => found.push(sql),
                Executable::Copy(_) | Executable::Nothing(_) => {}
            }
        }
    }
    Ok(found.join(";\n"))
}
