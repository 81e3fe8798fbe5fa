// RUN: einsum-opt %s --kernel-select-schedule='cpu=znver4 threads=0' --split-input-file --verify-diagnostics

// expected-error @below {{expected 1 to 1024 threads, got 0}}
module {}

// -----

// expected-error @below {{expected 'kernel.threads' to be an i64 from 1 to 1024, got 1025 : i64}}
module attributes {kernel.threads = 1025 : i64} {}

// -----

// expected-error @below {{expected 'kernel.threads' to be an i64 from 1 to 1024, got "two"}}
module attributes {kernel.threads = "two"} {}

// -----

// What the module says counts.
module attributes {kernel.threads = 3 : i64} {}
