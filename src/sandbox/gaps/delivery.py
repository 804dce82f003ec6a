"""Gaps of CodeBuild, CodePipeline and CodeDeploy."""
import copy
import functools
import json
import re
from datetime import timezone

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time

from gaps import Refused, add, amend, view


@amend("moto.codebuild.responses:_validate_required_params_source")
def source_location(original, source):
    """AWS: NO_SOURCE and CODEPIPELINE have no location. moto: demands one. Here: it does not."""
    if source["type"] not in ("NO_SOURCE", "CODEPIPELINE"):
        original(source)


@amend("moto.codebuild.responses:_validate_required_params_artifacts")
def artifacts_location(original, artifacts):
    """AWS: NO_ARTIFACTS and CODEPIPELINE have no location, or an empty one. moto: demands one. Here: it does not."""
    if artifacts["type"] not in ("NO_ARTIFACTS", "CODEPIPELINE"):
        original(artifacts)


@amend("moto.codebuild.models:CodeBuildBackend.create_project")
def build_timeouts(original, self, *args, **kwargs):
    """AWS: 60 minutes to build and 480 in the queue, unless given. moto: 0. Here: as AWS."""
    kwargs |= {"timeout": kwargs.get("timeout") or 60, "queued_timeout": kwargs.get("queued_timeout") or 480}
    return original(self, *args, **kwargs)


@amend("moto.codebuild.responses:CodeBuildResponse.batch_get_projects")
def missing_projects(original, self):
    """AWS: names what was not found. moto: it does not. Here: it does."""
    result = original(self)
    found = {project[key] for project in result.result["projects"] for key in ("name", "arn")}
    result.result["projectsNotFound"] = [name for name in self._get_param("names") if name not in found]
    return result


@amend("moto.codebuild.models:CodeBuildBackend.delete_project")
def deleted_by_arn(original, self, project_name):
    """AWS: a project is deleted by its name or ARN. moto: an ARN deletes nothing. Here: both."""
    return original(self, project_name.rpartition(":project/")[2])


@add("moto.codebuild.responses:CodeBuildResponse")
def update_project(self):
    """AWS: replaces what is given. moto: not implemented. Here: implemented."""
    name = self._get_param("name").rpartition(":project/")[2]
    project = self.codebuild_backend.codebuild_projects.get(name)
    if project is None:
        raise Refused("ResourceNotFoundException", f"Project cannot be found: {name}")
    given = {key: value for key, value in json.loads(self.body).items() if key != "name" and value is not None}
    project.project_metadata |= {**given, "lastModifiedDate": unix_time()}
    project.service_role = project.project_metadata["serviceRole"]
    return ActionResult({"project": project.project_metadata})


@view("moto.codepipeline.models:CodePipelineBackend.iam_backend")
def trusted_services(self):
    """AWS: a trust statement may name several services. moto: cannot read a list of them. Here: it is shown one statement for each."""
    from moto.iam.models import iam_backends
    return _Unlisted(iam_backends[self.account_id][self.partition])


class _Unlisted:
    """IAM, as far as CodePipeline asks: a role's trust policy, each of its statements naming one service."""

    def __init__(self, iam):
        self.iam = iam

    def get_role_by_arn(self, arn):
        role = copy.copy(self.iam.get_role_by_arn(arn))
        statements = _list(json.loads(role.assume_role_policy_document)["Statement"])
        services = [name for statement in statements for name in _list(statement.get("Principal", {}).get("Service", []))]
        role.assume_role_policy_document = json.dumps({"Statement": [{"Principal": {"Service": name}} for name in services]})
        return role


def _list(value):
    return value if isinstance(value, list) else [value]


@view("moto.codepipeline.models:CodePipeline.metadata")
def pipeline_dates(self):
    """AWS: the dates of a pipeline are numbers. moto: texts, which strict clients refuse. Here: numbers."""
    created, updated = (moment.replace(tzinfo=timezone.utc).timestamp() for moment in (self._created, self._updated))
    return {"pipelineArn": self._arn, "created": created, "updated": updated}


def _deploy_group(response, key="deploymentGroupName"):
    name = response._get_param("applicationName")
    return response.codedeploy_backend.get_deployment_group(name, response._get_param(key))


def _move(backend, groups, old, new, arn_of):
    """Rename an entry of a dict of the backend, and take its tags along."""
    if new in groups:
        raise Refused("ApplicationAlreadyExistsException" if groups is backend.applications else "DeploymentGroupAlreadyExistsException",
                      f"{new} already exists.")
    groups[new] = groups.pop(old)
    backend.tagger.copy_tags(arn_of(old), arn_of(new))
    backend.tagger.delete_all_tags_for_resource(arn_of(old))


@add("moto.codedeploy.responses:CodeDeployResponse")
def update_application(self):
    """AWS: renames an application. moto: not implemented. Here: implemented."""
    backend, old, new = self.codedeploy_backend, self._get_param("applicationName"), self._get_param("newApplicationName")
    application = backend.get_application(old)
    if new and new != old:
        _move(backend, backend.applications, old, new, backend._application_arn)
        application.application_name = new
        backend.deployment_groups[new] = groups = backend.deployment_groups.pop(old, {})
        for group in groups:
            backend.tagger.copy_tags(backend._deployment_group_arn(old, group), backend._deployment_group_arn(new, group))
    return EmptyResult()


@add("moto.codedeploy.responses:CodeDeployResponse")
def delete_application(self):
    """AWS: deletes an application with its groups, and does not mind if there is none. moto: not implemented. Here: implemented."""
    backend, name = self.codedeploy_backend, self._get_param("applicationName")
    backend.applications.pop(name, None)
    gone = backend.deployment_groups.pop(name, {})
    for arn in [backend._application_arn(name), *(backend._deployment_group_arn(name, group) for group in gone)]:
        backend.tagger.delete_all_tags_for_resource(arn)
    return EmptyResult()


@add("moto.codedeploy.responses:CodeDeployResponse")
def update_deployment_group(self):
    """AWS: replaces what is given. moto: not implemented. Here: implemented."""
    backend, application = self.codedeploy_backend, self._get_param("applicationName")
    group = _deploy_group(self, "currentDeploymentGroupName")
    for key, value in self._get_params().items():
        member = re.sub(r"(?<!^)(?=[A-Z])", "_", key).lower()
        if hasattr(group, member) and member not in ("application", "deployment_group_name", "deployment_group_id", "tags"):
            setattr(group, member, value)
    old, new = group.deployment_group_name, self._get_param("newDeploymentGroupName")
    if new and new != old:
        _move(backend, backend.deployment_groups[application], old, new, functools.partial(backend._deployment_group_arn, application))
        group.deployment_group_name = new
    return ActionResult({"hooksNotCleanedUp": []})


@add("moto.codedeploy.responses:CodeDeployResponse")
def delete_deployment_group(self):
    """AWS: deletes a group, and does not mind if there is none. moto: not implemented. Here: implemented."""
    backend, application = self.codedeploy_backend, self._get_param("applicationName")
    backend.deployment_groups.get(application, {}).pop(self._get_param("deploymentGroupName"), None)
    backend.tagger.delete_all_tags_for_resource(backend._deployment_group_arn(application, self._get_param("deploymentGroupName")))
    return ActionResult({"hooksNotCleanedUp": []})


@add("moto.codedeploy.responses:CodeDeployResponse")
def batch_get_deployment_groups(self):
    """AWS: many groups in one call, and a message about those it has not. moto: not implemented. Here: implemented."""
    from moto.codedeploy.responses import _deployment_group_info
    backend, application = self.codedeploy_backend, self._get_param("applicationName")
    backend.get_application(application)
    groups, names = backend.deployment_groups.get(application, {}), self._get_param("deploymentGroupNames")
    missing = [name for name in names if name not in groups]
    return ActionResult({"deploymentGroupsInfo": [_deployment_group_info(groups[name]) for name in names if name in groups],
                         "errorMessage": "No Deployment Group found for name: " + ", ".join(missing) if missing else None})
