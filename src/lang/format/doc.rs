//! Documents: text with places where a line may end, and the printer that decides where it does.
//!
//! A group is printed on one line if it fits and nothing in it must end a line; otherwise every [`Doc::Line`] directly in it
//! ends one. After Wadler, *A prettier printer* (1998), in the strict form of Lindig, *Strictly Pretty* (2000).

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

    pub(super) fn ends_a_line(&self) -> bool {
        match self {
            Doc::Comment(_) | Doc::Hard | Doc::Blank => true,
            Doc::Lines(lines) => lines.len() > 1,
            Doc::Text(_) | Doc::Indented(_) | Doc::Space | Doc::Line => false,
            Doc::Concat(docs) => docs.iter().any(Doc::ends_a_line),
            Doc::Indent(doc) => doc.ends_a_line(),
            Doc::Group { is_broken, .. } => *is_broken,
        }
    }
}

/// Prints a document; the text ends in one newline.
pub(super) fn print(doc: &Doc) -> String {
    let mut printer = Printer { out: String::new(), column: 0, space: false, must_break: false };
    let mut stack = vec![(0, false, doc)];
    while let Some((indent, is_flat, doc)) = stack.pop() {
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
            Doc::Line if is_flat => printer.space = true,
            Doc::Line | Doc::Hard => printer.newline(indent),
            Doc::Blank => {
                printer.newline(0);
                printer.empty_line();
                printer.newline(indent);
            }
            Doc::Concat(docs) => stack.extend(docs.iter().rev().map(|doc| (indent, is_flat, doc))),
            Doc::Indent(doc) => stack.push((if is_flat { indent } else { indent + INDENT }, is_flat, doc)),
            Doc::Group { doc, is_broken } => {
                let is_flat =
                    is_flat || (!is_broken && fits(WIDTH.saturating_sub(printer.column + usize::from(printer.space)), doc, &stack));
                stack.push((indent, is_flat, doc));
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

/// Whether a document, and what follows it up to the next end of a line, fits.
fn fits(width: usize, doc: &Doc, rest: &[(usize, bool, &Doc)]) -> bool {
    let mut left = width as isize;
    let mut own = vec![doc];
    let mut rest = rest.iter().rev();
    loop {
        let (doc, is_flat) = match own.pop() {
            Some(doc) => (doc, true),
            None => match rest.next() {
                Some((_, is_flat, doc)) => match follow(doc, *is_flat, &mut left) {
                    Some(answer) => return answer,
                    None => continue,
                },
                None => return left >= 0,
            },
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
            Doc::Space => left -= 1,
            Doc::Line if is_flat => left -= 1,
            Doc::Line | Doc::Hard | Doc::Blank => return left >= 0,
            Doc::Concat(docs) => own.extend(docs.iter().rev()),
            Doc::Indent(doc) | Doc::Group { doc, .. } => own.push(doc),
        }
        if left < 0 {
            return false;
        }
    }
}

/// What follows a group: everything up to the first place where a line may end. `None` if there is no such place in it.
fn follow(doc: &Doc, is_flat: bool, left: &mut isize) -> Option<bool> {
    match doc {
        Doc::Text(text) => {
            *left -= text.split('\n').next().unwrap_or("").chars().count() as isize;
            if text.contains('\n') || *left < 0 { Some(*left >= 0) } else { None }
        }
        Doc::Lines(_) | Doc::Comment(_) | Doc::Indented(_) | Doc::Hard | Doc::Blank | Doc::Group { .. } => Some(*left >= 0),
        Doc::Space => {
            *left -= 1;
            None
        }
        Doc::Line if is_flat => {
            *left -= 1;
            None
        }
        Doc::Line => Some(*left >= 0),
        Doc::Concat(docs) => docs.iter().find_map(|doc| follow(doc, is_flat, left)),
        Doc::Indent(doc) => follow(doc, is_flat, left),
    }
}
