//! The clients, each made at its first use, and the configuration they share: the ecosystem's own (profiles, SSO, web identity,
//! `AWS_REGION`, `AWS_ENDPOINT_URL`, …).
//!
//! The SDK never retries here: a create without token that the SDK repeated would make two. The engine retries, by the class of
//! the fault.

#![expect(dead_code, reason = "the client of STS is asked once, before there is a Cx")]

use std::cell::OnceCell;
use std::rc::Rc;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use wcalang_model::kind::{Cx, Fault, FaultClass, Outcome, Place};

use crate::connection::Connection;
use crate::fault::fault;

/// Loads the configuration, and asks STS who and where we are.
///
/// # Errors
/// A fault of class `Denied` where there are no usable credentials, `Unreachable` where nothing answers.
pub async fn connect(connection: &Connection) -> Outcome<Cx> {
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder().connect_timeout(Duration::from_secs(5)).operation_attempt_timeout(Duration::from_secs(60));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .timeout_config(timeouts.build());
    if let Some(region) = &connection.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = &connection.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some((id, secret)) = &connection.keys {
        loader = loader.credentials_provider(aws_sdk_sts::config::Credentials::new(id, secret, None, None, "sandbox"));
    }
    let clients = Rc::new(Clients::new(loader.load().await));
    let region = clients.config.region().map(ToString::to_string).ok_or_else(|| Fault {
        class: FaultClass::Invalid,
        operation: "sts:GetCallerIdentity".to_string(),
        code: String::new(),
        message: "no region: give the stack one, or set AWS_REGION".to_string(),
        field: None,
    })?;
    let identity = clients.sts().get_caller_identity().send().await.map_err(|error| fault("sts:GetCallerIdentity", error))?;
    let partition = identity.arn().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_string();
    let place = Place { partition, account: identity.account().unwrap_or_default().to_string(), region };
    Ok(Cx { place, clients })
}

/// Declares the clients: a cell and an accessor each, and the trait that gives them to a [`Cx`].
macro_rules! clients {
    ($($service:ident = $krate:ident;)*) => {
        /// The clients.
        pub(crate) struct Clients {
            config: SdkConfig,
            $($service: OnceCell<$krate::Client>,)*
            s3: OnceCell<aws_sdk_s3::Client>,
            role_survey: crate::iam::survey::Survey,
            gatherings: crate::gathering::Gatherings,
        }

        impl Clients {
            fn new(config: SdkConfig) -> Self {
                Clients { config, $($service: OnceCell::new(),)* s3: OnceCell::new(), role_survey: Default::default(), gatherings: Default::default() }
            }

            $(pub(crate) fn $service(&self) -> &$krate::Client {
                self.$service.get_or_init(|| $krate::Client::new(&self.config))
            })*

            /// Another endpoint than AWS's own serves buckets under its own host name: by path.
            pub(crate) fn s3(&self) -> &aws_sdk_s3::Client {
                self.s3.get_or_init(|| {
                    let path = self.config.endpoint_url().is_some();
                    let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(path).build();
                    aws_sdk_s3::Client::from_conf(config)
                })
            }
        }

        /// Gives a [`Cx`] its clients: `cx.ec2()`.
        pub(crate) trait CxExt {
            /// All of them.
            fn clients(&self) -> &Clients;
            $(#[doc = concat!("The client of ", stringify!($service), ".")]
            fn $service(&self) -> &$krate::Client {
                self.clients().$service()
            })*
            /// The client of S3.
            fn s3(&self) -> &aws_sdk_s3::Client {
                self.clients().s3()
            }
            /// The last survey of all roles.
            fn role_survey(&self) -> &crate::iam::survey::Survey {
                &self.clients().role_survey
            }
            /// The calls that reads join now.
            fn gatherings(&self) -> &crate::gathering::Gatherings {
                &self.clients().gatherings
            }
        }
    };
}

clients! {
    acm = aws_sdk_acm;
    applicationautoscaling = aws_sdk_applicationautoscaling;
    autoscaling = aws_sdk_autoscaling;
    cloudwatchlogs = aws_sdk_cloudwatchlogs;
    codebuild = aws_sdk_codebuild;
    codedeploy = aws_sdk_codedeploy;
    codepipeline = aws_sdk_codepipeline;
    ec2 = aws_sdk_ec2;
    ecr = aws_sdk_ecr;
    ecs = aws_sdk_ecs;
    elbv2 = aws_sdk_elasticloadbalancingv2;
    events = aws_sdk_eventbridge;
    iam = aws_sdk_iam;
    rds = aws_sdk_rds;
    resourcegroupstagging = aws_sdk_resourcegroupstagging;
    secretsmanager = aws_sdk_secretsmanager;
    servicediscovery = aws_sdk_servicediscovery;
    ssm = aws_sdk_ssm;
    sts = aws_sdk_sts;
}

impl CxExt for Cx {
    fn clients(&self) -> &Clients {
        self.clients.downcast_ref().expect("a Cx of this wing holds its clients")
    }
}
