# Short names for plain commands; CONTRIBUTING.md shows each. Nobody needs `just`.

build:
    cargo build --workspace

demo:
    cargo run --release -- demo

test:
    cargo test --workspace

lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

lint-wasm:
    cargo clippy -p countersign-sdk -p autenti -p docusign -p onespan -p paper -p hostile --target wasm32-wasip2 -- -D warnings

doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

conformance:
    cargo test -p countersign-conformance

conformance-external:
    bash fixtures/simulators/clients/docusign/run.sh

bench:
    cargo run --release -- bench dispatch

bless:
    BLESS=1 cargo test --workspace

deny:
    cargo deny check

verify:
    bash .ci/run
