//===- EinsumOps.td - The einsum dialect -------------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS
#define EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS

include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Einsum_Dialect : Dialect {
  let name = "einsum";
  let cppNamespace = "::einsumc::einsum";
  let summary = "What is computed: contractions of labelled tensors.";
  let description = [{
    The `einsum` dialect says *what* is computed, on tensors, in terms of
    labels. Signedness lives here: `ui8` is unsigned, `i8` is signed, `i1` is
    numpy's bool. `convert-einsum-to-linalg` leaves signless types behind.
    Element types are f16, bf16, f32, f64, i8 … i64, ui8 … ui64, i1,
    complex<f32> and complex<f64>.
  }];
  let dependentDialects = ["::mlir::complex::ComplexDialect"];
}

//===----------------------------------------------------------------------===//
// ContractOp
//===----------------------------------------------------------------------===//

def Einsum_ContractOp : Op<Einsum_Dialect, "contract", [Pure]> {
  let summary = "n-ary contraction of labelled tensors";
  let description = [{
    The sum over every label that the output lacks, of the product of all
    operands. Labels are small integers, interned in order of first appearance
    over the operands; `labels[i]` are the axes of operand i, `output_labels`
    the result's. `names[l]` is how label l is shown to people.

    In the printed form a name of one letter (any Unicode letter, as UTF-8)
    stands for itself; every other name, made of `A-Z a-z 0-9 _`, stands in
    brackets: the axes of an ellipsis are `[ell0][ell1]`, the labels of the
    sublist form `[0][37]`.

    A label repeated in an operand takes its diagonal; repeated in the output
    it writes a diagonal and the rest is zero. An axis of static extent 1
    broadcasts against any extent. With one operand this is sum, transposition
    and diagonal.

    `accumulate` is the type of the sum (of the intermediates too, when there are
    several products): f32, f64, i32, i64, ui32, ui64, i1 or complex. Operands are
    converted to it before they are multiplied and the result is converted from
    it to its own element type, both as numpy's `astype` does. Integers wrap;
    product and sum of bools are "and" and "or".

    ```mlir
    %0 = einsum.contract "abc,cde->abde" %x, %w {accumulate = f32}
       : (tensor<2x8x512xf32>, tensor<512x8x64xf32>) -> tensor<2x8x8x64xf32>
    %1 = einsum.contract "[ell0]b,β[ell0]->bβ" %y, %z {accumulate = i32}
       : (tensor<4x5xi8>, tensor<6x4xui8>) -> tensor<5x6xi32>
    ```
  }];
  let arguments = (ins
    Variadic<AnyRankedTensor>:$operands,
    TypedArrayAttrBase<DenseI64ArrayAttr, "one list of labels an operand">:$labels,
    DenseI64ArrayAttr:$output_labels,
    StrArrayAttr:$names,
    TypeAttr:$accumulate);
  let results = (outs AnyRankedTensor:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let hasFolder = 1;
  let builders = [
    /// Labels index into `names` in any order; the op's own are interned anew,
    /// and names that no operand uses are dropped.
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::ValueRange":$operands,
      "::llvm::ArrayRef<::einsumc::einsum::LabelList>":$operandLabels,
      "::llvm::ArrayRef<int64_t>":$outputLabels,
      "::llvm::ArrayRef<::llvm::StringRef>":$names, "::mlir::Type":$accumulate)>,
    /// The same; the result's shape follows from the labels' extents.
    OpBuilder<(ins "::mlir::ValueRange":$operands,
      "::llvm::ArrayRef<::einsumc::einsum::LabelList>":$operandLabels,
      "::llvm::ArrayRef<int64_t>":$outputLabels,
      "::llvm::ArrayRef<::llvm::StringRef>":$names, "::mlir::Type":$accumulate,
      "::mlir::Type":$resultElement)>
  ];
  let extraClassDeclaration = [{
    /// Labels of an operand, one an axis.
    ::llvm::ArrayRef<int64_t> getOperandLabels(unsigned operand);
    /// All operands' labels, as builders want them.
    ::llvm::SmallVector<::einsumc::einsum::LabelList> getAllOperandLabels();
    /// Number of distinct labels.
    unsigned getNumLabels() { return getNames().size(); }
    /// The display names.
    ::llvm::SmallVector<::llvm::StringRef> getNameList();
    /// Extent of a label (ShapedType::kDynamic when only known at run time);
    /// an axis of static extent 1 decides only when no other axis does.
    int64_t getLabelExtent(int64_t label);
    /// The equation with the labels' display names.
    ::std::string getEquation();
  }];
}

//===----------------------------------------------------------------------===//
// AccumulateOp
//===----------------------------------------------------------------------===//

def Einsum_AccumulateOp : Op<Einsum_Dialect, "accumulate",
    [Pure, AttrSizedOperandSegments]> {
  let summary = "alpha times a product plus beta times a tensor, as in BLAS";
  let description = [{
    Element by element `alpha · product + beta · c`, computed in the element
    type of `product` (the accumulator's) and converted once to the result's.
    `alpha` and `beta` have the result's element type and are constants or
    scalar values; absent, they are 1. Where beta is 0, at run time too, the
    result is `alpha · product` even if `c` holds NaN or infinity; with a
    constant 0 `c` is not read. For bools "·" is "and", "+" is "or".

    ```mlir
    %1 = einsum.accumulate %0, %c alpha(%alpha) beta(5.0e-01 : f16)
       : tensor<4x8xf32>, tensor<4x8xf16> -> tensor<4x8xf16>
    %2 = einsum.accumulate %0 alpha(2.0 : f32) : tensor<4x8xf32> -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins
    AnyRankedTensor:$product, Optional<AnyRankedTensor>:$c,
    Optional<AnyType>:$alpha, Optional<AnyType>:$beta,
    OptionalAttr<TypedAttrInterface>:$alpha_value,
    OptionalAttr<TypedAttrInterface>:$beta_value);
  let results = (outs AnyRankedTensor:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let hasFolder = 1;
  let builders = [
    /// `alpha` and `beta` are a value, a constant or null (which means 1).
    OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$product,
      "::mlir::Value":$c, "::mlir::OpFoldResult":$alpha,
      "::mlir::OpFoldResult":$beta)>
  ];
  let extraClassDeclaration = [{
    /// The factor as a value, a constant or null (which means 1).
    ::mlir::OpFoldResult getAlphaFactor();
    ::mlir::OpFoldResult getBetaFactor();
    /// Whether beta is the constant 0 or there is no `c`.
    bool ignoresC();
  }];
}

#endif // EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS
