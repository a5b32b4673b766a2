//! Service quotas, the limits that services state themselves, and the types of resources that a Region has.

use std::collections::BTreeSet;

use aws_sdk_cloudformation::types::{Category, ProvisioningType, RegistryType, TypeFilters, Visibility};
use serde_json::json;

use crate::plain::{Parameters, Question, Service};
use crate::{Aws, Fault};

/// A quota of a service in the account and Region.
#[derive(Clone, Debug, PartialEq)]
pub struct Quota {
    /// Its name: `Max task DPUs per account`.
    pub name: String,
    /// Its code, with which an increase is requested: `L-…`.
    pub code: String,
    /// Its value.
    pub value: f64,
}

/// What Kinesis states about the Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamLimits {
    /// The most shards of provisioned streams.
    pub shards: u64,
    /// The shards that are open.
    pub open: u64,
    /// The most streams on demand.
    pub on_demand: u64,
    /// The streams on demand.
    pub on_demand_used: u64,
}

impl Aws {
    /// The quotas of a service: those that apply to the account, and the default of each that has no other.
    ///
    /// `servicequotas:ListServiceQuotas`, `servicequotas:ListAWSDefaultServiceQuotas`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn quotas(&self, service: &str) -> Result<Vec<Quota>, Fault> {
        let mut all = self.listed("servicequotas:ListServiceQuotas", service)?;
        for one in self.listed("servicequotas:ListAWSDefaultServiceQuotas", service)? {
            if all.iter().all(|applied| applied.code != one.code) {
                all.push(one);
            }
        }
        Ok(all)
    }

    fn listed(&self, operation: &'static str, service: &str) -> Result<Vec<Quota>, Fault> {
        let mut all = Vec::new();
        let mut parameters = json!({"ServiceCode": service, "MaxResults": 100});
        loop {
            let found = self.ask_json(&Question {
                service: Service::Quotas,
                operation,
                region: self.region(),
                parameters: Parameters::Target("ServiceQuotasV20190624", parameters.clone()),
            })?;
            for one in found["Quotas"].as_array().into_iter().flatten() {
                let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
                if let Some(value) = one["Value"].as_f64() {
                    all.push(Quota { name: word("QuotaName"), code: word("QuotaCode"), value });
                }
            }
            match found["NextToken"].as_str().filter(|token| !token.is_empty()) {
                Some(token) => parameters["NextToken"] = json!(token),
                None => return Ok(all),
            }
        }
    }

    /// The limits of Kinesis: `kinesis:DescribeLimits`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn stream_limits(&self) -> Result<StreamLimits, Fault> {
        let found = self.wait("kinesis:DescribeLimits", self.kinesis.describe_limits().send())?;
        let count = |number: i32| u64::try_from(number).unwrap_or_default();
        Ok(StreamLimits {
            shards: count(found.shard_limit),
            open: count(found.open_shard_count),
            on_demand: count(found.on_demand_stream_count_limit),
            on_demand_used: count(found.on_demand_stream_count),
        })
    }

    /// The most stacks of the account in the Region; `None` if CloudFormation states none:
    /// `cloudformation:DescribeAccountLimits`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn stack_limit(&self) -> Result<Option<u64>, Fault> {
        let call = self.cloudformation.describe_account_limits().send();
        let found = self.wait("cloudformation:DescribeAccountLimits", call)?;
        let limits = found.account_limits.unwrap_or_default();
        let stacks = limits.into_iter().find(|limit| limit.name.as_deref() == Some("StackLimit"));
        Ok(stacks.and_then(|limit| limit.value).and_then(|value| u64::try_from(value).ok()))
    }

    /// The types of resources whose names begin so that the Region has: `cloudformation:ListTypes`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn types(&self, prefix: &str) -> Result<BTreeSet<String>, Fault> {
        // Without one of them, the service lists only the types that can be updated.
        let kinds =
            [ProvisioningType::FullyMutable, ProvisioningType::Immutable, ProvisioningType::NonProvisionable];
        let mut all = BTreeSet::new();
        for kind in kinds {
            let filters =
                TypeFilters::builder().category(Category::AwsTypes).type_name_prefix(prefix).build();
            let call = self.cloudformation.list_types().visibility(Visibility::Public).filters(filters);
            let call = call.r#type(RegistryType::Resource).provisioning_type(kind).max_results(100);
            let mut token = None;
            loop {
                let found =
                    self.wait("cloudformation:ListTypes", call.clone().set_next_token(token).send())?;
                let listed = found.type_summaries.unwrap_or_default();
                all.extend(listed.into_iter().filter_map(|one| one.type_name));
                token = found.next_token;
                if token.is_none() {
                    break;
                }
            }
        }
        Ok(all)
    }

    /// How many workgroups of Redshift Serverless the Region has: `redshift-serverless:ListWorkgroups`.
    ///
    /// # Errors
    /// AWS rejects the request.
    pub fn workgroups(&self) -> Result<u64, Fault> {
        let mut all = 0;
        let mut token = None;
        loop {
            let call = self.serverless.list_workgroups().set_next_token(token).send();
            let found = self.wait("redshift-serverless:ListWorkgroups", call)?;
            all += found.workgroups.len() as u64;
            token = found.next_token;
            if token.is_none() {
                return Ok(all);
            }
        }
    }
}
