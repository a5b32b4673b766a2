//! Witnesses of edits of platforms and of pairs of templates.

mod again;
mod cases;
mod edits;
mod harmless;
