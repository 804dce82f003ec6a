//! Codes: syntax.

super::codes! {
    UNEXPECTED_TEXT = "E0101" "unexpected-text" {
        "Something stands where nothing that the language knows can stand. The message names what it found; the place is often just after the mistake."
        failing "{ a = 1 @; }"
        mended "{ a = 1; }"
    }
    MISSING_TOKEN = "E0102" "missing-token" {
        "A definition ends in `;`, `let` needs `in`, `if` needs `then` and `else`, a key needs `=`. The rest of the file is read as if it were there."
        failing "{ a = 1 }"
        mended "{ a = 1; }"
    }
    MISSING_VALUE = "E0103" "missing-value" {
        "An expression is missing: after `=`, after an operator, after `then`, or between brackets. What needs it is treated as fitting everywhere, so that nothing else is reported because of it."
        failing "{ a = ; }"
        mended "{ a = 1; }"
    }
    UNCLOSED = "E0104" "unclosed-bracket" {
        "A bracket, a text or a comment is opened and never closed. The place is the opener; the closer is missing somewhere behind it."
        failing "{ a = [ 1 2 ; }"
        mended "{ a = [ 1 2 ]; }"
    }
    STRAY_CLOSER = "E0105" "stray-closer" {
        "A closing bracket closes nothing, or something that was opened with another bracket."
        failing "{ a = 1 ]; }"
        mended "{ a = 1; }"
    }
    TOO_DEEP = "E0106" "nested-too-deep" {
        "Expressions may be nested 200 deep, so that no stage can run out of memory on a hostile or generated file. A chain of operators counts one level for each."
    }
    UNKNOWN_UNIT = "E0107" "unknown-unit" {
        "Letters directly behind a number are its unit: sizes `KiB MiB GiB TiB`, durations `ms s min h d`, money `usd`, CPU `vcpu`, and `%`. There are no decimal sizes, and `1m` is refused because it could be a minute or a mega."
        failing "{ timeout = 1m; }"
        mended "{ timeout = 1min; }"
    }
    NUMBER_OUT_OF_RANGE = "E0108" "number-out-of-range" {
        "Whole numbers have 64 bits; sizes are whole bytes, durations whole milliseconds, money whole cents, CPU whole thousandths."
        failing "{ storage = 0.1KiB; }"
        mended "{ storage = 1KiB; }"
    }
    MALFORMED_ADDRESS = "E0109" "malformed-address" {
        "Four numbers with dots are an address, and with a prefix length a block of addresses: each number is at most 255, the length at most 32. Three numbers are neither an address nor a number."
        failing "{ address = 10.0.1; }"
        mended "{ address = 10.0.1.0; }"
    }
    HOST_BITS = "E0110" "host-bits-set" {
        "A block of addresses begins at a multiple of its size. One that begins elsewhere is usually a slip in the address or in the length."
        failing "{ cidr = 10.0.0.1/16; }"
        mended "{ cidr = 10.0.0.0/16; }"
    }
    UNQUOTED_TEXT = "E0111" "unquoted-text" {
        "There are no bare URLs and no paths: text stands in quotes, `/` is always division, and a file never reads another."
        failing "{ home = https://example.com; }"
        mended "{ home = \"https://example.com\"; }"
    }
    WORD_OF_NIX = "E0112" "word-of-nix" {
        "`null` and `import` are words of Nix that have no meaning here. Absence is a field that is not there: leave it out, pass presence on with `inherit (e) a;`, read it with `e.a or d`, ask with `e ? a`. An environment is one file; `aws`, `std` and the prelude are in scope."
        failing "{ certificate = null; }"
        mended "{ }"
    }
    DUPLICATE_DEFINITION = "E0113" "duplicate-definition" {
        "A name is defined twice in one record, `let`, list of parameters or annotation. Records that are both written out are merged, `a.b = 1; a.c = 2;`; nothing else is."
        failing "{ a = 1; a = 2; }"
        mended "{ a = 2; }"
    }
    KEYWORD_AS_NAME = "E0114" "keyword-as-name" {
        "`if then else let in rec with assert inherit` cannot be names. As the key of a record they may be quoted."
        failing "{ with = 1; }"
        mended "{ \"with\" = 1; }"
    }
    LAMBDA_COLON = "E0115" "lambda-colon" {
        "The `:` of a function is followed by white space, so that `x: y` is a function at a glance and `https://…` is not one."
        failing "{ f = x:x; }"
        mended "{ f = x: x; }"
    }
    CHAINED_COMPARISON = "E0116" "chained-comparison" {
        "`a < b < c` would compare a truth value with `c`. Compare twice and join with `&&`."
        failing "{ a = 1 < 2 < 3; }"
        mended "{ a = 1 < 2 && 2 < 3; }"
    }
    DYNAMIC_KEY_IN_LET = "E0117" "dynamic-key-in-let" {
        "The names of a `let` are known before anything is evaluated, so they cannot be computed. A record may have computed keys; it is then a map."
        failing "let k = \"a\"; ${k} = 1; in { b = k; }"
        mended "let k = \"a\"; in { ${k} = 1; }"
    }
    ANNOTATION_WITHOUT_BINDING = "E0118" "annotation-without-binding" {
        "`name : Type;` says what the definition of the same name beside it must be; there is none."
        failing "{ port : Port; }"
        mended "{ port : Port; port = 443; }"
    }
    ANNOTATION_ARGUMENT = "E0119" "annotation-argument" {
        "`Map` and `Secret` take the type of what they hold, and no other name takes one."
        failing "{ a : Map; a = { }; }"
        mended "{ a : Map Str; a = { }; }"
    }
    DYNAMIC_INHERIT = "E0120" "dynamic-inherit" {
        "`inherit` takes names that are written out."
        failing "{ k = \"a\"; r = { inherit ${k}; }; }"
        mended "{ k = \"a\"; r = { }; }"
    }
    CONTROL_CHARACTER = "E0121" "control-character" {
        "The file has a character that cannot be seen. It was probably pasted; remove it."
    }
}
