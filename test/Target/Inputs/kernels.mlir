// Two kernels of linalg; parameters whose names are taken get others.
func.func @twice(%x: tensor<4xi32>) -> tensor<4xi32> {
  %empty = tensor.empty() : tensor<4xi32>
  %sum = linalg.add ins(%x, %x : tensor<4xi32>, tensor<4xi32>)
                    outs(%empty : tensor<4xi32>) -> tensor<4xi32>
  return %sum : tensor<4xi32>
}

func.func @scale(%x: tensor<?xf64>, %a: f64 {kernel.parameter = "out"},
                 %b: f64 {kernel.parameter = "factor"},
                 %c: f64 {kernel.parameter = "factor"}) -> tensor<?xf64> {
  %zero = arith.constant 0 : index
  %n = tensor.dim %x, %zero : tensor<?xf64>
  %empty = tensor.empty(%n) : tensor<?xf64>
  %scaled = linalg.generic {
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%x : tensor<?xf64>) outs(%empty : tensor<?xf64>) {
  ^bb0(%in: f64, %out: f64):
    %0 = arith.mulf %in, %a : f64
    %1 = arith.mulf %0, %b : f64
    %2 = arith.mulf %1, %c : f64
    linalg.yield %2 : f64
  } -> tensor<?xf64>
  return %scaled : tensor<?xf64>
}
