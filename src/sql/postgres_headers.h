// The headers of Postgres's parser, for the files of this folder alone. Postgres redefines printf
// and its like as macros, so the standard headers come first and the macros go.

#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/core.h>

extern "C" {
// clang-format off: the order matters, postgres.h comes with the internal header
#include "pg_query.h"
#include "pg_query_internal.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
// clang-format on
}

#undef printf
#undef fprintf
#undef sprintf
#undef snprintf
#undef vprintf
#undef vfprintf
#undef vsprintf
#undef vsnprintf
#undef strerror
#undef gettext
#undef Min
#undef Max
