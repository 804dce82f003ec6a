//! Topological order, and the cycle that prevents one.

/// A cycle: each node depends on the next, and the last on the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle(pub Vec<usize>);

/// Orders the nodes `0..dependencies.len()` so that each comes after all of `dependencies[node]`; among equals the lower
/// number first, so that the order is a function of the graph alone.
pub fn topological_order(dependencies: &[Vec<usize>]) -> Result<Vec<usize>, Cycle> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; dependencies.len()];
    let mut order = Vec::with_capacity(dependencies.len());
    // An explicit stack of (node, next dependency to look at): graphs may be deeper than the native stack.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for root in 0..dependencies.len() {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        path.push((root, 0));
        while let Some((node, next)) = path.last_mut() {
            let Some(&dependency) = dependencies[*node].get(*next) else {
                marks[*node] = Mark::Done;
                order.push(*node);
                path.pop();
                continue;
            };
            *next += 1;
            match marks[dependency] {
                Mark::Done => {}
                Mark::New => {
                    marks[dependency] = Mark::Open;
                    path.push((dependency, 0));
                }
                Mark::Open => {
                    let start = path.iter().position(|(node, _)| *node == dependency).unwrap_or(0);
                    return Err(Cycle(path[start..].iter().map(|(node, _)| *node).collect()));
                }
            }
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::{Cycle, topological_order};

    #[test]
    fn dependencies_come_first() {
        assert_eq!(topological_order(&[vec![2], vec![], vec![1]]), Ok(vec![1, 2, 0]));
    }

    #[test]
    fn a_cycle_is_shown_whole() {
        assert_eq!(topological_order(&[vec![1], vec![2], vec![1]]), Err(Cycle(vec![1, 2])));
    }
}
