//! Definitions that may be broken: records, `let`, parameters.

use super::{Descent, Form, HOLE, INFIX, NEAR};
use crate::error;
use crate::parse::tokens::TokenKind;

impl Descent<'_> {
    pub(super) fn record(&mut self) {
        self.push(Form::Brace, self.at);
        self.bump();
        self.members(Form::Brace);
        self.close();
    }

    pub(super) fn let_in(&mut self) {
        self.push(Form::Let, self.at);
        self.bump();
        self.let_rest();
    }

    fn let_rest(&mut self) {
        self.members(Form::Let);
        self.frames.pop();
        if self.is("in") {
            self.bump();
        } else {
            self.missing("in", "the definitions of a `let`");
        }
        if self.ends() && !self.is_stray() { self.missing_value() } else { self.expr() }
    }

    /// Definitions where a value is expected: a `let` or a `{` is missing, or the value is.
    pub(super) fn definitions_without_opener(&mut self) {
        let place = self.start();
        let first = self.place(self.at).is_some_and(|place| place.first);
        if self.ahead("in", false).is_some() && self.balance[2] >= 0 && (first || self.ahead(";", true).is_some()) {
            self.missing_opener(place, "let", "these definitions");
            self.push(Form::Let, self.at.saturating_sub(1));
            return self.let_rest();
        }
        let deeper = first && !self.is_outdented();
        if deeper || self.frames.is_empty() || self.closes_on_this_line() {
            return self.record_without_opener();
        }
        self.missing_value();
    }

    /// Whether definitions stand here for which a `{` is missing.
    pub(super) fn lost_brace(&self) -> bool {
        if !self.is_definition() || self.is_outdented() {
            return false;
        }
        let indent = self.frames.last().and_then(|frame| self.place(frame.opener)).map_or(0, |place| place.indent);
        let deeper = self.place(self.at).is_some_and(|place| place.first && place.indent > indent);
        (deeper && self.by_indentation && !self.frames.is_empty()) || self.closes_on_this_line()
    }

    pub(super) fn record_without_opener(&mut self) {
        self.missing_opener(self.end_before(), "{", "these definitions");
        self.balance[2] += 1;
        self.push(Form::Brace, self.at.saturating_sub(1));
        self.members(Form::Brace);
        self.close();
    }

    /// Whether a `}` that nothing on this line opens ends what stands here, and too many are closed.
    fn closes_on_this_line(&self) -> bool {
        let Some(line) = self.place(self.at).map(|place| place.line) else { return false };
        let mut depth = 0;
        for at in (self.at..self.tokens.len()).take(NEAR).take_while(|at| self.places[*at].line == line) {
            match self.tokens[at].kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close if depth == 0 => return self.is_at(at, "}") && self.balance[2] < 0,
                TokenKind::Close => depth -= 1,
                TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign => {}
            }
        }
        false
    }

    pub(super) fn members(&mut self, form: Form) {
        let level = self.place(self.at).filter(|place| place.first && self.by_indentation).map(|place| place.indent);
        loop {
            let before = self.at;
            let place = self.place(self.at).filter(|place| place.first);
            if form == Form::Let && matches!((level, place), (Some(level), Some(place)) if place.indent < level) {
                return;
            }
            if self.at >= self.tokens.len() || self.is_own_closer() || self.is_outdented() {
                return;
            }
            if self.kind() == Some(TokenKind::Close) {
                if !self.is_stray() {
                    return;
                }
                self.stray();
                continue;
            }
            let continues = self.is(".") || INFIX.contains(&self.word()) && self.kind() == Some(TokenKind::Sign);
            let is_outer = self.is("then") || self.is("else") || (continues && self.balance[2] > 0);
            if is_outer && form == Form::Brace {
                return;
            }
            if self.is("in") && self.frames.iter().any(|frame| frame.form == Form::Let) {
                return;
            }
            let in_formals = self.frames.iter().any(|frame| frame.form == Form::Formals);
            if form == Form::Brace && ((self.is(";") && self.balance[2] > 0) || (self.is(",") && in_formals)) {
                return;
            }
            if form == Form::Let && self.is_body() {
                return;
            }
            self.member();
            if self.at == before {
                self.report(error::unexpected(self.here(), self.word()));
                self.drop_token();
            }
        }
    }

    /// In a `let`: whether what stands here is no definition but the body, so that `in` is missing.
    fn is_body(&self) -> bool {
        if self.is_definition() || self.ahead("in", false).is_some() {
            return false;
        }
        match self.kind() {
            Some(TokenKind::Word) if self.is_name_at(self.at) => {
                let next = self.at + 1;
                next >= self.tokens.len()
                    || INFIX.iter().any(|sign| self.is_at(next, sign))
                    || (self.ahead(";", false).is_none() && !self.is_at(next, "=") && !self.is_at(next, ";"))
            }
            Some(TokenKind::Word) => ["let", "if", "with", "assert", "rec"].iter().any(|word| self.is(word)),
            Some(TokenKind::Number) => true,
            Some(TokenKind::Open) => true,
            Some(TokenKind::Quote | TokenKind::Close | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign) | None => false,
        }
    }

    fn member(&mut self) {
        // What is wrong inside says nothing of what is around.
        let outer = std::mem::replace(&mut self.unsure, false);
        self.one_member();
        self.unsure = outer;
    }

    fn one_member(&mut self) {
        if self.is("inherit") {
            self.push(Form::Binding, self.at);
            self.bump();
            return self.inherit_rest();
        }
        if self.is("(") {
            if self.is_inherit_without_word() {
                self.missing_opener(self.start(), "inherit", "what is inherited");
                self.push(Form::Binding, self.at);
                return self.inherit_rest();
            }
        } else if self.behind_attr(self.at).is_some() || self.is("=") || self.is(".") || self.is_keyword_key() {
            return self.binding();
        }
        self.report(error::unexpected(self.here(), self.word()));
        if self.is(";") {
            self.drop_token();
            return;
        }
        self.skip(&[";"]);
        if self.is(";") {
            self.drop_token();
        }
        // What was left out may have defined anything.
        self.insert(&format!(" {HOLE} = {HOLE};"));
    }

    /// `if = 1;`: the lowering says that the word is none for a key.
    fn is_keyword_key(&self) -> bool {
        self.kind() == Some(TokenKind::Word) && self.is_at(self.at + 1, "=")
    }

    /// `(net) app data;`
    fn is_inherit_without_word(&self) -> bool {
        let Some(closer) = (self.at..self.tokens.len()).take(NEAR).find(|at| self.is_at(*at, ")")) else { return false };
        let end = (closer + 1..self.tokens.len()).find(|at| !self.is_name_at(*at));
        end.is_some_and(|end| end > closer + 1 && self.is_at(end, ";"))
    }

    /// `net) app data;`
    fn is_source_without_opener(&self) -> bool {
        let end = (self.at..self.tokens.len()).find(|at| !self.is_name_at(*at) && !self.is_at(*at, "."));
        end.is_some_and(|end| end > self.at && self.is_at(end, ")")) && self.balance[0] < 0
    }

    /// Behind `inherit`.
    fn inherit_rest(&mut self) {
        if self.is_source_without_opener() {
            self.missing_opener(self.start(), "(", "the source of what is inherited");
            self.balance[0] += 1;
            self.push(Form::Paren, self.at);
            self.expr();
            self.close();
        } else if self.is("(") {
            self.push(Form::Paren, self.at);
            self.bump();
            if self.ends() {
                self.missing_value()
            } else {
                self.expr()
            }
            self.close();
        }
        while !self.is(";") && self.behind_attr(self.at).is_some() && !self.is_definition() && !self.is_outdented() {
            self.attr();
        }
        self.semicolon(None);
        self.frames.pop();
    }

    fn binding(&mut self) {
        self.push(Form::Binding, self.at);
        let key = self.start();
        if self.is("=") {
            self.report_clear(error::missing_name(self.here(), "a definition"));
            let start = self.start();
            self.edit(start..start, &format!("{HOLE} "));
        } else {
            self.path();
            self.unsure = false;
        }
        let end = self.end_before().max(key);
        let name = &self.text[key.min(end)..end];
        if self.is("=") {
            self.bump();
            self.value();
        } else if self.is(":") {
            self.bump();
            self.annotation();
            self.semicolon(None);
        } else if self.is(";") {
            self.report_clear(error::key_without_value(self.span(key, end), name));
            self.insert(&format!(" = {HOLE}"));
            self.bump();
        } else if self.ends() || self.is_definition() || self.is("in") {
            self.report_clear(error::key_without_value(self.span(key, end), name));
            self.insert(&format!(" = {HOLE};"));
            if self.is(",") {
                self.drop_token();
            }
        } else if self.is_expr() {
            self.words_without_sign();
        } else {
            self.report(error::unexpected(self.here(), self.word()));
            let (start, end) = (self.start(), self.here().end as usize);
            self.edit(start..end, "=");
            self.bump();
            self.value();
        }
        self.frames.pop();
    }

    /// `a b;`: `=` is missing, or `inherit` before it; `b` may have been a name.
    fn words_without_sign(&mut self) {
        let names = (self.at..self.tokens.len()).take_while(|at| self.is_name_at(*at)).count();
        let is_unclear = names > 0 && self.is_at(self.at + names, ";");
        self.missing("=", "a key");
        self.unsure = is_unclear;
        self.value_from(self.start());
        if is_unclear {
            self.insert(&format!(" {HOLE} = {HOLE};"));
        }
    }

    /// Behind the `=` of a definition.
    fn value(&mut self) {
        self.value_from(self.end_before());
    }

    fn value_from(&mut self, start: usize) {
        if self.ends() && !self.is_stray() || self.is("in") {
            self.missing_value();
        } else {
            self.expr();
        }
        self.semicolon(Some(start));
    }

    /// The `;` of a definition. What was not understood makes its value, which begins at `start`, a hole.
    fn semicolon(&mut self, start: Option<usize>) {
        loop {
            if self.is(";") {
                self.hollow_value(start);
                return self.bump();
            }
            if self.is(",") {
                self.hollow_value(start);
                self.report_clear(error::comma_for_semicolon(self.here()));
                let (from, to) = (self.start(), self.here().end as usize);
                self.edit(from..to, ";");
                return self.bump();
            }
            if self.ends() || self.is_definition() || self.is("in") {
                self.hollow_value(start);
                if self.closed == Some(self.at) {
                    return self.insert(";");
                }
                return self.missing(";", "a definition");
            }
            let problem = error::unexpected(self.here(), self.word());
            if self.is_no_sign() && self.is_at(self.at + 1, ";") {
                self.report_clear(problem);
                self.drop_token();
                continue;
            }
            self.report(problem);
            self.skip(&[";"]);
            if !self.is(";") {
                self.hollow_value(start);
                return self.insert(";");
            }
        }
    }

    fn hollow_value(&mut self, start: Option<usize>) {
        let is_unsure = std::mem::take(&mut self.unsure) | self.is_guessed(start.unwrap_or(usize::MAX)..self.start());
        if let (true, Some(start)) = (is_unsure, start) {
            let end = self.start().max(start);
            let end = self.text[..end].trim_end().len().max(start);
            let end = if self.is(";") || self.is(",") { self.start() } else { end };
            self.hollow(start..end);
        }
    }

    pub(super) fn path(&mut self) {
        self.attr();
        while self.is(".") {
            self.bump();
            self.attr();
        }
    }

    /// A key, or a hole where one is missing.
    pub(super) fn attr(&mut self) {
        match self.kind() {
            Some(TokenKind::Word) if !self.is_outdented() && !self.is("in") && !self.is("then") && !self.is("else") => self.bump(),
            Some(TokenKind::Quote) => self.text(),
            Some(TokenKind::Open) if self.is("${") => self.interpolation(),
            Some(TokenKind::Word | TokenKind::Number | TokenKind::Open | TokenKind::Close | TokenKind::Unquote | TokenKind::Text) => {
                self.missing_attr();
            }
            Some(TokenKind::Sign) | None => self.missing_attr(),
        }
    }

    fn missing_attr(&mut self) {
        // Behind a `.`, or before the one that the path begins with.
        let before = self.at.checked_sub(1).filter(|before| self.is_at(*before, ".") && !self.is("."));
        let span = before.map_or(self.here(), |before| self.span_of(before));
        self.report(error::missing_name(span, "a path"));
        let place = before.map_or(self.start(), |_| self.end_before());
        self.edit(place..place, HOLE);
    }
}
