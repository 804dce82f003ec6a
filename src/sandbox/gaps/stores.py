"""Gaps of IAM, RDS, S3, ECR, Secrets Manager and CloudWatch Logs."""
import json

from moto.core.responses import ActionResult

from gaps import Refused, add, amend, view


# IAM

@view("moto.iam.models:ManagedPolicy.policy_name")
def policy_name(self):
    """AWS: GetAccountAuthorizationDetails names the policies. moto: it does not. Here: it does."""
    return self.name


@view("moto.iam.models:ManagedPolicy.policy_id")
def policy_id(self):
    """AWS: GetAccountAuthorizationDetails gives the policies' ids. moto: it does not. Here: it does."""
    return self.id


# RDS

@amend("moto.rds.models:DBParameterGroup.update_parameters")
def parameter_source(original, self, new_parameters):
    """AWS: a parameter that was set says Source `user`. moto: says nothing. Here: `user`."""
    return original(self, [{**parameter, "Source": "user"} for parameter in new_parameters])


@add("moto.rds.responses:RDSResponse")
def reset_db_parameter_group(self):
    """AWS: forgets all parameters, or those given. moto: not implemented. Here: implemented."""
    group = self.backend.modify_db_parameter_group(self.params.get("DBParameterGroupName"), [])
    if self.params.get("ResetAllParameters"):
        group.parameters.clear()
    for parameter in self.params.get("Parameters", []):
        group.parameters.pop(parameter.original_dict()["ParameterName"], None)
    return ActionResult({"DBParameterGroupName": group.name})


@amend("moto.rds.models:RDSBackend.modify_db_subnet_group")
def modified_subnet_group(original, self, subnet_name, description, subnets):
    """AWS: modifies a subnet group, or DBSubnetGroupNotFoundFault. moto: modifies and loses it, or crashes. Here: as AWS."""
    if subnet_name not in self.subnet_groups:
        raise Refused("DBSubnetGroupNotFoundFault", f"DB subnet group '{subnet_name}' does not exist.")
    self.subnet_groups[subnet_name] = group = original(self, subnet_name, description, subnets)
    return group


@amend("moto.rds.models:DBInstance.update")
def database_port(original, self, **given):
    """AWS: a database's port can be changed. moto: it stays. Here: it changes."""
    original(self, **given)
    self.port = given.get("db_port_number") or self.port


# S3

@amend("moto.s3.models:FakeBucket.__init__")
def bucket_defaults(original, self, *args, **kwargs):
    """AWS: a new bucket encrypts with AES256, blocks public access and owns its objects. moto: none of it. Here: as AWS."""
    from moto.s3.models import PublicAccessBlock
    original(self, *args, **kwargs)
    self.ownership_rule = "BucketOwnerEnforced"
    self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    self.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


@amend("moto.s3.responses:S3Response.get_bucket_versioning")
def told_versioning(original, self):
    """AWS: answers a VersioningConfiguration. moto: calls it GetBucketVersioningResponse, which strict clients refuse. Here: as AWS."""
    status, headers, body = original(self)
    text = body.decode() if isinstance(body, bytes) else body
    return status, headers, text.replace("GetBucketVersioningResponse", "VersioningConfiguration")


# ECR

@amend("moto.ecr.models:ECRBackend.put_image_scanning_configuration")
def scanning_off(original, self, registry_id, repository_name, image_scan_config):
    """AWS: a configuration that does not say scanOnPush turns it off. moto: changes nothing then. Here: off."""
    return original(self, registry_id, repository_name, {"scanOnPush": False, **image_scan_config})


# Secrets Manager

@amend("moto.secretsmanager.models:SecretsManagerBackend.update_secret")
def cleared_secret(original, self, *args, **kwargs):
    """AWS: an empty description or key goes back to none. moto: the description stays. Here: none."""
    answer = original(self, *args, **kwargs)
    secret = self.secrets[json.loads(answer)["ARN"]]
    if kwargs.get("description") == "":
        secret.description = None
    if kwargs.get("kms_key_id") == "":
        secret.kms_key_id = self.DEFAULT_KMS_KEY_ALIAS
    return answer


# CloudWatch Logs

@amend("moto.logs.responses:LogsResponse.create_log_group")
def class_of_a_group(original, self):
    """AWS: a group has a class. moto: forgets it. Here: one that was given is kept, and told by DescribeLogGroups."""
    answer = original(self)
    if given := self._get_param("logGroupClass"):
        self.logs_backend.groups[self._get_param("logGroupName")].log_group_class = given
    return answer


@amend("moto.logs.models:LogGroup.to_describe_dict")
def told_class_of_a_group(original, self):
    """See class_of_a_group."""
    given = getattr(self, "log_group_class", None)
    return {**original(self), **({"logGroupClass": given} if given else {})}


@amend("moto.logs.models:LogsBackend.delete_log_group")
def tags_of_a_deleted_group(original, self, log_group_name):
    """AWS: the tags of a group go with it. moto: they stay. Here: they go."""
    if log_group_name in self.groups:
        self.tagger.delete_all_tags_for_resource(self.groups[log_group_name].arn)
    return original(self, log_group_name)
