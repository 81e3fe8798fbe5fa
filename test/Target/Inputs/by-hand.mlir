// What no equation makes: integers to and from 16-bit floats, arithmetic on
// these, complex division, and loops that are not tiled.
#id = affine_map<(i) -> (i)>
func.func @integers(%x: tensor<100xi64>) -> tensor<100xbf16> {
  %empty = tensor.empty() : tensor<100xbf16>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<100xi64>) outs(%empty : tensor<100xbf16>) {
  ^bb0(%e: i64, %old: bf16):
    %r = arith.uitofp %e : i64 to bf16
    linalg.yield %r : bf16
  } -> tensor<100xbf16>
  return %y : tensor<100xbf16>
}
func.func @halves(%a: tensor<7x20xf16>, %b: tensor<20x19xf16>, %c: tensor<7x19xf16>) -> tensor<7x19xf16> {
  %y = linalg.matmul ins(%a, %b : tensor<7x20xf16>, tensor<20x19xf16>) outs(%c : tensor<7x19xf16>) -> tensor<7x19xf16>
  return %y : tensor<7x19xf16>
}
func.func @untiled_bfloats(%x: tensor<100xbf16>) -> tensor<100xbf16> {
  %empty = tensor.empty() : tensor<100xbf16>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<100xbf16>) outs(%empty : tensor<100xbf16>) {
  ^bb0(%e: bf16, %old: bf16):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to bf16
    %r = arith.divf %e, %f : bf16
    linalg.yield %r : bf16
  } -> tensor<100xbf16>
  return %y : tensor<100xbf16>
}
func.func @untiled_complex(%x: tensor<100xcomplex<f32>>) -> tensor<100xcomplex<f32>> {
  %empty = tensor.empty() : tensor<100xcomplex<f32>>
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel"]}
      ins(%x : tensor<100xcomplex<f32>>) outs(%empty : tensor<100xcomplex<f32>>) {
  ^bb0(%e: complex<f32>, %old: complex<f32>):
    %i = linalg.index 0 : index
    %j = arith.index_cast %i : index to i32
    %f = arith.sitofp %j : i32 to f32
    %z = complex.create %f, %f : complex<f32>
    %p = complex.mul %e, %z : complex<f32>
    %r = complex.div %p, %e : complex<f32>
    linalg.yield %r : complex<f32>
  } -> tensor<100xcomplex<f32>>
  return %y : tensor<100xcomplex<f32>>
}
