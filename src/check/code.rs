//! The codes of `check` and `synth`, one entry each; a code is never reused.

strataform_diagnostic::codes! {
    pub(crate) OVERRIDE "GEN0401" Error
        "An override sets a property to a value that its resource type does not accept."
        "Every property is checked against the schema of its resource type. Look the property up in the reference, or remove the override."
        Platform {
            bad: r#"
[override.storage.RawBucket]
"VersioningConfiguration.Status" = 7
"#,
            good: r#"
[override.storage.RawBucket]
"VersioningConfiguration.Status" = "Suspended"
"#,
        };
    pub(crate) LIMIT "GEN0402" Error
        "A stack exceeds a limit of CloudFormation."
        "A template has at most 500 resources, 200 parameters, outputs and mappings, and 1,000,000 bytes; texts in it have limits, too. Set `platform.divisions` to a larger power of two, or split the platform in two."
        Situation("hundreds of datasets in one division, or a description repeated in thousands of columns");
    pub(crate) OVERRIDE_PLACE "GEN0403" Error
        "An override names a resource that the stage does not create, or a path that does not exist."
        "Use a logical ID from the stage's template in `generated/`; a path names properties and list indexes."
        Platform {
            bad: r#"
[override.storage.RawBuckt]
"VersioningConfiguration.Status" = "Suspended"
"#,
            good: r#"
[override.storage.RawBucket]
"VersioningConfiguration.Status" = "Suspended"
"#,
        };
    pub(crate) OWN_NAME "GEN0411" Error
        "The name of a hand-written SQL file has characters other than lower-case letters, digits and underscores, or is too long."
        "It becomes a file of the assembly, whose names must be valid on every file system. Rename it."
        SqlFile {
            bad: ("Top customers.sql", "CREATE VIEW report.top AS SELECT order_id FROM core.orders WITH NO SCHEMA BINDING;"),
            good: ("top_customers.sql", "CREATE VIEW report.top AS SELECT order_id FROM core.orders WITH NO SCHEMA BINDING;"),
        };
    pub(crate) OWN_PLACEHOLDER "GEN0412" Error
        "A hand-written SQL file has an unknown placeholder."
        "Text between `${` and `}` is replaced when the file runs. The help lists the known placeholders."
        SqlFile {
            bad: ("stage.sql", "CREATE TABLE mart.stage (name VARCHAR(40) DEFAULT '${Stage}');"),
            good: ("stage.sql", "CREATE TABLE mart.stage (name VARCHAR(40) DEFAULT 'dev');"),
        };
    pub(crate) OWN_CHANGE "GEN0413" Error
        "A hand-written SQL file changes a generated relation."
        "The next deployment would not know the state of the relation. Change it in the platform file, or create a relation of your own."
        SqlFile {
            bad: ("more.sql", "ALTER TABLE core.orders ADD COLUMN note VARCHAR(40);"),
            good: ("more.sql", "CREATE TABLE mart.notes (order_id VARCHAR(36), note VARCHAR(40));"),
        };
    pub(crate) STATEMENT_SIZE "GEN0414" Error
        "A statement of a dataset's load is larger than the Redshift Data API accepts."
        "A statement has at most 100 KB, and those of a load name every column several times: some hundred columns fit, depending on their names. Divide the dataset, declare columns that are read together as one of type `json`, or shorten the names."
        Situation("a dataset with six hundred columns");
    pub(crate) TEMPLATE_TEXT "GEN0421" Error
        "A template cannot be read."
        "CloudFormation refuses it as a whole: the text is invalid JSON or YAML, has a key twice or an unknown short form, or no resources."
        Template {
            bad: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Type: AWS::S3::Bucket\n",
            good: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n",
        };
    pub(crate) TEMPLATE_PROPERTY "GEN0422" Error
        "A resource has a property or a value that its type does not allow."
        "Every resource is checked against the schema that CloudFormation has of its type. What is known only at deployment counts as valid."
        Template {
            bad: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketNam: raw-records\n",
            good: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: raw-records\n",
        };
    pub(crate) TEMPLATE_NAME "GEN0423" Error
        "A template refers to something that it does not have."
        "References, attributes, dependencies, conditions and mappings are looked up. A template with macros is not checked for it, because a macro may make what is missing."
        Template {
            bad: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\nOutputs:\n  Name:\n    Value: !Ref Row\n",
            good: "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\nOutputs:\n  Name:\n    Value: !Ref Raw\n",
        };
    pub(crate) TEMPLATE_CYCLE "GEN0424" Error
        "Resources refer to each other in a circle."
        "CloudFormation creates a resource after those that it refers to, so none of them could be the first."
        Template {
            bad: "Resources:\n  One:\n    Type: AWS::SNS::Topic\n    DependsOn: Two\n  Two:\n    Type: AWS::SNS::Topic\n    DependsOn: One\n",
            good: "Resources:\n  One:\n    Type: AWS::SNS::Topic\n  Two:\n    Type: AWS::SNS::Topic\n    DependsOn: One\n",
        };
    pub(crate) FINDINGS "GEN0425" Error
        "A template has more findings than are reported."
        "The first 1,000 are reported, in the order of the text. Correct them, and check again."
        Situation("a generated template with thousands of unknown properties");
    pub(crate) ASSEMBLY_COLUMNS "GEN0431" Error
        "Two files of an assembly have different columns of a dataset."
        "Rows pass through the job, the staging table, the table in the warehouse and the Data Catalog; where one of them lacks a column or has it with another type, the load fails or values are lost. The manifest says what the columns are. Run `gen synth`; do not edit generated files."
        Situation("a column that was renamed in `aggregation/sql/020_orders_files.sql` only");
    pub(crate) ASSEMBLY_DATA_SET "GEN0432" Error
        "A data set reads a relation or a column that the SQL of the assembly does not make, or that nobody may read."
        "QuickSight refuses the data set or shows an error instead of each of its visuals. Run `gen synth`; do not edit generated files."
        Situation("a view whose column was renamed, while the data set still has the old name");
    pub(crate) ASSEMBLY_PART "GEN0433" Error
        "The manifest of an assembly and its templates do not fit."
        "A parameter without a value, or a value from an output that no earlier stack has, stops the deployment halfway. Run `gen synth`; do not edit generated files."
        Situation("a template with a parameter that the manifest does not list");
    pub(crate) ASSEMBLY_DEFINITION "GEN0434" Error
        "A dashboard's definition differs from the one in its template."
        "The file is what people review, the template is what is deployed. Run `gen synth`; do not edit generated files."
        Situation("a title that was edited in `visualization/dashboards/overview.json` only");
    pub(crate) POLICY "GEN0441" Warning
        "A template does not meet a policy that is written in Guard."
        "The message begins with the name of the rule. The rules of `gen` are in `guard/`; `policy.rules` in the platform file and `--rules DIR` add those of a team, and `policy.errors` makes rules errors. A finding is suppressed until a day by `[[suppress]]` in the platform file, or by `SuppressedRules` in the metadata of the resource, under `guard`."
        Situation("`gen check pipeline.yaml --rules policies` with a bucket without versioning, which a rule in `policies/` requires");
    pub(crate) RULE_FILE "GEN0442" Error
        "A file with the Guard rules of a platform cannot be used."
        "Rule files in the folders that `policy.rules` names are parsed before anything is checked. The rules of all files, and those of `gen`, must have different names."
        Situation("a rule file with an unclosed bracket in a folder of `policy.rules`");
    pub(crate) SUPPRESSION "GEN0443" Error
        "`[[suppress]]` or `policy.errors` names something that does not exist, or a rule that cannot be suppressed."
        "A suppression names a Guard rule, or the code of a rule between resources that gives warnings, and the logical ID of a resource. An error of a rule between resources cannot be suppressed: AWS refuses what it finds, or it does not work, whoever accepts it. A Guard rule can, even if `policy.errors` makes it an error."
        Situation("a suppression of `bucket_loging`, or for a resource that was renamed");
    pub(crate) EXPIRED "GEN0444" Warning
        "The day of a suppression has passed."
        "The finding is reported again, with its own severity. Fix it, or decide again and set a later day."
        Situation("a suppression with `until = 2026-03-01`, on 2 March 2026");
    pub(crate) UNUSED "GEN0445" Warning
        "A suppression suppresses nothing."
        "What it was about is fixed, or it is for another resource or environment. Left in place, it would hide the next fault."
        Situation("a suppression of `bucket_versioning` in a bucket that has versions");
    pub(crate) UNCHECKED "GEN0446" Warning
        "A clause of a Guard rule has nothing to compare."
        "A variable or a filter selects nothing, so the clause neither passes nor fails here; AWS's command fails there from release 3.2 on. Put it into a block `when %variable !empty`, and both agree."
        Situation("a rule with `%buckets.Properties.Tags exists` outside of a block, in a template without a bucket");
    pub(crate) STAGE "GEN0490" Error
        "CloudFormation would not accept a generated stack: a bug in gen."
        "Every generated stack is checked like a hand-written one. Nothing is wrong with your file; report it."
        Situation("a bug in gen: a resource with a property that its schema does not allow, or a parameter without an output");
    pub(crate) TEMPLATE "GEN0491" Error
        "A file was not rendered: a bug in gen."
        "A template refers to a value that its context does not have. Nothing is wrong with your file; report it."
        Situation("a bug in gen: a script or SQL template that does not fit its context");
    pub(crate) RENDERED_SQL "GEN0492" Error
        "Redshift would reject a generated statement: a bug in gen."
        "Every generated statement is parsed as Redshift parses it. Nothing is wrong with your file; report it."
        Situation("a bug in gen: generated SQL with one of the findings SQL0001 to SQL0902");
    pub(crate) RENDERED_DASHBOARD "GEN0493" Error
        "A generated dashboard would show nothing, or the wrong thing: a bug in gen."
        "Every generated dashboard is checked like an exported one. Nothing is wrong with your file; report it."
        Situation("a bug in gen: a generated dashboard with one of the findings QS0001 to QS1208");
}
