//===- PlanReader.cpp - JSON with places ----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PlanReader.h"

#include <algorithm>
#include <cstring>
#include <limits>

using namespace einsumc::runtime;

static const Place::Json kNothing;

void Place::fail(const std::string &message) const {
  if (!hasFailed())
    *failure = (path.empty() ? "the plan" : path) + ": " + message;
}

Place Place::at(const char *key) const {
  std::string inner = path.empty() ? key : path + "." + key;
  if (!json->is_object()) {
    fail("expected an object");
    return {kNothing, inner, *failure};
  }
  auto found = json->find(key);
  if (found == json->end()) {
    fail(std::string("expected a member '") + key + "'");
    return {kNothing, inner, *failure};
  }
  return {*found, inner, *failure};
}

std::vector<Place> Place::elements() const {
  std::vector<Place> list;
  if (!json->is_array()) {
    fail("expected an array");
    return list;
  }
  for (size_t i = 0; i < json->size(); ++i)
    list.push_back(
        {(*json)[i], path + "[" + std::to_string(i) + "]", *failure});
  return list;
}

void Place::expectKeys(std::initializer_list<const char *> keys) const {
  if (!json->is_object())
    return fail("expected an object");
  for (const auto &item : json->items())
    if (std::none_of(keys.begin(), keys.end(),
                     [&](const char *key) { return item.key() == key; }))
      return fail("unknown member '" + item.key() + "'");
  for (const char *key : keys)
    if (!json->contains(key))
      return fail(std::string("expected a member '") + key + "'");
}

std::string Place::text() const {
  if (const auto *string = json->get_ptr<const Json::string_t *>())
    return *string;
  fail("expected a string");
  return "";
}

int64_t Place::integer() const {
  if (const auto *number = json->get_ptr<const Json::number_unsigned_t *>()) {
    if (*number <= uint64_t(std::numeric_limits<int64_t>::max()))
      return int64_t(*number);
    fail("expected a number of 64 bits");
    return 0;
  }
  if (const auto *number = json->get_ptr<const Json::number_integer_t *>())
    return *number;
  fail("expected an integer");
  return 0;
}
