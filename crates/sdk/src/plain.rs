//! Reads of services whose SDKs are not linked: a signed request, and the response as a document.
//!
//! In: an operation, its parameters in the protocol of its service. Out: JSON or XML. The requests are sent, repeated and
//! counted like those of the SDKs. It refuses to write: an operation whose name does not begin with a word that reads is an error before it is sent.

use std::sync::Arc;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_runtime::retries::classifiers::AwsErrorCodeClassifier;
use aws_sdk_cloudformation::config::{Credentials, ProvideCredentials as _};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime::client::retries::classifiers::{HttpStatusCodeClassifier, TransientErrorClassifier};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::fault::ToFault as _;
use crate::{Aws, Count, Fault};

/// What a path may contain unencoded: the unreserved characters of RFC 3986.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A service, as far as its requests differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ec2,
    Iam,
    LakeFormation,
    QuickSight,
    Quotas,
}

impl Service {
    /// The name in endpoints and in signatures.
    fn name(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Iam => "iam",
            Self::LakeFormation => "lakeformation",
            Self::QuickSight => "quicksight",
            Self::Quotas => "servicequotas",
        }
    }

    /// The endpoint, and the Region that a request is signed for. IAM has one endpoint for each partition.
    fn endpoint(self, region: &str) -> (String, String) {
        let domain = domain(region);
        match self {
            Self::Iam if region.starts_with("cn-") => {
                ("https://iam.cn-north-1.amazonaws.com.cn".to_owned(), "cn-north-1".to_owned())
            }
            Self::Iam if region.starts_with("us-gov-") => {
                ("https://iam.us-gov.amazonaws.com".to_owned(), "us-gov-west-1".to_owned())
            }
            Self::Iam => ("https://iam.amazonaws.com".to_owned(), "us-east-1".to_owned()),
            Self::Ec2 | Self::LakeFormation | Self::QuickSight | Self::Quotas => {
                (format!("https://{}.{region}.{domain}", self.name()), region.to_owned())
            }
        }
    }
}

/// The domain of the endpoints of a Region.
pub(crate) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

/// The parameters of an operation, in the protocol of its service.
#[derive(Clone, Debug)]
pub(crate) enum Parameters<'a> {
    /// The query protocol, with the version of the API: a form, answered in XML.
    Form(&'static str, Vec<(String, String)>),
    /// The JSON protocol, with the prefix of the target.
    Target(&'static str, Value),
    /// A path of segments, which are encoded here.
    Get(&'a [&'a str]),
    /// A path, and a JSON body.
    Post(&'static str, Value),
}

/// A request: an operation and its parameters, for a Region.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    pub(crate) service: Service,
    /// `iam:GetRole`
    pub(crate) operation: &'static str,
    pub(crate) region: &'a str,
    pub(crate) parameters: Parameters<'a>,
}

/// The words with which the names of operations begin that change nothing.
const READS: [&str; 4] = ["Describe", "Get", "List", "Simulate"];

impl Aws {
    /// The response to a question, as text.
    pub(crate) fn ask(&self, question: &Question<'_>) -> Result<String, Fault> {
        let action = question.operation.split(':').next_back().unwrap_or_default();
        if !READS.iter().any(|word| action.starts_with(word)) {
            return Err(Fault::ours(question.operation, "not sent: this operation may change something"));
        }
        self.runtime.block_on(async {
            let credentials = self.resolved(question.operation).await?;
            send(&self.config, &self.requests, question, credentials).await
        })
    }

    /// The credentials, which are resolved once for all plain requests: a source of them may be slow, or ask the user.
    async fn resolved(&self, operation: &'static str) -> Result<Credentials, Fault> {
        let resolve = || async {
            let provider = self
                .config
                .credentials_provider()
                .ok_or_else(|| Fault::ours(operation, "no credentials are configured"))?;
            provider.provide_credentials().await.map_err(|error| Fault {
                operation,
                kind: crate::Kind::Credentials,
                code: String::new(),
                message: error.to_string(),
            })
        };
        self.credentials.get_or_try_init(resolve).await.cloned()
    }

    /// The response to a question, as JSON.
    pub(crate) fn ask_json(&self, question: &Question<'_>) -> Result<Value, Fault> {
        let text = self.ask(question)?;
        serde_json::from_str(&text)
            .map_err(|error| Fault::ours(question.operation, &format!("the response is no JSON: {error}")))
    }
}

async fn send(
    config: &SdkConfig,
    requests: &Arc<std::sync::atomic::AtomicU64>,
    question: &Question<'_>,
    credentials: Credentials,
) -> Result<String, Fault> {
    let operation = question.operation;
    let ours = |message: &dyn std::fmt::Display| Fault::ours(operation, &message.to_string());
    let http = config.http_client().ok_or_else(|| ours(&"no HTTP client is configured"))?;
    let retries = config.retry_config().cloned().unwrap_or_else(RetryConfig::standard);
    let timeouts = config.timeout_config().cloned().unwrap_or_else(TimeoutConfig::disabled);
    let (endpoint, signed_for) = question.service.endpoint(question.region);
    let endpoint = config.endpoint_url().map_or(endpoint, |url| url.trim_end_matches('/').to_owned());
    let outgoing = Outgoing::of(question);
    let signature = outgoing
        .signature(&endpoint, question.service.name(), &signed_for, credentials)
        .map_err(|error| ours(&error))?;
    let call = Operation::builder()
        .service_name(question.service.name())
        .operation_name(operation)
        .http_client(http)
        .endpoint_url(&endpoint)
        .no_auth()
        .standard_retry(&retries)
        .timeout_config(timeouts)
        .retry_classifier(HttpStatusCodeClassifier::default())
        .retry_classifier(TransientErrorClassifier::<Refusal>::new())
        .retry_classifier(AwsErrorCodeClassifier::<Refusal>::new())
        .interceptor(Count(Arc::clone(requests)))
        .serializer(move |(): ()| outgoing.request(&signature))
        .deserializer(read)
        .build();
    call.invoke(()).await.map_err(|error| error.fault(operation))
}

/// A request before it is signed.
#[derive(Clone, Debug)]
struct Outgoing {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Outgoing {
    fn of(question: &Question<'_>) -> Self {
        let action = question.operation.split(':').next_back().unwrap_or_default();
        match &question.parameters {
            Parameters::Form(version, pairs) => {
                let mut form = form_urlencoded::Serializer::new(String::new());
                form.append_pair("Action", action).append_pair("Version", version);
                let body = form.extend_pairs(pairs).finish().into_bytes();
                let kind = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
                Self { method: "POST", path: "/".to_owned(), headers: vec![("content-type", kind)], body }
            }
            Parameters::Target(prefix, body) => {
                let headers = vec![
                    ("content-type", "application/x-amz-json-1.1".to_owned()),
                    ("x-amz-target", format!("{prefix}.{action}")),
                ];
                let body = body.to_string().into_bytes();
                Self { method: "POST", path: "/".to_owned(), headers, body }
            }
            Parameters::Get(segments) => {
                let path = segments.iter().fold(String::new(), |path, segment| {
                    format!("{path}/{}", utf8_percent_encode(segment, PATH))
                });
                Self { method: "GET", path, headers: Vec::new(), body: Vec::new() }
            }
            Parameters::Post(path, body) => {
                let headers = vec![("content-type", "application/json".to_owned())];
                let body = body.to_string().into_bytes();
                Self { method: "POST", path: (*path).to_owned(), headers, body }
            }
        }
    }

    /// The headers of the signature: those to add to the request.
    #[expect(clippy::disallowed_methods, reason = "AWS rejects a signature that is older than some minutes")]
    fn signature(
        &self,
        endpoint: &str,
        service: &str,
        region: &str,
        credentials: Credentials,
    ) -> Result<Vec<(&'static str, String)>, BoxError> {
        let identity = credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(region)
            .name(service)
            .time(SystemTime::now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let url = format!("{endpoint}{}", self.path);
        let headers = self.headers.iter().map(|(name, value)| (*name, value.as_str()));
        let signable = SignableRequest::new(self.method, url, headers, SignableBody::Bytes(&self.body))?;
        let (instructions, _) = sign(signable, &parameters)?.into_parts();
        let (added, _) = instructions.into_parts();
        Ok(added.iter().map(|header| (header.name(), header.value().to_owned())).collect())
    }

    /// The signed request; its endpoint is added later.
    fn request(&self, signature: &[(&'static str, String)]) -> Result<HttpRequest, BoxError> {
        let mut request = HttpRequest::new(SdkBody::from(self.body.clone()));
        request.set_method(self.method)?;
        request.set_uri(self.path.as_str())?;
        for (name, value) in self.headers.iter().chain(signature) {
            request.headers_mut().try_insert(*name, value.clone())?;
        }
        Ok(request)
    }
}

/// An error response.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.message().unwrap_or_default())]
struct Refusal(ErrorMetadata);

impl ProvideErrorMetadata for Refusal {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

/// Reads a response, whose body the orchestrator has loaded.
fn read(response: &HttpResponse) -> Result<String, OrchestratorError<Refusal>> {
    let body = response.body().bytes().unwrap_or_default();
    let text = String::from_utf8_lossy(body).into_owned();
    if response.status().is_success() {
        return Ok(text);
    }
    let (code, message) = refusal(response.headers().get("x-amzn-errortype"), &text);
    Err(OrchestratorError::operation(Refusal(ErrorMetadata::builder().code(code).message(message).build())))
}

/// The code and the message of an error response, in JSON or in XML.
fn refusal(header: Option<&str>, text: &str) -> (String, String) {
    if let Ok(body) = serde_json::from_str::<Value>(text) {
        let word = |names: &[&str]| {
            names.iter().find_map(|name| body.get(*name)?.as_str().map(str::to_owned)).unwrap_or_default()
        };
        let code = header.map_or_else(|| word(&["__type", "code", "Code"]), str::to_owned);
        // `aws.service#Name` or `Name:http://…`
        let code = code.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default();
        return (code.to_owned(), word(&["message", "Message"]));
    }
    let Ok(body) = roxmltree::Document::parse(text) else { return (String::new(), String::new()) };
    let word = |name: &str| {
        let found = body.descendants().find(|node| node.tag_name().name() == name);
        found.and_then(|node| node.text()).unwrap_or_default().to_owned()
    };
    (word("Code"), word("Message"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_response_has_its_code_and_its_message() {
        let cases = [
            (
                (Some("AccessDeniedException:http://internal"), r#"{"Message": "no"}"#),
                ("AccessDeniedException", "no"),
            ),
            (
                (None, r#"{"__type": "com.amazonaws.servicequotas#InvalidFilter", "message": "bad"}"#),
                ("InvalidFilter", "bad"),
            ),
            (
                (
                    None,
                    "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>gone</Message></Error></ErrorResponse>",
                ),
                ("NoSuchEntity", "gone"),
            ),
            ((None, "<html>"), ("", "")),
        ];
        for ((header, text), (code, message)) in cases {
            assert_eq!(refusal(header, text), (code.to_owned(), message.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_group_with_a_space_and_a_slash_is_one_segment() {
        let segments = ["accounts", "1", "groups", "Data authors/EU"];
        let question = Question {
            service: Service::QuickSight,
            operation: "quicksight:DescribeGroup",
            region: "eu-west-1",
            parameters: Parameters::Get(&segments),
        };
        assert_eq!(Outgoing::of(&question).path, "/accounts/1/groups/Data%20authors%2FEU");
    }

    #[test]
    fn iam_has_one_endpoint_for_each_partition() {
        let of = |region| Service::Iam.endpoint(region);
        assert_eq!(of("eu-west-1"), ("https://iam.amazonaws.com".to_owned(), "us-east-1".to_owned()));
        assert_eq!(of("us-gov-east-1").1, "us-gov-west-1");
        assert_eq!(of("cn-northwest-1").1, "cn-north-1");
        assert_eq!(Service::Ec2.endpoint("cn-north-1").0, "https://ec2.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn a_request_that_may_write_is_not_sent() {
        let aws = Aws::connect(&crate::Options {
            region: Some("eu-west-1".to_owned()),
            endpoint: Some("http://127.0.0.1:9".to_owned()),
            credentials: crate::Credentials::Local,
            profile: None,
        })
        .unwrap();
        let fault = aws
            .ask(&Question {
                service: Service::Iam,
                operation: "iam:DeleteRole",
                region: "eu-west-1",
                parameters: Parameters::Form("2010-05-08", Vec::new()),
            })
            .unwrap_err();
        assert_eq!(fault.message, "not sent: this operation may change something");
        assert_eq!(aws.requests(), 0);
    }
}
