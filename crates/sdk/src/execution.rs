//! Executions of state machines: AWS Step Functions.

use crate::{Aws, ExecutionState, Fault, Identity};

/// An execution of a state machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    /// How far it is.
    pub state: ExecutionState,
    /// The name of the error that it failed with; empty where it did not.
    pub error: String,
    /// Why it failed; empty where it did not.
    pub cause: String,
}

/// How many events are read: the newest. A run has some tens, and a few for every look at a statement.
const EVENTS: i32 = 200;

impl Aws {
    /// Starts an execution of a state machine of this account and region; gives its ARN.
    ///
    /// # Errors
    ///
    /// There is no such state machine ([`crate::Kind::Missing`]), or AWS refuses it.
    pub fn start_execution(&self, who: &Identity, machine: &str, input: &str) -> Result<String, Fault> {
        let partition = who.arn.split(':').nth(1).filter(|one| !one.is_empty()).unwrap_or("aws");
        let (region, account) = (self.region(), &who.account);
        let arn = format!("arn:{partition}:states:{region}:{account}:stateMachine:{machine}");
        let call = self.flows.start_execution().state_machine_arn(arn).input(input);
        Ok(self.wait("states:StartExecution", call.send())?.execution_arn)
    }

    /// How far an execution is.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn execution(&self, arn: &str) -> Result<Execution, Fault> {
        let call = self.flows.describe_execution().execution_arn(arn);
        let found = self.wait("states:DescribeExecution", call.send())?;
        Ok(Execution {
            state: ExecutionState::of(found.status.as_str()),
            error: found.error.unwrap_or_default(),
            cause: found.cause.unwrap_or_default(),
        })
    }

    /// The states that an execution entered, the newest first; from its newest 200 events.
    ///
    /// # Errors
    ///
    /// AWS does not tell.
    pub fn entered_states(&self, arn: &str) -> Result<Vec<String>, Fault> {
        let call = self.flows.get_execution_history().execution_arn(arn);
        let call = call.reverse_order(true).max_results(EVENTS).include_execution_data(false);
        let found = self.wait("states:GetExecutionHistory", call.send())?;
        let entered = found.events.into_iter().filter_map(|event| event.state_entered_event_details);
        Ok(entered.map(|entered| entered.name).collect())
    }
}
