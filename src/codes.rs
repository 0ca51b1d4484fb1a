//! Enums whose variants have stable codes, and texts that say what each means, why it occurs and what to do.

/// Declares an enum with a code for each variant. Its doc comments are its texts: `TEXTS` (feature `schema`) has them for TypeScript and
/// the docs, so that nothing is written twice. Variants may share a code; then one of them has the text with `Do:`.
///
/// `enum Name, listed` also has `ALL`. `enum Name: Type` takes a value of that type for each code, as `= "code" (Value)`, and gives it as
/// `severity()`.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident, listed {
            $($(#[doc = $doc:literal])* $variant:ident = $code:literal,)+
        }
    ) => {
        $crate::codes::codes! {
            $(#[$meta])*
            $vis enum $name {
                $($(#[doc = $doc])* $variant = $code,)+
            }
        }

        impl $name {
            /// Every variant, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $severity:ident {
            $($(#[doc = $doc:literal])* $variant:ident $({ $($fields:tt)* })? = $code:literal ($value:ident),)+
        }
    ) => {
        $crate::codes::codes! {
            $(#[$meta])*
            $vis enum $name {
                $($(#[doc = $doc])* $variant $({ $($fields)* })? = $code,)+
            }
        }

        impl $name {
            /// How bad it is.
            pub fn severity(&self) -> $severity {
                match self {
                    $(Self::$variant { .. } => $severity::$value,)+
                }
            }

            #[cfg(feature = "schema")]
            pub(crate) const SEVERITIES: &'static [(&'static str, $severity)] = &[$(($code, $severity::$value)),+];
        }
    };
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[doc = $doc:literal])* $variant:ident $({ $($fields:tt)* })? $(($($types:tt)*))? = $code:literal,)+
        }
    ) => {
        $(#[$meta])*
        $vis enum $name {
            $($(#[doc = $doc])* $variant $({ $($fields)* })? $(($($types)*))?,)+
        }

        impl $name {
            /// The stable code.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }

            #[cfg(feature = "schema")]
            pub(crate) const TEXTS: &'static [(&'static str, &'static str)] = &[$(($code, concat!($($doc, "\n",)* ""))),+];
        }
    };
}

pub(crate) use codes;
