//! Programs that are too long to be kept: records of literals by the megabyte, and ordinary code by the line.

use std::fmt::Write;

/// A language with literals, lists and records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// wcalang, and Nix as well.
    Nix,
    /// Jsonnet.
    Jsonnet,
}

/// So many flat records of literals are a megabyte.
pub const MEGABYTE: usize = 5_400;

/// A list of so many flat records of literals.
pub fn literals(records: usize, syntax: Syntax) -> String {
    let (is, next, item) = match syntax {
        Syntax::Nix => (" = ", "; ", ""),
        Syntax::Jsonnet => (": ", ", ", ","),
    };
    let mut text = "[\n".to_string();
    for index in 0..records {
        let fields = [
            ("host", format!("\"node-{index}.example.org\"")),
            ("role", format!("\"role-{}\"", index % 9)),
            ("zone", format!("\"eu-central-1{}\"", ["a", "b", "c"][index % 3])),
            ("cores", format!("{}", 2 << (index % 5))),
            ("memory", format!("{}", 1024 * (1 + index % 64))),
            ("port", format!("{}", 3000 + index % 2000)),
            ("weight", format!("{}", index % 100)),
            ("public", format!("{}", index.is_multiple_of(5))),
            ("owner", format!("\"group-{}\"", index % 23)),
            ("check", format!("\"/up/{}\"", index % 11)),
        ];
        text.push_str("  { ");
        for (name, value) in fields {
            let _ = write!(text, "{name}{is}{value}{next}");
        }
        let _ = writeln!(text, "}}{item}");
    }
    text.push_str("]\n");
    text
}

/// A stack of about so many lines, as people write them: comments, functions, calls of the library and of kinds, text.
pub fn code(lines: usize) -> String {
    let mut text =
        "{\n  /** Which environment this is. */\n  env : \"prod\" | \"staging\" ? \"staging\"\n}:\nlet\n  prod = env == \"prod\";\n"
            .to_string();
    let mut count = text.lines().count();
    let mut index = 0;
    while count + 6 < lines {
        let block = block(index);
        count += block.lines().count();
        text.push_str(&block);
        index += 1;
    }
    let _ = write!(
        text,
        "in {{\n  name = \"shop-${{env}}\";\n  region = \"eu-central-1\";\n  resources = [ {}];\n}}\n",
        (0..index).fold(String::new(), |all, index| all + &format!("net{index} images{index} group{index} "))
    );
    text
}

fn block(index: usize) -> String {
    let (high, low) = (index / 256, index % 256);
    format!(
        "
  # Number {index}: a network, its images, and who may reach it.
  net{index} = aws.ec2.Vpc {{ name = \"net-{index}\"; cidr = subnet 24 {low} 10.{high}.0.0/16; }};
  /** The images of number {index}. */
  images{index} = repository {{
    name = \"shop-${{env}}-{index}\";
    retention = if prod then 30d else {days}d;
    scan = prod || {index} > 100;
  }};
  ports{index} = map (port: {{ inherit port; name = \"p-${{port}}\"; }}) (filter (port: port > 80) [ 80 443 {port} ]);
  label{index} = {{ team, size ? 512MiB, ... }}@labels: \"${{team}}-${{size}}-${{labels.note or \"none\"}}\";
  group{index} = aws.ec2.SecurityGroup {{
    name = \"group-${{env}}-{index}\";
    description = label{index} {{ team = \"t{index}\"; note = join \"-\" (map (one: one.name) ports{index}); }};
    vpc = net{index};
  }};
  total{index} = range 1 10 |> map (one: one * {index} + 3) |> fold (sum: one: sum + one) 0;
",
        days = 7 + index % 20,
        port = 1024 + index,
    )
}
