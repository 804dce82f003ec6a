//! Annotations: types as they are written.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

use hashbrown::HashMap;
use pest::iterators::Pair;

use super::{Lowering, texts, tokens};
use crate::ast::{Annotation, AnnotationField, Scalar, Shape};
use crate::parse::Rule;
use crate::{LOST_NAME, error};

impl Lowering<'_> {
    pub(super) fn annotation(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let span = self.span_of(&pair);
        self.deeper(span, |lowering| lowering.function_type(pair)).unwrap_or(Annotation { shape: Shape::Hole, span })
    }

    fn function_type(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let mut span = self.span_of(&pair);
        let mut parts = tokens(pair);
        let left = match parts.next() {
            Some(shape) => self.shape(shape),
            None => Annotation { shape: Shape::Hole, span },
        };
        let Some(right) = parts.next() else { return left };
        let right = self.annotation(right);
        (span.start, span.end) = (left.span.start, right.span.end);
        Annotation { shape: Shape::Function(Box::new(left), Box::new(right)), span }
    }

    fn shape(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let mut span = self.span_of(&pair);
        span.end = span.start + self.text[span.start as usize..span.end as usize].trim_end().len() as u32;
        let shape = match pair.as_rule() {
            Rule::shape_applied => return self.shape_applied(pair),
            Rule::shape_texts => Shape::OneOf(tokens(pair).map(|text| texts::plain(text.as_str()).as_ref().into()).collect()),
            Rule::shape_list => match tokens(pair).next() {
                Some(item) => Shape::List(Box::new(self.annotation(item))),
                None => Shape::Hole,
            },
            Rule::shape_group => match tokens(pair).next() {
                Some(inner) => self.annotation(inner).shape,
                None => Shape::Hole,
            },
            Rule::hole => Shape::Hole,
            _ => self.shape_record(pair),
        };
        Annotation { shape, span }
    }

    fn shape_applied(&mut self, pair: Pair<'_, Rule>) -> Annotation {
        let mut span = self.span_of(&pair).at_start();
        let mut names = Vec::new();
        let mut argument = None;
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::hole => names.push(LOST_NAME),
                Rule::name => {
                    span.end = self.range(&part).end as u32;
                    names.push(part.as_str());
                }
                _ => {
                    let span = self.span_of(&part);
                    let read = self.deeper(span, |lowering| lowering.shape(part));
                    argument = Some(read.unwrap_or(Annotation { shape: Shape::Hole, span }));
                }
            }
        }
        let name_span = span;
        span.end = argument.as_ref().map_or(span.end, |argument| argument.span.end);
        let shape = match (names.as_slice(), argument) {
            (["Map"], Some(item)) => Shape::Map(Box::new(item)),
            (["Secret"], Some(inner)) => Shape::Secret(Box::new(inner)),
            (["Map" | "Secret"], None) => {
                self.problems
                    .0
                    .push(error::annotation_argument(name_span, &format!("`{0}` needs the type of what it holds: `{0} Str`", names[0])));
                Shape::Hole
            }
            (_, Some(argument)) => {
                let text = format!("`{}` takes no argument", names.join("."));
                self.problems.0.push(error::annotation_argument(argument.span, &text));
                Shape::Hole
            }
            ([name], None) => match Scalar::find(name) {
                Some(scalar) => Shape::Scalar(scalar),
                None => Shape::Named([self.names.intern(name)].into()),
            },
            (names, None) if names.contains(&LOST_NAME) => Shape::Hole,
            (_, None) => Shape::Named(names.iter().map(|name| self.names.intern(name)).collect()),
        };
        Annotation { shape, span }
    }

    fn shape_record(&mut self, pair: Pair<'_, Rule>) -> Shape {
        let mut fields: Vec<AnnotationField> = Vec::new();
        let mut open = false;
        let mut known = HashMap::new();
        for part in tokens(pair) {
            if part.as_rule() == Rule::ellipsis {
                open = true;
                continue;
            }
            let mut parts = tokens(part);
            let (Some(name), Some(mut next)) = (parts.next(), parts.next()) else { continue };
            let optional = next.as_rule() == Rule::optional;
            if optional {
                let Some(annotation) = parts.next() else { continue };
                next = annotation;
            }
            let name_span = self.span_of(&name);
            let name = self.name(name.as_str(), name_span);
            match known.get(&name).map(|at: &usize| &fields[*at]) {
                Some(first) => {
                    let first = first.name_span;
                    self.problems.0.push(error::duplicate(name_span, first, self.names.text(name)));
                }
                None => {
                    let annotation = self.annotation(next);
                    known.insert(name, fields.len());
                    fields.push(AnnotationField { name, name_span, optional, annotation });
                }
            }
        }
        if fields.iter().any(|field| self.names.text(field.name) == LOST_NAME) {
            return Shape::Hole;
        }
        Shape::Record { fields: fields.into(), open }
    }
}
