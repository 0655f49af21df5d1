# The libraries that unwedge is built on, all from the distribution except libpg_query (see FindPgQuery.cmake).
# The targets have the same names whether the link is dynamic or, with UNWEDGE_STATIC, static: the distributions'
# own CMake files offer only shared ones.

find_package(PgQuery 17 REQUIRED)
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)

if(UNWEDGE_STATIC)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(re2 REQUIRED re2)
  pkg_check_modules(yaml_cpp REQUIRED yaml-cpp)
  # Given as -l flags, which `-static` turns into archives.
  foreach(library IN ITEMS re2::re2=re2 yaml-cpp::yaml-cpp=yaml_cpp)
    string(REPLACE "=" ";" library "${library}")
    list(POP_FRONT library target)
    add_library(${target} INTERFACE IMPORTED)
    target_link_libraries(${target} INTERFACE ${${library}_STATIC_LDFLAGS})
  endforeach()
  add_library(unwedge_fmt STATIC cmake/fmt.cpp)
  add_library(fmt::fmt ALIAS unwedge_fmt)
else()
  find_package(fmt REQUIRED)
  find_package(yaml-cpp REQUIRED)
  if(NOT TARGET yaml-cpp::yaml-cpp)  # before 0.8
    add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
  endif()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
  add_library(re2::re2 ALIAS PkgConfig::re2)
endif()

if(UNWEDGE_BUILD_TESTS)
  find_package(Catch2 3 REQUIRED HINTS "${UNWEDGE_DEPS_DIR}/catch2/usr")
endif()
