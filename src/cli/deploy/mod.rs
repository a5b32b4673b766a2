//! The commands that call AWS.
//!
//! In: a platform, an environment, and how to reach AWS. Out: progress and results, as text or as JSON lines. Exit
//! codes: 0 success, 1 refused or declined, 2 invalid arguments, 3 a loss that is not allowed, 4 locked by another
//! deployment, 5 failed after it began, 6 no valid credentials, 130 interrupted.

mod answer;
mod destruction;
mod doctor;
mod next;
mod planned;
mod put;
mod query;
mod records;
mod run;
mod show;
mod target;
mod up;
mod version;

pub(super) use doctor::{Doctor as DoctorArguments, doctor};
pub(super) use put::{Put as PutArguments, put};
pub(super) use query::{Query as QueryArguments, query};
pub(super) use records::{
    History as HistoryArguments, Status as StatusArguments, Unlock as UnlockArguments, history, status,
    unlock,
};
pub(super) use run::{Run as RunArguments, run};
pub(super) use target::Reach;
pub(super) use up::{
    Deploy as DeployArguments, Destroy as DestroyArguments, Rollback as RollbackArguments, deploy, destroy,
    rollback,
};
pub(super) use version::version;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use strataform::deploy::{Fault, Reason};

use super::outcome::{Fail, Outcome};
use show::Show;
use target::Session;

/// Shows faults, each at its place in the platform file if it has one; the first one decides the exit code.
fn faults(session: &Session, show: &Show, faults: &[Fault]) -> Result<Outcome, Fail> {
    for fault in faults {
        let origin = fault.origin.as_deref();
        let span = origin.and_then(|origin| session.platform.place(session.environment(), origin));
        show.fault(&session.file, fault, span)?;
    }
    Err(Fail::Shown(faults.first().map_or(5, code)))
}

fn code(fault: &Fault) -> u8 {
    match fault.reason {
        Reason::Refused => 1,
        Reason::NotAllowed => 3,
        Reason::Locked => 4,
        Reason::Failed => 5,
        Reason::Credentials => 6,
        Reason::Interrupted => 130,
    }
}

/// Returns a flag that Ctrl-C sets. A second Ctrl-C exits the process.
fn interruptible() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    // Without a handler, Ctrl-C ends the process, and the next run continues from there.
    let _ = ctrlc::set_handler(move || {
        if heard.swap(true, Ordering::Relaxed) {
            end();
        }
        let _ =
            super::view::human::note("stopping after the current request; press Ctrl-C again to quit now");
    });
    stop
}

#[expect(clippy::exit, reason = "the user pressed Ctrl-C twice")]
fn end() -> ! {
    std::process::exit(130);
}
