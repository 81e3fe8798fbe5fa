// RUN: einsum-opt %s --convert-einsum-to-linalg --split-input-file | FileCheck %s

// The output's labels are the outer loops, in its order; sums start from zeros.
// CHECK-DAG: #[[MAP_A:.*]] = affine_map<(d0, d1, d2) -> (d1, d2)>
// CHECK-DAG: #[[MAP_B:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[MAP_C:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-LABEL: func.func @product
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x3xf32>, %[[Y:[^:]*]]: tensor<3x4xf32>
// CHECK: %[[EMPTY:.*]] = tensor.empty() : tensor<4x2xf32>
// CHECK: %[[FILL:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[EMPTY]]
// CHECK: linalg.generic {indexing_maps = [#[[MAP_A]], #[[MAP_B]], #[[MAP_C]]], iterator_types = ["parallel", "parallel", "reduction"]} ins(%[[X]], %[[Y]] : {{.*}}) outs(%[[FILL]]
// CHECK-NEXT: (%[[E:.*]]: f32, %[[F:.*]]: f32, %[[SUM:.*]]: f32):
// CHECK-NEXT: %[[P:.*]] = arith.mulf %[[E]], %[[F]] : f32
// CHECK-NEXT: %[[S:.*]] = arith.addf %[[SUM]], %[[P]] : f32
// CHECK-NEXT: linalg.yield %[[S]]
// CHECK-NEXT: } -> tensor<4x2xf32>
// CHECK-NEXT: return
func.func @product(%x: tensor<2x3xf32>, %y: tensor<3x4xf32>) -> tensor<4x2xf32> {
  %0 = einsum.contract "ij,jk->ki" %x, %y {accumulate = f32} : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// -----

// A diagonal repeats its loop; nothing summed, nothing read of the output.
// CHECK-DAG: #[[DIAGONAL:.*]] = affine_map<(d0) -> (d0, d0)>
// CHECK-LABEL: func.func @diagonal
// CHECK-NOT: linalg.fill
// CHECK: linalg.generic {indexing_maps = [#[[DIAGONAL]], #{{.*}}], iterator_types = ["parallel"]}
// CHECK-NEXT: ^bb0(%[[E:.*]]: f64, %{{.*}}: f64):
// CHECK-NEXT: linalg.yield %[[E]]
func.func @diagonal(%x: tensor<3x3xf64>) -> tensor<3xf64> {
  %0 = einsum.contract "ii->i" %x {accumulate = f64} : (tensor<3x3xf64>) -> tensor<3xf64>
  return %0 : tensor<3xf64>
}

// -----

// A diagonal of the output: zeros around it.
// CHECK-DAG: #[[MAP_X:.*]] = affine_map<(d0) -> (d0)>
// CHECK-DAG: #[[DIAGONAL:.*]] = affine_map<(d0) -> (d0, d0)>
// CHECK-LABEL: func.func @write_diagonal
// CHECK: %[[FILL:.*]] = linalg.fill ins(%{{.*}} : i16)
// CHECK: linalg.generic {indexing_maps = [#[[MAP_X]], #[[DIAGONAL]]], iterator_types = ["parallel"]} ins(%{{.*}}) outs(%[[FILL]]
func.func @write_diagonal(%x: tensor<3xi16>) -> tensor<3x3xi16> {
  %0 = einsum.contract "i->ii" %x {accumulate = i32} : (tensor<3xi16>) -> tensor<3x3xi16>
  return %0 : tensor<3x3xi16>
}

// -----

// From diagonal to diagonal by way of a vector: canonicalization would take a
// generic that yields its input under equal maps for the identity.
// CHECK-LABEL: func.func @copy_diagonal
// CHECK: %[[D:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<3x3xf32>) outs(%{{.*}} : tensor<3xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[D]] : tensor<3xf32>)
func.func @copy_diagonal(%x: tensor<3x3xf32>) -> tensor<3x3xf32> {
  %0 = einsum.contract "ii->ii" %x {accumulate = f32} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}

// -----

// An axis of extent 1 stays where it is, the operand that decides gives the
// extent at run time.
// CHECK-DAG: #[[MAP_X:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-DAG: #[[MAP_Y:.*]] = affine_map<(d0, d1, d2) -> (d1, 0)>
// CHECK-DAG: #[[MAP_Z:.*]] = affine_map<(d0, d1, d2) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1, d2) -> (0, d1)>
// CHECK-LABEL: func.func @broadcast
// CHECK-SAME: %[[A:[^:]*]]: tensor<1x?xf32>, %[[B:[^:]*]]: tensor<?x1xf32>
// CHECK: %[[AXIS:.*]] = arith.constant 0 : index
// CHECK: %[[J:.*]] = tensor.dim %[[B]], %[[AXIS]]
// CHECK: tensor.empty(%[[J]]) : tensor<1x?xf32>
// CHECK: %[[P:.*]] = linalg.generic {indexing_maps = [#[[MAP_X]], #[[MAP_Y]], #[[MAP_Z]]],
// CHECK-SAME: ins(%[[A]], %[[B]]
// CHECK: linalg.generic {indexing_maps = [#[[ROW]], #[[MAP_X]], #[[MAP_Z]]],
// CHECK-SAME: ins(%[[P]]
func.func @broadcast(%x: tensor<1x?xf32>, %y: tensor<?x1xf32>, %z: tensor<4x1xf32>) -> tensor<4x?xf32> {
  %0 = einsum.contract "ik,jk->ij" %x, %y {accumulate = f32} : (tensor<1x?xf32>, tensor<?x1xf32>) -> tensor<1x?xf32>
  %1 = einsum.contract "ij,ik->ij" %0, %z {accumulate = f32} : (tensor<1x?xf32>, tensor<4x1xf32>) -> tensor<4x?xf32>
  return %1 : tensor<4x?xf32>
}

// -----

// Scalars have no loops.
// CHECK-LABEL: func.func @scalars
// CHECK: linalg.generic {indexing_maps = [#{{.*}}, #{{.*}}, #{{.*}}], iterator_types = []}
// CHECK-NEXT: ^bb0(%[[X:.*]]: complex<f32>, %[[Y:.*]]: f64, %{{.*}}: complex<f64>):
// CHECK-NEXT: %[[RE:.*]] = complex.re %[[X]]
// CHECK-NEXT: %[[RE64:.*]] = arith.extf %[[RE]] : f32 to f64
// CHECK-NEXT: %[[IM:.*]] = complex.im %[[X]]
// CHECK-NEXT: %[[IM64:.*]] = arith.extf %[[IM]] : f32 to f64
// CHECK-NEXT: %[[X64:.*]] = complex.create %[[RE64]], %[[IM64]] : complex<f64>
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT: %[[Y64:.*]] = complex.create %[[Y]], %[[ZERO]] : complex<f64>
// CHECK-NEXT: complex.mul %[[X64]], %[[Y64]] : complex<f64>
func.func @scalars(%x: tensor<complex<f32>>, %y: tensor<f64>) -> tensor<complex<f64>> {
  %0 = einsum.contract ",->" %x, %y {accumulate = complex<f64>} : (tensor<complex<f32>>, tensor<f64>) -> tensor<complex<f64>>
  return %0 : tensor<complex<f64>>
}

// -----

// Sums of complex numbers, and their conversion.
// CHECK-LABEL: func.func @complex_sum
// CHECK: %[[ZERO:.*]] = complex.constant [0.000000e+00, 0.000000e+00] : complex<f64>
// CHECK: linalg.fill ins(%[[ZERO]]
// CHECK: complex.add
// CHECK: linalg.generic
// CHECK: arith.truncf %{{.*}} : f64 to f32
// CHECK: arith.truncf %{{.*}} : f64 to f32
// CHECK: complex.create %{{.*}} : complex<f32>
func.func @complex_sum(%x: tensor<4xcomplex<f64>>) -> tensor<complex<f32>> {
  %0 = einsum.contract "i->" %x {accumulate = complex<f64>} : (tensor<4xcomplex<f64>>) -> tensor<complex<f32>>
  return %0 : tensor<complex<f32>>
}

// -----

// Signs decide how an element widens; the result is narrowed when summed up.
// CHECK-LABEL: func.func @integers
// CHECK-SAME: tensor<2x3xi8> {kernel.element = "u8", kernel.labels = ["i", "j"]}, %{{.*}}: tensor<3xi16>)
// CHECK-SAME: -> (tensor<2xi16> {kernel.element = "u16"})
// CHECK: ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: i16, %[[SUM:.*]]: i32):
// CHECK-NEXT: %[[XW:.*]] = arith.extui %[[X]] : i8 to i32
// CHECK-NEXT: %[[YW:.*]] = arith.extsi %[[Y]] : i16 to i32
// CHECK-NEXT: %[[P:.*]] = arith.muli %[[XW]], %[[YW]] : i32
// CHECK-NEXT: arith.addi %[[SUM]], %[[P]] : i32
// CHECK: linalg.generic
// CHECK: arith.trunci %{{.*}} : i32 to i16
func.func @integers(%x: tensor<2x3xui8> {kernel.labels = ["i", "j"]}, %y: tensor<3xi16>) -> tensor<2xui16> {
  %0 = einsum.contract "ij,j->i" %x, %y {accumulate = i32} : (tensor<2x3xui8>, tensor<3xi16>) -> tensor<2xui16>
  return %0 : tensor<2xui16>
}

// -----

// Where the bits are the same there is nothing to convert.
// CHECK-LABEL: func.func @same_bits
// CHECK-COUNT-1: linalg.generic
// CHECK-NOT: linalg.generic
func.func @same_bits(%x: tensor<3xi32>) -> tensor<ui32> {
  %0 = einsum.contract "i->" %x {accumulate = i32} : (tensor<3xi32>) -> tensor<ui32>
  return %0 : tensor<ui32>
}

// -----

// CHECK-LABEL: func.func @kinds
// CHECK: arith.sitofp %{{.*}} : i32 to f64
// CHECK: arith.uitofp %{{.*}} : i64 to f32
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK: arith.fptosi %{{.*}} : f32 to i32
func.func @kinds(%x: tensor<3xi32>, %y: tensor<3xui64>, %z: tensor<3xf32>) -> (tensor<3xf64>, tensor<3xbf16>, tensor<3xi32>) {
  %0 = einsum.contract "i->i" %x {accumulate = f64} : (tensor<3xi32>) -> tensor<3xf64>
  %1 = einsum.contract "i->i" %y {accumulate = f32} : (tensor<3xui64>) -> tensor<3xbf16>
  %2 = einsum.contract "i->i" %z {accumulate = i32} : (tensor<3xf32>) -> tensor<3xi32>
  return %0, %1, %2 : tensor<3xf64>, tensor<3xbf16>, tensor<3xi32>
}

// -----

// Bools are bytes; "and", "or"; any number but 0 is true.
// CHECK-LABEL: func.func @bools
// CHECK-SAME: tensor<2x3xi8> {kernel.element = "bool"}, %{{.*}}: tensor<3xf16>) -> (tensor<2xi8> {kernel.element = "bool"}, tensor<f32>)
// CHECK: ^bb0(%[[X:.*]]: i8, %[[Y:.*]]: f16, %[[SUM:.*]]: i8):
// CHECK-NEXT: %[[YW:.*]] = arith.extf %[[Y]] : f16 to f32
// CHECK-NEXT: %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT: %[[TRUE:.*]] = arith.cmpf une, %[[YW]], %[[ZERO]] : f32
// CHECK-NEXT: %[[BYTE:.*]] = arith.extui %[[TRUE]] : i1 to i8
// CHECK-NEXT: %[[AND:.*]] = arith.andi %[[X]], %[[BYTE]] : i8
// CHECK-NEXT: arith.ori %[[SUM]], %[[AND]] : i8
// CHECK: arith.uitofp %{{.*}} : i8 to f32
func.func @bools(%x: tensor<2x3xi1>, %y: tensor<3xf16>) -> (tensor<2xi1>, tensor<f32>) {
  %0 = einsum.contract "ij,j->i" %x, %y {accumulate = i1} : (tensor<2x3xi1>, tensor<3xf16>) -> tensor<2xi1>
  %1 = einsum.contract "ij->" %x {accumulate = f32} : (tensor<2x3xi1>) -> tensor<f32>
  return %0, %1 : tensor<2xi1>, tensor<f32>
}

// -----

// A sum over nothing is the zeros it starts from.
// CHECK-LABEL: func.func @no_terms
// CHECK: linalg.fill
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : tensor<2x0xf32>) outs(%{{.*}} : tensor<2xf32>)
func.func @no_terms(%x: tensor<2x0xf32>) -> tensor<2xf32> {
  %0 = einsum.contract "ij->i" %x {accumulate = f32} : (tensor<2x0xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// alpha · product + beta · c in the sum's type, rounded once; with a beta of 0
// nothing of c shows.
// CHECK-LABEL: func.func @accumulate
// CHECK-SAME: %[[P:[^:]*]]: tensor<4x?xf32>, %[[C:[^:]*]]: tensor<4x?xf16> {kernel.inout}, %[[ALPHA:[^:]*]]: f16, %[[BETA:[^:]*]]: f16
// CHECK: %[[J:.*]] = tensor.dim %[[P]]
// CHECK: %[[EMPTY:.*]] = tensor.empty(%[[J]]) : tensor<4x?xf16>
// CHECK: linalg.generic {{.*}} ins(%[[P]], %[[C]] : {{.*}}) outs(%[[EMPTY]]
// CHECK-NEXT: ^bb0(%[[E:.*]]: f32, %[[OLD:.*]]: f16, %{{.*}}: f16):
// CHECK-NEXT: %[[AW:.*]] = arith.extf %[[ALPHA]] : f16 to f32
// CHECK-NEXT: %[[SCALED:.*]] = arith.mulf %[[AW]], %[[E]] : f32
// CHECK-NEXT: %[[OW:.*]] = arith.extf %[[OLD]] : f16 to f32
// CHECK-NEXT: %[[BW:.*]] = arith.extf %[[BETA]] : f16 to f32
// CHECK-NEXT: %[[KEPT:.*]] = arith.mulf %[[BW]], %[[OW]] : f32
// CHECK-NEXT: %[[SUM:.*]] = arith.addf %[[SCALED]], %[[KEPT]] : f32
// CHECK: %[[NONE:.*]] = arith.cmpf oeq, %{{.*}} : f32
// CHECK-NEXT: %[[SELECT:.*]] = arith.select %[[NONE]], %[[SCALED]], %[[SUM]] : f32
// CHECK-NEXT: arith.truncf %[[SELECT]] : f32 to f16
func.func @accumulate(%p: tensor<4x?xf32>, %c: tensor<4x?xf16> {kernel.inout}, %alpha: f16, %beta: f16) -> tensor<4x?xf16> {
  %0 = einsum.accumulate %p, %c alpha(%alpha) beta(%beta) : tensor<4x?xf32>, tensor<4x?xf16> -> tensor<4x?xf16>
  return %0 : tensor<4x?xf16>
}

// -----

// Constants stand in the body; of c multiplied by 0 nothing is read.
// CHECK-LABEL: func.func @accumulate_constants
// CHECK-SAME: %[[P:[^:]*]]: tensor<2xi32>
// CHECK-SAME: %[[ALPHA:[^:]*]]: i8 {kernel.element = "u8"}
// CHECK: arith.extui %[[ALPHA]] : i8 to i32
// CHECK: %[[SEVEN:.*]] = arith.constant 7 : i32
// CHECK: arith.muli %[[SEVEN]]
// CHECK-NOT: arith.select
// CHECK: arith.trunci %{{.*}} : i32 to i8
// CHECK: linalg.generic {{.*}} ins(%[[P]] : tensor<2xi32>)
// CHECK: %[[ONE:.*]] = complex.constant [1.000000e+00 : f32, -2.000000e+00 : f32]
// CHECK: complex.mul %[[ONE]]
// CHECK: arith.andi %{{.*}} : i1
// CHECK: arith.select %{{.*}} : complex<f32>
func.func @accumulate_constants(%p: tensor<2xi32>, %c: tensor<2xui8>, %alpha: ui8, %z: tensor<2xcomplex<f32>>, %beta: complex<f32>) -> (tensor<2xui8>, tensor<2xui8>, tensor<2xcomplex<f32>>) {
  %0 = einsum.accumulate %p, %c alpha(%alpha) beta(7 : ui8) : tensor<2xi32>, tensor<2xui8> -> tensor<2xui8>
  %1 = einsum.accumulate %p, %c beta(0 : ui8) : tensor<2xi32>, tensor<2xui8> -> tensor<2xui8>
  %2 = einsum.accumulate %z, %z alpha(#complex.number<:f32 1.0, -2.0>) beta(%beta) : tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>> -> tensor<2xcomplex<f32>>
  return %0, %1, %2 : tensor<2xui8>, tensor<2xui8>, tensor<2xcomplex<f32>>
}

// -----

// Bools: "·" is and, "+" is or.
// CHECK-LABEL: func.func @accumulate_bools
// CHECK: arith.andi
// CHECK: arith.andi
// CHECK: arith.ori
func.func @accumulate_bools(%p: tensor<2xi1>, %c: tensor<2xi1>, %alpha: i1, %beta: i1) -> tensor<2xi1> {
  %0 = einsum.accumulate %p, %c alpha(%alpha) beta(%beta) : tensor<2xi1>, tensor<2xi1> -> tensor<2xi1>
  return %0 : tensor<2xi1>
}

// -----

// Calls follow their callees; what only moves elements, and constants, too.
// CHECK-LABEL: func.func private @external(tensor<?xi8> {kernel.element = "u8"}) -> (tensor<?xi8> {kernel.element = "u8"})
// CHECK-LABEL: func.func private @helper(
// CHECK-SAME: tensor<?xi8> {kernel.element = "u8"}) -> (tensor<4xi8> {kernel.element = "u8"})
// CHECK-DAG: tensor.cast %{{.*}} : tensor<?xi8> to tensor<4xi8>
// CHECK-DAG: arith.constant dense<[1, -1, 3, 4]> : tensor<4xi8>
// CHECK-LABEL: func.func @caller(
// CHECK: %[[R:.*]] = call @external(%{{.*}}) : (tensor<?xi8>) -> tensor<?xi8>
// CHECK: call @helper(%[[R]]) : (tensor<?xi8>) -> tensor<4xi8>
// CHECK-LABEL: func.func private @untouched(i1) -> i1
func.func private @external(tensor<?xui8>) -> tensor<?xui8>
func.func private @helper(%x: tensor<?xui8>) -> tensor<4xui8> {
  %c = arith.constant dense<[1, 255, 3, 4]> : tensor<4xui8>
  %0 = tensor.cast %x : tensor<?xui8> to tensor<4xui8>
  %1 = einsum.contract "i,i->i" %0, %c {accumulate = i32} : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %1 : tensor<4xui8>
}
func.func @caller(%x: tensor<?xui8>) -> tensor<4xui8> {
  %0 = call @external(%x) : (tensor<?xui8>) -> tensor<?xui8>
  %1 = call @helper(%0) : (tensor<?xui8>) -> tensor<4xui8>
  return %1 : tensor<4xui8>
}
func.func private @untouched(i1) -> i1

// -----

// Bools of other dialects stay i1 and are converted where they meet einsum.
// CHECK-LABEL: func.func @mask
// CHECK: %[[MASK:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<4xi1>)
// CHECK: %[[BYTES:.*]] = linalg.generic {{.*}} ins(%[[MASK]] : tensor<4xi1>) outs(%{{.*}} : tensor<4xi8>)
// CHECK: arith.extui %{{.*}} : i1 to i8
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[BYTES]] : tensor<4xf32>, tensor<4xi8>)
func.func @mask(%x: tensor<4xf32>) -> tensor<f32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<4xi1>
  %mask = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%x : tensor<4xf32>) outs(%empty : tensor<4xi1>) {
  ^bb0(%e: f32, %old: i1):
    %positive = arith.cmpf ogt, %e, %zero : f32
    linalg.yield %positive : i1
  } -> tensor<4xi1>
  %0 = einsum.contract "i,i->" %x, %mask {accumulate = f32} : (tensor<4xf32>, tensor<4xi1>) -> tensor<f32>
  return %0 : tensor<f32>
}
