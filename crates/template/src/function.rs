//! The names of the intrinsic functions.

/// An intrinsic function of `CloudFormation`, by its JSON key and its YAML short form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Function {
    /// `Ref`
    Ref,
    /// `Fn::GetAtt`
    GetAtt,
    /// `Fn::Sub`
    Sub,
    /// `Fn::Join`
    Join,
    /// `Fn::Select`
    Select,
    /// `Fn::Split`
    Split,
    /// `Fn::FindInMap`
    FindInMap,
    /// `Fn::ImportValue`
    ImportValue,
    /// `Fn::GetAZs`
    GetAzs,
    /// `Fn::Cidr`
    Cidr,
    /// `Fn::Base64`
    Base64,
    /// `Fn::ToJsonString`
    ToJsonString,
    /// `Fn::Length`
    Length,
    /// `Fn::GetStackOutput`
    GetStackOutput,
    /// `Fn::Transform`
    Transform,
    /// `Fn::If`
    If,
    /// `Fn::And`
    And,
    /// `Fn::Or`
    Or,
    /// `Fn::Not`
    Not,
    /// `Fn::Equals`
    Equals,
    /// `Fn::Contains`, in rules
    Contains,
    /// `Fn::EachMemberEquals`, in rules
    EachMemberEquals,
    /// `Fn::EachMemberIn`, in rules
    EachMemberIn,
    /// `Fn::RefAll`, in rules
    RefAll,
    /// `Fn::ValueOf`, in rules
    ValueOf,
    /// `Fn::ValueOfAll`, in rules
    ValueOfAll,
}

const PREFIX: &str = "Fn::";

impl Function {
    /// Every known function.
    pub const ALL: [Function; 26] = [
        Function::Ref,
        Function::GetAtt,
        Function::Sub,
        Function::Join,
        Function::Select,
        Function::Split,
        Function::FindInMap,
        Function::ImportValue,
        Function::GetAzs,
        Function::Cidr,
        Function::Base64,
        Function::ToJsonString,
        Function::Length,
        Function::GetStackOutput,
        Function::Transform,
        Function::If,
        Function::And,
        Function::Or,
        Function::Not,
        Function::Equals,
        Function::Contains,
        Function::EachMemberEquals,
        Function::EachMemberIn,
        Function::RefAll,
        Function::ValueOf,
        Function::ValueOfAll,
    ];

    /// The key in JSON: `Ref`, `Fn::GetAtt`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Function::Ref => "Ref",
            Function::GetAtt => "Fn::GetAtt",
            Function::Sub => "Fn::Sub",
            Function::Join => "Fn::Join",
            Function::Select => "Fn::Select",
            Function::Split => "Fn::Split",
            Function::FindInMap => "Fn::FindInMap",
            Function::ImportValue => "Fn::ImportValue",
            Function::GetAzs => "Fn::GetAZs",
            Function::Cidr => "Fn::Cidr",
            Function::Base64 => "Fn::Base64",
            Function::ToJsonString => "Fn::ToJsonString",
            Function::Length => "Fn::Length",
            Function::GetStackOutput => "Fn::GetStackOutput",
            Function::Transform => "Fn::Transform",
            Function::If => "Fn::If",
            Function::And => "Fn::And",
            Function::Or => "Fn::Or",
            Function::Not => "Fn::Not",
            Function::Equals => "Fn::Equals",
            Function::Contains => "Fn::Contains",
            Function::EachMemberEquals => "Fn::EachMemberEquals",
            Function::EachMemberIn => "Fn::EachMemberIn",
            Function::RefAll => "Fn::RefAll",
            Function::ValueOf => "Fn::ValueOf",
            Function::ValueOfAll => "Fn::ValueOfAll",
        }
    }

    /// The name after the `!` of the YAML short form: `Ref`, `GetAtt`.
    #[must_use]
    pub fn short(self) -> &'static str {
        let key = self.key();
        key.strip_prefix(PREFIX).unwrap_or(key)
    }

    /// The function with this JSON key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        if key != "Ref" && !key.starts_with(PREFIX) {
            return None;
        }
        Self::ALL.into_iter().find(|function| function.key() == key)
    }

    /// The function with this YAML short form, without its `!`.
    #[must_use]
    pub fn from_short(short: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.short() == short)
    }
}

#[cfg(test)]
mod tests {
    use super::Function;

    #[test]
    fn every_function_is_found_by_both_names() {
        for function in Function::ALL {
            assert_eq!(Function::from_key(function.key()), Some(function));
            assert_eq!(Function::from_short(function.short()), Some(function));
        }
    }
}
