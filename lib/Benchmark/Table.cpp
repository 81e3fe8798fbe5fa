//===- Table.cpp - Equations to measure, as a table -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Table.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

std::string Row::typeName() const {
  std::string name = elementTypeName(element).str();
  if (result)
    name += ":" + elementTypeName(*result).str();
  return name;
}

std::string Row::extentsText() const {
  std::string text;
  raw_string_ostream os(text);
  interleave(
      extents, os,
      [&](const auto &extent) { os << extent.first << "=" << extent.second; },
      ",");
  return text;
}

namespace {

/// Reads one table; errors name the line.
class TableReader {
public:
  TableReader(StringRef path, unsigned *skipped)
      : path(path), skipped(skipped) {}

  Error readHeader(StringRef text);
  Error readRow(StringRef text);
  void nextLine() { ++line; }
  std::vector<Row> rows;

private:
  Error error(const Twine &message) const {
    return createStringError(path + ":" + Twine(line) + ": " + message);
  }
  /// The field of a column; empty where the table has no such column.
  StringRef field(ArrayRef<StringRef> fields, StringRef column) const {
    auto found = columns.find(column);
    return found == columns.end() ? "" : fields[found->second].trim();
  }
  Error readExtents(StringRef text, Row &row) const;
  Error readType(StringRef text, Row &row) const;

  StringRef path;
  unsigned *skipped;
  unsigned line = 1;
  StringMap<unsigned> columns;
};

} // namespace

Error TableReader::readHeader(StringRef text) {
  SmallVector<StringRef> names;
  text.split(names, '\t');
  for (auto [index, name] : enumerate(names))
    if (!columns.try_emplace(name.trim(), index).second)
      return error("column '" + name.trim() + "' stands there twice");
  for (StringRef name : {"name", "equation", "extents", "types"})
    if (!columns.contains(name))
      return error("expected a column '" + name + "'");
  return Error::success();
}

Error TableReader::readExtents(StringRef text, Row &row) const {
  SmallVector<StringRef> parts;
  text.split(parts, ',', -1, /*KeepEmpty=*/false);
  for (StringRef part : parts) {
    auto [label, number] = part.split('=');
    int64_t extent;
    if (label.trim().empty() || number.trim().getAsInteger(10, extent) ||
        extent < 0)
      return error("expected LABEL=EXTENT but found '" + part.trim() + "'");
    if (any_of(row.extents,
               [&](const auto &known) { return known.first == label.trim(); }))
      return error("label '" + label.trim() + "' has two extents");
    row.extents.emplace_back(label.trim().str(), extent);
  }
  return Error::success();
}

Error TableReader::readType(StringRef text, Row &row) const {
  auto [operand, result] = text.trim().split(':');
  std::optional<ElementType> element = parseElementType(operand);
  if (!element)
    return error("unknown element type '" + operand + "'");
  row.element = *element;
  if (result.empty())
    return Error::success();
  row.result = parseElementType(result);
  if (!row.result)
    return error("unknown element type '" + result + "'");
  return Error::success();
}

Error TableReader::readRow(StringRef text) {
  SmallVector<StringRef> fields, types;
  text.split(fields, '\t');
  if (fields.size() != columns.size())
    return error("expected " + Twine(columns.size()) + " fields but found " +
                 Twine(fields.size()));
  Row row;
  row.name = field(fields, "name").str();
  row.equation = field(fields, "equation").str();
  row.group = field(fields, "group").str();
  row.tier = field(fields, "tier").str();
  row.note = field(fields, "note").str();
  row.line = line;
  if (row.name.empty())
    return error("expected a name");
  if (row.equation.find(';') != std::string::npos) {
    if (skipped)
      ++*skipped;
    return Error::success();
  }
  if (Error failure = readExtents(field(fields, "extents"), row))
    return failure;
  field(fields, "types").split(types, ',');
  for (StringRef type : types) {
    Row typed = row;
    if (Error failure = readType(type, typed))
      return failure;
    // Whatever else is wrong with the row is told with its line.
    if (auto equation = resolveRow(typed, Variant::given); !equation)
      return error(toString(equation.takeError()));
    rows.push_back(std::move(typed));
  }
  return Error::success();
}

Expected<std::vector<Row>> bench::parseTable(StringRef text, StringRef path,
                                             unsigned *skipped) {
  TableReader reader(path, skipped);
  bool seenHeader = false;
  for (; !text.empty(); reader.nextLine()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    if (line.ends_with("\r"))
      line = line.drop_back();
    if (line.trim().empty() || line.starts_with("#"))
      continue;
    Error error = seenHeader ? reader.readRow(line) : reader.readHeader(line);
    if (error)
      return std::move(error);
    seenHeader = true;
  }
  if (!seenHeader)
    return createStringError(path + ": expected a line that names the columns");
  return std::move(reader.rows);
}

Expected<std::vector<Row>> bench::readTable(StringRef path, unsigned *skipped) {
  auto buffer = MemoryBuffer::getFile(path, /*IsText=*/true);
  if (std::error_code code = buffer.getError())
    return createStringError("cannot read '" + path + "': " + code.message());
  return parseTable((*buffer)->getBuffer(), path, skipped);
}
