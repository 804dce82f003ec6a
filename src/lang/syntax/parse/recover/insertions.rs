//! What could be wrong with a text that makes no sense as it stands: one sign or word that is missing, by what there is too little
//! of, or one too many.

use wcalang_model::diag::Problem;
use wcalang_model::source::{FileId, Span};

use super::descent::Edit;
use super::quotes;
use crate::error;
use crate::parse::tokens::{Token, TokenKind, tokens};

/// From how many bytes on a token is no stray.
const LONG: usize = 40;

/// An insertion and its problem.
pub(super) type Insertion = (Problem, Edit);

/// What may be missing, the likely first, then what may be too much.
pub(super) fn all(file: FileId, text: &str) -> Vec<Insertion> {
    let tokens = tokens(text);
    let search = Search { file, text, tokens: &tokens };
    let mut found = Vec::new();
    search.holes(&mut found);
    found.extend(quotes::insertions(file, text));
    search.indented(&mut found);
    search.brackets(&mut found);
    search.words(&mut found);
    search.strays(&mut found);
    found
}

struct Search<'a> {
    file: FileId,
    text: &'a str,
    tokens: &'a [Token],
}

impl Search<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn word(&self, token: &Token) -> &str {
        if token.kind == TokenKind::Text { "" } else { &self.text[token.start..token.end] }
    }

    fn count(&self, words: &[&str]) -> usize {
        self.tokens.iter().filter(|token| words.contains(&self.word(token))).count()
    }

    fn insert(place: usize, text: &str) -> Edit {
        Edit { range: place..place, text: text.to_owned() }
    }

    /// The `}` of a `${` behind a name, and the `${` of a `}`.
    fn holes(&self, found: &mut Vec<Insertion>) {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | '\'');
        for (hole, _) in self.text.match_indices("${") {
            let behind = &self.text[hole + 2..];
            let length = behind.find(|letter| !is_name(letter)).unwrap_or(behind.len());
            if length > 0 && !behind[length..].starts_with('}') {
                let problem = error::unclosed(self.span(hole, hole + 2), "${", "}");
                found.push((problem, Self::insert(hole + 2 + length, "}")));
            }
        }
        for (closer, _) in self.text.match_indices('}') {
            let before = &self.text[..closer];
            let length = before.len() - before.trim_end_matches(is_name).len();
            let start = closer - length;
            let start = start + self.text[start..closer].len() - self.text[start..closer].trim_start_matches('.').len();
            if start < closer && !self.text[..start].ends_with("${") {
                let problem = error::missing_opener(self.span(start, start), "${", &format!("`{}`", &self.text[start..closer]), "${");
                found.push((problem, Self::insert(start, "${")));
            }
        }
    }

    /// `''` where there is an odd number of them: where a value is expected at the end of a line, behind its last word, before
    /// the first one, behind `=`.
    fn indented(&self, found: &mut Vec<Insertion>) {
        let quotes: Vec<usize> = quotes::indented_quotes(self.text);
        if quotes.len().is_multiple_of(2) {
            return;
        }
        let mut places = Vec::new();
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let (first, last) = (start + line.len() - line.trim_start().len(), start + line.trim_end().len());
            start += line.len();
            if first >= last {
                continue;
            }
            let bare = &self.text[first..last];
            let stops = bare.trim_end_matches([';', ')', ']', '}', ' ']).len();
            // Where a value is expected, a text is likely to begin.
            let expects = ["=", "(", "[", "then", "else", "+"].iter().any(|word| bare.ends_with(word));
            places.push((expects && !bare.ends_with("=="), last));
            places.extend([first + stops, first].map(|place| (false, place)));
            places.extend(bare.find("= ").map(|sign| (false, first + sign + 2)));
        }
        places.sort_by_key(|(is_likely, place)| (!is_likely, std::cmp::Reverse(*place)));
        for (_, place) in places {
            let before = quotes.iter().filter(|quote| **quote < place).count();
            let problem = match (before % 2, quotes.get(before), before.checked_sub(1).and_then(|before| quotes.get(before))) {
                (1, _, Some(opener)) => error::unclosed(self.span(*opener, opener + 2), "''", "''"),
                (0, Some(closer), _) => error::unopened_text(self.span(*closer, closer + 2), self.span(place, place)),
                _ => continue,
            };
            found.push((problem, Self::insert(place, "''")));
        }
    }

    /// Brackets that there are too few of.
    fn brackets(&self, found: &mut Vec<Insertion>) {
        for (opener, closer) in [("(", ")"), ("[", "]"), ("{", "}")] {
            let openers = if opener == "{" { self.count(&["{", "${"]) } else { self.count(&[opener]) };
            let closers = self.count(&[closer]);
            if openers < closers {
                for token in self.tokens.iter().filter(|token| !matches!(token.kind, TokenKind::Text | TokenKind::Unquote)) {
                    let what = format!("`{}`", self.word(token));
                    let problem = error::missing_opener(self.span(token.start, token.start), opener, &what, opener);
                    found.push((problem, Self::insert(token.start, opener)));
                }
            } else if openers > closers {
                let mut open: Vec<&Token> = Vec::new();
                let mut places = Vec::new();
                for token in self.tokens {
                    match token.kind {
                        TokenKind::Open => open.push(token),
                        TokenKind::Close if open.last().is_some_and(|last| closes(self.word(last), self.word(token))) => {
                            open.pop();
                        }
                        TokenKind::Word | TokenKind::Number | TokenKind::Quote | TokenKind::Unquote | TokenKind::Close => {}
                        TokenKind::Text | TokenKind::Sign => {}
                    }
                    let last = open.last().filter(|last| closes(self.word(last), closer) && last.start < token.start);
                    places.extend(last.map(|last| (*last, token.end)));
                }
                found.extend(places.into_iter().rev().map(|(last, place)| {
                    (error::unclosed(self.span(last.start, last.end), self.word(last), closer), Self::insert(place, closer))
                }));
            }
        }
    }

    /// What does not belong where it stands, if nothing is missing.
    fn strays(&self, found: &mut Vec<Insertion>) {
        for token in self.tokens.iter().filter(|token| token.kind != TokenKind::Text && token.end - token.start < LONG) {
            if matches!(token.kind, TokenKind::Quote | TokenKind::Unquote) && !self.is_odd_line(token.start) {
                continue;
            }
            let problem = error::unexpected(self.span(token.start, token.end), self.word(token));
            found.push((problem, Edit { range: token.start..token.end, text: " ".to_owned() }));
        }
    }

    /// Whether the quotes on the line of a place do not pair.
    fn is_odd_line(&self, at: usize) -> bool {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[start..].lines().next().unwrap_or("");
        !line.matches('"').count().is_multiple_of(2)
    }

    /// Words of forms that are not whole.
    fn words(&self, found: &mut Vec<Insertion>) {
        let [lets, ins] = [self.count(&["let"]), self.count(&["in"])];
        let [ifs, thens, elses] = [self.count(&["if"]), self.count(&["then"]), self.count(&["else"])];
        let behind_semicolon = |token: &&Token| self.word(token) == ";";
        let missing = |place: usize, word: &str, construct: &str| {
            let text = format!(" {word} ");
            (error::missing_token(self.span(place, place), word, construct, &text), Self::insert(place, &text))
        };
        if lets > ins {
            let places = self.tokens.iter().filter(behind_semicolon).map(|token| token.end);
            found.extend(places.map(|place| missing(place, "in", "the definitions of a `let`")));
        }
        for (is_missing, word, construct) in
            [(ifs > thens, "then", "the condition of an `if`"), (ifs > elses && ifs == thens, "else", "an `if`")]
        {
            if is_missing {
                found.extend(self.tokens.iter().map(|token| missing(token.end, word, construct)));
            }
        }
        for (is_missing, word, what) in [(ins > lets, "let", "these definitions"), (thens > ifs, "if", "this condition")] {
            if is_missing {
                let opener = |token: &Token| error::missing_opener(self.span(token.start, token.start), word, what, &format!("{word} "));
                found.extend(self.tokens.iter().map(|token| (opener(token), Self::insert(token.start, &format!("{word} ")))));
            }
        }
    }
}

fn closes(opener: &str, closer: &str) -> bool {
    matches!((opener, closer), ("(", ")") | ("[", "]") | ("{" | "${", "}"))
}
