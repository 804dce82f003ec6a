//! The whole product on a real AWS wire protocol: the built binary, a proxy of our own, and the product's own emulator.
//!
//! A trial has an empty account of its own (`emulator`), a proxy before it that counts and spoils calls (`proxy`), and a
//! folder with the examples (`bench`). What stands in an account is compared by `inventory`, which takes no ids into account.
//! Everything listens on loopback, on free ports, and ends with the run. The first run fetches the emulator's packages.

mod bench;
mod blocks;
mod crash;
mod edits;
mod emulator;
mod examples;
mod fields;
mod glance;
mod inventory;
mod laws;
mod platform;
mod proxy;
mod refresh;
mod refused;
mod saved;
mod scenes;
mod traps;
mod undeclared;
mod wca_live;

use libtest_mimic::Trial;

/// The trials, the longest first.
pub fn trials() -> Vec<Trial> {
    let mut trials = wca_live::trials();
    trials.extend(crash::trials());
    trials.extend(edits::trials());
    trials.extend(fields::trials());
    trials.extend(scenes::trials());
    trials.extend(laws::trials());
    trials.extend(platform::trials());
    trials.extend(examples::trials());
    trials.extend(saved::trials());
    trials.extend(blocks::trials());
    trials.extend(refresh::trials());
    trials.extend(refused::trials());
    trials.extend(traps::trials());
    trials.extend(undeclared::trials());
    trials.extend(glance::trials());
    trials
}

/// A trial of one function, which panics where something does not hold.
fn trial(name: &str, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(format!("aws/{name}"), || {
        run();
        Ok(())
    })
}
