//! What a text or a whole number must be like for what is declared: one set of rules for the checker, which sees literals in
//! functions that are never called, and the evaluator, which sees every value.

use ipnet::IpNet;
use std::net::IpAddr;

use wcalang_model::base::nearest;
use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::arguments;
use wcalang_model::source::Span;
use wcalang_model::value::{Type, in_alphabet};

use super::What;

/// Why a literal is not what is wanted, and what to write.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unfit {
    message: String,
    /// The bytes of the text that are wrong, if not all of them.
    pub part: Option<(usize, usize)>,
    help: String,
    /// The text to write in its place.
    instead: Option<String>,
    /// It is none of a few texts.
    is_choice: bool,
}

impl Unfit {
    fn new(message: String, help: impl Into<String>) -> Self {
        Unfit { message, part: None, help: help.into(), instead: None, is_choice: false }
    }

    /// The problem; `at`: the value, or the part of it that is wrong; `written`: where it is written out, if it is: only there can another
    /// text be put in its place.
    pub(crate) fn problem(self, at: Span, written: Option<Span>, what: What<'_>) -> Problem {
        let (code, label) = if self.is_choice {
            (&arguments::NOT_ONE_OF, "none of them".to_string())
        } else {
            (&arguments::BAD_LITERAL, format!("for {what}"))
        };
        let problem = Problem::error(code, self.message).label(at, label).help(self.help);
        match self.instead.zip(written) {
            Some((text, written)) => problem.fix(written, format!("{text:?}")),
            None => problem,
        }
    }
}

/// What is wrong with a text for a declared type; types that take no text are not asked.
pub(crate) fn text(text: &str, want: &Type, what: What<'_>) -> Result<(), Unfit> {
    match want {
        Type::Str { min, max, alphabet } => {
            let length = text.chars().count();
            let message = || format!("{what} is {want}, this has {length}");
            if length < *min as usize {
                return Err(Unfit::new(message(), format!("it needs {} more", *min as usize - length)));
            }
            if length > *max as usize {
                return Err(Unfit::new(message(), format!("shorten it by {}", length - *max as usize)));
            }
            let mut letters = text.char_indices().filter(|_| !alphabet.is_empty());
            match letters.find(|(_, letter)| !in_alphabet(*letter, alphabet)) {
                Some((at, letter)) => Err(Unfit {
                    part: Some((at, at + letter.len_utf8())),
                    ..Unfit::new(format!("{letter:?} cannot stand in {what}: allowed are {alphabet}"), "leave it out, or write another one")
                }),
                None => Ok(()),
            }
        }
        Type::Cidr => match text.parse::<IpNet>() {
            Ok(net) if net.trunc() == net => Ok(()),
            Ok(net) => Err(Unfit {
                instead: Some(net.trunc().to_string()),
                ..Unfit::new(format!("{text} has bits set beyond its prefix"), format!("the block is {}", net.trunc()))
            }),
            Err(_) => {
                let slash = text.find('/');
                let is_address = text.split('/').next().is_some_and(|address| address.parse::<IpAddr>().is_ok());
                let length = match text.contains(':') {
                    true => "from 0 to 128",
                    false => "from 0 to 32",
                };
                Err(Unfit {
                    part: if is_address { slash.map(|slash| (slash, text.len())) } else { Some((0, slash.unwrap_or(text.len()))) },
                    ..Unfit::new(
                        format!("{text:?} is no CIDR block"),
                        format!("write an address and a length {length}, such as 10.0.0.0/16 or ::/0"),
                    )
                })
            }
        },
        Type::Ip => match text.parse::<IpAddr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(Unfit::new(format!("{text:?} is no IP address"), "write one such as 10.0.1.5 or ::1")),
        },
        Type::Arn if text.starts_with("arn:") && text.splitn(6, ':').count() == 6 => Ok(()),
        Type::Arn => Err(Unfit::new(format!("{text:?} is no ARN"), "write all six parts, as in arn:aws:iam::123456789012:role/x")),
        Type::OneOf(texts) if texts.iter().any(|one| **one == *text) => Ok(()),
        Type::OneOf(texts) => {
            let near = nearest(text, texts.iter().map(|one| &**one));
            let help = near.map_or_else(|| format!("write {want}"), |near| format!("did you mean {near:?}?"));
            Err(Unfit { instead: near.map(str::to_string), is_choice: true, ..Unfit::new(format!("{what} is {want}, not {text:?}"), help) })
        }
        _ => Ok(()),
    }
}

/// What is wrong with a whole number for a declared type.
pub(crate) fn number(number: i64, want: &Type) -> Result<(), Unfit> {
    match want {
        Type::Int(min, max) if number < *min || number > *max => Err(Unfit::new(
            format!("{number} is not {want}"),
            if number < *min { format!("write one from {min} on") } else { format!("write one up to {max}") },
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(given: &str, want: &Type) -> Option<(String, Option<(usize, usize)>, String)> {
        text(given, want, What::Is("it")).err().map(|unfit| (unfit.message, unfit.part, unfit.help))
    }

    #[test]
    fn the_part_of_a_block_that_is_wrong_is_known() {
        let part = |text: &str| why(text, &Type::Cidr).and_then(|(_, part, _)| part);
        assert_eq!(part("10.0.0.0/33"), Some((8, 11)));
        assert_eq!(part("10.0.300.0/16"), Some((0, 10)));
        assert_eq!(part("nonsense"), Some((0, 8)));
        assert_eq!(why("10.0.0.0/16", &Type::Cidr), None);
        assert_eq!(why("::/0", &Type::Cidr), None);
    }

    #[test]
    fn lengths_are_told_by_what_is_missing_or_too_much() {
        let ty = Type::Str { min: 3, max: 5, alphabet: "" };
        assert_eq!(why("ab", &ty).map(|(_, _, help)| help), Some("it needs 1 more".to_string()));
        assert_eq!(why("abcdefg", &ty).map(|(_, _, help)| help), Some("shorten it by 2".to_string()));
        assert_eq!(why("abc", &ty), None);
    }

    #[test]
    fn numbers_have_bounds() {
        assert!(number(80_000, &Type::Int(0, 65_535)).is_err());
        assert!(number(-1, &Type::Int(0, 65_535)).is_err());
        assert!(number(65_535, &Type::Int(0, 65_535)).is_ok());
    }
}
