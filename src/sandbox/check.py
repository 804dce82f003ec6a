"""One test for every gap that `gaps` closes, and for the control paths: python check.py. The last test finds gaps without one."""
import base64
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from gaps import load_gaps

HERE = pathlib.Path(__file__).parent
REGION = "us-west-2"
TRUST = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
    "Service": ["codebuild.amazonaws.com", "codepipeline.amazonaws.com"]}}}


class Gaps(unittest.TestCase):
    clients = {}
    account = 123456789011  # a test has an account of its own: that is faster than a reset

    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen([sys.executable, HERE / "emulator.py", "--port", "0", "--digest", "d1"],
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        cls.url = cls.server.stdout.readline().split()[-1]

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.communicate()

    def setUp(self):
        Gaps.account += 1

    def call(self, method, path):
        with urllib.request.urlopen(urllib.request.Request(self.url + path, method=method), timeout=30) as answer:
            return json.loads(answer.read() or "null")

    def __getattr__(self, service):
        if service.startswith("_"):
            raise AttributeError(service)
        service = {"scaling": "application-autoscaling"}.get(service, service)
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x",
                config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))
            self.clients[service].meta.events.register("before-sign", self.in_account)
        return self.clients[service]

    @staticmethod
    def in_account(request, **_):
        request.headers["x-moto-account-id"] = str(Gaps.account)

    def refused(self, code, operation, **given):
        with self.assertRaises(ClientError) as caught:
            operation(**given)
        self.assertEqual((caught.exception.response["Error"]["Code"], caught.exception.response["ResponseMetadata"]["HTTPStatusCode"]), (code, 400))

    # What the tests start from.

    def a_vpc(self):
        vpc = self.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        return vpc, [self.ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
                     for n, zone in enumerate("ab")]

    def a_security_group(self):
        return self.ec2.create_security_group(GroupName="web", Description="d", VpcId=self.a_vpc()[0])["GroupId"]

    def a_template(self):
        return self.ec2.create_launch_template(LaunchTemplateName="template", LaunchTemplateData={
            "ImageId": "ami-1", "InstanceType": "t3.small"})["LaunchTemplate"]["LaunchTemplateId"]

    def a_group(self, **given):
        template = self.a_template()
        self.autoscaling.create_auto_scaling_group(**{
            "AutoScalingGroupName": "g", "MinSize": 1, "MaxSize": 3, "VPCZoneIdentifier": self.a_vpc()[1][0],
            "LaunchTemplate": {"LaunchTemplateId": template, "Version": "1"}, "HealthCheckGracePeriod": 0, **given})
        return template

    def group(self):
        return self.autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=["g"])["AutoScalingGroups"][0]

    def a_task(self, **given):
        return self.ecs.register_task_definition(family="web", **{
            "requiresCompatibilities": ["EC2"],
            "containerDefinitions": [{"name": "web", "image": "i", "memoryReservation": 64}], **given})["taskDefinition"]

    def a_service(self, **given):
        self.ecs.create_cluster(clusterName="c")
        self.a_task()
        return self.ecs.create_service(**{"cluster": "c", "serviceName": "s", "taskDefinition": "web", "desiredCount": 2, **given})["service"]

    def a_role(self):
        return self.iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]

    def a_project(self):
        return self.codebuild.create_project(
            name="build", serviceRole=self.a_role(), source={"type": "NO_SOURCE", "buildspec": "a"}, artifacts={"type": "CODEPIPELINE"},
            environment={"type": "LINUX_CONTAINER", "image": "i", "computeType": "BUILD_GENERAL1_SMALL"})["project"]

    def a_deployment_group(self):
        self.codedeploy.create_application(applicationName="a", computePlatform="ECS", tags=[{"Key": "k", "Value": "v"}])
        self.codedeploy.create_deployment_group(applicationName="a", deploymentGroupName="g", serviceRoleArn=f"arn:aws:iam::{self.account}:role/r",
                                                tags=[{"Key": "k", "Value": "v"}])

    def deploy_tags(self, name):
        return self.codedeploy.list_tags_for_resource(ResourceArn=f"arn:aws:codedeploy:{REGION}:{self.account}:{name}")["Tags"]

    # The server.

    def test_alive(self):
        self.assertEqual(self.call("GET", "/wcalang/alive"), {"name": "wcalang sandbox", "digest": "d1", "pid": self.server.pid})

    def test_certificate(self):
        self.addCleanup(setattr, Gaps, "account", Gaps.account)
        Gaps.account = 123456789012  # the one that certificates are issued in
        path = "/wcalang/certificate?domain=live.example.org&region=" + REGION
        arn = self.call("POST", path)["arn"]
        self.assertEqual(self.call("POST", path)["arn"], arn)
        listed = self.acm.list_certificates(CertificateStatuses=["ISSUED"])["CertificateSummaryList"]
        self.assertEqual([(one["DomainName"], one["CertificateArn"]) for one in listed], [("live.example.org", arn)])
        with self.assertRaises(urllib.error.HTTPError):
            self.call("POST", "/wcalang/certificate")

    def test_unimplemented(self):
        self.refused("UnsupportedOperation", self.ec2.associate_nat_gateway_address, NatGatewayId="nat-1", AllocationIds=["eipalloc-1"])
        self.refused("UnsupportedOperation", self.ecs.list_service_deployments, service="s")
        self.refused("UnsupportedOperation", self.rds.describe_certificates)

    # EC2 and load balancing.

    def test_image_dates(self):
        images = self.ec2.describe_images(Filters=[{"Name": "name", "Values": ["amzn2-ami-ecs-hvm-2.0.*-x86_64-ebs"]}])["Images"]
        self.assertTrue(images)
        for image in images:
            self.assertIn(image["CreationDate"][:10].replace("-", ""), image["Name"])

    def test_recommended_image(self):
        path = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended"
        value = json.loads(self.ssm.get_parameter(Name=path)["Parameter"]["Value"])
        self.assertEqual(value["image_id"], self.ssm.get_parameters(Names=[path + "/image_id"])["Parameters"][0]["Value"])
        self.assertEqual(len(self.ec2.describe_images(ImageIds=[value["image_id"]])["Images"]), 1)

    def test_public_parameters(self):
        self.ssm.get_parameter(Name="/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id")
        self.ssm.put_parameter(Name="own", Value="v", Type="String")
        self.assertEqual([one["Name"] for one in self.ssm.describe_parameters()["Parameters"]], ["own"])

    def two_rules(self, authorize):
        group = self.a_security_group()
        made = authorize(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group, "Description": f"port {port}"}]}
            for port in (80, 443)])["SecurityGroupRules"]
        self.assertEqual([rule["FromPort"] for rule in made], [80, 443])
        return group, made

    def test_authorized_ingress_rules(self):
        self.two_rules(self.ec2.authorize_security_group_ingress)

    def test_authorized_egress_rules(self):
        self.two_rules(self.ec2.authorize_security_group_egress)

    def test_rule_description(self):
        _, made = self.two_rules(self.ec2.authorize_security_group_ingress)
        rules = self.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule["SecurityGroupRuleId"] for rule in made])["SecurityGroupRules"]
        self.assertEqual(sorted(rule["Description"] for rule in rules), ["port 443", "port 80"])

    def test_rule_owner(self):
        _, made = self.two_rules(self.ec2.authorize_security_group_ingress)
        self.assertEqual(made[0]["GroupOwnerId"], str(self.account))

    def test_rule_arn(self):
        _, made = self.two_rules(self.ec2.authorize_security_group_ingress)
        self.assertTrue(made[0]["SecurityGroupRuleArn"].endswith(":security-group-rule/" + made[0]["SecurityGroupRuleId"]))

    def test_same_rule(self):
        group, _ = self.two_rules(self.ec2.authorize_security_group_ingress)
        self.ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [{"GroupId": group}]}])
        left = self.ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"]
        self.assertEqual([rule["FromPort"] for rule in left], [443])

    def test_inherited_version(self):
        template = self.a_template()
        made = self.ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1", LaunchTemplateData={"InstanceType": "t3.large"})
        read = self.ec2.describe_launch_template_versions(LaunchTemplateId=template, Versions=["2"])["LaunchTemplateVersions"][0]
        for version in (made["LaunchTemplateVersion"], read):
            self.assertEqual(version["LaunchTemplateData"], {"ImageId": "ami-1", "InstanceType": "t3.large"})

    def test_template_tags(self):
        template = self.a_template()
        self.ec2.create_tags(Resources=[template], Tags=[{"Key": "k", "Value": "v"}])
        read = self.ec2.describe_launch_templates(LaunchTemplateIds=[template])["LaunchTemplates"][0]
        self.assertEqual(read["Tags"], [{"Key": "k", "Value": "v"}])

    def test_repeated_nat_gateway(self):
        subnet, address = self.a_vpc()[1][0], self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        ids = {self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address, ClientToken="t")["NatGateway"]["NatGatewayId"] for _ in range(2)}
        self.assertEqual(len(ids), 1)

    def test_unknown_nat_gateway_describe(self):
        self.refused("NatGatewayNotFound", self.ec2.describe_nat_gateways, NatGatewayIds=["nat-1"])

    def test_unknown_nat_gateway_delete(self):
        self.refused("NatGatewayNotFound", self.ec2.delete_nat_gateway, NatGatewayId="nat-1")

    def an_endpoint(self, vpc, **given):
        return self.ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway", **given)["VpcEndpoint"]

    def test_repeated_vpc_endpoint(self):
        vpc = self.a_vpc()[0]
        self.assertEqual(len({self.an_endpoint(vpc, ClientToken="t")["VpcEndpointId"] for _ in range(2)}), 1)

    def test_modified_vpc_endpoint(self):
        vpc = self.a_vpc()[0]
        tables = [self.ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)]
        one = self.an_endpoint(vpc, RouteTableIds=tables[:1])["VpcEndpointId"]
        self.ec2.modify_vpc_endpoint(VpcEndpointId=one, AddRouteTableIds=tables[1:], RemoveRouteTableIds=tables[:1], PrivateDnsEnabled=False)
        found = self.ec2.describe_route_tables(RouteTableIds=tables)["RouteTables"]
        routed = {table["RouteTableId"] for table in found for route in table["Routes"] if route.get("GatewayId") == one}
        described = self.ec2.describe_vpc_endpoints()["VpcEndpoints"][0]
        self.assertEqual((routed, described["RouteTableIds"], described["PrivateDnsEnabled"]), ({tables[1]}, tables[1:], False))
        self.ec2.delete_vpc_endpoints(VpcEndpointIds=[one])

    def test_deleted_vpc_endpoint(self):
        one = self.an_endpoint(self.a_vpc()[0])["VpcEndpointId"]
        for _ in range(2):
            self.ec2.delete_vpc_endpoints(VpcEndpointIds=[one])
        self.assertEqual(self.ec2.describe_vpc_endpoints()["VpcEndpoints"], [])

    def test_exchanged_priorities(self):
        balancer = self.elbv2.create_load_balancer(Name="web", Subnets=self.a_vpc()[1])["LoadBalancers"][0]["LoadBalancerArn"]
        actions = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}]
        listener = self.elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=actions)["Listeners"][0]["ListenerArn"]
        one, two, three = [self.elbv2.create_rule(ListenerArn=listener, Priority=n, Actions=actions, Conditions=[
            {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/*"]}}])["Rules"][0]["RuleArn"] for n in (1, 2, 3)]
        self.elbv2.set_rule_priorities(RulePriorities=[{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}])
        self.refused("PriorityInUse", self.elbv2.set_rule_priorities, RulePriorities=[{"RuleArn": one, "Priority": 3}])
        rules = self.elbv2.describe_rules(RuleArns=[one, two, three])["Rules"]
        self.assertEqual({rule["RuleArn"]: rule["Priority"] for rule in rules}, {one: "2", two: "1", three: "3"})

    def test_address_of_a_deleted_gateway(self):
        subnet, address = self.a_vpc()[1][0], self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        for _ in range(2):
            made = self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
            self.ec2.delete_nat_gateway(NatGatewayId=made)
        self.assertNotIn("AssociationId", self.ec2.describe_addresses(AllocationIds=[address])["Addresses"][0])

    def test_load_balancer_name(self):
        given = {"Name": "web", "Subnets": self.a_vpc()[1]}
        self.elbv2.create_load_balancer(**given)
        self.refused("DuplicateLoadBalancerName", self.elbv2.create_load_balancer, **given)

    def test_tags_of_nothing(self):
        arn = f"arn:aws:elasticloadbalancing:{REGION}:{self.account}:targetgroup/x/1"
        self.refused("TargetGroupNotFound", self.elbv2.describe_tags, ResourceArns=[arn])

    # ECS and Cloud Map.

    def test_cluster_name(self):
        self.ecs.create_cluster(clusterName="c", tags=[{"key": "k", "value": "v"}])
        self.assertEqual(self.ecs.create_cluster(clusterName="c")["cluster"]["tags"], [{"key": "k", "value": "v"}])
        self.ecs.delete_cluster(cluster="c")
        self.assertEqual(self.ecs.create_cluster(clusterName="c")["cluster"]["status"], "ACTIVE")

    def test_told_include(self):
        self.ecs.create_cluster(clusterName="c", tags=[{"key": "k", "value": "v"}])
        ask = lambda number: self.ecs.describe_clusters(clusters=["c"], include=["TAGS"] if number % 2 else [])["clusters"][0].get("tags")
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            told = list(threads.map(ask, range(80)))
        self.assertEqual({json.dumps(tags) for tags in told[1::2]}, {json.dumps([{"key": "k", "value": "v"}])})
        self.assertFalse(any(told[0::2]))

    test_told_exclude = test_told_include

    def test_network_mode(self):
        self.assertEqual(self.a_task(requiresCompatibilities=["EC2", "EXTERNAL"])["networkMode"], "bridge")
        self.assertEqual(self.a_task(requiresCompatibilities=["EXTERNAL"], networkMode="host")["networkMode"], "host")

    def test_domains_of_a_vpc(self):
        vpc = self.a_vpc()[0]
        for domain in ("one.internal", "two.internal"):
            self.servicediscovery.create_private_dns_namespace(Name=domain, Vpc=vpc)
        with self.assertRaises(ClientError) as caught:
            self.servicediscovery.create_private_dns_namespace(Name="two.internal", Vpc=vpc)
        self.assertEqual(caught.exception.response["Error"]["Code"], "ConflictingDomainExists")

    def test_update_cluster_settings(self):
        self.ecs.create_cluster(clusterName="c")
        setting = {"name": "containerInsights", "value": "enabled"}
        self.assertIn(setting, self.ecs.update_cluster_settings(cluster="c", settings=[setting])["cluster"]["settings"])

    def test_deleted_clusters(self):
        self.ecs.create_cluster(clusterName="c")
        self.ecs.delete_cluster(cluster="c")
        self.assertEqual(self.ecs.list_clusters()["clusterArns"], [])

    def test_deleted_services(self):
        self.a_service()
        self.ecs.delete_service(cluster="c", service="s", force=True)
        self.assertEqual(self.ecs.list_services(cluster="c")["serviceArns"], [])
        self.a_service()

    def a_provider(self):
        self.ecs.create_capacity_provider(name="p", autoScalingGroupProvider={"autoScalingGroupArn": "arn:a"})

    def test_all_capacity_providers(self):
        self.a_provider()
        self.assertEqual([one["name"] for one in self.ecs.describe_capacity_providers()["capacityProviders"]], ["p"])

    def test_unknown_capacity_provider_update(self):
        self.refused("ClientException", self.ecs.update_capacity_provider, name="p", autoScalingGroupProvider={})

    def test_unknown_capacity_provider_delete(self):
        self.refused("ClientException", self.ecs.delete_capacity_provider, capacityProvider="p")

    def test_managed_draining(self):
        self.a_provider()
        made = self.ecs.update_capacity_provider(name="p", autoScalingGroupProvider={"managedDraining": "ENABLED"})["capacityProvider"]
        self.assertEqual(made["autoScalingGroupProvider"]["managedDraining"], "ENABLED")

    def test_cluster_strategy(self):
        self.ecs.create_cluster(clusterName="c")
        self.a_provider()
        cluster = self.ecs.put_cluster_capacity_providers(cluster="c", capacityProviders=["p"], defaultCapacityProviderStrategy=[
            {"capacityProvider": "p", "weight": 1}])["cluster"]
        self.assertEqual(cluster["defaultCapacityProviderStrategy"], [{"capacityProvider": "p", "weight": 1, "base": 0}])

    def test_soft_memory(self):
        self.a_task()

    def test_host_ports(self):
        task = self.a_task(networkMode="awsvpc", containerDefinitions=[
            {"name": "web", "image": "i", "memoryReservation": 64, "portMappings": [{"containerPort": 4000}]}])
        self.assertEqual(task["containerDefinitions"][0]["portMappings"][0]["hostPort"], 4000)

    def test_network_without_groups(self):
        self.a_service(networkConfiguration={"awsvpcConfiguration": {"subnets": self.a_vpc()[1]}})

    def test_whole_service(self):
        given = {
            "capacityProviderStrategy": [{"capacityProvider": "p", "weight": 1, "base": 0}], "enableExecuteCommand": True,
            "placementStrategy": [{"type": "spread", "field": "instanceId"}], "healthCheckGracePeriodSeconds": 9,
            "deploymentConfiguration": {"maximumPercent": 150, "minimumHealthyPercent": 50}, "enableECSManagedTags": True,
            "serviceRegistries": [{"registryArn": "arn:r"}], "availabilityZoneRebalancing": "ENABLED"}
        self.a_service(**given, clientToken="t")
        read = self.ecs.describe_services(cluster="c", services=["s"])["services"][0]
        self.assertEqual({name: read.get(name) for name in given}, given)
        self.assertNotIn("launchType", read)
        self.assertEqual((read["runningCount"], read["pendingCount"], read["deployments"][0]["rolloutState"]), (2, 0, "COMPLETED"))
        self.a_service(clientToken="t")
        self.refused("InvalidParameterException", self.a_service, clientToken="u")
        cluster = self.ecs.describe_clusters(clusters=["c"])["clusters"][0]
        self.assertEqual((cluster["runningTasksCount"], cluster["pendingTasksCount"]), (2, 0))

    def test_code_deploy_service(self):
        made = self.a_service(deploymentController={"type": "CODE_DEPLOY"})
        self.assertEqual((made["deploymentController"], made["runningCount"]), ({"type": "CODE_DEPLOY"}, 2))

    def test_updated_service(self):
        self.a_service()
        arn = self.a_task()["taskDefinitionArn"]
        updated = self.ecs.update_service(cluster="c", service="s", taskDefinition="web:2", capacityProviderStrategy=[
            {"capacityProvider": "p", "weight": 1}])["service"]
        self.assertEqual((updated["taskDefinition"], updated["deployments"][0]["taskDefinition"], updated["runningCount"]), (arn, arn, 2))
        self.assertEqual(updated["capacityProviderStrategy"], [{"capacityProvider": "p", "weight": 1, "base": 0}])
        self.ecs.update_service(cluster="c", service="s", desiredCount=3)
        cluster = self.ecs.describe_clusters(clusters=["c"])["clusters"][0]
        self.assertEqual((cluster["runningTasksCount"], cluster["pendingTasksCount"]), (3, 0))

    def a_namespace(self):
        self.servicediscovery.create_private_dns_namespace(Name="local", Vpc=self.a_vpc()[0])
        self.servicediscovery.create_http_namespace(Name="other")

    def namespace(self, **given):
        return self.servicediscovery.list_namespaces(Filters=[{"Name": name, "Values": [value]} for name, value in given.items()])["Namespaces"]

    def test_filtered_namespaces(self):
        self.a_namespace()
        self.assertEqual([one["Name"] for one in self.namespace(TYPE="DNS_PRIVATE", NAME="local")], ["local"])
        self.assertEqual(self.namespace(TYPE="HTTP", NAME="local"), [])

    def test_filtered_services(self):
        self.a_namespace()
        ids = [self.namespace(NAME=name)[0]["Id"] for name in ("local", "other")]
        for one in ids:
            self.servicediscovery.create_service(Name="web", NamespaceId=one)
        found = self.servicediscovery.list_services(Filters=[{"Name": "NAMESPACE_ID", "Values": ids[:1]}])["Services"]
        self.assertEqual(len(found), 1)

    def test_discovery_name(self):
        self.a_namespace()
        given = {"Name": "web", "NamespaceId": self.namespace(NAME="local")[0]["Id"]}
        made = self.servicediscovery.create_service(**given, CreatorRequestId="t")["Service"]["Id"]
        self.assertEqual(self.servicediscovery.create_service(**given, CreatorRequestId="t")["Service"]["Id"], made)
        self.refused("ServiceAlreadyExists", self.servicediscovery.create_service, **given, CreatorRequestId="u")

    # Auto Scaling.

    def test_created_group(self):
        self.a_group()
        self.assertEqual(self.group()["HealthCheckGracePeriod"], 0)
        self.refused("AlreadyExists", self.autoscaling.create_auto_scaling_group, AutoScalingGroupName="g", MinSize=0, MaxSize=0,
                     AvailabilityZones=[REGION + "a"], LaunchTemplate={"LaunchTemplateName": "template"})

    def test_settings_of_created_group(self):
        given = {"DefaultInstanceWarmup": 30, "MaxInstanceLifetime": 86400, "CapacityRebalance": True, "TerminationPolicies": ["OldestInstance"]}
        self.a_group(**given)
        self.assertEqual({name: self.group()[name] for name in given}, given)

    def test_settings_of_updated_group(self):
        given = {"DefaultCooldown": 7, "DefaultInstanceWarmup": 30, "TerminationPolicies": ["OldestInstance"], "CapacityRebalance": True}
        self.a_group()
        self.autoscaling.create_launch_configuration(LaunchConfigurationName="lc", ImageId="ami-1", InstanceType="t3.small")
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="g", LaunchConfigurationName="lc", **given)
        group = self.group()
        self.assertEqual({name: group[name] for name in given}, given)
        self.assertEqual((group["LaunchConfigurationName"], group.get("LaunchTemplate")), ("lc", None))

    def a_mixed_group(self):
        template = self.a_template()
        policy = {"LaunchTemplate": {"LaunchTemplateSpecification": {"LaunchTemplateId": template, "Version": "1"},
                                     "Overrides": [{"InstanceType": "t3.small"}, {"InstanceType": "t3a.small"}]},
                  "InstancesDistribution": {"OnDemandBaseCapacity": 0, "OnDemandPercentageAboveBaseCapacity": 50}}
        self.autoscaling.create_auto_scaling_group(AutoScalingGroupName="g", MinSize=1, MaxSize=3, VPCZoneIdentifier=self.a_vpc()[1][0],
                                                   MixedInstancesPolicy=policy)
        return template

    def test_mixed_policy(self):
        template = self.a_mixed_group()
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="g", MaxSize=4)
        policy = self.group()["MixedInstancesPolicy"]
        self.assertEqual([one["InstanceType"] for one in policy["LaunchTemplate"]["Overrides"]], ["t3.small", "t3a.small"])
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="g", LaunchTemplate={"LaunchTemplateId": template, "Version": "1"})
        self.assertNotIn("MixedInstancesPolicy", self.group())

    def test_one_source(self):
        template = self.a_mixed_group()
        self.assertNotIn("LaunchTemplate", self.group())
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="g", LaunchTemplate={"LaunchTemplateId": template, "Version": "1"})
        self.assertEqual(self.group()["LaunchTemplate"]["LaunchTemplateId"], template)

    def test_mixed_capacity(self):
        self.a_mixed_group()
        self.assertEqual(len(self.group()["Instances"]), 1)

    def test_launched_from(self):
        template = self.a_group()
        self.ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1", LaunchTemplateData={"InstanceType": "t3.large"})
        self.ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion="2")
        self.assertEqual(self.group()["Instances"][0]["LaunchTemplate"]["Version"], "1")

    def test_instance_configuration(self):
        self.a_group()
        self.assertNotIn("LaunchConfigurationName", self.group()["Instances"][0])

    def test_scale_in_later(self):
        self.a_group(NewInstancesProtectedFromScaleIn=True, DesiredCapacity=2)
        self.autoscaling.set_desired_capacity(AutoScalingGroupName="g", DesiredCapacity=1)
        ids = [one["InstanceId"] for one in self.group()["Instances"]]
        self.autoscaling.set_instance_protection(AutoScalingGroupName="g", InstanceIds=ids, ProtectedFromScaleIn=False)
        self.assertEqual((len(ids), len(self.group()["Instances"])), (2, 1))

    def test_deleted_group(self):
        self.a_group(NewInstancesProtectedFromScaleIn=True)
        self.refused("ResourceInUse", self.autoscaling.delete_auto_scaling_group, AutoScalingGroupName="g")
        self.autoscaling.delete_auto_scaling_group(AutoScalingGroupName="g", ForceDelete=True)
        states = [one["State"]["Name"] for part in self.ec2.describe_instances()["Reservations"] for one in part["Instances"]]
        self.assertEqual(states, ["terminated"])

    def test_start_instance_refresh(self):
        template = self.a_group(NewInstancesProtectedFromScaleIn=True)
        old = self.group()["Instances"][0]["InstanceId"]
        self.ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1",
                                                LaunchTemplateData={"InstanceType": "t3.large", "UserData": "aGVsbG8="})
        wanted = {"LaunchTemplate": {"LaunchTemplateId": template, "Version": "2"}}

        def start(**preferences):
            self.autoscaling.start_instance_refresh(AutoScalingGroupName="g", DesiredConfiguration=wanted, Preferences=preferences)
            return self.autoscaling.describe_instance_refreshes(AutoScalingGroupName="g")["InstanceRefreshes"][0]
        self.assertEqual(start()["Status"], "InProgress")
        self.refused("InstanceRefreshInProgress", self.autoscaling.start_instance_refresh, AutoScalingGroupName="g")
        self.autoscaling.cancel_instance_refresh(AutoScalingGroupName="g")
        self.assertEqual(start(ScaleInProtectedInstances="Refresh", MinHealthyPercentage=100, MaxHealthyPercentage=200)["Status"], "Successful")
        new = self.group()["Instances"]
        said = [(one["InstanceId"] != old, one["LaunchTemplate"]["Version"], one["InstanceType"]) for one in new]
        self.assertEqual(said, [(True, "2", "t3.large")])
        self.assertEqual(start(SkipMatching=True)["InstancesToUpdate"], 0)

    def test_version_user_data(self):
        template = self.a_group()
        data = {"UserData": base64.b64encode(b"#!/bin/sh").decode()}
        self.ec2.create_launch_template_version(LaunchTemplateId=template, SourceVersion="1", LaunchTemplateData=data)
        self.autoscaling.update_auto_scaling_group(AutoScalingGroupName="g", DesiredCapacity=2, LaunchTemplate={
            "LaunchTemplateId": template, "Version": "2"})
        new = next(one for one in self.group()["Instances"] if one["LaunchTemplate"]["Version"] == "2")
        said = self.ec2.describe_instance_attribute(InstanceId=new["InstanceId"], Attribute="userData")
        self.assertEqual(said["UserData"]["Value"], data["UserData"])

    TARGET = {"ServiceNamespace": "ecs", "ResourceId": "service/c/s", "ScalableDimension": "ecs:service:DesiredCount"}

    def a_target(self):
        self.a_service()
        arn = self.scaling.register_scalable_target(**self.TARGET, MinCapacity=1, MaxCapacity=2, Tags={"a": "1", "b": "2"})["ScalableTargetARN"]
        self.scaling.put_scaling_policy(**self.TARGET, PolicyName="p", PolicyType="TargetTrackingScaling", TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 60, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}})
        return arn

    def test_target_tags(self):
        arn = self.a_target()
        self.scaling.tag_resource(ResourceARN=arn, Tags={"c": "3"})
        self.scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
        self.assertEqual(self.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"], {"b": "2", "c": "3"})

    def test_orphaned_policies(self):
        self.a_target()
        self.scaling.deregister_scalable_target(**self.TARGET)
        self.assertEqual(self.scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"], [])

    # IAM, RDS, S3.

    def a_policy(self):
        self.iam.create_policy(PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "s3:*", "Resource": "*"}}))
        return self.iam.get_account_authorization_details(Filter=["LocalManagedPolicy"])["Policies"][0]

    def test_policy_name(self):
        self.assertEqual(self.a_policy()["PolicyName"], "p")

    def test_policy_id(self):
        self.assertTrue(self.a_policy()["PolicyId"])

    def test_managed_policies(self):
        self.a_role()
        self.iam.attach_role_policy(RoleName="r", PolicyArn="arn:aws:iam::aws:policy/AWSCodeDeployRoleForECS")

    def a_parameter_group(self):
        self.rds.create_db_parameter_group(DBParameterGroupName="p", DBParameterGroupFamily="postgres16", Description="d")
        self.rds.modify_db_parameter_group(DBParameterGroupName="p", Parameters=[
            {"ParameterName": name, "ParameterValue": "0", "ApplyMethod": "immediate"} for name in ("rds.force_ssl", "log_statement")])

    def db_parameters(self):
        return self.rds.describe_db_parameters(DBParameterGroupName="p", Source="user")["Parameters"]

    def test_parameter_source(self):
        self.a_parameter_group()
        self.assertEqual({one["Source"] for one in self.db_parameters()}, {"user"})

    def test_reset_db_parameter_group(self):
        self.a_parameter_group()
        self.rds.reset_db_parameter_group(DBParameterGroupName="p", Parameters=[{"ParameterName": "log_statement", "ApplyMethod": "immediate"}])
        self.assertEqual([one["ParameterName"] for one in self.db_parameters()], ["rds.force_ssl"])
        self.rds.reset_db_parameter_group(DBParameterGroupName="p", ResetAllParameters=True)
        self.assertEqual(self.db_parameters(), [])

    def test_modified_subnet_group(self):
        _, subnets = self.a_vpc()
        self.rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets)
        self.rds.modify_db_subnet_group(DBSubnetGroupName="g", SubnetIds=subnets[:1])
        self.assertEqual(len(self.rds.describe_db_subnet_groups(DBSubnetGroupName="g")["DBSubnetGroups"][0]["Subnets"]), 1)
        with self.assertRaises(self.rds.exceptions.DBSubnetGroupNotFoundFault):
            self.rds.modify_db_subnet_group(DBSubnetGroupName="none", SubnetIds=subnets)

    def test_bucket_defaults(self):
        self.s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
        rule = self.s3.get_bucket_encryption(Bucket="bucket")["ServerSideEncryptionConfiguration"]["Rules"][0]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"], {"SSEAlgorithm": "AES256"})
        self.assertEqual(set(self.s3.get_public_access_block(Bucket="bucket")["PublicAccessBlockConfiguration"].values()), {True})
        ownership = self.s3.get_bucket_ownership_controls(Bucket="bucket")["OwnershipControls"]["Rules"]
        self.assertEqual(ownership, [{"ObjectOwnership": "BucketOwnerEnforced"}])

    # Delivery.

    def test_source_location(self):
        self.assertEqual(self.a_project()["source"]["type"], "NO_SOURCE")

    def test_artifacts_location(self):
        self.assertEqual(self.a_project()["artifacts"]["type"], "CODEPIPELINE")

    def test_build_timeouts(self):
        project = self.a_project()
        self.assertEqual((project["timeoutInMinutes"], project["queuedTimeoutInMinutes"]), (60, 480))

    def test_missing_projects(self):
        self.a_project()
        self.assertEqual(self.codebuild.batch_get_projects(names=["build", "other"])["projectsNotFound"], ["other"])

    def test_deleted_by_arn(self):
        self.codebuild.delete_project(name=self.a_project()["arn"])
        self.assertEqual(self.codebuild.list_projects()["projects"], [])

    def test_update_project(self):
        self.a_project()
        self.codebuild.update_project(name="build", source={"type": "NO_SOURCE", "buildspec": "b"}, timeoutInMinutes=5)
        project = self.codebuild.batch_get_projects(names=["build"])["projects"][0]
        self.assertEqual((project["source"]["buildspec"], project["timeoutInMinutes"], project["queuedTimeoutInMinutes"]), ("b", 5, 480))
        self.refused("ResourceNotFoundException", self.codebuild.update_project, name="other")

    def a_pipeline(self):
        stages = [{"name": name, "actions": [{"name": "a", "actionTypeId": {
            "category": category, "owner": "AWS", "provider": provider, "version": "1"}}]} for name, category, provider in (
                ("one", "Source", "ECR"), ("two", "Build", "CodeBuild"))]
        self.codepipeline.create_pipeline(pipeline={
            "name": "p", "roleArn": self.a_role(), "artifactStore": {"type": "S3", "location": "artifacts"}, "stages": stages})

    def test_trusted_services(self):
        self.a_pipeline()

    def test_pipeline_dates(self):
        self.a_pipeline()
        request = urllib.request.Request(self.url, b'{"name": "p"}', {
            "X-Amz-Target": "CodePipeline_20150709.GetPipeline", "Content-Type": "application/x-amz-json-1.1",
            "x-moto-account-id": str(self.account),
            "Authorization": f"AWS4-HMAC-SHA256 Credential=x/20260101/{REGION}/codepipeline/aws4_request, SignedHeaders=host, Signature=0"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertIsInstance(json.loads(answer.read())["metadata"]["created"], (int, float))

    def test_update_application(self):
        self.a_deployment_group()
        self.codedeploy.update_application(applicationName="a", newApplicationName="b")
        self.assertEqual(self.codedeploy.list_applications()["applications"], ["b"])
        self.assertEqual(self.codedeploy.list_deployment_groups(applicationName="b")["deploymentGroups"], ["g"])
        self.assertEqual(self.deploy_tags("application:b"), [{"Key": "k", "Value": "v"}])

    def test_delete_application(self):
        self.a_deployment_group()
        for _ in range(2):
            self.codedeploy.delete_application(applicationName="a")
        self.assertEqual(self.codedeploy.list_applications()["applications"], [])
        self.assertEqual(self.deploy_tags("deploymentgroup:a/g"), [])

    def test_update_deployment_group(self):
        self.a_deployment_group()
        self.codedeploy.update_deployment_group(
            applicationName="a", currentDeploymentGroupName="g", newDeploymentGroupName="h", ecsServices=[{"clusterName": "c", "serviceName": "s"}],
            autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]})
        group = self.codedeploy.get_deployment_group(applicationName="a", deploymentGroupName="h")["deploymentGroupInfo"]
        self.assertEqual((group["ecsServices"], group["autoRollbackConfiguration"]["enabled"]), ([{"clusterName": "c", "serviceName": "s"}], True))
        self.assertEqual(self.deploy_tags("deploymentgroup:a/h"), [{"Key": "k", "Value": "v"}])

    def test_delete_deployment_group(self):
        self.a_deployment_group()
        for _ in range(2):
            self.codedeploy.delete_deployment_group(applicationName="a", deploymentGroupName="g")
        self.assertEqual(self.codedeploy.list_deployment_groups(applicationName="a")["deploymentGroups"], [])

    def test_batch_get_deployment_groups(self):
        self.a_deployment_group()
        found = self.codedeploy.batch_get_deployment_groups(applicationName="a", deploymentGroupNames=["g", "h"])
        self.assertEqual([one["deploymentGroupName"] for one in found["deploymentGroupsInfo"]], ["g"])
        self.assertIn("h", found["errorMessage"])

    def test_tags_of_a_deleted_group(self):
        self.logs.create_log_group(logGroupName="g", tags={"k": "v"})
        arn = self.logs.describe_log_groups()["logGroups"][0]["arn"].removesuffix(":*")
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {"k": "v"})
        self.logs.delete_log_group(logGroupName="g")
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=arn)["tags"], {})

    def test_class_of_a_group(self):
        self.logs.create_log_group(logGroupName="g", logGroupClass="INFREQUENT_ACCESS")
        self.assertEqual(self.logs.describe_log_groups()["logGroups"][0]["logGroupClass"], "INFREQUENT_ACCESS")

    def test_told_versioning(self):
        self.s3.create_bucket(Bucket="versions", CreateBucketConfiguration={"LocationConstraint": REGION})
        request = urllib.request.Request(self.url + "/versions?versioning", headers={"x-moto-account-id": str(self.account)})
        with urllib.request.urlopen(request, timeout=30) as answer:
            self.assertIn(b"<VersioningConfiguration ", answer.read())
        self.s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
        self.assertEqual(self.s3.get_bucket_versioning(Bucket="versions")["Status"], "Enabled")

    def test_scanning_off(self):
        self.ecr.create_repository(repositoryName="rr", imageScanningConfiguration={"scanOnPush": True})
        self.ecr.put_image_scanning_configuration(repositoryName="rr", imageScanningConfiguration={})
        read = self.ecr.describe_repositories()["repositories"][0]
        self.assertEqual(read["imageScanningConfiguration"], {"scanOnPush": False})

    def test_cleared_secret(self):
        self.secretsmanager.create_secret(Name="s", Description="d", KmsKeyId="alias/k", SecretString="x")
        self.secretsmanager.update_secret(SecretId="s", Description="", KmsKeyId="")
        read = self.secretsmanager.describe_secret(SecretId="s")
        self.assertFalse(read.get("Description") or read.get("KmsKeyId"))

    def test_database_port(self):
        self.rds.create_db_instance(DBInstanceIdentifier="d", DBInstanceClass="db.t4g.micro", Engine="postgres", AllocatedStorage=20,
                                    MasterUsername="u", MasterUserPassword="password")
        self.rds.modify_db_instance(DBInstanceIdentifier="d", DBPortNumber=5433, ApplyImmediately=True)
        self.assertEqual(self.rds.describe_db_instances()["DBInstances"][0]["Endpoint"]["Port"], 5433)

    def test_told_resources(self):
        tags = [{"Key": "own", "Value": "w"}]
        repository = self.ecr.create_repository(repositoryName="rr", tags=tags)["repository"]["repositoryArn"]
        rule = self.events.put_rule(Name="r", ScheduleExpression="rate(1 hour)", Tags=tags)["RuleArn"]
        found = self.servicediscovery.create_http_namespace(Name="n", Tags=tags)["OperationId"]
        found = self.servicediscovery.get_operation(OperationId=found)["Operation"]["Targets"]["NAMESPACE"]
        service = self.servicediscovery.create_service(Name="s", NamespaceId=found, Tags=tags)["Service"]["Arn"]
        namespace = self.servicediscovery.get_namespace(Id=found)["Namespace"]["Arn"]
        group = self.rds.create_db_parameter_group(DBParameterGroupName="p", DBParameterGroupFamily="postgres16", Description="d", Tags=tags)
        _, subnets = self.a_vpc()
        subnets = self.rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets, Tags=tags)
        arns = [repository, rule, service, namespace, group["DBParameterGroup"]["DBParameterGroupArn"], subnets["DBSubnetGroup"]["DBSubnetGroupArn"]]
        self.ecr.create_repository(repositoryName="other")
        told = lambda **given: {one["ResourceARN"]: one["Tags"] for one in self.resourcegroupstaggingapi.get_resources(**given)["ResourceTagMappingList"]}
        self.assertEqual(told(ResourceARNList=arns), {arn: tags for arn in arns})
        self.assertEqual(told(TagFilters=[{"Key": "own"}], ResourceTypeFilters=["ecr"]), {repository: tags})

    # The rule of the house.

    def test_every_gap_has_a_test(self):
        names = {function.__name__ for _, _, function in load_gaps() if not function.__doc__.startswith("See ")}
        self.assertEqual({name for name in names if not hasattr(type(self), f"test_{name}")}, set())


if __name__ == "__main__":
    unittest.main()
