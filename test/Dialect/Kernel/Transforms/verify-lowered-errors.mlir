// RUN: einsum-opt %s --verify-lowered --split-input-file --verify-diagnostics

// expected-error @+1 {{expected only operations of the llvm dialect, but 'func.func' is left}}
func.func @f() {
  return
}

// -----

llvm.func @cast(%p: !llvm.ptr) -> i64 {
  // expected-error @+1 {{but 'builtin.unrealized_conversion_cast' is left}}
  %i = builtin.unrealized_conversion_cast %p : !llvm.ptr to i64
  llvm.return %i : i64
}
