//! What a listener or a rule does with a request other than passing it on: it sends the client elsewhere, or answers itself.

use wcalang_model::kind::{Choice, Record};

/// Sends clients elsewhere. What is not given stays as in the request.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Redirect {
    /// The protocol: `HTTP`, `HTTPS`, or `#{protocol}` for that of the request.
    #[field(default = "#{protocol}".to_string())]
    pub protocol: String,
    /// The port: a number in text, or `#{port}` for that of the request.
    #[field(default = "#{port}".to_string())]
    pub port: String,
    /// The host; `#{host}` stands for that of the request.
    #[field(default = "#{host}".to_string())]
    pub host: String,
    /// The path; `#{path}` stands for that of the request without its first slash.
    #[field(default = "/#{path}".to_string())]
    pub path: String,
    /// The query; `#{query}` stands for that of the request.
    #[field(default = "#{query}".to_string())]
    pub query: String,
    /// Whether the redirect is for ever.
    #[field(default = RedirectCode::Permanent)]
    pub status_code: RedirectCode,
}

/// An answer of the load balancer itself.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct FixedResponse {
    /// The status code: a number in text from 200 to 599.
    pub status_code: String,
    /// The type of the body.
    #[field(default = "text/plain".to_string())]
    pub content_type: String,
    /// The body, of at most 1024 characters.
    #[field(default = String::new())]
    pub body: String,
}

/// The status code of a redirect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RedirectCode {
    /// 301: clients may remember it.
    #[value("HTTP_301")]
    Permanent,
    /// 302: clients ask again.
    #[value("HTTP_302")]
    Found,
}

#[cfg(feature = "sdk")]
mod sdk {
    use aws_sdk_elasticloadbalancingv2::types::{
        Action, ActionTypeEnum, FixedResponseActionConfig, RedirectActionConfig, RedirectActionStatusCodeEnum,
    };

    use super::*;

    /// The action of a redirect, or of an answer.
    pub(in crate::elb) fn answered(redirect: Option<&Redirect>, response: Option<&FixedResponse>) -> Action {
        let made = Action::builder().order(1);
        if let Some(redirect) = redirect {
            let config = RedirectActionConfig::builder().protocol(&redirect.protocol).port(&redirect.port).host(&redirect.host);
            let config = config.path(&redirect.path).query(&redirect.query);
            let config = config.status_code(RedirectActionStatusCodeEnum::from(redirect.status_code.as_str())).build();
            return made.r#type(ActionTypeEnum::Redirect).redirect_config(config).build();
        }
        let response = response.map(|response| {
            let config = FixedResponseActionConfig::builder().status_code(&response.status_code);
            config.content_type(&response.content_type).message_body(&response.body).build()
        });
        made.r#type(ActionTypeEnum::FixedResponse).set_fixed_response_config(response).build()
    }

    /// The redirect among these actions.
    pub(in crate::elb) fn read_redirect(actions: &[Action]) -> Option<Redirect> {
        let config = actions.iter().find_map(|action| action.redirect_config())?;
        Some(Redirect {
            protocol: config.protocol().unwrap_or("#{protocol}").to_string(),
            port: config.port().unwrap_or("#{port}").to_string(),
            host: config.host().unwrap_or("#{host}").to_string(),
            path: config.path().unwrap_or("/#{path}").to_string(),
            query: config.query().unwrap_or("#{query}").to_string(),
            status_code: config.status_code().and_then(|code| RedirectCode::parse(code.as_str())).unwrap_or(RedirectCode::Permanent),
        })
    }

    /// The answer among these actions.
    pub(in crate::elb) fn read_fixed_response(actions: &[Action]) -> Option<FixedResponse> {
        let config = actions.iter().find_map(|action| action.fixed_response_config())?;
        Some(FixedResponse {
            status_code: config.status_code().unwrap_or_default().to_string(),
            content_type: config.content_type().unwrap_or("text/plain").to_string(),
            body: config.message_body().unwrap_or_default().to_string(),
        })
    }
}

#[cfg(feature = "sdk")]
pub(super) use sdk::{answered, read_fixed_response, read_redirect};
