//! The object-safe face of a kind: decode, call, encode.

use std::marker::PhantomData;

use crate::kind::{
    Calls, Changed, Cx, DecodeError, Deletion, Fault, FaultClass, Gone, Id, Intent, Kind, KindSchema, Live, LocalFuture, LookupEntry,
    Outcome, Ready, Record,
};
use crate::value::Fields;

/// A kind as the checker, the manual and the engine see it.
pub struct Entry {
    /// Its declaration.
    pub schema: &'static KindSchema,
    /// Writes fields in the form in which equal ones are equal.
    pub canonical: fn(&Fields) -> Result<Fields, DecodeError>,
    /// Its calls; None where they are not compiled in.
    pub calls: Option<&'static dyn AnyKind>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.schema.name)
    }
}

impl Entry {
    /// A kind's declaration alone.
    pub const fn schema<K: Kind>() -> Self {
        Entry { schema: &Described::<K>::SCHEMA, canonical: canonical::<K>, calls: None }
    }

    /// A kind with its calls.
    pub const fn calls<K: Calls>() -> Self {
        Entry { schema: &Described::<K>::SCHEMA, canonical: canonical::<K>, calls: Some(&Erased::<K>(PhantomData)) }
    }
}

struct Described<K>(PhantomData<K>);

impl<K: Kind> Described<K> {
    const SCHEMA: KindSchema = KindSchema {
        name: K::NAME,
        inputs: &K::SCHEMA,
        outputs: &<K::Outputs as Record>::SCHEMA,
        naming: K::NAMING,
        create: K::CREATE,
        actions: K::ACTIONS,
        after: K::AFTER,
        stateful: K::STATEFUL,
        waits: K::WAITS,
        rolls: K::ROLLS,
        batched: K::BATCHED,
        glanced: K::GLANCED,
        within: K::WITHIN,
        rules: K::RULES,
        foresee: K::foresee,
    };
}

fn canonical<K: Kind>(fields: &Fields) -> Result<Fields, DecodeError> {
    K::decode(fields).map(|record| record.encode())
}

/// Every kind and lookup there is, by name.
#[derive(Clone, Copy)]
pub struct Schemas {
    /// The kinds.
    pub kinds: &'static [Entry],
    /// The lookups.
    pub lookups: &'static [LookupEntry],
}

impl Schemas {
    /// The kind of a name.
    pub fn kind(&self, name: &str) -> Option<&'static Entry> {
        self.kinds.iter().find(|entry| entry.schema.name == name)
    }

    /// The names of the kinds that a text names, in full or without the service.
    pub fn called(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let is_it = move |name: &&str| name.strip_suffix(text).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        self.kinds.iter().map(|entry| entry.schema.name).filter(is_it)
    }

    /// The services that have kinds, as often as they have some.
    pub fn services(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|entry| entry.schema.parts().0)
    }

    /// What a service calls its kinds.
    pub fn kinds_of(&self, service: &str) -> impl Iterator<Item = &'static str> {
        self.kinds.iter().map(|entry| entry.schema.parts()).filter(move |(of, _)| *of == service).map(|(_, kind)| kind)
    }

    /// The first kind of a service.
    pub fn first_of(&self, service: &str) -> Option<usize> {
        self.kinds.iter().position(|entry| is_of(entry.schema.name, service))
    }

    /// The kind that a service calls so. It is asked for at every mention of a kind, so lengths are compared before texts are.
    pub fn kind_of(&self, service: &str, kind: &str) -> Option<usize> {
        let length = service.len() + 1 + kind.len();
        let is_it = |name: &str| name.len() == length && is_of(name, service) && name.ends_with(kind);
        self.kinds.iter().position(|entry| is_it(entry.schema.name))
    }

    /// The lookup of a name.
    pub fn lookup(&self, name: &str) -> Option<&'static LookupEntry> {
        self.lookups.iter().find(|entry| entry.name == name)
    }
}

/// Whether a kind is one of a service: `ec2.Vpc` is of `ec2`.
fn is_of(kind: &str, service: &str) -> bool {
    kind.as_bytes().get(service.len()) == Some(&b'.') && kind.starts_with(service)
}

/// What a create gave, erased.
#[derive(Debug, Clone)]
pub struct AnyCreated {
    /// The identity.
    pub id: Id,
    /// The outputs, where nothing is left to do.
    pub outputs: Option<Fields>,
}

/// A live resource, erased.
#[derive(Debug, Clone)]
pub struct AnyLive {
    /// Its inputs, in canonical form.
    pub inputs: Fields,
    /// Its outputs.
    pub outputs: Fields,
    /// Inputs that were not read.
    pub unread: &'static [&'static str],
    /// What runs in it and is not as it should be.
    pub behind: Option<String>,
}

/// The calls of a kind, on plain fields. Every method panics on nothing: fields that do not decode are an `Invalid` fault.
pub trait AnyKind: Sync {
    /// See [`Calls::create`].
    fn create<'a>(&'a self, cx: &'a Cx, new: &'a Fields, intent: &'a Intent) -> LocalFuture<'a, Outcome<AnyCreated>>;
    /// See [`Calls::find`].
    fn find<'a>(&'a self, cx: &'a Cx, new: &'a Fields, intent: &'a Intent) -> LocalFuture<'a, Outcome<Option<Id>>>;
    /// See [`Calls::read`].
    fn read<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>>;
    /// See [`Calls::glance`].
    fn glance<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>>;
    /// See [`Calls::update`].
    fn update<'a>(
        &'a self,
        cx: &'a Cx,
        id: &'a Id,
        live: &'a AnyLive,
        new: &'a Fields,
        changed: &'a Changed,
    ) -> LocalFuture<'a, Outcome<()>>;
    /// See [`Calls::ready`].
    fn ready<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<Ready>>;
    /// See [`Calls::roll`].
    fn roll<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<()>>;
    /// See [`Calls::rolled`].
    fn rolled<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<Ready>>;
    /// See [`Calls::delete`].
    fn delete<'a>(&'a self, cx: &'a Cx, id: &'a Id, live: &'a AnyLive, how: &'a Deletion) -> LocalFuture<'a, Outcome<Gone>>;
}

/// The one implementation of [`AnyKind`].
pub struct Erased<K>(PhantomData<fn() -> K>);

fn erased<K: Kind>(found: Vec<Option<Live<K>>>) -> Vec<Option<AnyLive>> {
    let one = |Live { inputs, outputs, unread, behind }: Live<K>| {
        let (inputs, outputs) = (inputs.encode(), outputs.encode());
        AnyLive { inputs, outputs, unread, behind }
    };
    found.into_iter().map(|live| live.map(one)).collect()
}

impl<K: Calls> AnyKind for Erased<K> {
    fn create<'a>(&'a self, cx: &'a Cx, new: &'a Fields, intent: &'a Intent) -> LocalFuture<'a, Outcome<AnyCreated>> {
        Box::pin(async move {
            let created = K::create(cx, &decode::<K>(new)?, intent).await?;
            Ok(AnyCreated { id: created.id, outputs: created.outputs.map(|outputs| outputs.encode()) })
        })
    }

    fn find<'a>(&'a self, cx: &'a Cx, new: &'a Fields, intent: &'a Intent) -> LocalFuture<'a, Outcome<Option<Id>>> {
        Box::pin(async move { K::find(cx, &decode::<K>(new)?, intent).await })
    }

    fn read<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>> {
        Box::pin(async move { Ok(erased(K::read(cx, ids).await?)) })
    }

    fn glance<'a>(&'a self, cx: &'a Cx, ids: &'a [Id]) -> LocalFuture<'a, Outcome<Vec<Option<AnyLive>>>> {
        Box::pin(async move { Ok(erased(K::glance(cx, ids).await?)) })
    }

    fn update<'a>(
        &'a self,
        cx: &'a Cx,
        id: &'a Id,
        live: &'a AnyLive,
        new: &'a Fields,
        changed: &'a Changed,
    ) -> LocalFuture<'a, Outcome<()>> {
        Box::pin(async move { K::update(cx, id, &typed::<K>(live)?, &decode::<K>(new)?, changed).await })
    }

    fn ready<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<Ready>> {
        Box::pin(K::ready(cx, id))
    }

    fn roll<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<()>> {
        Box::pin(K::roll(cx, id))
    }

    fn rolled<'a>(&'a self, cx: &'a Cx, id: &'a Id) -> LocalFuture<'a, Outcome<Ready>> {
        Box::pin(K::rolled(cx, id))
    }

    fn delete<'a>(&'a self, cx: &'a Cx, id: &'a Id, live: &'a AnyLive, how: &'a Deletion) -> LocalFuture<'a, Outcome<Gone>> {
        Box::pin(async move { K::delete(cx, id, &typed::<K>(live)?, how).await })
    }
}

fn typed<K: Kind>(live: &AnyLive) -> Outcome<Live<K>> {
    let outputs = <K::Outputs as Record>::decode(&live.outputs).map_err(|error| invalid::<K>(&error))?;
    Ok(Live { inputs: decode::<K>(&live.inputs)?, outputs, unread: live.unread, behind: live.behind.clone() })
}

fn decode<K: Kind>(fields: &Fields) -> Outcome<K> {
    K::decode(fields).map_err(|error| invalid::<K>(&error))
}

fn invalid<K: Kind>(error: &DecodeError) -> Fault {
    Fault {
        class: FaultClass::Invalid,
        operation: K::NAME.to_string(),
        code: String::new(),
        message: format!("{}: {}", error.path.join("."), error.message),
        field: error.path.first().and_then(|name| K::SCHEMA.field(name)).map(|field| field.name),
    }
}
