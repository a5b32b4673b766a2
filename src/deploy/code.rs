//! The diagnostic codes of deployment: one entry each, never reused. A `gen` without deployment knows them, too.

strataform_diagnostic::codes! {
    pub REFUSED "GEN1001" Error
        "The deployment cannot begin: the assembly is stale, or it is for another account, region or version of gen."
        "gen deploys what was generated and reviewed, to the account and region that the platform file names. Run `gen synth`, or use other credentials."
        Situation("`gen deploy` with credentials of another account than that of the environment");
    pub LOSS "GEN1002" Error
        "A resource that holds data would be replaced or deleted, and that loss was not allowed by name."
        "Replacing a bucket, a table or a warehouse deletes its data. Review the plan; to proceed, allow each loss with the option that the help shows."
        Situation("a dataset is renamed after the first deployment, so that its stream would be deleted");
    pub LOCKED "GEN1003" Error
        "Another deployment of this environment holds the lock."
        "Concurrent deployments would undo each other. Wait for the other one; if its machine failed, run `gen unlock`."
        Situation("two pipelines deploy one environment at the same time");
    pub MOVED "GEN1004" Error
        "The deployed stacks changed, or a version ended, after the plan was made."
        "The plan no longer describes what would happen. Run the command again and review the new plan."
        Situation("a stack is changed in the console between the plan and its execution");
    pub STACK "GEN1005" Error
        "CloudFormation could not create, update or delete a stack."
        "The note shows the first reason that CloudFormation reports, with its resource. Fix the cause and run the same command again; it continues."
        Situation("another account owns a bucket with the same name");
    pub STUCK "GEN1006" Error
        "A stack is in a state that no deployment can continue from."
        "CloudFormation cannot continue by itself. The help names the command that recovers the stack."
        Situation("a stack in UPDATE_FAILED or IMPORT_ROLLBACK_FAILED, after somebody changed it by hand");
    pub SQL_CHANGED "GEN1007" Error
        "A SQL file changed after it was applied, and the change cannot be applied."
        "Redshift cannot change a column's type or a key of a table that holds rows. Add a column instead, or create the table under a new name and fill it with a backfill."
        Situation("a column of a dataset changes its type after the first deployment");
    pub SQL_FAILED "GEN1008" Error
        "The warehouse rejected a SQL statement."
        "The note shows the server's message and the statement. What ran before stays applied; fix the statement and run the same command again."
        Situation("a hand-written view reads a table that was dropped manually");
    pub CREDENTIALS "GEN1009" Error
        "The AWS credentials are missing or no longer valid."
        "Sign in as for any AWS tool: with `aws sso login`, a profile, or environment variables. Then run the same command again."
        Situation("`gen deploy` after the session of `aws sso login` has expired");
    pub SERVICE "GEN1010" Error
        "A request to an AWS service failed."
        "The note shows the service's message. A denied action requires a policy that allows it (docs/deploy.md lists what a deployment needs). If the service did not answer, run the command again."
        Situation("the identity lacks `cloudformation:CreateChangeSet`");
    pub INTERRUPTED "GEN1011" Error
        "The command was interrupted; operations that AWS has started continue."
        "Run the same command again: it continues where it stopped."
        Situation("Ctrl-C while a stack is being updated");
    pub ABSENT "GEN1012" Error
        "The version, stack, job or stream does not exist."
        "`gen history` lists versions, `gen status` lists stacks. Deploy the environment first, or correct the name."
        Situation("`gen rollback` in an environment that was deployed only once");
    pub PROTECTED "GEN1013" Error
        "The environment is protected and cannot be destroyed."
        "Set `protected = false` for the environment, deploy the change, and review the plan of `gen destroy`."
        Situation("`gen destroy --env prod`, where `prod` has `protected = true`");
    pub FULL "GEN1014" Error
        "A bucket contains objects, and `--empty` does not name it."
        "CloudFormation deletes only empty buckets. If you do not need the objects, name the bucket as the help shows, together with everything else that holds data."
        Situation("`gen destroy` of an environment whose raw bucket contains files");
    pub NAMED "GEN1015" Error
        "A resource would be replaced under its current name, which CloudFormation rejects."
        "CloudFormation creates the new resource before it deletes the old one, and both would have the same name. Rename the resource, or undo the change."
        Situation("a stream is renamed, and the delivery stream that reads it would be replaced under its current name");
    pub RECORDS "GEN1016" Error
        "A file cannot be sent: it cannot be read, is too large, or some of its rows are not valid records."
        "gen reads the whole file before it sends anything. Correct the rows that the note names."
        Situation("`gen put --strict` with a CSV file in which a numeric column contains text");
    pub WRITE "GEN1017" Error
        "`gen query` runs only statements that read, unless `--write` is set."
        "A statement that changes data or objects needs `--write`; in a protected environment, gen asks for confirmation as well."
        Situation("`gen query \"DELETE FROM core.orders\"` without `--write`");
    pub DRIFT "GEN1018" Error
        "The warehouse lacks objects or columns that a deployed SQL file made, or a column has another type."
        "Something else than gen changed the warehouse. `gen deploy --repair` runs the statements again that make what is missing; rows that were dropped are loaded again with `gen backfill`, or restored from a snapshot."
        Situation("somebody ran `DROP SCHEMA report CASCADE` on the warehouse");
}
