//! [`Fault`]: why a call came to nothing.

use std::fmt;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// What sort of fault it is, as far as a caller would do something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is no such thing.
    Missing,
    /// There is one already.
    Exists,
    /// A conditional write came too late.
    Condition,
    /// The identity may not do that.
    Denied,
    /// The credentials are no longer valid.
    Expired,
    /// There are no credentials.
    Credentials,
    /// There is no region.
    Region,
    /// Too many requests, after all repetitions.
    Throttled,
    /// No answer, or only that something is broken there, after all repetitions.
    Unavailable,
    /// The request is refused as it is.
    Refused,
}

/// Why a call came to nothing. It holds no secret: neither does what AWS says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What was asked: `cloudformation:CreateChangeSet`.
    pub operation: &'static str,
    /// What sort of fault.
    pub kind: Kind,
    /// AWS's code; empty where there was no answer.
    pub code: String,
    /// AWS's words, or those of the connection.
    pub message: String,
}

impl Fault {
    /// A fault of this program or its machine.
    pub(crate) fn ours(operation: &'static str, message: &str) -> Self {
        Self { operation, kind: Kind::Refused, code: String::new(), message: message.to_owned() }
    }

    /// Whether asking later may do.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self.kind, Kind::Throttled | Kind::Unavailable)
    }

    /// Whether the credentials are the fault.
    #[must_use]
    pub fn is_of_credentials(&self) -> bool {
        matches!(self.kind, Kind::Expired | Kind::Credentials)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code.as_str() {
            "" => write!(f, "{}: {}", self.operation, self.message),
            code => write!(f, "{}: {} ({code})", self.operation, self.message),
        }
    }
}

impl std::error::Error for Fault {}

/// An error of an SDK, told as a [`Fault`].
pub(crate) trait Said {
    fn fault(&self, operation: &'static str) -> Fault;
}

impl<E, R> Said for SdkError<E, R>
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
                _ => format!("the answer is {status}, without a word"),
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

/// The innermost cause, which names the thing: `connection refused`.
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

/// The status of an answer.
pub(crate) trait Status {
    fn status(&self) -> u16;
}

impl Status for aws_smithy_runtime_api::client::orchestrator::HttpResponse {
    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

/// The sort of a service's error. Codes are those that the services name in their models; an answer without a code is
/// judged by its status.
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
    fn a_fault_names_what_was_asked_and_the_code() {
        let fault = Fault {
            operation: "s3:PutObject",
            kind: Kind::Denied,
            code: "AccessDenied".to_owned(),
            message: "Access Denied".to_owned(),
        };
        assert_eq!(fault.to_string(), "s3:PutObject: Access Denied (AccessDenied)");
        assert!(!fault.is_passing() && !fault.is_of_credentials());
    }
}
