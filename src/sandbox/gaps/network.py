"""Gaps of EC2, of the public parameters that name its images, and of load balancing."""
import copy
import json
import re
from datetime import datetime

from moto.core.responses import ActionResult
from moto.ec2.utils import parse_user_data

from gaps import Refused, amend, view


# EC2

@amend("moto.ec2.models.amis:Ami.__init__")
def image_dates(original, self, *args, **kwargs):
    """AWS: images differ in age, so there is a newest. moto: all are made at its start. Here: made on the date in the name."""
    if dated := re.search(r"[.-](20\d{6})\b", kwargs.get("name") or ""):
        kwargs["creation_date"] = kwargs.get("creation_date") or datetime.strptime(dated[1], "%Y%m%d")
    original(self, *args, **kwargs)


def _authorize(direction):
    @amend(f"moto.ec2.responses.security_groups:SecurityGroups.authorize_security_group_{direction}")
    def authorize(_original, self):
        """AWS: answers every rule that was made. moto: those of the last permission only. Here: every rule."""
        self.error_on_dryrun()
        one = getattr(self.ec2_backend, f"authorize_security_group_{direction}")
        made = [rule for permission in self._process_rules_from_querystring() for rule in one(**permission)[0]]
        return ActionResult({"Return": True, "SecurityGroupRules": made})
    authorize.__name__ = f"authorized_{direction}_rules"


_authorize("ingress")
_authorize("egress")


@view("moto.ec2.models.security_groups:SecurityGroupRule.description")
def rule_description(self):
    """AWS: a rule keeps its description. moto: loses it where the peer is a group. Here: kept."""
    return self.source_group.get("Description") or self.ip_range.get("Description")


@view("moto.ec2.models.security_groups:SecurityGroupRule.group_owner_id")
def rule_owner(self):
    """AWS: a rule names the account of its group. moto: it does not. Here: it does."""
    return self.owner_id


@view("moto.ec2.models.security_groups:SecurityGroupRule.security_group_rule_arn")
def rule_arn(self):
    """AWS: a rule has an ARN. moto: it has none. Here: it has."""
    return f"arn:aws:ec2:{self.ec2_backend.region_name}:{self.owner_id}:security-group-rule/{self.id}"


@amend("moto.ec2.models.security_groups:SecurityGroupRule.__eq__")
def same_rule(original, self, other):
    """AWS: two rules with one peer are the same, whatever their descriptions. moto: not where the peer is a group. Here: the same."""
    def plain(rule):
        rule = copy.copy(rule)
        rule.source_group = {key: value for key, value in rule.source_group.items() if key != "Description"}
        return rule
    return original(plain(self), plain(other))


@amend("moto.ec2.responses.launch_templates:LaunchTemplates.create_launch_template_version")
def inherited_version(original, self):
    """AWS: a version has what its SourceVersion has and the request does not replace; instances can be launched from it. moto: ignores
    it, and fails to launch from a later version with user data, which stays text. Here: inherited, and kept as moto wants it."""
    result = original(self)
    made = result.result["LaunchTemplateVersion"]
    template = self.ec2_backend.get_launch_template(made["LaunchTemplateId"])
    version = template.get_version(made["VersionNumber"])
    source = template.get_version(self._get_param("SourceVersion")).data if self._get_param("SourceVersion") else {}
    data = {**source, **{key: value for key, value in version.data.items() if value is not None}}
    if isinstance(data.get("UserData"), (str, bytes)):
        data["UserData"] = parse_user_data(data["UserData"])
    version.data = made["LaunchTemplateData"] = data
    return result


@amend("moto.ec2.models.launch_templates:LaunchTemplateBackend.describe_launch_templates")
def template_tags(original, self, *args, **kwargs):
    """AWS: tags of a template are those it has. moto: those it was made with, for ever. Here: those it has."""
    templates = original(self, *args, **kwargs)
    for template in templates:
        template.tags = template.get_tags()
    return templates


@amend("moto.ec2.responses.nat_gateways:NatGateways.create_nat_gateway")
def repeated_nat_gateway(original, self):
    """AWS: the same ClientToken is answered with the same gateway. moto: fails, as the address is taken. Here: the same gateway."""
    made = self.ec2_backend.__dict__.setdefault("nat_gateway_tokens", {})
    token = self._get_param("ClientToken")
    known = self.ec2_backend.nat_gateways.get(made.get(token))
    if known and known.state != "deleted":
        return ActionResult({"NatGateway": known})
    result = original(self)
    made[token] = result.result["NatGateway"].id
    return result


def _nat_gateway(name):
    @amend(f"moto.ec2.responses.nat_gateways:NatGateways.{name}")
    def known(original, self):
        """AWS: NatGatewayNotFound for an unknown id. moto: an empty list, or a crash. Here: NatGatewayNotFound."""
        given = self._get_param("NatGatewayIds") or self._get_param("NatGatewayId") or []
        for one in [given] if isinstance(given, str) else given:
            if one not in self.ec2_backend.nat_gateways:
                raise Refused("NatGatewayNotFound", f"NAT gateway {one} was not found")
        return original(self)
    known.__name__ = f"unknown_nat_gateway_{name.split('_')[0]}"


_nat_gateway("describe_nat_gateways")
_nat_gateway("delete_nat_gateway")


@amend("moto.ec2.responses.vpcs:VPCs.create_vpc_endpoint")
def repeated_vpc_endpoint(original, self):
    """AWS: the same ClientToken is answered with the same endpoint. moto: makes a second one. Here: the same endpoint."""
    token = self._get_param("ClientToken")
    for endpoint in self.ec2_backend.vpc_end_points.values():
        if token and endpoint.client_token == token:
            return ActionResult({"VpcEndpoint": endpoint})
    return original(self)


@amend("moto.ec2.responses.vpcs:VPCs.modify_vpc_endpoint")
def modified_vpc_endpoint(original, self):
    """AWS: routes to a gateway follow its route tables, and private DNS can be changed. moto: does neither. Here: both."""
    result = original(self)
    endpoint = self.ec2_backend.vpc_end_points[self._get_param("VpcEndpointId")]
    if prefixes := endpoint.destination_prefix_list_id:
        for table in self._get_param("AddRouteTableIds", []):
            self.ec2_backend.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefixes)
        for table in self._get_param("RemoveRouteTableIds", []):
            self.ec2_backend.delete_route(table, None, destination_prefix_list_id=prefixes)
    if (private := self._get_bool_param("PrivateDnsEnabled")) is not None:
        endpoint.private_dns_enabled = private
    return result


@amend("moto.ec2.models.vpcs:VPCBackend.delete_vpc_endpoints")
def deleted_vpc_endpoint(original, self, vpce_ids=None):
    """AWS: a deleted endpoint is soon gone. moto: is described as deleted for ever. Here: gone."""
    original(self, vpce_ids)
    for one in vpce_ids or []:
        self.vpc_end_points.pop(one, None)


@amend("moto.ec2.models.nat_gateways:NatGatewayBackend.delete_nat_gateway")
def address_of_a_deleted_gateway(original, self, nat_gateway_id):
    """AWS: a gateway that is gone gives its address free. moto: it stays associated. Here: it is free."""
    gateway = original(self, nat_gateway_id)
    held = {one.get("allocationId") for one in gateway.address_set}
    for address in self.addresses:
        if address.allocation_id in held and address.association_id:
            self.disassociate_address(association_id=address.association_id)
    return gateway


@amend("moto.ssm.models:convert_to_params")
def recommended_image(original, tree):
    """AWS: /aws/service/ecs/optimized-ami/…/recommended is JSON. moto: a Python dict as text. Here: JSON."""
    return [{**item, "Value": json.dumps(item["Value"]) if isinstance(item["Value"], dict) else item["Value"]} for item in original(tree)]


@amend("moto.ssm.models:SimpleSystemManagerBackend.describe_parameters")
def public_parameters(original, self, *args):
    """AWS: lists the account's own parameters. moto: AWS's public ones too, once one was read. Here: the account's own."""
    return [parameter for parameter in original(self, *args) if not parameter.name.startswith("/aws/")]


# Load balancing

@amend("moto.elbv2.models:ELBv2Backend.create_load_balancer")
def load_balancer_name(original, self, name, *args, **kwargs):
    """AWS: a load balancer's name is unique. moto: makes a second one. Here: DuplicateLoadBalancerName."""
    if any(balancer.name == name for balancer in self.load_balancers.values()):
        raise Refused("DuplicateLoadBalancerName", f"A load balancer with the name '{name}' exists already")
    return original(self, name, *args, **kwargs)


@amend("moto.elbv2.models:ELBv2Backend.describe_tags")
def tags_of_nothing(original, self, resource_arns):
    """AWS: …NotFound for what does not exist. moto: no tags. Here: …NotFound."""
    for arn in resource_arns:
        self._get_resource_by_arn(arn)
    return original(self, resource_arns)


@amend("moto.elbv2.models:ELBv2Backend.set_rule_priorities")
def exchanged_priorities(original, self, rule_priorities):
    """AWS: only the new order must have no conflict, so rules may exchange priorities. moto: PriorityInUse. Here: exchanged."""
    moving = self.describe_rules(None, [one["RuleArn"] for one in rule_priorities])
    before = [(rule, rule.priority) for rule in moving]
    for rule in moving:
        rule.priority = None
    try:
        return original(self, rule_priorities)
    except Exception:
        for rule, priority in before:
            rule.priority = priority
        raise
