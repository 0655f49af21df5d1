/* libpg_query's archive is built on a newer Debian than the one we may link on, so it asks for two
 * functions that glibc has only since 2.38. This file supplies them; cmake/FindPgQuery.cmake links
 * it only where the C library lacks them. strtoul has no `0b` prefix here, which Postgres never
 * passes on. */

#include <stdlib.h>
#include <string.h>

size_t strlcpy(char* destination, const char* source, size_t size);
unsigned long __isoc23_strtoul(const char* text, char** end, int base);

size_t strlcpy(char* destination, const char* source, size_t size) {
  const size_t length = strlen(source);
  if (size != 0) {
    const size_t copied = length < size ? length : size - 1;
    memcpy(destination, source, copied);
    destination[copied] = '\0';
  }
  return length;
}

unsigned long __isoc23_strtoul(const char* text, char** end, int base) {
  return strtoul(text, end, base);
}
