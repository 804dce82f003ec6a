//! Bad input: files as large, as deep and as broken as they come. The command says what is wrong or does what it should, in bounded
//! memory, and what it says stays short.

use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::cli::{Desk, Ended};

/// What a trial does.
type Session = fn() -> Result<(), Failed>;

/// One trial for each kind of bad input.
pub fn trials() -> Vec<Trial> {
    let sessions: &[(&str, Session)] = &[
        ("ten-megabytes-on-one-line", one_line),
        ("text-of-ten-megabytes", long_text),
        ("unclosed-text-of-ten-megabytes", unclosed_text),
        ("record-with-a-hundred-thousand-fields", many_fields),
        ("a-hundred-thousand-nested-brackets", nested_brackets),
        ("a-hundred-thousand-nested-words", nested_words),
        ("a-hundred-thousand-openers", openers),
        ("a-hundred-thousand-closers", closers),
        ("bytes-that-are-no-text", no_text),
        ("windows-line-ends", windows_line_ends),
        ("byte-order-mark", byte_order_mark),
        ("nul", nul),
        ("programs-that-never-end", endless),
    ];
    sessions.iter().map(|&(name, session)| Trial::test(format!("hostile/{name}"), session)).collect()
}

/// The most memory that a command may hold.
const MEMORY: u64 = 1 << 30;

/// How much a command may say of mistakes that are one for the reader.
const WORDS: usize = 50_000;

/// How many.
const MANY: usize = 100_000;

/// Runs a command and prints its exit code and the most memory that it held. Python has the call to ask for it.
const MEASURED: &str = "\
import resource, subprocess, sys
with open('out', 'wb') as out, open('err', 'wb') as err:
    ended = subprocess.run(sys.argv[1:], stdout=out, stderr=err)
print(ended.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
";

/// A stack with one output.
fn stack(output: &str) -> String {
    format!("{{ name = \"s\"; region = \"us-west-2\"; resources = [ ]; outputs.x = {output}; }}\n")
}

/// Runs a command on a file; it must not take more memory than it may.
fn measured(text: impl AsRef<[u8]>, arguments: &str) -> Result<Ended, Failed> {
    let desk = Desk::with(text);
    let mut command = Command::new("python3");
    command.args(["-c", MEASURED, env!("CARGO_BIN_EXE_wcalang")]).args(arguments.split_whitespace()).current_dir(&desk.folder);
    let output = command.output()?;
    let printed = String::from_utf8_lossy(&output.stdout).trim().to_string();
    let (code, memory) = printed.split_once(' ').ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    let read = |name: &str| std::fs::read(desk.folder.join(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let memory: u64 = memory.parse()?;
    if memory > MEMORY {
        return Err(format!("{arguments} held {} MiB", memory >> 20).into());
    }
    Ok(Ended { code: code.parse()?, out: read("out")?, err: read("err")? })
}

/// A file that is fine, for all commands.
fn fine(text: &str) -> Result<(), Failed> {
    measured(text, "check shop.wca")?.said(0, &["no problems"])?;
    measured(text, "eval --value shop.wca")?.said(0, &[])?;
    let formatted = measured(text, "fmt --check shop.wca")?;
    if formatted.code == 0 || formatted.code == 2 { Ok(()) } else { Err(formatted.err.into()) }
}

/// A file that all commands refuse, with this code and in few words.
fn refused(text: &str, code: &str) -> Result<(), Failed> {
    refused_by(&["check shop.wca", "eval --value shop.wca", "fmt shop.wca"], text, code)
}

fn refused_by(commands: &[&str], text: &str, code: &str) -> Result<(), Failed> {
    for command in commands {
        let ended = measured(text, command)?;
        let short = |failed: Failed| failed.message().map_or_else(String::new, |text| text.chars().take(600).collect::<String>());
        ended
            .said(1, &[code])
            .map_err(|failed| format!("{command} of {}…: {}", text.chars().take(90).collect::<String>(), short(failed)))?;
        if ended.err.len() > WORDS {
            return Err(format!("{command} said {} bytes: {}…", ended.err.len(), ended.err.chars().take(200).collect::<String>()).into());
        }
    }
    Ok(())
}

fn one_line() -> Result<(), Failed> {
    fine(&stack(&format!("[ {}]", "1234567 ".repeat(1_250_000))))
}

fn long_text() -> Result<(), Failed> {
    fine(&stack(&format!("\"{}\"", "x".repeat(10_000_000))))?;
    fine(&stack(&format!("''{}''", "x\n".repeat(5_000_000))))
}

fn unclosed_text() -> Result<(), Failed> {
    refused(&format!("{{ a = \"{}", "x".repeat(10_000_000)), "E0104")
}

fn many_fields() -> Result<(), Failed> {
    let fields: String = (0..MANY).map(|field| format!("f{field} = {field}; ")).collect();
    fine(&stack(&format!("{{ {fields}}}")))?;
    let lines: String = (0..MANY).map(|field| format!("  f{field} = {field};\n")).collect();
    fine(&format!("let a = {{\n{lines}}}; in {}", stack("a.f99999")))
}

fn nested_brackets() -> Result<(), Failed> {
    let pairs =
        [("[", "]"), ("(", ")"), ("f (", ")"), ("{ a = ", "; }"), ("\"${", "}\""), ("''${", "}''"), ("{ a ? ", " }: a"), ("[ [ ] ", "] ")];
    for (open, close) in pairs {
        refused(&stack(&format!("{}1{}", open.repeat(MANY), close.repeat(MANY))), "E0106")?;
    }
    Ok(())
}

fn nested_words() -> Result<(), Failed> {
    let forms = [
        ("if ", " then 1 else 2"),
        ("if a then ", " else 2"),
        ("if a then b else ", ""),
        ("let a = ", "; in a"),
        ("let a = 1; in ", ""),
        ("with a; ", ""),
        ("assert a; ", ""),
        ("x: ", ""),
        ("{ a, ... }: ", ""),
        ("x.a or ", ""),
    ];
    for (open, close) in forms {
        refused(&stack(&format!("{}1{}", open.repeat(MANY), close.repeat(MANY))), "E0106")?;
    }
    // These are rows to the formatter, and deep only as values.
    for open in ["a -> ", "- ", "f "] {
        refused_by(&["check shop.wca", "eval --value shop.wca"], &stack(&format!("{}1", open.repeat(MANY))), "E0106")?;
    }
    for open in ["Int -> ", "Map ", "[", "(", "{ a : "] {
        refused(&format!("{{ a : {}Int }}: {}", open.repeat(MANY), stack("1")), "E01")?;
    }
    Ok(())
}

fn openers() -> Result<(), Failed> {
    for opener in ["{", "(", "[", "\"${", "''${", "{ a = ", "if ", "let a = ", "x: ", "f (", "let ", "a."] {
        refused(&opener.repeat(MANY), "E01")?;
    }
    refused(&"/* ".repeat(MANY), "E01")
}

/// Each is a problem of its own, so this is long; but it ends.
fn closers() -> Result<(), Failed> {
    for closer in ["}", ")", "]"] {
        measured(closer.repeat(MANY / 5), "check shop.wca --format short")?.said(1, &["E0105"])?;
    }
    Ok(())
}

/// The byte is told, and its line; of standard input too.
fn no_text() -> Result<(), Failed> {
    let bytes = b"{\n  name = \"caf\xe9\";\n}\n";
    for command in ["check shop.wca", "eval shop.wca", "fmt shop.wca", "fmt --check shop.wca"] {
        measured(bytes, command)?.said(1, &["E0702", "shop.wca is not UTF-8 text", "byte 15, in line 2", "another encoding"])?;
    }
    let desk = Desk::new();
    desk.run_on("fmt -", bytes).said(1, &["E0702", "standard input is not UTF-8 text", "byte 15, in line 2"])?;
    let ended = desk.run_on("fmt -", &[0xff; 100_000]);
    ended.said(1, &["E0702", "byte 0, in line 1"])
}

/// The same program with other ends of lines has the same value, and formatted the same text.
fn windows_line_ends() -> Result<(), Failed> {
    let text = format!("# one\n{}", stack("''\n  two\n    three\n''"));
    let windows = text.replace('\n', "\r\n");
    for command in ["check shop.wca", "eval --value shop.wca", "fmt --diff shop.wca"] {
        let (one, other) = (measured(&text, command)?, measured(&windows, command)?);
        if one.code == 1 || (command != "fmt --diff shop.wca" && (one.out != other.out || one.code != other.code)) {
            return Err(format!("{command}\n{}\n{}", one.out, other.out).into());
        }
    }
    let desk = Desk::new();
    if desk.run_on("fmt -", text.as_bytes()).out == desk.run_on("fmt -", windows.as_bytes()).out {
        Ok(())
    } else {
        Err("formatted differently".into())
    }
}

fn byte_order_mark() -> Result<(), Failed> {
    fine(&format!("\u{feff}{}", stack("1")))?;
    refused(&stack("\u{feff}1"), "E0101")
}

fn nul() -> Result<(), Failed> {
    refused("{ a = 1;\0 }", "E0101")?;
    refused("\0", "E0101")?;
    fine(&stack("\"a\0b\""))
}

fn endless() -> Result<(), Failed> {
    let many = "(range 0 1000000000)";
    for program in [
        format!("map (x: map (y: map (z: x + y + z) {many}) {many}) {many}"),
        format!("fold (sum: x: sum + length {many}) 0 {many}"),
        "concatMap (x: concatMap (y: [ x y ]) (range 0 100000)) (range 0 100000)".to_string(),
        "genMap (x: genMap (y: \"${x}${y}\") 100000) 100000".to_string(),
        "fold (text: step: \"${text}${text}\") \"0123456789\" (range 1 1000)".to_string(),
        "fold (items: step: items ++ items) [ 1 ] (range 1 1000)".to_string(),
    ] {
        for command in ["check shop.wca", "eval --value shop.wca"] {
            measured(stack(&program), command)?.said(1, &["E0310"])?;
        }
    }
    // For every member of an input too.
    let program = format!(
        "{{ a : Bool ? true, b : \"x\" | \"y\" ? \"x\", c : \"x\" | \"y\" | \"z\" ? \"x\" }}: {}",
        stack(&format!("map (x: x) {many}"))
    );
    measured(program, "check shop.wca")?.said(1, &["E0310"])
}
