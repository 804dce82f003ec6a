//! The library: modules written in the language, compiled in: their trees too, since parsing them would be most of the work of a
//! short run.

use wcalang_model::kind::Schemas;
use wcalang_model::source::{FileId, Files};
use wcalang_model::value::Type;

use crate::eval::{Evaluator, Shared};
use crate::inputs::formals;
use crate::syntax::ast::{ExprId, Tree};
use crate::syntax::{Names, parse, unpack};

/// A module of the library.
#[derive(Debug, Clone, Copy)]
pub struct Library {
    /// Its name in programs: `loadBalancer`.
    pub name: &'static str,
    /// Its file in `stdlib/`.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Its tree, as the build script wrote it.
    packed: &'static [u8],
}

macro_rules! modules {
    ($($name:literal = $file:literal;)*) => {
        /// Every module.
        pub const MODULES: &[Library] = &[$(Library {
            name: $name,
            file: $file,
            text: include_str!(concat!("../../stdlib/", $file)),
            packed: include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".tree")),
        }),*];
    };
}

modules! {
    "vpc" = "vpc.wca";
    "cluster" = "cluster.wca";
    "capacityProvider" = "capacity-provider.wca";
    "serviceDiscovery" = "service-discovery.wca";
    "loadBalancer" = "load-balancer.wca";
    "task" = "task.wca";
    "service" = "service.wca";
    "repository" = "repository.wca";
    "bucket" = "bucket.wca";
    "postgres" = "postgres.wca";
    "pipeline" = "pipeline.wca";
    "list" = "list.wca";
    "string" = "string.wca";
    "record" = "record.wca";
    "net" = "net.wca";
    "iam" = "iam.wca";
    "math" = "math.wca";
}

impl Library {
    /// Its tree, as a tree of `file`.
    pub fn tree(&self, file: FileId, names: &mut Names) -> (Tree, ExprId) {
        unpack(self.packed, file, names).unwrap_or_else(|| self.documented(file, names))
    }

    /// The same with its documentation, which is no part of what is compiled in but of the text.
    pub fn documented(&self, file: FileId, names: &mut Names) -> (Tree, ExprId) {
        let parsed = parse(file, self.text, names);
        (parsed.tree, parsed.root)
    }
}

/// The module of a name.
pub fn find(name: &str) -> Option<&'static Library> {
    MODULES.iter().find(|module| module.name == name)
}

/// The documentation of a module, read from its declaration.
#[derive(Debug, Clone)]
pub struct ModuleDoc {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub doc: String,
    /// Its options, in the order declared.
    pub options: Vec<OptionDoc>,
}

/// The documentation of an option.
#[derive(Debug, Clone)]
pub struct OptionDoc {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Its default, as it is written.
    pub default: Option<String>,
    /// Whether it may be left out without a default.
    pub optional: bool,
    /// What it means.
    pub doc: String,
}

/// Reads the documentation of a module.
pub fn documentation(module: &Library, schemas: Schemas) -> ModuleDoc {
    let (mut files, mut shared) = (Files::default(), Shared::default());
    let file = files.add(module.file, module.text);
    let (tree, root) = module.documented(file, &mut shared.names);
    let mut evaluator = Evaluator::new(&mut files, &mut shared, schemas, &crate::NoPins, file);
    let fields = formals(&tree, root).map(|formals| formals.fields.clone()).unwrap_or_default();
    let options = fields.iter().map(|field| OptionDoc {
        name: evaluator.names.text(field.name).to_string(),
        ty: field.annotation.as_ref().map_or(Type::Any, |annotation| evaluator.type_of_annotation(annotation)),
        default: field.default.map(|default| evaluator.files.text(tree.span(default)).to_string()),
        optional: field.optional,
        doc: field.doc.as_deref().unwrap_or_default().to_string(),
    });
    ModuleDoc { name: module.name, options: options.collect(), doc: leading_doc(module.text) }
}

/// The text of the doc comment that a module begins with.
fn leading_doc(text: &str) -> String {
    let inner = text.trim_start().strip_prefix("/**").and_then(|rest| rest.split_once("*/"));
    let lines = inner.map(|(doc, _)| doc).unwrap_or_default().lines().map(|line| line.trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::syntax::ast::{Before, Expr, Param};

    /// What the build wrote is what the parser reads, among names and files of another run.
    #[test]
    fn packed_trees_are_those_of_the_texts() {
        let mut files = Files::default();
        let mut names = Names::default();
        names.intern("before");
        files.add("before", "");
        for module in MODULES {
            let file = files.add(module.file, module.text);
            let (mut tree, root) = module.documented(file, &mut names);
            tree.exprs.iter_mut().for_each(without_documentation);
            assert_eq!(unpack(module.packed, file, &mut names).unwrap(), (tree, root), "{}", module.file);
        }
        assert_eq!(unpack(&[0xff; 9], FileId(0), &mut names), None);
    }

    fn without_documentation(expr: &mut Expr) {
        match expr {
            Expr::LetIn { bindings, .. } | Expr::Record { bindings, .. } => {
                for binding in bindings {
                    let annotation = binding.before.take().and_then(|before| before.annotation);
                    binding.before = annotation.map(|annotation| Box::new(Before { annotation: Some(annotation), doc: None }));
                }
            }
            Expr::Lambda { param: Param::Formals(formals), .. } => formals.fields.iter_mut().for_each(|field| field.doc = None),
            _ => {}
        }
    }
}
