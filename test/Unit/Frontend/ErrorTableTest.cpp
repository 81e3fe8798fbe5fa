//===- ErrorTableTest.cpp - Every invalid row of the error table ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two tests that know nothing of each other: the first compares each rendered
// error with test/Errors/expected.tsv to the letter (EINSUMC_UPDATE_EXPECTED=1
// rewrites the file), the second derives from the row's equation and shapes
// what the message must name.
//
//===----------------------------------------------------------------------===//

#include "Tables.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"
#include <cstdlib>

using namespace einsumc;
using namespace einsumc::test;

namespace {

struct ErrorRow {
  std::string id, category, form, equation, shapes;
};

/// Calls that the table gives in Python alone.
const ErrorRow pythonRows[] = {
    {"X001", "arity", "sub", "", ""},
    {"X002", "arity", "str", "", ""},
    {"X005", "arity", "str", "", "();()"},
    {"X006", "arity", "str", ",", "();1;1"},
    {"X007", "arity", "str", ",", "1"},
    {"X008", "rank", "str", "i", "()"},
    {"X009", "rank", "str", "ij", "2"},
    {"X010", "rank", "str", "...i", "()"},
    {"X011", "rank", "str", "i...j", "2"},
    {"X012", "rank", "str", "i...", "()"},
    {"X013", "rank", "str", "ij...", "2"},
    {"X036", "sublist-range", "sub", "[-1,5],[5,2]->[-1,2]", "2x3;3x4"},
    {"X039", "arrow", "str", "->,->", "();()"},
    {"X040", "bad-char", "str", "&,a->", "();1"},
    {"X041", "bad-char", "str", "a,a->&", "1;1"},
    {"X061", "sublist-range", "sub", "[-1]", "2"},
};

/// The table's rows about equation, shape or type that are invalid here too.
std::vector<ErrorRow> errorRows() {
  const llvm::StringSet<> validHere = {"X022", "X035", "X057", "X062", "X072",
                                       "X148", "X149", "X150", "X151", "X152",
                                       "X153", "X154", "X156", "X170", "X190"};
  const llvm::StringSet<> laterInterface = {"kwarg", "bad-path", "type",
                                            "out-shape"};
  std::vector<ErrorRow> rows;
  for (Row &row : readTable("Cases/einsum_errors.tsv")) {
    if (validHere.contains(row["id"]) ||
        laterInterface.contains(row["category"]))
      continue;
    ErrorRow error{row["id"], row["category"], row["form"],
                   unescape(row["equation"]), row["shapes"]};
    if (error.form == "py") {
      const ErrorRow *known = llvm::find_if(
          pythonRows, [&](const ErrorRow &r) { return r.id == error.id; });
      if (known == std::end(pythonRows))
        ADD_FAILURE() << error.id << " is not translated";
      else
        error = *known;
    }
    rows.push_back(error);
  }
  return rows;
}

/// A list of the sublist form with its negative labels, which no text of ours
/// can say.
std::vector<std::vector<int64_t>> lists(llvm::StringRef text) {
  std::vector<std::vector<int64_t>> result;
  while (text.consume_front("[") || text.consume_front(",[")) {
    auto [inside, rest] = text.split(']');
    llvm::SmallVector<llvm::StringRef> labels;
    inside.split(labels, ',');
    result.emplace_back();
    for (llvm::StringRef label : labels)
      (void)label.getAsInteger(10, result.back().emplace_back());
    text = rest;
  }
  return result;
}

/// The error of a row; an empty message when there is none.
Diagnostic errorOf(const ErrorRow &row) {
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation = llvm::failure();
  if (row.form == "sub") {
    auto [operands, output] = llvm::StringRef(row.equation).split("->");
    auto outputs = lists(output);
    equation = equationFromSublists(
        lists(operands), outputs.empty() ? nullptr : &outputs.front(),
        diagnostic);
  } else {
    equation = parseEquation(row.equation, diagnostic);
  }
  if (succeeded(equation))
    (void)resolve(*equation, typesOf(row.shapes), {}, diagnostic);
  return diagnostic;
}

std::string expectedLine(const ErrorRow &row, const Diagnostic &error) {
  std::string line = row.id + "\t" + escape(row.equation) + "\t" + row.shapes;
  line += "\t" + (error.point
                      ? std::to_string(Diagnostic::caretColumn(*error.point))
                      : "");
  line += "\t" + error.message + "\t";
  if (error.notePoint)
    line += std::to_string(Diagnostic::caretColumn(*error.notePoint)) + "\t" +
            error.noteMessage;
  else
    line += "\t";
  return line;
}

TEST(ErrorTable, MessagesAndCaretsAreTheCommittedOnes) {
  std::string actual =
      "id\tequation\tshapes\tcolumn\tmessage\tnote_column\tnote\n";
  std::vector<Row> committed = readTable("Errors/expected.tsv");
  std::vector<ErrorRow> rows = errorRows();
  EXPECT_EQ(committed.size(), rows.size());
  for (auto [i, row] : llvm::enumerate(rows)) {
    Diagnostic error = errorOf(row);
    EXPECT_FALSE(error.empty()) << row.id << " has no error";
    std::string line = expectedLine(row, error);
    actual += line + "\n";
    if (i >= committed.size())
      continue;
    Row &e = committed[i];
    EXPECT_EQ(line, e["id"] + "\t" + e["equation"] + "\t" + e["shapes"] + "\t" +
                        e["column"] + "\t" + e["message"] + "\t" +
                        e["note_column"] + "\t" + e["note"]);
  }
  if (std::getenv("EINSUMC_UPDATE_EXPECTED")) {
    std::error_code code;
    llvm::raw_fd_ostream out(EINSUMC_TEST_DIR "/Errors/expected.tsv", code);
    out << actual;
  }
}

//===----------------------------------------------------------------------===//
// What a message must name, from the row alone
//===----------------------------------------------------------------------===//

/// The equation cut at its first arrow and at commas.
struct Pieces {
  std::vector<std::string> operands;
  std::string output;
  std::vector<std::vector<int64_t>> shapes;
};

Pieces piecesOf(const ErrorRow &row, bool keepBlanks) {
  Pieces pieces;
  std::string text = row.equation;
  if (!keepBlanks)
    llvm::erase(text, ' ');
  auto [inputs, output] = llvm::StringRef(text).split("->");
  llvm::SmallVector<llvm::StringRef> parts;
  inputs.split(parts, ',');
  for (llvm::StringRef part : parts)
    pieces.operands.push_back(part.str());
  pieces.output = output.str();
  for (const OperandType &type : typesOf(row.shapes))
    pieces.shapes.emplace_back(type.shape.begin(), type.shape.end());
  return pieces;
}

bool namesWord(llvm::StringRef message, const std::string &word) {
  return llvm::Regex("(^|[^0-9A-Za-z])" + llvm::Regex::escape(word) +
                     "([^0-9A-Za-z]|$)")
      .match(message);
}

std::string operandName(size_t operand) {
  return "operand " + std::to_string(operand);
}

/// "operand 1" or "the output" that the piece with this property is.
template <typename Predicate>
std::string firstPlace(const Pieces &pieces, Predicate isBad) {
  for (auto [i, operand] : llvm::enumerate(pieces.operands))
    if (isBad(operand))
      return operandName(i);
  return "the output";
}

/// Letter and size of each axis; ellipsis axes count from the last, as "-1".
std::vector<std::pair<std::string, int64_t>>
axesOf(const std::string &subscripts, const std::vector<int64_t> &shape) {
  std::vector<std::pair<std::string, int64_t>> axes;
  size_t dots = subscripts.find("...");
  size_t letters = subscripts.size() - (dots == std::string::npos ? 0 : 3);
  size_t ellipsisAxes = shape.size() - letters, axis = 0;
  for (size_t i = 0; i < subscripts.size(); ++i) {
    if (i != dots) {
      axes.push_back({std::string(1, subscripts[i]), shape[axis++]});
      continue;
    }
    for (size_t left = ellipsisAxes; left; --left)
      axes.push_back({"-" + std::to_string(left), shape[axis++]});
    i += 2;
  }
  return axes;
}

/// The words for the first pair of sizes that disagree.
std::vector<std::string> clash(const Pieces &pieces) {
  std::map<std::string, std::pair<int64_t, size_t>> seen;
  for (auto [i, operand] : llvm::enumerate(pieces.operands)) {
    std::map<std::string, int64_t> here;
    for (auto &[label, size] : axesOf(operand, pieces.shapes[i])) {
      std::string name = label[0] == '-' ? "'...'" : "'" + label + "'";
      if (here.count(label) && here[label] != size)
        return {name, std::to_string(here[label]), std::to_string(size),
                operandName(i)};
      here[label] = size;
      if (seen.count(label) && seen[label].first != 1 && size != 1 &&
          seen[label].first != size)
        return {name, std::to_string(seen[label].first), std::to_string(size),
                operandName(seen[label].second), operandName(i)};
      if (!seen.count(label) || seen[label].first == 1)
        seen[label] = {size, i};
    }
  }
  return {"a clash"};
}

/// An equation of proper characters whose arrow is wrong.
std::vector<std::string> wordsForArrow(llvm::StringRef equation) {
  auto [inputs, output] = equation.split("->");
  size_t dash = inputs.find('-'), head = inputs.find('>');
  if (head < dash)
    return {"'>'", operandName(inputs.take_front(head).count(','))};
  if (dash < inputs.size())
    return {"'->'", "'- '", operandName(inputs.take_front(dash).count(','))};
  size_t comma = output.find(','), arrow = output.find("->");
  if (arrow < comma)
    return {"'->'", "second"};
  return {comma < output.size() ? "','" : "'>'", "the output"};
}

std::vector<std::string> wordsFor(const ErrorRow &row) {
  // Inside of an ellipsis a blank matters.
  Pieces pieces = piecesOf(row, row.category == "ellipsis-syntax");
  if (row.form == "sub")
    return row.equation.empty()
               ? std::vector<std::string>{"0", "operands"}
               : std::vector<std::string>{"-1", operandName(0)};
  if (row.category == "arity")
    return {std::to_string(pieces.operands.size()),
            std::to_string(pieces.shapes.size()), "operand"};
  if (row.category == "rank")
    for (auto [i, operand] : llvm::enumerate(pieces.operands)) {
      bool dots = operand.find("...") != std::string::npos;
      size_t letters = operand.size() - 3 * dots,
             rank = pieces.shapes[i].size();
      if (rank < letters || (rank > letters && !dots))
        return {operandName(i), std::to_string(letters), std::to_string(rank)};
    }
  if (row.category == "ellipsis-syntax")
    return {"'...'", firstPlace(pieces, [](const std::string &piece) {
              return llvm::StringRef(piece).count('.') > 0 &&
                     (llvm::StringRef(piece).count("...") != 1 ||
                      llvm::StringRef(piece).count('.') != 3);
            })};
  if (row.category == "bad-char" || row.category == "arrow") {
    auto isFine = [](char c) {
      return llvm::isAlpha(c) || llvm::StringRef(",.-> ").contains(c);
    };
    for (char c : row.equation)
      if (!isFine(c))
        return {"'" + escape(std::string(1, c)) + "'",
                firstPlace(pieces, [&](const std::string &piece) {
                  return piece.find(c) != std::string::npos;
                })};
    if (row.category == "arrow")
      return wordsForArrow(row.equation);
    return {"'...'", "'.'", firstPlace(pieces, [](const std::string &piece) {
              return piece.find('.') != std::string::npos;
            })};
  }
  if (row.category == "output-label-unknown") {
    std::string inputs = llvm::join(pieces.operands, "");
    for (char c : pieces.output)
      if (inputs.find(c) == std::string::npos)
        return {"'" + std::string(1, c) + "'", "output"};
  }
  if (row.category == "ellipsis-not-in-output")
    for (auto [i, operand] : llvm::enumerate(pieces.operands))
      for (auto &[label, size] : axesOf(operand, pieces.shapes[i]))
        if (label[0] == '-')
          return {"'...'", operandName(i), std::to_string(size),
                  "'" + pieces.output + "'"};
  if (llvm::is_contained({"diag-mismatch", "label-mismatch", "ellipsis-bcast"},
                         row.category))
    return clash(pieces);
  return {"something known about category " + row.category};
}

TEST(ErrorTable, MessagesNameTheRowsOwnParts) {
  std::vector<ErrorRow> rows = errorRows();
  EXPECT_EQ(rows.size(), 97u);
  for (const ErrorRow &row : rows) {
    Diagnostic error = errorOf(row);
    for (const std::string &word : wordsFor(row)) {
      bool quoted = word.find('\'') != std::string::npos;
      EXPECT_TRUE(quoted ? error.message.find(word) != std::string::npos
                         : namesWord(error.message, word) ||
                               namesWord(error.message, word + "s"))
          << row.id << " (" << row.equation << "; " << row.shapes
          << ") does not name " << word << ": " << error.message;
    }
  }
}

} // namespace
