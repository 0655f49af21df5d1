// Makes things on other threads before they are asked for, and hands them out in order: files are
// read and parsed on all cores while the rules, which need what earlier files did, look at one
// after the other.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace unwedge::lint {

/// Of things that can be moved. `make` is called once for each number below `count`, on several
/// threads at once; with no threads, when the thing is asked for.
template <typename T>
class Ahead {
 public:
  Ahead(std::size_t count, unsigned threads, std::function<T(std::size_t)> make)
      : count_(count), most_ready_(std::size_t{2} * threads), make_(std::move(make)) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }

  ~Ahead() {
    {
      const std::lock_guard lock(mutex_);
      next_ = count_;
    }
    taken_.notify_all();
  }

  Ahead(const Ahead&) = delete;
  Ahead& operator=(const Ahead&) = delete;
  Ahead(Ahead&&) = delete;
  Ahead& operator=(Ahead&&) = delete;

  /// The next one; there must be one. Throws what `make` threw for it.
  T take() {
    if (threads_.empty()) return make_(next_++);
    std::future<T> made;
    {
      std::unique_lock lock(mutex_);
      begun_.wait(lock, [this] { return !making_.empty(); });
      made = std::move(making_.front());
      making_.pop_front();
    }
    taken_.notify_one();
    return made.get();
  }

 private:
  void work() {
    for (;;) {
      std::packaged_task<T()> task;
      {
        std::unique_lock lock(mutex_);
        taken_.wait(lock, [this] { return next_ >= count_ || making_.size() < most_ready_; });
        if (next_ >= count_) return;
        task = std::packaged_task<T()>([this, number = next_++] { return make_(number); });
        making_.push_back(task.get_future());
      }
      begun_.notify_one();
      task();
    }
  }

  std::size_t count_;
  std::size_t most_ready_;  ///< so that only a few are in memory at once
  std::function<T(std::size_t)> make_;
  std::mutex mutex_;  ///< of next_ and making_
  std::condition_variable taken_;
  std::condition_variable begun_;
  std::size_t next_ = 0;
  std::deque<std::future<T>> making_;  ///< in order
  std::vector<std::jthread> threads_;  ///< last: they end before what they use
};

}  // namespace unwedge::lint
