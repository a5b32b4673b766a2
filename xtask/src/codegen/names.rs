//! Rust names for names in CloudFormation.

/// Keywords and names in the generated code that a method cannot have.
const TAKEN: [&str; 59] = [
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "clone",
    "const",
    "continue",
    "crate",
    "default",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "new",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
    "union",
    "with_property",
    "declare",
    "eq",
];

/// Methods of a handle that an attribute of the same name would hide.
const HANDLE: [&str; 5] = ["reference", "logical_id", "attribute", "dependency", "deref"];

/// `KinesisStreamARN` → `kinesis_stream_arn`, `SizeInMBs` → `size_in_mbs`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = plain(name).chars().collect();
    let mut out = String::with_capacity(name.len() + 8);
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            out.push('_');
            continue;
        }
        if starts_word(&letters, at) && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    let out = out.trim_matches('_').to_owned();
    if out.starts_with(|first: char| first.is_ascii_digit()) { format!("n{out}") } else { out }
}

/// Abbreviations whose capitals do not start words.
const ABBREVIATIONS: [(&str, &str); 9] = [
    ("IoT", "Iot"),
    ("KiB", "Kib"),
    ("MiB", "Mib"),
    ("GiB", "Gib"),
    ("TiB", "Tib"),
    ("MBps", "Mbps"),
    ("GBps", "Gbps"),
    ("IPv", "Ipv"),
    ("OAuth", "Oauth"),
];

fn plain(name: &str) -> String {
    ABBREVIATIONS.iter().fold(name.to_owned(), |name, (from, to)| name.replace(from, to))
}

fn starts_word(letters: &[char], at: usize) -> bool {
    let is = |at: usize, test: fn(&char) -> bool| letters.get(at).is_some_and(test);
    let upper = |at: usize| is(at, char::is_ascii_uppercase);
    let lower = |at: usize| is(at, char::is_ascii_lowercase);
    if at == 0 || !upper(at) {
        return false;
    }
    // The `Bs` of `MBs` and the `Ns` of `ARNs` are the end of an abbreviation, not a word.
    let plural = upper(at - 1) && is(at + 1, |letter| *letter == 's') && !lower(at + 2);
    !upper(at - 1) || (lower(at + 1) && !plural)
}

/// The name of a setter or constructor argument.
pub(super) fn method(name: &str) -> String {
    let name = snake(name);
    if TAKEN.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The name of an attribute's method.
pub(super) fn attribute(name: &str) -> String {
    let name = method(name);
    if HANDLE.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The name of a type, from that of a definition or property, including `AWS::Lambda::Function.Environment`.
pub(super) fn type_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut up = true;
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(if up { letter.to_ascii_uppercase() } else { letter });
            up = false;
        } else {
            up = true;
        }
    }
    if out.starts_with(|first: char| first.is_ascii_digit()) { format!("N{out}") } else { out }
}

/// An enum variant: `ON_DEMAND` → `OnDemand`, `G.1X` → `G1x`, `3.9` → `N3_9`.
pub(super) fn variant(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for word in value.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        if ends_in_digit(&out) && word.starts_with(|first: char| first.is_ascii_digit()) {
            out.push('_');
        }
        out.push_str(&capital(word));
    }
    if out.is_empty() {
        return if value.is_empty() { "Empty".into() } else { "Symbol".into() };
    }
    if out.starts_with(|first: char| first.is_ascii_digit()) {
        out.insert(0, 'N');
    }
    if out == "Self" || out == "Other" { format!("{out}Value") } else { out }
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|last: char| last.is_ascii_digit())
}

fn capital(word: &str) -> String {
    let shouted = !word.chars().any(|letter| letter.is_ascii_lowercase());
    let mut letters = word.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let rest = letters.as_str();
    let rest = if shouted { rest.to_ascii_lowercase() } else { rest.to_owned() };
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// `AWS::KinesisFirehose::DeliveryStream` → (`kinesisfirehose`, `DeliveryStream`).
pub(super) fn split(resource: &str) -> (String, String) {
    let parts: Vec<&str> = resource.split("::").collect();
    let (vendor, service, name) = match parts.as_slice() {
        [vendor, service, name] => (*vendor, *service, *name),
        _ => ("AWS", "Other", resource),
    };
    let service = service.to_ascii_lowercase();
    let service =
        if vendor == "AWS" { service } else { format!("{}_{service}", vendor.to_ascii_lowercase()) };
    (service, type_name(name))
}

/// The marker of a resource type in `Arn<..>`: `S3Bucket`.
pub(super) fn kind(resource: &str) -> String {
    let mut parts = resource.split("::");
    let vendor = parts.next().filter(|vendor| *vendor != "AWS").unwrap_or_default();
    type_name(&format!("{vendor}_{}", parts.map(type_name).collect::<Vec<_>>().concat()))
}

#[cfg(test)]
mod tests {
    use super::{kind, method, snake, split, type_name, variant};

    #[test]
    fn methods_are_in_snake_case() {
        for (name, expected) in [
            ("KinesisStreamARN", "kinesis_stream_arn"),
            ("SizeInMBs", "size_in_mbs"),
            ("ManagedPolicyArns", "managed_policy_arns"),
            ("TargetGroupARNs", "target_group_arns"),
            ("S3BackupMode", "s3_backup_mode"),
            ("AWSKMSKeyARN", "awskms_key_arn"),
            ("KMSMasterKeyID", "kms_master_key_id"),
            ("IoTAnalytics", "iot_analytics"),
            ("SSESpecification", "sse_specification"),
            ("VpcId", "vpc_id"),
            ("MaxRecordSizeInKiB", "max_record_size_in_kib"),
            ("AssignIPv6AddressOnCreation", "assign_ipv6_address_on_creation"),
            ("a2dConfig", "a2d_config"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(method("Type"), "type_");
    }

    #[test]
    fn variants_and_types_are_in_camel_case() {
        for (value, expected) in [
            ("ON_DEMAND", "OnDemand"),
            ("G.1X", "G1x"),
            ("3.9", "N3_9"),
            ("KinesisStreamAsSource", "KinesisStreamAsSource"),
            ("arm64", "Arm64"),
            ("", "Empty"),
            ("*", "Symbol"),
            ("Other", "OtherValue"),
            ("us-east-1", "UsEast1"),
        ] {
            assert_eq!(variant(value), expected, "{value}");
        }
        assert_eq!(type_name("AWS::Lambda::Function.Environment"), "AWSLambdaFunctionEnvironment");
        assert_eq!(kind("AWS::S3::Bucket"), "S3Bucket");
        assert_eq!(kind("Alexa::ASK::Skill"), "AlexaASKSkill");
        assert_eq!(
            split("AWS::KinesisFirehose::DeliveryStream"),
            ("kinesisfirehose".into(), "DeliveryStream".into())
        );
    }
}
