//! Arguments of functions that nobody calls: opaque, and narrowed by each use, so that two uses that no value suits are found.

use wcalang_model::diag::Problem;
use wcalang_model::source::Span;

use crate::check::Checker;
use crate::check::forms::Forms;
use crate::check::types::{Form, Ty};
use crate::syntax::Name;

/// What is known of an opaque argument.
#[derive(Debug, Clone)]
pub(super) struct Opaque {
    /// The forms it may have.
    pub forms: Forms,
    /// The use that narrowed it last.
    pub why: Option<Span>,
    /// Its fields that are used.
    pub fields: Vec<(Name, Ty)>,
    /// Its items.
    pub item: Option<Ty>,
    /// What a call of it gives.
    pub result: Option<Ty>,
}

impl Checker<'_> {
    /// A new one.
    pub(super) fn opaque(&mut self, forms: Forms) -> Ty {
        self.opaques.push(Opaque { forms, why: None, fields: Vec::new(), item: None, result: None });
        self.types.intern(Form::Opaque(self.opaques.len() as u32 - 1))
    }

    /// The value of an operation of which opaque ones take part.
    pub(super) fn some_of(&mut self, forms: Forms) -> Ty {
        if forms.is_one() && Forms::SCALARS.has(forms) { self.types.scalars(forms) } else { self.opaque(forms) }
    }

    pub(super) fn opaque_field(&mut self, index: u32, name: Name) -> Ty {
        let known = self.opaques[index as usize].fields.iter().find(|(field, _)| *field == name);
        match known {
            Some((_, ty)) => *ty,
            None => {
                let ty = self.opaque(Forms::ALL);
                let opaque = &mut self.opaques[index as usize];
                opaque.fields.push((name, ty));
                opaque.fields.sort_unstable_by_key(|(name, _)| *name);
                ty
            }
        }
    }

    pub(super) fn opaque_item(&mut self, index: u32) -> Ty {
        if let Some(item) = self.opaques[index as usize].item {
            return item;
        }
        let item = self.opaque(Forms::ALL);
        self.opaques[index as usize].item = Some(item);
        item
    }

    pub(super) fn opaque_result(&mut self, index: u32) -> Ty {
        if let Some(result) = self.opaques[index as usize].result {
            return result;
        }
        let result = self.opaque(Forms::ALL);
        self.opaques[index as usize].result = Some(result);
        result
    }

    /// The forms that a value of a type may have, as far as it was narrowed.
    pub(super) fn forms_of(&self, ty: Ty) -> Forms {
        match self.types.form(ty) {
            Form::Opaque(index) => self.opaques[*index as usize].forms,
            _ => self.types.forms(ty),
        }
    }

    /// Holds a type against the forms that a use allows. An opaque one becomes one of them.
    pub(super) fn must_be(&mut self, ty: Ty, allowed: Forms, place: Span) -> Result<(), ()> {
        match self.types.form(ty) {
            Form::Any | Form::Never => Ok(()),
            Form::Opaque(index) => {
                let index = *index as usize;
                let left = self.opaques[index].forms.and(allowed);
                if left.is_empty() {
                    return Err(());
                }
                if left != self.opaques[index].forms {
                    self.opaques[index].forms = left;
                    if self.quiet == 0 {
                        self.opaques[index].why = Some(place);
                    }
                }
                Ok(())
            }
            _ if self.types.forms(ty).without(allowed).without(Forms::ABSENT).is_empty() => Ok(()),
            _ => Err(()),
        }
    }

    /// Adds where an opaque value was used otherwise.
    pub(super) fn with_other_use(&self, problem: Problem, ty: Ty) -> Problem {
        match self.types.form(ty) {
            Form::Opaque(index) => match self.opaques[*index as usize].why {
                Some(span) if problem.span() != Some(span) => {
                    let words = self.opaques[*index as usize].forms.words();
                    problem.label(span, format!("used as {words} here"))
                }
                _ => problem,
            },
            _ => problem,
        }
    }
}
