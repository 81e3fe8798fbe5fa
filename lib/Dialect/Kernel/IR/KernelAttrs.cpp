//===- KernelAttrs.cpp - Attributes of the kernel dialect -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace einsumc::kernel;

#include "einsumc/Dialect/Kernel/IR/KernelEnums.cpp.inc"
#include "einsumc/Dialect/Kernel/IR/KernelInterfaces.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "einsumc/Dialect/Kernel/IR/KernelAttrs.cpp.inc"

void KernelDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "einsumc/Dialect/Kernel/IR/KernelAttrs.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// LoopsAttr
//===----------------------------------------------------------------------===//

Attribute LoopsAttr::parse(AsmParser &parser, Type) {
  SmallVector<LoopClass> classes;
  auto parseClass = [&]() -> ParseResult {
    StringRef word;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return failure();
    std::optional<LoopClass> loopClass = symbolizeLoopClass(word);
    if (!loopClass)
      return parser.emitError(loc, "expected batch, m, n or k, got '")
             << word << "'";
    classes.push_back(*loopClass);
    return success();
  };
  if (parser.parseLess() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                     parseClass) ||
      parser.parseGreater())
    return {};
  return get(parser.getContext(), classes);
}

void LoopsAttr::print(AsmPrinter &printer) const {
  printer << "<[";
  llvm::interleaveComma(getClasses(), printer, [&](LoopClass loopClass) {
    printer << stringifyLoopClass(loopClass);
  });
  printer << "]>";
}

//===----------------------------------------------------------------------===//
// ExtentAttr
//===----------------------------------------------------------------------===//

LogicalResult ExtentAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t multiple, int64_t min, int64_t max) {
  if (multiple < 1)
    return emitError() << "multiple must be at least 1, got " << multiple;
  if (min < 0 || max < min)
    return emitError() << "expected 0 <= min <= max, got min " << min
                       << " and max " << max;
  if (min % multiple != 0 ||
      (max != einsumc::ExtentFacts::kNoMax && max % multiple != 0))
    return emitError() << "expected min and max to be multiples of "
                       << multiple;
  return success();
}

//===----------------------------------------------------------------------===//
// TargetAttr
//===----------------------------------------------------------------------===//

LogicalResult TargetAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 StringRef, int64_t vectorBits,
                                 int64_t registers, int64_t l1, int64_t l2,
                                 int64_t l3, bool, DotSupport, DotSupport,
                                 DotSupport, bool) {
  if (vectorBits < 64 || vectorBits > 16384 || (vectorBits & (vectorBits - 1)))
    return emitError() << "vector_bits must be a power of two from 64 to "
                          "16384, got "
                       << vectorBits;
  if (registers < 4)
    return emitError() << "registers must be at least 4, got " << registers;
  if (l1 <= 0 || l2 <= 0 || l3 < 0)
    return emitError() << "cache sizes must be positive";
  return success();
}

//===----------------------------------------------------------------------===//
// CpuScheduleAttr
//===----------------------------------------------------------------------===//

Attribute CpuScheduleAttr::parse(AsmParser &parser, Type) {
  if (parser.parseLess())
    return {};
  int64_t values[] = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
  static constexpr StringLiteral names[] = {
      "mr", "nv",        "width",     "mc",      "nc",
      "kc", "max_tasks", "row_tasks", "split_k", "grain"};
  unsigned seen = 0;
  SmallVector<bool> pack;
  Lanes lanes = Lanes::columns;
  TileKind kind = TileKind::fma;
  bool prefetch = false;
  TileOrder order = TileOrder::panels;
  auto parseFlag = [&](bool &value) -> ParseResult {
    StringRef flag;
    SMLoc flagLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&flag))
      return failure();
    if (flag != "true" && flag != "false")
      return parser.emitError(flagLoc, "expected true or false");
    value = flag == "true";
    return success();
  };
  auto parseWord = [&](StringRef words, auto &value) -> ParseResult {
    StringRef word;
    SMLoc wordLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return failure();
    auto given = symbolizeEnum<std::remove_reference_t<decltype(value)>>(word);
    if (!given)
      return parser.emitError(wordLoc, "expected ")
             << words << ", got '" << word << "'";
    value = *given;
    return success();
  };
  do {
    StringRef key;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return {};
    if (key == "pack") {
      auto parseInput = [&] { return parseFlag(pack.emplace_back()); };
      if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square,
                                         parseInput))
        return {};
      continue;
    }
    if (key == "prefetch") {
      if (parseFlag(prefetch))
        return {};
      continue;
    }
    if (key == "lanes") {
      if (parseWord("columns or terms", lanes))
        return {};
      continue;
    }
    if (key == "order") {
      if (parseWord("panels or output", order))
        return {};
      continue;
    }
    if (key == "kind") {
      if (parseWord("fma, widen, dot_bf16, dot_i16 or dot_i8", kind))
        return {};
      continue;
    }
    const auto *it = llvm::find(names, key);
    if (it == std::end(names)) {
      parser.emitError(loc, "unknown schedule parameter '") << key << "'";
      return {};
    }
    size_t index = it - std::begin(names);
    if (parser.parseInteger(values[index]))
      return {};
    seen |= 1u << index;
  } while (succeeded(parser.parseOptionalComma()));
  if (parser.parseGreater())
    return {};
  for (size_t i = 0; i < 6; ++i)
    if (!(seen & (1u << i))) {
      parser.emitError(parser.getNameLoc(), "missing schedule parameter '")
          << names[i] << "'";
      return {};
    }
  return parser.getChecked<CpuScheduleAttr>(
      parser.getContext(), values[0], values[1], values[2], values[3],
      values[4], values[5], ArrayRef<bool>(pack), values[6], lanes, values[7],
      values[8], values[9], kind, prefetch, order);
}

void CpuScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<mr = " << getMr() << ", nv = " << getNv()
          << ", width = " << getWidth() << ", mc = " << getMc()
          << ", nc = " << getNc() << ", kc = " << getKc() << ", pack = [";
  llvm::interleaveComma(getPack(), printer, [&](bool pack) {
    printer << (pack ? "true" : "false");
  });
  printer << "]";
  if (getMaxTasks() != 1)
    printer << ", max_tasks = " << getMaxTasks();
  if (getRowTasks() != 1)
    printer << ", row_tasks = " << getRowTasks();
  if (getLanes() != Lanes::columns)
    printer << ", lanes = " << stringifyLanes(getLanes());
  if (getSplitK() != 1)
    printer << ", split_k = " << getSplitK();
  if (getGrain() != 1)
    printer << ", grain = " << getGrain();
  if (getKind() != TileKind::fma)
    printer << ", kind = " << stringifyTileKind(getKind());
  if (getPrefetch())
    printer << ", prefetch = true";
  if (getOrder() != TileOrder::panels)
    printer << ", order = " << stringifyTileOrder(getOrder());
  printer << ">";
}

LogicalResult CpuScheduleAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, int64_t mr, int64_t nv,
    int64_t width, int64_t mc, int64_t nc, int64_t kc, ArrayRef<bool>,
    int64_t maxTasks, Lanes, int64_t rowTasks, int64_t splitK, int64_t grain,
    TileKind kind, bool, TileOrder) {
  const std::pair<StringRef, int64_t> positive[] = {{"mr", mr},
                                                    {"nv", nv},
                                                    {"width", width},
                                                    {"mc", mc},
                                                    {"nc", nc},
                                                    {"kc", kc},
                                                    {"max_tasks", maxTasks},
                                                    {"row_tasks", rowTasks},
                                                    {"split_k", splitK},
                                                    {"grain", grain}};
  for (auto [name, value] : positive)
    if (value <= 0)
      return emitError() << name << " must be positive, got " << value;
  if (width & (width - 1))
    return emitError() << "width must be a power of two, got " << width;
  if (mc % mr)
    return emitError() << "mc must be a multiple of mr, got " << mc << " and "
                       << mr;
  if (nc % (nv * width))
    return emitError() << "nc must be a multiple of nv * width, got " << nc
                       << " and " << nv * width;
  if (kc % groupSize(kind))
    return emitError() << "kc must be a multiple of " << groupSize(kind)
                       << " where kind is " << stringifyTileKind(kind)
                       << ", got " << kc;
  return success();
}

LogicalResult CpuScheduleAttr::verifySchedule(
    Operation *region, Attribute target,
    function_ref<InFlightDiagnostic()> emitError) const {
  auto op = dyn_cast<RegionOp>(region);
  if (!op || !op.isNormalForm() || !op.getLoops())
    return emitError() << "a schedule belongs on a kernel.region whose loops "
                          "are classified";
  if (getPack().size() != op.getInputs().size())
    return emitError() << "schedule says whether to pack " << getPack().size()
                       << " inputs but the region has "
                       << op.getInputs().size();

  RegionShape shape = RegionShape::get(op);
  for (auto [input, pack] : llvm::enumerate(getPack())) {
    if (!pack || shape.canPack(input))
      continue;
    InFlightDiagnostic diagnostic = emitError();
    diagnostic << "schedule packs input " << input;
    if (shape.terms.empty())
      return diagnostic << " but the region sums nothing";
    if (shape.varies(input, shape.row))
      return diagnostic << " but it varies with both the rows and the columns "
                           "of the register tile";
    return diagnostic << " but it varies with neither the rows nor the columns "
                         "of the register tile";
  }

  if (getLanes() == Lanes::terms) {
    if (shape.terms.empty())
      return emitError()
             << "schedule lays lanes along the terms but the region "
                "sums nothing";
    if (shape.row && shape.column)
      return emitError()
             << "schedule lays lanes along the terms but the region "
                "has both rows and columns";
    if (llvm::is_contained(getPack(), true))
      return emitError() << "schedule lays lanes along the terms and packs";
    if (op.hasEpilogue())
      return emitError()
             << "schedule lays lanes along the terms but the region "
                "has an epilogue";
    if (!getCombiner(op.getBody().front()))
      return emitError()
             << "schedule lays lanes along the terms but the region "
                "does more than add them up";
  }

  if (getSplitK() > 1) {
    if (shape.terms.empty())
      return emitError()
             << "schedule splits the terms but the region sums nothing";
    if (!getCombiner(op.getBody().front()))
      return emitError() << "schedule splits the terms but the region does "
                            "more than add them up";
  }
  if (getLanes() == Lanes::terms && getKind() != TileKind::fma)
    return emitError() << "schedule lays lanes along the terms and computes by "
                       << stringifyTileKind(getKind());
  std::string wrong = findKindError(op, shape, getKind(), getPack());
  if (!wrong.empty())
    return emitError() << "schedule " << wrong;

  auto numbers = dyn_cast_or_null<TargetAttr>(target);
  if (!numbers)
    return success();
  int64_t perVector = AccumulatorShape::get(op).registersPerVector(
      getWidth(), numbers.getVectorBits());
  int64_t needed = tileRegisters(getMr(), getNv(), perVector);
  if (needed > numbers.getRegisters())
    return emitError() << "schedule's tile of " << getMr() << " rows by "
                       << getNv() << " vectors of width " << getWidth()
                       << " needs " << needed << " vector registers but "
                       << numbers.getCpu() << " has " << numbers.getRegisters();
  return success();
}

//===----------------------------------------------------------------------===//
// TaskAttr
//===----------------------------------------------------------------------===//

int64_t TaskAttr::getMappingId() const { return 0; }
bool TaskAttr::isLinearMapping() const { return true; }
int64_t TaskAttr::getRelativeIndex() const { return 0; }
