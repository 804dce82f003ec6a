//! The picture of a graph: boxes with their kind and name, coloured by what is done to them, and lines from what is needed to what
//! needs it. It stands alone: no script, no font, no style from elsewhere.

use std::collections::BTreeMap;
use std::fmt::Write;

use wcalang_engine::plan::Action;

use super::layout::{Size, layout};
use super::{Drawing, Node, colors};

const MARGIN: f64 = 24.0;
/// Room above the boxes for the title and the legend.
const HEAD: f64 = 64.0;
const HEIGHT: f64 = 42.0;
/// The width of a letter of the two lines, on the safe side.
const LETTER: f64 = 7.8;
/// What asks for the least width, so that the legend has room.
const LEAST_WIDTH: f64 = 640.0;

/// Draws it.
pub fn draw(drawing: &Drawing) -> String {
    let letters = |node: &Node| node.address.name.chars().count().max(head(node).chars().count());
    let sizes: Vec<Size> = drawing.nodes.iter().map(|node| Size { width: letters(node) as f64 * LETTER + 24.0, height: HEIGHT }).collect();
    let made = layout(&sizes, &drawing.edges);
    let (width, height) = ((made.width + 2.0 * MARGIN).max(LEAST_WIDTH), made.height + HEAD + 2.0 * MARGIN);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\">\n<title>{0}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"{MARGIN}\" y=\"34\" font-size=\"16\" font-weight=\"600\" fill=\"#1f2328\">{0}</text>\n",
        escaped(&drawing.title)
    );
    legend(drawing, &mut text);
    let _ = writeln!(text, "<g transform=\"translate({MARGIN} {})\">", HEAD + MARGIN);
    for (line, (from, to)) in made.lines.iter().zip(&drawing.edges) {
        let Some((first, rest)) = line.split_first() else { continue };
        let mut path = format!("M{:.1} {:.1}", first.0, first.1);
        let mut last = *first;
        for (index, point) in rest.iter().enumerate() {
            let middle = (last.0 + point.0) / 2.0;
            // Through a column straight on, between columns in a curve.
            let _ = match index % 2 == 0 {
                true => write!(path, " C{middle:.1} {:.1} {middle:.1} {:.1} {:.1} {:.1}", last.1, point.1, point.0, point.1),
                false => write!(path, " L{:.1} {:.1}", point.0, point.1),
            };
            last = *point;
        }
        let (from, to) = (&drawing.nodes[*from], &drawing.nodes[*to]);
        let color = if from.verb().is_some() { from.colors().0 } else { "#d0d7de" };
        let _ = writeln!(
            text,
            "<path class=\"edge\" d=\"{path}\" fill=\"none\" stroke=\"{color}\" stroke-opacity=\"0.7\"><title>{} needs {}</title></path>",
            escaped(&from.address.to_string()),
            escaped(&to.address.to_string())
        );
    }
    for ((node, size), corner) in drawing.nodes.iter().zip(&sizes).zip(&made.corners) {
        box_of(node, *size, *corner, &mut text);
    }
    text + "</g>\n</svg>\n"
}

/// The first line of a box: the kind, and what is done.
fn head(node: &Node) -> String {
    match (node.verb(), node.action) {
        (Some(verb), Some(action)) => format!("{} {verb} {}", action.glyph(), node.address.kind),
        (Some(_) | None, _) => node.address.kind.clone(),
    }
}

fn box_of(node: &Node, size: Size, (x, y): (f64, f64), text: &mut String) {
    let (line, area) = node.colors();
    let (weight, ink) = if node.verb().is_some() { ("2", line) } else { ("1", "#57606a") };
    let dashes = if node.action == Some(Action::Delete) { " stroke-dasharray=\"5 3\"" } else { "" };
    let fields =
        if node.fields.is_empty() || node.action == Some(Action::Create) { String::new() } else { format!(": {}", node.fields.join(", ")) };
    let _ = writeln!(
        text,
        "<g class=\"node {class}\"><title>{title}</title>\
         <rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height}\" rx=\"6\" fill=\"{area}\" stroke=\"{line}\" \
         stroke-width=\"{weight}\"{dashes}/>\
         <text x=\"{tx:.1}\" y=\"{head_y:.1}\" font-size=\"11\" fill=\"{ink}\">{head}</text>\
         <text x=\"{tx:.1}\" y=\"{name_y:.1}\" font-size=\"13\" font-weight=\"600\" fill=\"#1f2328\">{name}</text></g>",
        class = node.verb().unwrap_or("nothing"),
        title = escaped(&format!("{}{}{fields}", node.address, node.verb().map(|verb| format!(" ({verb})")).unwrap_or_default())),
        width = size.width,
        height = size.height,
        tx = x + 12.0,
        head_y = y + 17.0,
        name_y = y + 33.0,
        head = escaped(&head(node)),
        name = escaped(&node.address.name),
    );
}

/// How often each thing is done, in its colour.
fn legend(drawing: &Drawing, text: &mut String) {
    let mut counts: BTreeMap<&str, (Action, usize)> = BTreeMap::new();
    for (verb, action) in drawing.nodes.iter().filter_map(|node| node.verb().zip(node.action)) {
        counts.entry(verb).or_insert((action, 0)).1 += 1;
    }
    let mut x = MARGIN;
    for (verb, (action, count)) in counts {
        let ((line, area), words) = (colors(action), format!("{count} to {verb}"));
        let _ = writeln!(
            text,
            "<g class=\"legend\"><rect x=\"{x:.1}\" y=\"48\" width=\"14\" height=\"14\" rx=\"3\" fill=\"{area}\" stroke=\"{line}\" \
             stroke-width=\"2\"/><text x=\"{:.1}\" y=\"59\" font-size=\"12\" fill=\"#1f2328\">{words}</text></g>",
            x + 20.0
        );
        x += 20.0 + words.len() as f64 * LETTER + 18.0;
    }
    if x == MARGIN && drawing.nodes.iter().any(|node| node.action.is_some()) {
        let _ = writeln!(text, "<text x=\"{x}\" y=\"59\" font-size=\"12\" fill=\"#57606a\">nothing to do</text>");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
