// @ts-check
// What the bundler tells of the build: js/build.js alone names what it puts in place.

/** The version of the program (internal/version). */
export const version = SIPSEAL_VERSION;

/** The SHA-256 of the inspector's WASM, in hex, as dist/SHA256SUMS has it. */
export const program = SIPSEAL_PROGRAM;
