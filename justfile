# Every recipe runs a command of `cargo xtask`; just is optional.

# List the recipes.
default:
    @just --list

# Fetch the pinned test tools into target/tools.
setup:
    cargo xtask setup

# Run the tests; arguments go to `cargo test`.
test *arguments:
    cargo xtask test {{ arguments }}

# Run every check that CI runs.
ci:
    cargo xtask ci

# Reduce the registry schemas to the committed facts; `--check` reports whether they are up to date.
schemas *arguments:
    cargo xtask schemas {{ arguments }}

# Generate the resource types from the facts; `--check` reports whether they are up to date.
codegen *arguments:
    cargo xtask codegen {{ arguments }}

# Run a local AWS in the foreground; takes a port as an argument.
local-aws *port:
    cargo xtask local-aws {{ port }}

# Format the Rust code.
format:
    cargo fmt --all
