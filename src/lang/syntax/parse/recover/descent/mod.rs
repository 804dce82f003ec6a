//! Reads a text that is no program, token by token, and says what it would take to make it one.
//!
//! The shape is that of the grammar, with two differences: where a token is missing it is reported and written in, and what
//! cannot be understood is left out up to the next place that is certain. Places are certain by indentation: what stands on a
//! line that is not deeper than the line of an opening bracket, of a `let` or of a definition belongs to none of these, so a
//! bracket that is never closed is found where it stands and not at the end of the file. Nothing is decided here about which
//! programs are right: what comes out is read by the grammar, and counts only if it reads it.

mod definitions;
mod exprs;
mod params;
mod types;

use std::ops::Range;

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use super::{HOLE, Whole};
use crate::error;
use crate::parse::tokens::{Token, TokenKind, tokens};

/// The words that are no names.
const KEYWORDS: &[&str] = &["if", "then", "else", "assert", "with", "let", "inherit", "in", "rec"];
/// Operators between two operands.
const INFIX: &[&str] = &["->", "==", "!=", "<=", ">=", "<", ">", "&&", "||", "|>", "//", "++", "+", "-", "*", "/"];
/// How deep forms may be nested before nothing more is tried.
const DEEP: usize = 250;
/// How many tokens are looked ahead at most: to the end of a text or a line, and to the `in` of a `let`.
const NEAR: usize = 1_000;
const FAR: usize = 50_000;

/// A change of the text.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

/// What is wrong with a text, and the changes that mend it, in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Diagnosis {
    pub problems: Vec<Problem>,
    pub edits: Vec<Edit>,
}

/// Reads `tokens` of a text. With `by_indentation`, lines say where things end; otherwise only signs do. `guessed`: places of
/// signs that are there by a guess only, so that the value around each is none to rely on.
pub(super) fn diagnose(file: FileId, text: &str, guessed: Vec<usize>, whole: Whole, by_indentation: bool) -> Diagnosis {
    let tokens = tokens(text);
    let mut descent = Descent { guessed, ..Descent::new(file, text, &tokens, by_indentation) };
    match whole {
        Whole::File => descent.file(),
        Whole::Members => descent.definitions(),
    }
    let mut found = descent.found;
    found.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    found
}

/// A form that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Brace,
    Formals,
    Bracket,
    Paren,
    /// `${ … }`
    Hole,
    /// `let … in`
    Let,
    /// A definition, up to its `;`.
    Binding,
}

impl Form {
    fn closer(self) -> &'static str {
        match self {
            Form::Brace | Form::Formals | Form::Hole => "}",
            Form::Bracket => "]",
            Form::Paren => ")",
            Form::Let => "in",
            Form::Binding => ";",
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Frame {
    form: Form,
    /// The token that opens it.
    opener: usize,
    /// How many `if` inside wait for their `then`.
    thens: usize,
}

/// Where a token stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    line: usize,
    /// The indentation of its line.
    indent: usize,
    /// Whether it is the first of its line.
    first: bool,
}

struct Descent<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a [Token],
    places: Vec<Place>,
    by_indentation: bool,
    at: usize,
    frames: Vec<Frame>,
    /// Openers less closers in all of the text: of `(`, `[`, and `{` with `${`.
    balance: [isize; 3],
    /// What is read now is not what was meant: the value around it becomes a hole.
    unsure: bool,
    /// How many values are missing so far.
    holes: usize,
    /// Where signs are guessed.
    guessed: Vec<usize>,
    /// Where a closer was written in last: what is missing behind it was lost with it.
    closed: Option<usize>,
    depth: usize,
    found: Diagnosis,
}

fn kind_of(bracket: &str) -> usize {
    match bracket {
        "(" | ")" => 0,
        "[" | "]" => 1,
        _ => 2,
    }
}

impl<'a> Descent<'a> {
    fn new(file: FileId, text: &'a str, tokens: &'a [Token], by_indentation: bool) -> Self {
        let mut places = Vec::with_capacity(tokens.len());
        let (mut line, mut line_start, mut at, mut before) = (0, 0, 0, 0);
        let mut balance = [0; 3];
        for token in tokens {
            while let Some(newline) = text[at..token.start].find('\n') {
                line += 1;
                at += newline + 1;
                line_start = at;
            }
            at = token.start;
            let blanks = text[line_start..].len() - text[line_start..].trim_start_matches([' ', '\t']).len();
            let first = line_start + blanks == token.start && before <= line_start;
            places.push(Place { line, indent: blanks, first });
            before = token.end;
            match token.kind {
                TokenKind::Open => balance[kind_of(&text[token.start..token.end])] += 1,
                TokenKind::Close => balance[kind_of(&text[token.start..token.end])] -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
        }
        Descent {
            file,
            text,
            tokens,
            places,
            by_indentation,
            at: 0,
            frames: Vec::new(),
            balance,
            unsure: false,
            holes: 0,
            guessed: Vec::new(),
            closed: None,
            depth: 0,
            found: Diagnosis::default(),
        }
    }

    fn file(&mut self) {
        if self.lost_formals() {
            self.missing_opener(0, "{", "the parameters of the file");
            self.formals_inside(None);
            self.lambda_rest();
        } else {
            self.expr();
        }
        while self.at < self.tokens.len() {
            if self.kind() == Some(TokenKind::Close) {
                self.stray();
                continue;
            }
            let start = self.start();
            self.report(error::unexpected(self.here(), self.word()));
            self.at = self.tokens.len();
            self.edit(start..self.text.len(), "");
        }
    }

    /// Definitions, and nothing around them.
    fn definitions(&mut self) {
        while self.at < self.tokens.len() {
            let before = self.at;
            self.members(Form::Brace);
            if self.at == before {
                self.report(error::unexpected(self.here(), self.word()));
                self.drop_token();
            }
        }
    }

    // What is there.

    fn kind(&self) -> Option<TokenKind> {
        self.kind_at(self.at)
    }

    fn kind_at(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The text of a token, empty behind the last.
    fn text_at(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| &self.text[token.start..token.end])
    }

    fn word(&self) -> &'a str {
        self.text_at(self.at)
    }

    /// Whether the token is this word or sign; letters of a text never are.
    fn is(&self, word: &str) -> bool {
        self.is_at(self.at, word)
    }

    fn is_at(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind != TokenKind::Text) && self.text_at(at) == word
    }

    fn start(&self) -> usize {
        self.tokens.get(self.at).map_or(self.text.len(), |token| token.start)
    }

    /// The end of the token before.
    fn end_before(&self) -> usize {
        self.at.checked_sub(1).map_or(0, |before| self.tokens[before].end)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn span_of(&self, at: usize) -> Span {
        let token = self.tokens.get(at).copied();
        token.map_or(self.span(self.text.len(), self.text.len()), |token| self.span(token.start, token.end))
    }

    fn here(&self) -> Span {
        self.span_of(self.at)
    }

    fn place(&self, at: usize) -> Option<Place> {
        self.places.get(at).copied()
    }

    fn is_name_at(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word) && !KEYWORDS.contains(&self.text_at(at))
    }

    /// Whether an operand begins here.
    fn is_operand(&self) -> bool {
        match self.kind() {
            Some(TokenKind::Word) => self.is_name_at(self.at) || self.is("rec"),
            Some(TokenKind::Number | TokenKind::Quote) => true,
            Some(TokenKind::Open) => true,
            Some(TokenKind::Close | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign) | None => false,
        }
    }

    /// Whether an expression begins here.
    fn is_expr(&self) -> bool {
        self.is_operand() || ["if", "let", "with", "assert", "-", "!"].iter().any(|word| self.is(word))
    }

    /// The quote that ends the text that begins at a token.
    fn unquote_of(&self, quote: usize) -> Option<usize> {
        let mut depth = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(quote).take(NEAR) {
            match token.kind {
                TokenKind::Quote => depth += 1,
                TokenKind::Unquote if depth == 1 => return Some(at),
                TokenKind::Unquote => depth -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Open | TokenKind::Close | TokenKind::Text | TokenKind::Sign => {}
            }
            if self.places[at].line > self.places[quote].line {
                return None;
            }
        }
        None
    }

    /// The token behind a key that begins at a token.
    fn behind_attr(&self, at: usize) -> Option<usize> {
        match self.tokens.get(at)?.kind {
            TokenKind::Word if self.is_name_at(at) => Some(at + 1),
            TokenKind::Quote => self.unquote_of(at).map(|quote| quote + 1),
            TokenKind::Open if self.is_at(at, "${") => {
                let closer = (at + 1..self.tokens.len().min(at + 16)).find(|at| self.is_at(*at, "}"))?;
                Some(closer + 1)
            }
            TokenKind::Word | TokenKind::Number | TokenKind::Open | TokenKind::Close | TokenKind::Unquote | TokenKind::Text => None,
            TokenKind::Sign => None,
        }
    }

    /// Whether a definition begins at a token: `inherit`, or a path with `=` behind it.
    fn is_definition_at(&self, at: usize) -> bool {
        if self.is_at(at, "inherit") {
            return true;
        }
        let mut behind = self.behind_attr(at);
        while let Some(next) = behind {
            if self.is_at(next, "=") {
                return !self.compares();
            }
            behind = if self.is_at(next, ".") { self.behind_attr(next + 1) } else { None };
        }
        false
    }

    /// Whether `=` stands in the condition of an `if`, where it was meant to compare.
    fn compares(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.thens > 0) && self.ahead("then", true).is_some()
    }

    fn is_definition(&self) -> bool {
        self.is_definition_at(self.at)
    }

    /// Whether the token is on a line that does not belong to the innermost form.
    fn is_outdented(&self) -> bool {
        let (Some(frame), Some(place)) = (self.frames.last(), self.place(self.at)) else { return false };
        let Some(opener) = self.place(frame.opener) else { return false };
        // What begins on a line of its own goes on at its indentation.
        let within = self.place(frame.opener + 1).filter(|first| first.first && frame.form != Form::Binding);
        let depth = within.map_or(opener.indent + 1, |first| first.indent.max(opener.indent + 1));
        let outside = place.first && place.line > opener.line && place.indent < depth;
        self.by_indentation && outside && !self.is_closer(*frame)
    }

    /// Whether what is being read ends here in any case.
    fn ends(&self) -> bool {
        self.at >= self.tokens.len() || self.kind() == Some(TokenKind::Close) || self.is(";") || self.is(",") || self.is_outdented()
    }

    /// Whether the closer of a form stands here. That of brackets whose content begins on a line of its own is the first of its
    /// line, unless nothing else is wrong with the brackets.
    fn is_closer(&self, frame: Frame) -> bool {
        if !self.is(frame.form.closer()) {
            return false;
        }
        let is_bracket = !matches!(frame.form, Form::Let | Form::Binding | Form::Hole);
        let first = |at: usize| self.place(at).is_some_and(|place| place.first);
        if let (true, Some(opener), Some(place)) = (is_bracket && self.by_indentation, self.place(frame.opener), self.place(self.at))
            && place.first
            && place.line > opener.line
            && place.indent < opener.indent
            && self.balance[kind_of(self.word())] > 0
        {
            return false;
        }
        let is_block = is_bracket && self.by_indentation && first(frame.opener.saturating_add(1));
        !is_block || first(self.at) || self.balance[kind_of(self.word())] >= 0
    }

    fn is_own_closer(&self) -> bool {
        self.frames.last().is_some_and(|frame| self.is_closer(*frame))
    }

    /// Whether an open bracket waits for the closer that stands here. An outer one does not if there are too many of its closers
    /// in the text, and none too few of those of the brackets inside.
    fn is_awaited(&self) -> bool {
        let mut is_one_open = false;
        for frame in self.frames.iter().rev().filter(|frame| !matches!(frame.form, Form::Let | Form::Binding)) {
            if self.is_closer(*frame) {
                return self.balance[kind_of(self.word())] >= 0 || is_one_open || self.is_innermost(*frame);
            }
            if frame.form == Form::Hole {
                return false;
            }
            is_one_open |= self.balance[kind_of(frame.form.closer())] > 0;
        }
        false
    }

    fn is_innermost(&self, bracket: Frame) -> bool {
        let innermost = self.frames.iter().rev().find(|frame| !matches!(frame.form, Form::Let | Form::Binding));
        innermost.is_some_and(|frame| frame.opener == bracket.opener && frame.form == bracket.form)
    }

    /// Whether a closer stands here that nothing waits for.
    fn is_stray(&self) -> bool {
        self.kind() == Some(TokenKind::Close) && !self.is_awaited() && !self.is_wrong_closer()
    }

    /// Whether a closer stands here that was written in place of that of the innermost bracket: of its kind there are too many
    /// in the text, of the innermost one's too few.
    fn is_wrong_closer(&self) -> bool {
        let bracket = self.frames.iter().rev().find(|frame| !matches!(frame.form, Form::Let | Form::Binding));
        self.kind() == Some(TokenKind::Close)
            && self.balance[kind_of(self.word())] < 0
            && bracket.is_some_and(|frame| !self.is(frame.form.closer()) && self.balance[kind_of(frame.form.closer())] > 0)
    }

    /// Whether an `if` waits for its `then`, inside or outside of the innermost bracket.
    fn waits_for_then(&self) -> bool {
        self.frames.iter().rev().take_while(|frame| frame.form != Form::Hole).any(|frame| frame.thens > 0)
    }

    /// The index of the next token, from here on, that is `word` outside of brackets and before the innermost form ends.
    fn ahead(&self, word: &str, on_this_line: bool) -> Option<usize> {
        let mut depth = 0;
        let line = self.place(self.at)?.line;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at).take(FAR) {
            if on_this_line && self.places[at].line > line {
                return None;
            }
            if depth == 0 && self.is_at(at, word) {
                return Some(at);
            }
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return None,
                TokenKind::Close => depth -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
        }
        None
    }

    // What is done about it.

    fn bump(&mut self) {
        // There may be no token any more: who reports too much is at the end.
        self.at = (self.at + 1).min(self.tokens.len());
    }

    /// Reports a problem that leaves open what was meant: the value around it becomes a hole.
    fn report(&mut self, problem: Problem) {
        self.unsure = true;
        self.report_clear(problem);
    }

    /// Reports a problem that leaves no doubt about what was meant.
    fn report_clear(&mut self, problem: Problem) {
        if self.found.problems.len() > self.tokens.len() + 8 {
            // Each token has its problem: nothing more will come of it.
            self.at = self.tokens.len();
        }
        self.found.problems.push(problem);
    }

    fn edit(&mut self, range: Range<usize>, text: &str) {
        self.found.edits.push(Edit { range, text: text.to_owned() });
    }

    fn insert(&mut self, text: &str) {
        let end = self.end_before();
        self.edit(end..end, text);
    }

    /// Leaves the token out.
    fn drop_token(&mut self) {
        let (start, end) = (self.start(), self.here().end as usize);
        self.edit(start..end, " ");
        self.bump();
    }

    fn insert_missing(&mut self, place: usize, token: &str, construct: &str) {
        let is_word = token.starts_with(|letter: char| letter.is_ascii_alphabetic());
        let text = if is_word { format!(" {token} ") } else { token.to_owned() };
        let problem = error::missing_token(self.span(place, place), token, construct, &text);
        if [";", ",", "=", "in", "|", "@"].contains(&token) {
            self.report_clear(problem)
        } else {
            self.report(problem)
        }
        self.edit(place..place, &text);
    }

    /// What opens or introduces what stands behind a place is missing.
    fn missing_opener(&mut self, place: usize, token: &str, what: &str) {
        let text = if token == "{" && place > 0 { " {".to_owned() } else { format!("{token} ") };
        let problem = error::missing_opener(self.span(place, place), token, what, &text);
        if ["{", "let", "inherit"].contains(&token) {
            self.report_clear(problem)
        } else {
            self.report(problem)
        }
        self.edit(place..place, &text);
    }

    /// A token is missing behind the one before.
    fn missing(&mut self, token: &str, construct: &str) {
        self.insert_missing(self.end_before(), token, construct);
    }

    fn hole(&mut self) {
        self.holes += 1;
        self.insert(&format!(" {HOLE} "));
    }

    /// A value is missing behind the token before.
    fn missing_value(&mut self) {
        if self.is_stray() {
            self.hole();
            return self.stray();
        }
        match self.at.checked_sub(1) {
            Some(before) => {
                let text = self.text_at(before);
                let end = text.find('\n').unwrap_or(text.len()).min(40);
                let end = (0..=end).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
                self.report_clear(error::missing_value(self.span_of(before), &text[..end]));
            }
            None => self.report(error::unexpected(self.here(), self.word())),
        }
        self.hole();
    }

    /// A closer that closes nothing.
    fn stray(&mut self) {
        let frame = self.frames.iter().rev().find(|frame| !matches!(frame.form, Form::Let | Form::Binding)).copied();
        let open = frame.map(|frame| (self.span_of(frame.opener), self.text_at(frame.opener)));
        self.report(error::stray_closer(self.here(), self.word(), open));
        self.balance[kind_of(self.word())] += 1;
        self.drop_token();
    }

    fn push(&mut self, form: Form, opener: usize) {
        self.frames.push(Frame { form, opener, thens: 0 });
    }

    /// The closer of the innermost form, which ends it.
    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        let closer = frame.form.closer();
        if self.is_closer(frame) {
            self.bump();
            return;
        }
        self.frames.push(frame);
        let is_wrong = self.is_wrong_closer();
        self.frames.pop();
        let (opener, text) = (self.span_of(frame.opener), self.text_at(frame.opener));
        if is_wrong {
            self.report(error::stray_closer(self.here(), self.word(), Some((opener, text))));
            self.balance[kind_of(self.word())] += 1;
            self.balance[kind_of(closer)] -= 1;
            let (start, end) = (self.start(), self.here().end as usize);
            self.edit(start..end, closer);
            self.bump();
            return;
        }
        let problem = error::unclosed(opener, text, closer);
        match frame.form {
            // Where definitions end is clear.
            Form::Brace | Form::Let | Form::Binding | Form::Formals => self.report_clear(problem),
            Form::Paren | Form::Bracket if self.by_indentation && self.place(frame.opener + 1).is_some_and(|place| place.first) => {
                self.report_clear(problem);
            }
            Form::Paren | Form::Bracket | Form::Hole => self.report(problem),
        }
        self.balance[kind_of(closer)] -= 1;
        self.closed = Some(self.at);
        self.insert(closer);
    }

    /// Leaves out what cannot be understood, up to one of these words outside of brackets, or the end of the form.
    fn skip(&mut self, to: &[&str]) {
        let start = self.start();
        let mut depth = 0;
        while self.at < self.tokens.len() {
            let stops = depth == 0 && (to.iter().any(|word| self.is(word)) || self.kind() == Some(TokenKind::Close));
            let is_first = self.place(self.at).is_some_and(|place| place.first);
            if stops || (depth == 0 && self.start() > start && is_first && (self.is_definition() || self.is_outdented())) {
                break;
            }
            match self.kind() {
                Some(TokenKind::Open) => depth += 1,
                Some(TokenKind::Close) => depth -= 1,
                Some(TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign) => {}
                None => {}
            }
            self.bump();
        }
        let end = self.end_before().max(start);
        self.edit(start..end, " ");
        self.unsure = true;
    }

    /// Whether a sign in a range is a guess. Each one is asked for once, by the innermost value around it.
    fn is_guessed(&mut self, range: Range<usize>) -> bool {
        let before = self.guessed.len();
        let is_end = self.guessed.iter().filter(|place| range.contains(place)).all(|place| place + 1 == range.end);
        self.guessed.retain(|place| !range.contains(place));
        let value = self.text.get(range).map_or("", str::trim);
        // Of a text alone only the end is missing.
        let is_text = value.len() > 1 && value.matches('"').count() == 2 && value.starts_with('"') && value.ends_with('"');
        self.guessed.len() < before && !(is_text && is_end)
    }

    /// The value becomes a hole, whatever was mended in it.
    fn hollow(&mut self, range: Range<usize>) {
        self.found.edits.retain(|edit| edit.range.start < range.start || edit.range.end > range.end);
        self.edit(range, &format!(" {HOLE} "));
    }
}
