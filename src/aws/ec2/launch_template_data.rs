//! What a version of a launch template holds, as EC2's calls write and read it.

use aws_sdk_ec2::types::{
    LaunchTemplateBlockDeviceMapping, LaunchTemplateBlockDeviceMappingRequest, LaunchTemplateEbsBlockDeviceRequest,
    LaunchTemplateHttpTokensState, LaunchTemplateIamInstanceProfileSpecificationRequest, LaunchTemplateInstanceMetadataOptionsRequest,
    LaunchTemplateInstanceNetworkInterfaceSpecificationRequest, LaunchTemplateTagSpecificationRequest, LaunchTemplatesMonitoringRequest,
    RequestLaunchTemplateData, ResourceType, ResponseLaunchTemplateData,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wcalang_model::kind::{Ref, Set, Size, Tags};

use crate::ec2::launch_template::{BlockDevice, HttpTokens, LaunchTemplate, VolumeType};
use crate::ec2::tagging;

/// As the calls take it.
pub(super) fn written(new: &LaunchTemplate) -> RequestLaunchTemplateData {
    let groups: Vec<String> = new.security_groups.0.iter().map(|group| group.id().to_string()).collect();
    let profile = new
        .instance_profile
        .as_ref()
        .map(|profile| LaunchTemplateIamInstanceProfileSpecificationRequest::builder().arn(profile.id()).build());
    let data = RequestLaunchTemplateData::builder()
        .image_id(&new.image)
        .instance_type(new.instance_type.as_str().into())
        .set_iam_instance_profile(profile)
        .set_user_data(new.user_data.as_ref().map(|text| STANDARD.encode(text)))
        .monitoring(LaunchTemplatesMonitoringRequest::builder().enabled(new.monitoring).build())
        .set_ebs_optimized(new.ebs_optimized)
        .set_key_name(new.key_name.clone());
    let mut data = match new.associate_public_ip {
        // Where the network interface is described, its groups stand with it, and nowhere else.
        Some(public) => data.network_interfaces(
            LaunchTemplateInstanceNetworkInterfaceSpecificationRequest::builder()
                .device_index(0)
                .associate_public_ip_address(public)
                .delete_on_termination(true)
                .set_groups(Some(groups).filter(|groups| !groups.is_empty()))
                .build(),
        ),
        None => data.set_security_group_ids(Some(groups).filter(|groups| !groups.is_empty())),
    };
    if new.http_tokens.is_some() || new.http_put_response_hop_limit.is_some() {
        let tokens = new.http_tokens.map(|tokens| LaunchTemplateHttpTokensState::from(tokens.as_str()));
        let options = LaunchTemplateInstanceMetadataOptionsRequest::builder().set_http_tokens(tokens);
        data = data.metadata_options(options.set_http_put_response_hop_limit(new.http_put_response_hop_limit).build());
    }
    for device in &new.block_devices {
        data = data.block_device_mappings(mapping(device));
    }
    for (resource, tags) in [(ResourceType::Instance, &new.instance_tags), (ResourceType::Volume, &new.volume_tags)] {
        if !tags.0.is_empty() {
            let tags = Some(tagging::written(tags.iter()));
            data = data.tag_specifications(LaunchTemplateTagSpecificationRequest::builder().resource_type(resource).set_tags(tags).build());
        }
    }
    data.build()
}

fn mapping(device: &BlockDevice) -> LaunchTemplateBlockDeviceMappingRequest {
    let volume = LaunchTemplateEbsBlockDeviceRequest::builder()
        .set_volume_size(device.size.map(Size::in_gib))
        .volume_type(device.r#type.as_str().into())
        .encrypted(device.encrypted)
        .delete_on_termination(device.delete_on_termination);
    LaunchTemplateBlockDeviceMappingRequest::builder().device_name(&device.device).ebs(volume.build()).build()
}

/// As it was written.
pub(super) fn read(name: &str, data: &ResponseLaunchTemplateData, tags: Tags) -> LaunchTemplate {
    let interface = data.network_interfaces().first();
    let groups = interface.map_or(data.security_group_ids(), |interface| interface.groups());
    let metadata = data.metadata_options();
    let tags_of = |resource: &ResourceType| {
        let specification = data.tag_specifications().iter().find(|specification| specification.resource_type() == Some(resource));
        specification.map(|specification| tagging::read(specification.tags())).unwrap_or_default()
    };
    LaunchTemplate {
        name: name.into(),
        image: data.image_id().unwrap_or_default().to_string(),
        instance_type: data.instance_type().map(|of| of.as_str().to_string()).unwrap_or_default(),
        instance_profile: data.iam_instance_profile().and_then(|profile| profile.arn().or(profile.name())).map(Ref::new),
        security_groups: groups.iter().map(Ref::new).collect::<Set<_>>(),
        user_data: data.user_data().map(decoded),
        monitoring: data.monitoring().and_then(|monitoring| monitoring.enabled()).unwrap_or_default(),
        associate_public_ip: interface.and_then(|interface| interface.associate_public_ip_address()),
        ebs_optimized: data.ebs_optimized(),
        key_name: data.key_name().map(ToString::to_string),
        http_tokens: metadata.and_then(|options| HttpTokens::parse(options.http_tokens()?.as_str())),
        http_put_response_hop_limit: metadata.and_then(|options| options.http_put_response_hop_limit()),
        block_devices: data.block_device_mappings().iter().filter_map(device).collect(),
        instance_tags: tags_of(&ResourceType::Instance),
        volume_tags: tags_of(&ResourceType::Volume),
        tags,
    }
}

/// The text; what is no text, such as a compressed script, stays as AWS gives it.
fn decoded(base64: &str) -> String {
    STANDARD.decode(base64).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| base64.to_string())
}

fn device(mapping: &LaunchTemplateBlockDeviceMapping) -> Option<BlockDevice> {
    let volume = mapping.ebs()?;
    Some(BlockDevice {
        device: mapping.device_name()?.to_string(),
        size: volume.volume_size().and_then(|size| u64::try_from(size).ok()).map(Size::gib),
        r#type: volume.volume_type().and_then(|of| VolumeType::parse(of.as_str())).unwrap_or(VolumeType::Gp3),
        encrypted: volume.encrypted().unwrap_or_default(),
        delete_on_termination: volume.delete_on_termination().unwrap_or(true),
    })
}
