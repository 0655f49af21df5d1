/* Postgres's own scanner, token by token, behind a C interface that C++ may include: no Postgres
 * header is needed. It is C because Postgres reports errors with longjmp. */

/* NOLINTBEGIN: this is C */

#ifndef UNWEDGE_SQL_PG_SCANNER_H
#define UNWEDGE_SQL_PG_SCANNER_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct UnwedgeScanner UnwedgeScanner;

typedef enum {
  UNWEDGE_TOKEN_END,
  UNWEDGE_TOKEN_ERROR,      /* e.g. an unterminated string; nothing follows */
  UNWEDGE_TOKEN_IDENTIFIER, /* quoted or not */
  UNWEDGE_TOKEN_KEYWORD,
  UNWEDGE_TOKEN_STRING, /* any kind of string literal */
  UNWEDGE_TOKEN_NUMBER,
  UNWEDGE_TOKEN_COMMENT,
  UNWEDGE_TOKEN_OTHER, /* operators and punctuation */
} UnwedgeTokenKind;

typedef struct {
  UnwedgeTokenKind kind;
  size_t begin; /* byte offsets into the scanned text */
  size_t end;
} UnwedgeToken;

/* Scans the `size` bytes at `text`, which it copies. Free with unwedge_scanner_close. Null when
 * there is no memory for it. */
UnwedgeScanner* unwedge_scanner_open(const char* text, size_t size);
UnwedgeToken unwedge_scanner_next(UnwedgeScanner* scanner);
void unwedge_scanner_close(UnwedgeScanner* scanner);

#ifdef __cplusplus
}
#endif

#endif

/* NOLINTEND */
