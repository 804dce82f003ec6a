//! Signatures of the prelude: `(a -> b) -> [a] -> [b]`, read from their text.

use crate::check::forms::Forms;

/// A type in a signature.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Signature {
    /// `a`: of any type, the same wherever it stands.
    Variable(u8),
    /// `Int`
    Scalar(Forms),
    /// `Resource`
    Resource,
    /// `Any`, and whatever has no meaning here.
    Any,
    /// `[T]`
    List(Box<Signature>),
    /// `Map T`; a record goes for one.
    Map(Box<Signature>),
    /// `{ name : Str, value : b }`
    Record(Vec<(String, Signature)>),
    /// `T -> T`
    Function(Box<Signature>, Box<Signature>),
}

impl Signature {
    /// Reads one.
    pub fn read(text: &str) -> Self {
        let mut tokens = tokens(text);
        tokens.reverse();
        Reader { tokens }.function()
    }

    /// Its arguments, and its result.
    pub fn arguments(&self, arity: usize) -> (Vec<&Signature>, &Signature) {
        let (mut arguments, mut rest) = (Vec::with_capacity(arity), self);
        while let Signature::Function(from, to) = rest
            && arguments.len() < arity
        {
            arguments.push(&**from);
            rest = to;
        }
        (arguments, rest)
    }
}

fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
            continue;
        }
        if !word.is_empty() {
            tokens.push(std::mem::take(&mut word));
        }
        match letter {
            '-' if letters.peek() == Some(&'>') => {
                letters.next();
                tokens.push("->".to_string());
            }
            ' ' => {}
            other => tokens.push(other.to_string()),
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

struct Reader {
    tokens: Vec<String>,
}

impl Reader {
    fn peek(&self) -> &str {
        self.tokens.last().map_or("", String::as_str)
    }

    fn skip(&mut self, token: &str) -> bool {
        let there = self.peek() == token;
        if there {
            self.tokens.pop();
        }
        there
    }

    fn function(&mut self) -> Signature {
        let from = self.one();
        if self.skip("->") { Signature::Function(Box::new(from), Box::new(self.function())) } else { from }
    }

    fn one(&mut self) -> Signature {
        let Some(token) = self.tokens.pop() else { return Signature::Any };
        match token.as_str() {
            "(" => {
                let inner = self.function();
                self.skip(")");
                inner
            }
            "[" => {
                let item = self.function();
                self.skip("]");
                Signature::List(Box::new(item))
            }
            "{" => self.record(),
            "Map" => Signature::Map(Box::new(self.one())),
            "Resource" => Signature::Resource,
            "Bool" => Signature::Scalar(Forms::BOOL),
            "Int" => Signature::Scalar(Forms::INT),
            "Float" => Signature::Scalar(Forms::FLOAT.with(Forms::INT)),
            "Str" => Signature::Scalar(Forms::STR),
            "Cidr" => Signature::Scalar(Forms::CIDR),
            "Ip" => Signature::Scalar(Forms::IP),
            "Size" => Signature::Scalar(Forms::SIZE),
            "Duration" => Signature::Scalar(Forms::DURATION),
            "Cpu" => Signature::Scalar(Forms::CPU),
            "Percent" => Signature::Scalar(Forms::PERCENT),
            "Money" => Signature::Scalar(Forms::MONEY),
            name => match name.as_bytes() {
                [letter @ b'a'..=b'z'] => Signature::Variable(letter - b'a'),
                _ => Signature::Any,
            },
        }
    }

    fn record(&mut self) -> Signature {
        let mut fields = Vec::new();
        while !self.tokens.is_empty() && !self.skip("}") {
            let Some(name) = self.tokens.pop() else { break };
            self.skip("?");
            self.skip(":");
            let ty = self.function();
            fields.push((name, ty));
            self.skip(",");
        }
        Signature::Record(fields)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn of_functions_and_records() {
        let signature = Signature::read("(a -> { name : Str, value : b }) -> [a] -> Map b");
        let (arguments, result) = signature.arguments(2);
        assert_eq!(*result, Signature::Map(Box::new(Signature::Variable(1))));
        assert_eq!(*arguments[1], Signature::List(Box::new(Signature::Variable(0))));
        let Signature::Function(_, record) = arguments.first().unwrap() else { panic!("no function") };
        let fields = vec![("name".to_string(), Signature::Scalar(Forms::STR)), ("value".to_string(), Signature::Variable(1))];
        assert_eq!(**record, Signature::Record(fields));
    }
}
