//! Where the boxes of a graph stand: in columns, what needs nothing on the left, so that every line goes from left to right; within a
//! column near what they are connected with (the method of Sugiyama, Tagawa and Toda, 1981, with one bundle of bends for each source).
//! Knows nothing of what the boxes are.

/// The size of a box to place.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// Where everything stands.
#[derive(Debug, Default)]
pub struct Layout {
    /// The left upper corner of each box.
    pub corners: Vec<(f64, f64)>,
    /// The points of each line, from the right side of what is needed to the left side of what needs it. From every second one it goes
    /// straight on, through a column. None where the two stand in no order.
    pub lines: Vec<Vec<(f64, f64)>>,
    /// The width of the whole.
    pub width: f64,
    /// The height of the whole.
    pub height: f64,
}

/// Between columns, and between boxes of a column.
const COLUMN_GAP: f64 = 70.0;
const ROW_GAP: f64 = 14.0;
/// How high a bend is.
const BEND: f64 = 6.0;
/// How often columns are put in order, and boxes moved towards their neighbours.
const SWEEPS: usize = 12;

/// A box, or a place where lines pass a column.
struct Spot {
    column: usize,
    height: f64,
    /// What it is connected with in the column before and the one behind.
    before: Vec<usize>,
    behind: Vec<usize>,
    y: f64,
}

/// Places boxes; `edges` say who needs whom.
pub fn layout(sizes: &[Size], edges: &[(usize, usize)]) -> Layout {
    let columns = columns(sizes.len(), edges);
    let mut spots: Vec<Spot> = columns
        .iter()
        .zip(sizes)
        .map(|(&column, size)| Spot { column, height: size.height, before: Vec::new(), behind: Vec::new(), y: 0.0 })
        .collect();
    // Each line as the spots that it passes; those of one source share them.
    let mut paths: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for needed in 0..sizes.len() {
        let mut chain = vec![needed];
        for (index, (from, _)) in edges.iter().enumerate().filter(|(_, (from, to))| *to == needed && columns[*from] > columns[needed]) {
            while chain.len() < columns[*from] - columns[needed] {
                let before = chain.last().copied().unwrap_or(needed);
                spots.push(Spot { column: spots[before].column + 1, height: BEND, before: Vec::new(), behind: Vec::new(), y: 0.0 });
                let bend = spots.len() - 1;
                connect(&mut spots, before, bend);
                chain.push(bend);
            }
            let passed = &chain[1..columns[*from] - columns[needed]];
            let last = passed.last().copied().unwrap_or(needed);
            connect(&mut spots, last, *from);
            paths[index] = [&[needed], passed, &[*from]].concat();
        }
    }
    let rows = rows(&mut spots);
    let mut lefts = Vec::new();
    let (mut x, mut height) = (0.0, 0.0f64);
    for row in &rows {
        let width = row.iter().filter(|spot| **spot < sizes.len()).map(|&spot| sizes[spot].width).fold(0.0, f64::max);
        lefts.push((x, width));
        x += width + COLUMN_GAP;
        height = row.iter().map(|&spot| spots[spot].y + spots[spot].height).fold(height, f64::max);
    }
    let corners = (0..sizes.len()).map(|spot| (lefts[columns[spot]].0, spots[spot].y)).collect();
    let lines = paths.iter().map(|path| line(path, &spots, sizes, &lefts)).collect();
    Layout { corners, lines, width: (x - COLUMN_GAP).max(0.0), height }
}

fn connect(spots: &mut [Spot], left: usize, right: usize) {
    if !spots[left].behind.contains(&right) {
        spots[left].behind.push(right);
        spots[right].before.push(left);
    }
}

/// The column of each box: one behind the last that it needs; what needs nothing stands just before the first that needs it.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut columns = vec![0; count];
    // As many rounds as boxes: where records close a circle, it ends all the same.
    for _ in 0..count {
        let mut moved = false;
        for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
            if columns[from] <= columns[to] && columns[to] + 1 < count.max(1) {
                columns[from] = columns[to] + 1;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let needy: Vec<bool> = (0..count).map(|spot| edges.iter().any(|(from, _)| *from == spot)).collect();
    let first = |spot: usize| edges.iter().filter(|(_, to)| *to == spot).map(|(from, _)| columns[*from]).min();
    let closer = |spot: usize| first(spot).map_or(0, |first| first.saturating_sub(1));
    (0..count).map(|spot| if needy[spot] { columns[spot] } else { closer(spot) }).collect()
}

/// Puts every column in order and gives each spot its height; the spots of each column.
fn rows(spots: &mut [Spot]) -> Vec<Vec<usize>> {
    let last = spots.iter().map(|spot| spot.column).max().unwrap_or(0);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); last + 1];
    for (index, spot) in spots.iter().enumerate() {
        rows[spot.column].push(index);
    }
    for row in &rows {
        stack(row, spots, |_, _| None);
    }
    for sweep in 0..SWEEPS {
        let forward = sweep % 2 == 0;
        for at in 0..rows.len() {
            let row = if forward { at } else { rows.len() - 1 - at };
            let wish = |spots: &[Spot], spot: usize| {
                let near = if forward { &spots[spot].before } else { &spots[spot].behind };
                let middles = near.iter().map(|&other| spots[other].y + spots[other].height / 2.0);
                (!near.is_empty()).then(|| middles.sum::<f64>() / near.len() as f64)
            };
            let place = |spot: usize| wish(spots, spot).unwrap_or(spots[spot].y + spots[spot].height / 2.0);
            let mut wished: Vec<(f64, usize)> = rows[row].iter().map(|&spot| (place(spot), spot)).collect();
            wished.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
            rows[row] = wished.into_iter().map(|(_, spot)| spot).collect();
            stack(&rows[row], spots, wish);
        }
    }
    let top = spots.iter().map(|spot| spot.y).fold(f64::INFINITY, f64::min);
    spots.iter_mut().for_each(|spot| spot.y -= top);
    rows
}

/// Stacks the spots of a column, each as near as possible to the middle that it wishes.
fn stack(row: &[usize], spots: &mut [Spot], wish: impl Fn(&[Spot], usize) -> Option<f64>) {
    let wishes: Vec<f64> =
        row.iter().map(|&spot| wish(spots, spot).map_or(spots[spot].y, |middle| middle - spots[spot].height / 2.0)).collect();
    let mut end = f64::NEG_INFINITY;
    for (&spot, &wished) in row.iter().zip(&wishes) {
        spots[spot].y = wished.max(end);
        end = spots[spot].y + spots[spot].height + ROW_GAP;
    }
    // What was pushed down moves up again by what it was pushed on the whole.
    let pushed: f64 = row.iter().zip(&wishes).map(|(&spot, &wished)| spots[spot].y - wished).sum();
    let back = pushed / row.len().max(1) as f64;
    row.iter().for_each(|&spot| spots[spot].y -= back);
}

/// The points of a line: two at each spot that it passes, where it enters and leaves the column.
fn line(path: &[usize], spots: &[Spot], sizes: &[Size], lefts: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (index, &spot) in path.iter().enumerate() {
        let (left, width) = lefts[spots[spot].column];
        let middle = spots[spot].y + spots[spot].height / 2.0;
        if index > 0 {
            points.push((left, middle));
        }
        if index + 1 < path.len() {
            let own = if spot < sizes.len() { sizes[spot].width } else { width };
            points.push((left + own, middle));
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOX: Size = Size { width: 100.0, height: 40.0 };

    #[test]
    fn nothing_overlaps_and_lines_go_to_the_right() {
        // Twelve boxes, each of which needs some of those before it.
        let edges: Vec<(usize, usize)> =
            (1..12).flat_map(|from| [(from, from / 2), (from, from / 3)]).filter(|(from, to)| from != to).collect();
        let made = layout(&[BOX; 12], &edges);
        for (index, one) in made.corners.iter().enumerate() {
            for other in &made.corners[..index] {
                let apart = (one.0 - other.0).abs() >= BOX.width || (one.1 - other.1).abs() >= BOX.height;
                assert!(apart, "{one:?} and {other:?} overlap");
            }
            assert!(one.0 >= 0.0 && one.1 >= 0.0 && one.0 + BOX.width <= made.width && one.1 + BOX.height <= made.height);
        }
        for (line, (from, to)) in made.lines.iter().zip(&edges) {
            assert_eq!(line.first().map(|point| point.0), Some(made.corners[*to].0 + BOX.width));
            assert_eq!(line.last().map(|point| point.0), Some(made.corners[*from].0));
            assert!(line.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{line:?}");
        }
    }

    #[test]
    fn a_circle_and_nothing_are_drawn_too() {
        assert_eq!(layout(&[BOX, BOX], &[(0, 1), (1, 0)]).corners.len(), 2);
        assert_eq!(layout(&[], &[]).height, 0.0);
        assert_eq!(layout(&[BOX], &[(0, 0)]).corners, [(0.0, 0.0)]);
    }
}
