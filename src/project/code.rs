//! The codes of this room: one entry each, never reused.

strataform_diagnostic::codes! {
    pub DUPLICATE_NAME "GEN0901" Error
        "Two platforms of the project have one name."
        "Both would be written into one folder of `generated/`, and into one set of stacks. Rename one of them, or name the one that you mean on the command line."
        Situation("two platform files of a project with the same `name` in `[platform]`");
}
