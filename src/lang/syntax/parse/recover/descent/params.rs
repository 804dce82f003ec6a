//! Parameters that may be broken.

use super::{Descent, FAR, Form, HOLE};
use crate::error;
use crate::parse::tokens::TokenKind;

impl Descent<'_> {
    /// Whether `{` begins parameters: by what stands behind its `}`, or by commas.
    pub(super) fn is_formals(&self) -> bool {
        let (mut depth, mut commas, mut definitions) = (0, 0, 0);
        let is_inline = self.place(self.at + 2).is_some_and(|place| !place.first);
        let inside = ["...", "}", ":", "?"].iter().any(|sign| self.is_at(self.at + 1, sign)) || (self.is_at(self.at + 1, ",") && is_inline);
        if self.kind_at(self.at + 1) != Some(TokenKind::Word) && !inside {
            return false;
        }
        for at in (self.at..self.tokens.len()).take(FAR) {
            match self.tokens[at].kind {
                TokenKind::Open => depth += usize::from(self.text_at(at).ends_with('{')),
                TokenKind::Close if !self.is_at(at, "}") => {}
                TokenKind::Close => {
                    depth -= 1;
                    if depth == 0 {
                        let place = self.places[at];
                        if self.by_indentation && place.first && place.indent < self.places[self.at].indent {
                            return commas > definitions;
                        }
                        let is_inline = self.place(at + 1).is_some_and(|place| !place.first);
                        let is_followed = is_inline && (self.is_at(at + 1, ":") || self.is_at(at + 1, "@"));
                        return (is_followed && definitions == 0) || commas > definitions;
                    }
                }
                TokenKind::Sign if depth == 1 => {
                    commas += usize::from(self.is_at(at, ",") || self.is_at(at, "..."));
                    definitions += usize::from(self.is_at(at, ";") || self.is_at(at, "="));
                }
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
            let opener = self.places[self.at];
            let outdented = self.places[at].first && self.places[at].line > opener.line && self.places[at].indent <= opener.indent;
            if outdented && self.by_indentation {
                break;
            }
        }
        commas > definitions
    }

    /// Whether parameters begin here whose `{` is missing.
    pub(super) fn lost_formals(&self) -> bool {
        if self.balance[2] >= 0 || self.is("{") {
            return false;
        }
        let line = if self.frames.is_empty() { None } else { self.place(self.at).map(|place| place.line) };
        let mut depth = 0;
        for (at, token) in self.tokens.iter().enumerate().skip(self.at).take(FAR) {
            if line.is_some_and(|line| self.places[at].line > line) {
                return false;
            }
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return self.is_at(at, "}") && (self.is_at(at + 1, ":") || self.is_at(at + 1, "@")),
                TokenKind::Close => depth -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
            if depth == 0 && ["let", ";", "="].iter().any(|word| self.is_at(at, word)) {
                return false;
            }
        }
        false
    }

    pub(super) fn formals(&mut self) {
        let opener = self.at;
        self.bump();
        self.formals_inside(Some(opener));
    }

    /// What is wrong with parameters says nothing of the body.
    pub(super) fn formals_inside(&mut self, opener: Option<usize>) {
        let unsure = self.unsure;
        match opener {
            Some(opener) => self.push(Form::Formals, opener),
            None => {
                self.balance[2] += 1;
                self.push(Form::Formals, usize::MAX);
            }
        }
        while !self.is_own_closer() {
            if self.is_stray() {
                self.stray();
                if self.is(",") {
                    self.bump();
                }
                continue;
            }
            if self.is_outdented() || self.at >= self.tokens.len() || self.kind() == Some(TokenKind::Close) || self.is("let") {
                break;
            }
            if self.is("...") {
                self.bump();
            } else if self.kind() == Some(TokenKind::Word) || self.is(":") || self.is("?") || self.is(",") {
                self.formal();
            } else if self.is("@") {
                break;
            } else {
                self.report(error::unexpected(self.here(), self.word()));
                self.skip(&[","]);
            }
            if self.is(",") {
                self.bump();
            } else if self.is("}") || self.is_outdented() {
            } else if self.is(";") {
                self.report(error::unexpected(self.here(), ";"));
                let (from, to) = (self.start(), self.here().end as usize);
                self.edit(from..to, ",");
                self.bump();
            } else if self.is("...") || self.is_name_at(self.at) {
                self.missing(",", "each parameter but the last");
            } else if self.at < self.tokens.len()
                && self.kind() != Some(TokenKind::Close)
                && !self.is(":")
                && !self.is("@")
                && !self.is("let")
            {
                self.report(error::unexpected(self.here(), self.word()));
                self.skip(&[",", "let"]);
                if self.is(",") {
                    self.bump();
                }
            } else if self.kind() != Some(TokenKind::Close) {
                break;
            }
        }
        self.close();
        self.unsure = unsure;
    }

    fn formal(&mut self) {
        if self.kind() == Some(TokenKind::Word) {
            self.bump();
        } else {
            let start = self.start();
            let place = if self.is(",") { self.span(start, start) } else { self.here() };
            self.report(error::missing_name(place, "a parameter"));
            self.edit(start..start, &format!(" {HOLE} "));
        }
        if self.is("?") && self.is_at(self.at + 1, ":") {
            self.bump();
            self.bump();
            return self.type_of_formal();
        }
        if self.is(":") {
            self.bump();
            self.type_of_formal();
        } else if self.is_type_without_colon() {
            self.missing(":", "the name of a parameter");
            self.type_of_formal();
        }
        if self.is("?") {
            self.bump();
            let start = self.end_before();
            if self.is_record_type() {
                self.missing(":", "the name of a parameter that may be absent");
                return self.type_of_formal();
            }
            if self.ends() {
                self.missing_value()
            } else {
                self.expr()
            }
            let end = self.end_before().max(start);
            if self.is_guessed(start..end) {
                self.hollow(start..end);
            }
        } else if self.is_operand() && !self.is_name_at(self.at) && !self.is_outdented() {
            self.missing("?", "what has a default");
            self.expr();
        }
    }

    /// A type; a hole, if anything is wrong with it.
    fn type_of_formal(&mut self) {
        let (start, before) = (self.end_before(), self.found.problems.len());
        self.annotation();
        if self.is_stray() {
            self.stray();
        }
        if self.found.problems.len() > before {
            self.hollow(start..self.end_before().max(start));
        }
    }

    /// The bracket that closes one, if all in between are whole.
    fn closer_of(&self, opener: usize) -> Option<usize> {
        let mut depth = 0;
        (opener..self.tokens.len()).take(FAR).find(|at| {
            match self.tokens[*at].kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
            depth == 0
        })
    }

    /// `{ name : Str, … }` that is no function.
    fn is_record_type(&self) -> bool {
        let sign = self.at + 2;
        let is_field = self.is_at(sign, ":") || (self.is_at(sign, "?") && self.is_at(sign + 1, ":"));
        self.is("{") && self.is_name_at(self.at + 1) && is_field && {
            let closer = self.closer_of(self.at);
            !closer.is_some_and(|closer| self.is_at(closer + 1, ":"))
        }
    }

    /// `name Str,`, `name "a" | "b"`
    fn is_type_without_colon(&self) -> bool {
        let is_alone = [",", "?", "}"].iter().any(|sign| self.is_at(self.at + 1, sign));
        match self.kind() {
            Some(TokenKind::Word) if self.is("Map") || self.is("Secret") => true,
            Some(TokenKind::Word) => is_alone && self.word().starts_with(|letter: char| letter.is_ascii_uppercase()),
            Some(TokenKind::Quote) => {
                self.unquote_of(self.at).is_some_and(|unquote| self.is_at(unquote + 1, "|") || self.is_at(unquote + 1, "?"))
            }
            Some(TokenKind::Open) if self.is("{") => {
                let inside = self.is_at(self.at + 1, "...") || self.is_name_at(self.at + 1);
                inside && [":", "?", "}"].iter().any(|sign| self.is_at(self.at + 2, sign))
            }
            Some(TokenKind::Open) => self.is("[") && (self.is_name_at(self.at + 1) || self.is_at(self.at + 1, "{")),
            Some(TokenKind::Number | TokenKind::Close | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign) | None => false,
        }
    }
}
