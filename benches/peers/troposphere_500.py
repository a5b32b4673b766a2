"""The 500 resources of `five_hundred` in troposphere.

In: the path of the file. Out: the template as compact JSON and, on standard output, the nanoseconds to build and
serialize it, without imports and writing, and the peak memory of the process in KiB.
"""

import re
import sys
import time

from troposphere import AccountId, GetAtt, Ref, Region, Sub, Tags, Template
from troposphere import cloudwatch, firehose, glue, iam, kinesis, logs, s3, sns

TEAMS = 25
DATASETS = ["orders", "page-views"]
COLUMNS = [
    ("event_id", "string"),
    ("customer_id", "bigint"),
    ("occurred_at", "timestamp"),
    ("amount", "decimal(12,2)"),
    ("currency", "string"),
    ("attributes", "map<string,string>"),
]


def logical_id(*path):
    return "".join(word[:1].upper() + word[1:] for part in path for word in re.split("[^A-Za-z0-9]", part))


class Dataset:
    """The names of one dataset, and its nine resources."""

    def __init__(self, template, team, name):
        self.template, self.team, self.name = template, team, name
        self.full_name = f"{team}-{name}"

    def id(self, part):
        return logical_id(self.team, self.name, part)

    def tags(self):
        return Tags(dataset=self.name, team=self.team)

    def add(self, database, topic):
        bucket, stream, group = self.bucket(), self.stream(), self.logs()
        role = self.role()
        policy = self.policy(role, bucket, stream, group)
        table = self.table(bucket, database)
        self.delivery(bucket, stream, group, role, policy, table, database)
        self.job(role, bucket)
        self.alarm(stream, topic)

    def bucket(self):
        key = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID="alias/aws/s3")
        encryption = s3.ServerSideEncryptionRule(BucketKeyEnabled=True, ServerSideEncryptionByDefault=key)
        ageing = s3.LifecycleRule(
            Id="ageing",
            Status="Enabled",
            AbortIncompleteMultipartUpload=s3.AbortIncompleteMultipartUpload(DaysAfterInitiation=7),
            Transitions=[
                s3.LifecycleRuleTransition(StorageClass="STANDARD_IA", TransitionInDays=30),
                s3.LifecycleRuleTransition(StorageClass="GLACIER_IR", TransitionInDays=90),
            ],
            ExpirationInDays=730,
        )
        private = s3.PublicAccessBlockConfiguration(
            BlockPublicAcls=True, BlockPublicPolicy=True, IgnorePublicAcls=True, RestrictPublicBuckets=True
        )
        return self.template.add_resource(s3.Bucket(
            self.id("bucket"),
            DeletionPolicy="Retain",
            UpdateReplacePolicy="Retain",
            BucketName=Sub(self.full_name + "-${AWS::AccountId}-${AWS::Region}"),
            BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[encryption]),
            LifecycleConfiguration=s3.LifecycleConfiguration(Rules=[ageing]),
            PublicAccessBlockConfiguration=private,
            VersioningConfiguration=s3.VersioningConfiguration(Status="Enabled"),
            Tags=self.tags(),
        ))

    def stream(self):
        return self.template.add_resource(kinesis.Stream(
            self.id("stream"),
            Name=self.full_name,
            RetentionPeriodHours=48,
            StreamModeDetails=kinesis.StreamModeDetails(StreamMode="ON_DEMAND"),
            StreamEncryption=kinesis.StreamEncryption(EncryptionType="KMS", KeyId="alias/aws/kinesis"),
            Tags=self.tags(),
        ))

    def logs(self):
        return self.template.add_resource(logs.LogGroup(
            self.id("logs"),
            LogGroupName=f"/strataform/{self.team}/{self.name}",
            RetentionInDays=30,
            Tags=self.tags(),
        ))

    def role(self):
        trust = {
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": ["firehose.amazonaws.com", "glue.amazonaws.com"]},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": AccountId}},
            }],
        }
        return self.template.add_resource(iam.Role(
            self.id("role"),
            AssumeRolePolicyDocument=trust,
            Description=f"Moves and cleans {self.name} of {self.team}",
            MaxSessionDuration=3600,
            Tags=self.tags(),
        ))

    def policy(self, role, bucket, stream, group):
        arn = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/"
        catalog = Sub(arn + self.team.replace("-", "_") + "/*")
        read = [f"kinesis:{name}" for name in ("DescribeStream", "GetRecords", "GetShardIterator", "ListShards")]
        write = [f"s3:{name}" for name in ("AbortMultipartUpload", "GetObject", "ListBucket", "PutObject")]
        objects = Sub("${%s.Arn}/*" % bucket.title)
        look = ["glue:GetTable", "glue:GetTableVersions"]
        document = {"Version": "2012-10-17", "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Action": read, "Resource": GetAtt(stream, "Arn")},
            {"Sid": "Write", "Effect": "Allow", "Action": write, "Resource": [GetAtt(bucket, "Arn"), objects]},
            {"Sid": "Look", "Effect": "Allow", "Action": look, "Resource": catalog},
            {"Sid": "Log", "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": GetAtt(group, "Arn")},
        ]}
        return self.template.add_resource(iam.ManagedPolicy(
            self.id("policy"),
            PolicyDocument=document,
            Description=f"What {self.name} of {self.team} needs",
            Roles=[Ref(role)],
        ))

    def table(self, bucket, database):
        formats = "org.apache.hadoop.hive.ql.io.parquet."
        storage = glue.StorageDescriptor(
            Columns=[glue.Column(Name=name, Type=kind) for name, kind in COLUMNS],
            Location=Sub("s3://${%s}/%s/" % (bucket.title, self.name)),
            InputFormat=formats + "MapredParquetInputFormat",
            OutputFormat=formats + "MapredParquetOutputFormat",
            SerdeInfo=glue.SerdeInfo(SerializationLibrary=formats + "serde.ParquetHiveSerDe"),
        )
        input = glue.TableInput(
            Name=self.name.replace("-", "_"),
            TableType="EXTERNAL_TABLE",
            Parameters={"classification": "parquet", "projection.enabled": "true"},
            PartitionKeys=[glue.Column(Name="day", Type="date")],
            StorageDescriptor=storage,
        )
        return self.template.add_resource(glue.Table(
            self.id("table"), CatalogId=AccountId, DatabaseName=Ref(database), TableInput=input
        ))

    def delivery(self, bucket, stream, group, role, policy, table, database):
        schema = firehose.SchemaConfiguration(
            CatalogId=AccountId,
            DatabaseName=Ref(database),
            TableName=Ref(table),
            Region=Region,
            RoleARN=GetAtt(role, "Arn"),
            VersionId="LATEST",
        )
        reader = firehose.Deserializer(OpenXJsonSerDe=firehose.OpenXJsonSerDe(CaseInsensitive=True))
        writer = firehose.Serializer(ParquetSerDe=firehose.ParquetSerDe(Compression="SNAPPY"))
        destination = firehose.ExtendedS3DestinationConfiguration(
            BucketARN=GetAtt(bucket, "Arn"),
            RoleARN=GetAtt(role, "Arn"),
            Prefix=self.name + "/day=!{timestamp:yyyy-MM-dd}/",
            ErrorOutputPrefix=f"errors/{self.name}/" + "!{firehose:error-output-type}/",
            BufferingHints=firehose.BufferingHints(IntervalInSeconds=300, SizeInMBs=128),
            CloudWatchLoggingOptions=firehose.CloudWatchLoggingOptions(
                Enabled=True, LogGroupName=Ref(group), LogStreamName="delivery"
            ),
            DataFormatConversionConfiguration=firehose.DataFormatConversionConfiguration(
                Enabled=True,
                InputFormatConfiguration=firehose.InputFormatConfiguration(Deserializer=reader),
                OutputFormatConfiguration=firehose.OutputFormatConfiguration(Serializer=writer),
                SchemaConfiguration=schema,
            ),
        )
        self.template.add_resource(firehose.DeliveryStream(
            self.id("delivery"),
            DependsOn=[policy.title],
            DeliveryStreamName=self.full_name,
            DeliveryStreamType="KinesisStreamAsSource",
            KinesisStreamSourceConfiguration=firehose.KinesisStreamSourceConfiguration(
                KinesisStreamARN=GetAtt(stream, "Arn"), RoleARN=GetAtt(role, "Arn")
            ),
            ExtendedS3DestinationConfiguration=destination,
            Tags=self.tags(),
        ))

    def job(self, role, bucket):
        arguments = {
            "--job-language": "python",
            "--enable-metrics": "true",
            "--job-bookmark-option": "job-bookmark-enable",
            "--TempDir": Sub("s3://${%s}/temporary/" % bucket.title),
            "--dataset": self.name,
        }
        script = Sub("s3://${%s}/scripts/clean.py" % bucket.title)
        self.template.add_resource(glue.Job(
            self.id("job"),
            Command=glue.JobCommand(Name="glueetl", PythonVersion="3", ScriptLocation=script),
            Role=GetAtt(role, "Arn"),
            Name=self.full_name,
            DefaultArguments=arguments,
            ExecutionProperty=glue.ExecutionProperty(MaxConcurrentRuns=1),
            GlueVersion="5.0",
            MaxRetries=1,
            NumberOfWorkers=2,
            Timeout=60,
            WorkerType="G.1X",
            Tags={"team": self.team, "dataset": self.name},
        ))

    def alarm(self, stream, topic):
        self.template.add_resource(cloudwatch.Alarm(
            self.id("alarm"),
            AlarmDescription=f"Records of {self.name} wait for longer than five minutes",
            Namespace="AWS/Kinesis",
            MetricName="GetRecords.IteratorAgeMilliseconds",
            Dimensions=[cloudwatch.MetricDimension(Name="StreamName", Value=Ref(stream))],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=5,
            DatapointsToAlarm=3,
            Threshold=300000,
            ComparisonOperator="GreaterThanThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[Ref(topic)],
            OKActions=[Ref(topic)],
            Tags=self.tags(),
        ))


def add_team(template, team):
    input = glue.DatabaseInput(Name=team.replace("-", "_"), Description=f"Everything that {team} collects")
    database = template.add_resource(
        glue.Database(logical_id(team, "database"), CatalogId=AccountId, DatabaseInput=input)
    )
    topic = template.add_resource(sns.Topic(
        logical_id(team, "alarms"),
        DisplayName=f"Alarms of {team}",
        KmsMasterKeyId="alias/aws/sns",
        Tags=Tags(team=team),
    ))
    for name in DATASETS:
        Dataset(template, team, name).add(database, topic)


def main():
    start = time.perf_counter_ns()
    template = Template()
    template.set_version("2010-09-09")
    template.set_description("Streams into buckets, tables over them, jobs that clean them")
    for team in range(TEAMS):
        add_team(template, f"team-{team}")
    json = template.to_json(indent=None, sort_keys=False, separators=(",", ":"))
    taken = time.perf_counter_ns() - start
    with open(sys.argv[1], "w") as file:
        file.write(json)
    with open("/proc/self/status") as status:
        peak = next(line.split()[1] for line in status if line.startswith("VmHWM:"))
    print(taken, peak)


if __name__ == "__main__":
    main()
