//! What is found in templates, and where.

use super::*;

/// The findings in a text, each with what it points at.
fn found(text: &str) -> Vec<String> {
    let file = SourceFile { path: "t.yaml".into(), text: text.to_owned() };
    let shown = |one: Diagnostic| {
        let at = text.get(one.labels[0].span.clone()).unwrap_or_default();
        format!(
            "{} at `{at}`: {}{}",
            one.code,
            one.summary,
            if one.help.is_empty() { String::new() } else { format!(" ({})", one.help) }
        )
    };
    check(&file).into_iter().map(shown).collect()
}

const TEMPLATE: &str = "\
Parameters:
  Stage:
    Type: String
  Topic:
    Type: String
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Mappings:
  Sizes:
    prod:
      shards: 2
Resources:
  Stream:
    Type: AWS::Kinesis::Stream
    Properties:
      Name: !Sub '${Stage}-events'
      ShardCount: !If [IsProd, 2, 1]
  Alarm:
    Type: AWS::CloudWatch::Alarm
    DependsOn: [Stream]
    Condition: IsProd
    Properties:
      ComparisonOperator: GreaterThanThreshold
      EvaluationPeriods: !FindInMap [Sizes, prod, shards]
      Namespace: AWS/Kinesis
      MetricName: GetRecords.IteratorAgeMilliseconds
      Statistic: Maximum
      Period: 60
      Threshold: 1
      AlarmActions: [!Ref Topic]
      Dimensions:
        - Name: StreamName
          Value: !Ref Stream
Outputs:
  Arn:
    Value: !GetAtt Stream.Arn
";

#[test]
fn a_right_template_gives_nothing() {
    assert_eq!(found(TEMPLATE), [""; 0]);
    assert_eq!(found("{\"Resources\": {\"A\": {\"Type\": \"AWS::SNS::Topic\"}}}"), [""; 0]);
}

#[test]
fn each_name_is_looked_up_and_the_nearest_is_proposed() {
    for (old, new, expected) in [
        (
            "!Ref Stream",
            "!Ref Steam",
            "GEN0423 at `!Ref Steam`: unknown resource or parameter `Steam` (did you mean `Stream`?)",
        ),
        (
            "${Stage}",
            "${Stages}",
            "GEN0423 at `!Sub '${Stages}-events'`: unknown resource or parameter `Stages` (did you mean `Stage`?)",
        ),
        (
            "Stream.Arn",
            "Stream.Arm",
            "GEN0423 at `!GetAtt Stream.Arm`: AWS::Kinesis::Stream has no attribute `Arm` (did you mean `Arn`?)",
        ),
        (
            "[Stream]",
            "[Stram]",
            "GEN0423 at `Stram`: DependsOn names no resource: `Stram` (did you mean `Stream`?)",
        ),
        (
            "Condition: IsProd",
            "Condition: IsProds",
            "GEN0423 at `IsProds`: unknown condition `IsProds` (did you mean `IsProd`?)",
        ),
        ("[IsProd, 2", "[IsPrd, 2", "GEN0423 at `IsPrd`: unknown condition `IsPrd` (did you mean `IsProd`?)"),
        ("[Sizes, prod", "[Size, prod", "GEN0423 at `Size`: unknown mapping `Size` (did you mean `Sizes`?)"),
    ] {
        assert!(TEMPLATE.contains(old), "{old}");
        assert_eq!(found(&TEMPLATE.replacen(old, new, 1)), [expected]);
    }
}

#[test]
fn a_property_is_checked_where_it_stands() {
    let wrong = found(&TEMPLATE.replacen("ShardCount: !If [IsProd, 2, 1]", "ShardCont: 1", 1));
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].starts_with("GEN0422 at `ShardCont`: Stream"), "{wrong:#?}");
    assert!(wrong[0].contains("ShardCount"), "{wrong:#?}");
    let wrong = found(&TEMPLATE.replacen("[IsProd, 2, 1]", "[IsProd, many, 1]", 1));
    assert!(wrong[0].starts_with("GEN0422 at `many`"), "{wrong:#?}");
    let wrong = found(&TEMPLATE.replacen("AWS::Kinesis::Stream", "AWS::Kinesis::Steam", 1));
    assert!(wrong[0].contains("did you mean `AWS::Kinesis::Stream`?"), "{wrong:#?}");
}

/// Each of the two has a finding; they are one fault.
#[test]
fn properties_that_exclude_each_other_are_one_fault() {
    let subnet = "Resources:\n  Subnet:\n    Type: AWS::EC2::Subnet\n    Properties:\n      VpcId: vpc-12345678\n      CidrBlock: 10.0.0.0/24\n      \
                  AvailabilityZone: eu-west-1a\n      AvailabilityZoneId: euw1-az1\n";
    let wrong = found(subnet);
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].contains("are mutually exclusive"), "{wrong:#?}");
}

#[test]
fn circles_are_found_once_each_and_long_chains_are_none() {
    let circle = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Sub 'x-${B.TopicName}'\n  B:\n    \
                  Type: AWS::SNS::Topic\n    DependsOn: C\n  C:\n    Type: AWS::SNS::Topic\n    Properties:\n      \
                  DisplayName: !GetAtt A.TopicName\n";
    let wrong = found(circle);
    assert_eq!(wrong.len(), 1, "{wrong:#?}");
    assert!(wrong[0].starts_with("GEN0424 at `A`: circular reference: `A` → `B` → `C` → `A`"), "{wrong:#?}");
    let mut chain = "Resources:\n  R0:\n    Type: AWS::SNS::Topic\n".to_owned();
    for at in 1..450 {
        chain.push_str(
            &[
                "  R",
                &at.to_string(),
                ":\n    Type: AWS::SNS::Topic\n    DependsOn: R",
                &(at - 1).to_string(),
                "\n",
            ]
            .concat(),
        );
    }
    assert_eq!(found(&chain), [""; 0]);
}

#[test]
fn what_macros_make_is_not_known() {
    let serverless =
        TEMPLATE.replacen("Parameters:", "Transform: AWS::Serverless-2016-10-31\nParameters:", 1);
    assert_eq!(found(&serverless.replacen("!Ref Stream", "!Ref Function", 1)), [""; 0]);
}

#[test]
fn a_text_that_cannot_be_read_has_the_place() {
    let wrong = found("Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Type: é\n");
    assert_eq!(wrong, ["GEN0421 at `T`: duplicate key `Type`; remove one of the two"]);
    assert!(found("{\"Resources\": ")[0].starts_with("GEN0421"));
    assert!(found("")[0].starts_with("GEN0421"));
    assert_eq!(
        found("Resources: {}"),
        ["GEN0421 at `Resources`: the template has no resources (add a resource to its section `Resources`)"]
    );
    let many: String =
        (0..501).map(|at| ["  R", &at.to_string(), ": {Type: AWS::SNS::Topic}\n"].concat()).collect();
    assert!(found(&format!("Resources:\n{many}"))[0].contains("the template has 501 resources"));
}

#[test]
fn each_limit_has_its_place() {
    let entries = |count: usize, entry: &str| -> String {
        (0..count).map(|at| entry.replace('#', &at.to_string())).collect()
    };
    let long = "x".repeat(300);
    let cases = [
        (
            format!("Description: {}\n", "é".repeat(513)),
            "Description",
            "the description of the template has 1026 bytes",
        ),
        (
            format!("Mappings:\n{}", entries(201, "  M#: {a: {b: c}}\n")),
            "Mappings",
            "the template has 201 mappings",
        ),
        (
            format!("Mappings:\n  Ami:\n{}", entries(201, "    k#: {b: c}\n")),
            "Ami",
            "the mapping `Ami` of the template has 201 keys",
        ),
        (
            format!("Mappings:\n  Ami:\n    eu:\n{}", entries(201, "      v#: c\n")),
            "eu",
            "the key `eu` of the mapping `Ami` of the template has 201 values",
        ),
        (
            format!("Parameters:\n{}", entries(201, "  P#: {Type: String}\n")),
            "Parameters",
            "the template has 201 parameters",
        ),
        (
            format!("Parameters:\n  P: {{Type: String, Default: {}}}\n", "x".repeat(4_097)),
            "Default",
            "the default of the parameter `P` of the template has 4097 bytes",
        ),
        (
            format!("Parameters:\n  P: {{Type: String, Description: {}}}\n", "x".repeat(4_001)),
            "Description",
            "the description of the parameter `P` of the template has 4001 characters",
        ),
        (
            format!("Outputs:\n{}", entries(201, "  O#: {Value: v}\n")),
            "Outputs",
            "the template has 201 outputs",
        ),
        (
            format!("Outputs:\n  O: {{Value: v, Description: {}}}\n", "x".repeat(1_025)),
            "Description",
            "the description of the output `O` of the template has 1025 bytes",
        ),
        (
            format!("Outputs:\n  {long}: {{Value: v}}\n"),
            &long,
            "the name of the output `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` of the template has 300 characters",
        ),
    ];
    for (section, at, summary) in cases {
        let wrong = found(&format!("{section}Resources:\n  A:\n    Type: AWS::SNS::Topic\n"));
        assert!(
            wrong.iter().any(|one| one.starts_with(&format!("GEN0402 at `{at}`: {summary}"))),
            "{summary}: {wrong:#?}"
        );
    }
    let fits =
        format!("Description: {}\nMappings:\n{}", "x".repeat(1_024), entries(200, "  M#: {a: {b: c}}\n"));
    assert_eq!(found(&format!("{fits}Resources:\n  A:\n    Type: AWS::SNS::Topic\n")), [""; 0]);
}
