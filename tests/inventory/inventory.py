"""What is in an AWS account, in a form that can be compared.

    inventory.py dump [--endpoint URL] [--region us-west-2] > live.json
    inventory.py diff A.json B.json

`dump` prints {"resources": {"kind/name": {…}}, "gaps": […]} with everything of the kinds below; `diff` prints one
difference a line, `path: a -> b`. Exit codes: 0 done, no difference; 1 differences; 2 no dump to be had.

The same infrastructure, made twice by whatever tool, has the same dump. So ids, ARNs and addresses are symbols,
`<kind/name>`; times, states and empty values are not there; what is a set at AWS is sorted; policies, patterns and user data
are read. Names that mean nothing are left out (of inline policies, ids of event targets), and so is what AWS makes by
itself: defaults, linked roles, managed policies, Fargate's providers, instances of groups. Secrets are not read.
"""
import argparse
import base64
import datetime
import json
import re
import sys
from dataclasses import dataclass, field

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

NOT_THERE = re.compile("NotFound|NoSuch|DoesNotExist")
# What Terraform appends to a prefix: 18 digits of time, 8 of a counter.
SUFFIX = re.compile(r"(?<![0-9a-z])-?20\d{16}[0-9a-f]{8}(?![0-9a-f])")
# An id that is nobody's symbol, and an account's number, lose their digits.
STRAY_ID = re.compile(r"\b(vpc|subnet|igw|nat|rtb|rtbassoc|sg|sgr|eni|eipalloc|eipassoc|lt|i|acl|dopt|vpce|ami)-[0-9a-f]{8,17}\b")
# A version of a secret, as a task definition names it: an id like any other.
SECRET_VERSION = re.compile(r"(?<=:)[0-9a-f]{32}$")
ACCOUNT = re.compile(r"(?<!\d)\d{12}(?=:|\.dkr\.)")


class Set(list):
    """A list without an order."""


@dataclass
class Resource:
    kind: str
    name: str
    body: dict
    ids: list = field(default_factory=list)      # texts that become <kind/name>
    parts: dict = field(default_factory=dict)    # text -> word: becomes <kind/name word>
    listed: bool = True                          # a symbol only, when not


class Account:
    """The calls. A call that fails is a gap, unless it says that there is nothing."""

    def __init__(self, endpoint, region):
        self.endpoint, self.region, self.clients, self.gaps = endpoint, region, {}, set()

    def client(self, service):
        if service not in self.clients:
            style = {"s3": {"addressing_style": "path"}} if self.endpoint else {}
            self.clients[service] = boto3.client(service, endpoint_url=self.endpoint, region_name=self.region,
                                                 config=Config(retries={"max_attempts": 4, "mode": "standard"}, **style))
        return self.clients[service]

    def get(self, service, operation, key=None, **given):
        """The answer's member `key`, of all pages where it is a list; an empty dict or list where there is nothing."""
        client = self.client(service)
        try:
            if client.can_paginate(operation) and not given.get("Versions"):
                pages = list(client.get_paginator(operation).paginate(**given))
            else:
                pages = [getattr(client, operation)(**given)]
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "?")
            if not NOT_THERE.search(code):
                self.gaps.add(f"{service}:{operation}: {code}")
            return {}
        if key is None:
            return {name: value for name, value in pages[0].items() if name != "ResponseMetadata"}
        found = [page[key] for page in pages if page.get(key) is not None]
        return [item for part in found for item in part] if found and isinstance(found[0], list) else found[0] if found else {}


# Reading what AWS answers.

def but(body, *names):
    return {name: value for name, value in body.items() if name not in names}


def tags(given):
    """Tags in any of AWS's forms, without AWS's own; an empty value is a value."""
    pairs = given.items() if isinstance(given, dict) else [
        (tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))) for tag in given or []]
    return {name: value or "(empty)" for name, value in pairs if not name.startswith("aws:")}


def named(item, otherwise=None):
    return tags(item.get("Tags")).get("Name", otherwise)


def policy(document):
    """A policy in which one value and a list of one are the same, and order means nothing."""
    def sets(value):
        if isinstance(value, dict):
            return {name: sets(inner) for name, inner in value.items()}
        return Set(value if isinstance(value, list) else [value])
    if not document:
        return None
    read = json.loads(document) if isinstance(document, str) else document
    statements = read["Statement"] if isinstance(read["Statement"], list) else [read["Statement"]]
    return {**read, "Statement": Set({name: value if name in ("Sid", "Effect") else sets(value) for name, value in one.items()}
                                     for one in statements)}


def by(key, items, *names):
    """A list of named things as a dict."""
    return {item[key]: but(item, key, *names) for item in items or []}


def decoded(text):
    return base64.b64decode(text).decode(errors="replace") if text else None


# What there is, service by service. Each function yields resources.

def certificates(aws):
    for one in aws.get("acm", "list_certificates", "CertificateSummaryList"):
        yield Resource("certificate", one["DomainName"], {}, [one["CertificateArn"]], listed=False)


def network(aws):
    ours = []
    for vpc in aws.get("ec2", "describe_vpcs", "Vpcs"):
        if vpc.get("IsDefault"):
            continue
        ours.append(vpc["VpcId"])

        def dns(what):
            return aws.get("ec2", "describe_vpc_attribute", what, VpcId=vpc["VpcId"], Attribute=what[0].lower() + what[1:]).get("Value")
        yield Resource("vpc", named(vpc, vpc["CidrBlock"]), {
            "CidrBlock": vpc["CidrBlock"], "InstanceTenancy": vpc.get("InstanceTenancy"),
            "CidrBlocks": Set(one["CidrBlock"] for one in vpc.get("CidrBlockAssociationSet", [])),
            "Ipv6CidrBlocks": Set(one["Ipv6CidrBlock"] for one in vpc.get("Ipv6CidrBlockAssociationSet", [])),
            "EnableDnsSupport": dns("EnableDnsSupport"), "EnableDnsHostnames": dns("EnableDnsHostnames"),
            "Tags": tags(vpc.get("Tags"))}, [vpc["VpcId"]])
    for subnet in aws.get("ec2", "describe_subnets", "Subnets"):
        if subnet["VpcId"] in ours:
            body = but(subnet, "SubnetId", "SubnetArn", "State", "OwnerId", "AvailableIpAddressCount", "AvailabilityZoneId")
            yield Resource("subnet", named(subnet, subnet["CidrBlock"]), {**body, "Tags": tags(subnet.get("Tags"))},
                           [subnet["SubnetId"], subnet["SubnetArn"]])
    for gateway in aws.get("ec2", "describe_internet_gateways", "InternetGateways"):
        attached = Set(one["VpcId"] for one in gateway["Attachments"])
        if not attached or set(attached) & set(ours):
            yield Resource("internet-gateway", named(gateway), {"Attachments": attached, "Tags": tags(gateway.get("Tags"))},
                           [gateway["InternetGatewayId"]])
    for gateway in aws.get("ec2", "describe_nat_gateways", "NatGateways"):
        if gateway["State"] in ("pending", "available"):
            yield Resource("nat-gateway", named(gateway), {
                "SubnetId": gateway["SubnetId"], "VpcId": gateway["VpcId"], "ConnectivityType": gateway.get("ConnectivityType"),
                "Addresses": Set(one.get("AllocationId") for one in gateway["NatGatewayAddresses"]),
                "Tags": tags(gateway.get("Tags"))}, [gateway["NatGatewayId"]])
    for endpoint in aws.get("ec2", "describe_vpc_endpoints", "VpcEndpoints"):
        if endpoint["State"].lower() not in ("deleting", "deleted"):
            yield Resource("vpc-endpoint", named(endpoint, endpoint["ServiceName"]), {
                **{name: endpoint.get(name) for name in ("VpcId", "ServiceName", "VpcEndpointType", "PrivateDnsEnabled")},
                "RouteTables": Set(endpoint.get("RouteTableIds", [])), "Subnets": Set(endpoint.get("SubnetIds", [])),
                "Groups": Set(one["GroupId"] for one in endpoint.get("Groups", [])), "Policy": policy(endpoint.get("PolicyDocument")),
                "Tags": tags(endpoint.get("Tags"))}, [endpoint["VpcEndpointId"]])
    for address in aws.get("ec2", "describe_addresses", "Addresses"):
        yield Resource("elastic-ip", named(address), {
            "Domain": address["Domain"], "InstanceId": address.get("InstanceId"), "Tags": tags(address.get("Tags"))},
            [address["AllocationId"]], {address["PublicIp"]: "address"})
    for table in aws.get("ec2", "describe_route_tables", "RouteTables"):
        goals = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        routes = {next(route[goal] for goal in goals if route.get(goal)): but(route, *goals, "State", "Origin")
                  for route in table["Routes"] if route.get("GatewayId") != "local"}
        main = any(one.get("Main") for one in table["Associations"])
        if table["VpcId"] in ours and not (main and not routes and not tags(table.get("Tags"))):
            yield Resource("route-table", named(table), {
                "VpcId": table["VpcId"], "Main": main or None, "Routes": routes, "Tags": tags(table.get("Tags")),
                "Associations": Set(one.get("SubnetId") or one.get("GatewayId") for one in table["Associations"] if not one.get("Main")),
            }, [table["RouteTableId"]])
    rules = {}
    for rule in aws.get("ec2", "describe_security_group_rules", "SecurityGroupRules"):
        peer = (rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId")
                or rule.get("ReferencedGroupInfo", {}).get("GroupId"))
        first, last = rule.get("FromPort"), rule.get("ToPort")
        what = "all" if rule["IpProtocol"] == "-1" else rule["IpProtocol"] + (f" {first}" if first == last else f" {first}-{last}")
        rules.setdefault(rule["GroupId"], {})[f"{'egress to' if rule['IsEgress'] else 'ingress from'} {peer} {what}"] = {
            "Description": rule.get("Description") or "(none)", "Tags": tags(rule.get("Tags"))}
    for group in aws.get("ec2", "describe_security_groups", "SecurityGroups"):
        yield Resource("security-group", group["GroupName"], {
            "Description": group["Description"], "VpcId": group["VpcId"], "Rules": rules.get(group["GroupId"], {}),
            "Tags": tags(group.get("Tags"))}, [group["GroupId"]], listed=group["VpcId"] in ours and group["GroupName"] != "default")


def machines(aws):
    images = set()

    def own(name, *ids):
        """The ids of something whose name is an id too where it was generated."""
        return [*ids, *([name] if SUFFIX.search(name) else [])]
    for template in aws.get("ec2", "describe_launch_templates", "LaunchTemplates"):
        versions = aws.get("ec2", "describe_launch_template_versions", "LaunchTemplateVersions",
                           LaunchTemplateId=template["LaunchTemplateId"], Versions=["$Default"])
        data = versions[0]["LaunchTemplateData"] if versions else {}
        images.add(data.get("ImageId"))
        yield Resource("launch-template", template["LaunchTemplateName"], {"Tags": tags(template.get("Tags")), "Data": {
            **data, "UserData": decoded(data.get("UserData")), "SecurityGroupIds": Set(data.get("SecurityGroupIds", [])),
            "TagSpecifications": {one["ResourceType"]: tags(one["Tags"]) for one in data.get("TagSpecifications", [])}}},
            own(template["LaunchTemplateName"], template["LaunchTemplateId"]))
    for launch in aws.get("autoscaling", "describe_launch_configurations", "LaunchConfigurations"):
        images.add(launch["ImageId"])
        name = launch["LaunchConfigurationName"]
        yield Resource("launch-configuration", name, {
            **but(launch, "LaunchConfigurationName", "LaunchConfigurationARN", "CreatedTime"),
            "UserData": decoded(launch.get("UserData")), "SecurityGroups": Set(launch.get("SecurityGroups", []))},
            own(name, launch["LaunchConfigurationARN"]))
    if images - {None}:
        for image in aws.get("ec2", "describe_images", "Images", ImageIds=sorted(images - {None})):
            yield Resource("image", image["Name"], {}, [image["ImageId"]], listed=False)
    for group in aws.get("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"):
        if group.get("Status"):
            continue
        name = group["AutoScalingGroupName"]
        body = but(group, "AutoScalingGroupName", "AutoScalingGroupARN", "Instances", "CreatedTime", "ServiceLinkedRoleARN", "VPCZoneIdentifier")
        scaling = aws.get("autoscaling", "describe_policies", "ScalingPolicies", AutoScalingGroupName=name)
        yield Resource("auto-scaling-group", named(group, name), {
            **body, "AvailabilityZones": Set(group["AvailabilityZones"]), "TargetGroupARNs": Set(group.get("TargetGroupARNs", [])),
            "Subnets": Set(group.get("VPCZoneIdentifier", "").split(",")), "EnabledMetrics": Set(one["Metric"] for one in group["EnabledMetrics"]),
            "LaunchTemplate": but(group.get("LaunchTemplate", {}), "LaunchTemplateName"),
            "Policies": Set(but(one, "PolicyARN", "AutoScalingGroupName", "Alarms") for one in scaling),
            "Tags": {tag["Key"]: {"Value": tag["Value"], "PropagateAtLaunch": tag["PropagateAtLaunch"]} for tag in group["Tags"]}},
            own(name, group["AutoScalingGroupARN"]))


def load_balancing(aws):
    def extras(kind, key, arn):
        settings = aws.get("elbv2", f"describe_{kind}_attributes", "Attributes", **{key: arn}) if key else []
        described = aws.get("elbv2", "describe_tags", "TagDescriptions", ResourceArns=[arn])
        return {"Attributes": {one["Key"]: one["Value"] for one in settings}, "Tags": tags(described[0]["Tags"] if described else [])}

    def in_order(actions):
        return sorted(actions, key=lambda action: action.get("Order", 0))
    for group in aws.get("elbv2", "describe_target_groups", "TargetGroups"):
        arn = group["TargetGroupArn"]
        yield Resource("target-group", group["TargetGroupName"], {
            **but(group, "TargetGroupArn", "TargetGroupName", "LoadBalancerArns"), **extras("target_group", "TargetGroupArn", arn)},
            [arn], {arn.rpartition(":")[2]: "suffix"})
    for balancer in aws.get("elbv2", "describe_load_balancers", "LoadBalancers"):
        arn, name = balancer["LoadBalancerArn"], balancer["LoadBalancerName"]
        body = but(balancer, "LoadBalancerArn", "LoadBalancerName", "DNSName", "State", "CreatedTime", "AvailabilityZones", "CanonicalHostedZoneId")
        yield Resource("load-balancer", name, {
            **body, "Subnets": Set(zone["SubnetId"] for zone in balancer["AvailabilityZones"]),
            "SecurityGroups": Set(balancer.get("SecurityGroups", [])), **extras("load_balancer", "LoadBalancerArn", arn)},
            [arn], {balancer["DNSName"]: "address", arn.partition(":loadbalancer/")[2]: "suffix"})
        for listener in aws.get("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn):
            rules = aws.get("elbv2", "describe_rules", "Rules", ListenerArn=listener["ListenerArn"])
            yield Resource("listener", f"{name}:{listener['Port']}", {
                **but(listener, "ListenerArn"), "DefaultActions": in_order(listener["DefaultActions"]),
                "Certificates": Set(one["CertificateArn"] for one in listener.get("Certificates", [])),
                "Rules": {rule["Priority"]: {"Conditions": Set(rule["Conditions"]), "Actions": in_order(rule["Actions"])}
                          for rule in rules if not rule["IsDefault"]},
                **extras("listener", None, listener["ListenerArn"])}, [listener["ListenerArn"]])


def containers(aws):
    for provider in aws.get("ecs", "describe_capacity_providers", "capacityProviders", include=["TAGS"]):
        if provider["status"] == "ACTIVE" and not provider["name"].startswith("FARGATE"):
            body = but(provider, "capacityProviderArn", "name", "status", "updateStatus", "updateStatusReason")
            yield Resource("capacity-provider", provider["name"], {**body, "tags": tags(provider.get("tags"))}, [provider["capacityProviderArn"]])
    for arn in aws.get("ecs", "list_clusters", "clusterArns"):
        for cluster in aws.get("ecs", "describe_clusters", "clusters", clusters=[arn], include=["SETTINGS", "CONFIGURATIONS", "TAGS"]):
            if cluster["status"] != "INACTIVE":
                body = but(cluster, "clusterArn", "clusterName", "status", "statistics", "attachments", "attachmentsStatus")
                yield Resource("ecs-cluster", cluster["clusterName"], {
                    **{name: value for name, value in body.items() if not name.endswith("Count")},
                    "capacityProviders": Set(cluster.get("capacityProviders", [])), "tags": tags(cluster.get("tags")),
                    "settings": {one["name"]: one["value"] for one in cluster.get("settings", [])}}, [arn])
        for one in aws.get("ecs", "list_services", "serviceArns", cluster=arn):
            for service in aws.get("ecs", "describe_services", "services", cluster=arn, services=[one], include=["TAGS"]):
                if service["status"] == "ACTIVE":
                    yield ecs_service(arn, service)
    families = {}
    for arn in aws.get("ecs", "list_task_definitions", "taskDefinitionArns", status="ACTIVE"):
        family, _, revision = arn.rpartition("/")[2].rpartition(":")
        families.setdefault(family, []).append((int(revision), arn))
    for family, revisions in families.items():
        for age, (_, arn) in enumerate(sorted(revisions, reverse=True)):
            described = aws.get("ecs", "describe_task_definition", taskDefinition=arn, include=["TAGS"])
            yield task_definition(family + (f"@-{age}" if age else ""), arn, described)


def ecs_service(cluster, service):
    body = but(service, "serviceArn", "serviceName", "status", "runningCount", "pendingCount", "events", "deployments", "taskSets",
               "createdBy", "roleArn", "currentServiceRevisions", "currentServiceDeployment")
    if vpc := service.get("networkConfiguration", {}).get("awsvpcConfiguration"):
        sets = {name: Set(vpc.get(name, [])) for name in ("subnets", "securityGroups")}
        body["networkConfiguration"] = {"awsvpcConfiguration": {**vpc, **sets}}
    return Resource("ecs-service", f"{cluster.rpartition('/')[2]}:{service['serviceName']}", {**body, "tags": tags(service.get("tags"))},
                    [service["serviceArn"]])


def task_definition(name, arn, described):
    body = but(described["taskDefinition"], "taskDefinitionArn", "revision", "status", "family", "requiresAttributes", "registeredBy",
               "compatibilities")
    containers_ = [{**container, "portMappings": Set(container.get("portMappings", [])),
                    "environment": {one["name"]: one.get("value") or "(empty)" for one in container.get("environment", [])},
                    "secrets": {one["name"]: SECRET_VERSION.sub("<secret-version>", one["valueFrom"]) for one in container.get("secrets", [])}}
                   for container in body["containerDefinitions"]]
    return Resource("task-definition", name, {
        **body, "containerDefinitions": containers_, "tags": tags(described.get("tags")),
        "requiresCompatibilities": Set(body.get("requiresCompatibilities", []))}, [arn, arn.rpartition("/")[2]])


def service_scaling(aws):
    scaling = "application-autoscaling"
    for target in aws.get(scaling, "describe_scalable_targets", "ScalableTargets", ServiceNamespace="ecs"):
        arn = target["ScalableTargetARN"]
        yield Resource("scalable-target", f"{target['ResourceId']}:{target['ScalableDimension']}", {
            **but(target, "ScalableTargetARN", "RoleARN"), "Tags": aws.get(scaling, "list_tags_for_resource", "Tags", ResourceARN=arn)}, [arn])
    for one in aws.get(scaling, "describe_scaling_policies", "ScalingPolicies", ServiceNamespace="ecs"):
        body = but(one, "PolicyARN", "PolicyName", "Alarms")
        yield Resource("scaling-policy", f"{one['ResourceId']}:{one['PolicyName']}", body, [one["PolicyARN"]])


def discovery(aws):
    def tags_of(arn):
        return tags(aws.get("servicediscovery", "list_tags_for_resource", "Tags", ResourceARN=arn))
    names = {}
    for one in aws.get("servicediscovery", "list_namespaces", "Namespaces"):
        names[one["Id"]] = one["Name"]
        dns = one.get("Properties", {}).get("DnsProperties", {})
        zone = dns.get("HostedZoneId")
        vpcs = aws.get("route53", "get_hosted_zone", "VPCs", Id=zone) if zone else []
        yield Resource("namespace", one["Name"], {
            "Type": one["Type"], "Description": one.get("Description"), "SOA": dns.get("SOA"), "Vpcs": Set(vpc["VPCId"] for vpc in vpcs),
            "Tags": tags_of(one["Arn"])}, [one["Id"], one["Arn"]], {zone: "zone"} if zone else {})
    for one in aws.get("servicediscovery", "list_services", "Services"):
        service = aws.get("servicediscovery", "get_service", "Service", Id=one["Id"])
        namespace = names.get(service.get("NamespaceId") or service.get("DnsConfig", {}).get("NamespaceId"), "?")
        yield Resource("discovery-service", f"{one['Name']}.{namespace}", {
            **but(service, "Id", "Arn", "Name", "InstanceCount", "CreatorRequestId"), "Tags": tags_of(one["Arn"])}, [one["Id"], one["Arn"]])


def log_groups(aws):
    for group in aws.get("logs", "describe_log_groups", "logGroups"):
        arn = group["arn"].removesuffix(":*")
        yield Resource("log-group", group["logGroupName"], {
            **{name: group.get(name) for name in ("retentionInDays", "kmsKeyId", "logGroupClass")},
            "tags": aws.get("logs", "list_tags_for_resource", "tags", resourceArn=arn)}, [group["arn"], arn])


def identities(aws):
    for role in aws.get("iam", "list_roles", "Roles"):
        if role["Path"].startswith("/aws-service-role/"):
            continue
        who = {"RoleName": role["RoleName"]}
        attached = aws.get("iam", "list_attached_role_policies", "AttachedPolicies", **who)
        inline = aws.get("iam", "list_role_policies", "PolicyNames", **who)
        yield Resource("role", role["RoleName"], {
            **{name: role.get(name) for name in ("Path", "Description", "MaxSessionDuration")},
            "PermissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
            "AssumeRolePolicy": policy(role["AssumeRolePolicyDocument"]), "AttachedPolicies": Set(one["PolicyArn"] for one in attached),
            "InlinePolicies": Set(policy(aws.get("iam", "get_role_policy", "PolicyDocument", PolicyName=one, **who)) for one in inline),
            "Tags": tags(aws.get("iam", "list_role_tags", "Tags", **who))}, [role["Arn"], role["RoleId"]])
    for one in aws.get("iam", "list_instance_profiles", "InstanceProfiles"):
        profile = aws.get("iam", "get_instance_profile", "InstanceProfile", InstanceProfileName=one["InstanceProfileName"])
        yield Resource("instance-profile", one["InstanceProfileName"], {
            "Path": one["Path"], "Roles": [role["Arn"] for role in profile["Roles"]], "Tags": tags(profile.get("Tags"))},
            [one["Arn"], one["InstanceProfileId"]])
    for one in aws.get("iam", "list_policies", "Policies", Scope="Local"):
        version = aws.get("iam", "get_policy_version", "PolicyVersion", PolicyArn=one["Arn"], VersionId=one["DefaultVersionId"])
        yield Resource("policy", one["PolicyName"], {
            "Path": one["Path"], "Description": one.get("Description"), "Document": policy(version.get("Document")),
            "Tags": tags(aws.get("iam", "list_policy_tags", "Tags", PolicyArn=one["Arn"]))}, [one["Arn"], one["PolicyId"]])


def databases(aws):
    def tags_of(arn):
        return tags(aws.get("rds", "list_tags_for_resource", "TagList", ResourceName=arn))
    for one in aws.get("rds", "describe_db_instances", "DBInstances"):
        if one["DBInstanceStatus"] == "deleting":
            continue
        endpoint = one.get("Endpoint", {})
        body = but(one, "DBInstanceIdentifier", "DBInstanceArn", "DbiResourceId", "DBInstanceStatus", "Endpoint", "TagList", "StatusInfos",
                   "VpcSecurityGroups", "DBSubnetGroup", "DBParameterGroups", "OptionGroupMemberships", "PendingModifiedValues",
                   "CertificateDetails", "AssociatedRoles", "MasterUserSecret", "DBSecurityGroups", "DbInstancePort")
        yield Resource("db-instance", one["DBInstanceIdentifier"], {
            **body, "Port": endpoint.get("Port"), "SubnetGroup": one.get("DBSubnetGroup", {}).get("DBSubnetGroupName"),
            "SecurityGroups": Set(group["VpcSecurityGroupId"] for group in one.get("VpcSecurityGroups", [])),
            "ParameterGroups": Set(group["DBParameterGroupName"] for group in one.get("DBParameterGroups", [])),
            "OptionGroups": Set(group["OptionGroupName"] for group in one.get("OptionGroupMemberships", [])),
            "ManagedSecret": bool(one.get("MasterUserSecret")) or None, "Tags": tags(one.get("TagList"))},
            [one["DBInstanceArn"], one["DbiResourceId"]], {endpoint["Address"]: "address"} if endpoint.get("Address") else {})
    for one in aws.get("rds", "describe_db_subnet_groups", "DBSubnetGroups"):
        if one["DBSubnetGroupName"] != "default":
            yield Resource("db-subnet-group", one["DBSubnetGroupName"], {
                "Description": one["DBSubnetGroupDescription"], "Subnets": Set(subnet["SubnetIdentifier"] for subnet in one["Subnets"]),
                "Tags": tags_of(one["DBSubnetGroupArn"])}, [one["DBSubnetGroupArn"]])
    for one in aws.get("rds", "describe_db_parameter_groups", "DBParameterGroups"):
        name = one["DBParameterGroupName"]
        if not name.startswith("default."):
            given = aws.get("rds", "describe_db_parameters", "Parameters", DBParameterGroupName=name, Source="user")
            yield Resource("db-parameter-group", name, {
                "Family": one["DBParameterGroupFamily"], "Description": one["Description"], "Tags": tags_of(one["DBParameterGroupArn"]),
                "Parameters": {item["ParameterName"]: {"Value": item.get("ParameterValue"), "ApplyMethod": item.get("ApplyMethod")}
                               for item in given}}, [one["DBParameterGroupArn"]])


def storage(aws):
    for one in aws.get("ecr", "describe_repositories", "repositories"):
        name = one["repositoryName"]
        lifecycle = aws.get("ecr", "get_lifecycle_policy", "lifecyclePolicyText", repositoryName=name)
        yield Resource("ecr-repository", name, {
            **but(one, "repositoryArn", "repositoryName", "repositoryUri", "registryId"),
            "LifecyclePolicy": json.loads(lifecycle) if lifecycle else None,
            "Policy": policy(aws.get("ecr", "get_repository_policy", "policyText", repositoryName=name)),
            "Tags": tags(aws.get("ecr", "list_tags_for_resource", "tags", resourceArn=one["repositoryArn"]))},
            [one["repositoryArn"]], {one["repositoryUri"]: "address"})
    for bucket in aws.get("s3", "list_buckets", "Buckets"):
        def ask(operation, key):
            return aws.get("s3", operation, key, Bucket=bucket["Name"])
        rules = ask("get_bucket_lifecycle_configuration", "Rules")
        yield Resource("bucket", bucket["Name"], {
            "Lifecycle": {rule.get("ID") or f"rule {number}": but(rule, "ID") for number, rule in enumerate(rules)},
            "PublicAccessBlock": ask("get_public_access_block", "PublicAccessBlockConfiguration"),
            "Ownership": ask("get_bucket_ownership_controls", "OwnershipControls").get("Rules"),
            "Encryption": ask("get_bucket_encryption", "ServerSideEncryptionConfiguration").get("Rules"),
            "Versioning": ask("get_bucket_versioning", "Status"), "Policy": policy(ask("get_bucket_policy", "Policy")),
            "Tags": tags(ask("get_bucket_tagging", "TagSet"))}, [f"arn:aws:s3:::{bucket['Name']}"])
    for secret in aws.get("secretsmanager", "list_secrets", "SecretList"):
        if not secret.get("DeletedDate") and not secret.get("OwningService"):
            yield Resource("secret", secret["Name"], {
                **{name: secret.get(name) for name in ("Description", "KmsKeyId", "RotationRules")},
                "RotationEnabled": secret.get("RotationEnabled") or None, "Tags": tags(secret.get("Tags"))}, [secret["ARN"]])


def delivery(aws):
    names = aws.get("codebuild", "list_projects", "projects")
    for project in aws.get("codebuild", "batch_get_projects", "projects", names=names) if names else []:
        environment = {**project["environment"], "environmentVariables": by("name", project["environment"].get("environmentVariables"))}
        yield Resource("build-project", project["name"], {
            **but(project, "arn", "name", "created", "lastModified", "badge", "webhook"), "environment": environment,
            "tags": tags(project.get("tags"))}, [project["arn"]])
    for one in aws.get("codepipeline", "list_pipelines", "pipelines"):
        found = aws.get("codepipeline", "get_pipeline", name=one["name"])
        arn = found["metadata"]["pipelineArn"]
        yield Resource("pipeline", one["name"], {
            **but(found["pipeline"], "name", "version"),
            "tags": tags(aws.get("codepipeline", "list_tags_for_resource", "tags", resourceArn=arn))}, [arn])
    prefix = f"arn:aws:codedeploy:{aws.region}:{aws.get('sts', 'get_caller_identity', 'Account')}"

    def tags_of(arn):
        return tags(aws.get("codedeploy", "list_tags_for_resource", "Tags", ResourceArn=arn))
    for name in aws.get("codedeploy", "list_applications", "applications"):
        arn = f"{prefix}:application:{name}"
        found = aws.get("codedeploy", "get_application", "application", applicationName=name)
        yield Resource("deploy-application", name, {"computePlatform": found["computePlatform"], "tags": tags_of(arn)}, [found["applicationId"], arn])
        for group in aws.get("codedeploy", "list_deployment_groups", "deploymentGroups", applicationName=name):
            arn = f"{prefix}:deploymentgroup:{name}/{group}"
            found = aws.get("codedeploy", "get_deployment_group", "deploymentGroupInfo", applicationName=name, deploymentGroupName=group)
            yield Resource("deployment-group", f"{name}:{group}", {
                **but(found, "deploymentGroupId", "deploymentGroupName", "targetRevision", "lastSuccessfulDeployment", "lastAttemptedDeployment"),
                "tags": tags_of(arn)}, [found["deploymentGroupId"], arn])
    for rule in aws.get("events", "list_rules", "Rules"):
        if not rule.get("ManagedBy"):
            targets = aws.get("events", "list_targets_by_rule", "Targets", Rule=rule["Name"])
            yield Resource("event-rule", rule["Name"], {
                **but(rule, "Name", "Arn"), "EventPattern": json.loads(rule["EventPattern"]) if rule.get("EventPattern") else None,
                "Targets": Set(but(target, "Id") for target in targets),
                "Tags": tags(aws.get("events", "list_tags_for_resource", "Tags", ResourceARN=rule["Arn"]))}, [rule["Arn"]])


SERVICES = [certificates, network, machines, load_balancing, containers, service_scaling, discovery, log_groups, identities, databases,
            storage, delivery]


# From resources to a dump.

def dump(aws):
    resources = []
    for service in SERVICES:
        try:
            resources += service(aws)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            aws.gaps.add(f"{service.__name__}: {type(error).__name__}: {error}")
    for resource in resources:
        resource.name = SUFFIX.sub("", resource.name or "unnamed").rstrip("-") or "unnamed"
        resource.body = plain(resource.body)
    number_equal_names(resources)
    symbols = {text: f"<{resource.kind}/{resource.name}>" for resource in resources for text in resource.ids if text}
    symbols |= {text: f"<{resource.kind}/{resource.name} {word}>" for resource in resources for text, word in resource.parts.items()}
    read = reader(symbols)
    return {"gaps": sorted(aws.gaps), "resources": {
        f"{resource.kind}/{resource.name}": in_order(rewritten(resource.body, read)) for resource in resources if resource.listed}}


def number_equal_names(resources):
    """Resources of one kind and name become name, name#2, …, in the order of their contents without any id."""
    blank = reader({text: "" for resource in resources for text in [*resource.ids, *resource.parts] if text})
    equal = {}
    for resource in filter(lambda resource: resource.listed, resources):
        equal.setdefault((resource.kind, resource.name), []).append(resource)
    for (_, name), group in equal.items():
        if len(group) > 1:
            group.sort(key=lambda resource: text_of(in_order(rewritten(resource.body, blank))))
        for number, resource in enumerate(group[1:], 2):
            resource.name = f"{name}#{number}"


def reader(symbols):
    """A function that puts the symbols into a text, the longest first, where they are whole words."""
    known = re.compile("(?<![\\w-])(?:" + "|".join(map(re.escape, sorted(symbols, key=len, reverse=True))) + ")(?![\\w-])") if symbols else None

    def read(text):
        text = known.sub(lambda found: symbols[found[0]], text) if known else text
        return STRAY_ID.sub(r"<\1>", ACCOUNT.sub("<account>", SUFFIX.sub("-<generated>", text)))
    return read


def plain(value):
    """Without times and without what is empty."""
    if isinstance(value, dict):
        return {name: inner for name, inner in ((name, plain(inner)) for name, inner in value.items()) if not nothing(inner)}
    if isinstance(value, list):
        return type(value)(inner for inner in map(plain, value) if not nothing(inner))
    return None if isinstance(value, datetime.datetime) else value


def nothing(value):
    return value is None or value == "" or value == [] or value == {}


def rewritten(value, read):
    if isinstance(value, dict):
        return {read(name): rewritten(inner, read) for name, inner in value.items()}
    if isinstance(value, list):
        return type(value)(rewritten(inner, read) for inner in value)
    return read(value) if isinstance(value, str) else value


def in_order(value):
    if isinstance(value, dict):
        return {name: in_order(inner) for name, inner in value.items()}
    if isinstance(value, list):
        items = [in_order(inner) for inner in value]
        return sorted(items, key=text_of) if isinstance(value, Set) else items
    return value


def text_of(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


# Comparison.

def differences(a, b, path=""):
    """Lines `path: a -> b`, as deep as the two are alike; items of lists are matched, wherever they stand."""
    if isinstance(a, dict) and isinstance(b, dict):
        for name in sorted({*a, *b}):
            inner = f"{path}.{name}" if path else name
            if name in a and name in b:
                yield from differences(a[name], b[name], inner)
            else:
                yield f"{inner}: {text_of(a[name]) if name in a else 'absent'} -> {text_of(b[name]) if name in b else 'absent'}"
    elif isinstance(a, list) and isinstance(b, list):
        texts_a, texts_b = [text_of(item) for item in a], [text_of(item) for item in b]
        gone, new = missing(texts_a, texts_b), missing(texts_b, texts_a)
        if len(a) == len(b) and len(gone) == len(new) == 1:
            yield from differences(json.loads(gone[0]), json.loads(new[0]), f"{path}[{texts_a.index(gone[0])}]")
        else:
            yield from (f"{path}[]: {item} -> absent" for item in gone)
            yield from (f"{path}[]: absent -> {item}" for item in new)
            if not gone and not new and texts_a != texts_b:
                yield f"{path}: order differs: {text_of(a)} -> {text_of(b)}"
    elif text_of(a) != text_of(b):
        yield f"{path}: {text_of(a)} -> {text_of(b)}"


def missing(these, those):
    """What is in these and not in those, each as often."""
    rest = list(those)
    return [item for item in these if not (item in rest and not rest.remove(item))]


def load(path):
    with open(path, encoding="utf-8") as file:
        read = json.load(file)
    return {**read["resources"], "gaps": read["gaps"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump", help="print what is in an account")
    dumping.add_argument("--endpoint", metavar="URL", help="an emulator, AWS where absent")
    dumping.add_argument("--region", default="us-west-2")
    comparing = commands.add_parser("diff", help="print what differs between two dumps")
    comparing.add_argument("a")
    comparing.add_argument("b")
    options = parser.parse_args()
    try:
        if options.command == "diff":
            lines = list(differences(load(options.a), load(options.b)))
            print("".join(f"{line}\n" for line in lines), end="")
            return 1 if lines else 0
        if options.endpoint and not boto3.Session().get_credentials():
            boto3.setup_default_session(aws_access_key_id="sandbox", aws_secret_access_key="sandbox")
        print(json.dumps(dump(Account(options.endpoint, options.region)), indent=1, sort_keys=True, ensure_ascii=False))
        return 0
    except (BotoCoreError, OSError, ValueError, KeyError, TypeError) as error:
        print(f"inventory: {type(error).__name__}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
