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

constexpr double kLeft = 70, kTop = 50, kWidth = 760, kHeight = 520;
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
  // Whole decades, with some room.
  auto floor = [](double v) { return std::pow(10, std::floor(std::log10(v))); };
  lowX = floor(lowX * 0.7);
  highX = 10 * floor(highX * 1.4);
  lowY = floor(lowY * 0.7);
  highY = 10 * floor(highY * 1.1);
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

static std::string decadeText(double value) {
  return value < 1 ? formatv("{0}", value).str()
                   : formatv("{0}", int64_t(std::round(value))).str();
}

void Plot::drawGrid() {
  for (double v = lowX; v <= highX * 1.01; v *= 10) {
    line(x(v), kTop, x(v), kTop + kHeight, "grid");
    text(x(v), kTop + kHeight + 16, decadeText(v), " text-anchor=\"middle\"");
  }
  for (double v = lowY; v <= highY * 1.01; v *= 10) {
    line(kLeft, y(v), kLeft + kWidth, y(v), "grid");
    text(kLeft - 6, y(v) + 4, decadeText(v * 1e-9), " text-anchor=\"end\"");
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
  double label = kTop + kHeight - 8;
  for (const BandwidthLevel &level : reverse(bandwidth)) {
    double rate = level.bytesPerSecond;
    double fromX = std::max(lowX, lowY / rate),
           toX = std::min(highX, top / rate);
    if (fromX >= toX)
      continue;
    line(x(fromX), y(fromX * rate), x(toX), y(toX * rate), "bandwidth");
    text(x(fromX) + 4, std::min(y(fromX * rate) - 4, label),
         formatv("{0} {1:f1} GB/s", level.name, rate * 1e-9).str(),
         " class=\"small\"");
    label -= 14;
  }
}

void Plot::drawPoints() {
  for (auto [index, point] : enumerate(points)) {
    const RowResult &result = *point.result;
    svg += formatv("<g class=\"point\"><title>{0}</title><circle "
                   "cx=\"{1:f1}\" cy=\"{2:f1}\" r=\"3\"/>",
                   escape(formatv("{0} {1} {2}: {3:f1} GFLOP/s",
                                  result.row.name, result.row.equation,
                                  result.row.typeName(), point.rate * 1e-9)
                              .str()),
                   x(point.intensity), y(point.rate));
    // Numbers of points that lie together go to different sides.
    constexpr double kSides[4][2] = {{4, -4}, {4, 11}, {-14, -4}, {-14, 11}};
    svg += formatv("<text x=\"{0:f1}\" y=\"{1:f1}\" "
                   "class=\"small\">{2}</text></g>\n",
                   x(point.intensity) + kSides[index % 4][0],
                   y(point.rate) + kSides[index % 4][1], index + 1);
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
