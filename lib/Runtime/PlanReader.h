//===- PlanReader.h - JSON with places --------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A JSON value that knows where in the document it stands. The first failure of
// a document is kept; afterwards everything reads as empty.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_RUNTIME_PLANREADER_H
#define EINSUMC_LIB_RUNTIME_PLANREADER_H

// Programs that link the runtime may have this library, too, with exceptions:
// ours has a namespace of its own.
#define NLOHMANN_JSON_NAMESPACE_BEGIN                                          \
  namespace nlohmann {                                                         \
  inline namespace einsumc {
#define NLOHMANN_JSON_NAMESPACE_END                                            \
  }                                                                            \
  }

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace einsumc::runtime {

class Place {
public:
  using Json = nlohmann::json;
  Place(const Json &json, std::string path, std::string &failure)
      : json(&json), path(std::move(path)), failure(&failure) {}

  /// Keeps the first message, with the place.
  void fail(const std::string &message) const;
  bool hasFailed() const { return !failure->empty(); }

  /// A member of an object; a null value after failing where there is none.
  Place at(const char *key) const;
  /// The elements of an array.
  std::vector<Place> elements() const;
  /// Fails unless the object has exactly these members.
  void expectKeys(std::initializer_list<const char *> keys) const;
  bool has(const char *key) const {
    return json->is_object() && json->contains(key);
  }

  std::string text() const;
  int64_t integer() const;
  bool isInteger() const { return json->is_number_integer(); }
  bool isNull() const { return json->is_null(); }
  bool isArray() const { return json->is_array(); }
  bool isObject() const { return json->is_object(); }

private:
  const Json *json;
  std::string path;
  std::string *failure;
};

} // namespace einsumc::runtime

#endif // EINSUMC_LIB_RUNTIME_PLANREADER_H
