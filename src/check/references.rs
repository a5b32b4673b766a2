//! Checks every parameter against the output that it is read from, and against the deployment order of the stacks.

use std::collections::BTreeMap;

use strataform_template::Section;

use super::code::STAGE;
use crate::diagnostic::Diagnostic;
use crate::platform::Stack;

pub(super) fn check(stacks: &[Stack], found: &mut Vec<Diagnostic>) {
    let order: BTreeMap<_, _> = stacks.iter().enumerate().map(|(at, stack)| (stack.name, at)).collect();
    for (at, stack) in stacks.iter().enumerate() {
        for input in &stack.inputs {
            let source =
                order.get(&input.stack).filter(|source| **source < at).map(|source| &stacks[*source]);
            let has = |source: &&Stack| {
                let outputs = source.template().section(&Section::Outputs).and_then(|node| node.as_object());
                outputs.is_some_and(|outputs| outputs.get(input.output.as_str()).is_some())
            };
            if source.as_ref().is_none_or(|source| !has(source)) {
                let summary = format!("the {} stack reads an output that no earlier stack has", stack.name);
                found.push(
                    Diagnostic::unplaced(STAGE, summary)
                        .because(format!("{} is read from {}.{}", input.parameter, input.stack, input.output))
                        .our_bug(),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use strataform_template::{Text, Value};

    use super::*;
    use crate::model::Stage;
    use crate::platform::StackName;

    #[test]
    fn a_value_comes_from_an_earlier_stack() {
        let mut storage = Stack::new(StackName::first(Stage::Storage), "storage".to_owned());
        let mut ingestion = Stack::new(StackName::first(Stage::Ingestion), "ingestion".to_owned());
        let export = storage.export::<Text>("raw/name", Value::assumed("raw".into()), "the raw bucket");
        ingestion.import(&export);
        let found = |stacks: &[Stack]| {
            let mut found = Vec::new();
            check(stacks, &mut found);
            found.into_iter().map(|one| one.cause).collect::<Vec<_>>()
        };
        assert_eq!(found(&[storage.clone(), ingestion.clone()]), Vec::<String>::new());
        let cause = ["StorageRawName is read from storage.RawName"];
        assert_eq!(found(&[ingestion.clone(), storage]), cause);
        assert_eq!(found(&[ingestion]), cause);
    }
}
