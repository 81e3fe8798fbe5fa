//===- EinsumOps.td - The einsum dialect -------------------*- tablegen -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS
#define EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS

include "mlir/IR/OpBase.td"
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
  }];
}

def Einsum_ContractOp : Op<Einsum_Dialect, "contract", [Pure]> {
  let summary = "n-ary contraction of labelled tensors";
  let description = [{
    The sum over every label that the output lacks, of the product of all
    operands. Labels are small integers, interned in order of first appearance;
    `labels[i]` are the axes of operand i, `output_labels` the result's.
    `names[l]` is how label l is shown to people.

    A label repeated in an operand takes its diagonal; repeated in the output
    it writes a diagonal and the rest is zero. An axis of static extent 1
    broadcasts against any extent. With one operand this is sum, transposition
    and diagonal.

    `accumulate` is the type of the sum (of the intermediates too, when there are
    several products); the result is converted from it to its own element type.

    ```mlir
    %0 = einsum.contract "abc,cde->abde" %x, %w {accumulate = f32}
       : (tensor<2x8x512xf32>, tensor<512x8x64xf32>) -> tensor<2x8x8x64xf32>
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
  let extraClassDeclaration = [{
    /// Labels of an operand, one an axis.
    ::llvm::ArrayRef<int64_t> getOperandLabels(unsigned operand);
    /// Number of distinct labels.
    unsigned getNumLabels() { return getNames().size(); }
    /// Extent of a label (ShapedType::kDynamic when only known at run time);
    /// an axis of static extent 1 decides only when no other axis does.
    int64_t getLabelExtent(int64_t label);
    /// The equation with the labels' display names.
    ::std::string getEquation();
  }];
}

#endif // EINSUMC_DIALECT_EINSUM_IR_EINSUMOPS
