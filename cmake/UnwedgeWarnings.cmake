# unwedge::warnings: the warnings and the sanitizers that our own code is built with, in one place. Every target of
# ours links it PRIVATE, so neither our dependencies nor anybody who links us is held to it.

add_library(unwedge_warnings INTERFACE)
add_library(unwedge::warnings ALIAS unwedge_warnings)

target_compile_options(unwedge_warnings INTERFACE -Wall -Wextra $<$<BOOL:${UNWEDGE_WERROR}>:-Werror>)

# What little C there is lives on Postgres's macros, which would not pass these.
set(cxx_warnings
    -Wpedantic
    -Wcast-align
    -Wcast-qual
    -Wconversion
    -Wdouble-promotion
    -Wextra-semi
    -Wformat=2
    -Wimplicit-fallthrough
    -Wnon-virtual-dtor
    -Wold-style-cast
    -Woverloaded-virtual
    -Wshadow
    -Wsign-conversion
    -Wundef)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND cxx_warnings -Wduplicated-branches -Wduplicated-cond -Wlogical-op)
  # Members that a designated initializer leaves out have their defaults.
  list(APPEND cxx_warnings -Wno-missing-field-initializers)
  # g++ 12 sees overlaps in std::string's own operator+ (GCC bug 105651).
  list(APPEND cxx_warnings -Wno-restrict)
  # With optimization it takes the value of an empty std::optional for one that is read (GCC bug 80635).
  list(APPEND cxx_warnings -Wno-maybe-uninitialized)
endif()
target_compile_options(unwedge_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${cxx_warnings}>")

if(UNWEDGE_SANITIZE)
  string(REPLACE ";" "," sanitizers "${UNWEDGE_SANITIZE}")
  target_compile_options(unwedge_warnings INTERFACE -fsanitize=${sanitizers} -fno-sanitize-recover=all
                                                    -fno-omit-frame-pointer)
  target_link_options(unwedge_warnings INTERFACE -fsanitize=${sanitizers})
endif()
