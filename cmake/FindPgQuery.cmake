# Finds libpg_query, PostgreSQL's own parser as a library, and defines PgQuery::PgQuery: the static archive, its
# headers, Postgres's headers beside them, and what it needs from the C library. `scripts/setup` unpacks it into
# UNWEDGE_DEPS_DIR; a copy installed on the system is the second choice.
#
# Sets PgQuery_GRAMMAR_VERSION (for example 18.6), the PostgreSQL release whose grammar it is.

include(CheckSymbolExists)
include(FindPackageHandleStandardArgs)

set(_pg_query_prefix "${UNWEDGE_DEPS_DIR}/pg_query/usr")
find_path(PgQuery_INCLUDE_DIR pg_query/pg_query_internal.h HINTS "${_pg_query_prefix}/include")
find_library(PgQuery_LIBRARY NAMES libpg_query.a
             HINTS "${_pg_query_prefix}/lib" "${_pg_query_prefix}/lib/${CMAKE_LIBRARY_ARCHITECTURE}")
find_library(PgQuery_PROTOBUF_C_LIBRARY NAMES libprotobuf-c.a)  # 18.0 and older; later ones carry their own
mark_as_advanced(PgQuery_INCLUDE_DIR PgQuery_LIBRARY PgQuery_PROTOBUF_C_LIBRARY)

if(PgQuery_INCLUDE_DIR)
  file(STRINGS "${PgQuery_INCLUDE_DIR}/pg_query/postgres/pg_config.h" _pg_query_version
       REGEX "^#define PG_VERSION \"")
  string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" PgQuery_GRAMMAR_VERSION "${_pg_query_version}")
endif()

find_package_handle_standard_args(
  PgQuery
  REQUIRED_VARS PgQuery_LIBRARY PgQuery_INCLUDE_DIR
  VERSION_VAR PgQuery_GRAMMAR_VERSION
  REASON_FAILURE_MESSAGE "run scripts/setup, which fetches it into ${UNWEDGE_DEPS_DIR}")

if(PgQuery_FOUND AND NOT TARGET PgQuery::PgQuery)
  add_library(PgQuery::PgQuery STATIC IMPORTED)
  set_target_properties(PgQuery::PgQuery PROPERTIES IMPORTED_LOCATION "${PgQuery_LIBRARY}")
  # Imported targets' include directories are SYSTEM: Postgres's headers do not answer to our warnings.
  target_include_directories(
    PgQuery::PgQuery INTERFACE "${PgQuery_INCLUDE_DIR}" "${PgQuery_INCLUDE_DIR}/pg_query"
                               "${PgQuery_INCLUDE_DIR}/pg_query/postgres")
  if(PgQuery_PROTOBUF_C_LIBRARY)
    target_link_libraries(PgQuery::PgQuery INTERFACE "${PgQuery_PROTOBUF_C_LIBRARY}")
  endif()

  # glibc has strlcpy since 2.38, and __isoc23_strtoul too.
  check_symbol_exists(strlcpy string.h UNWEDGE_HAVE_STRLCPY)
  if(NOT UNWEDGE_HAVE_STRLCPY)
    add_library(unwedge_glibc_compat STATIC "${PROJECT_SOURCE_DIR}/src/sql/compat/glibc_2_38.c")
    target_link_libraries(PgQuery::PgQuery INTERFACE unwedge_glibc_compat)
  endif()
endif()
