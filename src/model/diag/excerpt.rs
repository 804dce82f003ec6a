//! The lines around a place, for miette: its own way to find them goes through the whole text, for each label again.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::Source;

/// A file of which a few lines are drawn.
pub(super) struct Excerpt<'a>(pub &'a Source);

impl SourceCode for Excerpt<'_> {
    fn read_span<'b>(&'b self, span: &SourceSpan, before: usize, after: usize) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let text = self.0.text.as_bytes();
        let (start, end) = (span.offset(), span.offset() + span.len());
        if end > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        // One line more on each side than is asked for: what to do with a place at a line's end is left to miette.
        let first = (0..before + 2).fold(start, |at, _| last_newline(&text[..at.saturating_sub(1)]));
        let last =
            (0..after + 2).fold(end, |at, _| text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |next| at + next + 1));
        let lines = text[..first].iter().filter(|byte| **byte == b'\n').count();
        let within = SourceSpan::from((start - first, span.len()));
        let found = <[u8] as SourceCode>::read_span(&text[first..last], &within, before, after)?;
        let drawn = SourceSpan::from((first + found.span().offset(), found.span().len()));
        let (line, column, last) = (lines + found.line(), found.column(), lines + found.line_count());
        let contents = MietteSpanContents::new_named(self.0.name.clone(), found.data(), drawn, line, column, last);
        Ok(Box::new(contents))
    }
}

/// One past the last newline of a text; 0 where there is none.
fn last_newline(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use miette::SourceCode;

    use super::Excerpt;
    use crate::source::Files;

    /// For every place and every number of lines around it: what miette finds in the whole text.
    #[test]
    fn it_is_what_miette_finds() {
        let mut files = Files::default();
        let text = "one\n\n  two = 2;\r\nthree\n\n\nfour = {\n  five = \"ä\";\n};\nend";
        let excerpt = {
            let file = files.add("text", text);
            Excerpt(files.get(file))
        };
        for start in 0..=text.len() {
            for end in start..=text.len() {
                for (before, after) in [(0, 0), (1, 1), (2, 1), (3, 3)] {
                    let span = (start, end - start).into();
                    let (ours, whole) = (excerpt.read_span(&span, before, after).unwrap(), text.read_span(&span, before, after).unwrap());
                    let facts = |found: &dyn miette::SpanContents<'_>| {
                        (
                            String::from_utf8_lossy(found.data()).into_owned(),
                            *found.span(),
                            found.line(),
                            found.column(),
                            found.line_count(),
                        )
                    };
                    assert_eq!(facts(&*ours), facts(&*whole), "{start}..{end}, {before} before, {after} after");
                }
            }
        }
    }
}
