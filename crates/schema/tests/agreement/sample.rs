//! Resources generated from the facts: as valid as a walk over the shapes can make them.

use strataform_schema::facts::{Kind, Relation, ResourceFacts, Shape};
use strataform_schema::matches;
use strataform_template::{Node, Object};

/// A small, repeatable source of choices.
pub(crate) struct Choice(u64);

impl Choice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % limit.max(1)
    }

    pub(crate) fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

/// Below this depth, only required properties are generated.
const DEEP: usize = 4;
/// Below this depth, nothing is generated: recursive types end here.
const BOTTOM: usize = 9;

pub(crate) struct Sampler<'a> {
    pub(crate) facts: &'a ResourceFacts,
    pub(crate) choice: Choice,
}

impl Sampler<'_> {
    /// The properties of a resource.
    pub(crate) fn resource(&mut self) -> Object {
        let shape = self.facts.shape.clone();
        let mut object = self.object(&shape, 0);
        for path in &self.facts.read_only {
            if !path.contains('/') {
                object.remove(path);
            }
        }
        object
    }

    fn node(&mut self, shape: &Shape, depth: usize) -> Node {
        let shape = &self.resolved(shape);
        let kind = shape.kinds.as_slice().iter().copied().find(|kind| *kind != Kind::Null);
        match kind.unwrap_or_else(|| guess(shape)) {
            Kind::Object => self.object(shape, depth).into(),
            Kind::List => self.list(shape, depth),
            _ if !shape.allowed.is_empty() => {
                let at = self.choice.below(shape.allowed.len());
                Node::from(shape.allowed[at].clone())
            }
            Kind::Boolean => Node::from(self.choice.one_in(2)),
            Kind::Integer | Kind::Number => number(shape),
            Kind::Text | Kind::Null => text(shape),
        }
    }

    /// The shape behind references, with one alternative chosen and merged into it.
    fn resolved(&mut self, shape: &Shape) -> Shape {
        let mut out = shape.clone();
        for _ in 0..8 {
            let Some(name) = out.reference.take() else {
                break;
            };
            let Some(next) = self.facts.named(&name) else {
                break;
            };
            let over = std::mem::replace(&mut out, next.clone());
            lay_over(&mut out, over);
        }
        out
    }

    fn object(&mut self, shape: &Shape, depth: usize) -> Object {
        let mut shape = self.resolved(shape);
        self.choose(&mut shape);
        let mut object = Object::new();
        if depth >= BOTTOM {
            return object;
        }
        let mut wanted: Vec<String> = shape.required.clone();
        wanted.extend(shape.required_one.first().cloned());
        wanted.extend(shape.required_any.first().cloned());
        for name in shape.properties.keys() {
            if depth < DEEP && shape.required_one.is_empty() && self.choice.one_in(3) {
                wanted.push(name.clone());
            }
        }
        for name in wanted {
            if let Some(next) = shape.properties.get(&name) {
                let value = self.node(next, depth + 1);
                object.insert(name, value);
            }
        }
        if let Some((pattern, next)) = shape.pattern_properties.iter().next() {
            let name = candidates().into_iter().find(|text| matches(pattern, text) == Some(true));
            let value = self.node(next, depth + 1);
            object.insert(name.unwrap_or_else(|| "Key".into()), value);
        }
        object
    }

    fn choose(&mut self, shape: &mut Shape) {
        for _ in 0..4 {
            let branches = if shape.one_of.is_empty() { &shape.any_of } else { &shape.one_of };
            let Some(branch) = branches.get(self.choice.below(branches.len())).cloned() else {
                break;
            };
            shape.one_of.clear();
            shape.any_of.clear();
            let branch = self.resolved(&branch);
            lay_over(shape, branch);
        }
    }

    fn list(&mut self, shape: &Shape, depth: usize) -> Node {
        let least = usize::try_from(shape.item_count.0.unwrap_or(0)).unwrap_or(0);
        let count = if depth >= DEEP { least } else { least.max(1) };
        let items = shape.items.as_deref().cloned().unwrap_or_default();
        let mut out = Vec::new();
        for place in 0..count.min(20) {
            let mut item = self.node(&items, depth + 1);
            if let (Node::Text(text), true) = (&item, place > 0) {
                item = Node::from(format!("{text}{place}"));
            }
            out.push(item);
        }
        Node::List(out)
    }
}

fn number(shape: &Shape) -> Node {
    let least = shape.range.0.as_ref().and_then(serde_json::Number::as_i64);
    let most = shape.range.1.as_ref().and_then(serde_json::Number::as_i64);
    Node::from(least.or(most.map(|most| most.min(1))).unwrap_or(1))
}

fn text(shape: &Shape) -> Node {
    let fits = |text: &String| {
        let length = text.chars().count() as u64;
        shape.length.0.is_none_or(|least| length >= least)
            && shape.length.1.is_none_or(|most| length <= most)
            && shape
                .regex
                .as_ref()
                .or(shape.pattern.as_ref())
                .is_none_or(|regex| matches(regex, text) == Some(true))
    };
    let mut texts: Vec<String> = shape.relations.iter().map(identifier).collect();
    texts.extend(candidates());
    if let Some(least) = shape.length.0 {
        let least = usize::try_from(least).unwrap_or(0);
        texts.extend(["a", "1", "A"].map(|letter| letter.repeat(least.max(1))));
    }
    let fallback = texts[0].clone();
    Node::from(texts.into_iter().find(fits).unwrap_or(fallback))
}

fn guess(shape: &Shape) -> Kind {
    if !shape.properties.is_empty() || !shape.pattern_properties.is_empty() {
        Kind::Object
    } else if shape.items.is_some() {
        Kind::List
    } else {
        Kind::Text
    }
}

fn lay_over(shape: &mut Shape, over: Shape) {
    shape.properties.extend(over.properties);
    shape.required.extend(over.required);
    if !over.kinds.is_empty() {
        shape.kinds = over.kinds;
    }
    if !over.allowed.is_empty() {
        shape.allowed = over.allowed;
    }
    shape.pattern = over.pattern.or(shape.pattern.take());
    shape.items = over.items.or(shape.items.take());
    if !over.one_of.is_empty() {
        shape.one_of = over.one_of;
    }
    if !over.any_of.is_empty() {
        shape.any_of = over.any_of;
    }
    if shape.relations.is_empty() {
        shape.relations = over.relations;
    }
}

fn identifier(relation: &Relation) -> String {
    match relation.0.as_str() {
        "AWS::IAM::Role" => "arn:aws:iam::123456789012:role/sample".into(),
        "AWS::KMS::Key" => {
            "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012".into()
        }
        "AWS::EC2::Subnet" => "subnet-0123456789abcdef0".into(),
        "AWS::EC2::VPC" => "vpc-0123456789abcdef0".into(),
        "AWS::EC2::SecurityGroup" => "sg-0123456789abcdef0".into(),
        _ => "sample".into(),
    }
}

/// Texts that many properties accept.
fn candidates() -> Vec<String> {
    [
        "sample",
        "Sample",
        "a",
        "A",
        "1",
        "10",
        "1.0",
        "1.0.0",
        "true",
        "*",
        "/",
        "/sample",
        "/sample/",
        "a1b2c3d4",
        "123456789012",
        "eu-west-1",
        "eu-west-1a",
        "arn:aws:iam::123456789012:role/sample",
        "arn:aws:s3:::sample",
        "arn:aws:lambda:eu-west-1:123456789012:function:sample",
        "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012",
        "arn:aws:sns:eu-west-1:123456789012:sample",
        "arn:aws:sqs:eu-west-1:123456789012:sample",
        "arn:aws:kinesis:eu-west-1:123456789012:stream/sample",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sample-AbCdEf",
        "arn:aws:service:eu-west-1:123456789012:thing/0123456789abcdef0",
        "12345678-1234-1234-1234-123456789012",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000Z",
        "10.0.0.0/16",
        "10.0.0.1",
        "2001:db8::/32",
        "s3://sample/key",
        "https://example.com",
        "https://example.com/a",
        "http://example.com",
        "example.com",
        "sample@example.com",
        "sample.example.com.",
        "{}",
        "{\"a\":1}",
        "P1D",
        "PT1H",
        "rate(1 day)",
        "cron(0 12 * * ? *)",
        "us-east-1:12345678-1234-1234-1234-123456789012",
        "vpc-0123456789abcdef0",
        "subnet-0123456789abcdef0",
        "sg-0123456789abcdef0",
        "ami-0123456789abcdef0",
        "00:00",
        "mon:01:00-mon:02:00",
        "aws/sample",
        "alias/sample",
        "#A0B1C2",
        "#a0b1c2",
        "en-US",
        "en",
        "USD",
        "application/json",
        "0123456789abcdef0123456789abcdef",
    ]
    .map(str::to_owned)
    .to_vec()
}
