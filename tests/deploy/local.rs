//! The local AWS, a project to deploy, and an inspector for the services.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::tool::tool;

/// The server of this process. It ends when its standard input closes, which is when this process ends.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) port: u16,
    _child: Child,
}

static SERVER: OnceLock<Option<Server>> = OnceLock::new();
static ACCOUNT: AtomicU64 = AtomicU64::new(100_000_000_000);

/// The server; `None` on a developer's machine without the local AWS.
pub(crate) fn server() -> Option<&'static Server> {
    SERVER.get_or_init(|| start(&[])).as_ref()
}

/// A server for one test, whose clock can be turned, and whose jobs share one Spark.
pub(crate) fn own_server() -> Option<Server> {
    start(&[("STRATAFORM_SPARK_SHARED", "1")])
}

/// The Python that has ministack, boto3 and microburst.
pub(crate) fn python() -> Option<PathBuf> {
    tool("STRATAFORM_LOCAL_PYTHON")
}

/// The program that emulates the warehouse.
pub(crate) fn warehouse() -> PathBuf {
    let named = std::env::var_os("STRATAFORM_WAREHOUSE_BIN").map(PathBuf::from);
    let program =
        named.unwrap_or_else(|| Path::new(env!("CARGO_BIN_EXE_gen")).with_file_name("strataform-warehouse"));
    assert!(program.is_file(), "{} is missing: cargo build -p strataform-warehouse", program.display());
    program
}

fn start(settings: &[(&str, &str)]) -> Option<Server> {
    static SERVERS: AtomicU64 = AtomicU64::new(0);
    let python = python()?;
    let number = SERVERS.fetch_add(1, Ordering::Relaxed);
    let ready = scratch(&format!("local-aws-{}-{number}", std::process::id())).join("ready.json");
    let child = Command::new(&python)
        .args(["-m", "strataform_local", "--port", "0", "--until-eof", "--ready-file"])
        .arg(&ready)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/local-aws"))
        .env("STRATAFORM_WAREHOUSE_BIN", warehouse())
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the interpreter starts");
    let until = Instant::now() + Duration::from_mins(1);
    while !ready.exists() {
        assert!(Instant::now() < until, "the local AWS did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    let started: Value = serde_json::from_str(&fs::read_to_string(&ready).unwrap()).unwrap();
    let port = u16::try_from(started["port"].as_u64().unwrap()).unwrap();
    Some(Server { port, _child: child })
}

/// An empty folder with that name.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deploy").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// The output and exit code of a command.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Outcome {
    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "\n--- standard output\n{}\n--- standard error\n{}",
            self.out,
            self.err
        );
        self
    }

    /// Asserts that the output contains the text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        let both = format!("{}\n{}", self.out, self.err);
        assert!(both.contains(text), "`{text}` is not in the output:\n{both}");
        self
    }

    /// Asserts that the output does not contain the text.
    #[track_caller]
    pub(crate) fn never_says(self, text: &str) -> Self {
        let both = format!("{}\n{}", self.out, self.err);
        assert!(!both.contains(text), "`{text}` is in the output:\n{both}");
        self
    }

    /// The events of `--format json`.
    pub(crate) fn events(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
            .collect()
    }
}

/// A project with one platform from a blueprint, and its own account.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) port: u16,
    eyes: RefCell<Option<Eyes>>,
}

/// A process that calls services.
#[derive(Debug)]
pub(crate) struct Eyes {
    _child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Eyes {
    /// Starts it for an account in a region.
    pub(crate) fn open(endpoint: &str, account: &str, region: &str) -> Self {
        let python = python().expect("a server is running");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/local-aws/look.py");
        let mut child = Command::new(python)
            .arg(script)
            .args([endpoint, account, region])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (ask, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { _child: child, ask, answers }
    }

    /// The response to a call, `[service, operation, parameters]`; `error` is the code of an error response.
    pub(crate) fn look(&mut self, call: &Value) -> Value {
        writeln!(self.ask, "{call}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{call}: {error}: {line}"))
    }
}

impl Project {
    /// A project without a platform, and its own account.
    pub(crate) fn empty(server: &Server, name: &str) -> Self {
        let account = ACCOUNT.fetch_add(1, Ordering::Relaxed).to_string();
        let folder = scratch(&format!("{name}-{account}"));
        Self { folder, name: name.to_owned(), account, port: server.port, eyes: RefCell::new(None) }
    }

    /// A project with a synthesized platform called `name`, from a blueprint.
    pub(crate) fn new(server: &Server, name: &str, blueprint: &str) -> Self {
        let project = Self::empty(server, name);
        project.run(&["new", name, "--blueprint", blueprint]).ends(0);
        project.synth();
        project
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The command, without the user's environment variables.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_")) {
            command.env_remove(name);
        }
        command
            .env("AWS_ACCESS_KEY_ID", &self.account)
            .env("AWS_SECRET_ACCESS_KEY", "not-a-secret-but-never-shown")
            .env("AWS_ENDPOINT_URL", self.endpoint())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command
    }

    /// Runs the command, and asserts that it does not print the credentials.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        run_to_end(self.command(arguments))
    }

    /// Runs a command for this platform's `dev` environment.
    #[track_caller]
    pub(crate) fn dev(&self, verb: &str, more: &[&str]) -> Outcome {
        self.run(&[&[verb, self.name.as_str(), "--env", "dev"], more].concat())
    }

    /// Deploys `dev` without a prompt.
    #[track_caller]
    pub(crate) fn deploy(&self) -> Outcome {
        self.dev("deploy", &["--yes"])
    }

    #[track_caller]
    pub(crate) fn synth(&self) {
        self.run(&["synth"]).ends(0);
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("platforms").join(&self.name).join("platform.toml")
    }

    /// Changes the platform file, and synthesizes it.
    #[track_caller]
    pub(crate) fn change(&self, from: &str, to: &str) {
        self.edit(from, to);
        self.synth();
    }

    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.file()).unwrap();
        assert!(text.contains(from), "`{from}` is not in the platform file");
        fs::write(self.file(), text.replacen(from, to, 1)).unwrap();
    }

    pub(crate) fn manifest(&self) -> Value {
        let path = self.folder.join("generated").join(&self.name).join("dev/manifest.json");
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// The response of a service, called with boto3; `error` is the code of an error response.
    pub(crate) fn look(&self, service: &str, operation: &str, parameters: &Value) -> Value {
        let mut eyes = self.eyes.borrow_mut();
        let open = || {
            Eyes::open(
                &self.endpoint(),
                &self.account,
                self.manifest()["region"].as_str().unwrap_or_default(),
            )
        };
        eyes.get_or_insert_with(open).look(&json!([service, operation, parameters]))
    }

    /// The status of a stack; empty if it does not exist.
    pub(crate) fn status(&self, stack: &str) -> String {
        let name = format!("{}-dev-{stack}", self.name);
        let found = self.look("cloudformation", "describe_stacks", &json!({"StackName": name}));
        found["Stacks"][0]["StackStatus"].as_str().unwrap_or_default().to_owned()
    }

    /// An output of a stack.
    pub(crate) fn output(&self, stack: &str, output: &str) -> String {
        let name = format!("{}-dev-{stack}", self.name);
        let found = self.look("cloudformation", "describe_stacks", &json!({"StackName": name}));
        let outputs = found["Stacks"][0]["Outputs"].as_array().cloned().unwrap_or_default();
        let found = outputs.iter().find(|one| one["OutputKey"] == output);
        let found = found.unwrap_or_else(|| panic!("{name} has no {output}"));
        found["OutputValue"].as_str().unwrap().to_owned()
    }

    /// The rows of a query, as text.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<String>> {
        let asked = self
            .run(&[
                "query",
                sql,
                "--platform",
                &self.name,
                "--env",
                "dev",
                "--format",
                "csv",
                "--limit",
                "100000",
            ])
            .ends(0);
        let mut rows = csv::Reader::from_reader(asked.out.as_bytes());
        rows.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// The keys in a bucket.
    pub(crate) fn keys(&self, bucket: &str) -> Vec<String> {
        let found = self.look("s3", "list_objects_v2", &json!({"Bucket": bucket}));
        let found = found["Contents"].as_array().cloned().unwrap_or_default();
        found.iter().map(|one| one["Key"].as_str().unwrap().to_owned()).collect()
    }
}

#[track_caller]
pub(crate) fn run_to_end(mut command: Command) -> Outcome {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let outcome = Outcome { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    outcome.never_says("not-a-secret-but-never-shown")
}
