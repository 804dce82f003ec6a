//! A tree as one line of text, every form in its own brackets and without places: two texts that show alike say the same.

use crate::Names;
use crate::ast::{Annotation, Attr, Binding, Expr, ExprId, Key, Literal, Origin, Param, Part, Shape, Tree};

/// A tree as text, for comparison: every form in its own brackets.
pub fn show(tree: &Tree, names: &Names, id: ExprId) -> String {
    let sub = |id: &ExprId| show(tree, names, *id);
    let path = |path: &[Attr]| path.iter().map(|attr| key(tree, names, attr)).collect::<Vec<_>>().join(".");
    match &tree[id] {
        Expr::Literal(literal) => match literal {
            Literal::Int(number) => number.to_string(),
            Literal::Float(number) => format!("{number:?}"),
            Literal::Str(text) => format!("{text:?}"),
            Literal::Cidr(block) => block.to_string(),
            Literal::Ip(address) => address.to_string(),
            Literal::Size(bytes) => format!("{bytes}B"),
            Literal::Duration(millis) => format!("{millis}ms"),
            Literal::Money(cents) => format!("{cents}ct"),
            Literal::Percent(percent) => format!("{percent}%"),
            Literal::Cpu(millis) => format!("{millis}mcpu"),
        },
        Expr::Interpolated(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => format!("{text:?}"),
                Part::Expr(expr) => sub(expr),
            });
            format!("(text {})", parts.collect::<Vec<_>>().join(" "))
        }
        Expr::Variable(name) => names.text(*name).to_owned(),
        Expr::Select { base, path: steps, default } => match default {
            Some(default) => format!("({}.{} or {})", sub(base), path(steps), sub(default)),
            None => format!("{}.{}", sub(base), path(steps)),
        },
        Expr::HasAttr { base, path: steps } => format!("(? {} {})", sub(base), path(steps)),
        Expr::Apply { function, argument } => format!("({} {})", sub(function), sub(argument)),
        Expr::Pipe { argument, function } => format!("(|> {} {})", sub(argument), sub(function)),
        Expr::Lambda { param, body } => match param {
            Param::Name { name, .. } => format!("({}: {})", names.text(*name), sub(body)),
            Param::Formals(formals) => {
                let mut fields: Vec<String> = Vec::new();
                for formal in &formals.fields {
                    let mut field = names.text(formal.name).to_owned();
                    if formal.optional {
                        field.push('?');
                    }
                    if let Some(annotation) = &formal.annotation {
                        field.push_str(&format!(":{}", shape(names, annotation)));
                    }
                    if let Some(default) = &formal.default {
                        field.push_str(&format!("={}", sub(default)));
                    }
                    if let Some(doc) = &formal.doc {
                        field.push_str(&format!(" doc{doc:?}"));
                    }
                    fields.push(field);
                }
                fields.extend(formals.ellipsis.map(|_| "...".to_owned()));
                let at = formals.at.map_or(String::new(), |(name, _)| format!("@{}", names.text(name)));
                format!("({{{}}}{at}: {})", fields.join(","), sub(body))
            }
        },
        Expr::LetIn { bindings, body } => format!("(let {}in {})", show_bindings(tree, names, bindings), sub(body)),
        Expr::Record { recursive, bindings } => {
            format!("{}{{ {}}}", if *recursive { "rec" } else { "" }, show_bindings(tree, names, bindings))
        }
        Expr::List(items) => format!("[{}]", items.iter().map(sub).collect::<Vec<_>>().join(" ")),
        Expr::If { condition, then, otherwise } => format!("(if {} {} {})", sub(condition), sub(then), sub(otherwise)),
        Expr::Assert { condition, body } => format!("(assert {} {})", sub(condition), sub(body)),
        Expr::With { scope, body } => format!("(with {} {})", sub(scope), sub(body)),
        Expr::Unary { op, operand } => format!("({} {})", op.text(), sub(operand)),
        Expr::Binary { op, left, right, .. } => format!("({} {} {})", op.text(), sub(left), sub(right)),
        Expr::Hole => "HOLE".to_owned(),
    }
}

fn key(tree: &Tree, names: &Names, attr: &Attr) -> String {
    match attr.key {
        Key::Name(name) => names.text(name).to_owned(),
        Key::Dynamic(expr) => format!("${{{}}}", show(tree, names, expr)),
    }
}

fn show_bindings(tree: &Tree, names: &Names, bindings: &[Binding]) -> String {
    let mut out = String::new();
    for binding in bindings {
        let name = key(tree, names, &binding.attr);
        if let Some(doc) = binding.doc() {
            out.push_str(&format!("doc{doc:?} "));
        }
        if let Some(annotation) = binding.annotation() {
            out.push_str(&format!("{name}:{}; ", shape(names, annotation)));
        }
        match binding.origin {
            Origin::Written | Origin::Path => out.push_str(&format!("{name}={}; ", show(tree, names, binding.value))),
            Origin::Inherit => out.push_str(&format!("inherit {name}; ")),
            Origin::InheritFrom => {
                let Some(source) = tree.inherit_source(binding) else { continue };
                out.push_str(&format!("inherit ({}) {name}; ", show(tree, names, source)));
            }
        }
    }
    out
}

fn shape(names: &Names, annotation: &Annotation) -> String {
    match &annotation.shape {
        Shape::Scalar(scalar) => scalar.text().to_owned(),
        Shape::Named(path) => path.iter().map(|name| names.text(*name)).collect::<Vec<_>>().join("."),
        Shape::OneOf(texts) => texts.iter().map(|text| format!("{text:?}")).collect::<Vec<_>>().join("|"),
        Shape::List(item) => format!("[{}]", shape(names, item)),
        Shape::Record { fields, open } => {
            let mut shown: Vec<String> = Vec::new();
            for field in fields {
                shown.push(format!(
                    "{}{}:{}",
                    names.text(field.name),
                    if field.optional { "?" } else { "" },
                    shape(names, &field.annotation)
                ));
            }
            shown.extend(open.then(|| "...".to_owned()));
            format!("{{{}}}", shown.join(","))
        }
        Shape::Map(item) => format!("(Map {})", shape(names, item)),
        Shape::Function(from, to) => format!("({} -> {})", shape(names, from), shape(names, to)),
        Shape::Secret(inner) => format!("(Secret {})", shape(names, inner)),
        Shape::Hole => "HOLE".to_owned(),
    }
}
