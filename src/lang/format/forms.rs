//! How each form of the language is laid out.

use super::doc::Doc;
use super::operations;
use super::rows::{self, Form, Item};
use crate::syntax::{Child, CommentKind, Leaf, Node, NodeKind};

/// The text that is laid out.
pub(super) struct Layout<'a> {
    pub text: &'a str,
}

/// Where an expression begins.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Start {
    /// On a line of its own: what continues it is not indented.
    OwnLine,
    /// Behind something else.
    Inline,
    /// It is the whole file, or the body of a function that is.
    Root,
}

impl Start {
    /// The start of something on the next line, behind what starts here.
    fn next_line(self) -> Start {
        match self {
            Start::Root => Start::Root,
            Start::OwnLine | Start::Inline => Start::OwnLine,
        }
    }
}

/// Where the value of a definition, or the body of a function, goes if the author did not end the line before it.
enum Place {
    /// On the same line, whatever it is.
    Beside,
    /// On the same line if it fits there as far as its first line goes.
    Loose,
    /// On lines of its own unless all of it fits.
    Alone,
}

impl Layout<'_> {
    pub(super) fn file(&self, root: &Node) -> Doc {
        let mut docs = Vec::new();
        for child in &root.children {
            if !docs.is_empty() {
                match (child, child.lines()) {
                    (_, 0) => docs.push(Doc::Space),
                    (_, 1) => docs.push(Doc::Hard),
                    (_, _) => docs.push(Doc::Blank),
                }
            }
            docs.push(self.child(child, Start::Root));
        }
        Doc::Concat(docs)
    }

    pub(super) fn text_of(&self, leaf: &Leaf) -> &str {
        &self.text[leaf.range.clone()]
    }

    pub(super) fn is(&self, child: &Child, text: &str) -> bool {
        matches!(child, Child::Token(leaf) if self.text_of(leaf) == text)
    }

    pub(super) fn child(&self, child: &Child, start: Start) -> Doc {
        match child {
            Child::Node(node) => self.node(node, start),
            Child::Token(leaf) => self.token(leaf),
            Child::Comment(leaf, CommentKind::Line) => Doc::Comment(self.text_of(leaf).trim_end().to_owned()),
            Child::Comment(leaf, CommentKind::Block | CommentKind::Doc) => self.block_comment(leaf),
        }
    }

    fn node(&self, node: &Node, start: Start) -> Doc {
        match node.kind {
            NodeKind::File => self.file(node),
            NodeKind::LetIn => self.let_in(node, start),
            NodeKind::IfElse => self.if_else(node),
            NodeKind::Assert | NodeKind::With => self.guarded(node, start),
            NodeKind::Lambda => self.lambda(node, start),
            NodeKind::Operation => self.operation(node, start),
            NodeKind::Group => self.group(node),
            NodeKind::List | NodeKind::Record => self.items(node),
            NodeKind::Formals => self.formals(node),
            NodeKind::Inherit => self.inherit(node),
            NodeKind::Binding | NodeKind::Formal => self.binding(node),
            NodeKind::Annotation if node.children.first().is_some_and(|child| self.is(child, "{")) => self.formals(node),
            NodeKind::Select | NodeKind::HasAttr | NodeKind::Default | NodeKind::Annotation => self.inline(node),
        }
    }

    /// An indented text moves with its surroundings where that cannot change what it says; every other token stays as it is.
    fn token(&self, leaf: &Leaf) -> Doc {
        let text = self.text_of(leaf);
        let lines = text.strip_prefix("''").and_then(|text| text.strip_suffix("''")).and_then(indented_lines);
        lines.map_or_else(|| Doc::text(text), Doc::Indented)
    }

    /// The lines of a comment move together, so that they stay as far from one another as they were.
    fn block_comment(&self, leaf: &Leaf) -> Doc {
        let before = &self.text[..leaf.range.start];
        let before = &before[before.rfind('\n').map_or(0, |newline| newline + 1)..];
        let column = before.trim_matches(['\u{feff}', ' ']).is_empty().then(|| before.chars().count());
        let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let rest = || self.text_of(leaf).lines().skip(1);
        let moved = rest().filter(|line| !line.trim().is_empty()).map(blanks).chain(column).min().unwrap_or(0);
        let first = self.text_of(leaf).lines().take(1).map(|line| line.trim_end().to_owned());
        Doc::Lines(first.chain(rest().map(|line| line.get(moved..).unwrap_or("").trim_end().to_owned())).collect())
    }

    /// What follows on the same line if it fits there, or indented on the next.
    fn value(&self, child: &Child) -> Doc {
        let next = |line| Doc::indent(Doc::Concat(vec![line, self.child(child, Start::OwnLine)]));
        match self.place(child) {
            _ if child.lines() > 0 => Doc::group(next(Doc::Hard)),
            Place::Alone => Doc::group(next(Doc::Line)),
            Place::Loose => Doc::loose(next(Doc::Line)),
            Place::Beside => Doc::Concat(vec![Doc::Space, self.child(child, Start::Inline)]),
        }
    }

    fn place(&self, child: &Child) -> Place {
        match sole(child) {
            Child::Node(node) if self.stands_alone(node) => Place::Alone,
            Child::Node(Node { kind: NodeKind::Operation, .. }) => Place::Loose,
            Child::Node(_) | Child::Token(_) | Child::Comment(..) => Place::Beside,
        }
    }

    /// Whether a form that goes over several lines begins on a line of its own.
    fn stands_alone(&self, node: &Node) -> bool {
        match node.kind {
            NodeKind::LetIn | NodeKind::IfElse => true,
            // `with net; [` opens beside, as its list would.
            NodeKind::Assert | NodeKind::With => match node.children.last().map(|body| (body.lines(), sole(body))) {
                Some((0, Child::Node(body))) if matches!(body.kind, NodeKind::Assert | NodeKind::With) => self.stands_alone(body),
                Some((0, body)) => !self.opens(body),
                Some(_) | None => true,
            },
            NodeKind::Operation => operations::is_broken(&node.children),
            NodeKind::Record | NodeKind::List | NodeKind::Group | NodeKind::Lambda | NodeKind::Formals | NodeKind::Formal => false,
            NodeKind::Select | NodeKind::Default | NodeKind::HasAttr | NodeKind::Inherit | NodeKind::Binding => false,
            NodeKind::Annotation | NodeKind::File => false,
        }
    }

    fn comment(&self, child: &Child) -> Option<Doc> {
        match child {
            Child::Comment(leaf, _) if leaf.lines > 0 => Some(Doc::Concat(vec![Doc::Hard, self.child(child, Start::Inline), Doc::Space])),
            Child::Comment(..) => Some(Doc::Concat(vec![Doc::Space, self.child(child, Start::Inline), Doc::Space])),
            Child::Node(_) | Child::Token(_) => None,
        }
    }

    fn let_in(&self, node: &Node, start: Start) -> Doc {
        let split = node.children.iter().position(|child| self.is(child, "in")).unwrap_or(node.children.len());
        let (definitions, rest) = node.children.split_at(split);
        let items: Vec<Item> = definitions.iter().skip(1).map(|child| self.item(child)).collect();
        let head = if rows::are_broken(&items) {
            vec![Doc::text("let"), Doc::indent(Doc::Concat(vec![Doc::Hard, rows::rows(items)])), Doc::Hard, Doc::text("in")]
        } else {
            let mut inner = vec![Doc::Line, rows::separated(items)];
            if definitions.len() < 2 {
                inner.clear();
            }
            vec![Doc::text("let"), Doc::indent(Doc::Concat(inner)), Doc::Line, Doc::text("in")]
        };
        let mut docs = vec![Doc::group(Doc::Concat(head))];
        for child in rest.iter().skip(1) {
            docs.push(self.same_level(child, start));
        }
        Doc::Concat(docs)
    }

    /// A body that stands on the level of what introduces it.
    fn same_level(&self, child: &Child, start: Start) -> Doc {
        if let Some(comment) = self.comment(child) {
            return comment;
        }
        let next = |line| Doc::Concat(vec![line, self.child(child, start.next_line())]);
        match (child.lines(), self.place(child)) {
            (0, Place::Alone) => Doc::group(next(Doc::Line)),
            (0, Place::Loose) => Doc::loose(next(Doc::Line)),
            (0, Place::Beside) => {
                Doc::Concat(vec![Doc::Space, self.child(child, if start == Start::Root { Start::Root } else { Start::Inline })])
            }
            (1, _) => next(Doc::Hard),
            (_, _) => next(Doc::Blank),
        }
    }

    /// One line if all of it fits; otherwise each keyword begins one. A chain never is on one line.
    fn if_else(&self, node: &Node) -> Doc {
        let mut chain: Vec<&Child> = Vec::new();
        let mut is_broken = false;
        let mut rest = Some(node);
        while let Some(node) = rest.take() {
            let last = node.children.len().saturating_sub(1);
            for (index, child) in node.children.iter().enumerate() {
                let is_bare = matches!(node.children.get(index.wrapping_sub(1)), Some(before) if self.is(before, "else"));
                if let Child::Node(inner @ Node { kind: NodeKind::IfElse, .. }) = child
                    && index == last
                    && is_bare
                {
                    is_broken = true;
                    rest = Some(inner);
                } else {
                    is_broken |= !chain.is_empty() && child.lines() > 0 || matches!(child, Child::Comment(..));
                    chain.push(child);
                }
            }
        }
        let mut docs = Vec::new();
        let mut condition: Vec<Doc> = Vec::new();
        let mut is_condition = false;
        for child in chain {
            if let Some(comment) = self.comment(child) {
                if is_condition { condition.push(comment) } else { docs.push(Doc::indent(comment)) }
            } else if self.is(child, "if") {
                docs.extend((!docs.is_empty()).then_some(Doc::Space));
                is_condition = true;
            } else if self.is(child, "then") {
                let condition = Doc::indent(Doc::Concat(std::mem::take(&mut condition)));
                docs.push(Doc::group(Doc::Concat(vec![Doc::text("if"), condition, Doc::Line, Doc::text("then")])));
                is_condition = false;
            } else if self.is(child, "else") {
                docs.extend([Doc::line(is_broken), Doc::text("else")]);
            } else if is_condition {
                condition.extend([Doc::Line, self.child(child, Start::OwnLine)]);
            } else {
                docs.push(Doc::indent(Doc::Concat(vec![Doc::line(is_broken), self.child(child, Start::OwnLine)])));
            }
        }
        Doc::group(Doc::Concat(docs))
    }

    fn guarded(&self, node: &Node, start: Start) -> Doc {
        let mut docs: Vec<Doc> = Vec::new();
        let mut is_body = false;
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
            } else if self.is(child, ";") {
                docs.push(self.child(child, start));
                is_body = true;
            } else if is_body {
                docs.push(self.same_level(child, start));
            } else if docs.is_empty() {
                docs.push(self.child(child, start));
            } else {
                docs.push(self.value(child));
            }
        }
        Doc::Concat(docs)
    }

    fn lambda(&self, node: &Node, start: Start) -> Doc {
        let mut docs = Vec::new();
        let mut is_body = false;
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
            } else if is_body && start == Start::Root {
                docs.push(self.same_level(child, start));
            } else if is_body {
                docs.push(self.value(child));
            } else {
                is_body = self.is(child, ":");
                docs.push(self.child(child, start));
            }
        }
        Doc::Concat(docs)
    }

    fn group(&self, node: &Node) -> Doc {
        let last = node.children.len().saturating_sub(1);
        let inner = &node.children[1.min(last)..last];
        let is_comment = |child: &Child| matches!(child, Child::Comment(..));
        if inner.first().is_some_and(|child| child.lines() > 0) || inner.iter().any(is_comment) {
            let inner = inner
                .iter()
                .map(|child| self.comment(child).unwrap_or_else(|| Doc::Concat(vec![Doc::Hard, self.child(child, Start::OwnLine)])));
            let inner = Doc::indent(Doc::Concat(inner.collect()));
            return Doc::group(Doc::Concat(vec![Doc::text("("), inner, Doc::Hard, Doc::text(")")]));
        }
        let Some(inner) = inner.first() else { return Doc::text("()") };
        let within = |line: Doc, start| {
            let inner = Doc::indent(Doc::Concat(vec![line, self.child(inner, start)]));
            Doc::Concat(vec![Doc::text("("), inner, Doc::Edge, Doc::text(")")])
        };
        let body = body(inner);
        let place = if body.lines() > 0 { Place::Alone } else { self.place(body) };
        match place {
            Place::Alone => Doc::group(within(Doc::Edge, Start::OwnLine)),
            Place::Loose => Doc::loose(within(Doc::Edge, Start::OwnLine)),
            Place::Beside => Doc::Concat(vec![Doc::text("("), self.child(inner, Start::Inline), Doc::text(")")]),
        }
    }

    fn item(&self, child: &Child) -> Item {
        let form = match child {
            Child::Comment(_, CommentKind::Line) => Form::LineComment,
            Child::Comment(..) => Form::BlockComment,
            Child::Node(_) | Child::Token(_) => Form::Item,
        };
        Item { doc: self.child(child, Start::OwnLine), lines: child.lines(), form }
    }

    /// Records and lists.
    fn items(&self, node: &Node) -> Doc {
        let open = node.children.iter().position(|child| self.is(child, "{") || self.is(child, "[")).unwrap_or(0);
        let last = node.children.len().saturating_sub(1);
        let mut items: Vec<Item> = Vec::new();
        let mut is_number = false;
        for child in node.children.iter().take(last).skip(open + 1) {
            let continues = matches!(child, Child::Node(Node { kind: NodeKind::Select | NodeKind::Default, .. }));
            match items.iter_mut().rfind(|item| item.form == Form::Item) {
                Some(item) if continues => {
                    let is_apart = is_number || matches!(child, Child::Node(Node { kind: NodeKind::Default, .. }));
                    let before = std::mem::replace(&mut item.doc, Doc::Space);
                    let space = if is_apart { Doc::Space } else { Doc::Concat(Vec::new()) };
                    item.doc = Doc::Concat(vec![before, space, self.child(child, Start::Inline)]);
                }
                _ => items.push(self.item(child)),
            }
            if !matches!(child, Child::Comment(..)) {
                is_number = self.is_number(child);
            }
        }
        let mut head = Vec::new();
        for child in &node.children[..open] {
            head.push(self.child(child, Start::Inline));
            head.push(Doc::Space);
        }
        let (opener, closer) = if node.kind == NodeKind::List { ("[", "]") } else { ("{", "}") };
        head.push(Doc::text(opener));
        rows::bracketed(Doc::Concat(head), items, Doc::text(closer))
    }

    /// On lines of their own each parameter has its comma, the last one too, save for `...`.
    fn formals(&self, node: &Node) -> Doc {
        let last = node.children.len().saturating_sub(1);
        let mut items: Vec<Item> = Vec::new();
        let mut has_comma = false;
        for child in node.children.iter().take(last).skip(1) {
            let is_comma = self.is(child, ",");
            if is_comma || matches!(child, Child::Comment(..)) {
                has_comma |= is_comma;
            } else {
                if has_comma {
                    put_behind(&mut items, Doc::text(","));
                }
                has_comma = false;
            }
            if !is_comma {
                items.push(self.item(child));
            }
        }
        let ends_open = node.children[..last].iter().rev().find(|child| !matches!(child, Child::Comment(..)) && !self.is(child, ","));
        if !ends_open.is_some_and(|child| self.is(child, "...")) {
            let comma = if rows::are_broken(&items) { Doc::text(",") } else { Doc::Comma };
            put_behind(&mut items, comma);
        }
        rows::bracketed(Doc::text("{"), items, Doc::text("}"))
    }

    /// All names on one line, or each on its own, the source beside the keyword and the semicolon below.
    fn inherit(&self, node: &Node) -> Doc {
        let closer = node.children.iter().position(|child| self.is(child, ")")).map_or(1, |closer| closer + 1);
        let (head, names) = node.children.split_at(closer);
        let mut docs = Vec::new();
        for child in head {
            let is_apart = self.is(child, "(");
            docs.extend(is_apart.then_some(Doc::Space));
            docs.push(self.comment(child).unwrap_or_else(|| self.child(child, Start::Inline)));
        }
        let mut rest = Vec::new();
        let mut is_broken = names.first().is_some_and(|child| child.lines() > 0 && !self.is(child, ";"));
        for child in names {
            match self.comment(child) {
                Some(comment) => rest.push(comment),
                None if self.is(child, ";") => {
                    rest.push(if is_broken { Doc::Hard } else { Doc::Edge });
                    rest.push(self.child(child, Start::Inline));
                }
                None => rest.extend([Doc::line(std::mem::take(&mut is_broken)), self.child(child, Start::Inline)]),
            }
        }
        docs.push(Doc::indent(Doc::Concat(rest)));
        Doc::group(Doc::Concat(docs))
    }

    /// `a.b = e;`, `a : T;`, and parameters `a : T ? e`.
    fn binding(&self, node: &Node) -> Doc {
        let mut docs: Vec<Doc> = Vec::new();
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
            } else if docs.is_empty() || self.is(child, ".") || self.is(child, ";") {
                docs.push(self.child(child, Start::Inline));
            } else if self.is(child, "=") || self.is(child, ":") || self.is(child, "?") {
                docs.push(Doc::Space);
                docs.push(self.child(child, Start::Inline));
            } else if self.follows_a_dot(node, child) {
                docs.push(self.child(child, Start::Inline));
            } else {
                docs.push(self.value(child));
            }
        }
        Doc::Concat(docs)
    }

    fn follows_a_dot(&self, node: &Node, child: &Child) -> bool {
        let at = node.children.iter().position(|other| std::ptr::eq(other, child)).unwrap_or(0);
        node.children[..at].iter().rev().find(|child| !matches!(child, Child::Comment(..))).is_some_and(|before| self.is(before, "."))
    }

    /// Forms that stay on one line.
    fn inline(&self, node: &Node) -> Doc {
        let mut docs: Vec<Doc> = Vec::new();
        let mut before = "";
        let mut is_number = false;
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
                continue;
            }
            let text = match child {
                Child::Token(leaf) => self.text_of(leaf),
                Child::Node(_) | Child::Comment(..) => "",
            };
            let is_tight = docs.is_empty()
                || matches!(before, "." | "[" | "(")
                || matches!(text, "." | "," | ")" | "]")
                || (matches!(child, Child::Node(Node { kind: NodeKind::Select, .. })) && !is_number);
            is_number = self.is_number(child);
            if !is_tight {
                docs.push(Doc::Space);
            }
            docs.push(self.child(child, Start::Inline));
            before = if text.is_empty() { "x" } else { text };
        }
        Doc::Concat(docs)
    }
}

/// What an operation consists of if that is one operand and nothing else.
fn sole(child: &Child) -> &Child {
    match child {
        Child::Node(Node { kind: NodeKind::Operation, children }) if children.len() == 1 => &children[0],
        Child::Node(_) | Child::Token(_) | Child::Comment(..) => child,
    }
}

/// What a function gives, and it itself where it is none.
fn body(child: &Child) -> &Child {
    match child {
        Child::Node(Node { kind: NodeKind::Lambda, children }) => children.last().map_or(child, body),
        Child::Node(_) | Child::Token(_) | Child::Comment(..) => child,
    }
}

/// Puts something behind the last item that is none of the comments.
fn put_behind(items: &mut [Item], doc: Doc) {
    if let Some(item) = items.iter_mut().rfind(|item| item.form == Form::Item) {
        let before = std::mem::replace(&mut item.doc, Doc::Space);
        item.doc = Doc::Concat(vec![before, doc]);
    }
}

/// The lines of an indented text without their common indentation, if it begins and ends with a line end, has no tabs, and no
/// `${…}` goes over several lines.
fn indented_lines(text: &str) -> Option<Vec<String>> {
    let (first, rest) = text.split_once('\n')?;
    let (body, last) = rest.rsplit_once('\n').unwrap_or(("", rest));
    let is_simple = !text.contains(['\t', '\r']) && first.trim_matches(' ').is_empty() && last.trim_matches(' ').is_empty();
    let closes = |line: &str| {
        line.matches("${").count() == 0
            || (line.matches('{').count() == line.matches('}').count() && line.matches('"').count().is_multiple_of(2))
    };
    if !is_simple || !body.lines().all(closes) || !rest.contains('\n') {
        return None;
    }
    let blanks = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let lines: Vec<&str> = body.split('\n').collect();
    let indent = lines.iter().filter(|line| !line.trim_matches(' ').is_empty()).map(|line| blanks(line)).min()?;
    Some(lines.into_iter().map(|line| line.get(indent..).unwrap_or("").to_owned()).collect())
}
