//! The codes of `lock`, one entry each; a code is never reused.

strataform_diagnostic::codes! {
    pub(super) BROKEN "GEN0361" Error
        "The lock file cannot be read."
        "The file next to the platform file, such as `platform.lock`, keeps the numbers of columns. `gen synth` writes it, and it is committed. If a merge left conflict markers, keep the lines of both branches, give a number that occurs twice to one of them only, and run `gen synth`. If the file is damaged, restore it from version control: a new one would number the columns from scratch."
        Situation("conflict markers of a merge in `platform.lock`");
    pub(super) TWICE "GEN0362" Error
        "The lock file has a number or a name twice."
        "Two branches gave the same number to different columns, and both were merged. Keep the line of the branch that was deployed, remove the other one, and run `gen synth`: it gives the other column the next number."
        Situation("two columns of a dataset with the number 7 in `platform.lock`");
    pub(super) UNKNOWN "GEN0363" Error
        "`renamed_from` names a column that the lock file does not have."
        "A column keeps the number of the column that it is renamed from, so that must be a column that the lock file has and that was not removed. Correct the name, or remove `renamed_from` if the column is new."
        Situation("`renamed_from = \"amuont\"`, while `platform.lock` has the column `amount`");
    pub(super) RENAMED_TWICE "GEN0364" Error
        "Two columns keep the number of the same column."
        "A column is renamed from one that keeps its own number, because its `renamed_from` is already in the lock file. Remove `renamed_from` from the column that keeps its name."
        Situation("`b` was renamed from `a`, and `c` is renamed from `b`, which is still declared with `renamed_from = \"a\"`");
    pub(super) KEY "GEN0365" Error
        "A column of the key, or the event time, was removed and is declared again."
        "It would be a new column, which existing rows have no value for. Restore the lock file from before the removal if nothing was deployed since, or declare the records as a new dataset."
        Situation("`order_id` was removed from the key, `gen synth` ran, and `order_id` is declared again as the key");
    pub STALE "GEN0366" Error
        "The lock file does not have the numbers of all columns."
        "`gen synth` numbers the columns of the platform file, and the numbers are permanent only once the file is committed. Run `gen synth`, and commit the lock file with the platform file."
        Situation("a column that was added without `gen synth`");
}
