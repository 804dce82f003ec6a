//! Which forms a value may have, as a set of bits: the scalars, absence, and the composed forms as a whole.

use wcalang_model::value::Type;

/// A set of forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Forms(pub u32);

macro_rules! forms {
    ($($name:ident = $bit:literal $text:literal,)*) => {
        impl Forms {
            $(pub const $name: Forms = Forms(1 << $bit);)*
        }

        /// Each form with its words.
        const WORDS: &[(Forms, &str)] = &[$((Forms::$name, $text)),*];
    };
}

forms! {
    BOOL = 0 "true or false",
    INT = 1 "a whole number",
    FLOAT = 2 "a number",
    STR = 3 "text",
    CIDR = 4 "a CIDR block",
    IP = 5 "an IP address",
    SIZE = 6 "a size",
    DURATION = 7 "a duration",
    CPU = 8 "an amount of CPU",
    PERCENT = 9 "a percentage",
    MONEY = 10 "an amount of money",
    ABSENT = 11 "nothing, where it was left out",
    LIST = 12 "a list",
    RECORD = 13 "a record",
    HANDLE = 14 "a resource",
    FUNCTION = 15 "a function",
    GROUP = 16 "a group of names",
}

impl Forms {
    pub const NONE: Forms = Forms(0);
    /// All forms but absence.
    pub const ALL: Forms = Forms(0x1_F7FF);
    /// What may stand in `${…}`.
    pub const TEXT: Forms = Forms(
        Forms::INT.0
            | Forms::FLOAT.0
            | Forms::STR.0
            | Forms::CIDR.0
            | Forms::IP.0
            | Forms::SIZE.0
            | Forms::DURATION.0
            | Forms::CPU.0
            | Forms::PERCENT.0
            | Forms::MONEY.0,
    );
    /// The scalars.
    pub const SCALARS: Forms = Forms(Forms::TEXT.0 | Forms::BOOL.0);
    /// What has fields.
    pub const FIELDS: Forms = Forms(Forms::RECORD.0 | Forms::HANDLE.0 | Forms::GROUP.0);

    pub const fn with(self, other: Forms) -> Forms {
        Forms(self.0 | other.0)
    }

    pub const fn and(self, other: Forms) -> Forms {
        Forms(self.0 & other.0)
    }

    pub const fn without(self, other: Forms) -> Forms {
        Forms(self.0 & !other.0)
    }

    pub const fn has(self, other: Forms) -> bool {
        self.0 & other.0 != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it is exactly one form.
    pub const fn is_one(self) -> bool {
        self.0.is_power_of_two()
    }

    /// The forms of the set, one by one.
    pub fn each(self) -> impl Iterator<Item = Forms> {
        WORDS.iter().map(|(form, _)| *form).filter(move |form| self.has(*form))
    }

    /// In words: `a whole number`, `text or a list`.
    pub fn words(self) -> String {
        let number = Forms::INT.with(Forms::FLOAT);
        let rest = if self.and(number) == number { self.without(Forms::INT) } else { self };
        if rest.0.count_ones() > 6 {
            return if self.without(Forms::SCALARS).is_empty() { "text, a number or an amount" } else { "a value" }.to_string();
        }
        let words: Vec<&str> = WORDS.iter().filter(|(form, _)| rest.has(*form)).map(|(_, words)| *words).collect();
        match words.as_slice() {
            [] => "nothing".to_string(),
            [one] => one.to_string(),
            [all @ .., last] => format!("{} or {last}", all.join(", ")),
        }
    }
}

/// The forms that a declared type takes: text is read as a block, an address, an ARN or a choice; whole numbers as fractions.
pub(super) fn taken(ty: &Type) -> Forms {
    match ty {
        Type::Any => Forms::ALL,
        Type::Json => Forms::ALL.without(Forms::FUNCTION),
        Type::Bool => Forms::BOOL,
        Type::Int(..) => Forms::INT,
        Type::Float => Forms::INT.with(Forms::FLOAT).with(Forms::PERCENT),
        Type::Str { .. } | Type::Arn | Type::OneOf(_) => Forms::STR,
        Type::Cidr => Forms::CIDR.with(Forms::STR),
        Type::Ip => Forms::IP.with(Forms::STR),
        Type::Size => Forms::SIZE,
        Type::Duration => Forms::DURATION,
        Type::Cpu => Forms::CPU,
        Type::Percent => Forms::PERCENT,
        Type::Money => Forms::MONEY,
        Type::Handle(_) => Forms::HANDLE,
        Type::List(_) => Forms::LIST,
        Type::Map(_) | Type::Record(_) => Forms::RECORD,
        Type::Function(..) => Forms::FUNCTION,
        Type::Secret(inner) => taken(inner),
    }
}
