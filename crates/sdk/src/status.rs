//! The words that services have for how far something is, as enums: read once, where an answer comes in.
//!
//! A service may gain words. One that is not known here is kept as it came, in `Other`, so that it can be shown, and
//! whoever decides by a status has to say what becomes of it.

use std::fmt;

/// An enum of the words of a service.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$note])* #[doc = concat!("`", $word, "`")] $variant,)*
            /// A word that is not known here; empty where the service did not say.
            Other(String),
        }

        impl $name {
            /// Reads a word.
            #[must_use]
            pub fn of(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            /// The word, as the service says it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words! {
    /// How far a job run of AWS Glue is.
    JobRunState {
        Starting = "STARTING",
        Running = "RUNNING",
        Stopping = "STOPPING",
        Stopped = "STOPPED",
        Succeeded = "SUCCEEDED",
        Failed = "FAILED",
        Timeout = "TIMEOUT",
        Error = "ERROR",
        Waiting = "WAITING",
        Expired = "EXPIRED",
    }
}

impl JobRunState {
    /// Whether it stays so. A word that is not known does not count: a run that goes on must not be taken for one that
    /// ended, and the user can stop waiting for it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Stopped | Self::Succeeded | Self::Failed | Self::Timeout | Self::Error | Self::Expired => {
                true
            }
            Self::Starting | Self::Running | Self::Stopping | Self::Waiting | Self::Other(_) => false,
        }
    }
}
