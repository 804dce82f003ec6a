//! What the store promises: nothing that was appended is lost, whatever moment the power was cut.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use wcalang_model::kind::{Id, Place};
use wcalang_model::source::{MemoryWorld, OsWorld};
use wcalang_model::value::{Address, Datum, Fields, Secret};

use crate::state::{Crash, DigestKey, Event, Journal, Key, LocalStore, MemoryJournal, Notice, Phase, State, StateError, sealed};

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("wcalang-state-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn store(&self) -> LocalStore {
        LocalStore::new(&self.0, key())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn key() -> Key {
    let place = Place { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() };
    Key { place, stack: "shop".into(), sandbox: false }
}

fn address(name: &str) -> Address {
    Address::new("test.Widget", name)
}

fn fields(pairs: &[(&str, Datum)]) -> Fields {
    pairs.iter().map(|(name, datum)| (name.to_string(), datum.clone())).collect()
}

fn begin(name: &str, generation: u32, after: &[&str]) -> Event {
    Event::Begin {
        address: address(name),
        token: format!("{generation:032x}"),
        mark: format!("{generation:032x}"),
        generation,
        inputs: fields(&[("size", Datum::Int(3)), ("note", Datum::str("zeile\nÄ \"x\"")), ("share", Datum::Float(2.0))]),
        dependencies: after.iter().map(|name| address(name)).collect(),
        protect: false,
        purge: false,
    }
}

fn identified(name: &str, id: &str) -> Event {
    Event::Identified { address: address(name), id: Id::from(id) }
}

fn done(name: &str, after: &[&str]) -> Event {
    Event::Done {
        address: address(name),
        inputs: fields(&[("size", Datum::Int(4)), ("password", Datum::Digest("abc".into()))]),
        outputs: fields(&[("arn", Datum::str("arn:aws:test"))]),
        dependencies: after.iter().map(|name| address(name)).collect(),
        protect: true,
        purge: false,
    }
}

/// A run of some length: two resources, a replacement, a move.
fn batches() -> Vec<Vec<Event>> {
    vec![
        vec![Event::Place { place: key().place }],
        vec![begin("a", 1, &[]), begin("b", 1, &[])],
        vec![identified("a", "a-1")],
        vec![done("a", &[])],
        vec![Event::Voided { address: address("b") }],
        vec![begin("b", 2, &["a"])],
        vec![identified("b", "b-2"), done("b", &["a"])],
        vec![Event::Depose { address: address("a") }, begin("a", 2, &[])],
        vec![identified("a", "a-2"), done("a", &[])],
        vec![Event::DeposedDeleted { address: address("a"), id: Id::from("a-1") }],
        vec![Event::Moved { from: address("a"), to: address("c") }],
        vec![Event::Options { address: address("b"), protect: false, purge: true }],
        vec![Event::Outputs { outputs: fields(&[("url", Datum::str("https://shop.example"))]) }],
        vec![Event::Deleting { address: address("b") }],
        vec![Event::Deleted { address: address("b") }],
    ]
}

/// The states after no batch, after the first, after the first two …
fn states() -> Vec<State> {
    let mut states = vec![State::new("shop")];
    for batch in batches() {
        let mut state = states.last().unwrap().clone();
        state.take(&batch);
        assert_eq!(state.verify(), Vec::<String>::new());
        states.push(state);
    }
    states
}

#[test]
fn a_resource_lives_through_its_phases() {
    let states = states();
    assert_eq!(states[2].resources[&address("b")].phase, Phase::Begun);
    assert_eq!(states[3].resources[&address("a")].phase, Phase::Identified);
    assert!(!states[5].resources.contains_key(&address("b")));
    let replaced = &states[8].resources[&address("a")];
    assert_eq!((replaced.phase, replaced.generation, &replaced.id), (Phase::Begun, 2, &None));
    assert_eq!((replaced.deposed[0].id.as_str(), replaced.deposed[0].generation), ("a-1", 1));
    assert!(states[10].resources[&address("a")].deposed.is_empty());
    assert_eq!(states[11].resources[&address("b")].dependencies, BTreeSet::from([address("c")]));
    assert_eq!(states[14].resources[&address("b")].phase, Phase::Deleting);
    assert_eq!(states[15].resources.keys().collect::<Vec<_>>(), [&address("c")]);
    assert_eq!(states[15].serial, 15);
    assert_eq!(states[15].lives[&address("b")], 2, "each time that nothing was left of it");
}

#[test]
fn an_identity_is_never_forgotten() {
    let mut state = State::new("shop");
    state.take(&[begin("a", 1, &[]), identified("a", "a-1"), done("a", &[]), begin("a", 2, &[])]);
    assert_eq!(state.resources[&address("a")].deposed[0].id.as_str(), "a-1");
    state.take(&[Event::Voided { address: address("a") }]);
    let recorded = &state.resources[&address("a")];
    assert_eq!((recorded.phase, recorded.deposed.len()), (Phase::Absent, 1));
    assert_eq!(state.verify(), Vec::<String>::new());
    state.take(&[Event::DeposedDeleted { address: address("a"), id: Id::from("a-1") }]);
    assert!(state.resources.is_empty());
}

#[test]
fn events_about_nothing_change_nothing() {
    let mut state = State::new("shop");
    for event in [
        identified("x", "1"),
        done("x", &[]),
        Event::Voided { address: address("x") },
        Event::Depose { address: address("x") },
        Event::Deleting { address: address("x") },
        Event::Deleted { address: address("x") },
        Event::DeposedDeleted { address: address("x"), id: Id::from("1") },
        Event::Moved { from: address("x"), to: address("y") },
        Event::Options { address: address("x"), protect: true, purge: true },
    ] {
        state.record(&event);
    }
    assert_eq!(state, State::new("shop"));
}

#[test]
fn verify_names_what_is_wrong() {
    let good = states().remove(11);
    let check = |spoil: &dyn Fn(&mut State), words: &str| {
        let mut state = good.clone();
        spoil(&mut state);
        let wrong = state.verify();
        assert!(wrong.iter().any(|line| line.contains(words)), "{words}: {wrong:?}");
    };
    let b = || address("b");
    check(&|state| state.resources.get_mut(&b()).unwrap().id = None, "has no identity");
    check(&|state| state.resources.get_mut(&b()).unwrap().phase = Phase::Begun, "is only begun and has an identity");
    check(&|state| state.resources.get_mut(&b()).unwrap().phase = Phase::Absent, "nothing of it is left");
    check(&|state| _ = state.resources.get_mut(&b()).unwrap().dependencies.insert(b()), "depends on itself");
    check(&|state| state.resources.get_mut(&b()).unwrap().id = Some(Id::from("a-2")), "recorded twice");
    let secret = || Datum::List(vec![Datum::Record(fields(&[("key", Datum::Secret(Secret::new("x")))]))]);
    check(&|state| _ = state.resources.get_mut(&b()).unwrap().inputs.insert("deep".into(), secret()), "holds a secret");
    check(&|state| _ = state.outputs.insert("deep".into(), secret()), "outputs hold a secret");
}

#[test]
fn what_is_closed_or_dropped_is_read_again() {
    for close_after in 0..=batches().len() {
        let folder = Folder::new();
        for (index, batch) in batches().iter().enumerate() {
            let opened = folder.store().open(&OsWorld).unwrap();
            assert_eq!(opened.notices, []);
            let mut journal = opened.content;
            assert_eq!(*journal.state(), states()[index]);
            journal.append(batch).unwrap();
            if index % 3 == 0 || index == close_after {
                journal.close().unwrap();
            }
        }
        assert_eq!(folder.store().read().unwrap().content, *states().last().unwrap());
        let log: Vec<_> = folder.store().log().unwrap().into_iter().map(|batch| batch.events).collect();
        assert_eq!(log, batches());
    }
}

#[test]
fn a_journal_cut_at_any_byte_is_a_prefix() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    for batch in batches() {
        journal.append(&batch).unwrap();
    }
    drop(journal);
    let path = folder.store().folder().join("journal.jsonl");
    let whole = fs::read(&path).unwrap();
    let states = states();
    for length in 0..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let lines = whole[..length].iter().filter(|&&byte| byte == b'\n').count();
        let torn = length > 0 && whole[length - 1] != b'\n';
        let read = folder.store().read().unwrap();
        assert_eq!(read.content, states[lines], "cut at {length}");
        assert_eq!(read.notices.len(), usize::from(torn));
        if length % 7 == 0 {
            // The next run goes on from there.
            let opened = folder.store().open(&OsWorld).unwrap();
            assert_eq!(opened.notices, read.notices);
            let mut journal = opened.content;
            journal.append(&batches()[lines.min(batches().len() - 1)]).unwrap();
            let state = journal.state().clone();
            drop(journal);
            assert_eq!(folder.store().read().unwrap().content, state);
            assert_eq!(folder.store().read().unwrap().notices, []);
        }
    }
}

#[test]
fn a_last_line_that_is_wrong_is_cut_and_kept() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    batches().iter().take(4).for_each(|batch| journal.append(batch).unwrap());
    drop(journal);
    let path = folder.store().folder().join("journal.jsonl");
    let mut text = fs::read(&path).unwrap();
    let near_the_end = text.len() - 40;
    text[near_the_end] ^= 1;
    fs::write(&path, &text).unwrap();
    let opened = folder.store().open(&OsWorld).unwrap();
    assert_eq!(*opened.content.state(), states()[3]);
    assert!(matches!(opened.notices[..], [Notice::TornTail { serial: 3, .. }]));
    let kept = fs::read(folder.store().folder().join("journal.torn")).unwrap();
    assert!(text.ends_with(kept.strip_suffix(b"\n").unwrap()));
}

#[test]
fn damage_in_the_middle_is_an_error_and_overwrites_nothing() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    batches().iter().for_each(|batch| journal.append(batch).unwrap());
    drop(journal);
    let path = folder.store().folder().join("journal.jsonl");
    let whole = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    let without_third: String = lines.iter().enumerate().filter(|(index, _)| *index != 2).map(|(_, line)| *line).collect();
    for (text, at, words) in [
        (whole.replace("a-1", "a-9"), "line 3", "checksum"),
        (without_third, "line 3", "it has serial 4, and 3 is what follows"),
        (lines[1..].concat(), "line 1", "it has serial 2, and 1 is what follows"),
    ] {
        fs::write(&path, &text).unwrap();
        let error = folder.store().open(&OsWorld).unwrap_err();
        assert_eq!(error, folder.store().read().unwrap_err());
        let StateError::Damaged { at: found, what, .. } = &error else { panic!("{error}") };
        assert_eq!(found, at);
        assert!(what.contains(words), "{what}");
        assert_eq!(error.problem().code.id, "E0802");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_newer_format_is_never_cut() {
    let folder = Folder::new();
    drop(folder.store().open(&OsWorld).unwrap());
    let path = folder.store().folder().join("journal.jsonl");
    let line = sealed::seal(&serde_json::json!({ "v": 2, "something": "else" })).unwrap();
    fs::write(&path, &line).unwrap();
    assert_eq!(folder.store().open(&OsWorld).unwrap_err(), StateError::Newer { path: path.clone(), version: 2 });
    assert_eq!(fs::read_to_string(&path).unwrap(), line);
}

#[test]
fn a_damaged_snapshot_is_an_error() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    batches().iter().for_each(|batch| journal.append(batch).unwrap());
    journal.close().unwrap();
    let path = folder.store().folder().join("snapshot.json");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() - 1 {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(folder.store().read().unwrap_err(), StateError::Damaged { .. }), "cut at {length}");
    }
}

#[test]
fn a_crash_between_snapshot_and_journal_repeats_nothing() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    batches().iter().for_each(|batch| journal.append(batch).unwrap());
    let path = folder.store().folder().join("journal.jsonl");
    let before = fs::read(&path).unwrap();
    journal.close().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"");
    fs::write(&path, before).unwrap();
    assert_eq!(folder.store().read().unwrap().content, *states().last().unwrap());
    fs::remove_file(&path).unwrap();
    assert_eq!(folder.store().read().unwrap().content, *states().last().unwrap());
}

#[test]
fn a_long_journal_is_folded_while_it_is_written() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    let big = Event::Outputs { outputs: fields(&[("text", Datum::str("x".repeat(300_000)))]) };
    for _ in 0..9 {
        journal.append(std::slice::from_ref(&big)).unwrap();
    }
    assert!(folder.store().folder().join("snapshot.json").exists());
    assert!(fs::metadata(folder.store().folder().join("journal.jsonl")).unwrap().len() < 400_000);
    let state = journal.state().clone();
    drop(journal);
    assert_eq!(state.serial, 9);
    assert_eq!(folder.store().read().unwrap().content, state);
}

#[test]
fn the_second_handle_is_told_who_holds_the_lock() {
    let folder = Folder::new();
    let world =
        MemoryWorld { now: std::time::Duration::from_secs(77), env: [("HOSTNAME".into(), "box".into())].into(), ..MemoryWorld::default() };
    let first = folder.store().open(&world).unwrap();
    let StateError::Held { holder } = folder.store().open(&world).unwrap_err() else { panic!() };
    assert_eq!((holder.pid, holder.host.as_str(), holder.since), (std::process::id(), "box", 77));
    assert_eq!(folder.store().read().unwrap().content, State::new("shop"));
    drop(first);
    folder.store().open(&world).unwrap();
}

#[test]
fn another_stack_or_place_is_refused() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    let elsewhere = Place { region: "us-east-1".into(), ..key().place };
    journal.append(&[Event::Place { place: elsewhere }]).unwrap();
    drop(journal);
    let error = folder.store().read().unwrap_err();
    assert!(error.to_string().contains("us-east-1"), "{error}");
}

#[test]
fn every_key_has_a_folder_of_its_own() {
    let sandbox = Key { sandbox: true, ..key() };
    let odd = Key { stack: "a/../b".into(), ..key() };
    assert_eq!(key().folder(), "aws-123456789012-eu-west-1-shop");
    assert_eq!(sandbox.folder(), "sandbox-aws-123456789012-eu-west-1-shop");
    assert_eq!(odd.folder(), "aws-123456789012-eu-west-1-a%2f%2e%2e%2fb");
    assert_eq!(sandbox.section(), "sandbox/aws/123456789012/eu-west-1");
}

#[test]
fn no_secret_reaches_a_file() {
    let folder = Folder::new();
    let store = folder.store();
    let secret = Secret::new("hunter2-hunter2");
    let inputs = fields(&[("password", Datum::Secret(secret.clone())), ("list", Datum::List(vec![Datum::Secret(secret.clone())]))]);
    let key = store.need_digest_key(&OsWorld).unwrap();
    let mut journal = store.open(&OsWorld).unwrap().content;
    let begin = |inputs: &Fields| Event::Begin {
        address: address("a"),
        token: "0".repeat(32),
        mark: String::new(),
        generation: 1,
        inputs: inputs.clone(),
        dependencies: BTreeSet::new(),
        protect: false,
        purge: false,
    };
    journal.append(&[begin(&inputs)]).unwrap();
    assert_eq!(journal.state().verify(), Vec::<String>::new());
    assert_eq!(store.read().unwrap().content, *journal.state());
    journal
        .append(&[Event::Voided { address: address("a") }, begin(&key.seal(&inputs)), Event::Outputs { outputs: inputs.clone() }])
        .unwrap();
    let recorded = journal.state().resources[&address("a")].inputs["password"].clone();
    assert_eq!(recorded, Datum::Digest(key.digest(&secret)));
    journal.close().unwrap();
    let mut read = 0;
    for entry in fs::read_dir(store.folder()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(7).any(|window| window == b"hunter2"));
        read += 1;
    }
    assert!(read >= 4);
}

#[test]
fn the_digest_key_is_kept_and_private() {
    let folder = Folder::new();
    let store = folder.store();
    assert_eq!(store.digest_key().unwrap(), None);
    let key = store.need_digest_key(&OsWorld).unwrap();
    assert_eq!(store.digest_key().unwrap(), Some(key.clone()));
    assert_eq!(store.need_digest_key(&OsWorld).unwrap(), key);
    assert_ne!(DigestKey::new(&OsWorld), key);
    assert_eq!(key.digest(&Secret::new("a")), key.digest(&Secret::new("a")));
    assert_ne!(key.digest(&Secret::new("a")), key.digest(&Secret::new("b")));
    assert_eq!(key.digest(&Secret::new("a")).len(), 64);
    let path = store.folder().join("digest.key");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(!format!("{key:?}").contains(fs::read_to_string(&path).unwrap().trim()));
    fs::write(&path, "é".repeat(32)).unwrap();
    assert!(matches!(store.digest_key().unwrap_err(), StateError::Damaged { .. }));
    assert_eq!(fs::read_to_string(folder.0.join(".wcalang/.gitignore")).unwrap(), "*\n");
}

/// HMAC-SHA256 of the empty text under 32 zero bytes, as Python's `hmac` gives it.
#[test]
fn the_digest_is_hmac_sha256() {
    let key = DigestKey::from_text("0".repeat(64).as_bytes()).unwrap();
    assert_eq!(key.digest(&Secret::new("")), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

#[test]
fn the_memory_journal_cuts_the_power() {
    let mut before = MemoryJournal::new(State::new("shop")).crash(Crash::Before(2));
    let mut after = MemoryJournal::new(State::new("shop")).crash(Crash::After(2));
    let append = |journal: &mut MemoryJournal| batches().iter().take(3).map(|batch| journal.append(batch).is_ok()).collect::<Vec<_>>();
    assert_eq!(append(&mut before), [true, false, false]);
    assert_eq!(append(&mut after), [true, false, false]);
    assert_eq!((before.state(), after.state()), (&states()[1], &states()[2]));
    assert_eq!(after.batches(), &batches()[..2]);
}

/// `/dev/full` refuses every write, and to be cut: what is on the disk is not known.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing_and_stops_the_journal() {
    let folder = Folder::new();
    let mut journal = folder.store().open(&OsWorld).unwrap().content;
    journal.append(&batches()[0]).unwrap();
    let full = fs::OpenOptions::new().append(true).open("/dev/full").unwrap();
    let mut journal = journal.writing_to(full);
    let error = journal.append(&batches()[1]).unwrap_err();
    assert!(matches!(error, StateError::Io { doing: "write", .. }), "{error}");
    assert!(matches!(journal.append(&batches()[1]).unwrap_err(), StateError::Broken { .. }));
    assert_eq!(*journal.state(), states()[1]);
    journal.close().unwrap();
    assert_eq!(folder.store().read().unwrap().content, states()[1]);
}

#[test]
fn an_unsettled_intent_is_not_forgotten() {
    let mut journal = MemoryJournal::new(State::new("shop"));
    journal.append(&[begin("a", 1, &[])]).unwrap();
    journal.append(&[begin("a", 1, &[])]).unwrap();
    assert_eq!(journal.append(&[begin("a", 2, &[])]).unwrap_err(), StateError::Unsettled { address: address("a") });
    assert_eq!(journal.state().resources[&address("a")].generation, 1);
    journal.append(&[Event::Voided { address: address("a") }, begin("a", 2, &[])]).unwrap();
    journal.append(&[identified("a", "a-2"), Event::Depose { address: address("a") }, begin("a", 3, &[])]).unwrap();
}

/// Appends until it is killed; says after each append how many there were.
#[test]
#[ignore = "the other process of `a_killed_process_holds_nothing_and_loses_nothing`"]
fn appends_until_it_is_killed() {
    use std::io::Write as _;
    let Ok(folder) = std::env::var("WCALANG_TEST_STATE") else { return };
    let store = LocalStore::new(std::path::Path::new(&folder), key());
    let mut journal = store.open(&OsWorld).unwrap().content;
    let mut said = fs::File::create(std::path::Path::new(&folder).join("said")).unwrap();
    loop {
        journal.append(&[begin("a", 1, &[])]).unwrap();
        said.write_all(b".").unwrap();
    }
}

#[test]
fn a_killed_process_holds_nothing_and_loses_nothing() {
    for round in 1..=3 {
        let folder = Folder::new();
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "state::tests::appends_until_it_is_killed", "--ignored"])
            .env("WCALANG_TEST_STATE", &folder.0)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let said = || fs::metadata(folder.0.join("said")).map_or(0, |file| file.len());
        while said() < 20 * round {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        let StateError::Held { holder } = folder.store().open(&OsWorld).unwrap_err() else { panic!() };
        assert_eq!(holder.pid, child.id());
        assert!(folder.store().read().unwrap().content.serial >= 20 * round);
        child.kill().unwrap();
        child.wait().unwrap();
        let journal = folder.store().open(&OsWorld).unwrap().content;
        assert!(journal.state().serial >= said(), "{} said, {} recorded", said(), journal.state().serial);
    }
}
