//! The only crate that uses the AWS SDKs: the AWS calls of a deployment, with plain values.
//!
//! In: names, bytes, an endpoint if it is not AWS itself. Out: what AWS has and did, or a [`Fault`] with the operation
//! and AWS's message. Calls block; any thread may make them, many at once.
//!
//! It refuses to decide anything, to print, and to show a secret by accident ([`Secret`]). The SDK's standard retries
//! repeat requests that are safe to repeat; what it cannot know, such as whether a change set was executed before the
//! response was lost, its caller must check.

#![warn(clippy::fn_params_excessive_bools)]

mod account;
mod change_sets;
mod execution;
mod fault;
mod glue;
mod kinesis;
mod network;
mod plain;
mod quicksight;
mod quotas;
mod s3;
mod sql;
mod stacks;
mod status;
mod time;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudformation::config::{Credentials as SdkCredentials, SharedCredentialsProvider};
use aws_smithy_http_client::{Builder, tls};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

pub use account::{AccountLimits, DefaultPermissions, Denied, Role, Simulation};
pub use change_sets::{
    Action, Body, ChangeSet, ChangeSetType, ExistingResources, NewChangeSet, Replacement, ResourceChange,
};
pub use execution::Execution;
pub use fault::{Fault, Kind};
pub use glue::JobRun;
pub use kinesis::{FailedRecord, Record};
pub use network::{SubnetState, Zone};
pub use quicksight::{Group, Subscription};
pub use quotas::{Quota, StreamLimits};
pub use s3::{Bucket, Condition, Listed, Object};
pub use sql::{Cell, Page, Secret, Statement, StatementState, Warehouse};
pub use stacks::{Stack, StackEvent, StackResource, TerminationProtection};
pub use status::{
    ChangeSetStatus, ExecutionState, JobRunState, Phase, ResourceStatus, StackStatus, StatementStatus,
};
pub use time::utc;

/// How to connect to AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// A profile of the shared configuration, instead of `AWS_PROFILE`.
    pub profile: Option<String>,
    /// A region, instead of that of the environment or the profile.
    pub region: Option<String>,
    /// The endpoint of all services, if it is not AWS: `http://127.0.0.1:4566`.
    pub endpoint: Option<String>,
    /// The credentials.
    pub credentials: Credentials,
}

/// Which credentials requests are signed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    /// Those that every AWS tool finds: from the environment, a profile, SSO or an instance.
    #[default]
    Own,
    /// Public dummy credentials for a local AWS: the user's own are neither read nor sent.
    Local,
}

/// The caller's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account ID, 12 digits.
    pub account: String,
    /// The ARN of the user or the session.
    pub arn: String,
}

/// A connection to AWS, or to an emulator.
#[derive(Debug)]
pub struct Aws {
    runtime: Runtime,
    region: String,
    endpoint: Option<String>,
    requests: Arc<AtomicU64>,
    config: SdkConfig,
    credentials: OnceCell<SdkCredentials>,
    cloudformation: aws_sdk_cloudformation::Client,
    s3: aws_sdk_s3::Client,
    sts: aws_sdk_sts::Client,
    data: aws_sdk_redshiftdata::Client,
    serverless: aws_sdk_redshiftserverless::Client,
    secrets: aws_sdk_secretsmanager::Client,
    kinesis: aws_sdk_kinesis::Client,
    glue: aws_sdk_glue::Client,
    state_machines: aws_sdk_sfn::Client,
}

/// Counts the requests that are sent, retries included.
#[derive(Debug)]
struct Count(Arc<AtomicU64>);

impl Intercept for Count {
    fn name(&self) -> &'static str {
        "Count"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// A client of a service, which counts its requests.
macro_rules! client {
    ($service:ident, $config:expr, $count:expr) => {
        $service::Client::from_conf(
            $service::config::Builder::from($config).interceptor(Count(Arc::clone($count))).build(),
        )
    };
}

impl Aws {
    /// Reads the configuration as every AWS tool does: `AWS_*`, profiles, SSO, roles to assume. This sends no
    /// request.
    ///
    /// # Errors
    ///
    /// No region is configured, or the system provides no threads.
    pub fn connect(options: &Options) -> Result<Self, Fault> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(|error| Fault::ours("connect", &error.to_string()))?;
        let config = runtime.block_on(configuration(options));
        let region = config.region().map(ToString::to_string).ok_or_else(|| Fault {
            operation: "connect",
            kind: Kind::Region,
            code: String::new(),
            message: "no region is configured".to_owned(),
        })?;
        let requests = Arc::new(AtomicU64::new(0));
        let count = &requests;
        let path_style = config.endpoint_url().is_some();
        let s3 = aws_sdk_s3::config::Builder::from(&config)
            .force_path_style(path_style)
            .interceptor(Count(Arc::clone(count)))
            .build();
        Ok(Self {
            region,
            endpoint: config.endpoint_url().map(str::to_owned),
            cloudformation: client!(aws_sdk_cloudformation, &config, count),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sts: client!(aws_sdk_sts, &config, count),
            data: client!(aws_sdk_redshiftdata, &config, count),
            serverless: client!(aws_sdk_redshiftserverless, &config, count),
            secrets: client!(aws_sdk_secretsmanager, &config, count),
            kinesis: client!(aws_sdk_kinesis, &config, count),
            glue: client!(aws_sdk_glue, &config, count),
            state_machines: client!(aws_sdk_sfn, &config, count),
            requests,
            config,
            credentials: OnceCell::new(),
            runtime,
        })
    }

    /// The region that requests are sent to.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The endpoint of all services, if it is not AWS.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// How many requests were sent so far, retries included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The caller's identity: `sts:GetCallerIdentity`.
    ///
    /// # Errors
    ///
    /// No credentials are found, or AWS rejects them.
    pub fn identity(&self) -> Result<Identity, Fault> {
        let found = self.wait("sts:GetCallerIdentity", self.sts.get_caller_identity().send())?;
        Ok(Identity { account: found.account.unwrap_or_default(), arn: found.arn.unwrap_or_default() })
    }

    /// Waits for the response to a call.
    fn wait<T, E>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Fault>
    where
        E: fault::ToFault,
    {
        self.runtime.block_on(call).map_err(|error| error.fault(operation))
    }
}

async fn configuration(options: &Options) -> SdkConfig {
    let http = Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    // A connection without a response must not block a deployment forever; a slow attempt is retried.
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10))
        .operation_attempt_timeout(Duration::from_secs(90))
        .build();
    let mut loader =
        aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts);
    if std::env::var_os("AWS_MAX_ATTEMPTS").is_none() {
        loader = loader.retry_config(RetryConfig::standard().with_max_attempts(6));
    }
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if options.credentials == Credentials::Local {
        let dummy = SdkCredentials::new("000000000000", "local", None, None, "local");
        loader = loader.credentials_provider(SharedCredentialsProvider::new(dummy));
    }
    loader.load().await
}
