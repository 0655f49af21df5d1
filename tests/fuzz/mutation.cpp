// See mutation.h.

#include "fuzz/mutation.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace unwedge::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLargest = 32'768;

/// Where a parser may lose its way.
constexpr std::array kFragments = {
    "'"sv,
    "\""sv,
    "$$"sv,
    "$a$"sv,
    "/*"sv,
    "*/"sv,
    "--"sv,
    ";"sv,
    "\\"sv,
    "\\.\n"sv,
    "("sv,
    ")"sv,
    "["sv,
    "]"sv,
    ","sv,
    "::"sv,
    ":v"sv,
    ":'v'"sv,
    ":\"v\""sv,
    "${v}"sv,
    "{{ v }}"sv,
    "{% if v %}"sv,
    "@v@"sv,
    "%s"sv,
    "?"sv,
    "$1"sv,
    "&v"sv,
    "E'\\"sv,
    "E'\\x"sv,
    "U&'\\D83D"sv,
    "U&\"\\0000\""sv,
    "x'zz'"sv,
    "b'2'"sv,
    "1e"sv,
    "0x"sv,
    "1__0"sv,
    "99999999999999999999"sv,
    "\r\n"sv,
    "\r"sv,
    "\n"sv,
    "\f"sv,
    "\v"sv,
    "\t"sv,
    "\xEF\xBB\xBF"sv,
    "\xFF\xFE"sv,
    "\xE9"sv,
    "\xF0\x9F\x90\x98"sv,
    "\xED\xA0\x80"sv,
    "\xC2\x85"sv,
    "\xE2\x80\xAE"sv,
    "\x1B[31m"sv,
    "\0"sv,
    "BEGIN;"sv,
    "COMMIT;"sv,
    "ROLLBACK;"sv,
    "SAVEPOINT s;"sv,
    "ROLLBACK TO s;"sv,
    "BEGIN ATOMIC "sv,
    " END "sv,
    "CASE WHEN "sv,
    "COPY t FROM stdin;\n"sv,
    "\\copy t from 'f'\n"sv,
    "\\i other.sql\n"sv,
    "\\if x\n"sv,
    "\\else\n"sv,
    "\\endif\n"sv,
    "\\gexec\n"sv,
    "\\connect d\n"sv,
    "\\gset\n"sv,
    "DO $$ BEGIN "sv,
    " END $$;"sv,
    "EXECUTE 'DROP TABLE t';"sv,
    "IF a THEN "sv,
    "LOOP "sv,
    "EXCEPTION WHEN others THEN "sv,
    "FOR r IN SELECT 1 LOOP "sv,
    "RETURN;"sv,
    "DECLARE "sv,
    "$body$"sv,
    "-- migrate:up\n"sv,
    "-- migrate:down\n"sv,
    "-- +goose Up\n"sv,
    "-- +goose StatementBegin\n"sv,
    "-- +goose StatementEnd\n"sv,
    "-- +goose Down\n"sv,
    "-- +migrate Up\n"sv,
    "--changeset a:1\n"sv,
    "--liquibase formatted sql\n"sv,
    "--rollback DROP TABLE t;\n"sv,
    "--> statement-breakpoint\n"sv,
    "-- no-transaction\n"sv,
    "-- migration-unsafe-ack: why\n"sv,
    "-- migration-unsafe-ack(index-not-concurrent, until=2020-01-01): why\n"sv,
    "-- migration-unsafe-ack("sv,
    "CREATE INDEX i ON t (a);"sv,
    "ALTER TABLE t ADD COLUMN a int, DROP COLUMN b;"sv,
    "DROP TABLE t;"sv,
    "CREATE TABLE t (a int);"sv,
    "SET lock_timeout = '5s';"sv,
    "SET client_encoding = 'LATIN1';"sv,
    "SET search_path = s, public;"sv,
    "ALTER TABLE t RENAME TO u;"sv,
    "CREATE TABLE p PARTITION OF t FOR VALUES IN (1);"sv,
    "INSERT INTO t SELECT * FROM u;"sv,
    "UPDATE t SET a = 1;"sv};

struct Piece {
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// Mostly short, now and then long.
Piece piece_of(Random& random, const std::string& text) {
  if (text.empty()) return {};
  const std::size_t begin = below(random, text.size());
  const std::size_t most = below(random, 4) == 0 ? text.size() : 24;
  return {begin, std::min(text.size() - begin, 1 + below(random, most))};
}

std::string taken(Random& random, const std::string& text) {
  const Piece piece = piece_of(random, text);
  return text.substr(piece.begin, piece.size);
}

void mutate(Random& random, std::span<const std::string> texts, std::string& text) {
  const std::size_t at = below(random, text.size() + 1);
  switch (below(random, 8)) {
    case 0: {
      const Piece piece = piece_of(random, text);
      text.erase(piece.begin, piece.size);
      break;
    }
    case 1: text.insert(at, taken(random, text)); break;
    case 2: text.insert(at, taken(random, texts[below(random, texts.size())])); break;
    case 3: text.insert(at, 1, static_cast<char>(below(random, 256))); break;
    case 4:
      if (at < text.size()) text[at] = static_cast<char>(below(random, 256));
      break;
    case 5: {
      const std::string_view fragment = kFragments[below(random, kFragments.size())];
      std::string repeated;
      const std::size_t times = below(random, 12) == 0 ? 1 + below(random, 200) : 1;
      for (std::size_t i = 0; i < times; ++i) repeated += fragment;
      text.insert(at, repeated);
      break;
    }
    case 6: text.insert(at, kFragments[below(random, kFragments.size())]); break;
    default:
      if (below(random, 4) == 0) text.resize(at);
      break;
  }
}

}  // namespace

std::size_t below(Random& random, std::size_t bound) {
  return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
}

std::string mutant(Random& random, std::span<const std::string> texts) {
  std::string text = texts[below(random, texts.size())];
  const std::size_t count = 1 + below(random, 6);
  for (std::size_t i = 0; i < count; ++i) mutate(random, texts, text);
  if (text.size() > kLargest) text.resize(kLargest);
  return text;
}

}  // namespace unwedge::fuzz
