//! The codes of `project`, one entry each; a code is never reused.

strataform_diagnostic::codes! {
    pub DUPLICATE_NAME "GEN0901" Error
        "Two platforms of the project have the same name."
        "Both would be written to the same folder of `generated/` and deployed to the same stacks. Rename one of them, or name the intended one on the command line."
        Situation("two platform files of a project with the same `name` in `[platform]`");
    pub RULE_FILES "GEN0902" Error
        "A folder of `policy.rules` has no rule file, or one whose name another has."
        "Rule files end in `.guard`. A folder without one would check nothing, and files of one name could not both be in the assembly."
        Situation("`rules = [\"guards\"]` in a platform whose folder is called `guard`");
}
