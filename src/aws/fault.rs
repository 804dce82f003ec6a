//! SDK errors as the engine's faults, by one table of typed codes.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use wcalang_model::kind::{Fault, FaultClass, Outcome};

use crate::blame::blamed;

/// The fault of a failed call. `operation` is `service:Operation`, as IAM writes it.
pub(crate) fn fault<E>(operation: &str, error: SdkError<E, HttpResponse>) -> Fault
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let made = |class, code: &str, message: String| Fault {
        class,
        operation: operation.to_string(),
        code: code.to_string(),
        message,
        field: None,
    };
    match &error {
        SdkError::ServiceError(context) => {
            let (code, message) = (context.err().code().unwrap_or_default(), context.err().message().unwrap_or_default());
            let status = context.raw().status().as_u16();
            let field = blamed(operation, code, message);
            Fault { field, ..made(classify(operation, code, message, status), code, message.to_string()) }
        }
        SdkError::TimeoutError(_) => made(FaultClass::Lost, "", "no answer in time".to_string()),
        SdkError::ResponseError(context) => match context.raw().status().as_u16() {
            500.. => made(FaultClass::Lost, "", format!("HTTP {}", context.raw().status())),
            _ => made(FaultClass::Lost, "", chain(&error)),
        },
        SdkError::DispatchFailure(failure) => {
            let text = chain(&error);
            if failure.is_user() || lacks_credentials(&text) {
                made(FaultClass::Denied, "", text)
            } else if refused(&error) {
                made(FaultClass::Unreachable, "", text)
            } else {
                made(FaultClass::Lost, "", text)
            }
        }
        SdkError::ConstructionFailure(_) => made(FaultClass::Invalid, "", chain(&error)),
        _ => made(FaultClass::Lost, "", chain(&error)),
    }
}

/// A request that the SDK refuses to build: a member that it requires is not given.
pub(crate) fn unbuilt(operation: &str, error: &dyn Error) -> Fault {
    Fault { class: FaultClass::Invalid, operation: operation.to_string(), code: String::new(), message: chain(error), field: None }
}

/// An answer without a member that AWS always sends.
pub(crate) fn missing(operation: &str, member: &str) -> Fault {
    Fault {
        class: FaultClass::Invalid,
        operation: operation.to_string(),
        code: String::new(),
        message: format!("the answer has no {member}"),
        field: None,
    }
}

/// A request that the SDK cannot even build.
pub(crate) fn invalid(operation: &str, error: impl Error) -> Fault {
    Fault { class: FaultClass::Invalid, operation: operation.to_string(), code: String::new(), message: error.to_string(), field: None }
}

/// What a description tells; a fault where it lacks something that AWS always sends: that is not the same as gone.
pub(crate) fn told<T>(operation: &str, read: Option<T>) -> Outcome<T> {
    read.ok_or_else(|| missing(operation, "member that AWS always sends"))
}

/// The answer, or `None` where the fault says that there is none.
pub(crate) fn found<T>(outcome: Outcome<T>) -> Outcome<Option<T>> {
    match outcome {
        Ok(answer) => Ok(Some(answer)),
        Err(fault) if fault.class == FaultClass::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A row of the table: service prefix or whole operation, code, a fixed phrase of AWS's in the message (empty: any), class.
type Row = (&'static str, &'static str, &'static str, FaultClass);

/// The exceptions to the rules of [`classify`], first match first. Phrases are AWS's own fixed words around names, never the names.
const TABLE: &[Row] = &[
    // A role that was just made is not everywhere yet; each service words it in its own way.
    ("iam:", "InvalidInput", "Invalid principal", FaultClass::NotYet),
    ("iam:", "MalformedPolicyDocument", "Invalid principal", FaultClass::NotYet),
    ("iam:", "ConcurrentModification", "", FaultClass::NotYet),
    ("codebuild:", "InvalidInputException", "sts:AssumeRole", FaultClass::NotYet),
    ("codebuild:", "InvalidInputException", "Not authorized to perform", FaultClass::NotYet),
    ("codepipeline:", "InvalidStructureException", "is not authorized to perform AssumeRole", FaultClass::NotYet),
    ("codedeploy:", "InvalidRoleException", "", FaultClass::NotYet),
    ("events:Put", "ValidationException", "cannot be assumed by principal", FaultClass::NotYet),
    ("events:", "ConcurrentModificationException", "", FaultClass::NotYet),
    ("codepipeline:", "ConcurrentModificationException", "", FaultClass::NotYet),
    ("ec2:", "InvalidParameterValue", "Invalid IAM Instance Profile", FaultClass::NotYet),
    ("autoscaling:", "ValidationError", "Invalid IamInstanceProfile", FaultClass::NotYet),
    ("autoscaling:", "ValidationError", "You must use a valid fully-formed launch template", FaultClass::NotYet),
    ("ecs:CreateCapacityProvider", "ClientException", "The specified capacity provider already exists", FaultClass::Exists),
    ("ecs:DeleteCapacityProvider", "ClientException", "is in use and cannot be removed", FaultClass::NotYet),
    ("ecs:DeleteCapacityProvider", "ClientException", "The specified capacity provider does not exist", FaultClass::NotFound),
    ("ecs:DeleteService", "InvalidParameterException", "cannot be stopped while", FaultClass::NotYet),
    ("ecs:", "ServiceNotActiveException", "", FaultClass::NotFound),
    ("ecs:", "ClientException", "role", FaultClass::NotYet),
    ("ecs:", "InvalidParameterException", "Unable to assume the service linked role", FaultClass::NotYet),
    ("ecs:", "InvalidParameterException", "does not have an associated load balancer", FaultClass::NotYet),
    ("ecs:", "InvalidParameterException", "Unable to Start a service that is still Draining", FaultClass::NotYet),
    ("ecs:", "UpdateInProgressException", "", FaultClass::NotYet),
    ("ecs:", "ResourceInUseException", "", FaultClass::NotYet),
    ("ecs:", "ClusterContains", "", FaultClass::NotYet),
    // Still in use for a moment while what uses it goes away.
    ("", "DependencyViolation", "", FaultClass::NotYet),
    ("", "ResourceInUse", "", FaultClass::NotYet),
    ("", "ResourceInUseException", "", FaultClass::NotYet),
    ("", "ResourceInUseFault", "", FaultClass::NotYet),
    ("", "InUseException", "", FaultClass::NotYet),
    ("ec2:", "InvalidIPAddress.InUse", "", FaultClass::NotYet),
    ("rds:", "InvalidDBSubnetGroupStateFault", "", FaultClass::NotYet),
    ("rds:", "InvalidDBParameterGroupState", "", FaultClass::NotYet),
    ("rds:", "InvalidDBInstanceState", "", FaultClass::NotYet),
    ("autoscaling:", "ScalingActivityInProgress", "", FaultClass::NotYet),
    ("autoscaling:StartInstanceRefresh", "InstanceRefreshInProgress", "", FaultClass::Exists),
    ("autoscaling:DeleteAutoScalingGroup", "ValidationError", "AutoScalingGroup name not found", FaultClass::NotFound),
    ("logs:", "OperationAbortedException", "", FaultClass::NotYet),
    ("iam:", "DeleteConflict", "", FaultClass::NotYet),
    // Not found, said in other words.
    ("ec2:DetachInternetGateway", "Gateway.NotAttached", "", FaultClass::NotFound),
    ("elasticloadbalancing:", "LoadBalancerNotFound", "", FaultClass::NotFound),
    ("iam:", "NoSuchEntity", "", FaultClass::NotFound),
    ("codedeploy:", "ApplicationDoesNotExistException", "", FaultClass::NotFound),
    ("codedeploy:", "DeploymentGroupDoesNotExistException", "", FaultClass::NotFound),
    ("application-autoscaling:", "ObjectNotFoundException", "", FaultClass::NotFound),
    ("application-autoscaling:", "ValidationException", "No scalable target found", FaultClass::NotFound),
    ("application-autoscaling:", "ValidationException", "No scaling policy found", FaultClass::NotFound),
    ("ecs:DescribeTaskDefinition", "ClientException", "Unable to describe task definition", FaultClass::NotFound),
    ("s3:", "NoSuchLifecycleConfiguration", "", FaultClass::NotFound),
    ("s3:", "NoSuchTagSet", "", FaultClass::NotFound),
    ("s3:", "NoSuchPublicAccessBlockConfiguration", "", FaultClass::NotFound),
    ("s3:", "ServerSideEncryptionConfigurationNotFoundError", "", FaultClass::NotFound),
    // Taken, said in other words.
    ("s3:", "OperationAborted", "", FaultClass::NotYet),
    ("s3:", "BucketAlreadyOwnedByYou", "", FaultClass::Exists),
    ("ec2:", "InvalidGroup.Duplicate", "", FaultClass::Exists),
    ("ec2:", "InvalidPermission.Duplicate", "", FaultClass::Exists),
    ("ec2:", "InvalidSubnet.Conflict", "", FaultClass::Exists),
    ("ec2:", "Resource.AlreadyAssociated", "", FaultClass::Exists),
    ("elasticloadbalancing:", "PriorityInUse", "", FaultClass::Exists),
    ("secretsmanager:", "ResourceExistsException", "", FaultClass::Exists),
    ("codepipeline:", "PipelineNameInUseException", "", FaultClass::Exists),
    ("ecs:CreateService", "InvalidParameterException", "Creation of service was not idempotent", FaultClass::Exists),
];

/// Codes that mean throttling, whatever the service (AWS sends them as HTTP 400).
const THROTTLES: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "BandwidthLimitExceeded",
];

/// Codes that mean credentials, whatever the service.
const DENIALS: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "RequestExpired",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "OptInRequired",
];

/// The class of an error: the table, then the codes that mean the same everywhere, then the shape of the code.
fn classify(operation: &str, code: &str, message: &str, status: u16) -> FaultClass {
    let row = TABLE.iter().find(|(service, of, phrase, _)| {
        operation.starts_with(service) && (code == *of || (of.ends_with("Contains") && code.starts_with(of))) && message.contains(phrase)
    });
    if let Some((_, _, _, class)) = row {
        *class
    } else if THROTTLES.contains(&code) {
        FaultClass::Throttled
    } else if DENIALS.contains(&code) {
        FaultClass::Denied
    } else if status >= 500 {
        FaultClass::Unavailable
    } else if code.contains("NotFound") || code.starts_with("NoSuch") || code.ends_with("DoesNotExist") {
        FaultClass::NotFound
    } else if code.contains("AlreadyExist") || code.starts_with("Duplicate") {
        FaultClass::Exists
    } else {
        FaultClass::Invalid
    }
}

/// Every cause of an error in one line, without repetitions.
fn chain(error: &dyn Error) -> String {
    let mut texts = vec![error.to_string()];
    let mut source = error.source();
    while let Some(inner) = source {
        let text = inner.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        source = inner.source();
    }
    texts.join(": ")
}

/// Whether a request failed before it was sent because there are no credentials to sign it with, by the SDK's own phrases. A
/// connection that breaks is a failure of the same kind to the SDK, and says nothing of what became of the request.
fn lacks_credentials(text: &str) -> bool {
    ["credential", "access token", "auth scheme", "identity"].iter().any(|phrase| text.contains(phrase))
}

/// Whether the connection was refused or the host not found: nothing was sent.
fn refused(error: &(dyn Error + 'static)) -> bool {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return matches!(
                io.kind(),
                io::ErrorKind::ConnectionRefused
                    | io::ErrorKind::AddrNotAvailable
                    | io::ErrorKind::HostUnreachable
                    | io::ErrorKind::NetworkUnreachable
            );
        }
        if inner.to_string().contains("dns error") {
            return true;
        }
        source = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::error::SdkError;
    use aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityError;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_runtime_api::http::Response;
    use wcalang_model::kind::FaultClass;

    use super::fault;

    /// The class of a request that the SDK could not send, or whose answer did not come.
    fn class(why: &str) -> FaultClass {
        let error: SdkError<GetCallerIdentityError, Response> = SdkError::dispatch_failure(ConnectorError::other(why.into(), None));
        fault("sts:GetCallerIdentity", error).class
    }

    #[test]
    fn a_broken_connection_is_a_lost_answer() {
        assert_eq!(class("client error (SendRequest): connection closed before message completed"), FaultClass::Lost);
        assert_eq!(class("an error occurred while loading credentials: the session has expired"), FaultClass::Denied);
        assert_eq!(class("the credential provider was not enabled: no providers in chain"), FaultClass::Denied);
        assert_eq!(class("client error (Connect): dns error: failed to lookup address"), FaultClass::Unreachable);
    }
}
