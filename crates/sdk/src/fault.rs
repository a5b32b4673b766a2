//! [`Fault`]: why a call failed.

use std::fmt;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// The kind of a fault, as far as callers handle it differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The resource does not exist.
    Missing,
    /// The resource already exists.
    Exists,
    /// The condition of a write does not hold.
    Condition,
    /// The identity lacks a permission.
    Denied,
    /// The credentials are no longer valid.
    Expired,
    /// The credentials are missing or invalid.
    Credentials,
    /// No region is configured.
    Region,
    /// Too many requests, after all retries.
    Throttled,
    /// No response, or a server error, after all retries.
    Unavailable,
    /// AWS rejects the request.
    Refused,
}

/// Why a call failed. It contains no secret: AWS's messages do not, either.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {message}{}", in_parentheses(code))]
pub struct Fault {
    /// The operation: `cloudformation:CreateChangeSet`.
    pub operation: &'static str,
    /// The kind.
    pub kind: Kind,
    /// AWS's error code; empty if there was no response.
    pub code: String,
    /// The message of AWS, or of the connection.
    pub message: String,
}

impl Fault {
    /// A fault of this program or its machine.
    pub(crate) fn ours(operation: &'static str, message: &str) -> Self {
        Self { operation, kind: Kind::Refused, code: String::new(), message: message.to_owned() }
    }

    /// Whether a later attempt may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Throttled | Kind::Unavailable)
    }

    /// Whether the credentials are missing, invalid or expired.
    #[must_use]
    pub fn is_of_credentials(&self) -> bool {
        matches!(self.kind, Kind::Expired | Kind::Credentials)
    }
}

/// The error code as a suffix of the message; empty without a code.
fn in_parentheses(code: &str) -> String {
    if code.is_empty() { String::new() } else { format!(" ({code})") }
}

/// An error of an SDK, as a [`Fault`].
pub(crate) trait ToFault {
    fn fault(&self, operation: &'static str) -> Fault;
}

impl<E, R> ToFault for SdkError<E, R>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: fmt::Debug + Status + 'static,
{
    fn fault(&self, operation: &'static str) -> Fault {
        if let Self::ServiceError(error) = self {
            let code = error.err().code().unwrap_or_default().to_owned();
            let status = error.raw().status();
            let message = match error.err().message() {
                Some(message) if !message.is_empty() => message.to_owned(),
                _ => format!("status {status} without a message"),
            };
            return Fault { operation, kind: kind(&code, &message, status), code, message };
        }
        let message = DisplayErrorContext(self).to_string();
        let message = message.split(" (").next().unwrap_or_default().to_owned() + &last_cause(self);
        let kind = match self {
            _ if is_about_credentials(&message) => Kind::Credentials,
            _ if is_about_region(&message) => Kind::Region,
            Self::ConstructionFailure(_) => Kind::Refused,
            _ => Kind::Unavailable,
        };
        Fault { operation, kind, code: String::new(), message }
    }
}

/// The innermost cause, which is the most specific: `connection refused`.
fn last_cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error.source();
    while let Some(next) = last.and_then(std::error::Error::source) {
        last = Some(next);
    }
    last.map_or_else(String::new, |cause| format!(": {cause}"))
}

fn is_about_credentials(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["credential", "sso", "token", "identity"].iter().any(|word| message.contains(word))
}

fn is_about_region(message: &str) -> bool {
    message.to_ascii_lowercase().contains("region")
}

/// The HTTP status of a response.
pub(crate) trait Status {
    fn status(&self) -> u16;
}

impl Status for aws_smithy_runtime_api::client::orchestrator::HttpResponse {
    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

/// The kind of a service's error. The codes are from the services' models; without a code, the HTTP status decides.
fn kind(code: &str, message: &str, status: u16) -> Kind {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Kind::Expired,
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "AuthFailure"
        | "MissingAuthenticationToken" => Kind::Credentials,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Kind::Denied,
        "PreconditionFailed" | "ConditionalRequestConflict" => Kind::Condition,
        "NoSuchKey"
        | "NoSuchBucket"
        | "NotFound"
        | "NoSuchEntity"
        | "ChangeSetNotFound"
        | "StackNotFoundException"
        | "ChangeSetNotFoundException"
        | "ResourceNotFoundException"
        | "EntityNotFoundException" => Kind::Missing,
        "AlreadyExistsException" | "BucketAlreadyOwnedByYou" | "BucketAlreadyExists" => Kind::Exists,
        "ValidationError" if message.contains("does not exist") => Kind::Missing,
        "Throttling"
        | "ThrottlingException"
        | "SlowDown"
        | "RequestLimitExceeded"
        | "TooManyRequestsException"
        | "ProvisionedThroughputExceededException"
        | "LimitExceededException" => Kind::Throttled,
        "InternalFailure"
        | "InternalServerException"
        | "InternalServerError"
        | "ServiceUnavailable"
        | "InternalError" => Kind::Unavailable,
        _ if status == 404 => Kind::Missing,
        _ if status == 412 => Kind::Condition,
        _ if status == 429 => Kind::Throttled,
        _ if status >= 500 => Kind::Unavailable,
        "" if status == 403 => Kind::Denied,
        _ => Kind::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_statuses_have_their_kind() {
        let cases = [
            (("ExpiredToken", "", 403), Kind::Expired),
            (("ValidationError", "Stack with id x does not exist", 400), Kind::Missing),
            (("ValidationError", "Template format error", 400), Kind::Refused),
            (("", "", 404), Kind::Missing),
            (("", "", 403), Kind::Denied),
            (("", "", 503), Kind::Unavailable),
            (("Throttling", "Rate exceeded", 400), Kind::Throttled),
            (("SignatureDoesNotMatch", "", 403), Kind::Credentials),
        ];
        for ((code, message, status), expected) in cases {
            assert_eq!(kind(code, message, status), expected, "{code} {message} {status}");
        }
    }

    #[test]
    fn a_fault_names_the_operation_and_the_code() {
        let fault = Fault {
            operation: "s3:PutObject",
            kind: Kind::Denied,
            code: "AccessDenied".to_owned(),
            message: "Access Denied".to_owned(),
        };
        assert_eq!(fault.to_string(), "s3:PutObject: Access Denied (AccessDenied)");
        assert!(!fault.is_transient() && !fault.is_of_credentials());
    }
}
