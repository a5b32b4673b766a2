# Every recipe is a verb of `cargo xtask`; just is a convenience, and nothing needs it.

# Lists the recipes.
default:
    @just --list

# Fetches the pinned test tools into target/tools.
setup:
    cargo xtask setup

# Runs the tests; arguments go to `cargo test`.
test *arguments:
    cargo xtask test {{ arguments }}

# Runs every check that CI runs.
ci:
    cargo xtask ci

# Reduces the registry schemas to the committed facts; `--check` says whether they are stale.
schemas *arguments:
    cargo xtask schemas {{ arguments }}

# Writes the resource types from the facts; `--check` says whether they are stale.
codegen *arguments:
    cargo xtask codegen {{ arguments }}

# Runs a local AWS in the foreground; a port may be named.
local-aws *port:
    cargo xtask local-aws {{ port }}

# Formats the Rust code.
format:
    cargo fmt --all
