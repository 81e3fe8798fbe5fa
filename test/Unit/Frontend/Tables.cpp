//===- Tables.cpp - Reading the tables of cases ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace einsumc;

std::vector<test::Row> test::readTable(const std::string &pathBelowTest) {
  std::vector<Row> rows;
  auto buffer =
      llvm::MemoryBuffer::getFile(EINSUMC_TEST_DIR "/" + pathBelowTest);
  if (!buffer)
    return rows;
  llvm::SmallVector<llvm::StringRef> lines, names, cells;
  (*buffer)->getBuffer().split(lines, '\n', -1, /*KeepEmpty=*/false);
  lines.front().split(names, '\t');
  for (llvm::StringRef line : llvm::drop_begin(lines)) {
    cells.clear();
    line.split(cells, '\t');
    Row row;
    for (size_t i = 0; i < names.size(); ++i)
      row[names[i].str()] = i < cells.size() ? cells[i].str() : "";
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<OperandType> test::typesOf(llvm::StringRef shapes) {
  std::vector<OperandType> types;
  llvm::SmallVector<llvm::StringRef> parts, extents;
  if (!shapes.empty())
    shapes.split(parts, ';');
  for (llvm::StringRef part : parts) {
    OperandType &type = types.emplace_back();
    extents.clear();
    if (part != "()")
      part.split(extents, 'x');
    for (llvm::StringRef extent : extents) {
      int64_t value = kDynamicExtent;
      if (extent != "?")
        (void)extent.getAsInteger(10, value);
      type.shape.push_back(value);
    }
  }
  return types;
}

std::string test::shapeText(llvm::ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "()";
  std::string text;
  for (int64_t extent : shape)
    text += (text.empty() ? "" : "x") +
            (extent == kDynamicExtent ? "?" : std::to_string(extent));
  return text;
}

std::string test::unescape(llvm::StringRef text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    llvm::StringRef pair = text.substr(i, 2);
    if (pair == "\\t" || pair == "\\n") {
      result += pair == "\\t" ? '\t' : '\n';
      ++i;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string test::escape(llvm::StringRef text) {
  std::string result;
  for (char c : text)
    result += c == '\t'   ? std::string("\\t")
              : c == '\n' ? std::string("\\n")
                          : std::string(1, c);
  return result;
}
