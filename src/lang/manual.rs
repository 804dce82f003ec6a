//! The documentation of library modules that are records of functions: `list`, `string`, `record`, `net`, `iam`, `math`.
//!
//! A member that is a function of the prelude is documented there; any other one by the comment before it:
//!
//! ```text
//! /**
//! The first items, as many as there are.
//! Type: `Int -> [a] -> [a]`
//! Example: `list.take 2 [ 5 6 7 ]` = `[ 5 6 ]`
//! */
//! ```

use wcalang_model::source::FileId;

use crate::eval::builtins::{BUILTINS, Builtin};
use crate::library::Library;
use crate::syntax::Names;
use crate::syntax::ast::{Binding, Expr, ExprId, Key, Tree};

/// The documentation of one member of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberDoc {
    /// What programs call it: `list.take`.
    pub name: String,
    /// What it takes and gives.
    pub signature: String,
    /// What it does.
    pub doc: String,
    /// An expression, and what it evaluates to, both in the language.
    pub example: (String, String),
}

/// The members of a module, in the order of their names; none where the module is a function.
pub fn members(module: &Library) -> Vec<MemberDoc> {
    let mut names = Names::default();
    let (tree, root) = module.documented(FileId(0), &mut names);
    let mut members: Vec<MemberDoc> = bindings(&tree, root)
        .iter()
        .filter_map(|binding| match binding.attr.key {
            Key::Name(name) => Some(member(module.name, names.text(name), binding, &tree, &names)),
            Key::Dynamic(_) => None,
        })
        .collect();
    members.sort_by(|a, b| a.name.cmp(&b.name));
    members
}

/// The fields of the record that a module is, perhaps inside of a `let`.
fn bindings(tree: &Tree, root: ExprId) -> &[Binding] {
    if let Expr::LetIn { body, .. } = &tree[root] {
        return bindings(tree, *body);
    }
    if let Expr::Record { bindings, .. } = &tree[root] { bindings } else { &[] }
}

fn member(module: &str, name: &str, binding: &Binding, tree: &Tree, names: &Names) -> MemberDoc {
    let shown = format!("{module}.{name}");
    if let Some(builtin) = builtin(binding, tree, names) {
        let (example, result) = builtin.example;
        let called = example.strip_prefix(builtin.name).map(|rest| format!("{shown}{rest}"));
        let example = (called.unwrap_or_else(|| example.to_string()), result.to_string());
        return MemberDoc { name: shown, signature: builtin.signature.to_string(), doc: builtin.doc.to_string(), example };
    }
    let text = binding.doc().unwrap_or_default();
    let line = |label: &str| text.lines().find_map(|line| line.trim().strip_prefix(label)).unwrap_or_default().trim();
    let plain = |code: &str| code.trim().trim_matches('`').to_string();
    let (example, result) = line("Example: ").split_once("` = `").unwrap_or_default();
    let doc: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.starts_with("Type: ")).collect();
    MemberDoc {
        name: shown,
        signature: plain(line("Type: ")),
        doc: doc.join("\n").trim().to_string(),
        example: (plain(example), plain(result)),
    }
}

/// The function of the prelude that a member is, if it has no text of its own.
fn builtin(binding: &Binding, tree: &Tree, names: &Names) -> Option<&'static Builtin> {
    let Expr::Variable(name) = &tree[binding.value] else { return None };
    if binding.doc().is_some() {
        return None;
    }
    let text = names.text(*name);
    BUILTINS.iter().find(|builtin| builtin.name == text)
}
