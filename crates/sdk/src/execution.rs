//! AWS Step Functions: executions of state machines.

use crate::{Aws, ExecutionState, Fault, Identity};

/// An execution of a state machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    /// Its state.
    pub state: ExecutionState,
    /// The name of the error that it failed with; empty if it did not fail.
    pub error: String,
    /// The cause of the failure; empty if it did not fail.
    pub cause: String,
}

/// How many events are read, newest first. A run has a few dozen, and a few more for each poll of a statement.
const EVENTS: i32 = 200;

impl Aws {
    /// Starts an execution of a state machine in this account and region; returns its ARN.
    ///
    /// # Errors
    ///
    /// The state machine does not exist ([`crate::Kind::Missing`]), or AWS rejects the request.
    pub fn start_execution(&self, who: &Identity, machine: &str, input: &str) -> Result<String, Fault> {
        let partition = who.arn.split(':').nth(1).filter(|one| !one.is_empty()).unwrap_or("aws");
        let (region, account) = (self.region(), &who.account);
        let arn = format!("arn:{partition}:states:{region}:{account}:stateMachine:{machine}");
        let call = self.state_machines.start_execution().state_machine_arn(arn).input(input);
        Ok(self.wait("states:StartExecution", call.send())?.execution_arn)
    }

    /// Describes an execution.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn execution(&self, arn: &str) -> Result<Execution, Fault> {
        let call = self.state_machines.describe_execution().execution_arn(arn);
        let found = self.wait("states:DescribeExecution", call.send())?;
        Ok(Execution {
            state: ExecutionState::of(found.status.as_str()),
            error: found.error.unwrap_or_default(),
            cause: found.cause.unwrap_or_default(),
        })
    }

    /// The states that an execution entered, newest first; from its newest 200 events.
    ///
    /// # Errors
    ///
    /// An AWS request fails.
    pub fn entered_states(&self, arn: &str) -> Result<Vec<String>, Fault> {
        let call = self.state_machines.get_execution_history().execution_arn(arn);
        let call = call.reverse_order(true).max_results(EVENTS).include_execution_data(false);
        let found = self.wait("states:GetExecutionHistory", call.send())?;
        let entered = found.events.into_iter().filter_map(|event| event.state_entered_event_details);
        Ok(entered.map(|entered| entered.name).collect())
    }
}
