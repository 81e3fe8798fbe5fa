//===- RooflinePlot.cpp - Rows under the machine's roof -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/RooflinePlot.h"

#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

namespace {

constexpr double kLeft = 70, kTop = 50, kWidth = 1100, kHeight = 760;
constexpr double kLegendLine = 15, kLegendColumn = 430;

/// Text for an element or an attribute.
std::string escape(StringRef text) {
  std::string escaped;
  for (char c : text) {
    switch (c) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    default:
      escaped += c;
    }
  }
  return escaped;
}

struct Point {
  double intensity, rate;
  const RowResult *result;
};

struct Box {
  double left, top, right, bottom;
  bool overlaps(const Box &other) const {
    return left < other.right && other.left < right && top < other.bottom &&
           other.top < bottom;
  }
};

/// Finds places for numbers near their points that nothing else has.
class Labels {
public:
  void block(Box box) { taken.push_back(box); }
  /// Where the text's left end is on its base line.
  std::pair<double, double> place(double x, double y, size_t letters);

private:
  std::vector<Box> taken;
};

/// One plot on its way.
class Plot {
public:
  Plot(ArrayRef<RowResult> results, ArrayRef<BandwidthLevel> bandwidth);
  std::string draw(StringRef title);

private:
  double x(double intensity) const {
    return kLeft +
           kWidth * std::log10(intensity / lowX) / std::log10(highX / lowX);
  }
  double y(double rate) const {
    return kTop + kHeight -
           kHeight * std::log10(rate / lowY) / std::log10(highY / lowY);
  }
  void line(double x1, double y1, double x2, double y2, StringRef style);
  void text(double x, double y, StringRef content, StringRef extra = "");
  void drawGrid();
  void drawRoofs();
  void drawPoints();
  void drawLegend();

  Labels labels;
  ArrayRef<BandwidthLevel> bandwidth;
  SmallVector<Point> points;
  double peak = 0;
  double lowX = INFINITY, highX = 0, lowY = INFINITY, highY = 0;
  std::string svg;
};

} // namespace

Plot::Plot(ArrayRef<RowResult> results, ArrayRef<BandwidthLevel> bandwidth)
    : bandwidth(bandwidth) {
  for (const RowResult &result : results) {
    if (!result.error.empty() || result.operations <= 0 || result.bytes <= 0)
      continue;
    points.push_back(
        {result.operations / result.bytes, result.rate(), &result});
    peak = std::max(peak, result.peak);
  }
  for (const Point &point : points) {
    lowX = std::min(lowX, point.intensity);
    highX = std::max(highX, point.intensity);
    lowY = std::min(lowY, point.rate);
    highY = std::max({highY, point.rate, peak});
  }
  if (points.empty())
    lowX = 0.1, highX = 100, lowY = 1e9, highY = 1e11;
  // The roofs' corners shall be seen.
  if (!bandwidth.empty() && peak > 0)
    lowX = std::min(lowX, 0.5 * peak / bandwidth.back().bytesPerSecond);
  // Some room around; lines of the grid are at powers of ten and thirds.
  lowX *= 0.6;
  highX *= 1.8;
  lowY *= 0.6;
  highY *= 1.6;
}

void Plot::line(double x1, double y1, double x2, double y2, StringRef style) {
  svg += formatv("<line x1=\"{0:f1}\" y1=\"{1:f1}\" x2=\"{2:f1}\" "
                 "y2=\"{3:f1}\" class=\"{4}\"/>\n",
                 x1, y1, x2, y2, style);
}

void Plot::text(double x, double y, StringRef content, StringRef extra) {
  svg += formatv("<text x=\"{0:f1}\" y=\"{1:f1}\"{2}>{3}</text>\n", x, y, extra,
                 escape(content));
}

/// 1, 2, 5, 10, … between two values.
static SmallVector<double> gridValues(double low, double high) {
  SmallVector<double> values;
  for (double decade = std::pow(10, std::floor(std::log10(low)));
       decade <= high; decade *= 10)
    for (double digit : {1, 2, 5})
      if (digit * decade >= low && digit * decade <= high)
        values.push_back(digit * decade);
  return values;
}

/// As few digits as tell it: 0.2, 50.
static std::string shortText(double value) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%g", value);
  return buffer;
}

void Plot::drawGrid() {
  for (double v : gridValues(lowX, highX)) {
    line(x(v), kTop, x(v), kTop + kHeight, "grid");
    text(x(v), kTop + kHeight + 16, shortText(v), " text-anchor=\"middle\"");
  }
  for (double v : gridValues(lowY, highY)) {
    line(kLeft, y(v), kLeft + kWidth, y(v), "grid");
    text(kLeft - 6, y(v) + 4, shortText(v * 1e-9), " text-anchor=\"end\"");
  }
  text(kLeft + kWidth / 2, kTop + kHeight + 36,
       "operations / byte of operands and result", " text-anchor=\"middle\"");
  svg += formatv("<text transform=\"translate(20,{0:f1}) rotate(-90)\" "
                 "text-anchor=\"middle\">GFLOP/s</text>\n",
                 kTop + kHeight / 2);
}

void Plot::drawRoofs() {
  if (peak > 0) {
    line(kLeft, y(peak), kLeft + kWidth, y(peak), "peak");
    text(kLeft + kWidth - 4, y(peak) - 5,
         formatv("peak {0:f1} GFLOP/s", peak * 1e-9).str(),
         " text-anchor=\"end\"");
  }
  double top = peak > 0 ? peak : highY;
  // From the bottom or the left edge up to the peak.
  for (const BandwidthLevel &level : reverse(bandwidth)) {
    double rate = level.bytesPerSecond;
    double fromX = std::max(lowX, lowY / rate),
           toX = std::min(highX, top / rate);
    if (fromX >= toX)
      continue;
    line(x(fromX), y(fromX * rate), x(toX), y(toX * rate), "bandwidth");
    // Along the line, at its lower end.
    double slope =
        std::atan2(y(toX * rate) - y(fromX * rate), x(toX) - x(fromX)) * 180 /
        M_PI;
    svg += formatv("<text transform=\"translate({0:f1},{1:f1}) "
                   "rotate({2:f1})\" class=\"small\">{3} {4:f1} "
                   "GB/s</text>\n",
                   x(fromX) + 12, y(fromX * rate) - 14, slope,
                   escape(level.name), rate * 1e-9);
  }
}

std::pair<double, double> Labels::place(double x, double y, size_t letters) {
  constexpr double kLetter = 6, kLine = 9;
  double width = kLetter * double(letters);
  // Rings around the point, the nearest first.
  for (double radius = 7; radius < 80; radius += 6)
    for (int step = 0; step < 16; ++step) {
      double angle = step * 2 * M_PI / 16 - 0.6;
      double centreX = x + (radius + width / 2) * std::cos(angle);
      double centreY = y + (radius + kLine / 2) * std::sin(angle);
      Box box{centreX - width / 2, centreY - kLine / 2, centreX + width / 2,
              centreY + kLine / 2};
      if (any_of(taken, [&](const Box &other) { return other.overlaps(box); }))
        continue;
      taken.push_back(box);
      return {box.left, box.bottom - 1};
    }
  return {x + 5, y - 5};
}

void Plot::drawPoints() {
  constexpr double kRadius = 3;
  for (const Point &point : points) {
    double atX = x(point.intensity), atY = y(point.rate);
    labels.block({atX - kRadius, atY - kRadius, atX + kRadius, atY + kRadius});
  }
  for (auto [index, point] : enumerate(points)) {
    const RowResult &result = *point.result;
    double atX = x(point.intensity), atY = y(point.rate);
    std::string number = std::to_string(index + 1);
    auto [textX, textY] = labels.place(atX, atY, number.size());
    double middle = textX + 3 * double(number.size());
    svg += formatv("<g class=\"point\"><title>{0}</title>",
                   escape(formatv("{0} {1} {2}: {3:f1} GFLOP/s",
                                  result.row.name, result.row.equation,
                                  result.row.typeName(), point.rate * 1e-9)
                              .str()));
    if (std::hypot(middle - atX, textY - 4 - atY) > 16)
      line(atX, atY, middle, textY - 4, "leader");
    svg += formatv("<circle cx=\"{0:f1}\" cy=\"{1:f1}\" r=\"{2}\"/>"
                   "<text x=\"{3:f1}\" y=\"{4:f1}\" "
                   "class=\"small\">{5}</text></g>\n",
                   atX, atY, kRadius, textX, textY, number);
  }
}

/// How many rows fit beside the plot.
static size_t legendRows() { return size_t((kHeight + 40) / kLegendLine); }

void Plot::drawLegend() {
  for (auto [index, point] : enumerate(points)) {
    const RowResult &result = *point.result;
    double column = double(index / legendRows());
    double row = double(index % legendRows());
    text(kLeft + kWidth + 24 + column * kLegendColumn,
         kTop + 8 + row * kLegendLine,
         formatv("{0}  {1}  {2}  {3}  {4:f1}", index + 1, result.row.name,
                 result.row.equation, result.row.typeName(), point.rate * 1e-9)
             .str(),
         " class=\"small\"");
  }
}

std::string Plot::draw(StringRef title) {
  double columns = std::ceil(double(points.size()) / double(legendRows()));
  double width = kLeft + kWidth + 40 + columns * kLegendColumn;
  double height = kTop + kHeight + 50;
  svg = formatv(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:f0}\" "
      "height=\"{1:f0}\" viewBox=\"0 0 {0:f0} {1:f0}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>.grid {{ stroke: #ddd } .peak {{ stroke: #b00; stroke-width: 2 } "
      ".bandwidth {{ stroke: #06c; stroke-width: 1.5 } "
      ".point circle {{ fill: #060; fill-opacity: 0.7 } "
      ".leader {{ stroke: #999; stroke-width: 0.5 } "
      ".small {{ font-size: 10px }</style>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      width, height);
  text(kLeft, 28, title, " font-size=\"14\"");
  drawGrid();
  drawRoofs();
  drawPoints();
  drawLegend();
  svg += "</svg>\n";
  return std::move(svg);
}

std::string bench::rooflinePlot(ArrayRef<RowResult> results,
                                ArrayRef<BandwidthLevel> bandwidth,
                                StringRef title) {
  return Plot(results, bandwidth).draw(title);
}
