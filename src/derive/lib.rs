//! `#[derive(Record)]` reads a documented struct into a schema and the code that decodes and encodes it; `#[derive(Choice)]` does
//! so for an enumeration of texts. Both are re-exported by `wcalang_model::kind`.
//!
//! What `#[field(…)]` says of a field, all of it optional:
//! `replace` a change needs a new resource · `default = EXPR` what absent means · `required` though its type is an `Option` ·
//! `computed` AWS chooses where none is given · `write_only` cannot be read back (the type is then an `Option`) · `create_only`
//! set once, never compared · `completes` and `early` see `FieldSchema` · `identity`, `stable` for outputs · `name = "x"`.
//! A field without a doc comment does not compile: its documentation is product text.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, LitStr, Meta};

/// A record: a kind's inputs or outputs, or a nested one.
#[proc_macro_derive(Record, attributes(field))]
pub fn record(input: TokenStream) -> TokenStream {
    expand(input, expand_record)
}

/// An enumeration of texts; each variant needs `#[value("…")]` only where kebab-case of its name is not the text.
#[proc_macro_derive(Choice, attributes(value))]
pub fn choice(input: TokenStream) -> TokenStream {
    expand(input, expand_choice)
}

fn expand(input: TokenStream, with: fn(&DeriveInput) -> syn::Result<Tokens>) -> TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    with(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// What `#[field(…)]` says.
#[derive(Default)]
struct Options {
    flags: Vec<String>,
    default: Option<Expr>,
    name: Option<String>,
}

const FLAGS: &[&str] = &["replace", "required", "computed", "write_only", "create_only", "completes", "early", "identity", "stable"];

fn expand_record(input: &DeriveInput) -> syn::Result<Tokens> {
    let Data::Struct(data) = &input.data else { return Err(syn::Error::new_spanned(input, "a record is a struct")) };
    let Fields::Named(fields) = &data.fields else { return Err(syn::Error::new_spanned(input, "a record has named fields")) };
    let ident = &input.ident;
    let (record_name, record_doc) = (ident.to_string(), doc(&input.attrs)?);
    if record_doc.is_empty() {
        return Err(syn::Error::new_spanned(ident, "a record needs a doc comment"));
    }
    let (mut schemas, mut decoders, mut encoders) = (Vec::new(), Vec::new(), Vec::new());
    for field in &fields.named {
        let Some(field_ident) = &field.ident else { continue };
        let ty = &field.ty;
        let field_doc = doc(&field.attrs)?;
        if field_doc.is_empty() {
            return Err(syn::Error::new_spanned(field_ident, "a field needs a doc comment: it is product text"));
        }
        let options = options(&field.attrs)?;
        let name = options.name.clone().unwrap_or_else(|| camel_case(&field_ident.to_string()));
        let has = |flag: &str| options.flags.iter().any(|given| given == flag);
        let optional = optional(ty);
        let presence = match &options.default {
            Some(default) => quote!(Default(|| {
                let value: #ty = #default;
                ::wcalang_model::kind::Field::encode(&value)
            })),
            None if optional && !has("required") => quote!(Optional),
            None => quote!(Required),
        };
        let [replace, computed, write_only, create_only, completes, early, identity, stable] =
            ["replace", "computed", "write_only", "create_only", "completes", "early", "identity", "stable"].map(has);
        schemas.push(quote!(::wcalang_model::kind::FieldSchema {
            name: #name, doc: #field_doc, ty: <#ty as ::wcalang_model::kind::Field>::TYPE,
            presence: ::wcalang_model::kind::Presence::#presence,
            replace: #replace, computed: #computed, write_only: #write_only, create_only: #create_only,
            completes: #completes, early: #early, identity: #identity, stable: #stable,
        }));
        let absent = match &options.default {
            Some(default) => quote!(#default),
            None => quote!(<#ty as ::wcalang_model::kind::Field>::absent()
                .ok_or_else(|| ::wcalang_model::kind::DecodeError::new("is missing").within(#name))?),
        };
        decoders.push(quote!(#field_ident: match fields.get(#name) {
            Some(datum) => <#ty as ::wcalang_model::kind::Field>::decode(datum).map_err(|error| error.within(#name))?,
            None => #absent,
        }));
        encoders.push(quote!(if !::wcalang_model::kind::Field::is_absent(&self.#field_ident) {
            fields.insert(#name.to_string(), ::wcalang_model::kind::Field::encode(&self.#field_ident));
        }));
    }
    Ok(quote! {
        impl ::wcalang_model::kind::Record for #ident {
            const SCHEMA: ::wcalang_model::kind::RecordSchema = ::wcalang_model::kind::RecordSchema {
                name: #record_name, doc: #record_doc, fields: &[#(#schemas),*],
            };
            fn decode(fields: &::wcalang_model::value::Fields) -> Result<Self, ::wcalang_model::kind::DecodeError> {
                let _ = fields;
                Ok(#ident { #(#decoders),* })
            }
            fn encode(&self) -> ::wcalang_model::value::Fields {
                let mut fields = ::wcalang_model::value::Fields::new();
                #(#encoders)*
                fields
            }
        }
        impl ::wcalang_model::kind::Field for #ident {
            const TYPE: ::wcalang_model::kind::FieldType =
                ::wcalang_model::kind::FieldType::Record(&<#ident as ::wcalang_model::kind::Record>::SCHEMA);
            fn decode(datum: &::wcalang_model::value::Datum) -> Result<Self, ::wcalang_model::kind::DecodeError> {
                match datum.as_record() {
                    Some(fields) => <#ident as ::wcalang_model::kind::Record>::decode(fields),
                    None => Err(::wcalang_model::kind::DecodeError::new("a record is wanted")),
                }
            }
            fn encode(&self) -> ::wcalang_model::value::Datum {
                ::wcalang_model::value::Datum::Record(<#ident as ::wcalang_model::kind::Record>::encode(self))
            }
        }
    })
}

fn expand_choice(input: &DeriveInput) -> syn::Result<Tokens> {
    let Data::Enum(data) = &input.data else { return Err(syn::Error::new_spanned(input, "a choice is an enum")) };
    let ident = &input.ident;
    let mut variants = Vec::new();
    let mut texts = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(syn::Error::new_spanned(variant, "a choice has no data"));
        }
        let given = variant.attrs.iter().find(|attribute| attribute.path().is_ident("value"));
        let text = match given {
            Some(attribute) => attribute.parse_args::<LitStr>()?.value(),
            None => kebab_case(&variant.ident.to_string()),
        };
        variants.push(&variant.ident);
        texts.push(text);
    }
    Ok(quote! {
        impl #ident {
            /// The text of the language, which is also AWS's.
            pub const fn as_str(&self) -> &'static str {
                match self { #(#ident::#variants => #texts),* }
            }
            /// From the text; None for a text that is none of them.
            pub fn parse(text: &str) -> Option<Self> {
                match text { #(#texts => Some(#ident::#variants),)* _ => None }
            }
        }
        impl ::wcalang_model::kind::Field for #ident {
            const TYPE: ::wcalang_model::kind::FieldType = ::wcalang_model::kind::FieldType::Choice(&[#(#texts),*]);
            fn decode(datum: &::wcalang_model::value::Datum) -> Result<Self, ::wcalang_model::kind::DecodeError> {
                let text = <String as ::wcalang_model::kind::Field>::decode(datum)?;
                Self::parse(&text).ok_or_else(|| ::wcalang_model::kind::DecodeError::new(
                    format!("{text:?} is none of {}", [#(#texts),*].join(", "))))
            }
            fn encode(&self) -> ::wcalang_model::value::Datum {
                ::wcalang_model::value::Datum::Str(self.as_str().to_string())
            }
        }
    })
}

fn doc(attributes: &[Attribute]) -> syn::Result<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value
        {
            lines.push(text.value().trim().to_string());
        }
    }
    Ok(lines.join("\n").trim().to_string())
}

fn options(attributes: &[Attribute]) -> syn::Result<Options> {
    let mut options = Options::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("field")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if name == "default" {
                options.default = Some(meta.value()?.parse()?);
            } else if name == "name" {
                options.name = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if FLAGS.contains(&name.as_str()) {
                options.flags.push(name);
            } else {
                return Err(meta.error(format!("unknown; there are: {}, default, name", FLAGS.join(", "))));
            }
            Ok(())
        })?;
    }
    Ok(options)
}

fn optional(ty: &syn::Type) -> bool {
    let syn::Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Option" || segment.ident == "Tags")
}

/// `desired_count` → `desiredCount`
fn camel_case(snake: &str) -> String {
    let mut out = String::new();
    for (index, word) in snake.trim_start_matches("r#").split('_').enumerate() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if index > 0 => out.extend(first.to_uppercase().chain(letters)),
            Some(first) => out.extend(std::iter::once(first).chain(letters)),
            None => {}
        }
    }
    out
}

/// `PerZone` → `per-zone`
fn kebab_case(camel: &str) -> String {
    let mut out = String::new();
    for letter in camel.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
