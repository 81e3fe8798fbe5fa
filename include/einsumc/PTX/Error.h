//===- Error.h - Errors of the PTX interpreter are values -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_PTX_ERROR_H
#define EINSUMC_PTX_ERROR_H

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace einsumc::ptx {

/// What went wrong, and at which line of the PTX text (0: at none).
struct Error {
  unsigned line = 0;
  std::string message;

  /// "FILE:LINE: message", or without the parts that are not known.
  std::string str(const std::string &file = "") const {
    std::string text = file;
    if (line)
      text += (text.empty() ? "line " : ":") + std::to_string(line);
    return text.empty() ? message : text + ": " + message;
  }
};

/// An error, or nothing when all went well.
using MaybeError = std::optional<Error>;

/// A value or an error.
template <class T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::move(value)) {}
  Result(Error error) : state(std::move(error)) {}

  explicit operator bool() const { return std::holds_alternative<T>(state); }
  T &operator*() { return *std::get_if<T>(&state); }
  const T &operator*() const { return *std::get_if<T>(&state); }
  T *operator->() { return std::get_if<T>(&state); }
  const T *operator->() const { return std::get_if<T>(&state); }
  const Error &error() const { return *std::get_if<Error>(&state); }

private:
  std::variant<T, Error> state;
};

} // namespace einsumc::ptx

#endif // EINSUMC_PTX_ERROR_H
