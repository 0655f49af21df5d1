#include "lint/ahead.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <stdexcept>

#include <catch2/catch_test_macros.hpp>

namespace unwedge::lint {
namespace {

TEST_CASE("ahead: things come in order, each made once") {
  for (const unsigned threads : {0U, 1U, 3U, 16U}) {
    std::atomic<int> made{0};
    Ahead<std::unique_ptr<std::size_t>> ahead(500, threads, [&made](std::size_t number) {
      ++made;
      return std::make_unique<std::size_t>(number);
    });
    bool in_order = true;
    for (std::size_t i = 0; i < 500; ++i) in_order = in_order && *ahead.take() == i;
    CHECK(in_order);
    CHECK(made == 500);
  }
}

TEST_CASE("ahead: only a few are made before they are taken") {
  std::atomic<std::size_t> made{0};
  std::size_t most = 0;
  Ahead<int> ahead(200, 2, [&made](std::size_t /*number*/) {
    ++made;
    return 0;
  });
  for (std::size_t taken = 0; taken < 200; ++taken) {
    ahead.take();
    most = std::max(most, made - taken);
  }
  CHECK(most <= 6);
}

TEST_CASE("ahead: what one throws comes when it is taken, and the others are there") {
  Ahead<std::size_t> ahead(3, 2, [](std::size_t number) {
    if (number == 1) throw std::runtime_error("no");
    return number;
  });
  CHECK(ahead.take() == 0);
  CHECK_THROWS_AS(ahead.take(), std::runtime_error);
  CHECK(ahead.take() == 2);
}

TEST_CASE("ahead: it may end before all are taken") {
  Ahead<int> ahead(100, 4, [](std::size_t /*number*/) { return 1; });
  CHECK(ahead.take() == 1);
}

}  // namespace
}  // namespace unwedge::lint
