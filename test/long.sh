# Sourced by tools/check --long, after the ordinary tests: what takes hours.

tidy() {
  "$llvm/bin/run-clang-tidy" -quiet -clang-tidy-binary "$llvm/bin/clang-tidy" \
    -p "$build" -j "$(jobs)" "$root/(lib|tools)/.*\.cpp$"
}
one tidy tidy

# The sanitizers' build runs the same text and unit tests; the fuzzers are part
# of it.
sanitized() { # NAME SANITIZERS
  local dir=$build-$1
  configure_and_build "$dir" -DEINSUMC_SANITIZE="$2" -DEINSUMC_FUZZERS=ON \
    -DCMAKE_CXX_FLAGS_RELEASE="-O1 -g1" -DCMAKE_C_FLAGS_RELEASE="-O1 -g1"
  # libMLIR is not instrumented: containers that cross the border look wrong, and
  # what our side of a bump allocator poisons, its side does not unpoison.
  export ASAN_OPTIONS=detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0
  export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
  sum "lit-$1" lit_suite "$dir/test" "lit-$1"
  sum "unit-$1" lit_suite "$dir/test/Unit" "unit-$1"
  sum "execution-$1" "$root/test/Execution/run" "$dir"
}
sanitized asan "fuzzer-no-link;address;undefined"
sum fuzz "$root/test/Fuzz/run" "$build-asan"
