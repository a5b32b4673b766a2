//! An account of the local AWS: stacks, statements, and the time that passes in it.

use std::cell::RefCell;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::deploy::local::{Eyes, Project, Server};

/// An account in a region.
pub(super) struct Account {
    pub(super) project: Project,
    pub(super) region: String,
}

thread_local! {
    /// The calls of a thread, for all its accounts: a process takes longer to start than a trial.
    static EYES: RefCell<Option<Eyes>> = const { RefCell::new(None) };
}

/// The most that anything takes, in tenths of a second.
const PATIENCE: u32 = 1200;

impl Account {
    pub(super) fn new(server: &Server, name: &str, region: &str) -> Self {
        Self { project: Project::empty(server, name), region: region.to_owned() }
    }

    /// The ID.
    pub(super) fn id(&self) -> &str {
        &self.project.account
    }

    /// The response of a service, or its error.
    pub(super) fn call(&self, service: &str, operation: &str, parameters: &Value) -> Result<Value, String> {
        let found = self.look(service, operation, parameters);
        match (found["error"].as_str(), found["message"].as_str()) {
            (Some(code), Some(message)) => Err(format!("{code}: {message}")),
            // An execution that failed has an error, too.
            _ => Ok(found),
        }
    }

    /// The response of a service that must not fail.
    #[track_caller]
    pub(super) fn done(&self, service: &str, operation: &str, parameters: &Value) -> Value {
        self.call(service, operation, parameters)
            .unwrap_or_else(|error| panic!("{service} {operation}: {error}"))
    }

    /// Sets what the account has, or lets time pass in it.
    pub(super) fn settle(&self, settings: &Value) {
        self.look("strataform", "account", settings);
    }

    fn look(&self, service: &str, operation: &str, parameters: &Value) -> Value {
        let call = json!([service, operation, parameters, self.id(), self.region]);
        EYES.with_borrow_mut(|eyes| {
            eyes.get_or_insert_with(|| Eyes::open(&self.project.endpoint(), self.id(), &self.region))
                .look(&call)
        })
    }

    /// Creates or updates a stack, by a change set; returns the reason of the first resource that fails.
    pub(super) fn stack(
        &self,
        name: &str,
        template: &Value,
        values: &[(&str, &str)],
        imports: bool,
    ) -> Result<(), String> {
        let exists = self.status(name).is_some();
        let parameters = template["Parameters"].as_object().cloned().unwrap_or_default();
        let parameters: Vec<Value> = parameters
            .keys()
            .map(|key| {
                let value = values.iter().find(|(named, _)| named == key);
                let key_arn = format!("arn:aws:kms:{}:{}:key/local", self.region, self.id());
                let value = value.map_or(key_arn.as_str(), |(_, value)| value);
                json!({"ParameterKey": key, "ParameterValue": value})
            })
            .collect();
        let set = format!("set-{}", if exists { "update" } else { "create" });
        let asked = json!({"StackName": name, "ChangeSetName": set});
        let mut made = json!({
            "TemplateBody": template.to_string(), "Parameters": parameters,
            "ChangeSetType": if exists { "UPDATE" } else { "CREATE" },
            "Capabilities": ["CAPABILITY_NAMED_IAM"], "ImportExistingResources": imports,
        });
        made.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        self.call("cloudformation", "create_change_set", &made)?;
        let found = self.until(|| {
            let found = self.done("cloudformation", "describe_change_set", &asked);
            (!found["Status"].as_str().unwrap().ends_with("_IN_PROGRESS")).then_some(found)
        });
        if found["Status"] == "FAILED" {
            return Err(found["StatusReason"].as_str().unwrap_or_default().to_owned());
        }
        self.call("cloudformation", "execute_change_set", &asked)?;
        let ended = self.until(|| self.status(name).filter(|status| !status.ends_with("_IN_PROGRESS")));
        if ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"].contains(&ended.as_str()) {
            return Ok(());
        }
        Err(self.reason(name).unwrap_or(ended))
    }

    /// Why a stack failed.
    fn reason(&self, name: &str) -> Option<String> {
        let found = self.done("cloudformation", "describe_stack_events", &json!({"StackName": name}));
        let mut events = found["StackEvents"].as_array().unwrap().iter().rev();
        let failed = events.find(|event| event["ResourceStatus"].as_str().unwrap().ends_with("_FAILED"))?;
        Some(failed["ResourceStatusReason"].as_str().unwrap_or_default().to_owned())
    }

    /// The status of a stack; none if it does not exist.
    fn status(&self, name: &str) -> Option<String> {
        let found = self.call("cloudformation", "describe_stacks", &json!({"StackName": name})).ok()?;
        Some(found["Stacks"][0]["StackStatus"].as_str()?.to_owned())
    }

    /// Deletes a stack, to the end.
    pub(super) fn delete_stack(&self, name: &str) {
        self.done("cloudformation", "delete_stack", &json!({"StackName": name}));
        self.until(|| self.status(name).is_none().then_some(()));
    }

    /// The physical ID of a resource.
    pub(super) fn physical(&self, stack: &str, resource: &str) -> String {
        let asked = json!({"StackName": stack, "LogicalResourceId": resource});
        let found = self.done("cloudformation", "describe_stack_resource", &asked);
        found["StackResourceDetail"]["PhysicalResourceId"].as_str().unwrap().to_owned()
    }

    /// Makes a bucket, and puts an object in it.
    pub(super) fn put(&self, bucket: &str, key: &str, body: &[u8]) {
        // A bucket that exists stays as it is.
        let place = json!({"LocationConstraint": self.region});
        let _ =
            self.call("s3", "create_bucket", &json!({"Bucket": bucket, "CreateBucketConfiguration": place}));
        self.done("s3", "put_object", &json!({"Bucket": bucket, "Key": key, "Hex": hex::encode(body)}));
    }

    /// Runs a script in a warehouse, as the administrator or as the user of a secret; returns the rows of its last query.
    pub(super) fn sql(
        &self,
        workgroup: &str,
        secret: Option<&str>,
        text: &str,
    ) -> Result<Vec<Vec<String>>, String> {
        let mut asked = json!({"WorkgroupName": workgroup, "Database": "analytics", "Sql": text});
        if let Some(secret) = secret {
            asked["SecretArn"] = json!(secret);
        }
        let made = self.call("redshift-data", "execute_statement", &asked)?;
        let id = json!({"Id": made["Id"]});
        let ended = self.until(|| {
            let found = self.done("redshift-data", "describe_statement", &id);
            ["FINISHED", "FAILED", "ABORTED"].contains(&found["Status"].as_str().unwrap()).then_some(found)
        });
        if ended["Status"] != "FINISHED" {
            return Err(ended["Error"].as_str().unwrap_or_default().to_owned());
        }
        if ended["HasResultSet"] != true {
            return Ok(Vec::new());
        }
        let found = self.done("redshift-data", "get_statement_result", &id);
        let text = |field: &Value| {
            let value = field.as_object().unwrap().values().next().unwrap().clone();
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        };
        let rows = found["Records"].as_array().unwrap().iter();
        Ok(rows.map(|row| row.as_array().unwrap().iter().map(text).collect()).collect())
    }

    /// Runs a state machine to its end; returns its error and cause.
    pub(super) fn runs(&self, machine: &Value) -> Result<(), String> {
        let started = self.done("stepfunctions", "start_execution", &json!({"stateMachineArn": machine}));
        let asked = json!({"executionArn": started["executionArn"]});
        let ended = self.until(|| {
            let found = self.done("stepfunctions", "describe_execution", &asked);
            (found["status"] != "RUNNING").then_some(found)
        });
        let text = |name: &str| ended[name].as_str().unwrap_or_default().to_owned();
        if ended["status"] == "SUCCEEDED" {
            Ok(())
        } else {
            Err(format!("{}: {}", text("error"), text("cause")))
        }
    }

    /// Waits for something.
    #[track_caller]
    pub(super) fn until<T>(&self, mut ready: impl FnMut() -> Option<T>) -> T {
        for _ in 0..PATIENCE {
            if let Some(found) = ready() {
                return found;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("{} waits in vain", self.project.name);
    }
}
