//! Which input a refusal is about, so that it is shown where that is written: one table, by operation, code and fixed words of AWS's.

/// A row: whole operation or a beginning of it, code, a fixed phrase of AWS's in the message (empty: any), the input in the language.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// First match first. Only what is certain stands here: another refusal is shown at the call that makes the resource.
const TABLE: &[Row] = &[
    ("ec2:CreateVpc", "InvalidVpc.Range", "", "cidr"),
    ("ec2:CreateSubnet", "InvalidSubnet.Range", "", "cidr"),
    ("ec2:CreateSubnet", "InvalidSubnet.Conflict", "", "cidr"),
    ("ec2:CreateSubnet", "InvalidParameterValue", "for parameter availabilityZone is invalid", "zone"),
    ("ec2:CreateLaunchTemplate", "InvalidAMIID.NotFound", "", "image"),
    ("ec2:CreateLaunchTemplate", "InvalidAMIID.Malformed", "", "image"),
    ("elasticloadbalancing:", "CertificateNotFound", "", "certificate"),
    ("elasticloadbalancing:", "SSLPolicyNotFound", "", "sslPolicy"),
    ("elasticloadbalancing:", "PriorityInUse", "", "priority"),
    ("iam:CreateRole", "MalformedPolicyDocument", "", "assumeRolePolicy"),
    ("iam:UpdateAssumeRolePolicy", "MalformedPolicyDocument", "", "assumeRolePolicy"),
    ("iam:PutRolePolicy", "MalformedPolicyDocument", "", "document"),
    ("ecs:RegisterTaskDefinition", "ClientException", "No Fargate configuration exists for given values", "cpu"),
    ("ecs:CreateService", "PlatformUnknownException", "", "platformVersion"),
    ("rds:CreateDBInstance", "InvalidParameterCombination", "Cannot find version", "engineVersion"),
    ("rds:", "InvalidParameterValue", "The parameter MasterUserPassword is not a valid password", "password"),
    ("ecr:PutLifecyclePolicy", "InvalidParameterException", "'LifecyclePolicyText'", "policy"),
    ("logs:PutRetentionPolicy", "InvalidParameterException", "", "retention"),
    ("events:PutRule", "InvalidEventPatternException", "", "eventPattern"),
    ("events:PutRule", "ValidationException", "ScheduleExpression", "schedule"),
];

/// The input that a refusal is about, where that is certain.
pub(crate) fn blamed(operation: &str, code: &str, message: &str) -> Option<&'static str> {
    let fits = |(of, known, phrase, _): &&Row| operation.starts_with(of) && code == *known && message.contains(phrase);
    TABLE.iter().find(fits).map(|(_, _, _, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KINDS;

    #[test]
    fn every_row_names_a_field_of_a_kind_that_makes_the_call() {
        for (operation, code, _, field) in TABLE {
            let calls = |action: &&str| action.starts_with(operation);
            let kinds = KINDS.iter().filter(|entry| entry.schema.actions.iter().any(|action| calls(&action)));
            let fields: Vec<&str> =
                kinds.filter(|entry| entry.schema.inputs.field(field).is_some()).map(|entry| entry.schema.name).collect();
            assert!(!fields.is_empty(), "{operation} {code}: no kind that calls it has a field `{field}`");
        }
    }

    #[test]
    fn only_what_is_certain_is_blamed() {
        let zone = "Value (us-west-2z) for parameter availabilityZone is invalid.";
        assert_eq!(blamed("ec2:CreateSubnet", "InvalidParameterValue", zone), Some("zone"));
        assert_eq!(blamed("ec2:CreateSubnet", "InvalidParameterValue", "something else"), None);
        assert_eq!(blamed("ec2:ModifySubnetAttribute", "InvalidSubnet.Range", ""), None);
    }
}
