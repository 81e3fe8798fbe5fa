// RUN: einsum-opt %s --kernel-expand-conversions --split-input-file --verify-diagnostics

func.func @rounding_mode(%x: f32) -> f16 {
  // expected-error @below {{cannot round to 'f16' by 'toward_zero': conversions round to nearest even}}
  %y = arith.truncf %x toward_zero : f32 to f16
  return %y : f16
}

// -----

func.func @wide(%x: vector<2xf128>) -> vector<2xbf16> {
  // expected-error @below {{expected a conversion from f32 or f64 to 'bf16', got 'f128'}}
  %y = arith.truncf %x : vector<2xf128> to vector<2xbf16>
  return %y : vector<2xbf16>
}
