"""Gaps of Auto Scaling and of Application Auto Scaling."""
import copy
import json

from moto.autoscaling.models import FakeAutoScalingGroup
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.utils import parse_user_data
from moto.moto_api._internal import mock_random

from gaps import Refused, add, amend, view


@amend("moto.autoscaling.models:AutoScalingBackend.create_auto_scaling_group")
def created_group(original, self, *args, **kwargs):
    """AWS: no grace period unless given, and a name is unique. moto: 300 seconds, even for 0, and a group is replaced.
    Here: as AWS, AlreadyExists."""
    if kwargs["name"] in self.autoscaling_groups:
        raise Refused("AlreadyExists", f"AutoScalingGroup by this name already exists: {kwargs['name']}")
    group = original(self, *args, **kwargs)
    group.health_check_grace_period = int(kwargs.get("health_check_period") or 0)
    return group


# Settings of a group that moto keeps at creation or update, or not at all.
GROUP_SETTINGS = {
    "DefaultCooldown": ("default_cooldown", int), "MaxInstanceLifetime": ("max_instance_lifetime", int),
    "DefaultInstanceWarmup": ("default_instance_warmup", int), "PlacementGroup": ("placement_group", str),
    "TerminationPolicies": ("termination_policies", list), "CapacityRebalance": ("capacity_rebalance", lambda text: str(text).lower() == "true"),
}


def _group_settings(verb):
    @amend(f"moto.autoscaling.responses:AutoScalingResponse.{verb}_auto_scaling_group")
    def kept(original, self):
        """AWS: keeps all settings of a group; a launch template takes the place of a launch configuration and vice versa.
        moto: forgets or does not change some; a changed group has both. Here: kept; one of the two."""
        result = original(self)
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for setting, (member, read) in GROUP_SETTINGS.items():
            if (given := self._get_param(setting)) is not None:
                setattr(group, member, read(given))
        if self._get_param("LaunchTemplate"):
            group.launch_config = group.launch_configuration_name = None
        elif self._get_param("LaunchConfigurationName"):
            group.ec2_launch_template = None
        return result
    kept.__name__ = f"settings_of_{verb}d_group"


_group_settings("create")
_group_settings("update")


@amend("moto.autoscaling.models:FakeAutoScalingGroup.update")
def mixed_policy(original, self, **kwargs):
    """AWS: a mixed instances policy stays until another one or a launch template is given. moto: each update drops it. Here: it stays."""
    given = any(kwargs.get(source) for source in ("launch_config_name", "launch_template", "mixed_instances_policy"))
    if self.mixed_instances_policy and not given:
        kept = copy.deepcopy(self.mixed_instances_policy)
        kept["LaunchTemplate"]["LaunchTemplateSpecification"].pop("LaunchTemplateName", None)  # by id or by name, not both
        kwargs["mixed_instances_policy"] = kept
    return original(self, **kwargs)


_template_of = FakeAutoScalingGroup.launch_template.fget


@view("moto.autoscaling.models:FakeAutoScalingGroup.launch_template")
def one_source(self):
    """AWS: a group with a mixed instances policy says its launch template there only. moto: in both places. Here: there only."""
    return None if self.mixed_instances_policy else _template_of(self)


@amend("moto.autoscaling.models:FakeAutoScalingGroup.set_desired_capacity")
def mixed_capacity(original, self, new_capacity):
    """AWS: as many instances as are wanted, whatever the mix. moto: fewer, as it rounds both parts down. Here: as many."""
    policy, self.mixed_instances_policy = self.mixed_instances_policy, None
    try:
        return original(self, new_capacity)
    finally:
        self.mixed_instances_policy = policy


@amend("moto.autoscaling.models:InstanceState.__init__")
def launched_from(original, self, *args, **kwargs):
    """AWS: an instance keeps saying what version it was launched from. moto: the template's default, whatever it is now.
    Here: the version at its launch."""
    original(self, *args, **kwargs)
    self._launched_from = _source(self.auto_scaling_group)


@view("moto.autoscaling.models:InstanceState.launch_template")
def instance_template(self):
    """See launched_from."""
    return self._launched_from


@view("moto.ec2.models.launch_templates:LaunchTemplateVersion.user_data")
def version_user_data(self):
    """AWS: machines start with the user data of any version. moto: crashes where a version after the first has some. Here: as AWS."""
    data = self.data.get("UserData")
    return parse_user_data(data) if isinstance(data, str) else data


def _source(group):
    template = group.ec2_launch_template
    return template and {"LaunchTemplateId": template.id, "LaunchTemplateName": template.name,
                         "Version": str(template.get_version(group.launch_template_version).number)}


@view("moto.autoscaling.models:InstanceState.launch_configuration_name")
def instance_configuration(self):
    """AWS: absent where a launch template is used. moto: crashes there. Here: absent."""
    return getattr(self.auto_scaling_group, "launch_configuration_name", None)


@amend("moto.autoscaling.models:AutoScalingBackend.set_instance_protection")
def scale_in_later(original, self, group_name, instance_ids, protected_from_scale_in):
    """AWS: surplus instances go when their protection ends. moto: they stay. Here: they go."""
    original(self, group_name, instance_ids, protected_from_scale_in)
    if not protected_from_scale_in:
        self.set_desired_capacity(group_name, self.autoscaling_groups[group_name].desired_capacity)


@amend("moto.autoscaling.responses:AutoScalingResponse.delete_auto_scaling_group")
def deleted_group(original, self):
    """AWS: ForceDelete ends all instances, protected ones too; without it, a group with instances is ResourceInUse.
    moto: leaves protected instances running, and never refuses. Here: as AWS."""
    group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
    if group and group.instance_states:
        if not self._get_bool_param("ForceDelete", False):
            raise Refused("ResourceInUse", "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
                                           "request(s) still in the group.")
        for state in group.instance_states:
            state.protected_from_scale_in = False
    return original(self)


def _refreshed_group(response):
    name = response._get_param("AutoScalingGroupName")
    group = response.autoscaling_backend.autoscaling_groups.get(name)
    if group is None:
        raise Refused("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return group, group.__dict__.setdefault("_refreshes", [])  # newest first


def _running(refreshes):
    return next((refresh for refresh in refreshes if refresh["Status"] in ("Pending", "InProgress")), None)


@add("moto.autoscaling.responses:AutoScalingResponse")
def start_instance_refresh(self):
    """AWS: replaces a group's instances, first to last. moto: not implemented. Here: replaced all at once by the first
    DescribeInstanceRefreshes, unless some are protected and the refresh is to wait for them. Nothing is warmed up, baked,
    checked or rolled back, and SkipMatching spares what was launched from the version wanted."""
    group, refreshes = _refreshed_group(self)
    if _running(refreshes):
        raise Refused("InstanceRefreshInProgress", "An instance refresh is in progress already")
    if wanted := (self._get_param("DesiredConfiguration") or {}).get("LaunchTemplate"):
        group._set_launch_configuration(None, dict(wanted), None)
        group.launch_config = group.launch_configuration_name = None
    preferences = {"MinHealthyPercentage": 90, "SkipMatching": False, "ScaleInProtectedInstances": "Wait", "StandbyInstances": "Wait",
                   **(self._get_param("Preferences") or {})}
    old = [state.instance.id for state in group.instance_states
           if not (preferences["SkipMatching"] and state._launched_from == _source(group))]
    refreshes.insert(0, {"InstanceRefreshId": str(mock_random.uuid4()), "AutoScalingGroupName": group.name, "Status": "Pending",
                         "StartTime": utcnow(), "PercentageComplete": 0, "InstancesToUpdate": len(old), "Preferences": preferences,
                         "DesiredConfiguration": self._get_param("DesiredConfiguration"), "_old": old})
    return ActionResult({"InstanceRefreshId": refreshes[0]["InstanceRefreshId"]})


@add("moto.autoscaling.responses:AutoScalingResponse")
def describe_instance_refreshes(self):
    """See start_instance_refresh."""
    group, refreshes = _refreshed_group(self)
    if refresh := _running(refreshes):
        old = [state for state in group.instance_states if state.instance.id in refresh["_old"]]
        how = refresh["Preferences"]["ScaleInProtectedInstances"]
        waiting = [state for state in old if state.protected_from_scale_in and how == "Wait"]
        leaving = [state for state in old if not state.protected_from_scale_in or how == "Refresh"]
        if leaving:
            self.autoscaling_backend.ec2_backend.terminate_instances([state.instance.id for state in leaving])
            group.instance_states = [state for state in group.instance_states if state not in leaving]
            group.set_desired_capacity(group.desired_capacity)
        whole = len(refresh["_old"]) or 1
        refresh |= {"Status": "InProgress", "StatusReason": "Waiting for instances that are protected from scale in"} if waiting else {
            "Status": "Successful", "StatusReason": None, "EndTime": utcnow()}
        refresh |= {"InstancesToUpdate": len(waiting), "PercentageComplete": 100 - 100 * len(waiting) // whole}
    ids = self._get_param("InstanceRefreshIds") or [refresh["InstanceRefreshId"] for refresh in refreshes]
    return ActionResult({"InstanceRefreshes": [refresh for refresh in refreshes if refresh["InstanceRefreshId"] in ids]})


@add("moto.autoscaling.responses:AutoScalingResponse")
def cancel_instance_refresh(self):
    """See start_instance_refresh."""
    group, refreshes = _refreshed_group(self)
    if not (refresh := _running(refreshes)):
        raise Refused("ActiveInstanceRefreshNotFound", f"No instance refresh is in progress for {group.name}")
    refresh |= {"Status": "Cancelled", "EndTime": utcnow()}
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


def _target_tags(response):
    return response.applicationautoscaling_backend.__dict__.setdefault("_target_tags", {})


@amend("moto.applicationautoscaling.responses:ApplicationAutoScalingResponse.register_scalable_target")
def target_tags(original, self):
    """AWS: a scalable target has tags. moto: drops them. Here: kept, with the three operations below."""
    answer = original(self)
    if given := self._get_param("Tags"):
        _target_tags(self).setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(given)
    return answer


@add("moto.applicationautoscaling.responses:ApplicationAutoScalingResponse")
def list_tags_for_resource(self):
    """See target_tags."""
    return json.dumps({"Tags": _target_tags(self).get(self._get_param("ResourceARN"), {})})


@add("moto.applicationautoscaling.responses:ApplicationAutoScalingResponse")
def tag_resource(self):
    """See target_tags."""
    _target_tags(self).setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags") or {})
    return "{}"


@add("moto.applicationautoscaling.responses:ApplicationAutoScalingResponse")
def untag_resource(self):
    """See target_tags."""
    for key in self._get_param("TagKeys") or []:
        _target_tags(self).get(self._get_param("ResourceARN"), {}).pop(key, None)
    return "{}"


@amend("moto.applicationautoscaling.models:ApplicationAutoscalingBackend.deregister_scalable_target")
def orphaned_policies(original, self, namespace, r_id, dimension):
    """AWS: a target takes its policies and their alarms with it. moto: they stay. Here: they go."""
    original(self, namespace, r_id, dimension)
    for policy in [policy for policy in self.policies.values() if (policy.resource_id, policy.scalable_dimension) == (r_id, dimension)]:
        self.delete_scaling_policy(policy.policy_name, policy.service_namespace, policy.resource_id, policy.scalable_dimension)
