"""Gaps of the Resource Groups Tagging API."""
from moto.backends import get_backend
from moto.core.resource_tagging import TaggedResource, make_tag_matcher, match_resource_type

from gaps import amend


@amend("moto.resourcegroupstaggingapi.models:ResourceGroupsTaggingAPIBackend._get_resources_generator")
def told_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    """AWS: GetResources tells of all types of resources. moto: not of all. Here: also of rules, repositories, pipelines, Cloud Map,
    RDS's groups, addresses, launch templates and listeners."""
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    matches = make_tag_matcher(tag_filters)
    for resource in _others(lambda service: get_backend(service)[self.account_id][self.region_name]):
        named = not resource_arn_list or resource.arn in resource_arn_list
        if resource.tags and named and match_resource_type(resource.resource_type, resource_type_filters) and matches(resource.tags):
            yield resource


@amend("moto.resourcegroupstaggingapi.models:ResourceGroupsTaggingAPIBackend.get_resources")
def get_resources(original, self, *pages, resource_arn_list=None, **asked):
    """AWS: a call that names resources gets all of them at once. moto: in pages of a hundred tags. Here: at once."""
    whole = {"resources_per_page": 1_000, "tags_per_page": 100_000} if resource_arn_list else {}
    return original(self, *pages, resource_arn_list=resource_arn_list, **{**asked, **whole})


def _others(backend):
    events, ecr, cloud_map, rds = (backend(service) for service in ("events", "ecr", "servicediscovery", "rds"))
    ec2, balancing = backend("ec2"), backend("elbv2")
    named = [("elastic-ip", address.id) for address in ec2.addresses] + [("launch-template", id) for id in ec2.launch_templates]
    for kind, id in named:
        arn = f"arn:{ec2.partition}:ec2:{ec2.region_name}:{ec2.account_id}:{kind}/{id}"
        yield TaggedResource(arn, dict(ec2.tags.get(id, {})), f"ec2:{kind}")
    listeners = [listener for balancer in balancing.load_balancers.values() for listener in balancer.listeners.values()]
    balanced = [("elasticloadbalancing:listener", listener.arn) for listener in listeners]
    balanced += [("elasticloadbalancing:listener-rule", arn) for listener in listeners for arn in listener.rules]
    for kind, arn in balanced:
        yield TaggedResource(arn, balancing.tagging_service.get_tag_dict_for_resource(arn), kind)
    tagged = [(events, "events:rule", rule.arn) for bus in events.event_buses.values() for rule in bus.rules.values()]
    tagged += [(ecr, "ecr:repository", repository.arn) for repository in ecr.repositories.values()]
    tagged += [(cloud_map, "servicediscovery:namespace", namespace.arn) for namespace in cloud_map.namespaces.values()]
    tagged += [(cloud_map, "servicediscovery:service", service.arn) for service in cloud_map.services.values()]
    for of, kind, arn in tagged:
        yield TaggedResource(arn, of.tagger.get_tag_dict_for_resource(arn), kind)
    for pipeline in backend("codepipeline").pipelines.values():
        yield TaggedResource(pipeline._arn, pipeline.tags, "codepipeline:pipeline")
    for kind, groups in (("rds:subgrp", rds.subnet_groups), ("rds:pg", rds.db_parameter_groups)):
        for group in groups.values():
            yield TaggedResource(group.arn, {tag["Key"]: tag["Value"] for tag in group.get_tags()}, kind)
