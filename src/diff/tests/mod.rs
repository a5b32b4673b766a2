//! Changes of templates.

mod cases;
mod resources;
