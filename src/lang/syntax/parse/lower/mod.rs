//! From what the grammar read to the tree, by hand, one small function per rule.
#![expect(clippy::wildcard_enum_match_arm, reason = "the enum of the grammar's rules: what cannot come here is one arm")]

mod annotations;
mod bindings;
mod literals;
mod operators;
mod parts;
mod texts;

use std::ops::Range;

use hashbrown::HashMap;
use pest::iterators::{Pair, Pairs};
use wcalang_model::diag::Problems;
use wcalang_model::source::{FileId, Span};

use super::{Comment, CommentKind, Rule};
use crate::ast::{Attr, Expr, ExprId, Formal, Formals, Key, Literal, Param, Tree};
use crate::{LOST_NAME, MAX_DEPTH, Name, Names, error};

use operators::Token;
use parts::Pending;

pub(super) use parts::Part;

/// How deep the reading may go. Brackets are counted before (`scan`), and whatever else nests makes the tree deeper; so what is deeper
/// than this cannot stay within [`MAX_DEPTH`].
const DEEPEST: usize = 2 * MAX_DEPTH;

/// The tree so far.
pub(crate) struct Lowering<'a> {
    file: FileId,
    text: &'a str,
    names: &'a mut Names,
    tree: Tree,
    /// By expression: 1 + the depth of its deepest child.
    depths: Vec<u16>,
    /// The tokens of the operations that are being read, innermost last.
    tokens: Vec<Token>,
    /// The doc comments, in order.
    docs: Vec<Span>,
    too_deep: bool,
    /// Where the text begins that is being read, if it is a part.
    origin: usize,
    /// The parts of a long text that are read on their own.
    pending: Option<Pending<'a>>,
    /// How many expressions, defaults and types are being read inside of one another.
    level: usize,
    /// What is wrong so far.
    pub problems: Problems,
}

impl<'a> Lowering<'a> {
    pub fn new(file: FileId, text: &'a str, names: &'a mut Names, comments: &[Comment]) -> Self {
        let docs = comments.iter().filter(|comment| comment.kind == CommentKind::Doc).map(|comment| comment.span).collect();
        let tree = Tree { file, ..Tree::default() };
        let (depths, tokens, problems) = (Vec::new(), Vec::new(), Problems::default());
        Lowering { file, text, names, tree, depths, tokens, docs, too_deep: false, origin: 0, pending: None, level: 0, problems }
    }

    pub fn finish(self) -> (Tree, Problems) {
        (self.tree, self.problems)
    }

    /// The whole file.
    pub fn file(&mut self, pairs: Pairs<'_, Rule>) -> ExprId {
        let expr = pairs.flat_map(Pair::into_inner).find(|pair| is_expr(pair.as_rule()));
        match expr {
            Some(expr) => self.expr(expr),
            None => self.hole(0, self.text.len()),
        }
    }

    /// A place without a value; whoever makes one has reported why.
    pub fn hole(&mut self, start: usize, end: usize) -> ExprId {
        self.add(Expr::Hole, start, end)
    }

    fn add(&mut self, expr: Expr, start: usize, end: usize) -> ExprId {
        let mut deepest = 0;
        expr.for_each_child(&mut |child| deepest = deepest.max(self.depths[child.0 as usize]));
        let mut expr = expr;
        if usize::from(deepest) >= MAX_DEPTH {
            self.refuse_depth(self.span(start, end));
            (expr, deepest) = (Expr::Hole, 0);
        }
        let id = ExprId(self.tree.exprs.len() as u32);
        self.tree.exprs.push(expr);
        self.tree.places.push(self.span(start, end).into());
        self.depths.push(deepest + 1);
        id
    }

    fn refuse_depth(&mut self, span: Span) {
        if !std::mem::replace(&mut self.too_deep, true) {
            self.problems.0.push(error::too_deep(span));
        }
    }

    /// Reads what stands one level deeper, unless that is deeper than anything that stays within [`MAX_DEPTH`].
    fn deeper<T>(&mut self, span: Span, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.level >= DEEPEST {
            self.refuse_depth(span);
            return None;
        }
        self.level += 1;
        let read = read(self);
        self.level -= 1;
        Some(read)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    /// Where it stands in the text.
    fn range(&self, pair: &Pair<'_, Rule>) -> Range<usize> {
        let span = pair.as_span();
        match &self.pending {
            None => self.origin + span.start()..self.origin + span.end(),
            Some(pending) => pending.place(span.start())..pending.place(span.end()),
        }
    }

    fn span_of(&self, pair: &Pair<'_, Rule>) -> Span {
        let range = self.range(pair);
        self.span(range.start, range.end)
    }

    fn end(&self, id: ExprId) -> usize {
        self.tree.span(id).end as usize
    }

    fn start(&self, id: ExprId) -> usize {
        self.tree.span(id).start as usize
    }

    fn expr(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.span_of(&pair);
        let read = self.deeper(span, |lowering| lowering.form(pair));
        read.unwrap_or_else(|| self.hole(span.start as usize, span.end as usize))
    }

    fn form(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        match pair.as_rule() {
            Rule::operation => self.operation(pair),
            Rule::let_in => self.let_in(pair),
            Rule::if_else => self.if_else(pair),
            Rule::assert => self.guarded(pair, |condition, body| Expr::Assert { condition, body }),
            Rule::with => self.guarded(pair, |scope, body| Expr::With { scope, body }),
            Rule::lambda_name => self.lambda_name(pair),
            Rule::lambda_formals => self.lambda_formals(pair),
            _ => {
                let span = self.range(&pair);
                self.hole(span.start, span.end)
            }
        }
    }

    fn atom(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let Range { start, end } = self.range(&pair);
        match pair.as_rule() {
            Rule::variable => self.variable(pair.as_str(), start, end),
            Rule::plain => {
                let text = texts::plain(pair.as_str()).as_ref().into();
                self.add(Expr::Literal(Literal::Str(text)), start, end)
            }
            Rule::record => self.record(pair),
            Rule::list => self.list(pair),
            Rule::group => self.group(pair),
            Rule::string => self.string(pair),
            Rule::indented => self.indented(pair),
            Rule::negative => {
                let rule = tokens(pair).next().map_or(Rule::odd_number, |number| number.as_rule());
                self.number(rule, start, end)
            }
            Rule::integer | Rule::cidr | Rule::ip | Rule::float | Rule::measure | Rule::odd_number => {
                self.number(pair.as_rule(), start, end)
            }
            _ => self.hole(start, end),
        }
    }

    fn variable(&mut self, text: &str, start: usize, end: usize) -> ExprId {
        if matches!(text, "null" | "import") {
            self.problems.0.push(error::word_of_nix(self.span(start, end), text));
            return self.hole(start, end);
        }
        let name = self.names.intern(text);
        self.add(Expr::Variable(name), start, end)
    }

    fn group(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let span = self.span_of(&pair);
        let Some(inner) = tokens(pair).next() else { return self.hole(span.start as usize, span.end as usize) };
        let id = self.expr(inner);
        self.tree.places[id.0 as usize] = span.into();
        id
    }

    fn let_in(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let start = self.range(&pair).start;
        let (members, mut rest): (Vec<_>, Vec<_>) = tokens(pair).partition(|pair| matches!(pair.as_rule(), Rule::binding | Rule::inherit));
        let bindings = self.bindings(members.into_iter());
        for binding in &bindings {
            if let Key::Dynamic(_) = binding.attr.key
                && !self.tree.is_lost(&binding.attr)
            {
                self.problems.0.push(error::dynamic_key_in_let(binding.attr.span));
            }
        }
        let body = self.next_expr(rest.pop());
        self.add(Expr::LetIn { bindings, body }, start, self.end(body))
    }

    fn next_expr(&mut self, pair: Option<Pair<'_, Rule>>) -> ExprId {
        match pair {
            Some(pair) => self.expr(pair),
            None => self.hole(self.text.len(), self.text.len()),
        }
    }

    fn if_else(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let start = self.range(&pair).start;
        let mut parts = tokens(pair);
        let condition = self.next_expr(parts.next());
        let then = self.next_expr(parts.next());
        let otherwise = self.next_expr(parts.next());
        self.add(Expr::If { condition, then, otherwise }, start, self.end(otherwise))
    }

    fn guarded(&mut self, pair: Pair<'_, Rule>, make: fn(ExprId, ExprId) -> Expr) -> ExprId {
        let start = self.range(&pair).start;
        let mut parts = tokens(pair);
        let first = self.next_expr(parts.next());
        let body = self.next_expr(parts.next());
        self.add(make(first, body), start, self.end(body))
    }

    fn lambda_name(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let start = self.range(&pair).start;
        let mut param = None;
        let mut body = None;
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::name => {
                    let span = self.span_of(&part);
                    param = Some(Param::Name { name: self.name(part.as_str(), span), span });
                }
                Rule::colon => self.colon(part),
                Rule::formals => {
                    let mut formals = self.formals(part);
                    if let Some(Param::Name { name, span }) = param {
                        formals.at = Some((name, span));
                    }
                    param = Some(Param::Formals(Box::new(formals)));
                }
                _ => body = Some(self.expr(part)),
            }
        }
        self.lambda(start, param, body)
    }

    fn lambda_formals(&mut self, pair: Pair<'_, Rule>) -> ExprId {
        let start = self.range(&pair).start;
        let mut formals = None;
        let mut body = None;
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::formals => formals = Some(self.formals(part)),
                Rule::name | Rule::hole => {
                    let span = self.span_of(&part);
                    let name = self.name(part.as_str(), span);
                    if part.as_rule() == Rule::hole {
                        // Whether an option is there was asked of the name that is missing.
                        for field in formals.iter_mut().flat_map(|formals: &mut Formals| &mut formals.fields) {
                            field.default =
                                field.default.or_else(|| field.optional.then(|| self.hole(span.start as usize, span.start as usize)));
                            field.optional = false;
                        }
                    }
                    if let Some(formals) = &mut formals {
                        formals.at = Some((name, span));
                    }
                }
                rule if is_expr(rule) => body = Some(self.expr(part)),
                _ => {}
            }
        }
        self.lambda(start, formals.map(|formals| Param::Formals(Box::new(formals))), body)
    }

    fn lambda(&mut self, start: usize, param: Option<Param>, body: Option<ExprId>) -> ExprId {
        match (param, body) {
            (Some(param), Some(body)) => self.add(Expr::Lambda { param, body }, start, self.end(body)),
            (_, _) => self.hole(start, start),
        }
    }

    fn colon(&mut self, pair: Pair<'_, Rule>) {
        let end = self.range(&pair).end;
        if !self.text[end..].starts_with([' ', '\n', '\t', '\r', '#']) {
            self.problems.0.push(error::lambda_colon(self.span(end - 1, end)));
        }
    }

    fn formals(&mut self, pair: Pair<'_, Rule>) -> Formals {
        let mut span = self.span_of(&pair);
        span.end = span.start + self.text[span.start as usize..span.end as usize].trim_end().len() as u32;
        let mut formals = Formals { fields: Vec::new(), ellipsis: None, at: None, span };
        let mut known = HashMap::new();
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::ellipsis => formals.ellipsis = Some(self.span_of(&part)),
                Rule::formal => {
                    let formal = self.formal(part);
                    match known.get(&formal.name).map(|at: &usize| &formals.fields[*at]) {
                        Some(other) if self.names.text(other.name) == LOST_NAME => {}
                        Some(other) => {
                            let name = self.names.text(formal.name).to_owned();
                            self.problems.0.push(error::duplicate(formal.name_span, other.name_span, &name));
                        }
                        None => {
                            known.insert(formal.name, formals.fields.len());
                            formals.fields.push(formal);
                        }
                    }
                }
                _ => {}
            }
        }
        formals
    }

    fn formal(&mut self, pair: Pair<'_, Rule>) -> Formal {
        let name_span = self.span_of(&pair).at_start();
        let doc = self.doc(self.range(&pair).start);
        let mut formal = Formal { name: Name(0), name_span, annotation: None, default: None, optional: false, doc };
        for part in tokens(pair) {
            match part.as_rule() {
                Rule::name => {
                    formal.name_span = self.span_of(&part);
                    formal.name = self.name(part.as_str(), formal.name_span);
                }
                Rule::hole => {
                    formal.name_span = self.span_of(&part);
                    formal.name = self.names.intern(LOST_NAME);
                    formal.optional = true;
                }
                Rule::absent => formal.optional = true,
                Rule::annotation => formal.annotation = Some(Box::new(self.annotation(part))),
                _ => formal.default = Some(self.expr(part)),
            }
        }
        formal
    }

    /// A name that is defined or looked up: not a keyword.
    fn name(&mut self, text: &str, span: Span) -> Name {
        if matches!(text, "if" | "then" | "else" | "assert" | "with" | "let" | "inherit" | "in" | "rec") {
            self.problems.0.push(error::keyword_as_name(span, text));
        }
        self.names.intern(text)
    }

    fn attr(&mut self, pair: Pair<'_, Rule>) -> Attr {
        let span = self.span_of(&pair);
        let key = match pair.as_rule() {
            Rule::name => Key::Name(self.name(pair.as_str(), span)),
            Rule::plain => Key::Name(self.names.intern(&texts::plain(pair.as_str()))),
            Rule::interpolation => {
                let inner = tokens(pair).next();
                let expr = self.next_expr(inner);
                self.key(expr)
            }
            Rule::hole => Key::Dynamic(self.hole(span.start as usize, span.end as usize)),
            _ => {
                let expr = self.string(pair);
                self.key(expr)
            }
        };
        Attr { key, span }
    }

    fn key(&mut self, expr: ExprId) -> Key {
        match &self.tree[expr] {
            Expr::Literal(Literal::Str(text)) => Key::Name(self.names.intern(text)),
            _ => Key::Dynamic(expr),
        }
    }

    /// The documentation directly before a place.
    fn doc(&self, start: usize) -> Option<std::sync::Arc<str>> {
        let after = self.docs.partition_point(|doc| doc.end as usize <= start);
        let doc = self.docs[..after].last()?;
        let between = &self.text[doc.end as usize..start];
        between.trim().is_empty().then(|| texts::documentation(&self.text[doc.start as usize..doc.end as usize]).into())
    }
}

/// What a rule read, without comments.
fn tokens<'i>(pair: Pair<'i, Rule>) -> impl Iterator<Item = Pair<'i, Rule>> {
    pair.into_inner().filter(|pair| !matches!(pair.as_rule(), Rule::line | Rule::block))
}

fn is_expr(rule: Rule) -> bool {
    matches!(rule, Rule::operation | Rule::let_in | Rule::if_else | Rule::assert | Rule::with | Rule::lambda_name | Rule::lambda_formals)
}
