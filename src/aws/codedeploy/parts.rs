//! What a deployment group is made of: things that CodeDeploy knows by name, and the choices there are.

use std::fmt;
use std::marker::PhantomData;

use wcalang_model::kind::{Choice, DecodeError, Field, FieldType, Kind};
use wcalang_model::value::Datum;

/// A reference to what CodeDeploy knows by its name alone: an ARN and the name in it are the same.
pub struct Named<K>(String, PhantomData<fn() -> K>);

impl<K> Named<K> {
    /// By ARN or name.
    pub fn new(id: &str) -> Self {
        // `…:targetgroup/NAME/HEX`; of a service, `…:service/CLUSTER/NAME`, the cluster is part of the name.
        let name = match (id.split_once(":targetgroup/"), id.split_once(":service/")) {
            (Some((_, path)), _) => path.split('/').next().unwrap_or(path),
            (None, Some((_, path))) => path,
            (None, None) => id,
        };
        Named(name.to_string(), PhantomData)
    }

    /// The name; of a service `CLUSTER/NAME`.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl<K> Clone for Named<K> {
    fn clone(&self) -> Self {
        Named(self.0.clone(), PhantomData)
    }
}

impl<K> fmt::Debug for Named<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<K: Kind> Field for Named<K> {
    const TYPE: FieldType = FieldType::Ref(&[K::NAME]);
    fn decode(datum: &Datum) -> Result<Self, DecodeError> {
        String::decode(datum).map(|id| Named::new(&id))
    }
    fn encode(&self) -> Datum {
        Datum::Str(self.0.clone())
    }
}

/// What happens when green is ready and nobody says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ActionOnTimeout {
    /// Traffic goes to green at once.
    #[value("CONTINUE_DEPLOYMENT")]
    ContinueDeployment,
    /// The deployment stops after the wait.
    #[value("STOP_DEPLOYMENT")]
    StopDeployment,
}

/// What makes a deployment go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Rollback {
    /// It failed.
    #[value("DEPLOYMENT_FAILURE")]
    DeploymentFailure,
    /// An alarm rang.
    #[value("DEPLOYMENT_STOP_ON_ALARM")]
    DeploymentStopOnAlarm,
    /// Somebody stopped it.
    #[value("DEPLOYMENT_STOP_ON_REQUEST")]
    DeploymentStopOnRequest,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecs::service::Service;
    use crate::elb::target_group::TargetGroup;

    #[test]
    fn an_arn_and_the_name_in_it_are_the_same() {
        let group = "arn:aws:elasticloadbalancing:us-west-2:123456789012:targetgroup/shop-0/0123456789abcdef";
        assert_eq!(Named::<TargetGroup>::new(group).name(), "shop-0");
        let service = "arn:aws:ecs:us-west-2:123456789012:service/shop/web";
        assert_eq!(Named::<Service>::new(service).name(), "shop/web");
        assert_eq!(Named::<Service>::new("shop/web").encode(), Named::<Service>::new(service).encode());
    }
}
