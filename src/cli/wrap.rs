//! Documentation as lines of a terminal. Knows no command.

/// Columns that text is wrapped to.
const WIDTH: usize = 100;

/// A documentation's paragraphs in lines of at most 100 columns, each behind `indent` blanks. Lines that begin with a blank are
/// code, and stay as they are; what stands in backticks is not broken.
pub fn wrap(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let mut wrapped = String::new();
    let mut line = String::new();
    for source in text.lines() {
        let code = source.starts_with(' ');
        if (code || source.is_empty()) && !line.is_empty() {
            wrapped.push_str(&format!("{margin}{line}\n"));
            line.clear();
        }
        if source.is_empty() {
            wrapped.push('\n');
        } else if code {
            wrapped.push_str(&format!("{margin}{source}\n"));
        } else {
            for word in words(source) {
                if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
                    wrapped.push_str(&format!("{margin}{line}\n"));
                    line.clear();
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(&word);
            }
        }
    }
    if !line.is_empty() {
        wrapped.push_str(&format!("{margin}{line}\n"));
    }
    wrapped
}

/// The words of a line, one in backticks with its blanks.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        match words.last_mut() {
            Some(open) if open.matches('`').count() % 2 == 1 => {
                open.push(' ');
                open.push_str(word);
            }
            Some(_) | None => words.push(word.to_string()),
        }
    }
    words
}

/// The first sentence of a documentation.
pub fn first_sentence(text: &str) -> String {
    let paragraph: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    paragraph.split_once(". ").map_or_else(|| paragraph.clone(), |(first, _)| format!("{first}."))
}

/// A name and what it is about, the latter in a column of its own.
pub fn row(name: &str, column: usize, about: &str) -> String {
    let wrapped = wrap(about, column);
    let start = format!("  {name:<width$}", width = column.saturating_sub(2));
    let rest = wrapped.get(column..).unwrap_or("\n");
    format!("{start}{rest}")
}

#[cfg(test)]
mod tests {
    use super::{first_sentence, row, wrap};

    #[test]
    fn paragraphs_are_filled_and_code_stays() {
        assert_eq!(wrap("a\nb\n\nExample:\n  f  x\nc", 2), "  a b\n\n  Example:\n    f  x\n  c\n");
        let long = "word ".repeat(40);
        assert_eq!(wrap(&format!("{}`a = [ b ];`", "x".repeat(90) + " "), 2), format!("  {}\n  `a = [ b ];`\n", "x".repeat(90)));
        assert!(wrap(&long, 4).lines().all(|line| line.len() <= 100 && line.starts_with("    word")));
    }

    #[test]
    fn a_sentence_may_take_two_lines() {
        assert_eq!(first_sentence("It is\nhere. And there.\n\nMore."), "It is here.");
    }

    #[test]
    fn a_row_has_two_columns() {
        assert_eq!(row("vpc", 10, "A network."), "  vpc     A network.\n");
        assert_eq!(row("vpc", 10, ""), "  vpc     \n");
    }
}
