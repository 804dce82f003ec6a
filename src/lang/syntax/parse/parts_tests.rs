//! A text that is read in parts gives what it gives when it is read whole.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write;

use wcalang_model::source::FileId;

use crate::{Memory, Names, parse, parse_again, show};

/// Members as people write them: with comments, documentation, annotations, and `let` in `let`.
fn members(count: usize) -> String {
    (0..count).fold(String::new(), |mut text, index| {
        write!(
            text,
            "  # Number {index}; not a member = of its own.
  /** What `a{index}` is. */
  a{index} = {{
    cidr = 10.0.{}.0/24;
    tags.owner = \"team-${{toString {index}}}\";
  }};
  f{index} : Int -> Int;
  f{index} = x:
    let
      y = x + {index};
      z = -y;
    in
    y * z - {index}; /* after
  b = 1;
  */
  shared.n{index} = \"text; = {index} ${{a{index}.tags.owner}}\";
",
            index % 256
        )
        .unwrap();
        text
    })
}

/// What a text is read as: everything but the places; and what stands at each place.
fn read(text: &str, memory: Option<&mut Memory>, names: &mut Names) -> (String, Vec<String>) {
    let parsed = match memory {
        Some(memory) => parse_again(FileId(0), text, names, memory),
        None => parse(FileId(0), text, names),
    };
    let problems: Vec<_> = parsed.problems.0.iter().map(|problem| &problem.message).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let blanks = |text: &str| text.split_whitespace().collect::<String>();
    let mut places = vec![String::new(); parsed.tree.len()];
    parsed.tree.visit(parsed.root, &mut |id| {
        let span = parsed.tree.span(id);
        places[id.0 as usize] = blanks(&text[span.start as usize..span.end as usize]);
    });
    (show(&parsed.tree, names, parsed.root), places)
}

/// The same text whose first line within is so far to the right that nothing begins below it: it is read whole.
fn uneven(text: &str) -> String {
    text.replacen("\n  ", &format!("\n{:40}", ""), 1)
}

fn agree(text: &str) {
    let (mut names, mut memory) = (Names::default(), Memory::default());
    let whole = read(&uneven(text), Some(&mut memory), &mut names);
    assert_eq!(memory.parts.len(), 0);
    assert_eq!(read(text, None, &mut names), whole);
    for _ in 0..3 {
        assert_eq!(read(text, Some(&mut memory), &mut names), whole);
        assert!(memory.parts.len() > 200);
    }
}

#[test]
fn members_of_a_let() {
    agree(&format!("{{ stage ? \"prod\" }}:\nlet\n{}in {{ out = a1.cidr; last = f2 3; }}\n", members(400)));
}

#[test]
fn members_of_a_record() {
    agree(&format!("rec {{\n{}}}\n", members(300)));
}

#[test]
fn items_of_a_list() {
    let items = (0..2_000).fold(String::new(), |all, index| {
        all + &format!("  {{ name = \"n-{index}\"; port = {index}; nested = [ {{ a = 1; }} (f {index}) -1 ]; }}\n  \"text\"\n")
    });
    agree(&format!("f: [\n{items}]\n"));
}

#[test]
fn a_part_that_changed_is_read_anew() {
    let text = format!("let\n{}in a1\n", members(200));
    let (mut names, mut memory) = (Names::default(), Memory::default());
    let before = read(&text, Some(&mut memory), &mut names);
    let changed = text.replacen("10.0.7.0/24", "10.1.7.0/24", 1);
    assert_ne!(changed, text);
    let after = read(&changed, Some(&mut memory), &mut names);
    assert_eq!(after, read(&uneven(&changed), None, &mut names));
    assert_ne!(after, before);
    assert_eq!(read(&text, Some(&mut memory), &mut names), before);
}

#[test]
fn a_mistake_in_a_part_is_told_as_in_the_whole() {
    let text = format!("let\n{}in a1\n", members(200)).replacen("cidr = 10.0.7.0/24;", "cidr = 10.0.7.1/24; cidr = 1m;", 1);
    let (mut names, mut memory) = (Names::default(), Memory::default());
    let parsed = parse_again(FileId(0), &text, &mut names, &mut memory);
    let codes: Vec<&str> = parsed.problems.0.iter().map(|problem| problem.code.id).collect();
    let place = parsed.problems.0[0].span().unwrap();
    assert_eq!(&text[place.start as usize..place.end as usize], "10.0.7.1/24");
    assert_eq!(codes, parse(FileId(0), &text, &mut names).problems.0.iter().map(|problem| problem.code.id).collect::<Vec<_>>());
}
