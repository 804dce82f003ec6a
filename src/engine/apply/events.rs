//! The records that a run writes of a resource. Writes none itself.

use wcalang_model::value::{Address, Fields};

use crate::apply::execute::Runner;
use crate::plan::to_record;
use crate::state::Event;

impl Runner<'_, '_> {
    /// It will now be made.
    pub(super) fn begin_event(&self, address: &Address, token: String, mark: String, generation: u32, inputs: Fields) -> Option<Event> {
        let resource = self.given.desired?.resources.get(address)?;
        let dependencies = self.dependencies.get(address).map(|all| all.keys().cloned().collect()).unwrap_or_default();
        let (address, protect, purge) = (address.clone(), resource.protect, resource.purge);
        Some(Event::Begin { address, token, mark, generation, inputs, dependencies, protect, purge })
    }

    /// It stands as wanted.
    pub(super) fn done_event(&self, address: &Address, wanted: &Fields, recorded: Option<&Fields>, outputs: Fields) -> Option<Event> {
        let resource = self.given.desired?.resources.get(address)?;
        let dependencies = self.dependencies.get(address).map(|all| all.keys().cloned().collect()).unwrap_or_default();
        let inputs = to_record(wanted, recorded, self.given.secrets);
        let (address, protect, purge) = (address.clone(), resource.protect, resource.purge);
        Some(Event::Done { address, inputs, outputs, dependencies, protect, purge })
    }

    /// Its replacement was not made: what this run deposed for it is the current one again.
    pub(super) fn restore_event(&self, address: &Address) -> Option<Event> {
        let before = self.recorded_before(address)?;
        let id = before.id.clone()?;
        self.recorded(address)?.deposed.iter().find(|deposed| deposed.id == id)?;
        Some(Event::Adopted {
            address: address.clone(),
            id,
            token: before.token.clone(),
            mark: before.mark.clone(),
            generation: before.generation,
            inputs: before.inputs.clone(),
            outputs: before.outputs.clone(),
            dependencies: before.dependencies.clone(),
            protect: before.protect,
            purge: before.purge,
        })
    }
}
