//! The part of a plan that was changed behind our back, apart from what the file asks for. Decides nothing.

use crate::plan::types::{Action, Change, Notice, Outage, Plan, Reason};

/// The plan with nothing in it but drift: fields in which only the cloud differs, what is gone, what its owner has moved out of
/// its bounds, and what nobody declares and is not what it was. It has no steps: it says what is, not what to do.
pub fn drift(plan: Plan) -> Plan {
    let changes = plan.changes.into_iter().filter_map(of_change).collect();
    let notices = plan
        .notices
        .into_iter()
        .filter(|notice| matches!(notice, Notice::NotOurs { .. } | Notice::Undeclared { .. } | Notice::Unsettled { .. }))
        .collect();
    Plan { changes, notices, ..Plan::default() }
}

/// Whether there is any.
pub fn has_drift(drift: &Plan) -> bool {
    !drift.changes.is_empty() || drift.notices.iter().any(is_drift)
}

/// Whether a notice tells of drift.
pub(super) fn is_drift(notice: &Notice) -> bool {
    matches!(notice, Notice::Undeclared { .. })
}

fn of_change(change: Change) -> Option<Change> {
    let fields: Vec<_> = change.fields.into_iter().filter(|field| field.drift).collect();
    let vanished = change.reason == Reason::Vanished;
    if fields.is_empty() && !vanished {
        return None;
    }
    let (action, reason) = if vanished { (Action::Create, Reason::Vanished) } else { (Action::Update, Reason::Drift) };
    let fields = if vanished { Vec::new() } else { fields };
    Some(Change { action, reason, fields, outage: Outage::None, expected: 0, needs: Vec::new(), ..change })
}
