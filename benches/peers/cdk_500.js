// The 500 resources of `five_hundred` in aws-cdk-lib, with its L1 constructs and without the command-line program.
//
// In: the path of the folder to synthesize into. Out: `Stack.template.json` in that folder; on standard output, the
// nanoseconds to build, synthesize and write it, without imports, and the peak memory of the process in KiB. The
// bootstrap rule, the analytics resource, the tree file and the indentation are off: the other programs do not have
// them.

'use strict';

const fs = require('node:fs');

const cdk = require('aws-cdk-lib/core');
const cloudwatch = require('aws-cdk-lib/aws-cloudwatch');
const glue = require('aws-cdk-lib/aws-glue');
const iam = require('aws-cdk-lib/aws-iam');
const kinesis = require('aws-cdk-lib/aws-kinesis');
const firehose = require('aws-cdk-lib/aws-kinesisfirehose');
const logs = require('aws-cdk-lib/aws-logs');
const s3 = require('aws-cdk-lib/aws-s3');
const sns = require('aws-cdk-lib/aws-sns');

const TEAMS = 25;
const DATASETS = ['orders', 'page-views'];
const COLUMNS = [
  ['event_id', 'string'],
  ['customer_id', 'bigint'],
  ['occurred_at', 'timestamp'],
  ['amount', 'decimal(12,2)'],
  ['currency', 'string'],
  ['attributes', 'map<string,string>'],
].map(([name, type]) => ({ name, type }));
const FORMATS = 'org.apache.hadoop.hive.ql.io.parquet.';

const logicalId = (...path) =>
  path.flatMap((part) => part.split(/[^A-Za-z0-9]/)).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('');
const underscores = (text) => text.replaceAll('-', '_');
const tags = (pairs) => Object.entries(pairs).map(([key, value]) => ({ key, value }));

/** The names of one dataset, and its nine resources. */
class Dataset {
  constructor(stack, team, name) {
    this.stack = stack;
    this.team = team;
    this.name = name;
    this.fullName = `${team}-${name}`;
    this.pairs = { team, dataset: name };
  }

  id(part) {
    return logicalId(this.team, this.name, part);
  }

  add(database, topic) {
    const bucket = this.bucket();
    const stream = this.stream();
    const group = this.logs();
    const role = this.role();
    const policy = this.policy(role, bucket, stream, group);
    const table = this.table(bucket, database);
    this.delivery({ bucket, stream, group, role, policy, table, database });
    this.job(role, bucket);
    this.alarm(stream, topic);
  }

  bucket() {
    const encryption = {
      bucketKeyEnabled: true,
      serverSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: 'alias/aws/s3' },
    };
    const ageing = {
      id: 'ageing',
      status: 'Enabled',
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      transitions: [
        { storageClass: 'STANDARD_IA', transitionInDays: 30 },
        { storageClass: 'GLACIER_IR', transitionInDays: 90 },
      ],
      expirationInDays: 730,
    };
    const bucket = new s3.CfnBucket(this.stack, this.id('bucket'), {
      bucketName: cdk.Fn.sub(`${this.fullName}-\${AWS::AccountId}-\${AWS::Region}`),
      bucketEncryption: { serverSideEncryptionConfiguration: [encryption] },
      lifecycleConfiguration: { rules: [ageing] },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      versioningConfiguration: { status: 'Enabled' },
      tags: tags(this.pairs),
    });
    bucket.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN);
    return bucket;
  }

  stream() {
    return new kinesis.CfnStream(this.stack, this.id('stream'), {
      name: this.fullName,
      retentionPeriodHours: 48,
      streamModeDetails: { streamMode: 'ON_DEMAND' },
      streamEncryption: { encryptionType: 'KMS', keyId: 'alias/aws/kinesis' },
      tags: tags(this.pairs),
    });
  }

  logs() {
    return new logs.CfnLogGroup(this.stack, this.id('logs'), {
      logGroupName: `/strataform/${this.team}/${this.name}`,
      retentionInDays: 30,
      tags: tags(this.pairs),
    });
  }

  role() {
    const trust = {
      Version: '2012-10-17',
      Statement: [{
        Effect: 'Allow',
        Principal: { Service: ['firehose.amazonaws.com', 'glue.amazonaws.com'] },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': cdk.Aws.ACCOUNT_ID } },
      }],
    };
    return new iam.CfnRole(this.stack, this.id('role'), {
      assumeRolePolicyDocument: trust,
      description: `Moves and cleans ${this.name} of ${this.team}`,
      maxSessionDuration: 3600,
      tags: tags(this.pairs),
    });
  }

  policy(role, bucket, stream, group) {
    const arn = 'arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}:table/';
    const catalog = cdk.Fn.sub(`${arn}${underscores(this.team)}/*`);
    const objects = cdk.Fn.sub(`\${${this.id('bucket')}.Arn}/*`);
    const read = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListShards'].map((name) => `kinesis:${name}`);
    const write = ['AbortMultipartUpload', 'GetObject', 'ListBucket', 'PutObject'].map((name) => `s3:${name}`);
    const look = ['glue:GetTable', 'glue:GetTableVersions'];
    return new iam.CfnManagedPolicy(this.stack, this.id('policy'), {
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Sid: 'Read', Effect: 'Allow', Action: read, Resource: stream.attrArn },
          { Sid: 'Write', Effect: 'Allow', Action: write, Resource: [bucket.attrArn, objects] },
          { Sid: 'Look', Effect: 'Allow', Action: look, Resource: catalog },
          { Sid: 'Log', Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: group.attrArn },
        ],
      },
      description: `What ${this.name} of ${this.team} needs`,
      roles: [role.ref],
    });
  }

  table(bucket, database) {
    return new glue.CfnTable(this.stack, this.id('table'), {
      catalogId: cdk.Aws.ACCOUNT_ID,
      databaseName: database.ref,
      tableInput: {
        name: underscores(this.name),
        tableType: 'EXTERNAL_TABLE',
        parameters: { classification: 'parquet', 'projection.enabled': 'true' },
        partitionKeys: [{ name: 'day', type: 'date' }],
        storageDescriptor: {
          columns: COLUMNS,
          location: cdk.Fn.sub(`s3://\${${this.id('bucket')}}/${this.name}/`),
          inputFormat: `${FORMATS}MapredParquetInputFormat`,
          outputFormat: `${FORMATS}MapredParquetOutputFormat`,
          serdeInfo: { serializationLibrary: `${FORMATS}serde.ParquetHiveSerDe` },
        },
      },
    });
  }

  delivery({ bucket, stream, group, role, policy, table, database }) {
    const delivery = new firehose.CfnDeliveryStream(this.stack, this.id('delivery'), {
      deliveryStreamName: this.fullName,
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: stream.attrArn, roleArn: role.attrArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.attrArn,
        roleArn: role.attrArn,
        prefix: `${this.name}/day=!{timestamp:yyyy-MM-dd}/`,
        errorOutputPrefix: `errors/${this.name}/!{firehose:error-output-type}/`,
        bufferingHints: { intervalInSeconds: 300, sizeInMBs: 128 },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: group.ref, logStreamName: 'delivery' },
        dataFormatConversionConfiguration: {
          enabled: true,
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: true } } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
          schemaConfiguration: {
            catalogId: cdk.Aws.ACCOUNT_ID,
            databaseName: database.ref,
            tableName: table.ref,
            region: cdk.Aws.REGION,
            roleArn: role.attrArn,
            versionId: 'LATEST',
          },
        },
      },
      tags: tags(this.pairs),
    });
    delivery.addResourceDependency(policy);
  }

  job(role, bucket) {
    new glue.CfnJob(this.stack, this.id('job'), {
      command: {
        name: 'glueetl',
        pythonVersion: '3',
        scriptLocation: cdk.Fn.sub(`s3://\${${this.id('bucket')}}/scripts/clean.py`),
      },
      role: role.attrArn,
      name: this.fullName,
      defaultArguments: {
        '--job-language': 'python',
        '--enable-metrics': 'true',
        '--job-bookmark-option': 'job-bookmark-enable',
        '--TempDir': cdk.Fn.sub(`s3://\${${this.id('bucket')}}/temporary/`),
        '--dataset': this.name,
      },
      executionProperty: { maxConcurrentRuns: 1 },
      glueVersion: '5.0',
      maxRetries: 1,
      numberOfWorkers: 2,
      timeout: 60,
      workerType: 'G.1X',
      tags: this.pairs,
    });
  }

  alarm(stream, topic) {
    new cloudwatch.CfnAlarm(this.stack, this.id('alarm'), {
      alarmDescription: `Records of ${this.name} wait for longer than five minutes`,
      namespace: 'AWS/Kinesis',
      metricName: 'GetRecords.IteratorAgeMilliseconds',
      dimensions: [{ name: 'StreamName', value: stream.ref }],
      statistic: 'Maximum',
      period: 60,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      threshold: 300000,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
      alarmActions: [topic.ref],
      okActions: [topic.ref],
      tags: tags(this.pairs),
    });
  }
}

function addTeam(stack, team) {
  const database = new glue.CfnDatabase(stack, logicalId(team, 'database'), {
    catalogId: cdk.Aws.ACCOUNT_ID,
    databaseInput: { name: underscores(team), description: `Everything that ${team} collects` },
  });
  const topic = new sns.CfnTopic(stack, logicalId(team, 'alarms'), {
    displayName: `Alarms of ${team}`,
    kmsMasterKeyId: 'alias/aws/sns',
    tags: tags({ team }),
  });
  DATASETS.forEach((name) => new Dataset(stack, team, name).add(database, topic));
}

const start = process.hrtime.bigint();
const app = new cdk.App({ outdir: process.argv[2], analyticsReporting: false, treeMetadata: false });
const stack = new cdk.Stack(app, 'Stack', {
  suppressTemplateIndentation: true,
  description: 'Streams into buckets, tables over them, jobs that clean them',
  synthesizer: new cdk.DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
});
stack.templateOptions.templateFormatVersion = '2010-09-09';
for (let team = 0; team < TEAMS; team += 1) {
  addTeam(stack, `team-${team}`);
}
app.synth();
const taken = process.hrtime.bigint() - start;
const peak = /^VmHWM:\s+(\d+)/m.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1];
console.log(`${taken} ${peak}`);
