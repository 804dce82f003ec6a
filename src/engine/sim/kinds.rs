//! The toy kinds.

use wcalang_model::kind::{
    Calls, Changed, CreateClass, Created, Cx, Deletion, Entry, Gone, Id, Intent, Kind, Live, Name, Naming, Outcome, Ready, Record, Ref,
    Rolls, SecretText, Tags,
};
use wcalang_model::value::{Datum, Fields};

use crate::sim::cloud::{Cloud, Key};

/// All of them.
pub const KINDS: &[Entry] = &[
    Entry::calls::<Bolt>(),
    Entry::calls::<Crew>(),
    Entry::calls::<Gadget>(),
    Entry::calls::<Gizmo>(),
    Entry::calls::<Note>(),
    Entry::calls::<Vault>(),
    Entry::calls::<Widget>(),
];

/// A thing whose create takes a token.
#[derive(Debug, Clone, Record)]
pub struct Widget {
    /// How large it is.
    #[field(default = 1)]
    pub size: i64,
    /// Where it stands.
    #[field(replace)]
    pub zone: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A thing with a unique name that takes its time, and that needs its bolts.
#[derive(Debug, Clone, Record)]
pub struct Gadget {
    /// Its name.
    pub name: Name<24, true>,
    /// What it is mounted on.
    pub widget: Option<Ref<Widget>>,
    /// Its level.
    #[field(default = 1)]
    pub level: i64,
    /// What it is made of.
    #[field(replace)]
    pub material: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A thing that only its tag finds.
#[derive(Debug, Clone, Record)]
pub struct Gizmo {
    /// What it belongs to.
    #[field(replace)]
    pub widget: Ref<Widget>,
    /// Its password.
    #[field(write_only)]
    pub password: Option<SecretText>,
    /// What it was restored from.
    #[field(create_only)]
    pub snapshot: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// A part of a gadget: no tags, found by its key, which a second create changes.
#[derive(Debug, Clone, Record)]
pub struct Bolt {
    /// The gadget.
    #[field(replace, completes, early)]
    pub gadget: Ref<Gadget>,
    /// How tight.
    #[field(default = 1)]
    pub torque: i64,
}

/// A revision: every create makes another one.
#[derive(Debug, Clone, Record)]
pub struct Note {
    /// What it says.
    #[field(replace)]
    pub text: String,
    /// What it is about.
    pub about: Option<Ref<Gadget>>,
    /// Tags.
    pub tags: Tags,
}

/// A thing that holds data.
#[derive(Debug, Clone, Record)]
pub struct Vault {
    /// Its name.
    pub name: Name<24, true>,
    /// Its engine.
    #[field(replace)]
    pub engine: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// People who work in shifts: those at work keep to the rule that held when they came.
#[derive(Debug, Clone, Record)]
pub struct Crew {
    /// The rule.
    #[field(default = 1)]
    pub rule: i64,
    /// Where they work.
    pub widget: Option<Ref<Widget>>,
    /// Tags.
    pub tags: Tags,
}

/// What a toy gives back.
#[derive(Debug, Clone, Record)]
pub struct Outputs {
    /// The identity.
    #[field(identity, stable)]
    pub id: String,
    /// Changes with every update.
    pub state: String,
}

/// Declares a toy: its name, class, key and what else is special.
macro_rules! toys {
    ($($toy:ident = $name:literal $class:ident $key:expr; { $($item:item)* })*) => { $(
        impl Kind for $toy {
            const NAME: &'static str = $name;
            const CREATE: CreateClass = CreateClass::$class;
            const ACTIONS: &'static [&'static str] = &[];
            type Outputs = Outputs;
            $($item)*
        }

        impl $toy {
            /// Things as they were told.
            fn live(ids: &[Id], things: Vec<Option<Fields>>) -> Vec<Option<Live<Self>>> {
                let live = ids.iter().zip(things).map(|(id, inputs)| {
                    let mut inputs = inputs?;
                    let state = inputs.get("size").or(inputs.get("level")).map(Datum::to_json).unwrap_or_default().to_string();
                    let behind = inputs.get(AT_WORK).is_some_and(|rule| Some(rule) != inputs.get("rule"));
                    // A vault does not tell its tags.
                    let unread: &[&str] = if Self::NAME == "test.Vault" { &["tags"] } else { &[] };
                    unread.iter().for_each(|name| drop(inputs.remove(*name)));
                    let inputs = <Self as Record>::decode(&inputs).ok()?;
                    let behind = behind.then(|| "3 of 3 people".to_string());
                    Some(Live { unread, behind, ..Live::new(inputs, Outputs { id: id.0.clone(), state }) })
                });
                live.collect()
            }
        }

        impl Calls for $toy {
            async fn create(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Created<Self>> {
                let key: fn(&Self) -> Key = $key;
                let id = Cloud::of(cx)?.create(Self::NAME, all_stored(new.encode()), intent, key(new)).await?;
                Ok(Created::begun(id))
            }

            async fn find(cx: &Cx, new: &Self, intent: &Intent) -> Outcome<Option<Id>> {
                let key: fn(&Self) -> Key = $key;
                let cloud = Cloud::of(cx)?;
                if let Key::Upsert(key) = key(new) {
                    return cloud.find_keyed(Self::NAME, &key).await;
                }
                cloud.find_tagged(Self::NAME, intent).await
            }

            async fn read(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
                let things = Cloud::of(cx)?.read(Self::NAME, ids).await?;
                Ok(Self::live(ids, things))
            }

            async fn glance(cx: &Cx, ids: &[Id]) -> Outcome<Vec<Option<Live<Self>>>> {
                let things = Cloud::of(cx)?.glance(Self::NAME, ids).await?;
                Ok(Self::live(ids, things))
            }

            async fn update(cx: &Cx, id: &Id, _live: &Live<Self>, new: &Self, changed: &Changed) -> Outcome<()> {
                let new = new.encode();
                let changed = changed.0.iter().map(|name| stored(name, new.get(name).cloned()));
                Cloud::of(cx)?.update(Self::NAME, id, changed.collect()).await
            }

            async fn ready(cx: &Cx, id: &Id) -> Outcome<Ready> {
                Cloud::of(cx)?.ready(Self::NAME, id).await
            }

            async fn roll(cx: &Cx, id: &Id) -> Outcome<()> {
                Cloud::of(cx)?.roll(Self::NAME, id).await
            }

            async fn rolled(cx: &Cx, id: &Id) -> Outcome<Ready> {
                Cloud::of(cx)?.ready(Self::NAME, id).await
            }

            async fn delete(cx: &Cx, id: &Id, _live: &Live<Self>, _how: &Deletion) -> Outcome<Gone> {
                Cloud::of(cx)?.delete(Self::NAME, id).await
            }
        }
    )* };
}

toys! {
    Widget = "test.Widget" Token |_| Key::Token; {
        const NAMING: Naming = Naming::Tag;
        const GLANCED: Option<usize> = Some(3);
    }
    Gadget = "test.Gadget" Natural |gadget| Key::Unique(gadget.name.0.clone()); {
        const NAMING: Naming = Naming::Field { field: "name", max: 24, lower: true };
        const WAITS: bool = true;
    }
    Gizmo = "test.Gizmo" Tagged |_| Key::None; {}
    Bolt = "test.Bolt" Upsert |bolt| Key::Upsert(bolt.gadget.id().to_string()); {}
    Crew = "test.Crew" Tagged |_| Key::None; { const ROLLS: &'static [Rolls] = &[Rolls::Any("rule"), Rolls::Less("widget")]; }
    Note = "test.Note" Harmless |_| Key::None; { const AFTER: &'static [&'static str] = &["test.Gizmo"]; }
    Vault = "test.Vault" Natural |vault| Key::Unique(vault.name.0.clone()); {
        const NAMING: Naming = Naming::Field { field: "name", max: 24, lower: true };
        const STATEFUL: bool = true;
    }
}

/// Where the cloud keeps the rule of those at work.
pub(super) const AT_WORK: &str = "hidden rule at work";

/// As the cloud holds it: it sees the secrets, but `read` does not give them.
fn stored(name: &str, datum: Option<Datum>) -> (String, Option<Datum>) {
    match datum {
        Some(Datum::Secret(secret)) => (format!("hidden {name}"), Some(Datum::str(secret.expose()))),
        Some(_) | None => (name.to_string(), datum),
    }
}

fn all_stored(mut fields: Fields) -> Fields {
    if let Some(rule) = fields.get("rule").cloned() {
        fields.insert(AT_WORK.to_string(), rule);
    }
    fields.into_iter().map(|(name, datum)| stored(&name, Some(datum))).filter_map(|(name, datum)| Some((name, datum?))).collect()
}
