//! Trees that are compiled into the program: written when it is built, read when it runs.
//!
//! A packed tree is not a format for files: it is read by the build that wrote it, and no other.

use serde::{Deserialize, Serialize};
use wcalang_model::source::{FileId, Span};

use crate::ast::{Expr, ExprId, Place, Tree};
use crate::visit::Rewrite;
use crate::{Name, Names};

/// A tree and the texts of its names, which are indices into them.
#[derive(Serialize, Deserialize)]
struct Packed<'a, T> {
    #[serde(borrow)]
    names: Vec<&'a str>,
    root: ExprId,
    tree: T,
    /// Where its expressions were written: for each its start and its end, four bytes each, so that reading them is little more
    /// than copying.
    places: &'a [u8],
}

/// The bytes of a tree whose names are those of `names`, all of them; its documentation is left out. `None` if it holds what
/// cannot be written, which no form of the language is.
pub fn pack(tree: &Tree, root: ExprId, names: &Names) -> Option<Vec<u8>> {
    let places: Vec<u8> = tree.places.iter().flat_map(|place| [place.start.to_le_bytes(), place.end.to_le_bytes()]).flatten().collect();
    let packed = Packed {
        names: (0..names.len()).map(|name| names.text(Name(name as u32))).collect(),
        root,
        tree: undocumented(tree),
        places: &places,
    };
    postcard::to_allocvec(&packed).ok()
}

/// The tree without documentation, and without what held nothing else.
fn undocumented(tree: &Tree) -> Tree {
    let mut tree = tree.clone();
    for expr in &mut tree.exprs {
        if let Expr::LetIn { bindings, .. } | Expr::Record { bindings, .. } = expr {
            bindings.iter_mut().filter(|binding| binding.annotation().is_none()).for_each(|binding| binding.before = None);
        }
    }
    tree
}

/// The tree of bytes that [`pack`] gave, as a tree of another file and of other names. `None` for other bytes.
pub fn unpack(bytes: &[u8], file: FileId, names: &mut Names) -> Option<(Tree, ExprId)> {
    let Packed { names: texts, root, mut tree, places } = postcard::from_bytes::<Packed<'_, Tree>>(bytes).ok()?;
    tree.file = file;
    let (numbers, _) = places.as_chunks::<4>();
    let (places, _) = numbers.as_chunks::<2>();
    tree.places = places.iter().map(|[start, end]| Place { start: u32::from_le_bytes(*start), end: u32::from_le_bytes(*end) }).collect();
    let known: Vec<Name> = texts.into_iter().map(|text| names.intern(text)).collect();
    tree.rewrite(&mut Moved { file, known: &known });
    Some((tree, root))
}

/// To another file and other names.
struct Moved<'a> {
    file: FileId,
    known: &'a [Name],
}

impl Rewrite for Moved<'_> {
    fn span(&mut self, span: &mut Span) {
        span.file = self.file;
    }

    fn name(&mut self, name: &mut Name) {
        *name = self.known.get(name.0 as usize).copied().unwrap_or(*name);
    }
}
