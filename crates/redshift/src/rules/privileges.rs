//! The privileges that each kind of object supports.

use crate::ast::{PrivilegeKind, Securable};

/// The privileges that a kind of object supports.
pub(super) fn allowed(on: &Securable) -> &'static [PrivilegeKind] {
    use PrivilegeKind as P;
    match on {
        Securable::Tables(_) | Securable::AllTables(_) | Securable::ScopedTables { .. } => {
            &[P::Select, P::Insert, P::Update, P::Delete, P::Drop, P::References, P::Alter, P::Truncate]
        }
        Securable::Schemas(_) => &[P::Create, P::Usage, P::Alter, P::Drop],
        Securable::Databases(_) => &[P::Create, P::Usage, P::Temporary, P::Alter],
        Securable::Procedure(..)
        | Securable::Function(..)
        | Securable::AllProcedures(_)
        | Securable::AllFunctions(_) => &[P::Execute],
        Securable::Language(_) => &[P::Usage],
        Securable::IamRoles { .. } => &[P::AssumeRole],
    }
}
