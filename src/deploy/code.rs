//! The codes of this room: one entry each, never reused. They are known in a `gen` without the room, too.

strataform_diagnostic::codes! {
    pub REFUSED "GEN1001" Error
        "The deployment cannot begin: the assembly is stale, or it is for another account, region or version of gen."
        "What is deployed is what was synthesized and reviewed, in the account and region that the platform file names. Run `gen synth`, or use other credentials."
        Situation("`gen deploy` with credentials of another account than that of the environment");
    pub LOSS "GEN1002" Error
        "Something that holds data would be replaced or removed, and that was not allowed by its name."
        "Replacing a bucket, a table or a warehouse deletes what is in it. Read the plan; if you mean it, allow each loss by the name that the help shows."
        Situation("a dataset is renamed after the first deployment, so that its stream would be removed");
    pub LOCKED "GEN1003" Error
        "Another deployment of this environment holds the lock."
        "Two deployments at once would undo each other. Wait for the other one; if its machine died, run `gen unlock`."
        Situation("two pipelines deploy one environment at the same time");
    pub MOVED "GEN1004" Error
        "What is deployed changed after the plan was made."
        "The plan that you read is no longer what would happen. Run the command again and read the new plan."
        Situation("a stack is changed in the console between the plan and its execution");
    pub STACK "GEN1005" Error
        "CloudFormation could not make, change or delete a stack."
        "The note has the first reason that CloudFormation gives, with its resource. Correct it and run the same command again: it continues."
        Situation("a bucket of the stack's name exists in another account");
    pub STUCK "GEN1006" Error
        "A stack is in a state from which no deployment can go on."
        "CloudFormation itself cannot continue. The help names the call that brings the stack back."
        Situation("a stack in DELETE_FAILED, or in UPDATE_ROLLBACK_FAILED");
    pub SQL_CHANGED "GEN1007" Error
        "A file of SQL changed after it was applied, in a way that cannot be applied again."
        "Redshift cannot change a column's type or a key of a table that holds rows. Add a column instead, or create the table under a new name and fill it by a backfill."
        Situation("a column of a dataset changes its type after the first deployment");
    pub SQL_FAILED "GEN1008" Error
        "The warehouse refused a file of SQL."
        "The note has the server's message and the statement. What ran before stays; correct it and run the same command again."
        Situation("a hand-written view reads a table that somebody dropped by hand");
    pub CREDENTIALS "GEN1009" Error
        "There are no credentials for AWS, or they are no longer valid."
        "Sign in as for every AWS tool: `aws sso login`, a profile, or environment variables. Then run the same command again."
        Situation("`gen deploy` after the session of `aws sso login` has expired");
    pub SERVICE "GEN1010" Error
        "A service of AWS did not do what was asked of it."
        "The note has the service's message. A denied action needs a policy (docs/deploy.md lists what a deployment needs); a service that does not answer needs another try."
        Situation("the identity lacks `cloudformation:CreateChangeSet`");
    pub INTERRUPTED "GEN1011" Error
        "The deployment was stopped; what AWS has begun goes on there."
        "Run the same command again: it continues where it stopped."
        Situation("Ctrl-C while a stack is being updated");
    pub ABSENT "GEN1012" Error
        "There is no such version, stack, job or stream."
        "`gen history` lists versions, `gen status` lists stacks. Deploy the environment first, or correct the name."
        Situation("`gen rollback` in an environment that was deployed once");
    pub PROTECTED "GEN1013" Error
        "The environment is protected and cannot be destroyed."
        "Set `protected = false` for the environment, deploy that, and read the plan of `gen destroy`."
        Situation("`gen destroy --env prod`, where `prod` has `protected = true`");
    pub FULL "GEN1014" Error
        "A bucket holds objects, and was not named to be emptied."
        "CloudFormation deletes empty buckets only. If you do not need the objects, name the bucket as the help shows."
        Situation("`gen destroy` of an environment whose raw bucket holds files");
    pub NAMED "GEN1015" Error
        "A resource would be made anew under the name that it has, which CloudFormation refuses."
        "CloudFormation makes the new resource before it deletes the old one, and both would have one name. Give it another name, or move it back."
        Situation("a stream gets another name, and the delivery stream that reads it would be replaced under its own");
    pub RECORDS "GEN1016" Error
        "A file cannot be put into a stream: it cannot be read, rows of it are not records, or there is no stream."
        "Nothing of the file is sent before all of it has been read. Correct the rows that the note names, or deploy the stream first."
        Situation("`gen put` with a CSV file in which a column of numbers holds a text");
}
