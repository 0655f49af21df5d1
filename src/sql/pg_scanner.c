/* See pg_scanner.h. The scanner's memory lives in a memory context of its own. */

#include "pg_scanner.h"

#include <stdlib.h>
#include <string.h>

#include "pg_query.h"
#include "pg_query_internal.h"
/* The internal header must come first: it brings postgres.h. */
#include "gramparse.h"

struct UnwedgeScanner {
  MemoryContext context;
  core_yyscan_t scanner;
  core_yy_extra_type extra;
  size_t size;
  int failed;
};

UnwedgeScanner* unwedge_scanner_open(const char* text, size_t size) {
  UnwedgeScanner* volatile self = calloc(1, sizeof *self);
  char* volatile copy = malloc(size + 1);
  volatile int failed = 0;

  if (self == NULL || copy == NULL) {
    free(self);
    free(copy);
    return NULL;
  }
  if (size > 0) memcpy(copy, text, size); /* an empty text may be null */
  copy[size] = '\0';
  self->size = size;
  self->context = pg_query_enter_memory_context();
  PG_TRY();
  {
    self->scanner = scanner_init(copy, &self->extra, &ScanKeywords, ScanKeywordTokens);
    self->extra.escape_string_warning = false;
#if __has_include("pg_query_scan_tokens.h")
    /* Since libpg_query 18.1, which brought that header, comments must be asked for. */
    self->extra.return_comments = true;
#endif
#if PG_VERSION_NUM >= 180000
    self->extra.return_comments = true; /* before 18 it always does */
#endif
  }
  PG_CATCH();
  {
    FlushErrorState();
    failed = 1; /* text of a gigabyte or more */
  }
  PG_END_TRY();
  self->failed = failed;
  free(copy);
  return self;
}

static UnwedgeTokenKind kind_of(int token) {
  switch (token) {
    case IDENT:
    case UIDENT: return UNWEDGE_TOKEN_IDENTIFIER;
    case SCONST:
    case USCONST:
    case BCONST:
    case XCONST: return UNWEDGE_TOKEN_STRING;
    case ICONST:
    case FCONST:
    case PARAM: return UNWEDGE_TOKEN_NUMBER;
    case SQL_COMMENT:
    case C_COMMENT: return UNWEDGE_TOKEN_COMMENT;
    case TYPECAST:
    case DOT_DOT:
    case COLON_EQUALS:
    case EQUALS_GREATER:
    case LESS_EQUALS:
    case GREATER_EQUALS:
    case NOT_EQUALS:
    case Op: return UNWEDGE_TOKEN_OTHER;
    default: return token < 256 ? UNWEDGE_TOKEN_OTHER : UNWEDGE_TOKEN_KEYWORD;
  }
}

UnwedgeToken unwedge_scanner_next(UnwedgeScanner* self) {
  UnwedgeToken result = {UNWEDGE_TOKEN_ERROR, self->size, self->size};
  volatile int token = 0;
  core_YYSTYPE value;
  YYLTYPE location = 0;
  MemoryContext before;

  if (self->failed) return result;
  before = MemoryContextSwitchTo(self->context);
  PG_TRY();
  { token = core_yylex(&value, &location, self->scanner); }
  PG_CATCH();
  {
    FlushErrorState();
    self->failed = 1;
  }
  PG_END_TRY();
  MemoryContextSwitchTo(before);
  if (self->failed) return result;
  if (token == 0) {
    result.kind = UNWEDGE_TOKEN_END;
    return result;
  }
  result.kind = kind_of(token);
  result.begin = (size_t)location;
  /* Flex ends the text it has just matched with a NUL until the next call; base_yylex in
   * parser/parser.c depends on that, too. */
  result.end = result.begin + strlen(self->extra.scanbuf + result.begin);
  return result;
}

void unwedge_scanner_close(UnwedgeScanner* self) {
  if (self == NULL) return;
  pg_query_exit_memory_context(self->context);
  free(self);
}
