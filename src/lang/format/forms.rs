//! How each form of the language is laid out.

use super::doc::Doc;
use super::rows::{self, Form, Item};
use crate::syntax::{Child, CommentKind, Leaf, Node, NodeKind};

/// The text that is laid out.
pub(super) struct Layout<'a> {
    pub text: &'a str,
}

/// Where an expression begins.
#[derive(Clone, Copy, PartialEq)]
enum Start {
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

impl Layout<'_> {
    pub(super) fn file(&self, root: &Node) -> Doc {
        let mut docs = Vec::new();
        for child in &root.children {
            if !docs.is_empty() {
                match (child, child.lines()) {
                    (Child::Comment(leaf, _), 0) => docs.push(Doc::text(" ".repeat(leaf.gap.max(1)))),
                    (Child::Node(_) | Child::Token(_), 0) => docs.push(Doc::Space),
                    (_, 1) => docs.push(Doc::Hard),
                    (_, _) => docs.push(Doc::Blank),
                }
            }
            docs.push(self.child(child, Start::Root));
        }
        Doc::Concat(docs)
    }

    fn text_of(&self, leaf: &Leaf) -> &str {
        &self.text[leaf.range.clone()]
    }

    fn is(&self, child: &Child, text: &str) -> bool {
        matches!(child, Child::Token(leaf) if self.text_of(leaf) == text)
    }

    fn child(&self, child: &Child, start: Start) -> Doc {
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
            NodeKind::IfElse => self.if_else(node, start),
            NodeKind::Assert | NodeKind::With => self.guarded(node, start),
            NodeKind::Lambda => self.lambda(node, start),
            NodeKind::Operation => self.operation(node, start),
            NodeKind::Group => self.group(node),
            NodeKind::List | NodeKind::Record => self.items(node),
            NodeKind::Formals => self.formals(node),
            NodeKind::Inherit => self.inherit(node),
            NodeKind::Binding | NodeKind::Formal => self.binding(node),
            NodeKind::Select | NodeKind::HasAttr | NodeKind::Default | NodeKind::Annotation => self.inline(node),
        }
    }

    /// An indented text moves with its surroundings where that cannot change what it says; every other token stays as it is.
    fn token(&self, leaf: &Leaf) -> Doc {
        let text = self.text_of(leaf);
        let lines = text.strip_prefix("''").and_then(|text| text.strip_suffix("''")).and_then(indented_lines);
        lines.map_or_else(|| Doc::text(text), Doc::Indented)
    }

    fn block_comment(&self, leaf: &Leaf) -> Doc {
        let line = self.text[..leaf.range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let column = self.text[line..leaf.range.start].chars().count();
        let strip = |line: &str| {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            line[blanks.min(column)..].trim_end().to_owned()
        };
        Doc::Lines(
            self.text_of(leaf)
                .lines()
                .enumerate()
                .map(|(index, line)| if index == 0 { line.trim_end().to_owned() } else { strip(line) })
                .collect(),
        )
    }

    /// What follows on the same line, or indented on the next.
    fn continued(&self, child: &Child, start: Start) -> Doc {
        if child.lines() > 0 {
            Doc::indent(Doc::Concat(vec![Doc::Hard, self.child(child, Start::OwnLine)]))
        } else {
            Doc::Concat(vec![Doc::Space, self.child(child, start)])
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
        match child.lines() {
            0 => Doc::Concat(vec![Doc::Space, self.child(child, if start == Start::Root { Start::Root } else { Start::Inline })]),
            1 => Doc::Concat(vec![Doc::Hard, self.child(child, start.next_line())]),
            _ => Doc::Concat(vec![Doc::Blank, self.child(child, start.next_line())]),
        }
    }

    fn if_else(&self, node: &Node, start: Start) -> Doc {
        let mut docs = Vec::new();
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
            } else if self.is(child, "then") || self.is(child, "else") {
                docs.push(if child.lines() > 0 { Doc::Hard } else { Doc::Space });
                docs.push(self.child(child, start));
            } else if let Child::Node(Node { kind: NodeKind::IfElse, .. }) = child {
                docs.push(Doc::Space);
                // A chain: the next `else` stands on the level of this one.
                docs.push(self.child(child, Start::OwnLine));
            } else if docs.is_empty() {
                docs.push(self.child(child, start));
            } else {
                docs.push(self.continued(child, Start::Inline));
            }
        }
        let doc = Doc::Concat(docs);
        if start == Start::Inline { Doc::indent(doc) } else { doc }
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
                docs.push(self.continued(child, Start::Inline));
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
                docs.push(self.continued(child, Start::Inline));
            } else {
                is_body = self.is(child, ":");
                docs.push(self.child(child, start));
            }
        }
        Doc::Concat(docs)
    }

    fn operation(&self, node: &Node, start: Start) -> Doc {
        // Everything from the first line end on is one level deeper, unless the operation has its own line.
        let mut outer: Vec<Doc> = Vec::new();
        let mut inner: Option<Vec<Doc>> = None;
        let mut before: Option<&Child> = None;
        for (index, child) in node.children.iter().enumerate() {
            let after_infix = before.is_some_and(|before| self.is_infix(node, before, index - 1));
            let next_lines = node.children.get(index + 1).map_or(0, Child::lines);
            let is_infix = self.is_infix(node, child, index);
            let separator = match child {
                _ if before.is_none() => None,
                Child::Node(Node { kind: NodeKind::Select, .. }) => None,
                Child::Comment(leaf, _) => Some(if leaf.lines > 0 { Doc::Hard } else { Doc::Space }),
                _ if before.is_some_and(|before| matches!(before, Child::Comment(..))) => {
                    Some(if child.lines() > 0 { Doc::Hard } else { Doc::Space })
                }
                _ if is_infix && (child.lines() > 0 || next_lines > 0) => Some(Doc::Hard),
                _ if after_infix || is_infix => Some(Doc::Space),
                _ if before.is_some_and(|before| self.is_prefix(before)) => {
                    child.first().filter(|leaf| leaf.gap > 0 && self.is_number(leaf)).map(|_| Doc::Space)
                }
                _ if child.lines() > 0 => Some(Doc::Hard),
                Child::Node(_) | Child::Token(_) => Some(Doc::Space),
            };
            if matches!(separator, Some(Doc::Hard)) && inner.is_none() {
                inner = Some(Vec::new());
            }
            let docs = inner.as_mut().unwrap_or(&mut outer);
            docs.extend(separator);
            docs.push(self.child(child, if before.is_none() { start } else { Start::Inline }));
            before = Some(child);
        }
        if let Some(inner) = inner {
            let inner = Doc::Concat(inner);
            outer.push(if start == Start::Inline { Doc::indent(inner) } else { inner });
        }
        Doc::Concat(outer)
    }

    /// A sign between two operands; `-` and `!` before one are none.
    fn is_infix(&self, node: &Node, child: &Child, index: usize) -> bool {
        let Child::Token(leaf) = child else { return false };
        let is_sign =
            ["->", "==", "!=", "<=", ">=", "<", ">", "&&", "||", "|>", "//", "++", "+", "-", "*", "/"].contains(&self.text_of(leaf));
        let before = node.children[..index].iter().rev().find(|child| !matches!(child, Child::Comment(..)));
        is_sign && before.is_some_and(|before| !self.is_sign(before))
    }

    fn is_sign(&self, child: &Child) -> bool {
        matches!(child, Child::Token(leaf) if self.text_of(leaf).starts_with(['-', '=', '!', '<', '>', '&', '|', '/', '+', '*']) && leaf.range.len() <= 2)
    }

    fn is_prefix(&self, child: &Child) -> bool {
        self.is(child, "-") || self.is(child, "!")
    }

    fn is_number(&self, leaf: &Leaf) -> bool {
        self.text_of(leaf).starts_with(|letter: char| letter.is_ascii_digit())
    }

    fn group(&self, node: &Node) -> Doc {
        let is_broken = node.children.get(1).is_some_and(|child| child.lines() > 0);
        let last = node.children.len().saturating_sub(1);
        let mut inner = Vec::new();
        for child in node.children.iter().take(last).skip(1) {
            inner.push(match self.comment(child) {
                Some(comment) => comment,
                None if is_broken => Doc::Concat(vec![Doc::Hard, self.child(child, Start::OwnLine)]),
                None => self.child(child, Start::Inline),
            });
        }
        if is_broken {
            return Doc::Concat(vec![Doc::text("("), Doc::indent(Doc::Concat(inner)), Doc::Hard, Doc::text(")")]);
        }
        Doc::Concat(vec![Doc::text("("), Doc::Concat(inner), Doc::text(")")])
    }

    fn item(&self, child: &Child) -> Item {
        let form = match child {
            Child::Comment(leaf, CommentKind::Line) => Form::LineComment(leaf.gap),
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
        for child in node.children.iter().take(last).skip(open + 1) {
            let continues = matches!(child, Child::Node(Node { kind: NodeKind::Select | NodeKind::Default, .. }));
            match items.iter_mut().rfind(|item| item.form == Form::Item) {
                Some(item) if continues => {
                    let space = if matches!(child, Child::Node(Node { kind: NodeKind::Default, .. })) {
                        Doc::Space
                    } else {
                        Doc::Concat(Vec::new())
                    };
                    let before = std::mem::replace(&mut item.doc, Doc::Space);
                    item.doc = Doc::Concat(vec![before, space, self.child(child, Start::Inline)]);
                }
                _ => items.push(self.item(child)),
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

    fn formals(&self, node: &Node) -> Doc {
        let last = node.children.len().saturating_sub(1);
        let mut items: Vec<Item> = Vec::new();
        for child in node.children.iter().take(last).skip(1) {
            match items.iter_mut().rfind(|item| item.form == Form::Item) {
                Some(item) if self.is(child, ",") => {
                    let before = std::mem::replace(&mut item.doc, Doc::Space);
                    item.doc = Doc::Concat(vec![before, Doc::text(",")]);
                }
                _ => items.push(self.item(child)),
            }
        }
        rows::bracketed(Doc::text("{"), items, Doc::text("}"))
    }

    fn inherit(&self, node: &Node) -> Doc {
        let mut docs = Vec::new();
        let mut is_tight = false;
        for child in &node.children {
            if let Some(comment) = self.comment(child) {
                docs.push(comment);
                continue;
            }
            if !docs.is_empty() && !is_tight && !self.is(child, ";") && !self.is(child, ")") {
                docs.push(Doc::Line);
            }
            is_tight = self.is(child, "(");
            docs.push(self.child(child, Start::Inline));
        }
        Doc::group(Doc::indent(Doc::Concat(docs)))
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
                docs.push(self.continued(child, Start::Inline));
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
                || matches!(child, Child::Node(Node { kind: NodeKind::Select, .. }));
            if !is_tight {
                docs.push(Doc::Space);
            }
            docs.push(self.child(child, Start::Inline));
            before = if text.is_empty() { "x" } else { text };
        }
        Doc::Concat(docs)
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
