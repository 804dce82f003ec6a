//! The inputs of a file: what it declares, what is given, and the members of finite ones.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most matches ask for one form of value out of two dozen; those that must follow every form are exhaustive"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::inputs;
use wcalang_model::source::Span;
use wcalang_model::value::{Datum, Type};

use crate::eval::Evaluator;
use crate::eval::conform::{Wanted, What};
use crate::eval::convert::data_of_datum;
use crate::eval::value::{Data, Record, Value};
use crate::resolve::read_module;
use crate::syntax::ast::{Expr, Formals, Literal, Param, Tree};
use crate::syntax::{Name, Names};

/// A value given for an input.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Text of the command line or the environment, read as the input's type wants it.
    Text(String),
    /// Data of a file.
    Data(Datum),
}

/// An input that the file declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it is secret.
    pub secret: bool,
    /// Whether it may be left out.
    pub optional: bool,
    /// What a finite input is when it is left out, where the file says it in so many words.
    pub default: Option<Given>,
    /// Its documentation.
    pub doc: String,
    /// Where it is declared.
    pub span: Span,
}

/// The formals of the function that a file is, if it is one.
pub(crate) fn formals(tree: &Tree, root: crate::syntax::ast::ExprId) -> Option<&Formals> {
    match &tree[root] {
        Expr::Lambda { param: Param::Formals(formals), .. } => Some(formals),
        _ => None,
    }
}

/// The inputs that the file declares.
pub(crate) fn declared(evaluator: &mut Evaluator<'_>, tree: &Tree, formals: &Formals) -> Vec<Input> {
    let input = |field: &crate::syntax::ast::Formal| {
        let ty = field.annotation.as_ref().map_or(Type::STR, |annotation| evaluator.type_of_annotation(annotation));
        let (secret, ty) = match ty {
            Type::Secret(inner) => (true, (*inner).clone()),
            ty => (false, ty),
        };
        let default = field.default.and_then(|default| written_member(evaluator.names, &tree[default], formals));
        Input {
            name: evaluator.names.text(field.name).to_string(),
            ty,
            secret,
            optional: field.default.is_some() || field.optional,
            default,
            doc: field.doc.as_deref().unwrap_or_default().to_string(),
            span: field.name_span,
        }
    };
    formals.fields.iter().map(input).collect()
}

/// The member of a finite type that a default is, if it is written as it is.
fn written_member(names: &Names, default: &Expr, formals: &Formals) -> Option<Given> {
    match default {
        Expr::Literal(Literal::Str(text)) => Some(Given::Text(text.to_string())),
        Expr::Variable(name) if formals.fields.iter().all(|field| field.name != *name) => match names.text(*name) {
            "true" => Some(Given::Data(Datum::Bool(true))),
            "false" => Some(Given::Data(Datum::Bool(false))),
            _ => None,
        },
        _ => None,
    }
}

/// Reports what is given and not declared.
pub(crate) fn check_given(evaluator: &mut Evaluator<'_>, inputs_declared: &[Input], given: &BTreeSet<String>, file: Span) {
    for name in given {
        if !inputs_declared.iter().any(|input| input.name == *name) {
            let names: Vec<&str> = inputs_declared.iter().map(|input| input.name.as_str()).collect();
            let near = nearest(name, names.iter().copied()).map(|near| format!("did you mean `{near}`?\n")).unwrap_or_default();
            let list = if names.is_empty() {
                "the file declares no inputs".to_string()
            } else {
                format!("the file declares: {}", names.join(", "))
            };
            let problem = Problem::error(&inputs::UNDECLARED_INPUT, format!("the file declares no input `{name}`"));
            evaluator.report(problem.label(file, "inputs are declared here").help(format!("{near}{list}")));
        }
    }
}

/// The inputs that a plan needs and that nobody gave, in one problem.
pub(crate) fn missing(declared: &[Input], given: &BTreeMap<String, Given>) -> Option<Problem> {
    let missing: Vec<&Input> =
        declared.iter().filter(|input| !input.optional && !input.secret && !given.contains_key(&input.name)).collect();
    let first = missing.first()?;
    let names: Vec<String> = missing.iter().map(|input| format!("`{}`", input.name)).collect();
    let mut problem = Problem::error(&inputs::MISSING_INPUT, format!("no value is given for {}", names.join(", ")));
    for input in &missing {
        problem = problem.label(input.span, format!("{}", input.ty));
    }
    Some(problem.help(format!("give it with `--var {}=…`, in a file of `--vars`, or as WCALANG_VAR_{}", first.name, first.name)))
}

/// The members of a finite input.
pub(crate) fn members(input: &Input) -> Vec<Given> {
    match &input.ty {
        Type::Bool => vec![Given::Data(Datum::Bool(true)), Given::Data(Datum::Bool(false))],
        Type::OneOf(texts) => texts.iter().map(|text| Given::Text(text.to_string())).collect(),
        _ => Vec::new(),
    }
}

/// The record that the file's function is called with.
pub(crate) fn argument(evaluator: &mut Evaluator<'_>, declared: &[Input], given: &BTreeMap<String, Given>, span: Span) -> Value {
    let mut fields: Vec<(Name, Value)> = Vec::new();
    for input in declared {
        let value = if input.secret {
            // Whether its value is at hand or not: here it is only the secret of this name.
            evaluator.secret_input(&input.name, input.span)
        } else {
            match given.get(&input.name) {
                Some(given) => read(evaluator, input, given),
                None => continue,
            }
        };
        fields.push((evaluator.names.intern(&input.name), value));
    }
    Value::new(Data::Record(Rc::new(Record::from_fields(fields))), span)
}

/// A given value as the input's type reads it.
fn read(evaluator: &mut Evaluator<'_>, input: &Input, given: &Given) -> Value {
    let plain = matches!(input.ty, Type::Str { .. } | Type::OneOf(_) | Type::Arn | Type::Cidr | Type::Ip);
    let shown = match given {
        Given::Text(text) => text.clone(),
        Given::Data(Datum::Str(text)) => text.clone(),
        Given::Data(datum) => datum.to_json().to_string(),
    };
    let file = evaluator.files.add(format!("input {}", input.name), shown.as_str());
    let span = Span::new(file, 0, shown.len());
    let value = match given {
        Given::Data(Datum::Str(_)) | Given::Text(_) if plain => Value::str(shown.as_str(), span),
        Given::Data(Datum::Str(_)) | Given::Text(_) => {
            let (module, problems) = read_module(file, &shown, evaluator.names, None);
            if problems.has_errors() {
                let problem = Problem::error(&inputs::BAD_INPUT, format!("input `{}` is {}, not {shown:?}", input.name, input.ty));
                evaluator.report(
                    problem.label(input.span, "declared here").help("write it as in the language: 512MiB, 30s, true, [ \"a\" \"b\" ]"),
                );
                return Value::error(span);
            }
            let value = evaluator.module(module);
            Value::new(value.data, span)
        }
        Given::Data(datum) => Value::new(data_of_datum(datum, evaluator.names, span), span),
    };
    let what = format!("input `{}`", input.name);
    evaluator.conform(value, &input.ty, Wanted { what: What::Is(&what), place: span.into() })
}
