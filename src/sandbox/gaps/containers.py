"""Gaps of ECS and Cloud Map."""
import copy
import json

from moto.core.responses import ActionResult

from gaps import Refused, add, amend


# ECS

def _whole(strategy):
    """A strategy as AWS answers it: `base` is there even where it is 0."""
    return [{"base": 0, **item} for item in strategy or []]


@amend("moto.ecs.models:EC2ContainerServiceBackend.create_cluster")
def cluster_name(original, self, cluster_name, *args, **kwargs):
    """AWS: creating a cluster that exists answers it as it is. moto: puts an empty one in its place. Here: as it is."""
    cluster = self.clusters.get(cluster_name)
    return cluster if cluster and cluster.status == "ACTIVE" else original(self, cluster_name, *args, **kwargs)


def _told(verb):
    @amend(f"moto.core.responses:BaseResponse._{verb}_response")
    def told(original, self, path):
        """AWS: tags are told to who asks for them. moto: to whoever asks next, too, or not. Here: each request has its own answer."""
        self.RESPONSE_KEY_PATH_TO_TRANSFORMER = dict(self.RESPONSE_KEY_PATH_TO_TRANSFORMER)
        return original(self, path)
    told.__name__ = f"told_{verb.split('_')[0]}"


_told("include_in")
_told("exclude_from")


@amend("moto.ecs.models:TaskDefinition.__init__")
def network_mode(original, self, *args, **kwargs):
    """AWS: a task has the network mode that it was given, else bridge. moto: awsvpc, unless it is for EC2 alone. Here: as AWS."""
    original(self, *args, **kwargs)
    if "FARGATE" not in (kwargs.get("requires_compatibilities") or []):
        self.network_mode = kwargs.get("network_mode") or "bridge"


@add("moto.ecs.responses:EC2ContainerServiceResponse")
def update_cluster_settings(self):
    """AWS: replaces the settings that are named. moto: not implemented. Here: implemented."""
    cluster = self.ecs_backend._get_cluster(self._get_param("cluster"))
    named = {setting["name"]: setting for setting in [*(cluster.settings or []), *self._get_param("settings")]}
    cluster.settings = list(named.values())
    return ActionResult({"cluster": cluster})


def _listed(kind, things):
    @amend(f"moto.ecs.models:EC2ContainerServiceBackend.list_{kind}")
    def listed(original, self, *args, **kwargs):
        """AWS: what was deleted is in no list. moto: is listed as INACTIVE. Here: in no list."""
        gone = {thing.arn for thing in things(self) if thing.status == "INACTIVE"}
        return [arn for arn in original(self, *args, **kwargs) if arn not in gone]
    listed.__name__ = f"deleted_{kind}"


_listed("clusters", lambda backend: backend.clusters.values())
_listed("services", lambda backend: backend.services.values())


@amend("moto.ecs.models:EC2ContainerServiceBackend.describe_capacity_providers")
def all_capacity_providers(original, self, names=None):
    """AWS: without names, all of them. moto: crashes. Here: all of them."""
    return original(self, list(self.capacity_providers) if names is None else names)


def _capacity_provider(verb):
    @amend(f"moto.ecs.models:EC2ContainerServiceBackend.{verb}_capacity_provider")
    def known(original, self, name_or_arn, *args):
        """AWS: ClientException for an unknown capacity provider. moto: crashes. Here: ClientException."""
        if self._get_provider(name_or_arn) is None:
            raise Refused("ClientException", f"The specified capacity provider does not exist: {name_or_arn}")
        return original(self, name_or_arn, *args)
    known.__name__ = f"unknown_capacity_provider_{verb}"


_capacity_provider("update")
_capacity_provider("delete")


@amend("moto.ecs.models:CapacityProvider.update")
def managed_draining(original, self, asg_details):
    """AWS: managed draining can be changed. moto: ignores it. Here: changed."""
    original(self, asg_details)
    if "managedDraining" in asg_details:
        self.auto_scaling_group_provider["managedDraining"] = asg_details["managedDraining"]


@amend("moto.ecs.models:EC2ContainerServiceBackend.put_cluster_capacity_providers")
def cluster_strategy(original, self, cluster_name, capacity_providers, strategy):
    """AWS: answers `base` of a strategy always. moto: only where it was given. Here: always."""
    return original(self, cluster_name, capacity_providers, strategy and _whole(strategy))


@amend("moto.ecs.models:EC2ContainerServiceBackend._validate_container_defs")
def soft_memory(original, memory, container_definitions, _requires_compatibilities):
    """AWS: memoryReservation alone is enough on EC2. moto: demands memory. Here: enough."""
    return original(memory, container_definitions, None)


@amend("moto.ecs.models:TaskDefinition.__init__")
def host_ports(original, self, *args, **kwargs):
    """AWS: with awsvpc, hostPort is containerPort. moto: leaves it out. Here: filled in."""
    original(self, *args, **kwargs)
    if self.network_mode == "awsvpc":
        self.container_definitions = copy.deepcopy(self.container_definitions)
        for port in (port for container in self.container_definitions for port in container["portMappings"]):
            port["hostPort"] = port.get("hostPort") or port["containerPort"]


@amend("moto.ecs.models:Service._validate_network")
def network_without_groups(original, self, configuration):
    """AWS: securityGroups may be left out. moto: crashes without. Here: may be left out."""
    configuration["awsvpcConfiguration"].setdefault("securityGroups", [])
    return original(self, configuration)


def _settle(backend, service, counted):
    """All tasks run; `counted` of them are in the cluster's counter already."""
    backend.update_cluster_resources(backend._get_cluster(service.cluster_name), service.desired_count - counted, "RUNNING")
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment |= {"desiredCount": service.desired_count, "runningCount": service.desired_count, "pendingCount": 0,
                       "taskDefinition": service.task_definition, "launchType": service.launch_type, "rolloutState": "COMPLETED",
                       "rolloutStateReason": f"ECS deployment {deployment['id']} completed."}


@amend("moto.ecs.responses:EC2ContainerServiceResponse.create_service")
def whole_service(original, self):
    """AWS: keeps all of CreateService; the tasks come up; an existing name is refused, or with its clientToken answered.
    moto: forgets strategies, constraints, exec, grace period and deployment configuration, says EC2 where a capacity provider
    was given, stays at 0 running tasks, and replaces an existing service.
    Here: kept; all tasks run at once; refused or answered."""
    backend, given = self.ecs_backend, self._get_param
    cluster = backend._get_cluster(given("cluster", "default"))
    key = f"{cluster.name}:{given('serviceName')}"
    existing = backend.services.get(key)
    if existing and existing.status != "INACTIVE":
        if given("clientToken") and given("clientToken") == existing._client_token:
            return ActionResult({"service": existing})
        raise Refused("InvalidParameterException", "Creation of service was not idempotent.")
    result = original(self)
    service = backend.services[key]
    service._client_token = given("clientToken")
    service.capacity_provider_strategy = _whole(given("capacityProviderStrategy"))
    if service.capacity_provider_strategy:
        service.launch_type = None
    service.placement_strategy = given("placementStrategy") or []
    service.placement_constraints = given("placementConstraints") or []
    service.enable_execute_command = bool(given("enableExecuteCommand"))
    service.health_check_grace_period_seconds = self._get_int_param("healthCheckGracePeriodSeconds")
    service.availability_zone_rebalancing = given("availabilityZoneRebalancing") or "DISABLED"
    if given("enableECSManagedTags"):
        service.enable_ecs_managed_tags = True
    if configuration := given("deploymentConfiguration"):
        service.deployment_configuration = configuration
    backend.update_cluster_resources(cluster, -service.pending_count, "PENDING")
    _settle(backend, service, service.running_count)
    return result


@amend("moto.ecs.models:EC2ContainerServiceBackend.update_service")
def updated_service(original, self, service_properties):
    """AWS: answers the ARN of the task definition, rolls it out, and has a launch type or a strategy.
    moto: answers the name as given, keeps the old deployment, and has both. Here: as AWS, rolled out at once."""
    counted = service_properties.get("desired_count") or 0
    service = original(self, service_properties)
    if service.task_definition:
        service.task_definition = self.describe_task_definition(service.task_definition).arn
    service.capacity_provider_strategy = _whole(getattr(service, "capacity_provider_strategy", None))
    if service.capacity_provider_strategy:
        service.launch_type = None
    _settle(self, service, counted)
    return service


# Cloud Map

def _matches(filters, members):
    """Whether an item passes the filters of a list operation, given its members by filter name."""
    def passes(condition, value, wanted):
        if condition == "BEGINS_WITH":
            return str(value).startswith(wanted[0])
        if condition == "BETWEEN":
            return wanted[0] <= value <= wanted[-1]
        return value in wanted
    return all(passes(item.get("Condition", "EQ"), members.get(item["Name"]), item["Values"]) for item in filters or [])


def _discovery_list(verb, key, hidden, members):
    @amend(f"moto.servicediscovery.responses:ServiceDiscoveryResponse.{verb}")
    def filtered(_original, self):
        """AWS: applies the filters and answers summaries. moto: answers everything. Here: as AWS."""
        filters = json.loads(self.body or "{}").get("Filters")
        items = [item for item in getattr(self.servicediscovery_backend, verb)() if _matches(filters, members(item))]
        return json.dumps({key: [{name: value for name, value in item.to_json().items() if name not in hidden and value is not None}
                                 for item in items]})
    filtered.__name__ = f"filtered_{key.lower()}"


def _namespace_of(service):
    return service.namespace_id or (service.dns_config or {}).get("NamespaceId")


_discovery_list("list_namespaces", "Namespaces", ("UpdateDate", "CreatorRequestId"), lambda item: {
    "TYPE": item.type, "NAME": item.name, "RESOURCE_OWNER": "SELF", "HTTP_NAME": (item.http_properties or {}).get("HttpName")})
_discovery_list("list_services", "Services", ("NamespaceId", "CreatorRequestId"), lambda item: {
    "NAMESPACE_ID": _namespace_of(item), "RESOURCE_OWNER": "SELF"})


@amend("moto.servicediscovery.models:ServiceDiscoveryBackend.create_service")
def discovery_name(original, self, **kwargs):
    """AWS: a name is unique in its namespace; the same CreatorRequestId is answered with the same service.
    moto: makes a second one. Here: the same service, or ServiceAlreadyExists."""
    namespace = kwargs["namespace_id"] or (kwargs["dns_config"] or {}).get("NamespaceId")
    for service in self.services.values():
        if (service.name, _namespace_of(service)) == (kwargs["name"], namespace):
            if kwargs["creator_request_id"] and kwargs["creator_request_id"] == service.creator_request_id:
                return service
            raise Refused("ServiceAlreadyExists", f"Service already exists: {service.name}")
    return original(self, **kwargs)


@amend("moto.servicediscovery.models:ServiceDiscoveryBackend.create_private_dns_namespace")
def domains_of_a_vpc(original, self, name, creator_request_id, description, vpc, tags, properties):
    """AWS: a VPC has one namespace for each domain. moto: one in all. Here: one for each domain."""
    others = [namespace for namespace in self.namespaces.values() if namespace.vpc == vpc and namespace.name != name]
    for namespace in others:
        namespace.vpc = None
    try:
        return original(self, name, creator_request_id, description, vpc, tags, properties)
    finally:
        for namespace in others:
            namespace.vpc = vpc
