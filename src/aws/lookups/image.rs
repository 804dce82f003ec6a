//! `lookup.image`: a machine image.

use wcalang_model::kind::Record;

/// A machine image: the one that a public parameter of AWS names, such as
/// `/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id`, or the newest one of an owner whose name fits a pattern.
#[derive(Debug, Clone, Record)]
pub struct Arguments {
    /// The parameter of Systems Manager that names it.
    pub parameter: Option<String>,
    /// Whose images: an account, `amazon`, `self` or `aws-marketplace`.
    pub owner: Option<String>,
    /// What their names are like; `*` is any text: `amzn2-ami-ecs-hvm-*-x86_64-ebs`.
    pub name: Option<String>,
}

/// The image.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// Its id: `ami-…`.
    pub id: String,
    /// Its name.
    pub name: String,
}

#[cfg(feature = "sdk")]
pub(super) mod calls {
    use aws_sdk_ec2::types::{Filter, Image, ImageState};
    use wcalang_model::kind::{Cx, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::fault::{fault, missing};
    use crate::lookups::nothing;

    const DESCRIBE: &str = "ec2:DescribeImages";

    pub(in crate::lookups) async fn ask(cx: &Cx, arguments: &Arguments) -> Outcome<Outputs> {
        let Arguments { parameter, owner, name } = arguments;
        let call = cx.ec2().describe_images();
        let (images, what) = match (parameter, owner, name) {
            (Some(parameter), None, None) => {
                (describe(call.image_ids(named(cx, parameter).await?)).await?, format!("named by {parameter}"))
            }
            (None, Some(owner), Some(name)) => {
                let call = call.owners(owner).filters(Filter::builder().name("name").values(name).build());
                (describe(call).await?, format!("of {owner} with a name like {name:?}"))
            }
            _ => return Err(nothing("lookup.image", "give either `parameter`, or both `owner` and `name`".to_string())),
        };
        // Of two made at once, the later by name.
        let newest = images.into_iter().max_by(|a, b| (a.creation_date(), a.name()).cmp(&(b.creation_date(), b.name())));
        let newest = newest.ok_or_else(|| nothing(DESCRIBE, format!("there is no image {what} in {}", cx.place.region)))?;
        let id = newest.image_id.ok_or_else(|| missing(DESCRIBE, "image id"))?;
        Ok(Outputs { id, name: newest.name.unwrap_or_default() })
    }

    /// The image that a parameter names: its whole value, or the `image_id` in a JSON value.
    async fn named(cx: &Cx, parameter: &str) -> Outcome<String> {
        let answer = cx.ssm().get_parameter().name(parameter).send().await.map_err(|error| fault("ssm:GetParameter", error))?;
        let value = answer.parameter.and_then(|parameter| parameter.value).ok_or_else(|| missing("ssm:GetParameter", "value"))?;
        let json = serde_json::from_str::<serde_json::Value>(&value).unwrap_or_default();
        Ok(json.get("image_id").and_then(|id| id.as_str()).map_or(value, str::to_string))
    }

    async fn describe(call: aws_sdk_ec2::operation::describe_images::builders::DescribeImagesFluentBuilder) -> Outcome<Vec<Image>> {
        let mut pages = call.into_paginator().items().send();
        let mut images = Vec::new();
        while let Some(image) = pages.next().await {
            images.push(image.map_err(|error| fault(DESCRIBE, error))?);
        }
        images.retain(|image| image.state() == Some(&ImageState::Available));
        Ok(images)
    }
}
