//===- Errors.cpp - Errors, names and versions of the C API ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Internal.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/TargetParser/Host.h"
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace einsumc;
using namespace einsumc::capi;

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

static EinsumStatus store(EinsumError **error, EinsumStatus status,
                          llvm::StringRef message,
                          std::optional<SourcePoint> point = std::nullopt) {
  if (!error)
    return status;
  // A host says itself that this is an error, in the way of its language.
  message.consume_front("error: ");
  message = message.rtrim('\n');
  *error = new EinsumError{status, message.str(),
                           message.split('\n').first.str(), std::move(point)};
  return status;
}

EinsumStatus capi::fail(EinsumError **error, EinsumStatus status,
                        const llvm::Twine &message) {
  return store(error, status, message.str());
}

EinsumStatus capi::fail(EinsumError **error, const Diagnostic &diagnostic) {
  return store(error, EINSUM_INVALID_INPUT, diagnostic.render(),
               diagnostic.point);
}

EinsumStatus capi::fail(EinsumError **error, llvm::Error failure) {
  EinsumStatus status = EINSUM_COMPILE_FAILED;
  std::string message;
  llvm::handleAllErrors(
      std::move(failure), [&](const llvm::ErrorInfoBase &info) {
        if (info.convertToErrorCode() == std::errc::not_enough_memory)
          status = EINSUM_OUT_OF_MEMORY;
        message += (message.empty() ? "" : "\n") + info.message();
      });
  return store(error, status, message);
}

void einsumErrorDestroy(EinsumError *error) { delete error; }

EinsumStatus einsumErrorGetStatus(const EinsumError *error) {
  return error ? error->status : EINSUM_OK;
}

const char *einsumErrorGetMessage(const EinsumError *error) {
  return error ? error->message.c_str() : nullptr;
}

const char *einsumErrorGetSummary(const EinsumError *error) {
  return error ? error->summary.c_str() : nullptr;
}

const char *einsumErrorGetText(const EinsumError *error) {
  return error && error->point ? error->point->text.c_str() : nullptr;
}

size_t einsumErrorGetOffset(const EinsumError *error) {
  return error && error->point ? error->point->offset : 0;
}

size_t einsumErrorGetLength(const EinsumError *error) {
  return error && error->point ? error->point->length : 0;
}

char *capi::copyString(llvm::StringRef text) {
  char *copy = static_cast<char *>(std::malloc(text.size() + 1));
  if (!copy)
    return nullptr;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = 0;
  return copy;
}

void einsumStringDestroy(char *string) { std::free(string); }

//===----------------------------------------------------------------------===//
// Versions
//===----------------------------------------------------------------------===//

#define STRINGIFY(x) #x
#define VERSION_STRING(major, minor, patch)                                    \
  STRINGIFY(major) "." STRINGIFY(minor) "." STRINGIFY(patch)
static constexpr std::string_view versionString = VERSION_STRING(
    EINSUM_VERSION_MAJOR, EINSUM_VERSION_MINOR, EINSUM_VERSION_PATCH);
static_assert(versionString == EINSUMC_VERSION,
              "the header's version is the project's");

void einsumGetVersion(int *major, int *minor, int *patch) {
  if (major)
    *major = EINSUM_VERSION_MAJOR;
  if (minor)
    *minor = EINSUM_VERSION_MINOR;
  if (patch)
    *patch = EINSUM_VERSION_PATCH;
}

const char *einsumGetVersionString() { return versionString.data(); }

const char *einsumGetLLVMVersionString() { return LLVM_VERSION_STRING; }

const char *einsumGetNativeCpu() {
  static const std::string name = llvm::sys::getHostCPUName().str();
  return name.c_str();
}

//===----------------------------------------------------------------------===//
// Enumerations, which have the values of ours
//===----------------------------------------------------------------------===//

static_assert(EINSUM_ILLEGAL == int(Status::illegal) &&
              EINSUM_OUT_OF_MEMORY == int(Status::outOfMemory) &&
              EINSUM_NULL_POINTER == int(Status::nullPointer));
static_assert(EINSUM_F16 == int(ElementType::f16) &&
              EINSUM_I8 == int(ElementType::i8) &&
              EINSUM_U8 == int(ElementType::u8) &&
              EINSUM_BOOL == int(ElementType::boolean) &&
              EINSUM_C128 == int(ElementType::c128) &&
              EINSUM_C128 + 1 == kNumElementTypes);
static_assert(EINSUM_STAGE_EINSUM == int(Stage::einsum) &&
              EINSUM_STAGE_LLVM_DIALECT == int(Stage::llvmDialect) &&
              EINSUM_STAGE_PLAN == int(Stage::plan) &&
              EINSUM_STAGE_OBJECT == int(Stage::object) &&
              EINSUM_STAGE_SHARED == int(Stage::sharedLibrary));
static_assert(EINSUM_DYNAMIC == kDynamicExtent && EINSUM_ELLIPSIS == kEllipsis);

const char *einsumStatusGetName(EinsumStatus status) {
  switch (status) {
  case EINSUM_OK:
    return "ok";
  case EINSUM_ILLEGAL:
    return "illegal extent, stride or overlap";
  case EINSUM_OUT_OF_MEMORY:
    return "out of memory";
  case EINSUM_NULL_POINTER:
    return "null pointer to a tensor";
  case EINSUM_INVALID_ARGUMENT:
    return "invalid argument";
  case EINSUM_INVALID_INPUT:
    return "invalid equation, type or module";
  case EINSUM_COMPILE_FAILED:
    return "compilation failed";
  default:
    return nullptr;
  }
}

static bool isElementType(EinsumElementType type) {
  return type >= 0 && unsigned(type) < kNumElementTypes;
}

// Names are literals: a 0 follows.
const char *einsumElementTypeGetName(EinsumElementType type) {
  return isElementType(type) ? elementTypeName(ElementType(type)).data()
                             : nullptr;
}

size_t einsumElementTypeGetSize(EinsumElementType type) {
  return isElementType(type) ? elementTypeSize(ElementType(type)) : 0;
}

const char *einsumStageGetName(EinsumStage stage) {
  return stage >= EINSUM_STAGE_EINSUM && stage <= EINSUM_STAGE_SHARED
             ? stageName(Stage(stage)).data()
             : nullptr;
}

EinsumStatus einsumStageFromName(const char *name, EinsumStage *stage) {
  if (!name || !stage)
    return EINSUM_INVALID_ARGUMENT;
  std::optional<Stage> parsed = parseStage(name);
  if (!parsed)
    return EINSUM_INVALID_INPUT;
  *stage = EinsumStage(*parsed);
  return EINSUM_OK;
}
