//! Policy documents of IAM: which elements there are, by IAM's grammar of JSON policies (IAM User Guide, "Grammar of the IAM JSON
//! policy language"). AWS refuses another one as a malformed document, without its name.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::arguments;

use crate::eval::Evaluator;
use crate::eval::conform::{Place, What};
use crate::eval::value::{Data, Record, Value};

/// The elements of a document.
const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
/// The elements of a statement.
const STATEMENT: &[&str] = &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

impl Evaluator<'_> {
    /// Reports what IAM's grammar does not have in a document that is written as a record.
    pub(super) fn check_policy(&mut self, document: &Value, what: What<'_>) {
        let Data::Record(fields) = &document.data else { return };
        self.elements(fields, DOCUMENT, what);
        let key = self.names.intern("Statement");
        match fields.get(key).map(|statements| &statements.data) {
            Some(Data::List(statements)) => statements.iter().for_each(|statement| self.statement(statement, what)),
            Some(Data::Record(_)) => fields.get(key).into_iter().for_each(|statement| self.statement(statement, what)),
            _ => {}
        }
    }

    fn statement(&mut self, statement: &Value, what: What<'_>) {
        let Data::Record(fields) = &statement.data else { return };
        let words = What::Statement(&what);
        let meant = self.elements(fields, STATEMENT, words);
        let key = self.names.intern("Effect");
        match fields.get(key) {
            None if meant.iter().any(|meant| meant == "Effect") => {}
            None => {
                let missing = [("Effect", "\"Allow\" or \"Deny\"".to_string())];
                self.missing_fields(missing.into_iter(), words, statement.span);
            }
            Some(effect) => {
                if let Data::Str(text) = &effect.data
                    && !matches!(&**text, "Allow" | "Deny")
                {
                    let problem =
                        Problem::error(&arguments::NOT_ONE_OF, format!("{words}: `Effect` is \"Allow\" or \"Deny\", not {text:?}"));
                    let place = self.place(Place::of(key, effect));
                    let place = self.outward(place);
                    self.report(problem.label(place, "").help("IAM reads capital and small letters as they are written"));
                }
            }
        }
    }

    /// Reports the fields that are none of these elements; gives those that were meant.
    fn elements(&mut self, fields: &Record, elements: &[&str], what: What<'_>) -> Vec<String> {
        let mut meant = Vec::new();
        for (name, value) in fields.iter() {
            let text = self.names.text(*name);
            if !value.is_absent() && !elements.contains(&text) {
                let (text, elements) = (self.names.shared(*name), elements.iter().copied());
                meant.extend(self.unknown_field(&text, value, what, elements, |evaluator, near| evaluator.gives(fields, near)));
            }
        }
        meant
    }
}
