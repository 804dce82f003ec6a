//! Pins survive the file, and only what is not pinned is asked.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;

use wcalang_model::kind::{Cx, Fault, FaultClass, LocalFuture, LookupEntry, Outcome, Place, RecordSchema, Schemas};
use wcalang_model::value::{Block, Datum, Fields, Lookup, Secret};

use crate::lookup::{PinFile, Pins, resolve};
use crate::state::Key;

fn place() -> Place {
    Place { partition: "aws".into(), account: "123456789012".into(), region: "eu-west-1".into() }
}

fn key(sandbox: bool) -> Key {
    Key { place: place(), stack: "shop".into(), sandbox }
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, text)| (name.to_string(), Datum::str(*text))).collect()
}

fn certificate(domain: &str) -> Lookup {
    Lookup { name: "certificate".into(), arguments: fields(&[("domain", domain)]) }
}

fn block(tier: &str, zone: u32) -> Block {
    Block { network: "main".into(), tier: tier.into(), zone }
}

fn temporary(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("wcalang-pins-{}-{name}.wca.lock", std::process::id()))
}

fn filled() -> PinFile {
    let mut file = PinFile::default();
    file.account = Some("123456789012".into());
    let pins = file.pins(&key(false));
    pins.set(&certificate("shop.example"), fields(&[("arn", "arn:aws:acm:1")]));
    pins.set(&certificate("blog.example"), fields(&[("arn", "arn:aws:acm:2")]));
    let app = |zone, text: &str| (block("app", zone), text.parse().unwrap());
    pins.set_blocks(&BTreeMap::from([app(2, "10.0.4.0/22"), app(1, "10.0.0.0/22")]));
    file.pins(&key(true)).set(&certificate("shop.example"), fields(&[("arn", "arn:aws:acm:emulated")]));
    file
}

const FILLED: &str = r#"{
  "version": 1,
  "account": "123456789012",
  "sections": {
    "aws/123456789012/eu-west-1": {
      "blocks": {
        "main": {
          "app": {
            "1": "10.0.0.0/22",
            "2": "10.0.4.0/22"
          }
        }
      },
      "lookups": {
        "certificate": [
          {
            "arguments": {
              "domain": "blog.example"
            },
            "answer": {
              "arn": "arn:aws:acm:2"
            }
          },
          {
            "arguments": {
              "domain": "shop.example"
            },
            "answer": {
              "arn": "arn:aws:acm:1"
            }
          }
        ]
      }
    },
    "sandbox/aws/123456789012/eu-west-1": {
      "lookups": {
        "certificate": [
          {
            "arguments": {
              "domain": "shop.example"
            },
            "answer": {
              "arn": "arn:aws:acm:emulated"
            }
          }
        ]
      }
    }
  }
}
"#;

#[test]
fn pins_are_written_sorted_and_read_back() {
    let path = temporary("round-trip");
    filled().write(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), FILLED);
    let read = PinFile::read(&path).unwrap();
    assert_eq!(read, filled());
    let pins = read.section(&key(false)).unwrap();
    assert_eq!(pins.get(&certificate("shop.example")), Some(&fields(&[("arn", "arn:aws:acm:1")])));
    assert_eq!(pins.get(&certificate("other.example")), None);
    assert_eq!(pins.blocks()[&block("app", 2)].to_string(), "10.0.4.0/22");
    assert_eq!(pins.blocks_of("main").count(), 2);
    assert_eq!(pins.blocks_of("other").count(), 0);
    assert_eq!(read.offline(None, "eu-west-1"), Some(pins));
    assert_eq!(read.offline(Some("123456789012"), "eu-west-2"), None);
    assert_eq!(PinFile::default().offline(None, "eu-west-1"), None);
    fs::remove_file(&path).unwrap();
}

#[test]
fn what_is_gone_from_the_file_is_forgotten() {
    let mut file = filled();
    let pins = file.pins(&key(false));
    pins.keep_only(&[certificate("shop.example")]);
    assert_eq!(pins.answers().map(|(lookup, _)| lookup.clone()).collect::<Vec<_>>(), [certificate("shop.example")]);
    let kept = BTreeMap::from([(block("app", 1), pins.blocks()[&block("app", 1)])]);
    pins.keep_only_blocks(&kept);
    assert_eq!(*pins.blocks(), kept);
    pins.forget_answers();
    pins.keep_only_blocks(&BTreeMap::new());
    assert!(pins.is_empty());
    assert!(!file.to_text().unwrap().contains("\"aws/123456789012/eu-west-1\": {\n"));
}

#[test]
fn no_file_is_no_pins_and_no_pins_is_no_file() {
    let path = temporary("none");
    let file = PinFile::read(&path).unwrap();
    assert_eq!(file, PinFile::default());
    file.write(&path).unwrap();
    assert!(!path.exists());
}

#[test]
fn a_damaged_lock_file_is_a_problem_that_says_where() {
    let path = temporary("damaged");
    for (text, code, words) in [
        (FILLED.replacen("      \"lookups\"", "<<<<<<< ours\n      \"lookups\"", 1), "E0810", "line 14"),
        (FILLED.replace("\"version\": 1", "\"version\": 2"), "E0811", "format 2"),
        (FILLED.replace("\"arguments\"", "\"argument\""), "E0810", "unknown field `argument`"),
        (FILLED.replace("10.0.4.0/22", "10.0.5.0/22"), "E0810", "\"10.0.5.0/22\" of main/app/2 is no address block"),
        (String::new(), "E0810", "EOF"),
    ] {
        fs::write(&path, &text).unwrap();
        let problem = PinFile::read(&path).unwrap_err().problem();
        assert_eq!(problem.code.id, code);
        assert!(problem.message.contains(words), "{}", problem.message);
        assert!(problem.help.is_some());
    }
    fs::remove_file(&path).unwrap();
}

#[test]
fn no_secret_reaches_the_lock_file() {
    let mut file = PinFile::default();
    let answer = Fields::from([("password".to_string(), Datum::Secret(Secret::new("hunter2")))]);
    file.pins(&key(false)).set(&certificate("shop.example"), answer);
    assert!(!file.to_text().unwrap().contains("hunter2"));
}

static NOTHING: RecordSchema = RecordSchema { name: "Nothing", doc: "", fields: &[] };

static LOOKUPS: &[LookupEntry] = &[
    LookupEntry { name: "certificate", arguments: &NOTHING, outputs: &NOTHING, ask: Some(answer) },
    LookupEntry { name: "offline", arguments: &NOTHING, outputs: &NOTHING, ask: None },
];

/// Answers with the domain, and notes in the clients what was asked.
fn answer<'a>(cx: &'a Cx, arguments: &'a Fields) -> LocalFuture<'a, Outcome<Fields>> {
    Box::pin(async move {
        let domain = arguments["domain"].as_str().unwrap();
        cx.clients.downcast_ref::<RefCell<Vec<String>>>().unwrap().borrow_mut().push(domain.to_string());
        let lost = || Fault {
            class: FaultClass::NotFound,
            operation: "acm:ListCertificates".into(),
            code: String::new(),
            message: String::new(),
            field: None,
        };
        if domain == "missing.example" { Err(lost()) } else { Ok(fields(&[("arn", domain)])) }
    })
}

#[test]
fn only_what_is_not_pinned_is_asked_and_once() {
    let asked = Rc::new(RefCell::new(Vec::<String>::new()));
    let cx = Cx { place: place(), clients: asked.clone() };
    let schemas = Schemas { kinds: &[], lookups: LOOKUPS };
    let mut pins = Pins::default();
    pins.set(&certificate("pinned.example"), fields(&[("arn", "before")]));
    let unknown = |name: &str| Lookup { name: name.into(), arguments: Fields::new() };
    let lookups = vec![
        certificate("new.example"),
        certificate("pinned.example"),
        certificate("missing.example"),
        certificate("new.example"),
        unknown("offline"),
        unknown("nowhere"),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answered = runtime.block_on(resolve(&cx, &schemas, lookups, &mut pins));
    assert_eq!(
        answered.answers,
        [(certificate("new.example"), fields(&[("arn", "new.example")])), (certificate("pinned.example"), fields(&[("arn", "before")])),]
    );
    let faults: Vec<_> = answered.faults.iter().map(|(lookup, fault)| (lookup.name.as_str(), fault.class)).collect();
    assert_eq!(faults, [("certificate", FaultClass::NotFound), ("offline", FaultClass::Invalid), ("nowhere", FaultClass::Invalid)]);
    assert_eq!(*asked.borrow(), ["new.example", "missing.example"]);
    assert!(pins.get(&certificate("new.example")).is_some());
    assert!(pins.get(&certificate("missing.example")).is_none());
}
