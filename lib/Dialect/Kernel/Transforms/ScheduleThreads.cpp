//===- ScheduleThreads.cpp - Work for several threads ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Takes a schedule that is good for one thread and cuts its blocks so that
// several threads have equal shares: smaller blocks of rows and columns, or,
// where the output has too few tiles, parts of the terms.
//
//===----------------------------------------------------------------------===//

#include "CpuFormula.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

/// Whose plan a deterministic kernel gets, whatever runs it.
static constexpr int64_t kDeterministicThreads = 16;
/// Tasks a thread, where there are as many: what is late is taken over by
/// others in pieces of this size.
static constexpr int64_t kTasksPerThread = 8;
/// Operations that one byte of memory traffic takes as long as.
static constexpr double kFlopsPerByte = 4;
/// A task below this much work is not worth a thread.
static constexpr double kTaskFlops = 1e6;
/// Scratch that a thread's tasks may have of their own.
static constexpr int64_t kOwnScratch = int64_t(8) << 20;

namespace {

/// One side of the output: panels of the innermost digit, which blocks cut, and
/// how often they come again for other digits. Where blocks span these, a panel
/// here is all of the innermost digit.
struct Side {
  int64_t panels = 1, digits = 1, block = 1;
  /// Panels of the register tile in one, and its rows or columns.
  int64_t tiles = 1, elements = 1;

  int64_t blocksOfDigit() const { return llvm::divideCeil(panels, block); }
  int64_t blocks() const { return digits * blocksOfDigit(); }
  int64_t all() const { return digits * panels; }
  int64_t blockElements() const { return block * elements; }
  /// Panels in the first blocks.
  int64_t before(int64_t blocks) const {
    return blocks / blocksOfDigit() * panels +
           std::min(blocks % blocksOfDigit() * block, panels);
  }
};

/// How a schedule's work is cut into items.
struct Shares {
  Side rows, columns;
  int64_t batch = 1, parts = 1;
  /// Whether an item takes several blocks of rows, which share packed columns,
  /// and the number of such items then.
  bool hoists = false;
  int64_t rowTasks = 1;

  int64_t rowItems() const {
    return hoists ? std::min(rowTasks, rows.blocks()) : rows.blocks();
  }
  int64_t items() const {
    return batch * parts * columns.blocks() * rowItems();
  }
  double tilesBefore(int64_t item) const;
  double efficiency(int64_t threads) const;
};

class ShareOut {
public:
  ShareOut(const CpuFormula &formula, CpuScheduleAttr schedule,
           int64_t threads);
  CpuScheduleAttr run();

private:
  void cutBlocks();
  void splitTerms();
  double timeOf(const Shares &candidate) const;
  double packTime(const Shares &candidate) const;
  int64_t ownScratch() const;
  int64_t partTerms() const;
  int64_t tasks() const;
  bool isRows(unsigned input) const {
    return f.shape.varies(input, f.shape.row);
  }

  const CpuFormula &f;
  CpuScheduleAttr schedule;
  int64_t threads;
  Shares shares;
  bool isDynamic;
  /// Operations, and what memory traffic counts as.
  double work;
};

} // namespace

/// Tiles in the first items; rows go by fastest, then columns.
double Shares::tilesBefore(int64_t item) const {
  int64_t row = item % rowItems(), rest = item / rowItems();
  int64_t column = rest % columns.blocks(), outside = rest / columns.blocks();
  int64_t rowBlocks = hoists ? row * rows.blocks() / rowItems() : row;
  int64_t start = columns.before(column);
  return (double(outside) * columns.all() + start) * rows.all() +
         double(columns.before(column + 1) - start) * rows.before(rowBlocks);
}

/// What part of the time `threads` work, each having equally many items.
double Shares::efficiency(int64_t threads) const {
  // Only so many are looked at one by one.
  constexpr int64_t kMost = 64;
  threads = std::min(threads, kMost);
  double all = double(batch) * parts * columns.all() * rows.all(), most = 0;
  for (int64_t thread = 0; thread < threads; ++thread)
    most = std::max(most, tilesBefore(items() * (thread + 1) / threads) -
                              tilesBefore(items() * thread / threads));
  return all / threads / most;
}

ShareOut::ShareOut(const CpuFormula &formula, CpuScheduleAttr schedule,
                   int64_t threads)
    : f(formula), schedule(schedule), threads(threads) {
  bool hasColumns = schedule.getLanes() == Lanes::columns;
  int64_t panel = hasColumns ? schedule.getNv() * schedule.getWidth() : 1;
  auto side = [&](int64_t extent, ArrayRef<unsigned> digits, int64_t size,
                  int64_t block) {
    Side result;
    result.panels = llvm::divideCeil(std::max<int64_t>(extent, 1), size);
    result.digits = std::max<int64_t>(f.product(digits), 1);
    result.elements = size;
    if (int64_t whole = result.panels * size; block >= 2 * whole) {
      result.tiles = result.panels;
      result.panels = result.digits;
      result.digits = 1;
      result.elements = whole;
    }
    result.block =
        std::clamp<int64_t>(block / result.elements, 1, result.panels);
    return result;
  };
  // Without columns, those that are no lanes are rows.
  shares.rows = side(hasColumns ? f.rows : f.rows * f.columns,
                     f.shape.outerRows, schedule.getMr(), schedule.getMc());
  shares.columns = side(hasColumns ? f.columns : 1, f.shape.outerColumns, panel,
                        hasColumns ? schedule.getNc() : 1);
  shares.batch = std::max<int64_t>(f.product(f.shape.batch), 1);
  for (auto [input, pack] : llvm::enumerate(schedule.getPack()))
    if (pack && !isRows(input) &&
        llvm::none_of(f.shape.outerRows, [&, input = input](unsigned loop) {
          return f.shape.varies(input, loop);
        }))
      shares.hoists = true;
  isDynamic = llvm::any_of(f.shape.extents, ShapedType::isDynamic);
  work =
      f.flops() + kFlopsPerByte * f.footprint() * std::max<int64_t>(f.outer, 1);
}

/// Operations that packing takes as long as: columns are packed once for each
/// item of rows, rows for each block of columns.
double ShareOut::packTime(const Shares &candidate) const {
  double time = 0;
  for (auto [input, pack] : llvm::enumerate(schedule.getPack())) {
    if (!pack)
      continue;
    const Side &side = isRows(input) ? candidate.rows : candidate.columns;
    double lines = double(side.all()) * side.elements;
    lines *= isRows(input) ? candidate.columns.blocks() : candidate.rowItems();
    time +=
        2 * kFlopsPerByte * f.bytes(input) * lines * f.terms * candidate.batch;
  }
  return time;
}

/// Operations that one thread's time is as long as.
double ShareOut::timeOf(const Shares &candidate) const {
  double efficiency = candidate.efficiency(threads);
  // What lies in the nearest caches is used less often in small blocks.
  double time =
      work * (1 + 0.03 / (candidate.rows.block * candidate.rows.tiles) +
              0.01 / (candidate.columns.block * candidate.columns.tiles));
  time += packTime(candidate);
  time /= threads * efficiency;
  // A thread that comes late, or is held up, leaves items to the others.
  time += 0.04 * work / candidate.items();
  // Partial sums are written and read again.
  if (candidate.parts > 1) {
    constexpr double kStep = 5e5;
    double sums = double(f.outer) * f.rows * f.columns * candidate.parts;
    time += kStep + 2 * kFlopsPerByte * f.accumulatorBytes() * sums / threads;
  }
  return time;
}

/// Blocks of the size, or smaller, with which all threads end together.
void ShareOut::cutBlocks() {
  const Shares whole = shares;
  // One cut is always tried.
  const int64_t most =
      std::max(2 * kTasksPerThread * threads, 2 * whole.items());
  double best = timeOf(shares);
  Shares candidate = whole;
  auto tryColumns = [&] {
    for (int64_t blocks = whole.columns.blocksOfDigit();
         blocks <= whole.columns.panels; ++blocks) {
      candidate.columns.block = llvm::divideCeil(whole.columns.panels, blocks);
      if (candidate.items() > most)
        return;
      double time = timeOf(candidate);
      if (time < best * 0.995) {
        best = time;
        shares = candidate;
      }
    }
  };
  for (int64_t blocks = whole.rows.blocksOfDigit(); blocks <= whole.rows.panels;
       ++blocks) {
    candidate.rows.block = llvm::divideCeil(whole.rows.panels, blocks);
    if (!whole.hoists) {
      if (whole.batch * candidate.rows.blocks() > most)
        return;
      tryColumns();
      continue;
    }
    // More blocks than items of rows need no more cuts.
    if (blocks > whole.rows.blocksOfDigit() + 2 * threads)
      return;
    for (candidate.rowTasks = 1;
         candidate.rowTasks <= std::min(2 * threads, candidate.rows.blocks());
         ++candidate.rowTasks)
      tryColumns();
  }
}

/// Terms of a block where there are `parts`.
int64_t ShareOut::partTerms() const {
  // Extents that are not known are long: blocks of a useful size.
  constexpr int64_t kDynamicTerms = 16384;
  if (llvm::any_of(f.shape.terms, [&](unsigned loop) {
        return ShapedType::isDynamic(f.shape.extents[loop]);
      }))
    return std::min(schedule.getKc(), kDynamicTerms);
  int64_t terms = llvm::divideCeil(f.terms, shares.parts);
  int64_t step = 8;
  if (schedule.getLanes() == Lanes::terms)
    step = schedule.getNv() * schedule.getWidth();
  return std::min<int64_t>(schedule.getKc(), llvm::alignTo(terms, step));
}

/// Parts of the terms, where that is better than leaving threads idle.
void ShareOut::splitTerms() {
  if (f.shape.terms.empty() || !getCombiner(f.region.getBody().front()))
    return;
  double best = timeOf(shares);
  Shares candidate = shares;
  int64_t most = kTasksPerThread * threads;
  if (!isDynamic)
    most = std::min(most, int64_t(work / kTaskFlops));
  for (candidate.parts = 2; candidate.parts <= most; ++candidate.parts) {
    double time = timeOf(candidate);
    if (time < best * 0.97) {
      best = time;
      shares = candidate;
    }
  }
}

/// Bytes of scratch that one task has to itself: its packed blocks.
int64_t ShareOut::ownScratch() const {
  int64_t bytes = 0;
  for (auto [input, pack] : llvm::enumerate(schedule.getPack()))
    if (pack)
      bytes += (isRows(input) ? shares.rows : shares.columns).blockElements() *
               std::min(schedule.getKc(), f.terms) * f.bytes(input);
  return bytes;
}

int64_t ShareOut::tasks() const {
  int64_t perThread = kTasksPerThread;
  if (int64_t bytes = ownScratch())
    perThread = std::clamp<int64_t>(kOwnScratch / bytes, 1, perThread);
  if (isDynamic)
    return perThread * threads;
  perThread = std::clamp<int64_t>(shares.items() / threads, 1, perThread);
  return std::clamp<int64_t>(int64_t(work / kTaskFlops), 1,
                             perThread * threads);
}

CpuScheduleAttr ShareOut::run() {
  auto with = [&](int64_t mc, int64_t nc, int64_t kc, int64_t tasks,
                  int64_t grain) {
    // Parts have their sums elsewhere.
    int64_t rowTasks = shares.parts > 1 ? 1 : f.rowTasksFor(kc, nc);
    return CpuScheduleAttr::get(
        schedule.getContext(), schedule.getMr(), schedule.getNv(),
        schedule.getWidth(), mc, nc, kc, schedule.getPack(), tasks,
        schedule.getLanes(), std::max(shares.rowTasks, rowTasks), shares.parts,
        grain, schedule.getKind(), schedule.getPrefetch(), schedule.getOrder());
  };
  if (!isDynamic && work < kSerialFlops) {
    f.because("one task: {0:e2} operations, memory traffic among them, are too "
              "few for {1} threads",
              work, threads);
    return with(schedule.getMc(), schedule.getNc(), schedule.getKc(), 1, 1);
  }
  // Multiply-adds that are as much work as a task has at least.
  int64_t grain = 1;
  if (isDynamic) {
    grain = std::max<int64_t>(int64_t(kTaskFlops * f.flops() / 2 / work), 1);
    // Then there is as much work as one likes.
    work = std::max(work, kTaskFlops * kTasksPerThread * threads);
  }
  cutBlocks();
  splitTerms();
  f.because("{0} threads: {1} items of work, {2} parts of the terms, {3} "
            "tasks; all are busy {4:f0}% of the time",
            threads, shares.items(), shares.parts, tasks(),
            100 * shares.efficiency(threads));
  bool hasColumns = schedule.getLanes() == Lanes::columns;
  return with(shares.rows.blockElements(),
              hasColumns ? shares.columns.blockElements() : schedule.getNc(),
              shares.parts > 1 ? partTerms() : schedule.getKc(), tasks(),
              grain);
}

static int64_t plannedThreads(Threading threading) {
  return threading.deterministic ? kDeterministicThreads : threading.threads;
}

CpuScheduleAttr einsumc::kernel::shareOut(const CpuFormula &formula,
                                          CpuScheduleAttr schedule,
                                          Threading threading) {
  int64_t threads = plannedThreads(threading);
  return threads == 1 ? schedule : ShareOut(formula, schedule, threads).run();
}

SweepScheduleAttr einsumc::kernel::shareOut(const CpuFormula &formula,
                                            SweepScheduleAttr schedule,
                                            Threading threading) {
  int64_t threads = plannedThreads(threading);
  if (threads == 1)
    return schedule;
  int64_t items = 1;
  for (auto [loop, step] :
       llvm::zip(schedule.getLoops().take_front(schedule.getParallel()),
                 schedule.getSteps()))
    items *= llvm::divideCeil(std::max<int64_t>(formula.known(loop), 1), step);
  double work = formula.flops() + kFlopsPerByte * formula.footprint() *
                                      std::max<int64_t>(formula.outer, 1);
  bool isDynamic = llvm::any_of(formula.shape.extents, ShapedType::isDynamic);
  if (items < 2 * threads && !formula.shape.terms.empty() &&
      (isDynamic || work >= kSerialFlops))
    return {};
  if (schedule.getMaxTasks() == 1)
    return schedule;
  return SweepScheduleAttr::get(
      schedule.getContext(), schedule.getLoops(), schedule.getSteps(),
      schedule.getParallel(), schedule.getRow(), schedule.getColumn(),
      schedule.getMr(), schedule.getNv(), schedule.getWidth(),
      kTasksPerThread * threads, schedule.getPrefetchLoop(),
      schedule.getPrefetch(), schedule.getStage(), schedule.getLanes(),
      schedule.getStream());
}
