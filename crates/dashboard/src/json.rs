//! [`At`]: a JSON value and its path.

use serde_json::Value;

/// A value of a document, with its JSON pointer.
#[derive(Clone, Debug)]
pub(crate) struct At<'a> {
    pub(crate) value: &'a Value,
    pub(crate) path: String,
}

impl<'a> At<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, path: String::new() }
    }

    fn child(&self, key: &str, value: &'a Value) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        Self { value, path: format!("{}/{key}", self.path) }
    }

    /// A member of an object.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.child(key, value))
    }

    /// A nested member, by its keys.
    pub(crate) fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |at, key| at.get(key))
    }

    /// The items of a member that is a list; empty if the member is not a list.
    pub(crate) fn list(&self, key: &str) -> Vec<Self> {
        self.get(key).map(|list| list.items()).unwrap_or_default()
    }

    pub(crate) fn items(&self) -> Vec<Self> {
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items.iter().enumerate().map(|(at, value)| self.child(&at.to_string(), value)).collect()
    }

    /// The members of an object.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), self.child(key, value))).collect()
    }

    /// A member that is a string.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key).and_then(Value::as_str)
    }

    /// A member that is an integer.
    pub(crate) fn number(&self, key: &str) -> Option<i64> {
        let value = self.value.get(key)?;
        #[expect(clippy::cast_possible_truncation, reason = "grid positions are small")]
        value.as_i64().or_else(|| value.as_f64().map(|number| number as i64))
    }

    /// The only member of a union.
    pub(crate) fn union(&self) -> Option<(&'a str, Self)> {
        let mut entries = self.entries();
        if entries.len() == 1 { entries.pop() } else { None }
    }

    /// Visits this value and all values in it, each with its key.
    pub(crate) fn walk(&self, key: &str, see: &mut dyn FnMut(&str, &At<'a>)) {
        see(key, self);
        for (key, value) in self.entries() {
            value.walk(key, see);
        }
        for item in self.items() {
            item.walk(key, see);
        }
    }
}
