//! Twenty programs with one mistake each: one problem, at the right place, with a help that mends it.
//!
//! `NN-name.wca` is wrong, `NN-name.mended.wca` is the same program as the help mends it. How the problem is drawn is a snapshot.

use libtest_mimic::{Failed, Trial};
use wcalang_model::diag::{Fix, Format, render};

use crate::programs::{check, files_of, given, path, read, trial};

/// Where the programs are.
const FOLDER: &str = "tests/wrong";

/// One trial for each program, and one for their number.
pub fn trials() -> Vec<Trial> {
    let mut names = files_of(FOLDER, ".wca");
    names.retain(|name| !name.ends_with(".mended.wca"));
    let count = names.len();
    let mut trials =
        vec![Trial::test("wrong/there-are-twenty", move || if count >= 20 { Ok(()) } else { Err(format!("there are {count}").into()) })];
    trials.extend(names.into_iter().map(|name| {
        let stem = name.trim_end_matches(".wca").to_string();
        trial(format!("wrong/{stem}"), move || one(&stem))
    }));
    trials
}

fn one(stem: &str) -> Result<(), Failed> {
    let (name, mended) = (format!("{stem}.wca"), format!("{stem}.mended.wca"));
    let text = read(&format!("{FOLDER}/{name}"));
    let program = check(&name, &text, &given(&text));
    let problems = &program.compiled.problems.0;
    let drawn = render(problems, &program.files, Format::Graphical { color: false, width: 110 });
    let [problem] = problems.as_slice() else { return Err(format!("{} problems, not one:\n{drawn}", problems.len()).into()) };
    snapshot(stem, &drawn);
    if problem.help.is_none() && problem.fix.is_none() {
        return Err("the problem has no help".into());
    }
    sound(&mended, &read(&format!("{FOLDER}/{mended}")))?;
    match &problem.fix {
        Some(fix) if fix.span.file == program.file => sound(&format!("{name} with its fix"), &fixed(&text, fix)),
        Some(_) | None => Ok(()),
    }
}

/// The text with the edit done.
fn fixed(text: &str, fix: &Fix) -> String {
    let (start, end) = (fix.span.start as usize, fix.span.end as usize);
    format!("{}{}{}", &text[..start], fix.text, &text[end..])
}

fn sound(name: &str, text: &str) -> Result<(), Failed> {
    let program = check(name, text, &given(text));
    let problems = &program.compiled.problems.0;
    let drawn = render(problems, &program.files, Format::Short);
    if problems.is_empty() { Ok(()) } else { Err(format!("{name} has problems:\n{drawn}").into()) }
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(path("tests/wrong/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
