//! Types as indices: every type is stored once, so that two are the same where their numbers are.
//!
//! A type is what is known of the form of a value. What may be one thing or another is a union, of at most one record, one list
//! and so on: records are joined field by field, and a field that only one of them has may be absent. `Any` is what is not
//! known, or was reported: it goes with everything.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use hashbrown::HashTable;

use crate::check::forms::Forms;
use crate::syntax::Name;
use crate::syntax::ast::ExprId;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Ty(pub u32);

/// A literal text that is known by type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TextId(u32);

/// A scope that was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FrameId(pub u32);

/// What a type says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// Not known, or reported.
    Any,
    /// No value ever comes: `fail`, the item of an empty list.
    Never,
    /// One of these scalars, or absent.
    Scalars(Forms),
    /// This text.
    Text(TextId),
    /// One of these texts, sorted.
    Texts(Box<[TextId]>),
    /// A resource of one of these kinds, by their number among the schemas, sorted; of any kind if there is none.
    Handle(Box<[u16]>),
    /// A list.
    List(Ty),
    /// A record: its fields sorted by name; the type of a field that may be left out has absence in it.
    Record(Box<[(Name, Ty)]>, Rest),
    /// A function of the language, made in a scope.
    Function {
        /// The lambda.
        lambda: ExprId,
        /// Where it was made; the frame knows the file.
        frame: FrameId,
    },
    /// A function of the prelude, by its number, with the arguments it has.
    Builtin(u16, Box<[Ty]>),
    /// A function of which only the type is declared, by the number of the declaration.
    Declared(u32),
    /// A module of the library, by its number.
    Module(u16),
    /// `aws`, or the service with the number of its first kind.
    Kinds(Option<u16>),
    /// A constructor.
    Constructor(u16),
    /// `lookup`
    Lookups,
    /// `lookup.zones`
    Lookup(u16),
    /// `std`
    Library,
    /// One of these, none of which is a union, `Any` or `Never`, sorted.
    Union(Box<[Ty]>),
    /// The argument of a function that nobody calls: any one type, narrowed by its uses.
    Opaque(u32),
}

/// What other fields a record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Rest {
    /// None.
    Closed,
    /// None, but it was taken by `...`: any field may have been left out.
    Taken,
    /// Any, each of this type if it is there.
    Open(Ty),
}

impl Ty {
    pub const ANY: Ty = Ty(0);
    pub const NEVER: Ty = Ty(1);
    pub const ABSENT: Ty = Ty(2);
    pub const BOOL: Ty = Ty(3);
    pub const INT: Ty = Ty(4);
    pub const FLOAT: Ty = Ty(5);
    pub const STR: Ty = Ty(6);
    pub const CIDR: Ty = Ty(7);
    pub const IP: Ty = Ty(8);
    pub const SIZE: Ty = Ty(9);
    pub const DURATION: Ty = Ty(10);
    pub const CPU: Ty = Ty(11);
    pub const PERCENT: Ty = Ty(12);
    pub const MONEY: Ty = Ty(13);
}

/// Scalars in the order of their numbers.
const FIRST: [Forms; 12] = [
    Forms::ABSENT,
    Forms::BOOL,
    Forms::INT,
    Forms::FLOAT,
    Forms::STR,
    Forms::CIDR,
    Forms::IP,
    Forms::SIZE,
    Forms::DURATION,
    Forms::CPU,
    Forms::PERCENT,
    Forms::MONEY,
];

/// Texts of one union beyond which it is any text.
const MOST_TEXTS: usize = 16;
/// Functions of one union beyond which it is not known.
const MOST_PARTS: usize = 12;
/// Literal texts beyond which, or beyond this length, a text is known as text only.
const ALL_TEXTS: usize = 1 << 16;
const LONG_TEXT: usize = 80;

/// All types of a run.
pub(super) struct Types {
    forms: Vec<Form>,
    /// The forms of each type.
    masks: Vec<Forms>,
    table: HashTable<Ty>,
    /// Literal texts, with the type of each.
    texts: Vec<(Arc<str>, Ty)>,
    text_table: HashTable<TextId>,
    /// What stands for the fields of a record while it is put together.
    joined: Vec<(Name, Ty)>,
}

impl Default for Types {
    fn default() -> Self {
        /// How many types a file has with the modules of the library that it uses, if they are many.
        const USUAL: usize = 448;
        let mut types = Types {
            forms: Vec::with_capacity(USUAL),
            masks: Vec::with_capacity(USUAL),
            table: HashTable::with_capacity(USUAL),
            texts: Vec::new(),
            text_table: HashTable::new(),
            joined: Vec::new(),
        };
        types.add(Form::Any);
        types.add(Form::Never);
        for form in FIRST {
            types.add(Form::Scalars(form));
        }
        types
    }
}

impl Types {
    /// What a type says.
    pub fn form(&self, ty: Ty) -> &Form {
        &self.forms[ty.0 as usize]
    }

    /// The forms that a value of it may have; all of them for what is not known.
    pub fn forms(&self, ty: Ty) -> Forms {
        self.masks[ty.0 as usize]
    }

    pub fn may_be_absent(&self, ty: Ty) -> bool {
        self.forms(ty).has(Forms::ABSENT)
    }

    /// Nothing can be said about it.
    pub fn is_unknown(&self, ty: Ty) -> bool {
        matches!(ty, Ty::ANY | Ty::NEVER)
    }

    pub fn text(&self, id: TextId) -> &Arc<str> {
        &self.texts[id.0 as usize].0
    }

    /// The type of a literal text.
    pub fn literal(&mut self, text: &Arc<str>) -> Ty {
        if text.len() > LONG_TEXT || self.texts.len() > ALL_TEXTS {
            return Ty::STR;
        }
        let (texts, hash) = (&self.texts, hash_of(&**text));
        if let Some(id) = self.text_table.find(hash, |id| texts[id.0 as usize].0 == *text) {
            return self.texts[id.0 as usize].1;
        }
        let id = TextId(self.texts.len() as u32);
        let ty = self.add(Form::Text(id));
        self.texts.push((text.clone(), ty));
        let texts = &self.texts;
        self.text_table.insert_unique(hash, id, |id| hash_of(&*texts[id.0 as usize].0));
        ty
    }

    /// One of these scalars.
    pub fn scalars(&mut self, forms: Forms) -> Ty {
        match FIRST.iter().position(|form| *form == forms) {
            Some(index) => Ty(2 + index as u32),
            None if forms.is_empty() => Ty::NEVER,
            None => self.intern(Form::Scalars(forms)),
        }
    }

    pub fn list(&mut self, item: Ty) -> Ty {
        self.intern(Form::List(item))
    }

    /// A record of fields that have different names, sorted here.
    pub fn record_of(&mut self, fields: &mut [(Name, Ty)], rest: Rest) -> Ty {
        if !fields.is_sorted_by(|a, b| a.0 < b.0) {
            fields.sort_unstable_by_key(|(name, _)| *name);
        }
        self.sorted_record(fields, rest)
    }

    /// A record of these fields, sorted here; of two with one name the later stays.
    pub fn record(&mut self, fields: &mut Vec<(Name, Ty)>, rest: Rest) -> Ty {
        if !fields.is_sorted_by(|a, b| a.0 < b.0) {
            fields.sort_by_key(|(name, _)| *name);
            fields.reverse();
            fields.dedup_by_key(|(name, _)| *name);
            fields.reverse();
        }
        self.sorted_record(fields, rest)
    }

    fn sorted_record(&mut self, fields: &[(Name, Ty)], rest: Rest) -> Ty {
        let hash = hash_of(&(fields, rest));
        let forms = &self.forms;
        let same = |ty: &Ty| matches!(&forms[ty.0 as usize], Form::Record(of, other) if **of == *fields && *other == rest);
        match self.table.find(hash, same) {
            Some(ty) => *ty,
            None => self.insert(hash, Form::Record(fields.into(), rest)),
        }
    }

    /// The type that says this.
    pub fn intern(&mut self, form: Form) -> Ty {
        let (hash, forms) = (hash_of_form(&form), &self.forms);
        match self.table.find(hash, |ty| forms[ty.0 as usize] == form) {
            Some(ty) => *ty,
            None => self.insert(hash, form),
        }
    }

    fn add(&mut self, form: Form) -> Ty {
        let hash = hash_of_form(&form);
        self.insert(hash, form)
    }

    fn insert(&mut self, hash: u64, form: Form) -> Ty {
        let ty = Ty(self.forms.len() as u32);
        self.masks.push(self.mask_of(&form));
        self.forms.push(form);
        let forms = &self.forms;
        self.table.insert_unique(hash, ty, |ty| hash_of_form(&forms[ty.0 as usize]));
        ty
    }

    fn mask_of(&self, form: &Form) -> Forms {
        match form {
            Form::Any | Form::Opaque(_) => Forms::ALL,
            Form::Never => Forms::NONE,
            Form::Scalars(forms) => *forms,
            Form::Text(_) | Form::Texts(_) => Forms::STR,
            Form::Handle(_) => Forms::HANDLE,
            Form::List(_) => Forms::LIST,
            Form::Record(..) => Forms::RECORD,
            Form::Function { .. } | Form::Builtin(..) | Form::Declared(_) | Form::Module(_) => Forms::FUNCTION,
            Form::Constructor(_) | Form::Lookup(_) => Forms::FUNCTION,
            Form::Kinds(_) | Form::Lookups | Form::Library => Forms::GROUP,
            Form::Union(parts) => parts.iter().fold(Forms::NONE, |all, part| all.with(self.forms(*part))),
        }
    }

    /// Each part of a union, or the type itself.
    pub fn parts(&self, ty: Ty) -> Vec<Ty> {
        match self.form(ty) {
            Form::Union(parts) => parts.to_vec(),
            _ => vec![ty],
        }
    }

    /// The same without absence.
    pub fn present(&mut self, ty: Ty) -> Ty {
        if !self.may_be_absent(ty) {
            return ty;
        }
        match self.form(ty).clone() {
            Form::Scalars(forms) => self.scalars(forms.without(Forms::ABSENT)),
            Form::Union(parts) => {
                let parts: Vec<Ty> = parts.iter().map(|part| self.present(*part)).filter(|part| *part != Ty::NEVER).collect();
                self.union(parts)
            }
            _ => ty,
        }
    }

    /// The same, or absent.
    pub fn optional(&mut self, ty: Ty) -> Ty {
        self.join(ty, Ty::ABSENT)
    }

    fn union(&mut self, mut parts: Vec<Ty>) -> Ty {
        parts.sort_unstable();
        parts.dedup();
        match parts.as_slice() {
            [] => Ty::NEVER,
            [one] => *one,
            _ if parts.len() > MOST_PARTS => Ty::ANY,
            _ => self.intern(Form::Union(parts.into())),
        }
    }

    /// What is the one or the other.
    pub fn join(&mut self, a: Ty, b: Ty) -> Ty {
        if a == b || b == Ty::NEVER {
            return a;
        }
        if a == Ty::NEVER {
            return b;
        }
        // In the usual case, items of a list, `a` already says all that `b` does.
        if self.covers(a, b) {
            return a;
        }
        match (self.form(a), self.form(b)) {
            (Form::Any, _) | (_, Form::Any) => Ty::ANY,
            // What is not known may be absent as well.
            (Form::Opaque(_), _) | (_, Form::Opaque(_)) => Ty::ANY,
            (Form::Scalars(one), Form::Scalars(other)) => {
                let forms = one.with(*other);
                self.scalars(forms)
            }
            (Form::Scalars(forms), Form::Text(_) | Form::Texts(_)) if forms.has(Forms::STR) => a,
            (Form::Text(_) | Form::Texts(_), Form::Scalars(forms)) if forms.has(Forms::STR) => b,
            (Form::Text(_) | Form::Texts(_), Form::Text(_) | Form::Texts(_)) => self.join_texts(a, b),
            (Form::List(one), Form::List(other)) => {
                let item = {
                    let (one, other) = (*one, *other);
                    self.join(one, other)
                };
                self.list(item)
            }
            (Form::Record(..), Form::Record(..)) => self.join_records(a, b),
            (Form::Handle(one), Form::Handle(other)) => {
                let mut kinds = if one.is_empty() || other.is_empty() { Vec::new() } else { [&**one, &**other].concat() };
                kinds.sort_unstable();
                kinds.dedup();
                self.intern(Form::Handle(kinds.into()))
            }
            _ => self.join_parts(a, b),
        }
    }

    /// Whether a value of `b` is one of `a`, as far as that can be told at a glance.
    fn covers(&self, a: Ty, b: Ty) -> bool {
        a == b
            || match (self.form(a), self.form(b)) {
                (Form::Scalars(one), Form::Scalars(other)) => other.without(*one).is_empty(),
                (Form::Scalars(forms), Form::Text(_) | Form::Texts(_)) => forms.has(Forms::STR),
                (Form::Texts(all), Form::Text(one)) => all.binary_search(one).is_ok(),
                (Form::Texts(all), Form::Texts(some)) => some.iter().all(|one| all.binary_search(one).is_ok()),
                (Form::List(one), Form::List(other)) => *other == Ty::NEVER || self.covers(*one, *other),
                (Form::Record(one, rest), Form::Record(other, other_rest)) => {
                    rest == other_rest
                        && one.len() == other.len()
                        && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && self.covers(a.1, b.1))
                }
                _ => false,
            }
    }

    /// Unions: each part of `b` joins the part of `a` that is of its form.
    fn join_parts(&mut self, a: Ty, b: Ty) -> Ty {
        let mut parts = self.parts(a);
        for part in self.parts(b) {
            let alike = |form: &Form, other: &Form| match (form, other) {
                (Form::Scalars(forms), Form::Text(_) | Form::Texts(_)) | (Form::Text(_) | Form::Texts(_), Form::Scalars(forms)) => {
                    forms.has(Forms::STR)
                }
                (Form::Text(_) | Form::Texts(_), Form::Text(_) | Form::Texts(_)) => true,
                (Form::Scalars(_), Form::Scalars(_)) | (Form::List(_), Form::List(_)) => true,
                (Form::Record(..), Form::Record(..)) | (Form::Handle(_), Form::Handle(_)) => true,
                _ => false,
            };
            // A new scalar may take up a part of texts, so all that are alike are joined.
            let mut joined = part;
            let mut kept = Vec::with_capacity(parts.len() + 1);
            for other in parts {
                if alike(self.form(other), self.form(joined)) {
                    joined = self.join(other, joined);
                } else {
                    kept.push(other);
                }
            }
            kept.push(joined);
            parts = kept;
        }
        if parts.contains(&Ty::ANY) { Ty::ANY } else { self.union(parts) }
    }

    /// Either of these many: the items of a list.
    pub fn join_all(&mut self, all: &mut Vec<Ty>) -> Ty {
        if all.len() > 2 {
            all.sort_unstable();
            all.dedup();
            if all.len() > MOST_TEXTS && all.iter().all(|ty| matches!(self.form(*ty), Form::Text(_))) {
                return Ty::STR;
            }
        }
        all.iter().fold(Ty::NEVER, |joined, ty| self.join(joined, *ty))
    }

    fn join_texts(&mut self, a: Ty, b: Ty) -> Ty {
        let ids = |form: &Form| match form {
            Form::Text(id) => vec![*id],
            Form::Texts(ids) => ids.to_vec(),
            _ => Vec::new(),
        };
        let mut all = ids(self.form(a));
        all.extend(ids(self.form(b)));
        all.sort_unstable();
        all.dedup();
        self.texts_of(all)
    }

    /// One of these texts, sorted.
    pub fn texts_of(&mut self, all: Vec<TextId>) -> Ty {
        match all.as_slice() {
            [one] => self.intern(Form::Text(*one)),
            _ if all.len() > MOST_TEXTS => Ty::STR,
            _ => self.intern(Form::Texts(all.into())),
        }
    }

    fn join_records(&mut self, a: Ty, b: Ty) -> Ty {
        let (Form::Record(left, left_rest), Form::Record(right, right_rest)) = (self.form(a), self.form(b)) else { return Ty::ANY };
        let (left_rest, right_rest) = (*left_rest, *right_rest);
        let same_names = left.len() == right.len() && left.iter().zip(right.iter()).all(|(a, b)| a.0 == b.0);
        let (left, right) = if same_names && left_rest == right_rest {
            let pairs: Vec<(Name, Ty, Ty)> = left.iter().zip(right.iter()).map(|(a, b)| (a.0, a.1, b.1)).collect();
            let mut fields = std::mem::take(&mut self.joined);
            fields.clear();
            let mut changed = false;
            for (name, one, other) in pairs {
                let ty = self.join(one, other);
                changed |= ty != one;
                fields.push((name, ty));
            }
            let ty = if changed { self.sorted_record(&fields, left_rest) } else { a };
            self.joined = fields;
            return ty;
        } else {
            (left.to_vec(), right.to_vec())
        };
        let mut fields = Vec::with_capacity(left.len() + right.len());
        let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
        loop {
            let (name, one, other) = match (left.peek().copied(), right.peek().copied()) {
                (Some((a, one)), Some((b, other))) if a == b => (a, Some(one), Some(other)),
                (Some((a, one)), Some((b, _))) if a < b => (a, Some(one), None),
                (Some((a, one)), None) => (a, Some(one), None),
                (_, Some((b, other))) => (b, None, Some(other)),
                (None, None) => break,
            };
            left.next_if(|_| one.is_some());
            right.next_if(|_| other.is_some());
            let one = one.unwrap_or_else(|| self.rest_type(left_rest));
            let other = other.unwrap_or_else(|| self.rest_type(right_rest));
            fields.push((name, self.join(one, other)));
        }
        let rest = match (left_rest, right_rest) {
            (Rest::Open(one), Rest::Open(other)) => Rest::Open(self.join(one, other)),
            (Rest::Open(one), _) | (_, Rest::Open(one)) => Rest::Open(one),
            (Rest::Closed, Rest::Closed) => Rest::Closed,
            (Rest::Taken, _) | (_, Rest::Taken) => Rest::Taken,
        };
        self.sorted_record(&fields, rest)
    }

    /// The type of a field that a record does not name.
    pub fn rest_type(&mut self, rest: Rest) -> Ty {
        match rest {
            Rest::Closed | Rest::Taken => Ty::ABSENT,
            Rest::Open(ty) => self.optional(ty),
        }
    }
}

fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = Quick(0);
    value.hash(&mut hasher);
    hasher.finish()
}

/// As [`Types::sorted_record`] hashes without a form at hand.
fn hash_of_form(form: &Form) -> u64 {
    match form {
        Form::Record(fields, rest) => hash_of(&(&**fields, *rest)),
        other => hash_of(other),
    }
}

/// A multiplicative hash: types are made by our own stages, and nobody sends us hostile ones.
struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.write_u64(u64::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]]));
        }
        let rest = chunks.remainder().iter().fold(bytes.len() as u64, |word, byte| (word << 8) | u64::from(*byte));
        self.write_u64(rest);
    }

    fn write_u8(&mut self, word: u8) {
        self.write_u64(word.into());
    }

    fn write_u16(&mut self, word: u16) {
        self.write_u64(word.into());
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}
