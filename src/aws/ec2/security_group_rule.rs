//! `ec2.SecurityGroupRule`: lets one kind of traffic through a security group.

use wcalang_model::kind::{Choice, Cidr, CreateClass, FieldProblems, Kind, Port, Record, Ref, Rules, Tags};
use wcalang_model::value::{Datum, Fields};

use crate::ec2::security_group::SecurityGroup;

/// Lets one kind of traffic into, or out of, what is in a security group. The other side is exactly one of `cidr`, `source` and
/// `self`.
#[derive(Debug, Clone, Record)]
pub struct SecurityGroupRule {
    /// The group it is a rule of.
    #[field(replace, completes)]
    pub group: Ref<SecurityGroup>,
    /// Whether it lets traffic in or out.
    #[field(replace, default = Direction::Ingress)]
    pub direction: Direction,
    /// The protocol; `all` is any protocol on any port.
    #[field(default = Protocol::Tcp)]
    pub protocol: Protocol,
    /// The port, for TCP and UDP.
    pub port: Option<Port>,
    /// The first port of a range, for TCP and UDP; for ICMP the type, any where it is not given.
    pub from_port: Option<i32>,
    /// The last port of a range, for TCP and UDP; for ICMP the code, any where it is not given.
    pub to_port: Option<i32>,
    /// The block of addresses on the other side, IPv4 or IPv6.
    #[field(replace)]
    pub cidr: Option<Cidr>,
    /// The other group on the other side: the source for traffic in, the destination for traffic out.
    #[field(replace)]
    pub source: Option<Ref<SecurityGroup>>,
    /// Whether the other side is the group itself.
    #[field(replace, name = "self", default = false)]
    pub itself: bool,
    /// What it is for, in up to 255 characters.
    pub description: Option<String>,
    /// Tags beyond the stack's own.
    pub tags: Tags,
}

/// Which way traffic goes, as the group sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Direction {
    /// In.
    Ingress,
    /// Out.
    Egress,
}

/// What a rule lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP for IPv4.
    Icmp,
    /// ICMP for IPv6.
    Icmpv6,
    /// Everything: AWS's `-1`.
    All,
}

/// What a rule gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The rule's id: `sgr-…`.
    #[field(identity, stable)]
    pub id: String,
}

impl Kind for SecurityGroupRule {
    const NAME: &'static str = "ec2.SecurityGroupRule";
    const CREATE: CreateClass = CreateClass::Natural;
    const ACTIONS: &'static [&'static str] = &[
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:DescribeSecurityGroupRules",
        "ec2:ModifySecurityGroupRules",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:CreateTags",
        "ec2:DeleteTags",
    ];
    type Outputs = Outputs;

    const RULES: Option<Rules> = Some(|fields, problems| {
        check_other_side(fields, problems);
        check_ports(fields, problems);
    });
}

fn check_other_side(fields: &Fields, problems: &mut FieldProblems) {
    if fields.get("self").is_some_and(|itself| !itself.is_known()) {
        return;
    }
    let itself = fields.get("self") == Some(&Datum::Bool(true));
    let sides = usize::from(fields.contains_key("cidr")) + usize::from(fields.contains_key("source")) + usize::from(itself);
    if sides != 1 {
        let message = if sides == 0 { "the rule has no other side" } else { "the rule has more than one other side" };
        problems.push("", message, "give it exactly one of cidr, source and self; several sides are several rules");
    }
    if let (Some(Datum::Str(source)), Some(Datum::Str(group))) = (fields.get("source"), fields.get("group"))
        && source == group
    {
        problems.push("source", "the source is the group itself", "write self = true; instead");
    }
}

fn check_ports(fields: &Fields, problems: &mut FieldProblems) {
    let protocol = match fields.get("protocol") {
        None => Some(Protocol::Tcp),
        Some(protocol) => protocol.as_str().and_then(Protocol::parse),
    };
    let (port, from, to) = (fields.contains_key("port"), fields.get("fromPort"), fields.get("toPort"));
    let both = from.is_some() && to.is_some();
    match protocol {
        Some(Protocol::Tcp | Protocol::Udp) if port == both || from.is_some() != to.is_some() => {
            let help = "give it either port, or fromPort and toPort; for all protocols and ports, protocol = \"all\"";
            problems.push("", "the rule does not say which ports", help);
        }
        Some(Protocol::Tcp | Protocol::Udp) => {
            if let (Some(Datum::Int(from)), Some(Datum::Int(to))) = (from, to)
                && from >= to
            {
                problems.push("toPort", format!("the range {from} to {to} is no range"), "for one port, write port instead");
            }
        }
        Some(Protocol::Icmp | Protocol::Icmpv6) if port => {
            problems.push("port", "ICMP has no ports", "give the type as fromPort and the code as toPort, or neither");
        }
        Some(Protocol::All) if port || from.is_some() || to.is_some() => {
            problems.push("protocol", "a rule for all protocols has no ports", "remove the ports, or name a protocol");
        }
        Some(Protocol::Icmp | Protocol::Icmpv6 | Protocol::All) | None => {}
    }
}

#[cfg(feature = "sdk")]
mod calls {
    use aws_sdk_ec2::types::{
        self, IpPermission, IpRange, Ipv6Range, ResourceType, SecurityGroupRuleRequest, SecurityGroupRuleUpdate, UserIdGroupPair,
    };
    use wcalang_model::kind::{Calls, Changed, Created, Cx, Deletion, Gone, Id, Intent, Live, Outcome};

    use super::*;
    use crate::client::CxExt;
    use crate::ec2::{filter, rules, tagging};
    use crate::fault::{fault, found, missing};

    impl Calls for SecurityGroupRule {
        async fn create(cx: &Cx, new: &Self, _intent: &Intent) -> Outcome<Created<Self>> {
            let tags = tagging::on_create(ResourceType::SecurityGroupRule, &new.tags);
            let (operation, rules) = match new.direction {
                Direction::Ingress => {
                    let call = cx.ec2().authorize_security_group_ingress().group_id(new.group.id()).ip_permissions(permission(new));
                    let operation = "ec2:AuthorizeSecurityGroupIngress";
                    let answer = call.tag_specifications(tags).send().await.map_err(|error| fault(operation, error))?;
                    (operation, answer.security_group_rules)
                }
                Direction::Egress => {
                    let call = cx.ec2().authorize_security_group_egress().group_id(new.group.id()).ip_permissions(permission(new));
                    let operation = "ec2:AuthorizeSecurityGroupEgress";
                    let answer = call.tag_specifications(tags).send().await.map_err(|error| fault(operation, error))?;
                    (operation, answer.security_group_rules)
                }
            };
            let id = rules.unwrap_or_default().into_iter().find_map(|rule| rule.security_group_rule_id);
            let id = id.ok_or_else(|| missing(operation, "rule id"))?;
            Ok(Created::whole(id.clone(), Outputs { id }))
        }

        async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
            let call = cx.ec2().describe_security_group_rules().filters(filter::one("group-id", new.group.id()));
            let answer = call.filters(tagging::of_intent(intent)).send().await;
            let rules = answer.map_err(|error| fault("ec2:DescribeSecurityGroupRules", error))?.security_group_rules.unwrap_or_default();
            Ok(rules.into_iter().find_map(|rule| rule.security_group_rule_id).map(Id))
        }

        async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
            let rules = rules::read(cx, ids).await?;
            let of = |id: &Id| rules.iter().find(|rule| rule.security_group_rule_id() == Some(id.as_str()));
            ids.iter().map(|id| of(id).map(live).transpose()).collect()
        }

        async fn update(cx: &Cx, id: &Id, live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
            if changed.any(&["protocol", "port", "fromPort", "toPort", "description"]) {
                let update = SecurityGroupRuleUpdate::builder().security_group_rule_id(id.as_str()).security_group_rule(request(new));
                let call = cx.ec2().modify_security_group_rules().group_id(new.group.id()).security_group_rules(update.build());
                call.send().await.map_err(|error| fault("ec2:ModifySecurityGroupRules", error))?;
            }
            tagging::change(cx, id.as_str(), &live.inputs.tags, &new.tags).await
        }

        async fn delete(cx: &Cx, id: &Id, live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
            let group = live.inputs.group.id();
            match live.inputs.direction {
                Direction::Ingress => {
                    let call = cx.ec2().revoke_security_group_ingress().group_id(group).security_group_rule_ids(id.as_str());
                    found(call.send().await.map_err(|error| fault("ec2:RevokeSecurityGroupIngress", error)))?;
                }
                Direction::Egress => {
                    let call = cx.ec2().revoke_security_group_egress().group_id(group).security_group_rule_ids(id.as_str());
                    found(call.send().await.map_err(|error| fault("ec2:RevokeSecurityGroupEgress", error)))?;
                }
            }
            Ok(Gone::Yes)
        }
    }

    /// AWS's word for the protocol.
    fn protocol(rule: &SecurityGroupRule) -> &'static str {
        if rule.protocol == Protocol::All { "-1" } else { rule.protocol.as_str() }
    }

    /// The ports as AWS takes them: both, or for ICMP type and code; -1 is any.
    fn ports(rule: &SecurityGroupRule) -> (Option<i32>, Option<i32>) {
        let port = rule.port.map(|port| i32::from(port.0));
        match rule.protocol {
            Protocol::Tcp | Protocol::Udp => (port.or(rule.from_port), port.or(rule.to_port)),
            Protocol::Icmp | Protocol::Icmpv6 => (Some(rule.from_port.unwrap_or(-1)), Some(rule.to_port.unwrap_or(-1))),
            Protocol::All => (Some(-1), Some(-1)),
        }
    }

    fn peer(rule: &SecurityGroupRule) -> Option<&str> {
        if rule.itself { Some(rule.group.id()) } else { rule.source.as_ref().map(Ref::id) }
    }

    fn permission(rule: &SecurityGroupRule) -> IpPermission {
        let (from, to) = ports(rule);
        let permission = IpPermission::builder().ip_protocol(protocol(rule)).set_from_port(from).set_to_port(to);
        let description = rule.description.clone();
        let permission = match (&rule.cidr, peer(rule)) {
            (Some(cidr), _) if cidr.is_v6() => {
                permission.ipv6_ranges(Ipv6Range::builder().cidr_ipv6(cidr.to_string()).set_description(description).build())
            }
            (Some(cidr), _) => permission.ip_ranges(IpRange::builder().cidr_ip(cidr.to_string()).set_description(description).build()),
            (None, Some(group)) => {
                permission.user_id_group_pairs(UserIdGroupPair::builder().group_id(group).set_description(description).build())
            }
            (None, None) => permission,
        };
        permission.build()
    }

    fn request(rule: &SecurityGroupRule) -> SecurityGroupRuleRequest {
        let (from, to) = ports(rule);
        let (v4, v6) = match rule.cidr {
            Some(cidr) if cidr.is_v6() => (None, Some(cidr.to_string())),
            Some(cidr) => (Some(cidr.to_string()), None),
            None => (None, None),
        };
        let request = SecurityGroupRuleRequest::builder().ip_protocol(protocol(rule)).set_from_port(from).set_to_port(to);
        let request = request.set_cidr_ipv4(v4).set_cidr_ipv6(v6).set_referenced_group_id(peer(rule).map(ToString::to_string));
        request.description(rule.description.clone().unwrap_or_default()).build()
    }

    fn live(rule: &types::SecurityGroupRule) -> Outcome<Live<SecurityGroupRule>> {
        let missing = |what| missing("ec2:DescribeSecurityGroupRules", what);
        let group = rule.group_id().ok_or_else(|| missing("group id"))?;
        let protocol = match rule.ip_protocol().unwrap_or_default() {
            "-1" => Protocol::All,
            other => Protocol::parse(other).ok_or_else(|| missing("protocol among tcp, udp, icmp, icmpv6 and -1"))?,
        };
        let (from, to) = (rule.from_port(), rule.to_port());
        let ranged = matches!(protocol, Protocol::Tcp | Protocol::Udp);
        let single = from.filter(|_| ranged && from == to).and_then(|port| u16::try_from(port).ok()).map(Port);
        // -1 stands for any; a single port is told as `port`.
        let bound = |port: Option<i32>| port.filter(|&port| port >= 0 && single.is_none() && protocol != Protocol::All);
        let peer = rule.referenced_group_info().and_then(|info| info.group_id());
        let inputs = SecurityGroupRule {
            group: Ref::new(group),
            direction: if rule.is_egress() == Some(true) { Direction::Egress } else { Direction::Ingress },
            protocol,
            port: single,
            from_port: bound(from),
            to_port: bound(to),
            cidr: rule.cidr_ipv4().or(rule.cidr_ipv6()).and_then(Cidr::parse),
            source: peer.filter(|&peer| peer != group).map(Ref::new),
            itself: peer == Some(group),
            description: rule.description().filter(|text| !text.is_empty()).map(ToString::to_string),
            tags: tagging::read(rule.tags()),
        };
        let id = rule.security_group_rule_id().ok_or_else(|| missing("rule id"))?;
        Ok(Live::new(inputs, Outputs { id: id.to_string() }))
    }
}
