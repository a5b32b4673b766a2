//! Which platform, which environment, and how AWS is reached.

use std::path::{Path, PathBuf};

use strataform::assembly::{self, Assembly, Draft, FileKind};
use strataform::deploy::{Deployed, Fault, Observed, Reason, Store, deployed, observe};
use strataform::diagnostic::{SourceFile, did_you_mean, one_of};
use strataform::doctor::Needs;
use strataform::model::{Dataset, Environment, Platform};
use strataform::platform::Context;
use strataform::{lock, project, synth};
use strataform_sdk::{Aws, Credentials, Identity, Options};

use super::super::outcome::Fail;
use super::super::platforms::{self, Loaded};
use super::super::view::human;
use super::super::{history, review};
use super::show::Show;

/// Options of every command that calls AWS.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct Target {
    /// Environment; optional if the platform has only one.
    #[arg(short, long = "env", value_name = "ENV")]
    pub(super) environment: Option<String>,
    /// AWS profile to use, instead of `AWS_PROFILE`.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Expected region; must match the platform file.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Endpoint to send requests to, instead of AWS or `AWS_ENDPOINT_URL`.
    #[arg(long, value_name = "URL", conflicts_with = "local")]
    endpoint_url: Option<String>,
    /// Use a local AWS on this machine, started if none is running; requires no credentials.
    #[arg(long)]
    pub(super) local: bool,
}

/// How AWS is reached, for commands that have options of their own for the environment.
#[derive(Clone, Debug, Default, clap::Args)]
pub(in crate::cli) struct Reach {
    /// With --deployed: AWS profile to use, instead of `AWS_PROFILE`.
    #[arg(long, value_name = "NAME", requires = "deployed")]
    profile: Option<String>,
    /// With --deployed: endpoint to send requests to, instead of AWS or `AWS_ENDPOINT_URL`.
    #[arg(long, value_name = "URL", conflicts_with = "local", requires = "deployed")]
    endpoint_url: Option<String>,
    /// With --deployed: use the local AWS on this machine.
    #[arg(long, requires = "deployed")]
    local: bool,
}

impl Target {
    /// The target for an environment.
    pub(super) fn of(reach: &Reach, environment: Option<&str>) -> Self {
        Self {
            environment: environment.map(str::to_owned),
            profile: reach.profile.clone(),
            region: None,
            endpoint_url: reach.endpoint_url.clone(),
            local: reach.local,
        }
    }
}

/// Which AWS a session uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// AWS, or the endpoint that the user named.
    Aws,
    /// The local AWS on this machine, which accepts any account.
    Local,
}

/// A platform, one of its environments, and a connection to AWS.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) file: SourceFile,
    pub(super) sql: Vec<SourceFile>,
    pub(super) platform: Platform,
    at: usize,
    pub(super) aws: Aws,
    pub(super) identity: Identity,
    pub(super) place: Place,
}

impl Session {
    /// Reads the platform and connects to AWS; a fault of AWS is shown here.
    pub(super) fn open(target: &Target, platform: Option<&str>, show: &Show) -> Result<Self, Fail> {
        Self::connect(target, load(target, platform)?, show)
    }

    /// Like [`Session::open`], but first requires that the lock file has the numbers of all columns.
    pub(super) fn open_numbered(target: &Target, platform: Option<&str>, show: &Show) -> Result<Self, Fail> {
        let one = load(target, platform)?;
        if one.is_lock_stale() {
            human::diagnostics([(&one.file, &lock::stale(&project::lock_path(&one.file.path)))])?;
            return Err(Fail::refused("nothing was done: columns have no permanent numbers yet", ""));
        }
        Self::connect(target, one, show)
    }

    fn connect(target: &Target, one: Loaded, show: &Show) -> Result<Self, Fail> {
        let Some(platform) = one.platform else {
            return Err(Fail::Bug("a file without errors declares no platform".to_owned()));
        };
        let at = choose(&platform, target.environment.as_deref())?;
        let region = platform.environments.get(at).map(|one| one.region.clone()).unwrap_or_default();
        if let Some(other) = target.region.as_ref().filter(|other| **other != region) {
            return Err(Fail::usage(
                format!("the environment is in {region}, not in {other}"),
                "the platform file sets the region of an environment",
            ));
        }
        let place = if target.local { Place::Local } else { Place::Aws };
        let (endpoint, credentials) = match place {
            Place::Local => (Some(local(show)?), Credentials::Local),
            Place::Aws => (target.endpoint_url.clone(), Credentials::Own),
        };
        let options =
            Options { profile: target.profile.clone(), region: Some(region), endpoint, credentials };
        let connected = Aws::connect(&options).and_then(|aws| aws.identity().map(|identity| (aws, identity)));
        let (aws, identity) = match connected {
            Ok(connected) => connected,
            Err(fault) => {
                let fault = Fault::from(fault);
                show.fault(&one.file, &fault, None)?;
                return Err(Fail::Shown(super::code(&fault)));
            }
        };
        let session = Self { file: one.file, sql: one.sql, platform, at, aws, identity, place };
        session.account(show)?;
        Ok(session)
    }

    /// The environment.
    pub(super) fn environment(&self) -> &Environment {
        // `choose` returned an index into the same list.
        &self.platform.environments[self.at.min(self.platform.environments.len() - 1)]
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { platform: &self.platform, environment: self.environment() }
    }

    /// The dataset with this name.
    pub(super) fn dataset(&self, name: &str) -> Result<&Dataset, Fail> {
        let known = self.platform.datasets.iter().map(|one| one.name.as_str());
        self.platform.dataset(name).ok_or_else(|| {
            Fail::usage(format!("{} has no dataset `{name}`", self.platform.name), did_you_mean(name, known))
        })
    }

    /// `clickstream dev`
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.platform.name, self.environment().name)
    }

    /// The environment as it is in AWS.
    pub(super) fn observe(&self) -> Result<Observed, Fault> {
        let (platform, environment) = (self.platform.name.as_str(), self.environment().name.as_str());
        observe(&self.aws, &self.store(), &self.identity.account, platform, environment)
    }

    /// What is deployed of the environment.
    pub(super) fn deployed(&self) -> Result<Deployed, Fault> {
        deployed(&self.aws, &self.store(), &self.identity.account, self.context())
    }

    pub(super) fn store(&self) -> Store<'_> {
        let environment = self.environment().name.as_str();
        Store::new(&self.aws, &self.identity.account, self.platform.name.as_str(), environment)
    }

    /// Refuses credentials for another account than the platform file names. The local AWS has one account, whatever
    /// the file names; a note says so, because every name that contains the account ID differs.
    fn account(&self, show: &Show) -> Result<(), Fail> {
        let own = &self.identity.account;
        let Some(account) = self.environment().account.as_ref().filter(|account| *account != own) else {
            return Ok(());
        };
        match self.place {
            Place::Local => {
                let text = format!(
                    "the local AWS uses account {own}; `account = \"{account}\"` applies to AWS only"
                );
                Ok(show.note(&text)?)
            }
            Place::Aws => Err(Fail::refused(
                format!("the credentials belong to account {own}, but the environment is in {account}"),
                format!("choose a profile for account {account} with --profile or AWS_PROFILE"),
            )),
        }
    }

    /// What the environment needs of the account, by its templates.
    pub(super) fn needs_of<'a>(&self, templates: impl Iterator<Item = &'a [u8]>) -> Result<Needs, Fail> {
        Needs::of(self.context(), templates).map_err(|error| Fail::Bug(error.to_string()))
    }

    /// The same, as the platform file says now, for the account as it is: whether the environment is deployed decides what
    /// a quota says. Without the right to know, it is not.
    pub(super) fn needs_now(&self) -> Result<Result<Needs, Fault>, Fail> {
        let draft = self.draft()?;
        let templates = draft.files.iter().filter(|file| file.kind == FileKind::Template);
        let needs = self.needs_of(templates.map(|file| file.bytes.as_slice()))?;
        Ok(match self.store().head() {
            Ok(head) => Ok(Needs { is_deployed: head.is_some_and(|head| head.deployed.is_some()), ..needs }),
            Err(fault) if fault.reason == Reason::Credentials => Err(fault),
            Err(_) => Ok(needs),
        })
    }

    /// What the platform file generates now; shows what is wrong with it.
    fn draft(&self) -> Result<Draft, Fail> {
        let review = review::today();
        let made = synth::synth_with_warnings(&self.platform, self.environment(), &self.sql, Some(&review));
        made.map(|(draft, _)| draft).map_err(|found| {
            let of = |path: &Option<PathBuf>| self.sql.iter().find(|file| Some(&file.path) == path.as_ref());
            let shown =
                human::diagnostics(found.iter().map(|one| (of(&one.file).unwrap_or(&self.file), one)));
            match shown {
                Ok(()) => Fail::refused("nothing was done: the platform has errors", ""),
                Err(error) => Fail::from(error),
            }
        })
    }

    /// Reads the assembly in the folder, which must match what the platform file generates now.
    pub(super) fn assembly(&self, out: &Path) -> Result<Assembly, Fail> {
        let environment = self.environment();
        let draft = history::with_migrations(self.draft()?, out);
        let folder = out.join(self.platform.name.as_str()).join(environment.name.as_str());
        let differences = assembly::check(&draft, out).map_err(|error| Fail::refused(error, ""))?;
        if !differences.is_empty() {
            human::differences(&folder.display().to_string(), &differences)?;
            return Err(Fail::refused(
                format!("{} does not match {}", folder.display(), self.file.path.display()),
                "run `gen synth`, review its changes, then deploy",
            ));
        }
        assembly::read(&folder).map_err(|error| Fail::refused(error, "run `gen synth`"))
    }
}

/// The only platform that is meant, without errors.
fn load(target: &Target, platform: Option<&str>) -> Result<Loaded, Fail> {
    let wanted: Vec<String> = platform.iter().map(|name| (*name).to_owned()).collect();
    let loaded = platforms::load(&wanted)?;
    if loaded.len() > 1 {
        return Err(Fail::usage(
            "more than one platform found",
            format!("name {}", platforms::one_of(&loaded)),
        ));
    }
    let named: Vec<String> = target.environment.iter().cloned().collect();
    platforms::known_environments(&loaded, &named)?;
    let one = loaded.into_iter().next().ok_or_else(|| Fail::Bug("no platform was loaded".to_owned()))?;
    if one.has_errors() {
        human::diagnostics(one.placed())?;
        return Err(Fail::refused("nothing was done: the platform file has errors", ""));
    }
    Ok(one)
}

fn choose(platform: &Platform, wanted: Option<&str>) -> Result<usize, Fail> {
    let names = || platform.environments.iter().map(|one| one.name.as_str());
    match wanted {
        Some(name) => platform.environments.iter().position(|one| one.name == name).ok_or_else(|| {
            Fail::usage(format!("{} has no environment `{name}`", platform.name), did_you_mean(name, names()))
        }),
        None if platform.environments.len() == 1 => Ok(0),
        None => Err(Fail::usage(
            "more than one environment found",
            format!("pass --env with {}", one_of(names())),
        )),
    }
}

/// The endpoint of the local AWS, found or started.
fn local(show: &Show) -> Result<String, Fail> {
    let running = strataform_local::find_or_start(&local_options()?, &mut |text| {
        // Continue even if the output is closed.
        let _ = show.note(text);
    });
    running.map(|running| running.endpoint).map_err(|fault| Fail::refused(fault, ""))
}

/// Makes sure that the local AWS can run Spark jobs, if `--local` is given.
pub(super) fn with_spark(target: &Target, show: &Show) -> Result<(), Fail> {
    if !target.local {
        return Ok(());
    }
    let ready = strataform_local::with_spark(&local_options()?, &mut |text| {
        let _ = show.note(text);
    });
    ready.map_err(|fault| Fail::refused(fault, ""))
}

fn local_options() -> Result<strataform_local::Options, Fail> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let port = variable("STRATAFORM_LOCAL_PORT").and_then(|port| port.to_string_lossy().parse().ok());
    let home = variable("STRATAFORM_LOCAL_HOME").map(PathBuf::from).or_else(|| {
        let cache = variable("XDG_CACHE_HOME").map(PathBuf::from);
        cache
            .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
            .map(|cache| cache.join("strataform/local-aws"))
    });
    let home =
        home.ok_or_else(|| Fail::refused("no home folder found", "set STRATAFORM_LOCAL_HOME to a folder"))?;
    Ok(strataform_local::Options {
        port: port.unwrap_or(strataform_local::DEFAULT_PORT),
        home,
        python: variable("STRATAFORM_LOCAL_PYTHON").map(PathBuf::from),
        warehouse: variable("STRATAFORM_WAREHOUSE_BIN").map(PathBuf::from).or_else(sibling_warehouse),
        spark: variable("STRATAFORM_SPARK_PYTHON").map(PathBuf::from),
    })
}

/// The program that emulates the warehouse, if it was built next to this one.
fn sibling_warehouse() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.parent()?.join("strataform-warehouse");
    program.is_file().then_some(program)
}
