//===- Npy.cpp - numpy's array files --------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace einsumc;
using namespace einsumc::reference;

static constexpr char kMagic[] = "\x93NUMPY";
static constexpr size_t kMagicSize = 6;
/// numpy's own limit is 32; ours is the language's.
static constexpr size_t kMaxAxes = 64;

static llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(".npy: " + message);
}

namespace {
struct Header {
  std::string descriptor;
  bool fortranOrder = false;
  llvm::SmallVector<int64_t, 6> shape;
};

/// Reads the header, a Python dictionary literal of three known keys.
class HeaderParser {
public:
  explicit HeaderParser(llvm::StringRef text) : text(text) {}

  llvm::Expected<Header> parse() {
    Header header;
    bool descriptor = false, order = false, shape = false;
    if (!consume("{"))
      return malformed();
    while (!consume("}")) {
      std::string key;
      if (!string(key) || !consume(":"))
        return malformed();
      if (key == "descr" && !descriptor) {
        descriptor = true;
        skip();
        // A list describes the fields of a record.
        if (text.starts_with("["))
          return error("records are not supported");
        if (!string(header.descriptor))
          return malformed();
      } else if (key == "fortran_order" && !order) {
        order = true;
        header.fortranOrder = consume("True");
        if (!header.fortranOrder && !consume("False"))
          return malformed();
      } else if (key == "shape" && !shape) {
        shape = true;
        if (!extents(header.shape))
          return malformed();
      } else {
        return malformed();
      }
      if (!consume(",")) {
        if (!consume("}"))
          return malformed();
        break;
      }
    }
    skip();
    if (!text.empty() || !descriptor || !order || !shape)
      return malformed();
    return header;
  }

private:
  static llvm::Error malformed() { return error("malformed header"); }
  void skip() { text = text.ltrim(" \t\n\r"); }
  bool consume(llvm::StringRef token) {
    skip();
    return text.consume_front(token);
  }
  bool string(std::string &value) {
    skip();
    if (text.empty() || (text.front() != '\'' && text.front() != '"'))
      return false;
    char quote = text.front();
    size_t end = text.find(quote, 1);
    if (end == llvm::StringRef::npos)
      return false;
    value = text.slice(1, end).str();
    text = text.drop_front(end + 1);
    return true;
  }
  bool extents(llvm::SmallVectorImpl<int64_t> &shape) {
    if (!consume("("))
      return false;
    while (!consume(")")) {
      skip();
      uint64_t extent;
      // consumeInteger takes no sign for unsigned values.
      if (text.consumeInteger(10, extent) || extent > uint64_t(INT64_MAX) ||
          shape.size() == kMaxAxes)
        return false;
      text.consume_front("L"); // written by Python 2
      shape.push_back(int64_t(extent));
      if (!consume(","))
        return consume(")");
    }
    return true;
  }

  llvm::StringRef text;
};
} // namespace

static std::optional<ElementType> elementOf(llvm::StringRef code) {
  return llvm::StringSwitch<std::optional<ElementType>>(code)
      .Case("f2", ElementType::f16)
      .Case("f4", ElementType::f32)
      .Case("f8", ElementType::f64)
      .Case("i1", ElementType::i8)
      .Case("i2", ElementType::i16)
      .Case("i4", ElementType::i32)
      .Case("i8", ElementType::i64)
      .Case("u1", ElementType::u8)
      .Case("u2", ElementType::u16)
      .Case("u4", ElementType::u32)
      .Case("u8", ElementType::u64)
      .Case("b1", ElementType::boolean)
      .Case("c8", ElementType::c64)
      .Case("c16", ElementType::c128)
      .Case("V2", ElementType::bf16)
      .Default(std::nullopt);
}

static llvm::StringRef codeOf(ElementType type) {
  switch (type) {
  case ElementType::f16:
    return "<f2";
  case ElementType::bf16:
    return "|V2";
  case ElementType::f32:
    return "<f4";
  case ElementType::f64:
    return "<f8";
  case ElementType::i8:
    return "|i1";
  case ElementType::i16:
    return "<i2";
  case ElementType::i32:
    return "<i4";
  case ElementType::i64:
    return "<i8";
  case ElementType::u8:
    return "|u1";
  case ElementType::u16:
    return "<u2";
  case ElementType::u32:
    return "<u4";
  case ElementType::u64:
    return "<u8";
  case ElementType::boolean:
    return "|b1";
  case ElementType::c64:
    return "<c8";
  case ElementType::c128:
    return "<c16";
  }
  return "";
}

/// Bytes of what is swapped when the byte order is not ours: a complex number
/// is two numbers.
static unsigned wordSize(ElementType type) {
  return elementTypeSize(type) / (isComplex(type) ? 2 : 1);
}

llvm::Expected<Tensor> reference::parseNpy(llvm::ArrayRef<uint8_t> bytes) {
  llvm::StringRef text(reinterpret_cast<const char *>(bytes.data()),
                       bytes.size());
  if (text.size() < kMagicSize + 4 ||
      !text.starts_with(llvm::StringRef(kMagic, kMagicSize)))
    return error("not a .npy file");
  unsigned version = bytes[kMagicSize];
  if (version < 1 || version > 3)
    return error("unknown version " + llvm::Twine(version));
  size_t start = kMagicSize + 2 + (version == 1 ? 2 : 4);
  if (text.size() < start)
    return error("truncated header");
  size_t length = version == 1
                      ? llvm::support::endian::read16le(&bytes[kMagicSize + 2])
                      : llvm::support::endian::read32le(&bytes[kMagicSize + 2]);
  if (text.size() - start < length)
    return error("truncated header");

  llvm::Expected<Header> header =
      HeaderParser(text.substr(start, length)).parse();
  if (!header)
    return header.takeError();
  llvm::StringRef descriptor = header->descriptor;
  bool bigEndian = descriptor.starts_with(">");
  if (!descriptor.empty() && llvm::StringRef("<>|=").contains(descriptor[0]))
    descriptor = descriptor.drop_front();
  std::optional<ElementType> element = elementOf(descriptor);
  if (!element)
    return error("element type '" + header->descriptor + "' is not supported");

  std::optional<int64_t> count = checkedSize(header->shape);
  size_t available = text.size() - start - length;
  if (!count || uint64_t(*count) > available / elementTypeSize(*element))
    return error("the shape needs more data than the file holds");
  if (uint64_t(*count) * elementTypeSize(*element) != available)
    return error("the file holds more data than the shape needs");

  Tensor tensor(*element, header->shape, header->fortranOrder);
  auto *data = static_cast<uint8_t *>(tensor.view().data);
  if (available)
    std::memcpy(data, &bytes[start + length], available);
  if (bigEndian != llvm::sys::IsBigEndianHost) {
    unsigned word = wordSize(*element);
    for (size_t at = 0; word > 1 && at < available; at += word)
      std::reverse(data + at, data + at + word);
  }
  if (*element == ElementType::boolean)
    for (size_t at = 0; at < available; ++at)
      data[at] = data[at] != 0;
  return tensor;
}

llvm::Expected<Tensor> reference::readNpy(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return llvm::createStringError(path + ": " + buffer.getError().message());
  llvm::StringRef bytes = (*buffer)->getBuffer();
  llvm::Expected<Tensor> tensor =
      parseNpy({reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
  if (!tensor)
    return llvm::createStringError(path + ": " +
                                   llvm::toString(tensor.takeError()));
  return tensor;
}

std::vector<uint8_t> reference::formatNpy(const TensorView &tensor) {
  std::string header;
  llvm::raw_string_ostream os(header);
  os << "{'descr': '" << codeOf(tensor.element)
     << "', 'fortran_order': False, 'shape': (";
  llvm::interleave(tensor.shape, os, ", ");
  os << (tensor.rank() == 1 ? ",)" : ")") << ", }";
  // The data begins at a multiple of 64, as numpy writes it.
  size_t start = kMagicSize + 4;
  header.append(63 - (start + header.size()) % 64, ' ');
  header += '\n';

  std::vector<uint8_t> bytes(kMagic, kMagic + kMagicSize);
  bytes.insert(bytes.end(),
               {1, 0, uint8_t(header.size()), uint8_t(header.size() >> 8)});
  bytes.insert(bytes.end(), header.begin(), header.end());
  unsigned size = elementTypeSize(tensor.element);
  unsigned word = wordSize(tensor.element);
  bytes.reserve(bytes.size() + tensor.size() * size);
  forEachIndex(tensor.shape, [&](llvm::ArrayRef<int64_t> index) {
    auto *data = static_cast<const uint8_t *>(tensor.at(index));
    for (unsigned at = 0; at < size; at += word) {
      bytes.insert(bytes.end(), data + at, data + at + word);
      if (llvm::sys::IsBigEndianHost)
        std::reverse(bytes.end() - word, bytes.end());
    }
  });
  return bytes;
}

llvm::Error reference::writeNpy(llvm::StringRef path,
                                const TensorView &tensor) {
  std::vector<uint8_t> bytes = formatNpy(tensor);
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code)
    return llvm::createStringError(path + ": " + code.message());
  os.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  os.close();
  if (os.has_error()) {
    std::string message = os.error().message();
    os.clear_error();
    return llvm::createStringError(path + ": " + message);
  }
  return llvm::Error::success();
}
