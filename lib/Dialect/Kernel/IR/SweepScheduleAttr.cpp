//===- SweepScheduleAttr.cpp - Loops in the order of memory ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace einsumc::kernel;

Attribute SweepScheduleAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> loops, steps;
  auto parseEntry = [&]() -> ParseResult {
    return failure(parser.parseInteger(loops.emplace_back()) ||
                   parser.parseKeyword("by") ||
                   parser.parseInteger(steps.emplace_back()));
  };
  if (parser.parseLess() || parser.parseKeyword("nest") ||
      parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseEntry))
    return {};
  int64_t parallel = 0, row = -1, column = -1, mr = 1, nv = 1, width = 1,
          maxTasks = 1, prefetchLoop = -1, prefetch = 0, stage = 0;
  const std::pair<StringRef, int64_t *> numbers[] = {{"parallel", &parallel},
                                                     {"row", &row},
                                                     {"column", &column},
                                                     {"mr", &mr},
                                                     {"nv", &nv},
                                                     {"width", &width},
                                                     {"max_tasks", &maxTasks},
                                                     {"stage", &stage}};
  Lanes lanes = Lanes::columns;
  bool stream = false;
  while (succeeded(parser.parseOptionalComma())) {
    StringRef key, word;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return {};
    const auto *number = llvm::find_if(
        numbers, [&](const auto &entry) { return entry.first == key; });
    if (number != std::end(numbers)) {
      if (parser.parseInteger(*number->second))
        return {};
      continue;
    }
    if (key == "prefetch") {
      if (parser.parseInteger(prefetchLoop) || parser.parseKeyword("by") ||
          parser.parseInteger(prefetch))
        return {};
      continue;
    }
    if (key != "lanes" && key != "stream") {
      parser.emitError(loc, "unknown schedule parameter '") << key << "'";
      return {};
    }
    SMLoc wordLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&word))
      return {};
    if (key == "lanes") {
      std::optional<Lanes> given = symbolizeLanes(word);
      if (!given) {
        parser.emitError(wordLoc, "expected columns or terms, got '")
            << word << "'";
        return {};
      }
      lanes = *given;
    } else if (word == "true" || word == "false") {
      stream = word == "true";
    } else {
      parser.emitError(wordLoc, "expected true or false");
      return {};
    }
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<SweepScheduleAttr>(
      parser.getContext(), ArrayRef<int64_t>(loops), ArrayRef<int64_t>(steps),
      parallel, row, column, mr, nv, width, maxTasks, prefetchLoop, prefetch,
      stage, lanes, stream);
}

void SweepScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<nest = [";
  llvm::interleaveComma(llvm::zip(getLoops(), getSteps()), printer,
                        [&](auto entry) {
                          auto [loop, step] = entry;
                          printer << loop << " by " << step;
                        });
  printer << "]";
  if (getParallel())
    printer << ", parallel = " << getParallel();
  if (getRow() >= 0)
    printer << ", row = " << getRow();
  if (getColumn() >= 0)
    printer << ", column = " << getColumn();
  printer << ", mr = " << getMr() << ", nv = " << getNv()
          << ", width = " << getWidth();
  if (getMaxTasks() != 1)
    printer << ", max_tasks = " << getMaxTasks();
  if (getPrefetch())
    printer << ", prefetch = " << getPrefetchLoop() << " by " << getPrefetch();
  if (getStage())
    printer << ", stage = " << getStage();
  if (getLanes() != Lanes::columns)
    printer << ", lanes = " << stringifyLanes(getLanes());
  if (getStream())
    printer << ", stream = true";
  printer << ">";
}

LogicalResult SweepScheduleAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> loops,
    ArrayRef<int64_t> steps, int64_t parallel, int64_t row, int64_t column,
    int64_t mr, int64_t nv, int64_t width, int64_t maxTasks,
    int64_t prefetchLoop, int64_t prefetch, int64_t stage, Lanes lanes,
    bool stream) {
  const std::pair<StringRef, int64_t> positive[] = {
      {"mr", mr}, {"nv", nv}, {"width", width}, {"max_tasks", maxTasks}};
  for (auto [name, value] : positive)
    if (value <= 0)
      return emitError() << name << " must be positive, got " << value;
  if (width & (width - 1))
    return emitError() << "width must be a power of two, got " << width;
  if (loops.size() != steps.size())
    return emitError() << "nest must have a step for each loop";
  if (llvm::any_of(steps, [](int64_t step) { return step <= 0; }))
    return emitError() << "steps must be positive";
  if (parallel < 0 || parallel > int64_t(loops.size()))
    return emitError() << "parallel must be at most the number of entries, got "
                       << parallel;
  if (stage < 0 || stage > int64_t(loops.size()))
    return emitError() << "stage must be at most the number of entries, got "
                       << stage;
  if (row >= 0 && row == column)
    return emitError() << "row and column must be two loops";
  if (row < 0 && mr != 1)
    return emitError() << "several rows need a row loop";
  if (prefetch < 0 || (prefetch > 0) != (prefetchLoop >= 0))
    return emitError() << "prefetch must be a loop and a positive distance";
  if (stream && lanes == Lanes::terms)
    return emitError() << "single elements, as lanes along the terms leave, "
                          "cannot stream";
  return success();
}

/// Bytes of one element in memory.
static int64_t elementBytes(Value memory) {
  Type type = getElementTypeOrSelf(memory.getType());
  int64_t parts = 1;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    type = complex.getElementType();
    parts = 2;
  }
  return parts * llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

/// Whether columns may be moved to where the output is aligned: whatever still
/// varies where the columns begin moves the output by whole vectors and lines.
static bool canStream(SweepScheduleAttr schedule, RegionOp op,
                      const RegionShape &shape) {
  int64_t column = schedule.getColumn();
  ArrayRef<int64_t> strides = shape.strides.back();
  if (column < 0 || strides[column] != 1)
    return false;
  constexpr int64_t kLineBytes = 64;
  int64_t unit = std::max(schedule.getWidth(),
                          kLineBytes / elementBytes(op->getOperands().back()));
  ArrayRef<int64_t> loops = schedule.getLoops();
  size_t begin = llvm::find(loops, column) - loops.begin();
  // Blocks that tasks take are cut before any other loop runs.
  if (begin < size_t(schedule.getParallel()))
    begin = 0;
  return llvm::all_of(loops.drop_front(begin), [&](int64_t loop) {
    return loop == column ||
           (!ShapedType::isDynamic(strides[loop]) && strides[loop] % unit == 0);
  });
}

LogicalResult SweepScheduleAttr::verifySchedule(
    Operation *region, Attribute target,
    function_ref<InFlightDiagnostic()> emitError) const {
  auto op = dyn_cast<RegionOp>(region);
  if (!op || !op.isNormalForm() || !op.getLoops())
    return emitError() << "a schedule belongs on a kernel.region whose loops "
                          "are classified";
  if (op.hasEpilogue())
    return emitError() << "schedule sweeps over a region with an epilogue";
  int64_t numLoops = op.getNumLoops();
  auto isLoop = [&](int64_t loop) { return loop >= 0 && loop < numLoops; };
  if (!llvm::all_of(getLoops(), isLoop) || getRow() >= numLoops ||
      getColumn() >= numLoops || getPrefetchLoop() >= numLoops)
    return emitError() << "schedule names a loop that the region lacks";

  RegionShape shape = RegionShape::get(op);
  bool termLanes = getLanes() == Lanes::terms;
  if (getRow() >= 0 && op.isReduction(getRow()))
    return emitError() << "schedule's rows are summed";
  if (termLanes) {
    if (getColumn() < 0 || !op.isReduction(getColumn()))
      return emitError()
             << "schedule lays lanes along the terms but its column "
                "is no summed loop";
    if (llvm::is_contained(getLoops(), getColumn()))
      return emitError() << "schedule lays lanes along loop " << getColumn()
                         << " and cuts it";
    if (!getCombiner(op.getBody().front()))
      return emitError()
             << "schedule lays lanes along the terms but the region "
                "does more than add them up";
  } else if (getColumn() >= 0 && op.isReduction(getColumn())) {
    return emitError() << "schedule's columns are summed";
  }

  for (int64_t loop = 0; loop < numLoops; ++loop) {
    int64_t last = 0, first = 0;
    for (auto [entry, step] : llvm::zip(getLoops(), getSteps())) {
      if (entry != loop)
        continue;
      if (last && last % step)
        return emitError() << "schedule cuts blocks of " << last << " of loop "
                           << loop << " into blocks of " << step;
      first = first ? first : step;
      last = step;
    }
    if (op.isReduction(loop)) {
      if (shape.extents[loop] == 0)
        return emitError() << "schedule sweeps over a sum of nothing";
      continue;
    }
    int64_t tile = loop == getRow()      ? getMr()
                   : loop == getColumn() ? getNv() * getWidth()
                                         : 1;
    if (last != tile)
      return emitError() << "schedule's last entry of loop " << loop
                         << " must be its extent in the tile, " << tile
                         << ", got " << last;
  }
  for (auto [loop, step] :
       llvm::zip(getLoops().take_front(getParallel()), getSteps())) {
    if (op.isReduction(loop))
      return emitError() << "schedule splits the summed loop " << loop
                         << " between tasks";
    if (llvm::count(getLoops().take_front(getParallel()), loop) > 1)
      return emitError() << "schedule splits loop " << loop
                         << " twice between tasks";
    if ((loop == getRow() || loop == getColumn()) &&
        llvm::count(getLoops(), loop) == 1)
      return emitError() << "schedule splits the tile's loop " << loop
                         << " between tasks without cutting it into blocks";
  }
  if (getStage()) {
    ArrayRef<int64_t> outside = getLoops().take_front(getStage());
    if (termLanes || !shape.terms.empty() || op.getInit() != InitKind::zero)
      return emitError() << "schedule puts blocks together in scratch but the "
                            "region adds to its output";
    if (getRow() < 0 || getColumn() < 0 ||
        shape.strides.back()[getColumn()] != 1 || getStage() < getParallel() ||
        !llvm::is_contained(outside, getRow()) ||
        !llvm::is_contained(outside, getColumn()) ||
        llvm::any_of(getLoops().drop_front(getStage()), [&](int64_t loop) {
          return loop != getRow() && loop != getColumn();
        }))
      return emitError() << "schedule puts blocks together in scratch that are "
                            "no blocks of rows and columns";
  }
  if (getStream() && !getStage() && !canStream(*this, op, shape))
    return emitError() << "schedule streams but the output's vectors are not "
                          "aligned alike";

  auto numbers = dyn_cast_or_null<TargetAttr>(target);
  if (!numbers)
    return success();
  int64_t perVector = AccumulatorShape::get(op).registersPerVector(
      getWidth(), numbers.getVectorBits());
  // A map holds nothing while terms go by.
  int64_t needed = shape.terms.empty()
                       ? getMr() * getNv() * perVector
                       : tileRegisters(getMr(), getNv(), perVector);
  if (needed > numbers.getRegisters())
    return emitError() << "schedule's tile of " << getMr() << " rows by "
                       << getNv() << " vectors of width " << getWidth()
                       << " needs " << needed << " vector registers but "
                       << numbers.getCpu() << " has " << numbers.getRegisters();
  return success();
}
