//! Documents: text with places where a line may end, and the printer that decides where it does.
//!
//! A group is printed on one line if it fits and nothing in it must end a line; otherwise every [`Doc::Line`] directly in it
//! ends one. A loose group need fit only as far as the first line that ends in it in any case, or up to the bracket with which
//! its last part opens. After Wadler, *A prettier printer* (1998), in the strict form of Lindig, *Strictly Pretty* (2000).

/// How wide a line may be.
pub(super) const WIDTH: usize = 100;
const INDENT: usize = 2;

/// A document.
#[derive(Debug)]
pub(super) enum Doc {
    /// Text as it is; it may contain ends of lines, which are not indented.
    Text(String),
    /// Lines that are indented with their surroundings, the first one where it stands: a comment between `/*` and `*/`.
    Lines(Vec<String>),
    /// An indented text: its lines without their common indentation, without the quotes.
    Indented(Vec<String>),
    /// A comment that ends its line.
    Comment(String),
    /// A blank, dropped at the end of a line.
    Space,
    /// A blank, or the end of a line if the group is broken.
    Line,
    /// Nothing, or the end of a line if the group is broken.
    Edge,
    /// Nothing, or a comma if the group is broken.
    Comma,
    /// The end of a line.
    Hard,
    /// The end of a line, and an empty line.
    Blank,
    /// One behind the other.
    Concat(Vec<Doc>),
    /// One level deeper.
    Indent(Box<Doc>),
    /// On one line if it fits.
    Group {
        /// What.
        doc: Box<Doc>,
        /// Whether a line ends in it in any case.
        is_broken: bool,
    },
    /// On one line as far as the first end of a line that there is in any case, if that much fits.
    Loose {
        /// What.
        doc: Box<Doc>,
        /// Whether a line ends in it in any case.
        ends_a_line: bool,
    },
    /// The last part of a loose group, which may open on its line and break by itself.
    Hug(Box<Doc>),
}

/// How a line within a group is printed.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// As a blank, and so are those of the groups in it.
    Flat,
    /// As a blank; the groups in it decide for themselves.
    Loose,
    /// As the end of a line.
    Broken,
}

impl Doc {
    pub(super) fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    pub(super) fn indent(doc: Doc) -> Doc {
        Doc::Indent(Box::new(doc))
    }

    pub(super) fn group(doc: Doc) -> Doc {
        let is_broken = doc.ends_a_line();
        Doc::Group { doc: Box::new(doc), is_broken }
    }

    pub(super) fn loose(doc: Doc) -> Doc {
        let ends_a_line = doc.ends_a_line();
        Doc::Loose { doc: Box::new(doc), ends_a_line }
    }

    pub(super) fn hug(doc: Doc) -> Doc {
        Doc::Hug(Box::new(doc))
    }

    /// A line ends here, or may if the group does not fit.
    pub(super) fn line(is_broken: bool) -> Doc {
        if is_broken { Doc::Hard } else { Doc::Line }
    }

    /// Whether a line ends in it in any case.
    pub(super) fn ends_a_line(&self) -> bool {
        match self {
            Doc::Comment(_) | Doc::Hard | Doc::Blank | Doc::Indented(_) => true,
            Doc::Lines(lines) => lines.len() > 1,
            Doc::Text(text) => text.contains('\n'),
            Doc::Space | Doc::Line | Doc::Edge | Doc::Comma => false,
            Doc::Concat(docs) => docs.iter().any(Doc::ends_a_line),
            Doc::Indent(doc) | Doc::Hug(doc) => doc.ends_a_line(),
            Doc::Group { is_broken, .. } => *is_broken,
            Doc::Loose { ends_a_line, .. } => *ends_a_line,
        }
    }
}

/// Prints a document; the text ends in one newline.
pub(super) fn print(doc: &Doc) -> String {
    let mut printer = Printer { out: String::new(), column: 0, space: false, must_break: false };
    let mut stack = vec![(0, Mode::Broken, doc)];
    while let Some((indent, mode, doc)) = stack.pop() {
        match doc {
            Doc::Text(text) => printer.text(indent, text),
            Doc::Lines(lines) => {
                for (index, line) in lines.iter().enumerate() {
                    if index > 0 {
                        printer.out.push('\n');
                        printer.column = indent;
                        printer.out.push_str(&" ".repeat(if line.is_empty() { 0 } else { indent }));
                    }
                    printer.text(indent, line);
                }
            }
            Doc::Indented(lines) => printer.indented(indent, lines),
            Doc::Comment(text) => {
                printer.text(indent, text);
                printer.must_break = true;
            }
            Doc::Space => printer.space = true,
            Doc::Line if mode != Mode::Broken => printer.space = true,
            Doc::Edge if mode != Mode::Broken => {}
            Doc::Line | Doc::Edge | Doc::Hard => printer.newline(indent),
            Doc::Comma if mode != Mode::Broken => {}
            Doc::Comma => printer.text(indent, ","),
            Doc::Blank => {
                printer.newline(0);
                printer.empty_line();
                printer.newline(indent);
            }
            Doc::Concat(docs) => stack.extend(docs.iter().rev().map(|doc| (indent, mode, doc))),
            Doc::Indent(doc) => stack.push((if mode == Mode::Broken { indent + INDENT } else { indent }, mode, doc)),
            Doc::Hug(doc) => stack.push((indent, mode, doc)),
            Doc::Group { is_broken: false, doc } | Doc::Loose { ends_a_line: false, doc } if mode == Mode::Flat => {
                stack.push((indent, Mode::Flat, doc));
            }
            Doc::Group { doc, is_broken } => {
                let is_flat = !is_broken && fits(printer.left(), doc, false, &stack);
                stack.push((indent, if is_flat { Mode::Flat } else { Mode::Broken }, doc));
            }
            Doc::Loose { doc, .. } => {
                let is_loose = fits(printer.left(), doc, true, &stack);
                stack.push((indent, if is_loose { Mode::Loose } else { Mode::Broken }, doc));
            }
        }
    }
    let mut out = printer.out;
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

struct Printer {
    out: String,
    column: usize,
    space: bool,
    must_break: bool,
}

impl Printer {
    /// How many columns are left of the line.
    fn left(&self) -> usize {
        WIDTH.saturating_sub(self.column + usize::from(self.space))
    }

    fn text(&mut self, indent: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.must_break {
            self.newline(indent);
        }
        if std::mem::take(&mut self.space) && self.column > 0 && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
            self.column += 1;
        }
        self.out.push_str(text);
        match text.rfind('\n') {
            Some(newline) => self.column = text[newline + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn newline(&mut self, indent: usize) {
        self.space = false;
        self.must_break = false;
        self.out.truncate(self.out.trim_end_matches(' ').len());
        // Two in a row make no empty line; only `Blank` does.
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(&" ".repeat(indent));
        self.column = indent;
    }

    fn empty_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn indented(&mut self, indent: usize, lines: &[String]) {
        self.text(indent, "''");
        for line in lines {
            self.out.push('\n');
            if !line.is_empty() {
                self.out.push_str(&" ".repeat(indent + INDENT));
                self.out.push_str(line);
            }
        }
        self.out.push('\n');
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str("''");
        self.column = indent + 2;
    }
}

/// Whether a document, and what follows it up to the next end of a line, fits. What is loose need fit only as far as it must.
fn fits(width: usize, doc: &Doc, is_loose: bool, rest: &[(usize, Mode, &Doc)]) -> bool {
    let mut left = width as isize;
    let mut own = vec![(doc, is_loose)];
    let mut rest = rest.iter().rev();
    loop {
        let Some((doc, is_loose)) = own.pop() else {
            match rest.next().map(|(_, mode, doc)| follow(doc, *mode, &mut left)) {
                Some(Some(answer)) => return answer,
                Some(None) => continue,
                None => return left >= 0,
            }
        };
        match doc {
            Doc::Text(text) => {
                let first = text.split('\n').next().unwrap_or("");
                left -= first.chars().count() as isize;
                if text.contains('\n') {
                    return left >= 0;
                }
            }
            Doc::Lines(lines) => left -= lines.first().map_or(0, |line| line.chars().count()) as isize,
            Doc::Indented(_) => return left >= 2,
            Doc::Comment(text) => left -= text.chars().count() as isize,
            Doc::Space | Doc::Line => left -= 1,
            Doc::Edge | Doc::Comma => {}
            Doc::Hard | Doc::Blank => return left >= 0,
            Doc::Concat(docs) => own.extend(docs.iter().rev().map(|doc| (doc, is_loose))),
            Doc::Hug(_) if is_loose => return left >= 2,
            Doc::Indent(doc) | Doc::Hug(doc) | Doc::Loose { doc, .. } => own.push((doc, is_loose)),
            Doc::Group { doc, .. } => own.push((doc, false)),
        }
        if left < 0 {
            return false;
        }
    }
}

/// What follows a group: everything up to the first place where a line may end. `None` if there is no such place in it.
fn follow(doc: &Doc, mode: Mode, left: &mut isize) -> Option<bool> {
    match doc {
        Doc::Text(text) => {
            *left -= text.split('\n').next().unwrap_or("").chars().count() as isize;
            if text.contains('\n') || *left < 0 { Some(*left >= 0) } else { None }
        }
        Doc::Lines(_) | Doc::Comment(_) | Doc::Indented(_) | Doc::Hard | Doc::Blank => Some(*left >= 0),
        Doc::Group { .. } | Doc::Loose { .. } => Some(*left >= 0),
        Doc::Space => {
            *left -= 1;
            None
        }
        Doc::Line if mode != Mode::Broken => {
            *left -= 1;
            None
        }
        Doc::Edge | Doc::Comma if mode != Mode::Broken => None,
        Doc::Comma => {
            *left -= 1;
            None
        }
        Doc::Line | Doc::Edge => Some(*left >= 0),
        Doc::Concat(docs) => docs.iter().find_map(|doc| follow(doc, mode, left)),
        Doc::Indent(doc) | Doc::Hug(doc) => follow(doc, mode, left),
    }
}
