//===- Arguments.cpp - The command line of ptx-run ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string_view>

using namespace einsumc::ptx;

template <class T> static bool parseNumber(std::string_view text, T &value) {
  const char *begin = text.begin(), *end = text.end();
  auto [at, code] = std::from_chars(begin, end, value);
  return code == std::errc() && at == end && !text.empty();
}

static bool parseDim3(std::string_view text, Dim3 &dim) {
  uint32_t *parts[] = {&dim.x, &dim.y, &dim.z};
  for (uint32_t *part : parts) {
    size_t comma = text.find(',');
    if (!parseNumber(text.substr(0, comma), *part))
      return false;
    if (comma == std::string_view::npos)
      return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

static bool parseList(std::string_view text, std::vector<int64_t> &list) {
  list.clear();
  while (true) {
    size_t comma = text.find(',');
    if (!parseNumber(text.substr(0, comma), list.emplace_back()))
      return false;
    if (comma == std::string_view::npos)
      return true;
    text.remove_prefix(comma + 1);
  }
}

bool parseOptions(int argc, char **argv, Options &options,
                  std::string &message) {
  for (int i = 1; i < argc; ++i) {
    std::string_view text = argv[i];
    if (!text.starts_with("--")) {
      if (!options.file.empty()) {
        message = "unexpected argument '" + std::string(text) + "'";
        return false;
      }
      options.file = text;
      continue;
    }
    size_t equals = text.find('=');
    std::string_view name = text.substr(2, equals - 2);
    if (equals == std::string_view::npos) {
      name = text.substr(2);
      if (name == "help" || name == "stats") {
        (name == "help" ? options.help : options.statistics) = true;
        continue;
      }
      if (i + 1 == argc) {
        message = "expected a value of, or an option other than, '" +
                  std::string(text) + "'";
        return false;
      }
    }
    std::string_view value = equals == std::string_view::npos
                                 ? std::string_view(argv[++i])
                                 : text.substr(equals + 1);
    bool good = true;
    if (name == "kernel")
      options.kernel = value;
    else if (name == "grid")
      good = parseDim3(value, options.grid.emplace());
    else if (name == "block")
      good = parseDim3(value, options.block.emplace());
    else if (name == "arg")
      options.arguments.emplace_back(value);
    else if (name == "plan")
      options.plan = value;
    else if (name == "sizes")
      good = parseList(value, options.sizes);
    else if (name == "strides")
      good = parseList(value, options.strides);
    else if (name == "scalar")
      options.scalars.emplace_back(value);
    else if (name == "seed")
      good = parseNumber(value, options.seed);
    else if (name == "budget")
      good = parseNumber(value, options.budget);
    else if (name == "sm")
      good = parseNumber(value, options.architecture);
    else {
      message = "unknown option '--" + std::string(name) + "'";
      return false;
    }
    if (!good) {
      message = "--" + std::string(name) + ": unexpected value '" +
                std::string(value) + "'";
      return false;
    }
  }
  if (options.file.empty() && !options.help) {
    message = "expected a PTX file, as in ptx-run FILE.ptx --grid 1 --block 32";
    return false;
  }
  return true;
}

bool readFile(const std::string &path, std::string &bytes,
              std::string &message) {
  std::FILE *file = std::fopen(path.c_str(), "rb");
  char buffer[1 << 16];
  size_t count = 0;
  while (file && (count = std::fread(buffer, 1, sizeof buffer, file)) > 0)
    bytes.append(buffer, count);
  bool good = file && !std::ferror(file);
  if (!good)
    message = path + ": " + std::strerror(errno);
  if (file)
    std::fclose(file);
  return good;
}

bool writeFile(const std::string &path, const std::string &bytes,
               std::string &message) {
  std::FILE *file = std::fopen(path.c_str(), "wb");
  bool good =
      file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (file && std::fclose(file) != 0)
    good = false;
  if (!good)
    message = "cannot write '" + path + "': " + std::strerror(errno);
  return good;
}

template <class T>
static bool scalar(std::string_view text, std::string &bytes) {
  T value{};
  if (!parseNumber(text, value))
    return false;
  bytes.assign(reinterpret_cast<const char *>(&value), sizeof value);
  return true;
}

/// Bytes that a kernel is given as they are.
static bool bindScalar(std::string_view kind, std::string_view value,
                       std::string &bytes, bool &known) {
  using Parse = bool (*)(std::string_view, std::string &);
  static constexpr struct {
    std::string_view kind;
    Parse parse;
  } kKinds[] = {{"i8", scalar<int8_t>},    {"i16", scalar<int16_t>},
                {"i32", scalar<int32_t>},  {"i64", scalar<int64_t>},
                {"u8", scalar<uint8_t>},   {"u16", scalar<uint16_t>},
                {"u32", scalar<uint32_t>}, {"u64", scalar<uint64_t>},
                {"f32", scalar<float>},    {"f64", scalar<double>}};
  for (const auto &entry : kKinds)
    if (entry.kind == kind)
      return entry.parse(value, bytes);
  known = kind == "hex";
  for (; known && value.size() >= 2; value.remove_prefix(2)) {
    uint8_t byte = 0;
    const char *begin = value.begin(), *end = begin + 2;
    auto [at, code] = std::from_chars(begin, end, byte, 16);
    if (code != std::errc() || at != end)
      return false;
    bytes += char(byte);
  }
  return known && value.empty() && !bytes.empty();
}

bool parseScalar(const std::string &spec, std::string &bytes,
                 std::string &message) {
  size_t colon = spec.find(':');
  bool known = true;
  if (colon != spec.npos &&
      bindScalar(std::string_view(spec).substr(0, colon),
                 std::string_view(spec).substr(colon + 1), bytes, known))
    return true;
  message = "--scalar '" + spec + "': expected f32:1.5, i32:5, ...";
  return false;
}

bool bindArgument(const std::string &spec, Device &device, size_t index,
                  Argument &argument, std::string &message) {
  std::string_view text = spec;
  size_t colon = text.find(':');
  std::string_view kind = text.substr(0, colon);
  std::string_view rest =
      colon == std::string_view::npos ? "" : text.substr(colon + 1);
  bool known = true;
  bool input = kind == "in" || kind == "inout";
  bool sized = kind == "out" || kind == "zero";
  if (!input && !sized) {
    if (bindScalar(kind, rest, argument.bytes, known))
      return true;
    message = "--arg '" + spec + "': " +
              (known ? "expected a number that fits"
                     : "expected i32:5, f32:1.5, in:FILE, out:BYTES:FILE, ... "
                       "(see --help)");
    return false;
  }
  size_t second = rest.find(':');
  std::string first(rest.substr(0, second));
  if (second != std::string_view::npos)
    argument.output = rest.substr(second + 1);
  std::string contents;
  if (kind == "in" ? second != std::string_view::npos
                   : kind != "zero" && argument.output.empty()) {
    message = "--arg '" + spec + "': expected " +
              (kind == "in"      ? "in:FILE"
               : kind == "inout" ? "inout:FILE:OUT"
                                 : "out:BYTES:OUT");
    return false;
  }
  if (input ? !readFile(first, contents, message)
            : !parseNumber(first, argument.size)) {
    if (!input)
      message = "--arg '" + spec + "': expected a number of bytes";
    return false;
  }
  if (input)
    argument.size = contents.size();
  Result<uint64_t> address =
      device.allocate(argument.size, "argument " + std::to_string(index));
  if (!address) {
    message = address.error().str();
    return false;
  }
  argument.address = *address;
  if (input)
    device.copyIn(*address, contents.data(), contents.size());
  if (kind == "zero")
    device.fill(*address, 0, argument.size);
  if (kind == "in")
    device.setReadOnly(*address);
  argument.bytes.assign(reinterpret_cast<const char *>(&*address), 8);
  return true;
}

bool writeArgument(const Argument &argument, const Device &device,
                   std::string &message) {
  if (argument.output.empty())
    return true;
  uint64_t unwritten = device.firstUnwritten(argument.address, argument.size);
  if (unwritten != argument.address + argument.size) {
    message = "byte " + std::to_string(unwritten - argument.address) + " of '" +
              argument.output + "' was not written";
    return false;
  }
  std::string bytes(argument.size, '\0');
  if (MaybeError error =
          device.copyOut(bytes.data(), argument.address, argument.size)) {
    message = error->str();
    return false;
  }
  return writeFile(argument.output, bytes, message);
}
