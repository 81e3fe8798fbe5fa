// RUN: einsum-opt %s --einsum-order-contractions | FileCheck %s
// RUN: einsum-opt %s --einsum-order-contractions=report=true -o /dev/null 2>&1 | FileCheck %s --check-prefix=REPORT

// The cheaper of the two trees; intermediates have the accumulator's type.

// REPORT: remark: products: 2, operands summed before: 0, FLOPs: 1536 (the least), largest intermediate: 64 elements
// CHECK-LABEL: @chain
// CHECK: %[[BC:.*]] = einsum.contract "jk,kl->jl" %arg1, %arg2 {accumulate = f32} : (tensor<32x6xf16>, tensor<6x2xf16>) -> tensor<32x2xf32>
// CHECK: einsum.contract "ij,jl->il" %arg0, %[[BC]] {accumulate = f32} : (tensor<6x32xf16>, tensor<32x2xf32>) -> tensor<6x2xf16>
func.func @chain(%a: tensor<6x32xf16>, %b: tensor<32x6xf16>, %c: tensor<6x2xf16>) -> tensor<6x2xf16> {
  %0 = einsum.contract "ij,jk,kl->il" %a, %b, %c {accumulate = f32}
    : (tensor<6x32xf16>, tensor<32x6xf16>, tensor<6x2xf16>) -> tensor<6x2xf16>
  return %0 : tensor<6x2xf16>
}

// A label of four operands is summed by the last product alone.

// CHECK-LABEL: @shared
// CHECK-DAG: %[[AC:.*]] = einsum.contract "bi,bi->b" %arg0, %arg2
// CHECK-DAG: %[[BD:.*]] = einsum.contract "bj,bj->b" %arg1, %arg3
// CHECK: einsum.contract "b,b->" %[[AC]], %[[BD]]
func.func @shared(%a: tensor<4x32xf32>, %b: tensor<4x64xf32>, %c: tensor<4x32xf32>, %d: tensor<4x64xf32>) -> tensor<f32> {
  %0 = einsum.contract "bi,bj,bi,bj->" %a, %b, %c, %d {accumulate = f32}
    : (tensor<4x32xf32>, tensor<4x64xf32>, tensor<4x32xf32>, tensor<4x64xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// What shares no label: sums first, the outer product last.

// CHECK-LABEL: @apart
// CHECK-DAG: %[[AD:.*]] = einsum.contract "i,i->" %arg0, %arg3
// CHECK-DAG: %[[CB:.*]] = einsum.contract "k,jk->j" %arg2, %arg1
// CHECK: einsum.contract ",j->j" %[[AD]], %[[CB]]
func.func @apart(%a: tensor<4xf32>, %b: tensor<5x6xf32>, %c: tensor<6xf32>, %d: tensor<4xf32>) -> tensor<5xf32> {
  %0 = einsum.contract "i,jk,k,i->j" %a, %b, %c, %d {accumulate = f32}
    : (tensor<4xf32>, tensor<5x6xf32>, tensor<6xf32>, tensor<4xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// An operand's own label is summed before where that saves work (the diagonal
// with it), else within the product. Signedness is the accumulator's.

// CHECK-LABEL: @own
// CHECK: %[[SUM:.*]] = einsum.contract "jbb->j" %arg2 {accumulate = ui32} : (tensor<32x2x2xui8>) -> tensor<32xui32>
// CHECK: %[[PRODUCT:.*]] = einsum.contract "j,ij->i" %[[SUM]], %arg1 {accumulate = ui32} : (tensor<32xui32>, tensor<8x32xui8>) -> tensor<8xui32>
// CHECK: einsum.contract "i,ai->i" %[[PRODUCT]], %arg0 {accumulate = ui32} : (tensor<8xui32>, tensor<16x8xui8>) -> tensor<8xui8>
func.func @own(%a: tensor<16x8xui8>, %b: tensor<8x32xui8>, %c: tensor<32x2x2xui8>) -> tensor<8xui8> {
  %0 = einsum.contract "ai,ij,jbb->i" %a, %b, %c {accumulate = ui32}
    : (tensor<16x8xui8>, tensor<8x32xui8>, tensor<32x2x2xui8>) -> tensor<8xui8>
  return %0 : tensor<8xui8>
}

// Products of two as well; those that are best as they are stay.

// CHECK-LABEL: @two
// CHECK: %[[SUM:.*]] = einsum.contract "ai->i" %arg0
// CHECK: einsum.contract "i,ij->ij" %[[SUM]], %arg1
// CHECK: einsum.contract "ai,i->i" %arg0, %arg2
// CHECK: einsum.contract "ai->ia" %arg0
func.func @two(%a: tensor<16x8xf32>, %b: tensor<8x32xf32>, %c: tensor<8xf32>) -> (tensor<8x32xf32>, tensor<8xf32>, tensor<8x16xf32>) {
  %0 = einsum.contract "ai,ij->ij" %a, %b {accumulate = f32} : (tensor<16x8xf32>, tensor<8x32xf32>) -> tensor<8x32xf32>
  %1 = einsum.contract "ai,i->i" %a, %c {accumulate = f32} : (tensor<16x8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %2 = einsum.contract "ai->ia" %a {accumulate = f32} : (tensor<16x8xf32>) -> tensor<8x16xf32>
  return %0, %1, %2 : tensor<8x32xf32>, tensor<8xf32>, tensor<8x16xf32>
}

// Operands' diagonals are taken where they are read, the result's where it is
// written.

// CHECK-LABEL: @diagonals
// CHECK: %[[BA:.*]] = einsum.contract "kj,iik->ji" %arg1, %arg0
// CHECK: einsum.contract "ji,ji->iij" %[[BA]], %arg2
func.func @diagonals(%a: tensor<8x8x4xf32>, %b: tensor<4x3xf32>, %c: tensor<3x8xf32>) -> tensor<8x8x3xf32> {
  %0 = einsum.contract "iik,kj,ji->iij" %a, %b, %c {accumulate = f32}
    : (tensor<8x8x4xf32>, tensor<4x3xf32>, tensor<3x8xf32>) -> tensor<8x8x3xf32>
  return %0 : tensor<8x8x3xf32>
}

// A broadcast axis is not there: the first product has no i. Extents of 1 that
// the result has and no other operand could give it stay.

// CHECK-LABEL: @broadcast
// CHECK: %[[AB:.*]] = einsum.contract "ij,jk->k" %arg0, %arg1
// CHECK: einsum.contract "k,ik->i" %[[AB]], %arg2
// CHECK: %[[DE:.*]] = einsum.contract "j,ij->i" %arg3, %arg0
// CHECK: einsum.contract "i,k->ik" %[[DE]], %arg4
func.func @broadcast(%a: tensor<1x64xf32>, %b: tensor<64x32xf32>, %c: tensor<16x32xf32>, %d: tensor<64xf32>, %e: tensor<1xf32>) -> (tensor<16xf32>, tensor<1x1xf32>) {
  %0 = einsum.contract "ij,jk,ik->i" %a, %b, %c {accumulate = f32}
    : (tensor<1x64xf32>, tensor<64x32xf32>, tensor<16x32xf32>) -> tensor<16xf32>
  %1 = einsum.contract "ij,j,k->ik" %a, %d, %e {accumulate = f32}
    : (tensor<1x64xf32>, tensor<64xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0, %1 : tensor<16xf32>, tensor<1x1xf32>
}

// A dynamic extent counts as 128.

// CHECK-LABEL: @dynamic
// CHECK: %[[BC:.*]] = einsum.contract "k,jk->j" %arg2, %arg1 {accumulate = f32} : (tensor<?xf32>, tensor<8x?xf32>) -> tensor<8xf32>
// CHECK: einsum.contract "j,ij->i" %[[BC]], %arg0
func.func @dynamic(%a: tensor<?x8xf32>, %b: tensor<8x?xf32>, %c: tensor<?xf32>) -> tensor<?xf32> {
  %0 = einsum.contract "ij,jk,k->i" %a, %b, %c {accumulate = f32}
    : (tensor<?x8xf32>, tensor<8x?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// Intermediates are laid out for the product that reads them: summed axes last
// on the left (k of AB), before the rows on the right (k of CD). All products
// here are then rows by columns.

// CHECK-LABEL: @layout
// CHECK-DAG: %[[AB:.*]] = einsum.contract "am,mk->ak" %arg0, %arg1
// CHECK-DAG: %[[CD:.*]] = einsum.contract "kn,nb->kb" %arg2, %arg3
// CHECK: einsum.contract "ak,kb->ab" %[[AB]], %[[CD]]
func.func @layout(%a: tensor<64x512xf32>, %b: tensor<512x64xf32>, %c: tensor<64x512xf32>, %d: tensor<512x64xf32>) -> tensor<64x64xf32> {
  %0 = einsum.contract "am,mk,kn,nb->ab" %a, %b, %c, %d {accumulate = f32}
    : (tensor<64x512xf32>, tensor<512x64xf32>, tensor<64x512xf32>, tensor<512x64xf32>) -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// The result's order decides: transposed, its rows come from the first operand,
// which then is the second one.

// CHECK-LABEL: @transposed
// CHECK-DAG: %[[AB:.*]] = einsum.contract "mk,am->ka" %arg1, %arg0
// CHECK-DAG: %[[CD:.*]] = einsum.contract "nb,kn->bk" %arg3, %arg2
// CHECK: einsum.contract "bk,ka->ba" %[[CD]], %[[AB]]
func.func @transposed(%a: tensor<64x512xf32>, %b: tensor<512x64xf32>, %c: tensor<64x512xf32>, %d: tensor<512x64xf32>) -> tensor<64x64xf32> {
  %0 = einsum.contract "am,mk,kn,nb->ba" %a, %b, %c, %d {accumulate = f32}
    : (tensor<64x512xf32>, tensor<512x64xf32>, tensor<64x512xf32>, tensor<512x64xf32>) -> tensor<64x64xf32>
  return %0 : tensor<64x64xf32>
}

// Equal products look alike wherever operands stand and whatever labels are
// called. Small ones are not laid out for who reads them.

// CHECK-LABEL: @alike
// CHECK: %[[P:.*]] = einsum.contract "i,ij->ij" %arg1, %arg0
// CHECK: %[[Q:.*]] = einsum.contract "k,kl->kl" %arg2, %arg3
// CHECK: einsum.contract "kl,ij->lkji" %[[Q]], %[[P]]
func.func @alike(%a: tensor<4x9xf32>, %b: tensor<4xf32>, %c: tensor<4xf32>, %d: tensor<4x9xf32>) -> tensor<9x4x9x4xf32> {
  %0 = einsum.contract "ij,i,k,kl->lkji" %a, %b, %c, %d {accumulate = f32}
    : (tensor<4x9xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4x9xf32>) -> tensor<9x4x9x4xf32>
  return %0 : tensor<9x4x9x4xf32>
}

// einsum.accumulate stays as it is.

// CHECK-LABEL: @accumulate
// CHECK: %[[PRODUCT:.*]] = einsum.contract "i,i->i"
// CHECK: einsum.accumulate %[[PRODUCT]], %arg2 beta(5.000000e-01 : f32)
func.func @accumulate(%a: tensor<8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>) -> tensor<8xf32> {
  %0 = einsum.contract "i,i->i" %a, %b {accumulate = f32} : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %1 = einsum.accumulate %0, %c beta(5.0e-01 : f32) : tensor<8xf32>, tensor<8xf32> -> tensor<8xf32>
  return %1 : tensor<8xf32>
}
