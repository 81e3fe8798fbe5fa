// RUN: einsum-opt %s --split-input-file --verify-diagnostics

// Kinds that a region cannot carry out.

func.func private @difference(%a: memref<4x8x16xbf16, strided<[16, 0, 1]>>, %b: memref<4x8x16xbf16, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_bf16 but the region's body is no such product}}
  kernel.region ins(%a, %b : memref<4x8x16xbf16, strided<[16, 0, 1]>>, memref<4x8x16xbf16, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [true, true], kind = dot_bf16> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wx = arith.extf %x : bf16 to f32
    %wy = arith.extf %y : bf16 to f32
    %p = arith.mulf %wx, %wy : f32
    %s = arith.subf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func private @wide(%a: memref<4x8x16xi16, strided<[16, 0, 1]>>, %b: memref<4x8x16xi8, strided<[0, 1, 8]>>, %c: memref<4x8x16xi32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_i8 but the region's body is no such product}}
  kernel.region ins(%a, %b : memref<4x8x16xi16, strided<[16, 0, 1]>>, memref<4x8x16xi8, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xi32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [true, true], kind = dot_i8> {
  ^bb0(%x: i16, %y: i8, %acc: i32):
    %wx = arith.extsi %x : i16 to i32
    %wy = arith.extsi %y : i8 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

func.func private @unsigned_words(%a: memref<4x8x16xi16, strided<[16, 0, 1]>>, %b: memref<4x8x16xi16, strided<[0, 1, 8]>>, %c: memref<4x8x16xi32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_i16 but the region's body is no such product}}
  kernel.region ins(%a, %b : memref<4x8x16xi16, strided<[16, 0, 1]>>, memref<4x8x16xi16, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xi32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [true, true], kind = dot_i16> {
  ^bb0(%x: i16, %y: i16, %acc: i32):
    %wx = arith.extui %x : i16 to i32
    %wy = arith.extsi %y : i16 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

func.func private @columns(%a: memref<4x8x16xbf16, strided<[16, 0, 1]>>, %b: memref<4x8x16xbf16, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_bf16 but does not pack input 1 in groups}}
  kernel.region ins(%a, %b : memref<4x8x16xbf16, strided<[16, 0, 1]>>, memref<4x8x16xbf16, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [true, false], kind = dot_bf16> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wx = arith.extf %x : bf16 to f32
    %wy = arith.extf %y : bf16 to f32
    %p = arith.mulf %wx, %wy : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func private @signs(%a: memref<4x8x16xi8, strided<[16, 0, 1]>>, %b: memref<4x8x16xi8, strided<[0, 1, 8]>>, %c: memref<4x8x16xi32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_i8 but does not pack input 0, whose sign bit must change}}
  kernel.region ins(%a, %b : memref<4x8x16xi8, strided<[16, 0, 1]>>, memref<4x8x16xi8, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xi32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [false, true], kind = dot_i8> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %wx = arith.extsi %x : i8 to i32
    %wy = arith.extsi %y : i8 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

func.func private @narrow(%a: memref<4x8x16xi8, strided<[16, 0, 1]>>, %b: memref<4x8x16xi8, strided<[0, 1, 8]>>, %c: memref<4x8x16xi32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_i16 but does not pack input 0, which must be widened}}
  kernel.region ins(%a, %b : memref<4x8x16xi8, strided<[16, 0, 1]>>, memref<4x8x16xi8, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xi32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [false, true], kind = dot_i16> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %wx = arith.extsi %x : i8 to i32
    %wy = arith.extsi %y : i8 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

func.func private @apart(%a: memref<4x8x16xbf16, strided<[1, 0, 4]>>, %b: memref<4x8x16xbf16, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_bf16 but does not pack input 0, whose memory holds no whole groups of 2 terms}}
  kernel.region ins(%a, %b : memref<4x8x16xbf16, strided<[1, 0, 4]>>, memref<4x8x16xbf16, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [false, true], kind = dot_bf16> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wx = arith.extf %x : bf16 to f32
    %wy = arith.extf %y : bf16 to f32
    %p = arith.mulf %wx, %wy : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func private @odd(%a: memref<4x8x15xi8, strided<[15, 0, 1]>>, %b: memref<4x8x15xi8, strided<[0, 1, 8]>>, %c: memref<4x8x15xi32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule computes by dot_i8 but does not pack input 0, whose memory holds no whole groups of 4 terms}}
  kernel.region ins(%a, %b : memref<4x8x15xi8, strided<[15, 0, 1]>>, memref<4x8x15xi8, strided<[0, 1, 8]>>) outs(%c : memref<4x8x15xi32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [false, true], kind = dot_i8> {
  ^bb0(%x: i8, %y: i8, %acc: i32):
    %wx = arith.extui %x : i8 to i32
    %wy = arith.extsi %y : i8 to i32
    %p = arith.muli %wx, %wy : i32
    %s = arith.addi %acc, %p : i32
    kernel.yield %s : i32
  }
  return
}

// -----

func.func private @widens_nothing(%a: memref<4x8x16xf32, strided<[16, 0, 1]>>, %b: memref<4x8x16xf32, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  // expected-error @below {{schedule widens elements but packs no input that the body widens}}
  kernel.region ins(%a, %b : memref<4x8x16xf32, strided<[16, 0, 1]>>, memref<4x8x16xf32, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [true, true], kind = widen> {
  ^bb0(%x: f32, %y: f32, %acc: f32):
    %p = arith.mulf %x, %y : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}

// -----

// Whole groups, of which none need change: read where it is.
func.func private @in_place(%a: memref<4x8x16xbf16, strided<[16, 0, 1]>>, %b: memref<4x8x16xbf16, strided<[0, 1, 8]>>, %c: memref<4x8x16xf32, strided<[8, 1, 0]>>) {
  kernel.region ins(%a, %b : memref<4x8x16xbf16, strided<[16, 0, 1]>>, memref<4x8x16xbf16, strided<[0, 1, 8]>>) outs(%c : memref<4x8x16xf32, strided<[8, 1, 0]>>) init = zero loops = <[m, n, k]>
    schedule = #kernel.cpu_schedule<mr = 2, nv = 1, width = 8, mc = 4, nc = 8, kc = 8, pack = [false, true], kind = dot_bf16> {
  ^bb0(%x: bf16, %y: bf16, %acc: f32):
    %wx = arith.extf %x : bf16 to f32
    %wy = arith.extf %y : bf16 to f32
    %p = arith.mulf %wx, %wy : f32
    %s = arith.addf %acc, %p : f32
    kernel.yield %s : f32
  }
  return
}
