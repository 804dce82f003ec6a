"""Gaps of IAM, RDS, S3 and CloudWatch Logs."""

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


# S3

@amend("moto.s3.models:FakeBucket.__init__")
def bucket_defaults(original, self, *args, **kwargs):
    """AWS: a new bucket encrypts with AES256, blocks public access and owns its objects. moto: none of it. Here: as AWS."""
    from moto.s3.models import PublicAccessBlock
    original(self, *args, **kwargs)
    self.ownership_rule = "BucketOwnerEnforced"
    self.public_access_block = PublicAccessBlock("true", "true", "true", "true")
    self.encryption = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}


# CloudWatch Logs

@amend("moto.logs.models:LogsBackend.delete_log_group")
def tags_of_a_deleted_group(original, self, log_group_name):
    """AWS: the tags of a group go with it. moto: they stay. Here: they go."""
    if log_group_name in self.groups:
        self.tagger.delete_all_tags_for_resource(self.groups[log_group_name].arn)
    return original(self, log_group_name)
