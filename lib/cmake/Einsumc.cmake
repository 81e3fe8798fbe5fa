# How this project builds its pieces. One function a kind of target, so that a
# folder's CMakeLists.txt says what is special about the folder and nothing else.
#
# Only the shared `MLIR` and `LLVM` targets may be linked: a component library
# (libMLIRIR.a, libLLVMSupport.a) beside the shared ones duplicates type ids and
# command-line options. `einsumc-check-linkage` in test/ holds build.ninja to it.

include(GNUInstallDirs)

# Installed tools find the shared LLVM and MLIR, and our own library, by path.
set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR};${LLVM_LIBRARY_DIR}")

add_library(einsumc_options INTERFACE)
target_include_directories(einsumc_options INTERFACE
  "${PROJECT_SOURCE_DIR}/include" "${PROJECT_BINARY_DIR}/include")
target_include_directories(einsumc_options SYSTEM INTERFACE
  ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_options(einsumc_options INTERFACE
  -Wall -Wextra -Wno-unused-parameter
  $<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>
  $<$<BOOL:${EINSUMC_WERROR}>:-Werror>)
# LLVM's headers lay some classes out differently with NDEBUG (a pass's
# statistics among them), whatever optimisation is chosen here: do as the shared
# library does.
if(NOT LLVM_ENABLE_ASSERTIONS)
  target_compile_definitions(einsumc_options INTERFACE NDEBUG)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_link_options(einsumc_options INTERFACE -fuse-ld=lld)
endif()
if(EINSUMC_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${EINSUMC_SANITIZE}")
  target_compile_options(einsumc_options INTERFACE -fsanitize=${_sanitizers} -fno-omit-frame-pointer)
  target_link_options(einsumc_options INTERFACE -fsanitize=${_sanitizers})
  # It reads what lies before a function that is called by its address: just in
  # time, that may be no memory at all.
  target_compile_options(einsumc_options INTERFACE -fno-sanitize=function)
endif()

# The hot MLIR headers, parsed once.
function(einsumc_use_mlir target)
  target_link_libraries(${target} PUBLIC MLIR LLVM)
  if(NOT TARGET einsumc_pch)
    set(_dummy "${PROJECT_BINARY_DIR}/pch.cpp")
    file(WRITE "${_dummy}.new" "")
    file(COPY_FILE "${_dummy}.new" "${_dummy}" ONLY_IF_DIFFERENT)
    add_library(einsumc_pch STATIC "${_dummy}")
    target_link_libraries(einsumc_pch PUBLIC einsumc_options)
    target_precompile_headers(einsumc_pch PRIVATE
      "${PROJECT_SOURCE_DIR}/lib/cmake/Precompiled.h")
    target_compile_options(einsumc_pch PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
  target_precompile_headers(${target} REUSE_FROM einsumc_pch)
  target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endfunction()

# einsumc_add_library(NAME [NO_LLVM] [DEPENDS lib...] [TABLEGEN target...])
# A static library of every .cpp and .c file in the calling folder.
function(einsumc_add_library name)
  cmake_parse_arguments(ARG "NO_LLVM" "" "DEPENDS;TABLEGEN;SOURCES" ${ARGN})
  if(ARG_SOURCES)
    set(sources ${ARG_SOURCES})
  else()
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp"
         "${CMAKE_CURRENT_SOURCE_DIR}/*.c")
  endif()
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE einsumc_options ${ARG_DEPENDS})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC einsumc_options ${ARG_DEPENDS})
  if(NOT ARG_NO_LLVM)
    einsumc_use_mlir(${name})
    # Any header may include generated ones.
    add_dependencies(${name} einsumc_headers ${ARG_TABLEGEN})
  endif()
endfunction()

# einsumc_add_tool(NAME [NO_LLVM] [DEPENDS lib...])
function(einsumc_add_tool name)
  cmake_parse_arguments(ARG "NO_LLVM" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE einsumc_options ${ARG_DEPENDS})
  if(NOT ARG_NO_LLVM)
    einsumc_use_mlir(${name})
    add_dependencies(${name} einsumc_headers)
  endif()
  install(TARGETS ${name} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endfunction()

# einsumc_tablegen(OUT flags...) appends to the folder's tablegen run; see
# include/einsumc/CMakeLists.txt.
function(einsumc_tablegen out)
  foreach(dir ${MLIR_INCLUDE_DIRS} "${PROJECT_SOURCE_DIR}/include")
    list(APPEND ARGN "-I${dir}")
  endforeach()
  mlir_tablegen(${out} ${ARGN})
  set(TABLEGEN_OUTPUT ${TABLEGEN_OUTPUT} "${CMAKE_CURRENT_BINARY_DIR}/${out}" PARENT_SCOPE)
endfunction()
