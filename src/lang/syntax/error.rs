//! The problems of the text, in words.

use wcalang_model::diag::Problem;
use wcalang_model::diag::catalogue::syntax as codes;
use wcalang_model::source::Span;

use crate::MAX_DEPTH;

/// The units of literals, as a help lists them.
const UNITS: &str = "units: KiB MiB GiB TiB (sizes) · ms s min h d (durations) · usd · vcpu · %";

/// How many letters of a text are repeated.
const LETTERS: usize = 60;

pub(super) fn unexpected(span: Span, text: &str) -> Problem {
    let message = match text.chars().next() {
        None => "the file ends where more is needed".to_owned(),
        Some(_) => match text.char_indices().nth(LETTERS) {
            Some((end, _)) => format!("`{}…` cannot stand here", &text[..end]),
            None => format!("`{text}` cannot stand here"),
        },
    };
    Problem::error(&codes::UNEXPECTED_TEXT, message).label(span, if text.is_empty() { "the end" } else { "here" })
}

pub(super) fn too_deep(span: Span) -> Problem {
    Problem::error(&codes::TOO_DEEP, format!("nested more than {MAX_DEPTH} deep"))
        .label(span, "this is the level that is too many")
        .help("give inner parts a name with `let`, or write a long chain of operators as a list and `fold`")
}

pub(super) fn word_of_nix(span: Span, word: &str) -> Problem {
    let (message, help) = match word {
        "null" => (
            "there is no `null`: what is absent is a field that is not there",
            "leave the field out, pass presence on with `inherit (e) a;` or `a = e.a;`, read it with `e.a or d`, or ask `e ? a`",
        ),
        _ => ("there is no `import`: an environment is one file", "`aws` (kinds), `std` (library) and the prelude are in scope everywhere"),
    };
    Problem::error(&codes::WORD_OF_NIX, message).label(span, "").help(help)
}

pub(super) fn dynamic_key_in_let(span: Span) -> Problem {
    Problem::error(&codes::DYNAMIC_KEY_IN_LET, "a `let` defines names, and this one is computed")
        .label(span, "a name must be written out here")
        .help("put it into a record: `entries = { ${key} = value; };`")
}

pub(super) fn duplicate(second: Span, first: Span, name: &str) -> Problem {
    Problem::error(&codes::DUPLICATE_DEFINITION, format!("`{name}` is defined twice"))
        .label(second, "defined again here")
        .label(first, "first defined here")
        .help("remove one of the two; only records that are both written out are merged")
}

pub(super) fn lambda_colon(span: Span) -> Problem {
    Problem::error(&codes::LAMBDA_COLON, "the `:` of a function is followed by white space")
        .label(span, "write `: ` here")
        .fix(Span { start: span.end, ..span }, " ")
}

pub(super) fn keyword_as_name(span: Span, word: &str) -> Problem {
    Problem::error(&codes::KEYWORD_AS_NAME, format!("`{word}` is a word of the language and cannot be a name"))
        .label(span, "")
        .help(format!("a key may be quoted: `\"{word}\"`"))
}

pub(super) fn chained_comparison(second: Span, first: Span) -> Problem {
    Problem::error(&codes::CHAINED_COMPARISON, "comparisons cannot be chained")
        .label(second, "compares the result of the other comparison")
        .label(first, "the other comparison")
        .help("write `a < b && b < c`, or put one of them into parentheses")
}

pub(super) fn number_too_large(span: Span, range: &str) -> Problem {
    Problem::error(&codes::NUMBER_OUT_OF_RANGE, "this number is too large").label(span, format!("the range is {range}"))
}

pub(super) fn uneven_amount(span: Span, text: &str, smallest: &str) -> Problem {
    Problem::error(&codes::NUMBER_OUT_OF_RANGE, format!("`{text}` is not a whole number of {smallest}s"))
        .label(span, format!("a {smallest} is the smallest amount"))
}

pub(super) fn malformed_address(span: Span, text: &str, reason: String) -> Problem {
    Problem::error(&codes::MALFORMED_ADDRESS, format!("`{text}` is not an address: {reason}"))
        .label(span, "")
        .help("an address is written `10.0.1.5`, a block of addresses `10.0.0.0/16`, a text in quotes")
}

pub(super) fn host_bits(span: Span, network: &str, length: &str) -> Problem {
    Problem::error(&codes::HOST_BITS, "this block of addresses has host bits set")
        .label(span, format!("a block of `{length}` begins at a multiple of its size"))
        .help(format!("write `{network}`"))
        .fix(span, network)
}

pub(super) fn unknown_unit(span: Span, amount: &str, unit: &str) -> Problem {
    let message = match unit {
        "" => format!("`{amount}` is not finished: what follows belongs to no number"),
        "m" => "`m` is no unit: it could be a minute or a mega".to_owned(),
        _ => format!("`{unit}` is not a unit"),
    };
    let meant = match unit.to_ascii_lowercase().as_str() {
        "m" if unit == "m" => Some(format!("write `{amount}min` or `{amount}MiB`")),
        "k" | "kb" | "kib" => Some(format!("write `{amount}KiB`")),
        "m" | "mb" | "mib" => Some(format!("write `{amount}MiB`")),
        "g" | "gb" | "gib" => Some(format!("write `{amount}GiB`")),
        "t" | "tb" | "tib" => Some(format!("write `{amount}TiB`")),
        "sec" | "secs" | "second" | "seconds" => Some(format!("write `{amount}s`")),
        "mins" | "minute" | "minutes" => Some(format!("write `{amount}min`")),
        "hr" | "hrs" | "hour" | "hours" => Some(format!("write `{amount}h`")),
        "day" | "days" => Some(format!("write `{amount}d`")),
        "cpu" | "cpus" | "vcpus" => Some(format!("write `{amount}vcpu`")),
        "dollar" | "dollars" => Some(format!("write `{amount}usd`")),
        _ => None,
    };
    let help = meant.map_or_else(|| UNITS.to_owned(), |meant| format!("{meant}\n{UNITS}"));
    Problem::error(&codes::UNKNOWN_UNIT, message).label(span, "").help(help)
}

pub(super) fn annotation_without_binding(span: Span, name: &str) -> Problem {
    Problem::error(&codes::ANNOTATION_WITHOUT_BINDING, format!("`{name}` has an annotation here and no definition"))
        .label(span, "nothing of this name is defined beside it")
        .help(format!("define it: `{name} = …;`"))
}

pub(super) fn second_annotation(second: Span, first: Span, name: &str) -> Problem {
    Problem::error(&codes::DUPLICATE_DEFINITION, format!("`{name}` has two annotations"))
        .label(second, "the second")
        .label(first, "the first")
        .help("remove one of the two")
}

pub(super) fn annotation_argument(span: Span, message: &str) -> Problem {
    Problem::error(&codes::ANNOTATION_ARGUMENT, message)
        .label(span, "")
        .help("`Map T` and `Secret T` take one type, `Map [Str]`; no other does")
}

pub(super) fn inherit_of_dynamic_name(span: Span) -> Problem {
    Problem::error(&codes::DYNAMIC_INHERIT, "`inherit` takes names, and this one is computed")
        .label(span, "")
        .help("write it out: `${key} = e.${key};`")
}

pub(super) fn control_character(span: Span) -> Problem {
    Problem::error(&codes::CONTROL_CHARACTER, "the file has a character that cannot be seen")
        .label(span, "here")
        .help("remove it")
        .fix(span, "")
}

pub(super) fn stray_closer(span: Span, closer: &str, open: Option<(Span, &str)>) -> Problem {
    match open {
        None => Problem::error(&codes::STRAY_CLOSER, format!("`{closer}` closes nothing")).label(span, ""),
        Some((opener, text)) => {
            Problem::error(&codes::STRAY_CLOSER, format!("`{closer}` does not close `{text}`")).label(span, "").label(opener, "open here")
        }
    }
    .help("remove it, or write the bracket that it is meant to close")
}

pub(super) fn unclosed(span: Span, opener: &str, closer: &str) -> Problem {
    let what = match opener {
        "\"" | "''" => "this text",
        "/*" => "this comment",
        _ => "this bracket",
    };
    Problem::error(&codes::UNCLOSED, format!("{what} is never closed"))
        .label(span, format!("`{closer}` is missing behind it"))
        .help(format!("write `{closer}` where {what} ends"))
}

pub(super) fn missing_token(place: Span, token: &str, construct: &str, text: &str) -> Problem {
    let message = match token {
        ";" | ")" | "," => format!("`{token}` is missing: it ends {construct}"),
        _ => format!("`{token}` is missing: it follows {construct}"),
    };
    let problem = Problem::error(&codes::MISSING_TOKEN, message).label(place, format!("write `{token}` here"));
    if text.contains('…') { problem } else { problem.fix(place, text) }
}

/// What opens or introduces something that is there.
pub(super) fn missing_opener(place: Span, token: &str, what: &str, text: &str) -> Problem {
    Problem::error(&codes::MISSING_TOKEN, format!("`{token}` is missing before {what}"))
        .label(place, format!("write `{token}` here"))
        .fix(place, text)
}

pub(super) fn missing_name(span: Span, what: &str) -> Problem {
    Problem::error(&codes::MISSING_TOKEN, format!("{what} has no name here")).label(span, "a name is missing")
}

pub(super) fn missing_type(before: Span, text: &str) -> Problem {
    Problem::error(&codes::MISSING_VALUE, format!("a type is missing behind `{text}`")).label(before, "nothing follows")
}

pub(super) fn unopened_text(closer: Span, place: Span) -> Problem {
    Problem::error(&codes::UNCLOSED, "a text ends here that nothing begins")
        .label(closer, "the quote that ends it")
        .label(place, "the quote that begins it is missing here")
}

pub(super) fn missing_value(before: Span, text: &str) -> Problem {
    Problem::error(&codes::MISSING_VALUE, format!("a value is missing behind `{text}`")).label(before, "nothing follows")
}

pub(super) fn key_without_value(span: Span, key: &str) -> Problem {
    Problem::error(&codes::MISSING_VALUE, format!("`{key}` has no value"))
        .label(span, "")
        .help(format!("write `{key} = …;`, or `inherit {key};` to take the one that is in scope"))
}

pub(super) fn assignment_for_equality(span: Span) -> Problem {
    Problem::error(&codes::UNEXPECTED_TEXT, "`=` defines, `==` compares").label(span, "write `==`").fix(span, "==")
}

pub(super) fn comma_in_list(span: Span) -> Problem {
    Problem::error(&codes::UNEXPECTED_TEXT, "the items of a list are separated by blanks")
        .label(span, "no comma")
        .help("write `[ a b (f x) ]`")
}

pub(super) fn comma_for_semicolon(span: Span) -> Problem {
    Problem::error(&codes::UNEXPECTED_TEXT, "a definition ends in `;`, not in a comma").label(span, "write `;`").fix(span, ";")
}

pub(super) fn unquoted(span: Span, what: &str, text: &str) -> Problem {
    let quoted = format!("\"{}\"", text.trim_matches(['\'', '<', '>']));
    let problem = Problem::error(&codes::UNQUOTED_TEXT, format!("{what} cannot stand here as it is")).label(span, "");
    match what {
        "a path" => problem.help("a file reads no other file; `aws`, `std` and the prelude are in scope. A text stands in quotes"),
        _ => problem.help(format!("a text stands in double quotes: `{quoted}`")).fix(span, quoted),
    }
}

pub(super) fn bare_form(span: Span, what: &str) -> Problem {
    Problem::error(&codes::UNEXPECTED_TEXT, format!("{what} as an argument or operand stands in parentheses"))
        .label(span, "")
        .help("write `f (x: e)`, `a + (if c then d else e)`")
}
