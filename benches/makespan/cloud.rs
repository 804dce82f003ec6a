//! AWS's kinds in front of a simulated cloud: their real schemas, and calls that take their time and refuse what is too early.
//!
//! A kind takes as long as the plan expects of it. One that waits says after that time that it is ready. A role is made at once, and
//! what refers to it is refused until its time has passed. Of any other the create takes all of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use wcalang_model::kind::{
    AnyCreated, AnyKind, AnyLive, Changed, Cx, DecodeError, Deletion, Entry, Fault, FaultClass, FieldSchema, FieldType, Gone, Id, Intent,
    KindSchema, LocalFuture, Outcome, Place, Ready, RecordSchema, Schemas,
};
use wcalang_model::value::{Datum, Fields, Lookup};

use crate::facts::facts;

/// How long a call takes that does nothing but answer.
const CALL: Duration = Duration::from_millis(200);
/// What a deletion takes, in seconds, that is over with its call.
const AT_ONCE: u32 = 2;
/// What can be used only some time after it was made, though nothing says when.
const SETTLES: &[&str] = &["iam.Role"];

/// Where it all stands.
pub fn place() -> Place {
    Place { partition: "aws".into(), account: "123456789012".into(), region: "us-west-2".into() }
}

/// AWS's kinds with the calls of the simulation.
pub fn schemas() -> Schemas {
    static KINDS: OnceLock<&'static [Entry]> = OnceLock::new();
    let real = facts(place()).schemas;
    let simulated = |entry: &Entry| {
        let calls: &'static Simulated = Box::leak(Box::new(Simulated { schema: entry.schema, canonical: entry.canonical }));
        Entry { schema: entry.schema, canonical: entry.canonical, calls: Some(calls) }
    };
    let kinds = KINDS.get_or_init(|| Box::leak(real.kinds.iter().map(simulated).collect()));
    Schemas { kinds, ..real }
}

/// What a lookup answers.
pub fn answer(lookup: &Lookup, output: &str) -> Option<Datum> {
    let schema = facts(place()).schemas.lookup(&lookup.name)?.outputs;
    schema.field(output).map(|field| made_up(field.name, &field.ty, &lookup.name))
}

/// A thing in the cloud.
struct Thing {
    schema: &'static KindSchema,
    inputs: Fields,
    outputs: Fields,
    /// From when on others may use it.
    usable: Instant,
    /// When it will be gone, once it is deleted.
    gone: Option<Instant>,
}

type Key = (&'static str, String);

/// The cloud.
pub struct Cloud {
    /// By kind and identity: a name may be that of several kinds.
    things: RefCell<BTreeMap<Key, Thing>>,
    made: Cell<u32>,
    calls: Cell<u32>,
}

impl Cloud {
    /// An empty one.
    pub fn new() -> Rc<Self> {
        Rc::new(Cloud { things: RefCell::default(), made: Cell::new(0), calls: Cell::new(0) })
    }

    /// The context of calls to it.
    pub fn cx(self: &Rc<Self>) -> Cx {
        Cx { place: place(), clients: Rc::<Cloud>::clone(self) }
    }

    /// How many calls it has had.
    pub fn calls(&self) -> u32 {
        self.calls.get()
    }
}

/// A kind of the simulation.
struct Simulated {
    schema: &'static KindSchema,
    canonical: fn(&Fields) -> Result<Fields, DecodeError>,
}

impl Simulated {
    /// A call: the cloud, once it has taken its time.
    async fn call(&self, cx: &Cx, takes: Duration) -> Outcome<Rc<Cloud>> {
        let cloud: Rc<Cloud> = Rc::clone(&cx.clients).downcast().map_err(|_| self.fault(FaultClass::Invalid, "no simulated cloud"))?;
        cloud.calls.set(cloud.calls.get() + 1);
        sleep(takes).await;
        Ok(cloud)
    }

    fn fault(&self, class: FaultClass, message: &str) -> Fault {
        Fault { class, operation: self.schema.name.to_string(), code: String::new(), message: message.to_string(), field: None }
    }

    fn key(&self, id: &str) -> Key {
        (self.schema.name, id.to_string())
    }

    /// How long a create takes until others may use what it makes.
    fn create_takes(&self) -> u32 {
        facts(place()).expected(self.schema.name).create
    }

    fn outputs(&self, inputs: &Fields, place: &Place, number: u32) -> Fields {
        let mut outputs = (self.schema.foresee)(inputs, place);
        outputs.retain(|_, datum| datum.is_known());
        for field in self.schema.outputs.fields {
            outputs
                .entry(field.name.to_string())
                .or_insert_with(|| made_up(field.name, &field.ty, &format!("{}-{number}", self.schema.name)));
        }
        outputs
    }
}

impl AnyKind for Simulated {
    fn create<'a>(&'a self, cx: &'a Cx, new: &'a Fields, _intent: &'a Intent) -> LocalFuture<'a, Outcome<AnyCreated>> {
        Box::pin(async move {
            let takes = Duration::from_secs(u64::from(self.create_takes()));
            let lasts = self.schema.waits || SETTLES.contains(&self.schema.name);
            // What is read afterwards is a part of it.
            let began = Instant::now();
            let cloud = self.call(cx, if lasts { CALL } else { takes - CALL }).await?;
            let early =
                cloud.things.borrow().iter().any(|(key, thing)| thing.usable > Instant::now() && refers(self.schema, new, key, false));
            if early {
                return Err(self.fault(FaultClass::NotYet, "what it refers to cannot be used yet"));
            }
            cloud.made.set(cloud.made.get() + 1);
            let inputs = (self.canonical)(new).map_err(|error| self.fault(FaultClass::Invalid, &error.message))?;
            let outputs = self.outputs(&inputs, &cx.place, cloud.made.get());
            let id = outputs.get(self.schema.identity()).and_then(Datum::as_str).unwrap_or_default().to_string();
            let usable = if lasts { began + takes } else { began };
            let thing = Thing { schema: self.schema, inputs, outputs, usable, gone: None };
            cloud.things.borrow_mut().insert(self.key(&id), thing);
            Ok(AnyCreated { id: Id(id), outputs: None })
        })
    }

    fn find<'a>(&'a self, cx: &'a Cx, _new: &'a Fields, _intent: &'a Intent) -> LocalFuture<'a, Outcome<Option<Id>>> {
        Box::pin(async move { self.call(cx, CALL).await.map(|_| None) })
    }

    fn read<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>> {
        Box::pin(async move {
            let cloud = self.call(cx, CALL).await?;
            let things = cloud.things.borrow();
            let live = |thing: &Thing| {
                let mut inputs = thing.inputs.clone();
                inputs.retain(|name, _| self.schema.inputs.field(name).is_some_and(|field| !field.write_only));
                AnyLive { inputs, outputs: thing.outputs.clone(), unread: &[], behind: None }
            };
            Ok(ids.iter().map(|id| things.get(&self.key(id.as_str())).map(live)).collect())
        })
    }

    fn glance<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>> {
        self.read(cx, ids)
    }

    fn update<'a>(
        &'a self,
        cx: &'a Cx,
        id: &'a Id,
        _live: &'a AnyLive,
        _new: &'a Fields,
        changed: &'a Changed,
    ) -> LocalFuture<'a, Outcome<()>> {
        Box::pin(async move {
            self.call(cx, CALL).await?;
            Err(self.fault(FaultClass::Invalid, &format!("{id} is as it was made, and yet {:?} is to be changed", changed.0)))
        })
    }

    fn ready<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<Ready>> {
        Box::pin(async move {
            let cloud = self.call(cx, CALL).await?;
            let things = cloud.things.borrow();
            let usable = things.get(&self.key(id.as_str())).is_some_and(|thing| thing.usable <= Instant::now());
            Ok(if usable { Ready::Yes } else { Ready::Wait("pending".to_string()) })
        })
    }

    fn roll<'a>(&'a self, cx: &'a Cx, _id: &'a Id) -> LocalFuture<'a, Outcome<()>> {
        Box::pin(async move { self.call(cx, CALL).await.map(|_| ()) })
    }

    fn rolled<'a>(&'a self, cx: &'a Cx, _id: &'a Id) -> LocalFuture<'a, Outcome<Ready>> {
        Box::pin(async move { self.call(cx, CALL).await.map(|_| Ready::Yes) })
    }

    fn delete<'a>(&'a self, cx: &'a Cx, id: &'a Id, _live: &'a AnyLive, _how: &'a Deletion) -> LocalFuture<'a, Outcome<Gone>> {
        Box::pin(async move {
            let takes = facts(place()).expected(self.schema.name).delete;
            let began = Instant::now();
            let lasts = takes > AT_ONCE;
            let takes = Duration::from_secs(u64::from(takes));
            let cloud = self.call(cx, if lasts { CALL } else { takes }).await?;
            let mut things = cloud.things.borrow_mut();
            let key = self.key(id.as_str());
            if let Some((user, _)) = things.iter().find(|(_, thing)| refers(thing.schema, &thing.inputs, &key, true)) {
                return Err(self.fault(FaultClass::NotYet, &format!("{user:?} still uses {id}")));
            }
            let Some(thing) = things.get_mut(&key) else { return Ok(Gone::Yes) };
            let gone = *thing.gone.get_or_insert(if lasts { began + takes } else { began });
            if gone > Instant::now() {
                return Ok(Gone::Wait("deleting".to_string()));
            }
            things.remove(&key);
            Ok(Gone::Yes)
        })
    }
}

/// Whether these fields of a kind refer to this thing; `idle`: also where it need not work yet.
fn refers(schema: &KindSchema, fields: &Fields, key: &Key, idle: bool) -> bool {
    fn within(ty: &FieldType, datum: &Datum, key: &Key, idle: bool) -> bool {
        let is_in = |item: &FieldType, datum: &Datum| within(item, datum, key, idle);
        match (ty, datum) {
            (FieldType::Ref(kinds), Datum::Str(id)) => kinds.contains(&key.0) && *id == key.1,
            (FieldType::List(item) | FieldType::Set(item), Datum::List(items)) => items.iter().any(|datum| is_in(item, datum)),
            (FieldType::Map(item), Datum::Record(fields)) => fields.values().any(|datum| is_in(item, datum)),
            (FieldType::Record(record), Datum::Record(fields)) => any(record, fields, key, idle),
            _ => false,
        }
    }
    fn any(record: &RecordSchema, fields: &Fields, key: &Key, idle: bool) -> bool {
        let mut counted = record.fields.iter().filter(|field| idle || !field.early);
        counted.any(|field| fields.get(field.name).is_some_and(|datum| within(&field.ty, datum, key, idle)))
    }
    any(schema.inputs, fields, key, idle)
}

/// A value of a type, of something of this name.
fn made_up(field: &str, ty: &FieldType, of: &str) -> Datum {
    match ty {
        FieldType::Bool => Datum::Bool(true),
        FieldType::Int(least, _) => Datum::Int(1.max(*least)),
        FieldType::Float => Datum::Float(1.0),
        FieldType::Size | FieldType::Duration | FieldType::Cpu | FieldType::Percent => Datum::Int(1000),
        FieldType::Cidr => Datum::str("10.0.0.0/16"),
        FieldType::Arn => Datum::str(format!("arn:aws:simulated:us-west-2:123456789012:{of}/{field}")),
        FieldType::Str { .. } | FieldType::Ref(_) | FieldType::Secret => Datum::str(format!("{of}-{field}")),
        FieldType::Json | FieldType::Policy => Datum::str("{}"),
        FieldType::Choice(words) => Datum::str(words.first().copied().unwrap_or_default()),
        FieldType::List(item) | FieldType::Set(item) => Datum::List(vec![made_up(field, item, of)]),
        FieldType::Map(_) | FieldType::Tags => Datum::Record(Fields::new()),
        FieldType::Record(record) => {
            let fields = record.fields.iter().map(|field: &FieldSchema| (field.name.to_string(), made_up(field.name, &field.ty, of)));
            Datum::Record(fields.collect())
        }
    }
}
