//! Actions, checked against the list of all actions.

use std::borrow::Cow;

use crate::actions::ACTIONS;

/// The name of an action, such as `s3:GetObject`, or of several, such as `s3:Get*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Action(Cow<'static, str>);

impl Action {
    /// An action that [`action!`](crate::action) has checked.
    #[doc(hidden)]
    #[must_use]
    pub const fn checked(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The action with this name, in any case; `None` if it is unknown.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        is_known(name).then(|| Self(Cow::Owned(name.to_owned())))
    }

    /// An action that is newer than the list. It is not checked.
    #[must_use]
    pub fn unchecked(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_text(self) -> Cow<'static, str> {
        self.0
    }
}

/// An action by name, checked at compile time.
///
/// ```
/// use strataform_policy::action;
/// assert_eq!(action!("s3:GetObject").as_str(), "s3:GetObject");
/// let all_reads = action!("s3:Get*");
/// ```
///
/// ```compile_fail
/// # use strataform_policy::action;
/// let misspelt = action!("s3:GetObjetc");
/// ```
#[macro_export]
macro_rules! action {
    ($name:literal) => {{
        const _: () = assert!($crate::is_known($name), concat!("unknown IAM action `", $name, "`"));
        $crate::Action::checked($name)
    }};
}

/// Whether an action with this name exists, or one that a name with `*` and `?` matches.
#[doc(hidden)]
#[must_use]
pub const fn is_known(name: &str) -> bool {
    let name = name.as_bytes();
    if name.len() == 1 && name[0] == b'*' {
        return true;
    }
    let prefix = plain_prefix(name);
    let mut at = first_not_below(name, prefix);
    while at < ACTIONS.len() && starts(ACTIONS[at].as_bytes(), name, prefix) {
        if matches(ACTIONS[at].as_bytes(), 0, name, 0) {
            return true;
        }
        at += 1;
    }
    false
}

/// The length of the prefix before the first wildcard.
const fn plain_prefix(name: &[u8]) -> usize {
    let mut at = 0;
    while at < name.len() && name[at] != b'*' && name[at] != b'?' {
        at += 1;
    }
    at
}

/// The index in the sorted list where the names with the prefix begin.
const fn first_not_below(name: &[u8], prefix: usize) -> usize {
    let (mut from, mut to) = (0, ACTIONS.len());
    while from < to {
        let middle = from + (to - from) / 2;
        if below(ACTIONS[middle].as_bytes(), name, prefix) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

const fn below(action: &[u8], name: &[u8], prefix: usize) -> bool {
    let mut at = 0;
    while at < prefix {
        if at >= action.len() {
            return true;
        }
        let letter = name[at].to_ascii_lowercase();
        if action[at] != letter {
            return action[at] < letter;
        }
        at += 1;
    }
    false
}

const fn starts(action: &[u8], name: &[u8], prefix: usize) -> bool {
    let mut at = 0;
    while at < prefix {
        if at >= action.len() || action[at] != name[at].to_ascii_lowercase() {
            return false;
        }
        at += 1;
    }
    true
}

const fn matches(action: &[u8], a: usize, name: &[u8], n: usize) -> bool {
    if n == name.len() {
        return a == action.len();
    }
    if name[n] == b'*' {
        let mut at = a;
        while at <= action.len() {
            if matches(action, at, name, n + 1) {
                return true;
            }
            at += 1;
        }
        return false;
    }
    a < action.len()
        && (name[n] == b'?' || action[a] == name[n].to_ascii_lowercase())
        && matches(action, a + 1, name, n + 1)
}

#[cfg(test)]
mod tests {
    use super::{Action, is_known};
    use crate::actions::ACTIONS;

    #[test]
    fn the_list_is_sorted_and_every_name_is_found() {
        assert!(ACTIONS.is_sorted());
        assert!(ACTIONS.len() > 20_000);
        assert!(ACTIONS.iter().all(|name| is_known(name)));
    }

    #[test]
    fn known_names_and_wildcards_are_accepted() {
        for name in
            ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:*", "*", "kms:GenerateDataKey*", "s3:?etObject"]
        {
            assert!(is_known(name), "{name}");
        }
        for name in ["", "s3", "s3:", "s3:GetObjetc", "s3:Gett*", "nosuch:*", "s3:GetObject "] {
            assert!(!is_known(name), "{name}");
            assert_eq!(Action::find(name), None, "{name}");
        }
    }
}
