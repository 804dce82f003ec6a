//! Mending a file by the fixes of its problems.

use crate::diag::{Fix, Problem};
use crate::source::{FileId, Files};

/// The text of a file with the fixes of these problems in it, and how many were made. Of two that overlap only the first is made:
/// the second may not fit any more.
pub fn mend(problems: &[Problem], files: &Files, file: FileId) -> (String, usize) {
    let mut fixes: Vec<&Fix> = problems.iter().filter_map(|problem| problem.fix.as_ref()).filter(|fix| fix.span.file == file).collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    fixes.dedup();
    let text = &files.get(file).text;
    let (mut mended, mut end, mut made) = (String::with_capacity(text.len()), 0, 0);
    for fix in fixes {
        let (start, stop) = (fix.span.start as usize, fix.span.end as usize);
        let Some(kept) = text.get(end..start).filter(|_| made == 0 || start >= end) else { continue };
        mended.push_str(kept);
        mended.push_str(&fix.text);
        (end, made) = (stop, made + 1);
    }
    mended.push_str(text.get(end..).unwrap_or_default());
    (mended, made)
}

#[cfg(test)]
mod tests {
    use super::mend;
    use crate::diag::catalogue::names::UNBOUND;
    use crate::diag::{Problem, Problems};
    use crate::source::{Files, Span};

    #[test]
    fn fixes_are_made_in_the_order_of_the_text_and_never_overlap() {
        let mut files = Files::default();
        let file = files.add("a.wca", "one two three");
        let fix = |start, end, text: &str| Problem::error(&UNBOUND, "").fix(Span::new(file, start, end), text);
        let problems = Problems(vec![fix(8, 13, "3"), fix(0, 3, "1"), fix(2, 5, "no"), fix(8, 8, "+")]);
        assert_eq!(mend(&problems.0, &files, file), ("1 two +3".to_string(), 3));
        assert_eq!(mend(&[], &files, file), ("one two three".to_string(), 0));
    }
}
