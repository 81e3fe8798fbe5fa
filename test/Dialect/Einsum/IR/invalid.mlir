// RUN: einsum-opt %s --split-input-file --verify-diagnostics

func.func @no_arrow(%x: tensor<2xf32>) {
  // expected-error @below {{expected '->' and the output's labels in the equation}}
  %0 = einsum.contract "i" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @space(%x: tensor<2xf32>) {
  // expected-error @below {{expected a letter, '[', ',' or '->' in the equation before ' ->i'}}
  %0 = einsum.contract "i ->i" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @bracket(%x: tensor<2xf32>) {
  // expected-error @below {{expected a name of letters, digits and '_' in '[]' in the equation}}
  %0 = einsum.contract "[ell0->" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @broken_utf8(%x: tensor<2xf32>) {
  // expected-error @below {{expected a letter, '[', ',' or '->' in the equation before}}
  %0 = einsum.contract "\CE->" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @trailing(%x: tensor<2xf32>) {
  // expected-error @below {{expected the equation to end before '->i'}}
  %0 = einsum.contract "i->i->i" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @unknown_output(%x: tensor<2xf32>) {
  // expected-error @below {{output label 'k' appears in no operand}}
  %0 = einsum.contract "i->k" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @labels_twice(%x: tensor<2xf32>) {
  // expected-error @below {{'names' is given by the equation}}
  %0 = einsum.contract "i->i" %x {accumulate = f32, names = ["i"]} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @no_accumulate(%x: tensor<2xf32>) {
  // expected-error @below {{requires attribute 'accumulate'}}
  %0 = einsum.contract "i->i" %x : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @operand_count(%x: tensor<2xf32>) {
  // expected-error @below {{has 1 operands but labels for 2}}
  %0 = einsum.contract "i,i->i" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @rank(%x: tensor<2xf32>) {
  // expected-error @below {{operand 0 has rank 1 but 2 labels}}
  %0 = einsum.contract "ij->ij" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<2x2xf32>
}

// -----

func.func @extents(%x: tensor<?x512xf32>, %w: tensor<256x1xf32>) {
  // expected-error @below {{label 'c' is 512 in operand 0 but 256 in operand 1}}
  %0 = einsum.contract "ac,cd->ad" %x, %w {accumulate = f32} : (tensor<?x512xf32>, tensor<256x1xf32>) -> tensor<?x1xf32>
}

// -----

func.func @result_rank(%x: tensor<2xf32>) {
  // expected-error @below {{result has rank 0 but 1 labels}}
  %0 = einsum.contract "i->i" %x {accumulate = f32} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @result_extent(%x: tensor<2x?xf32>) {
  // expected-error @below {{label 'j' is ? in the operands but 3 in the result}}
  %0 = einsum.contract "ij->ji" %x {accumulate = f32} : (tensor<2x?xf32>) -> tensor<3x2xf32>
}

// -----

func.func @element(%x: tensor<2xsi8>) {
  // expected-error @below {{operand 0 has element type 'si8'; expected f16}}
  %0 = einsum.contract "i->i" %x {accumulate = i32} : (tensor<2xsi8>) -> tensor<2xi32>
}

// -----

func.func @accumulate_type(%x: tensor<2xf16>) {
  // expected-error @below {{cannot accumulate in 'f16'; expected f32}}
  %0 = einsum.contract "i->" %x {accumulate = f16} : (tensor<2xf16>) -> tensor<f16>
}

// -----

func.func @complex_operand(%x: tensor<2xcomplex<f32>>) {
  // expected-error @below {{cannot accumulate complex operands in 'f32'}}
  %0 = einsum.contract "i->" %x {accumulate = f32} : (tensor<2xcomplex<f32>>) -> tensor<f32>
}

// -----

func.func @complex_result(%x: tensor<2xcomplex<f32>>) {
  // expected-error @below {{cannot convert the sum from 'complex<f32>' to 'f32'}}
  %0 = einsum.contract "i->" %x {accumulate = complex<f32>} : (tensor<2xcomplex<f32>>) -> tensor<f32>
}

// -----

func.func @no_operands() {
  // expected-error @below {{expected at least one operand}}
  %0 = "einsum.contract"() {accumulate = f32, labels = [], names = [], output_labels = array<i64>} : () -> tensor<f32>
}

// -----

func.func @label_range(%x: tensor<2xf32>) {
  // expected-error @below {{label 1 of operand 0 is outside of the 1 names}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 1>], names = ["i"], output_labels = array<i64>} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @label_order(%x: tensor<2x2xf32>) {
  // expected-error @below {{label 1 of operand 0 appears before label 0; labels are numbered by first appearance}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 1, 0>], names = ["i", "j"], output_labels = array<i64>} : (tensor<2x2xf32>) -> tensor<f32>
}

// -----

func.func @unused_name(%x: tensor<2xf32>) {
  // expected-error @below {{name 'j' is no operand's label}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 0>], names = ["i", "j"], output_labels = array<i64>} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @output_label_range(%x: tensor<2xf32>) {
  // expected-error @below {{output label 9 is outside of the 1 names}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 0>], names = ["i"], output_labels = array<i64: 9>} : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

func.func @name_twice(%x: tensor<2x2xf32>) {
  // expected-error @below {{name 'i' stands for two labels}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 0, 1>], names = ["i", "i"], output_labels = array<i64>} : (tensor<2x2xf32>) -> tensor<f32>
}

// -----

func.func @odd_name(%x: tensor<2xf32>) {
  // expected-error @below {{name '"' is neither a letter nor made of letters, digits and '_'}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = [array<i64: 0>], names = ["\""], output_labels = array<i64>} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @not_a_list(%x: tensor<2xf32>) {
  // expected-error @below {{attribute 'labels' failed to satisfy constraint: one list of labels an operand}}
  %0 = "einsum.contract"(%x) {accumulate = f32, labels = ["i"], names = ["i"], output_labels = array<i64>} : (tensor<2xf32>) -> tensor<f32>
}

// -----

func.func @factor_type(%p: tensor<4xf32>) {
  // expected-error @below {{alpha is 'f64' but the result's elements are 'f16'}}
  %0 = einsum.accumulate %p alpha(2.0) : tensor<4xf32> -> tensor<4xf16>
}

// -----

func.func @beta_alone(%p: tensor<4xf32>, %b: f32) {
  // expected-error @below {{beta has no tensor c to scale}}
  %0 = einsum.accumulate %p beta(%b) : tensor<4xf32> -> tensor<4xf32>
}

// -----

func.func @c_type(%p: tensor<4xf32>, %c: tensor<4xf32>) {
  // expected-error @below {{c is 'tensor<4xf32>' but the result is 'tensor<4xf16>'}}
  %0 = einsum.accumulate %p, %c : tensor<4xf32>, tensor<4xf32> -> tensor<4xf16>
}

// -----

func.func @product_shape(%p: tensor<5xf32>, %c: tensor<4xf32>) {
  // expected-error @below {{product is 'tensor<5xf32>' but the result is 'tensor<4xf32>'; expected equal shapes}}
  %0 = einsum.accumulate %p, %c : tensor<5xf32>, tensor<4xf32> -> tensor<4xf32>
}

// -----

func.func @two_alphas(%p: tensor<4xf32>, %a: f32) {
  // expected-error @below {{alpha is both a value and a constant}}
  %0 = "einsum.accumulate"(%p, %a) {operandSegmentSizes = array<i32: 1, 0, 1, 0>, alpha_value = 1.0 : f32} : (tensor<4xf32>, f32) -> tensor<4xf32>
}
