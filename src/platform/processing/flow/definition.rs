//! The typed definition of a state machine in the Amazon States Language.

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// A state machine, or the item processor of a [`Repeat`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Definition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) query_language: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) processor_config: Option<Processor>,
    pub(super) start_at: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout_seconds: Option<u64>,
    pub(super) states: States,
}

/// The processor configuration of a [`Repeat`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Processor {
    pub(super) mode: &'static str,
}

/// States by name, in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct States(Vec<(&'static str, State)>);

impl States {
    /// Adds a state.
    pub(super) fn with(mut self, name: &'static str, state: State) -> Self {
        self.0.push((name, state));
        self
    }
}

impl Serialize for States {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, state)| (name, state)))
    }
}

/// One state.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "Type")]
pub(super) enum State {
    Pass(Pass),
    Task(Task),
    Wait(Wait),
    Choice(Choice),
    Map(Repeat),
    Succeed {},
    Fail(Fail),
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Pass {
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) assign: Map<String, Value>,
    pub(super) next: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Task {
    pub(super) resource: String,
    pub(super) arguments: Value,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) assign: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) retry: Vec<Retry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) catch: Vec<Catch>,
    pub(super) next: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Wait {
    /// A number, or an expression that returns one.
    pub(super) seconds: Value,
    pub(super) next: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Choice {
    pub(super) choices: Vec<Branch>,
    pub(super) default: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Branch {
    pub(super) condition: String,
    pub(super) next: &'static str,
}

/// A `Map` state: the same states for each item.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Repeat {
    pub(super) items: String,
    pub(super) max_concurrency: u32,
    pub(super) item_processor: Definition,
    pub(super) catch: Vec<Catch>,
    pub(super) next: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Fail {
    pub(super) error: String,
    pub(super) cause: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Retry {
    pub(super) error_equals: Vec<&'static str>,
    pub(super) interval_seconds: u32,
    pub(super) max_attempts: u32,
    pub(super) backoff_rate: f32,
    pub(super) max_delay_seconds: u32,
}

impl Retry {
    /// For throttling and timeouts: four retries within a minute or two.
    pub(super) fn brief() -> Self {
        Self {
            error_equals: vec!["States.TaskFailed"],
            interval_seconds: 5,
            max_attempts: 4,
            backoff_rate: 2.0,
            max_delay_seconds: 60,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Catch {
    pub(super) error_equals: Vec<&'static str>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(super) assign: Map<String, Value>,
    pub(super) next: &'static str,
}
