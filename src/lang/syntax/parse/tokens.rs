//! The text as tokens, whether or not it is a program: for the recovery, and for tests that break programs token by token.
//!
//! Blanks and comments are between tokens. A text in quotes is its quotes, its `${` and `}`, what is in these, and the letters
//! between them as one token each. Nothing is refused; a sign that the language does not know is a token of its own.

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its first byte.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a word of the language.
    Word,
    /// A number, with its unit; an address.
    Number,
    /// `{`, `(`, `[` or `${`
    Open,
    /// `}`, `)` or `]`
    Close,
    /// `"` or `''`, where a text begins.
    Quote,
    /// `"` or `''`, where a text ends.
    Unquote,
    /// Letters of a text.
    Text,
    /// Any other sign.
    Sign,
}

/// Signs of more than one letter, longest first.
const SIGNS: &[&str] = &["...", "->", "==", "!=", "<=", ">=", "&&", "||", "|>", "//", "++"];

/// The tokens of a text, in order. A comment that never ends is one token.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, open: Vec::new(), tokens: Vec::new() };
    lexer.run();
    lexer.tokens
}

/// What the lexer is in.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Text,
    Indented,
    /// `${`
    Hole,
    /// `{`, so that its `}` does not end a `${` around it.
    Brace,
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    open: Vec<In>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) {
        while self.at < self.text.len() {
            match self.open.last() {
                Some(In::Text) => self.quoted(),
                Some(In::Indented) => self.indented(),
                Some(In::Hole | In::Brace) | None => self.code(),
            }
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { kind, start: self.at, end: self.at + length });
        self.at += length;
    }

    fn code(&mut self) {
        let rest = self.rest();
        let Some(letter) = rest.chars().next() else { return };
        let run = |more: fn(char) -> bool| rest.find(|letter: char| !more(letter)).unwrap_or(rest.len());
        match letter {
            ' ' | '\t'..='\r' => self.at += 1,
            '\u{feff}' if self.at == 0 => self.at += letter.len_utf8(),
            '#' => self.at += run(|letter| letter != '\n'),
            '/' if rest.starts_with("/*") => match rest.find("*/") {
                Some(end) if end > 1 => self.at += end + 2,
                _ => match rest[2..].find("*/") {
                    Some(end) => self.at += end + 4,
                    None => self.push(TokenKind::Sign, rest.len()),
                },
            },
            '"' => {
                self.push(TokenKind::Quote, 1);
                self.open.push(In::Text);
            }
            '\'' if rest.starts_with("''") => {
                self.push(TokenKind::Quote, 2);
                self.open.push(In::Indented);
            }
            '$' if rest.starts_with("${") => {
                self.push(TokenKind::Open, 2);
                self.open.push(In::Hole);
            }
            '{' => {
                self.push(TokenKind::Open, 1);
                self.open.push(In::Brace);
            }
            '(' | '[' => self.push(TokenKind::Open, 1),
            '}' => {
                if matches!(self.open.last(), Some(In::Hole | In::Brace)) {
                    self.open.pop();
                }
                self.push(TokenKind::Close, 1);
            }
            ')' | ']' => self.push(TokenKind::Close, 1),
            '0'..='9' => {
                let length = number(rest);
                self.push(TokenKind::Number, length);
            }
            letter if letter.is_ascii_alphabetic() || letter == '_' => {
                let length = run(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '\''));
                self.push(TokenKind::Word, length);
            }
            _ => {
                let length = SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(letter.len_utf8(), |sign| sign.len());
                self.push(TokenKind::Sign, length);
            }
        }
    }

    fn letters(&mut self, end: usize) {
        if end > self.at {
            self.push(TokenKind::Text, end - self.at);
        }
    }

    fn quoted(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (None, _) => {
                    self.letters(bytes.len());
                    return;
                }
                (Some(b'"'), _) => {
                    self.letters(at);
                    self.push(TokenKind::Unquote, 1);
                    self.open.pop();
                    return;
                }
                (Some(b'$'), Some(b'{')) => {
                    self.letters(at);
                    self.push(TokenKind::Open, 2);
                    self.open.push(In::Hole);
                    return;
                }
                (Some(b'\\'), Some(_)) | (Some(b'$'), Some(b'$')) => at += 2,
                (Some(_), _) => at += 1,
            }
        }
    }

    fn indented(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            match (bytes.get(at), bytes.get(at + 1), bytes.get(at + 2)) {
                (None, ..) => {
                    self.letters(bytes.len());
                    return;
                }
                (Some(b'\''), Some(b'\''), Some(b'\'' | b'$')) => at += 3,
                (Some(b'\''), Some(b'\''), Some(b'\\')) => at += 4,
                (Some(b'\''), Some(b'\''), _) => {
                    self.letters(at);
                    self.push(TokenKind::Unquote, 2);
                    self.open.pop();
                    return;
                }
                (Some(b'$'), Some(b'{'), _) => {
                    self.letters(at);
                    self.push(TokenKind::Open, 2);
                    self.open.push(In::Hole);
                    return;
                }
                (Some(b'$'), Some(b'$'), _) => at += 2,
                (Some(_), ..) => at += 1,
            }
            at = at.min(bytes.len());
        }
    }
}

/// The length of a number: digits with a unit, or an address.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let more = byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'%')
            || (*byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit));
        if !more {
            break;
        }
        end += 1;
    }
    if bytes[..end].iter().filter(|byte| **byte == b'.').count() == 3 && bytes.get(end) == Some(&b'/') {
        let digits = bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        end += if digits > 0 { 1 + digits } else { 0 };
    }
    end
}
