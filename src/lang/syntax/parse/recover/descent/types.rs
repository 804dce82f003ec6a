//! Annotations that may be broken.

use super::{Descent, Form, HOLE};
use crate::error;
use crate::parse::tokens::TokenKind;

impl Descent<'_> {
    pub(super) fn annotation(&mut self) {
        self.shape();
        if self.is("->") {
            self.bump();
            self.annotation();
        }
    }

    fn shape(&mut self) {
        let is_field = self.is("...") || self.is_at(self.at + 1, ":") || (self.is_at(self.at + 1, "?") && self.is_at(self.at + 2, ":"));
        match self.kind() {
            Some(TokenKind::Word | TokenKind::Sign) if is_field && self.balance[2] < 0 => {
                self.missing_opener(self.start(), "{", "these fields");
                self.balance[2] += 1;
                self.fields_inside(self.at.saturating_sub(1));
            }
            Some(TokenKind::Word) if !self.is_outdented() => {
                let takes_one = self.is("Map") || self.is("Secret");
                self.bump();
                while self.is(".") {
                    self.bump();
                    if self.kind() == Some(TokenKind::Word) { self.bump() } else { self.missing_type() }
                }
                let follows = matches!(self.kind(), Some(TokenKind::Word | TokenKind::Quote | TokenKind::Open));
                if takes_one && follows && !self.is_outdented() {
                    self.shape();
                }
            }
            Some(TokenKind::Quote) => self.texts(),
            Some(TokenKind::Open) if self.is("[") || self.is("(") => {
                self.push(if self.is("[") { Form::Bracket } else { Form::Paren }, self.at);
                self.bump();
                self.annotation();
                self.close();
            }
            Some(TokenKind::Open) if self.is("{") => self.fields(),
            Some(TokenKind::Sign) if self.is("|") => {
                self.missing_type();
                self.hollow_texts();
            }
            Some(TokenKind::Sign) if self.is(".") => {
                self.missing_type();
                let start = self.start();
                self.bump();
                if self.kind() == Some(TokenKind::Word) {
                    self.bump();
                }
                self.edit(start..self.end_before(), "");
            }
            Some(TokenKind::Word | TokenKind::Number | TokenKind::Open | TokenKind::Close | TokenKind::Unquote | TokenKind::Text) => {
                self.missing_type();
            }
            Some(TokenKind::Sign) | None => self.missing_type(),
        }
    }

    fn missing_type(&mut self) {
        let before = self.at.saturating_sub(1);
        self.report(error::missing_type(self.span_of(before), self.text_at(before)));
        self.hole();
    }

    /// `"a" | "b"`
    fn texts(&mut self) {
        self.text();
        loop {
            if self.is("|") {
                self.bump();
                if self.kind() == Some(TokenKind::Quote) {
                    self.text();
                } else {
                    let before = self.at - 1;
                    self.report(error::missing_type(self.span_of(before), "|"));
                    self.insert("\"\"");
                }
                continue;
            }
            let next = (self.kind() == Some(TokenKind::Quote)).then(|| self.unquote_of(self.at)).flatten();
            if next.is_some_and(|unquote| self.is_at(unquote + 1, "|") || self.is_at(unquote + 1, "?")) {
                self.missing("|", "each of the texts but the last");
                self.text();
                continue;
            }
            return;
        }
    }

    /// `| "b"` behind a hole.
    fn hollow_texts(&mut self) {
        let start = self.start();
        while self.is("|") {
            self.bump();
            if self.kind() == Some(TokenKind::Quote) {
                self.text();
            }
        }
        self.edit(start..self.end_before(), "");
    }

    /// `{ a : T, b ? : T }`
    fn fields(&mut self) {
        let opener = self.at;
        self.bump();
        self.fields_inside(opener);
    }

    fn fields_inside(&mut self, opener: usize) {
        self.push(Form::Formals, opener);
        while !self.is_own_closer()
            && (!self.is("?") || self.is_at(self.at + 1, ":"))
            && self.at < self.tokens.len()
            && self.kind() != Some(TokenKind::Close)
            && !self.is_outdented()
        {
            if self.is("...") {
                self.bump();
            } else {
                self.field();
            }
            if self.is_stray() {
                self.stray();
            }
            if self.is(",") {
                self.bump();
            } else if !self.is("}") && !self.is_outdented() {
                if self.is("?") {
                    break;
                }
                if self.is_name_at(self.at) || self.is("...") {
                    self.missing(",", "each field but the last");
                } else {
                    if self.at < self.tokens.len() && self.kind() != Some(TokenKind::Close) {
                        self.report(error::unexpected(self.here(), self.word()));
                        self.skip(&[","]);
                    }
                    if self.is(",") {
                        self.bump();
                    } else {
                        break;
                    }
                }
            }
        }
        if self.is_outdented() && self.is_at(self.at - 1, ",") {
            // The comma is that of what is around.
            self.at -= 1;
        }
        self.close();
    }

    fn field(&mut self) {
        if self.kind() == Some(TokenKind::Word) {
            self.bump();
        } else if self.is(":") || self.is("?") {
            self.report(error::missing_name(self.here(), "a field"));
            let start = self.start();
            self.edit(start..start, &format!(" {HOLE} "));
        } else {
            return;
        }
        if self.is("?") {
            self.bump();
        }
        if self.is(":") {
            self.bump();
        } else if matches!(self.kind(), Some(TokenKind::Word | TokenKind::Quote | TokenKind::Open)) {
            self.missing(":", "the name of a field");
        }
        self.annotation();
    }
}
