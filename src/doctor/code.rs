//! The diagnostic codes of the checks of an account: one entry each, never reused. A `gen` without deployment knows them,
//! too.

strataform_diagnostic::codes! {
    pub SUBSCRIPTION "GEN1101" Error
        "The account has no QuickSight subscription of the Enterprise edition."
        "VPC connections, secrets and row-level security require it. Subscribe in the QuickSight console, or upgrade the edition there; a deployment cannot do that."
        Situation("`gen doctor` in an account in which nobody has opened QuickSight");
    pub IDENTITY_REGION "GEN1102" Error
        "Users and groups of the account's QuickSight are in another Region."
        "QuickSight keeps users and groups in the Region in which the subscription was made. Permissions that name a group in another Region are refused. Set `identity_region` in `[principals]`."
        Situation("`gen doctor` for a platform in eu-west-1, where the account subscribed to QuickSight in us-east-1");
    pub GROUPS "GEN1103" Error
        "A QuickSight group that the platform names does not exist."
        "A dashboard is shared with groups by name, and CloudFormation fails if one is missing. Create the group, or name another one in `[principals]`."
        Situation("`readers = [\"everyone\"]` in an account without the group `everyone`");
    pub SECRETS_ROLE "GEN1104" Error
        "The role with which QuickSight reads secrets does not exist, or can take no further policy."
        "Without it, every import and every query of a dashboard fails. An administrator makes it in the QuickSight console, *Security & permissions*, *AWS Secrets Manager*."
        Situation("`secrets_role` is set, and nobody has selected a secret in the QuickSight console yet");
    pub ZONES "GEN1105" Error
        "The Region has fewer Availability Zones than the network of the platform."
        "Each subnet needs a zone of its own. Set fewer `zones` in `[network]`, at least three for Redshift Serverless, or choose another Region."
        Situation("`zones = 4` in a Region in which the account has three");
    pub ADDRESSES "GEN1106" Error
        "The subnets that the platform names do not exist, or are too small or too few for the warehouse."
        "Redshift Serverless needs free addresses in three subnets, each in a zone of its own. Name other subnets in `[network]`, or free addresses."
        Situation("a subnet of `[network]` with five free addresses");
    pub NETWORKS "GEN1107" Error
        "The account has as many VPCs in the Region as its quota allows."
        "The platform makes a VPC of its own. Request a greater quota, or name an existing network in `[network]`."
        Situation("`gen doctor` in a Region with five VPCs, the default quota");
    pub SHARDS "GEN1108" Error
        "The account has fewer Kinesis shards left than the platform needs."
        "Request a greater quota, or make `volume` or `record_size` smaller if they are too large."
        Situation("a platform with 200 shards in an account with a limit of 200 and 20 in use");
    pub STREAMS "GEN1109" Error
        "The account has fewer streams on demand left than the platform needs."
        "Request a greater quota of streams in on-demand mode."
        Situation("a platform with 20 on-demand streams in an account with a limit of 50 and 40 in use");
    pub WORKERS "GEN1110" Warning
        "The jobs of the platform need more Glue DPUs at the same time than the account may use."
        "Jobs that start together beyond the quota fail and are tried again later. Request a greater quota, or let schedules differ."
        Situation("eight jobs with 50 DPUs each in an account with 200");
    pub WAREHOUSE "GEN1111" Error
        "The account can have no further Redshift Serverless workgroup, or none of this capacity."
        "Request a greater quota, delete a workgroup, or set a smaller `base` in `[warehouse]`."
        Situation("`gen doctor` in an account with as many workgroups as its quota allows");
    pub POLICIES "GEN1112" Error
        "The account has fewer managed policies left than the platform needs."
        "Each role has a policy of its own. Request a greater quota of customer managed policies."
        Situation("a platform with 40 roles in an account with 1,480 of 1,500 policies");
    pub ROLES "GEN1113" Error
        "The account has fewer IAM roles left than the platform needs."
        "Request a greater quota of roles."
        Situation("a platform with 40 roles in an account with 980 of 1,000 roles");
    pub STACKS "GEN1114" Error
        "The account has fewer CloudFormation stacks left than the platform needs."
        "Request a greater quota of stacks, or delete stacks that nobody needs."
        Situation("a platform of five stacks in an account with 1,998 of 2,000");
    pub LAKE "GEN1115" Error
        "Lake Formation, not IAM, decides who can use new databases or tables."
        "The platform grants by IAM policies. Jobs and the warehouse are refused until an administrator of Lake Formation grants their roles, or `IAM_ALLOWED_PRINCIPALS`, access to the database and its tables."
        Situation("an account whose Lake Formation settings give new databases no default permissions");
    pub GLUE "GEN1116" Warning
        "No job in the Region uses the Glue version of the platform yet."
        "AWS has no call that lists the versions of a Region. If the Region lacks the version, the processing stack fails when it creates the first job. The smoke test shows it."
        Situation("`gen doctor` for the first platform in a Region");
    pub SERVICES "GEN1117" Error
        "CloudFormation lacks a type of resource of the platform in the Region."
        "The service is not there, or not there yet. Choose another Region for the environment."
        Situation("a platform with dashboards in a Region without QuickSight");
    pub LINKED_ROLES "GEN1118" Error
        "A service-linked role is missing, and the identity may not create it."
        "A service creates its role with the rights of whoever creates the first resource. Allow `iam:CreateServiceLinkedRole`, or let an administrator create the role."
        Situation("the first Redshift workgroup of an account, deployed by an identity without `iam:CreateServiceLinkedRole`");
    pub RIGHTS "GEN1119" Error
        "The identity lacks rights that a deployment needs."
        "The deployment would stop on the way. Attach a policy that allows the actions, or deploy with another identity."
        Situation("`gen doctor` with a profile that can read only");
    pub BUCKET "GEN1120" Error
        "Another account owns the bucket in which gen keeps versions."
        "Names of buckets are unique in a partition. Ask the owner, or deploy in another Region."
        Situation("somebody else has made a bucket with the name of this account and Region");
}
