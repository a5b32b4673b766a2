//! [`Item`]: one entry of a list of principals, actions, resources or values.
//!
//! In: text as a template has it. Out: whether an item includes another, or could have something in common with it.
//!
//! It refuses to relate kinds that cannot be compared: they never include, and could always overlap, one another.

use std::cmp::Ordering;

use crate::glob::{self, Token, Wildcards};
use crate::network::{Network, Ports};

/// An entry, with the text to show. Two are equal if they match the same.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) text: String,
    pub(crate) matcher: Matcher,
}

/// How an entry matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Matcher {
    /// Text with wildcards.
    Glob(Vec<Token>),
    /// An ARN: wildcards match within one of its six fields.
    Arn(Vec<Vec<Token>>),
    /// A principal.
    Party(Kind, String),
    /// A CIDR block.
    Network(Network),
    /// Ports of a protocol.
    Ports(Ports),
    /// A number, of a comparison.
    Number(i64),
}

/// The kinds of principals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Aws,
    Service,
    Federated,
    Canonical,
    /// The one that a policy is attached to.
    Holder,
    Other,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.matcher == other.matcher
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.matcher.cmp(&other.matcher)
    }
}

impl Item {
    fn new(text: &str, matcher: Matcher) -> Self {
        Self { text: text.to_owned(), matcher }
    }

    /// An action: case does not matter.
    pub(crate) fn action(text: &str) -> Self {
        Self::new(text, Matcher::Glob(glob::lower(&glob::parse(text, Wildcards::Read))))
    }

    /// Text with wildcards.
    pub(crate) fn pattern(text: &str) -> Self {
        Self::new(text, Matcher::Glob(glob::parse(text, Wildcards::Read)))
    }

    /// Text without wildcards.
    pub(crate) fn exact(text: &str) -> Self {
        Self::new(text, Matcher::Glob(glob::parse(text, Wildcards::Literal)))
    }

    /// Something that is known only to equal itself.
    pub(crate) fn opaque(text: &str) -> Self {
        Self::new(text, Matcher::Glob(vec![Token::Opaque(text.to_owned())]))
    }

    /// A resource. IAM completes an ARN with fewer than six fields with `*`.
    pub(crate) fn resource(text: &str) -> Self {
        let mut fields = arn_fields(text);
        if !text.starts_with("arn:") {
            return Self::pattern(text);
        }
        fields.resize(6, vec![Token::Many]);
        Self::new(text, Matcher::Arn(fields))
    }

    /// The value of an ARN condition, which must have six fields.
    pub(crate) fn arn(text: &str) -> Self {
        let fields = arn_fields(text);
        if fields.len() == 6 { Self::new(text, Matcher::Arn(fields)) } else { Self::opaque(text) }
    }

    /// A CIDR block, or text that stands for one.
    pub(crate) fn network(text: &str) -> Self {
        Network::parse(text)
            .map_or_else(|| Self::opaque(text), |network| Self::new(text, Matcher::Network(network)))
    }

    /// Ports of a protocol.
    pub(crate) fn ports(text: &str, ports: Ports) -> Self {
        Self::new(text, Matcher::Ports(ports))
    }

    /// A whole number, or text that stands for one.
    pub(crate) fn number(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::opaque(text), |number| Self::new(text, Matcher::Number(number)))
    }

    /// A principal of a policy. An account's ID and the ARN of its root are the same.
    pub(crate) fn party(kind: Kind, text: &str) -> Self {
        let account = text.strip_suffix(":root").and_then(|arn| arn.rsplit_once(":iam::"));
        let name = account.map_or(text, |(_, id)| id);
        Self::new(text, Matcher::Party(kind, name.to_owned()))
    }

    /// The one that a policy is attached to, under a key that is the same for all references to it.
    pub(crate) fn holder(key: &str, text: &str) -> Self {
        Self::new(text, Matcher::Party(Kind::Holder, key.to_owned()))
    }

    /// Whether it matches everything.
    pub(crate) fn is_universal(&self) -> bool {
        match &self.matcher {
            Matcher::Glob(tokens) => matches!(tokens.as_slice(), [Token::Many]),
            Matcher::Arn(_)
            | Matcher::Party(..)
            | Matcher::Network(_)
            | Matcher::Ports(_)
            | Matcher::Number(_) => false,
        }
    }

    /// The same text without regard to case.
    pub(crate) fn lowered(&self) -> Self {
        match &self.matcher {
            Matcher::Glob(tokens) => Self::new(&self.text, Matcher::Glob(glob::lower(tokens))),
            Matcher::Arn(_)
            | Matcher::Party(..)
            | Matcher::Network(_)
            | Matcher::Ports(_)
            | Matcher::Number(_) => self.clone(),
        }
    }

    /// Whether it includes all of `other`, for certain.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        if self == other || self.is_universal() {
            return true;
        }
        match (&self.matcher, &other.matcher) {
            (Matcher::Glob(wide), Matcher::Glob(narrow)) => glob::covers(wide, narrow),
            (Matcher::Glob(wide), Matcher::Arn(fields)) => glob::covers(wide, &joined(fields)),
            (Matcher::Arn(wide), Matcher::Arn(narrow)) => {
                wide.iter().zip(narrow).all(|(wide, narrow)| glob::covers(wide, narrow))
            }
            (Matcher::Network(wide), Matcher::Network(narrow)) => wide.covers(*narrow),
            (Matcher::Ports(wide), Matcher::Ports(narrow)) => narrow.is_within(std::iter::once(wide)),
            _ => false,
        }
    }

    /// Whether they have something in common, unless it is certain that they do not.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        match (&self.matcher, &other.matcher) {
            (Matcher::Party(one, left), Matcher::Party(two, right)) => {
                parties_overlap((*one, left), (*two, right))
            }
            (Matcher::Network(one), Matcher::Network(two)) => one.covers(*two) || two.covers(*one),
            (Matcher::Ports(one), Matcher::Ports(two)) => one.overlaps(two),
            (Matcher::Number(one), Matcher::Number(two)) => one == two,
            _ => match (self.tokens(), other.tokens()) {
                (Some(one), Some(two)) => glob::overlaps(&one, &two),
                _ => true,
            },
        }
    }

    fn tokens(&self) -> Option<Vec<Token>> {
        match &self.matcher {
            Matcher::Glob(tokens) => Some(tokens.clone()),
            Matcher::Arn(fields) => Some(joined(fields)),
            Matcher::Party(..) | Matcher::Network(_) | Matcher::Ports(_) | Matcher::Number(_) => None,
        }
    }
}

fn joined(fields: &[Vec<Token>]) -> Vec<Token> {
    fields.join(&Token::Char(':'))
}

/// The fields of an ARN; a colon in a placeholder separates nothing.
fn arn_fields(text: &str) -> Vec<Vec<Token>> {
    let tokens = glob::parse(text, Wildcards::Read);
    tokens.splitn(6, |token| *token == Token::Char(':')).map(<[Token]>::to_vec).collect()
}

/// A role is also its sessions and part of its account, so names that differ can be the same principal.
fn parties_overlap((one, left): (Kind, &str), (two, right): (Kind, &str)) -> bool {
    if one == two && left == right {
        return true;
    }
    match (one, two) {
        (Kind::Service, Kind::Service) | (Kind::Holder, Kind::Holder) => {
            left.contains("${") || right.contains("${")
        }
        (Kind::Service, Kind::Aws | Kind::Federated | Kind::Canonical)
        | (Kind::Aws | Kind::Federated | Kind::Canonical, Kind::Service) => false,
        (Kind::Aws, Kind::Aws) => match (account(left), account(right)) {
            (Some(one), Some(two)) => one == two && (!is_identity(left) || !is_identity(right)),
            _ => true,
        },
        _ => true,
    }
}

/// The account in an ARN or an account's ID, if it is written out.
pub(crate) fn account(principal: &str) -> Option<&str> {
    let id = if principal.starts_with("arn:") { principal.split(':').nth(4)? } else { principal };
    (id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}

/// Whether the principal is one role or one user, by a name that is written out.
fn is_identity(principal: &str) -> bool {
    let is_one = principal.contains(":role/") || principal.contains(":user/");
    is_one && !principal.contains(['*', '?', '$'])
}
