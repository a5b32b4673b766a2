//! The codes of this room and of `synth`: one entry each, never reused.

strataform_diagnostic::codes! {
    pub(crate) OVERRIDE "GEN0401" Error
        "An override sets a property to what its resource type does not take."
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
        "A stack is larger than CloudFormation takes."
        "A template has at most 500 resources, 200 parameters, 200 outputs and 1,000,000 bytes. Set `platform.divisions` to a larger power of two, or make two platforms of this one."
        Situation("hundreds of datasets in one division, or a description repeated in thousands of columns");
    pub(crate) OVERRIDE_PLACE "GEN0403" Error
        "An override names a resource that the stage does not make, or a path without a place."
        "The logical ids are those of the stage's template in `generated/`; a path names properties and places in lists."
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
        "A hand-written file of SQL has a name with other than small letters, digits and underscores."
        "It becomes a file of the assembly, whose names are plain on every disk. Rename it."
        SqlFile {
            bad: ("Top customers.sql", "CREATE VIEW report.top AS SELECT order_id FROM core.orders WITH NO SCHEMA BINDING;"),
            good: ("top_customers.sql", "CREATE VIEW report.top AS SELECT order_id FROM core.orders WITH NO SCHEMA BINDING;"),
        };
    pub(crate) OWN_PLACEHOLDER "GEN0412" Error
        "A hand-written file of SQL has a placeholder that nothing is filled in for."
        "Text between `${` and `}` is replaced when the file runs. The help lists the placeholders that there are."
        SqlFile {
            bad: ("stage.sql", "CREATE TABLE mart.stage (name VARCHAR(40) DEFAULT '${Stage}');"),
            good: ("stage.sql", "CREATE TABLE mart.stage (name VARCHAR(40) DEFAULT 'dev');"),
        };
    pub(crate) OWN_CHANGE "GEN0413" Error
        "A hand-written file of SQL changes a relation that is generated."
        "The next deployment would not know what is there. Change it in the platform file, or make a relation of your own."
        SqlFile {
            bad: ("more.sql", "ALTER TABLE core.orders ADD COLUMN note VARCHAR(40);"),
            good: ("more.sql", "CREATE TABLE mart.notes (order_id VARCHAR(36), note VARCHAR(40));"),
        };
    pub(crate) STAGE "GEN0490" Error
        "What a stage made is not what CloudFormation takes: a bug of gen."
        "Every generated stack is checked like one that somebody wrote. Nothing is wrong with your file; report it."
        Situation("a fault in gen itself: a resource with a property that its schema does not take, or a parameter without an output");
    pub(crate) TEMPLATE "GEN0491" Error
        "A file was not rendered: a bug of gen."
        "A template asks for what its context does not have. Nothing is wrong with your file; report it."
        Situation("a fault in gen itself: a template of a script or of SQL that does not fit its context");
    pub(crate) RENDERED_SQL "GEN0492" Error
        "A statement was rendered that Redshift would refuse: a bug of gen."
        "Every generated statement is read as Redshift reads it. Nothing is wrong with your file; report it."
        Situation("a fault in gen itself: generated SQL with one of the findings SQL0001 to SQL0902");
    pub(crate) RENDERED_DASHBOARD "GEN0493" Error
        "A dashboard was rendered that shows nothing, or something wrong: a bug of gen."
        "Every generated dashboard is checked like one that somebody exported. Nothing is wrong with your file; report it."
        Situation("a fault in gen itself: a generated dashboard with one of the findings QS0001 to QS1208");
}
