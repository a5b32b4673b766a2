//! References as a user writes them: handles, attributes, parameters, tags, and escape hatches.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::any::{TypeId, type_name};

use strataform_policy::PolicyDocument;
use strataform_resources::events::{EventBus, Rule};
use strataform_resources::glue::Job;
use strataform_resources::iam::{ManagedPolicy, Role};
use strataform_resources::kinesis::{
    EncryptionType, Stream, StreamEncryption, StreamMode, StreamModeDetails,
};
use strataform_resources::kinesisfirehose::{CloudWatchLoggingOptions, KinesisStreamSourceConfiguration};
use strataform_resources::kms::{Alias, Key};
use strataform_resources::lambda::{Code, Function, VpcConfig};
use strataform_resources::logs::LogGroup;
use strataform_resources::redshift::{self, Cluster, ClusterArgs, ClusterParameterGroup};
use strataform_resources::s3::{Bucket, BucketPolicy, SSEAlgorithm, ServerSideEncryptionByDefault};
use strataform_resources::secretsmanager::Secret;
use strataform_resources::sns::{Subscription, Topic};
use strataform_resources::sqs::Queue;
use strataform_resources::{ec2, kind};
use strataform_template::{
    Arn, DynamicReference, GetAtt, Handle, Id, Integer, IntoValue, List, Name, Node, Object, Parameter,
    Resource, Section, Template, Text, equals, if_, import_value, join, part, pseudo, select, split, sub,
};

/// The value of a resource's property.
fn property(resource: &impl Resource, name: &str) -> Node {
    resource.properties().as_object().get(name).cloned().unwrap_or_default()
}

fn attribute(resource: &'static str, attribute: &'static str) -> Node {
    Node::GetAtt(Box::new(GetAtt { resource: resource.into(), attribute: attribute.into() }))
}

fn reference(id: &'static str) -> Node {
    Node::Ref(id.into())
}

fn role(template: &mut Template) -> Handle<Role> {
    template.add("role", Role::new(PolicyDocument::default()))
}

#[test]
fn a_handle_is_a_ref_and_its_methods_are_attributes() {
    let mut template = Template::new();
    let bucket = template.add("orders/raw", Bucket::new());
    assert_eq!(bucket.logical_id().to_string(), "OrdersRaw");
    assert_eq!(bucket.reference().into_node(), reference("OrdersRaw"));
    assert_eq!(bucket.arn().into_node(), attribute("OrdersRaw", "Arn"));
    let policy = BucketPolicy::new(&bucket, PolicyDocument::default());
    assert_eq!(property(&policy, "Bucket"), reference("OrdersRaw"));
    let group = template.add("logs", LogGroup::new());
    let options = CloudWatchLoggingOptions::new().log_group_name(&group);
    let options = IntoValue::<CloudWatchLoggingOptions>::into_node(options);
    assert_eq!(options.as_object().unwrap().get("LogGroupName"), Some(&reference("Logs")));
}

#[test]
fn ref_returns_what_cloudformation_documents() {
    fn is<R: Resource<Reference: Sized + 'static>, T: 'static>() {
        assert_eq!(TypeId::of::<R::Reference>(), TypeId::of::<T>(), "Ref of {}", type_name::<R>());
    }
    is::<Bucket, Name<kind::S3Bucket>>();
    is::<EventBus, Name<kind::EventsEventBus>>();
    is::<Function, Name<kind::LambdaFunction>>();
    is::<Job, Name<kind::GlueJob>>();
    is::<Key, Id<kind::KMSKey>>();
    is::<Alias, Name<kind::KMSAlias>>();
    is::<LogGroup, Name<kind::LogsLogGroup>>();
    is::<ManagedPolicy, Arn<kind::IAMManagedPolicy>>();
    is::<Queue, Id<kind::SQSQueue>>();
    is::<Role, Name<kind::IAMRole>>();
    is::<Rule, Name<kind::EventsRule>>();
    is::<Secret, Arn<kind::SecretsManagerSecret>>();
    is::<Stream, Name<kind::KinesisStream>>();
    is::<Topic, Arn<kind::SNSTopic>>();
    is::<ec2::SecurityGroup, Id<kind::EC2SecurityGroup>>();
    is::<ec2::VPC, Id<kind::EC2VPC>>();
}

#[test]
fn a_typed_parameter_fits_properties_of_its_type() {
    let mut template = Template::new();
    let stream = template.parameter("stream", Parameter::<Arn<kind::KinesisStream>>::new());
    let shards = template.parameter("shards", Parameter::<Integer>::new().default_value(2));
    let name = template.parameter("name", Parameter::<Text>::new());
    let subnets = Parameter::<List<Id<kind::EC2Subnet>>>::new().of_type("List<AWS::EC2::Subnet::Id>");
    let subnets = template.parameter("subnets", subnets);
    let role = role(&mut template);
    let source = KinesisStreamSourceConfiguration::new(&stream, role.arn());
    let source = IntoValue::<KinesisStreamSourceConfiguration>::into_node(source);
    assert_eq!(source.as_object().unwrap().get("KinesisStreamARN"), Some(&reference("Stream")));
    let orders = Stream::new().shard_count(&shards).name(&name);
    assert_eq!(property(&orders, "ShardCount"), reference("Shards"));
    assert_eq!(property(&orders, "Name"), reference("Name"));
    let group = LogGroup::new().log_group_name(&name);
    assert_eq!(property(&group, "LogGroupName"), reference("Name"));
    let inside = Function::new(Code::new(), role.arn()).vpc_config(VpcConfig::new().subnet_ids(&subnets));
    let subnets = Object::from([("SubnetIds", reference("Subnets"))]);
    assert_eq!(property(&inside, "VpcConfig"), Node::from(subnets));
}

#[test]
fn lists_accept_arrays_slices_and_functions() {
    let mut template = Template::new();
    let one = template.add("one", ec2::SecurityGroup::new("One"));
    let two = template.add("two", ec2::SecurityGroup::new("Two"));
    let both = [one.clone(), two.clone()];
    let ids = Node::List(vec![reference("One"), reference("Two")]);
    let place = ec2::VPCEndpoint::new("vpc-1");
    let given = |endpoint: ec2::VPCEndpoint| property(&endpoint, "SecurityGroupIds");
    assert_eq!(given(place.clone().security_group_ids([&one, &two])), ids);
    assert_eq!(given(place.clone().security_group_ids(&both)), ids);
    assert_eq!(given(place.clone().security_group_ids(&both[..])), ids);
    assert_eq!(given(place.clone().security_group_ids(&both.to_vec())), ids);
    let mixed = [one.reference(), "sg-1".into_value()];
    assert_eq!(
        given(place.clone().security_group_ids(mixed)),
        Node::from([reference("One"), Node::from("sg-1")])
    );
    let imported = place.security_group_ids(import_value("groups"));
    assert!(given(imported).is_intrinsic());
}

#[test]
fn a_secret_is_a_reference_and_never_a_literal() {
    let mut template = Template::new();
    let password = template.parameter("password", Parameter::<strataform_template::Secret>::new());
    let parameters = template.section(&Section::Parameters).and_then(Node::as_object).unwrap();
    let declared = parameters.get("Password").and_then(Node::as_object).unwrap();
    assert_eq!(declared.get("NoEcho"), Some(&Node::from(true)));
    let stored = template.add("stored", Secret::new());
    let cluster = || {
        Cluster::new(ClusterArgs {
            cluster_type: "single-node",
            db_name: "sales",
            master_username: "owner",
            node_type: "ra3.large",
        })
    };
    let given = cluster().master_user_password(&password);
    assert_eq!(property(&given, "MasterUserPassword"), reference("Password"));
    let resolved = cluster().master_user_password(DynamicReference::secret_key(&stored, "password"));
    let text = format!("{:?}", property(&resolved, "MasterUserPassword"));
    assert!(text.contains("{{resolve:secretsmanager:${Stored}:SecretString:password}}"), "{text}");
}

#[test]
fn a_union_accepts_each_of_its_identifiers() {
    let mut template = Template::new();
    let key = template.add("key", Key::new());
    let alias = template.add("alias", Alias::new("alias/lake", &key));
    let elsewhere = template.parameter("elsewhere", Parameter::<Arn<kind::KMSKey>>::new());
    let encrypt = |by: ServerSideEncryptionByDefault| {
        let node = IntoValue::<ServerSideEncryptionByDefault>::into_node(by);
        node.as_object().and_then(|object| object.get("KMSMasterKeyID").cloned()).unwrap()
    };
    let kms = || ServerSideEncryptionByDefault::new(SSEAlgorithm::AwsKms);
    assert_eq!(encrypt(kms().kms_master_key_id(&key)), reference("Key"));
    assert_eq!(encrypt(kms().kms_master_key_id(key.arn())), attribute("Key", "Arn"));
    assert_eq!(encrypt(kms().kms_master_key_id(&alias)), reference("Alias"));
    assert_eq!(encrypt(kms().kms_master_key_id(&elsewhere)), reference("Elsewhere"));
    assert_eq!(encrypt(kms().kms_master_key_id("alias/aws/s3")), Node::from("alias/aws/s3"));
    // A narrower union (a key's ARN or ID, no alias) in place of a wider one.
    let stream = StreamEncryption::new(EncryptionType::Kms, &key);
    assert!(IntoValue::<StreamEncryption>::into_node(stream).as_object().is_some());
}

#[test]
fn a_pair_is_a_tag() {
    let mut template = Template::new();
    let production = template.parameter("production", Parameter::<Text>::new());
    let production = template.condition("production", equals(&production, "yes"));
    let tags = |resource: &Stream| property(resource, "Tags");
    let tag =
        |value: Node| Node::List(vec![Object::from([("Key", Node::from("stage")), ("Value", value)]).into()]);
    assert_eq!(tags(&Stream::new().tags([("stage", "test")])), tag(Node::from("test")));
    assert_eq!(tags(&Stream::new().tags(vec![("stage", String::from("test"))])), tag(Node::from("test")));
    assert_eq!(
        tags(&Stream::new().tags([("stage", pseudo::stack_name())])),
        tag(reference("AWS::StackName"))
    );
    let decided = Stream::new().tags([("stage", if_(&production, "production", pseudo::stack_name()))]);
    assert!(strataform_schema::properties(Stream::TYPE, decided.properties().as_object()).is_empty());
    // Equal to the type's own constructor.
    assert_eq!(
        Stream::new().tags([strataform_resources::kinesis::Tag::new("stage", "test")]),
        Stream::new().tags([("stage", "test")])
    );
}

#[test]
fn unknown_values_and_properties_can_be_set() {
    let details = StreamModeDetails::new(StreamMode::Other("ELASTIC".into()));
    let stream = Stream::new()
        .stream_mode_details(details.with_property("Ceiling", 12))
        .with_property("Colour", "green");
    let mode = Object::from([("StreamMode", Node::from("ELASTIC")), ("Ceiling", Node::from(12))]);
    assert_eq!(property(&stream, "StreamModeDetails"), Node::from(mode));
    assert_eq!(property(&stream, "Colour"), Node::from("green"));
    // Validation still checks it.
    let found = strataform_schema::properties(Stream::TYPE, stream.properties().as_object());
    let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["/StreamModeDetails/StreamMode", "/StreamModeDetails/Ceiling", "/Colour"]);
}

#[test]
fn text_functions_produce_only_text() {
    let mut template = Template::new();
    let topic = template.add("topic", Topic::new());
    let queue = template.add("queue", Queue::new());
    let joined = join(":", [part("arn:aws:sns:eu-west-1"), part(pseudo::account_id()), part("orders")]);
    assert!(property(&Subscription::new("sqs", joined), "TopicArn").is_intrinsic());
    let named = Bucket::new().bucket_name(sub!("${AWS::StackName}-${name}", name = queue.queue_name()));
    let text = Node::from("${AWS::StackName}-${Queue.QueueName}");
    assert_eq!(property(&named, "BucketName"), Node::call(strataform_template::Function::Sub, text));
    let piece = select(5, split(":", topic.topic_arn()));
    assert!(property(&Topic::new().display_name(piece), "DisplayName").is_intrinsic());
}

#[test]
fn two_types_with_the_same_name_do_not_share_a_shape() {
    // `AWS::Redshift::Cluster` and `AWS::Redshift::ClusterParameterGroup` both have a `Tag`, with different limits.
    assert_ne!(TypeId::of::<redshift::ClusterTag>(), TypeId::of::<redshift::ClusterParameterGroupTag>());
    let cluster = Cluster::new(ClusterArgs {
        cluster_type: "single-node",
        db_name: "sales",
        master_username: "owner",
        node_type: "ra3.large",
    });
    let cluster = cluster.tags([redshift::ClusterTag::new("team", "")]);
    let found = strataform_schema::properties(Cluster::TYPE, cluster.properties().as_object());
    let paths: Vec<&str> = found.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(paths, ["/Tags/0/Value"]);
    let group = ClusterParameterGroup::new("Settings", "redshift-1.0");
    let group = group.tags([redshift::ClusterParameterGroupTag::new("team", "")]);
    assert_eq!(
        strataform_schema::properties(ClusterParameterGroup::TYPE, group.properties().as_object()),
        []
    );
}
