// RUN: einsum-opt %s --split-input-file --verify-diagnostics

#id = affine_map<(i) -> (i)>
func.func @maps(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{expected 2 indexing maps, got 1}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @dimensions(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{map 1 must have 2 dimensions and no symbols}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero
      maps = [affine_map<(i, j) -> (j)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @rank(%a: memref<4x4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{map 0 has 1 results but operand 0 has rank 2}}
  kernel.region ins(%a : memref<4x4xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @window(%a: memref<8xf32>, %c: memref<4xf32>) {
  // expected-error @below {{map 0 may hold loop dimensions and the constant 0 only}}
  kernel.region ins(%a : memref<8xf32>) outs(%c : memref<4xf32>) init = zero
      maps = [affine_map<(i) -> (i * 2)>, affine_map<(i) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @extents(%a: memref<5xf32>, %c: memref<4xf32>) {
  // expected-error @below {{loop 0 has extent 5 in operand 0 but 4 in another}}
  kernel.region ins(%a : memref<5xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @no_extent(%c: memref<4xf32>) {
  // expected-error @below {{loop 1 has no extent}}
  kernel.region outs(%c : memref<4xf32>) init = load maps = [affine_map<(i, j) -> (i)>] {
  ^bb0(%acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @result(%a: tensor<4xf32>, %c: tensor<4xf32>) {
  // expected-error @below {{has a result exactly when its output is a tensor}}
  kernel.region ins(%a : tensor<4xf32>) outs(%c : tensor<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @classes(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{has 1 loops but 2 classes}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[n, k]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @unclassified(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{in normal form must carry the class of its loops}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @normal_rank(%a: memref<4xf32>, %c: memref<4x4xf32>) {
  // expected-error @below {{in normal form expects operands of rank 2, got rank 1}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4x4xf32>) init = zero loops = <[m, n]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @moving_sum(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{loop 0 is of class k but the output moves with it}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero loops = <[k]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @arguments(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{body must take one element of each operand}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @element(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{body argument 0 must be of the operand's element type}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f64, %acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @yield(%a: memref<4xf64>, %c: memref<4xf32>) {
  // expected-error @below {{body must yield the output's element type}}
  kernel.region ins(%a : memref<4xf64>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id] {
  ^bb0(%x: f64, %acc: f32):
    kernel.yield %x : f64
  }
  return
}

// -----

#id = affine_map<(i) -> (i)>
func.func @scheduled(%a: memref<4xf32>, %c: memref<4xf32>) {
  // expected-error @below {{carries a schedule before its loops are classified}}
  kernel.region ins(%a : memref<4xf32>) outs(%c : memref<4xf32>) init = zero maps = [#id, #id]
      schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 4, pack = [false]> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @pack_strides(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects one k stride for each extent}}
  kernel.pack %a[%n] to %a[%n] width = 4 count(%n) stride(%n) k(%n, %n) k_strides(%n) : memref<?xf32> to memref<?xf32>
  return
}

// -----

func.func @pack_outer(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects one stride of the source and one of the destination for each outer extent}}
  kernel.pack %a[%n] to %a[%n] width = 4 count(%n) stride(%n) k() k_strides() outer(%n) outer_strides(%n) outer_dest_strides() : memref<?xf32> to memref<?xf32>
  return
}

// -----

func.func @pack_types(%a: memref<?xf64>, %b: memref<?xf32>, %n: index) {
  // expected-error @below {{cannot widen 'f64' to 'f32'}}
  kernel.pack %a[%n] to %b[%n] width = 4 count(%n) stride(%n) k() k_strides() : memref<?xf64> to memref<?xf32>
  return
}

// -----

func.func @group_size(%a: memref<?xi8>, %b: memref<?xi32>, %n: index) {
  // expected-error @below {{groups 2 or 4 terms, got 3}}
  kernel.pack %a[%n] to %b[%n] width = 4 group = 3 count(%n) stride(%n) k() k_strides() : memref<?xi8> to memref<?xi32>
  return
}

// -----

func.func @group_type(%a: memref<?xi8>, %b: memref<?xi8>, %n: index) {
  // expected-error @below {{with groups expects a destination of i32, got 'i8'}}
  kernel.pack %a[%n] to %b[%n] width = 4 group = 4 count(%n) stride(%n) k() k_strides() : memref<?xi8> to memref<?xi8>
  return
}

// -----

func.func @group_bits(%a: memref<?xf16>, %b: memref<?xi32>, %n: index) {
  // expected-error @below {{cannot put 4 'f16' in i32}}
  kernel.pack %a[%n] to %b[%n] width = 4 group = 4 count(%n) stride(%n) k() k_strides() : memref<?xf16> to memref<?xi32>
  return
}

// -----

func.func @flip(%a: memref<?xi16>, %b: memref<?xi32>, %n: index) {
  // expected-error @below {{flips signs in groups of 4 i8 only}}
  kernel.pack %a[%n] to %b[%n] width = 4 group = 2 flip_sign count(%n) stride(%n) k() k_strides() : memref<?xi16> to memref<?xi32>
  return
}

// -----

func.func @tile_widens(%a: memref<?xf32>, %c: memref<?xf32>, %i: index) {
  // expected-error @below {{computes by widen, which is a matter of packing}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero kind = widen ins(%a) at(%i) out(%c[%i])
      k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func @tile_no_product(%a: memref<?xi32>, %c: memref<?xf32>, %i: index) {
  // expected-error @below {{computes by dot_bf16 but its body is no such product}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero kind = dot_bf16 ins(%a, %a) at(%i, %i) out(%c[%i])
      k(%i) m_strides(%i, %i, %i) n_strides(%i, %i, %i) k_strides(%i, %i) : (memref<?xi32>, memref<?xi32>) -> memref<?xf32> {
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

func.func @tile_signs(%a: memref<?xi32>, %c: memref<?xi32>, %i: index) {
  // expected-error @below {{computes by dot_i8 but both factors are signed}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero kind = dot_i8 ins(%a, %a) at(%i, %i) out(%c[%i])
      k(%i) m_strides(%i, %i, %i) n_strides(%i, %i, %i) k_strides(%i, %i) : (memref<?xi32>, memref<?xi32>) -> memref<?xi32> {
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

func.func @tile_columns(%a: memref<?xi8>, %c: memref<?xi32>, %i: index) {
  // expected-error @below {{expects groups of columns in memory of i32}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero kind = dot_i8 ins(%a, %a) at(%i, %i) out(%c[%i])
      k(%i) m_strides(%i, %i, %i) n_strides(%i, %i, %i) k_strides(%i, %i) : (memref<?xi8>, memref<?xi8>) -> memref<?xi32> {
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

func.func @tile_correction(%a: memref<?xf32>, %c: memref<?xf32>, %i: index) {
  // expected-error @below {{has a correction but does not compute by dot_i8}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%i) out(%c[%i])
      k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) correction(%i) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

// expected-error @below {{kc must be a multiple of 4 where kind is dot_i8, got 6}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 6, pack = [true, true], kind = dot_i8>

// -----

// expected-error @below {{expected fma, widen, dot_bf16, dot_i16 or dot_i8, got 'dot'}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 6, pack = [true, true], kind = dot>

// -----

func.func @tile_bases(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects one base for each input}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at() out(%a[%n])
      k() m_strides(%n, %n) n_strides(%n, %n) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @tile_strides(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects one row and one column stride for each input and the output}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%a[%n])
      k() m_strides(%n) n_strides(%n, %n) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @tile_k_strides(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects one k stride for each input and extent}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%a[%n])
      k(%n) m_strides(%n, %n) n_strides(%n, %n) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @tile_padded(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{expects 'padded' to have one element for each input}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%a[%n])
      k() m_strides(%n, %n) n_strides(%n, %n) k_strides() tail(%n) padded = [true, false]
      : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @tile_arguments(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{body must take one element of each input and the accumulator}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%a[%n])
      k() m_strides(%n, %n) n_strides(%n, %n) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @tile_element(%a: memref<?xf32>, %n: index) {
  // expected-error @below {{body argument 0 must be of the input's element type}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%a[%n])
      k() m_strides(%n, %n) n_strides(%n, %n) k_strides() : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f64, %acc: f32):
    kernel.yield %acc : f32
  }
  return
}

// -----

func.func @tile_yield(%a: memref<?xf64>, %c: memref<?xf32>, %n: index) {
  // expected-error @below {{body must take and yield the output's element type}}
  kernel.micro_kernel mr = 1 nv = 1 width = 8 init = zero ins(%a) at(%n) out(%c[%n])
      k() m_strides(%n, %n) n_strides(%n, %n) k_strides() : (memref<?xf64>) -> memref<?xf32> {
  ^bb0(%x: f64, %acc: f32):
    kernel.yield %x : f64
  }
  return
}

// -----

// expected-error @below {{expected batch, m, n or k, got 'x'}}
#loops = #kernel.loops<[m, x]>

// -----

// expected-error @below {{registers must be at least 4, got 2}}
#target = #kernel.target<cpu = "any", vector_bits = 256, registers = 2, l1 = 32768, l2 = 262144, l3 = 0>

// -----

// expected-error @below {{cache sizes must be positive}}
#target = #kernel.target<cpu = "any", vector_bits = 256, registers = 16, l1 = 0, l2 = 262144, l3 = 0>

// -----

// expected-error @below {{unknown schedule parameter 'mq'}}
#schedule = #kernel.cpu_schedule<mq = 1>

// -----

// expected-error @below {{missing schedule parameter 'nc'}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, kc = 4, pack = [false]>

// -----

// expected-error @below {{kc must be positive, got 0}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 0, pack = [false]>

// -----

// expected-error @below {{width must be a power of two, got 6}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 6, mc = 1, nc = 6, kc = 4, pack = [false]>

// -----

// expected-error @below {{mc must be a multiple of mr, got 4 and 3}}
#schedule = #kernel.cpu_schedule<mr = 3, nv = 1, width = 4, mc = 4, nc = 4, kc = 4, pack = [false]>

// -----

// expected-error @below {{block must be a multiple of 32 up to 1024, got 48}}
#schedule = #kernel.simt_schedule<block = 48, max_blocks = 1, order = [], index_bits = 32>

// -----

// expected-error @below {{max_blocks must be from 1 to 2147483647, got 0}}
#schedule = #kernel.simt_schedule<block = 32, max_blocks = 0, order = [], index_bits = 32>

// -----

// expected-error @below {{index_bits must be 32 or 64, got 16}}
#schedule = #kernel.simt_schedule<block = 32, max_blocks = 1, order = [0, 1], index_bits = 16>

// -----

// expected-error @below {{capability and multiprocessors must be positive, got 0 and 1}}
#target = #kernel.gpu_target<gpu = "sm_0", capability = 0, multiprocessors = 1>

// -----

// expected-error @below {{expected true or false}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 4, pack = [false], prefetch = yes>

// -----

// expected-error @below {{expected panels or output, got 'rows'}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 4, pack = [false], order = rows>

// -----

// expected-error @below {{expected columns or terms, got 'rows'}}
#schedule = #kernel.cpu_schedule<mr = 1, nv = 1, width = 4, mc = 1, nc = 4, kc = 4, pack = [false], lanes = rows>

// -----

func.func @tail(%a: memref<?xf32>, %c: memref<?xf32>, %i: index) {
  // expected-error @below {{expects no tail where lanes lie along the terms}}
  kernel.micro_kernel mr = 1 nv = 1 width = 4 init = zero term_lanes ins(%a) at(%i) out(%c[%i]) k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) tail(%i) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func @maximum(%a: memref<?xf32>, %c: memref<?xf32>, %i: index) {
  // expected-error @below {{lays lanes along the terms but its body does more than add them up}}
  kernel.micro_kernel mr = 1 nv = 1 width = 4 init = zero term_lanes ins(%a) at(%i) out(%c[%i]) k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) : (memref<?xf32>) -> memref<?xf32> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.maximumf %acc, %x : f32
    kernel.yield %s : f32
  }
  return
}

// -----

func.func @epilogue_takes(%a: memref<4x8xf32>, %c: memref<4xf16>) {
  // expected-error @below {{expects the epilogue to take one 'f32'}}
  kernel.region ins(%a : memref<4x8xf32>) outs(%c : memref<4xf16>) init = zero
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%x: f16):
    kernel.yield %x : f16
  }
  return
}

// -----

func.func @epilogue_yields(%a: memref<4x8xf32>, %c: memref<4xf16>) {
  // expected-error @below {{expects the epilogue to yield 'f16'}}
  kernel.region ins(%a : memref<4x8xf32>) outs(%c : memref<4xf16>) init = zero
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%x: f32):
    kernel.yield %x : f32
  }
  return
}

// -----

func.func @epilogue_loads(%a: memref<4x8xf32>, %c: memref<4xf16>) {
  // expected-error @below {{starts from its output, which is of 'f16', but sums 'f32'}}
  kernel.region ins(%a : memref<4x8xf32>) outs(%c : memref<4xf16>) init = load
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>] {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%x: f32):
    %r = arith.truncf %x : f32 to f16
    kernel.yield %r : f16
  }
  return
}

// -----

func.func @epilogue_lanes(%p: memref<?xf32>, %q: memref<?xf16>, %i: index) {
  // expected-error @below {{lays lanes along the terms and has an epilogue}}
  kernel.micro_kernel mr = 1 nv = 1 width = 4 init = zero term_lanes ins(%p) at(%i) out(%q[%i])
      k(%i) m_strides(%i, %i) n_strides(%i, %i) k_strides(%i) : (memref<?xf32>) -> memref<?xf16> {
  ^bb0(%x: f32, %acc: f32):
    %s = arith.addf %acc, %x : f32
    kernel.yield %s : f32
  } epilogue {
  ^bb0(%sum: f32):
    %r = arith.truncf %sum : f32 to f16
    kernel.yield %r : f16
  }
  return
}

// -----

// expected-error @below {{multiple must be at least 1, got 0}}
#extent = #kernel.extent<multiple = 0>

// -----

// expected-error @below {{expected 0 <= min <= max, got min 8 and max 4}}
#extent = #kernel.extent<min = 8, max = 4>

// -----

// expected-error @below {{expected min and max to be multiples of 16}}
#extent = #kernel.extent<multiple = 16, min = 8>

// -----

func.func @extents(%a: memref<?xf32>, %c: memref<?xf32>) {
  // expected-error @below {{expected 'kernel.extents' to be a #kernel.extent for each of 1 loops}}
  kernel.region ins(%a : memref<?xf32>) outs(%c : memref<?xf32>) init = zero
      maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>] attributes {kernel.extents = [16]} {
  ^bb0(%x: f32, %acc: f32):
    kernel.yield %x : f32
  }
  return
}
