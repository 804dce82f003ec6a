//! Expressions that may be broken.

use super::{DEEP, Descent, Form, HOLE, INFIX, KEYWORDS};
use crate::error;
use crate::parse::recover::unquoted;
use crate::parse::tokens::TokenKind;

impl Descent<'_> {
    pub(super) fn expr(&mut self) {
        if self.depth >= DEEP {
            self.at = self.tokens.len();
            return;
        }
        self.depth += 1;
        let start = self.start();
        self.form();
        loop {
            if self.is_stray() {
                self.stray();
                self.operation_rest();
            } else if self.is("then") && !self.waits_for_then() {
                // What was read is the condition.
                self.missing_opener(start, "if", "this condition");
                self.then();
            } else {
                break;
            }
        }
        self.depth -= 1;
    }

    fn form(&mut self) {
        if self.is("let") {
            self.let_in();
        } else if self.is("if") {
            self.bump();
            self.condition();
            self.then();
        } else if self.is("assert") || self.is("with") {
            self.guarded();
        } else if self.is("{") && self.is_formals() {
            self.lambda_formals();
        } else if self.is_lambda_name() {
            self.lambda_name();
        } else if self.is(":") && !self.is_text_without_quotes(self.at) {
            self.report(error::missing_name(self.here(), "a parameter"));
            self.insert(&format!(" {{ {HOLE}, ... }} "));
            self.lambda_rest();
        } else if self.lost_formals() {
            self.missing_opener(self.start(), "{", "these parameters");
            self.formals_inside(Some(self.at.saturating_sub(1)));
            self.lambda_rest();
        } else if self.is_definition() {
            self.definitions_without_opener();
        } else {
            self.operation();
        }
    }

    fn condition(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.thens += 1;
        }
        let holes = self.holes;
        self.expr_or_hole();
        // What a branch may rely on is not known.
        self.unsure |= self.holes > holes;
        if let Some(frame) = self.frames.last_mut() {
            frame.thens = frame.thens.saturating_sub(1);
        }
    }

    fn expr_or_hole(&mut self) {
        let is_word = ["then", "else", "in"].iter().any(|word| self.is(word));
        if self.ends() && !self.is_stray() || is_word {
            self.missing_value();
        } else {
            self.expr();
        }
    }

    /// From `then` on.
    fn then(&mut self) {
        let then = self.at;
        if self.is("then") {
            self.bump();
            self.expr_or_hole();
        } else if self.is_expr() && !self.ends() {
            self.missing("then", "the condition of an `if`");
            self.expr();
        } else {
            let end = self.end_before();
            self.report(error::missing_token(self.span(end, end), "then", "the condition of an `if`", " then …"));
            self.insert(&format!(" then {HOLE} "));
            if !self.is("else") {
                self.insert(&format!("else {HOLE} "));
                return;
            }
        }
        if self.is("else") {
            self.bump();
            self.expr_or_hole();
        } else {
            let end = self.end_before();
            let problem = error::missing_token(self.span(end, end), "else", "an `if`", " else …");
            // A branch of several words may have swallowed the other one.
            if self.at <= then + 2 {
                self.report_clear(problem)
            } else {
                self.report(problem)
            }
            self.insert(&format!(" else {HOLE}"));
        }
    }

    fn guarded(&mut self) {
        let word = self.word();
        self.bump();
        self.expr_or_hole();
        if !self.is(";") {
            self.missing(";", &format!("what follows `{word}`"));
        } else {
            self.bump();
            if !self.is_expr() || self.is_definition() || self.is_outdented() {
                // That was the end of the definition around it.
                self.at -= 1;
                let end = self.end_before();
                self.report(error::missing_token(self.span(end, end), ";", &format!("what follows `{word}`"), "; …"));
                self.insert(&format!("; {HOLE}"));
                return;
            }
        }
        self.expr_or_hole();
    }

    fn is_lambda_name(&self) -> bool {
        let behind = self.at + 1;
        let colon = self.is_at(behind, ":") && !self.is_text_without_quotes(behind);
        let is_formal = self.frames.last().is_some_and(|frame| frame.form == Form::Formals);
        self.is_name_at(self.at) && ((colon && !is_formal) || (self.is_at(behind, "@") && self.is_at(behind + 1, "{")))
    }

    /// `://`, `::`
    fn is_text_without_quotes(&self, colon: usize) -> bool {
        let rest = &self.text[self.tokens[colon].start..];
        rest.starts_with("://") || rest.starts_with("::")
    }

    fn lambda_name(&mut self) {
        self.bump();
        if self.is("@") {
            self.bump();
            self.formals();
        }
        self.lambda_rest();
    }

    pub(super) fn lambda_formals(&mut self) {
        self.formals();
        self.lambda_rest();
    }

    /// From behind the parameters on.
    pub(super) fn lambda_rest(&mut self) {
        if self.is_name_at(self.at) && self.is_at(self.at + 1, ":") && self.place(self.at).is_some_and(|place| !place.first) {
            self.missing("@", "parameters that have a name");
            self.bump();
        } else if self.is("@") {
            self.bump();
            if self.is_name_at(self.at) {
                self.bump();
            } else {
                self.report(error::missing_name(self.span_of(self.at - 1), "the parameters"));
                self.insert(HOLE);
            }
        }
        if self.is(":") {
            self.bump();
        } else {
            let end = self.end_before();
            self.report(error::missing_token(self.span(end, end), ":", "the parameters of a function", ": …"));
            self.insert(": ");
        }
        self.expr_or_hole();
    }

    pub(super) fn operation(&mut self) {
        self.operand_with_prefix();
        self.operation_rest();
    }

    fn operand_with_prefix(&mut self) {
        while self.is("!") || self.is("-") {
            self.bump();
        }
        if ["if", "let", "with", "assert"].iter().any(|word| self.is(word)) || self.is_lambda() {
            self.bare_form();
        } else {
            self.operand();
        }
    }

    /// Operators, arguments and selections behind an operand.
    pub(super) fn operation_rest(&mut self) {
        while !self.ends() {
            let is_word = ["if", "let", "with", "assert"].iter().any(|word| self.is(word));
            if self.kind() == Some(TokenKind::Sign) && INFIX.contains(&self.word()) {
                self.bump();
                self.operand_with_prefix();
            } else if self.is("=") && self.compares() {
                self.report_clear(error::assignment_for_equality(self.here()));
                let (start, end) = (self.start(), self.here().end as usize);
                self.edit(start..end, "==");
                self.bump();
                self.operand_with_prefix();
            } else if self.is("!") {
                self.report(error::unexpected(self.here(), "!"));
                self.drop_token();
            } else if self.is("?") {
                if self.frames.last().is_some_and(|frame| frame.form == Form::Formals) {
                    return;
                }
                self.bump();
                self.path();
            } else if self.is(".") {
                // Behind something that is no operand any more.
                self.bump();
                self.attr();
            } else if self.lost_brace() {
                self.record_without_opener();
            } else if is_word || (self.is_lambda() && !self.is_definition()) {
                self.bare_form();
            } else if self.is_operand() && !self.is_definition() && !self.is_formal() {
                self.operand();
            } else if !self.unquoted() {
                return;
            }
        }
    }

    fn is_lambda(&self) -> bool {
        self.is_lambda_name() || (self.is("{") && self.is_formals())
    }

    /// Whether the next parameter begins here, in the default of one.
    fn is_formal(&self) -> bool {
        let in_formals = self.frames.last().is_some_and(|frame| frame.form == Form::Formals);
        in_formals && self.is_name_at(self.at) && [":", "?"].iter().any(|sign| self.is_at(self.at + 1, sign))
    }

    /// A form that stands in parentheses, without them.
    fn bare_form(&mut self) {
        let what = if self.is_lambda() { "a function".to_owned() } else { format!("`{}`", self.word()) };
        let (start, end) = (self.start(), self.here().end as usize);
        let end = if self.is_lambda_name() { end.max(self.tokens[self.at + 1].end) } else { end };
        let (problems, edits) = (self.found.problems.len(), self.found.edits.len());
        self.push(Form::Paren, self.at);
        self.form();
        self.frames.pop();
        if self.is(")") && !self.is_awaited() {
            // Only the opener is missing.
            self.balance[0] += 1;
            self.bump();
            let problem = error::missing_opener(self.span(start, start), "(", &what, "(");
            self.found.problems.insert(problems, problem);
        } else {
            self.insert(")");
            self.found.problems.insert(problems, error::bare_form(self.span(start, end), &what));
        }
        self.found.edits.insert(edits, super::Edit { range: start..start, text: "(".to_owned() });
        // What stands before it may have been meant as a parameter, too.
        self.unsure = true;
    }

    pub(super) fn operand(&mut self) {
        self.atom();
        let mut selected = false;
        while self.is(".") && !self.is_outdented() {
            self.bump();
            self.attr();
            selected = true;
        }
        if selected && self.is("or") {
            self.bump();
            if self.is_operand() && !self.is_outdented() && !self.is_definition() { self.operand() } else { self.missing_value() }
        }
    }

    fn atom(&mut self) {
        if self.unquoted() {
            return;
        }
        if self.is_outdented() || self.at >= self.tokens.len() || self.is_definition() {
            return self.missing_value();
        }
        match self.kind() {
            Some(TokenKind::Word) if self.is("rec") => {
                self.bump();
                if self.is("{") {
                    self.record();
                } else {
                    self.definitions_without_opener();
                }
            }
            Some(TokenKind::Word) if KEYWORDS.contains(&self.word()) => self.missing_value(),
            Some(TokenKind::Word | TokenKind::Number) => self.bump(),
            Some(TokenKind::Quote) => self.text(),
            Some(TokenKind::Open) => match self.word() {
                "(" => self.group(),
                "[" => self.list(),
                "{" => self.record(),
                _ => {
                    self.report(error::unexpected(self.here(), self.word()));
                    let (start, first) = (self.start(), self.at);
                    self.interpolation();
                    self.hollow(start..self.end_before().max(self.span_of(first).end as usize));
                }
            },
            Some(TokenKind::Sign) if self.is_no_sign() => {
                self.report(error::unexpected(self.here(), self.word()));
                self.drop_token();
                if self.is_operand() && !self.is_definition() && !self.is_outdented() { self.operand() } else { self.hole() }
            }
            Some(TokenKind::Close | TokenKind::Unquote | TokenKind::Text | TokenKind::Sign) | None => self.missing_value(),
        }
    }

    /// Whether the sign has no meaning before or behind an operand.
    pub(super) fn is_no_sign(&self) -> bool {
        !INFIX.contains(&self.word()) && ![";", ",", ":", "?", ".", "..."].contains(&self.word())
    }

    /// A URL, a path or a text in single quotes: one problem, and a hole.
    fn unquoted(&mut self) -> bool {
        let Some((problem, range)) = unquoted::find(self.file, self.text, self.start()) else { return false };
        self.report(problem);
        while self.tokens.get(self.at).is_some_and(|token| token.start < range.end) {
            self.bump();
        }
        // A name before `://` was read as an operand.
        self.hollow(range);
        true
    }

    fn group(&mut self) {
        self.push(Form::Paren, self.at);
        self.bump();
        self.expr_or_hole();
        let is_outer = |word: &str| matches!(word, "then" | "else" | "in");
        while !self.is_own_closer() && !self.ends() && !self.is_definition() && !is_outer(self.word()) {
            self.report(error::unexpected(self.here(), self.word()));
            self.skip(&[")", ";"]);
        }
        self.close();
    }

    fn list(&mut self) {
        self.push(Form::Bracket, self.at);
        self.bump();
        let mut commas = false;
        while !self.is_own_closer() {
            if self.is(",") {
                self.bump();
                let is_last = self.is_outdented();
                self.at -= 1;
                if is_last {
                    break;
                }
                if !commas {
                    self.report_clear(error::comma_in_list(self.here()));
                }
                commas = true;
                self.drop_token();
            } else if self.is_stray() {
                self.stray();
            } else if self.lost_brace() {
                self.record_without_opener();
            } else if self.ends_list() {
                break;
            } else if ["if", "let", "with", "assert"].iter().any(|word| self.is(word)) || self.is_lambda() {
                self.bare_form();
            } else if self.is("-") && self.tokens.get(self.at + 1).is_some_and(|next| next.kind == TokenKind::Number) {
                self.bump();
                self.bump();
            } else if self.is_operand() {
                self.operand();
            } else if !self.unquoted() {
                self.report(error::unexpected(self.here(), self.word()));
                self.drop_token();
            }
        }
        self.close();
    }

    /// Whether what stands here is no item, and the `]` is missing.
    fn ends_list(&self) -> bool {
        let is_word = ["in", "then", "else"].iter().any(|word| self.is(word));
        let is_infix = INFIX.contains(&self.word()) && !self.is("-");
        self.ends() || is_word || self.is_definition() || (is_infix && self.balance[1] > 0)
    }

    pub(super) fn text(&mut self) {
        let quote = self.at;
        self.bump();
        loop {
            match self.kind() {
                Some(TokenKind::Text) => self.bump(),
                Some(TokenKind::Open) => self.interpolation(),
                Some(TokenKind::Unquote) => return self.bump(),
                Some(TokenKind::Word | TokenKind::Number | TokenKind::Close | TokenKind::Quote | TokenKind::Sign) | None => break,
            }
        }
        let text = self.text_at(quote);
        self.report(error::unclosed(self.span_of(quote), text, text));
        self.insert(text);
    }

    pub(super) fn interpolation(&mut self) {
        self.push(Form::Hole, self.at);
        self.bump();
        self.expr_or_hole();
        if !self.is("}") && !matches!(self.kind(), None | Some(TokenKind::Text | TokenKind::Unquote)) {
            self.report(error::unexpected(self.here(), self.word()));
            self.skip(&["}"]);
        }
        self.close();
    }
}
