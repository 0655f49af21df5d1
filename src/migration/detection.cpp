// See detection.h. What a folder says is found out once for all its files.

#include "migration/detection.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "migration/lines.h"
#include "migration/marker_text.h"
#include "migration/pattern.h"
#include "migration/pattern_set.h"
#include "migration/runner.h"

namespace unwedge::migration {
namespace {

/// Numbers of profiles, sorted.
using Owners = std::vector<std::size_t>;

/// A profile that a sign speaks for, and the file that is the sign.
struct Signed {
  std::size_t owner = 0;
  std::string file;
};

/// Neighbours whose texts are looked at, and how much of each: enough to meet one that says
/// something, and little work for a folder whose runner nothing else tells.
constexpr std::size_t kMostNeighbours = 1000;
constexpr std::size_t kNeighbourBytes = 4096;
/// The same for files in the folders beside the file's own, and the names to choose from.
constexpr std::size_t kMostCousins = 100;
constexpr std::size_t kCousinNames = 4000;

/// A path with which only those profiles agree whose files can have any.
constexpr std::string_view kAnyPath = "sql/script.sql";

bool contains(const Owners& owners, std::size_t owner) {
  return std::binary_search(owners.begin(), owners.end(), owner);
}

bool depends_on_name(const FileSign& sign) { return sign.file.find('{') != std::string::npos; }

bool is_sql(const std::string& name) { return name.ends_with(".sql"); }

/// The names at even distances from the first to the last.
std::vector<std::string> sample(std::vector<std::string> names, std::size_t most) {
  if (names.size() <= most) return names;
  std::vector<std::string> chosen;
  for (std::size_t i = 0; i < most; ++i) {
    chosen.push_back(std::move(names[i * (names.size() - 1) / (most - 1)]));
  }
  return chosen;
}

}  // namespace

class Detector::Impl {
 public:
  explicit Impl(std::span<const RunnerProfile> runners) : runners_(runners) {
    for (std::size_t i = 0; i < runners.size(); ++i) {
      const Recognition& signs = runners[i].recognise;
      for (const std::string& each : signs.content) content_.add(each, i);
      for (const std::string& each : signs.hints) hints_.add(each, i);
      for (const std::string& each : signs.typical_paths) typical_.add(each, i);
      for (const std::string& each : signs.paths) paths_.add(each, i);
      for (const std::string& each : signs.not_paths) not_paths_.add(each, i);
    }
    for (PatternSet* set : {&content_, &hints_, &typical_, &paths_, &not_paths_}) set->compile();
    any_path_ = paths_.owners_matching(kAnyPath);
  }

  [[nodiscard]] Recognised recognise(const Folder* folder, std::string_view name,
                                     std::string_view path, std::string_view text) const {
    Search search(*this, path);
    const MarkerText markers(text);
    if (search.narrow(content_.owners_matching(markers.text()), false)) {
      return search.found(content_line(*search.owner(), markers));
    }
    if (folder != nullptr) {
      if (search.narrow(with_named_siblings(known_of(*folder).siblings, *folder, name))) {
        return search.found();
      }
      for (const Folder* at = folder; at != nullptr; at = at->parent()) {
        if (search.narrow(known_of(*at).config)) return search.found();
      }
      for (const Folder* at = folder; at != nullptr; at = at->parent()) {
        if (search.narrow(known_of(*at).dependencies)) return search.found();
      }
    }
    if (search.narrow(hints_.owners_matching(markers.text()), true)) {
      return search.found("what its text looks like");
    }
    if (search.narrow(typical_.owners_matching(path), true)) return search.found("its path");
    // Only for the folders whose runner nothing tells so far are other files opened.
    if (folder != nullptr) {
      if (search.narrow(neighbours_of(*folder).content)) return search.found();
      if (folder->parent() != nullptr && search.narrow(cousins_of(*folder, name))) {
        return search.found();
      }
      if (search.narrow(neighbours_of(*folder).hints)) return search.found();
      if (search.narrow(typical_siblings(*folder))) return search.found();
    }
    return search.candidates();
  }

 private:
  /// What a folder says of the files in it and below it.
  struct Known {
    std::vector<Signed> siblings;
    std::vector<Signed> config;
    std::vector<Signed> dependencies;
  };
  /// What the files of a folder say of each other.
  struct Neighbours {
    std::vector<Signed> content;
    std::vector<Signed> hints;
  };

  /// The profiles that are still possible, fewer with every layer of evidence.
  class Search {
   public:
    Search(const Impl& detector, std::string_view path)
        : detector_(detector),
          fitting_(detector.paths_.owners_matching(path)),
          excluded_(detector.not_paths_.owners_matching(path)) {}

    /// True when one is left. Evidence that speaks for none that is still possible is ignored.
    bool narrow(const std::vector<Signed>& evidence) {
      std::vector<Signed> left;
      for (const Signed& each : evidence) {
        if (possible(each.owner, true)) left.push_back(each);
      }
      return keep(std::move(left));
    }
    bool narrow(const Owners& owners, bool must_fit) {
      std::vector<Signed> left;
      for (const std::size_t owner : owners) {
        if (possible(owner, must_fit)) left.push_back({.owner = owner, .file = {}});
      }
      return keep(std::move(left));
    }

    [[nodiscard]] const RunnerProfile* owner() const {
      return &detector_.runners_[left_.front().owner];
    }
    [[nodiscard]] Recognised found() const {
      return {.runner = owner(), .by = left_.front().file, .candidates = {}};
    }
    [[nodiscard]] Recognised found(std::string by) const {
      return {.runner = owner(), .by = std::move(by), .candidates = {}};
    }
    /// What is left; if nothing was ever found, those whose files have such paths.
    [[nodiscard]] Recognised candidates() const {
      Recognised unknown{.runner = &unknown_runner(), .by = {}, .candidates = {}};
      if (narrowed_) {
        Owners owners;
        for (const Signed& each : left_) owners.push_back(each.owner);
        std::sort(owners.begin(), owners.end());
        owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
        for (const std::size_t owner : owners) {
          unknown.candidates.push_back(&detector_.runners_[owner]);
        }
        return unknown;
      }
      for (const std::size_t owner : fitting_) {
        // A file of a runner with markers would have been recognised by them.
        const bool needs_markers =
            detector_.runners_[owner].sections.kind == SectionKind::kInFile &&
            !detector_.runners_[owner].sections.starts_up;
        // Its path says nothing about a runner whose files can have any.
        const bool has_shape = !contains(detector_.any_path_, owner);
        if (has_shape && possible(owner, true) && !needs_markers) {
          unknown.candidates.push_back(&detector_.runners_[owner]);
        }
      }
      return unknown;
    }

   private:
    [[nodiscard]] bool possible(std::size_t owner, bool must_fit) const {
      if (contains(excluded_, owner)) return false;
      if (must_fit && !detector_.runners_[owner].recognise.paths.empty() &&
          !contains(fitting_, owner)) {
        return false;
      }
      return !narrowed_ || std::any_of(left_.begin(), left_.end(),
                                       [owner](const Signed& each) { return each.owner == owner; });
    }
    bool keep(std::vector<Signed> left) {
      if (left.empty()) return false;
      left_ = std::move(left);
      narrowed_ = true;
      return std::all_of(left_.begin(), left_.end(),
                         [this](const Signed& each) { return each.owner == left_.front().owner; });
    }

    const Impl& detector_;
    Owners fitting_;
    Owners excluded_;
    std::vector<Signed> left_;
    bool narrowed_ = false;
  };

  [[nodiscard]] std::string content_line(const RunnerProfile& runner,
                                         const MarkerText& markers) const {
    for (const std::string& expression : runner.recognise.content) {
      const std::optional<Span> found = find_part(markers.text(), expression);
      if (!found) continue;
      std::string_view line = markers.text().substr(found->begin);
      const std::size_t first = line.find_first_not_of(" \t\r\n");
      if (first != line.npos) line.remove_prefix(first);
      line = line.substr(0, line.find_first_of("\r\n"));
      constexpr std::size_t kMostShown = 60;
      return "the line '" + std::string(line.substr(0, kMostShown)) + "'";
    }
    return "its text";
  }

  [[nodiscard]] std::vector<Signed> with_named_siblings(std::vector<Signed> siblings,
                                                        const Folder& folder,
                                                        std::string_view name) const {
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      for (const FileSign& sign : runners_[i].recognise.siblings) {
        if (depends_on_name(sign)) add(sign, i, folder, name, siblings);
      }
    }
    return siblings;
  }

  /// Of all files in the folder: where some have such a sibling, all are for that runner.
  const std::vector<Signed>& typical_siblings(const Folder& folder) const {
    const std::lock_guard lock(mutex_);
    const auto [known, is_new] = typical_siblings_.try_emplace(&folder);
    if (!is_new) return known->second;
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      const Recognition& signs = runners_[i].recognise;
      for (const FileSign& sign : signs.typical_siblings) {
        for (const std::string& name : folder.names()) {
          const std::size_t before = known->second.size();
          // A file is no sibling of itself.
          if (is_sql(name) && sign_file(sign.file, name) != name) {
            add(sign, i, folder, name, known->second);
          }
          if (known->second.size() > before) break;
        }
      }
    }
    return known->second;
  }

  const Known& known_of(const Folder& folder) const {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Known>& known = known_[&folder];
    if (known != nullptr) return *known;
    known = std::make_unique<Known>();
    for (std::size_t i = 0; i < runners_.size(); ++i) {
      const Recognition& signs = runners_[i].recognise;
      for (const FileSign& sign : signs.siblings) {
        if (!depends_on_name(sign)) add(sign, i, folder, {}, known->siblings);
      }
      for (const FileSign& sign : signs.config) add(sign, i, folder, {}, known->config);
      for (const FileSign& sign : signs.dependencies) add(sign, i, folder, {}, known->dependencies);
    }
    return *known;
  }

  static void add(const FileSign& sign, std::size_t owner, const Folder& folder,
                  std::string_view name, std::vector<Signed>& found) {
    if (std::optional<std::string> file = find_sign(sign, folder, name)) {
      found.push_back({.owner = owner, .file = std::move(*file)});
    }
  }

  /// The files of one folder are all for one runner, so what some of them say holds for all.
  const Neighbours& neighbours_of(const Folder& folder) const {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Neighbours>& known = neighbours_[&folder];
    if (known != nullptr) return *known;
    known = std::make_unique<Neighbours>();
    std::vector<std::string> names;
    std::copy_if(folder.names().begin(), folder.names().end(), std::back_inserter(names), is_sql);
    for (const std::string& name : sample(std::move(names), kMostNeighbours))
      ask(folder, name, *known);
    return *known;
  }

  /// What the files in the folders beside this one say counts for runners whose migrations may lie
  /// in several folders, where both have paths of such migrations.
  [[nodiscard]] std::vector<Signed> cousins_of(const Folder& folder, std::string_view name) const {
    const std::string here = folder.in_repository(name);
    const std::size_t above = folder.parent()->in_repository("").size();
    std::vector<Signed> related;
    for (const Signed& each : cousins_in(*folder.parent())) {
      const OrderRules& order = runners_[each.owner].order;
      const auto fits = [&](std::string_view path) {
        return match_whole(path.substr(above), order.file).has_value();
      };
      if (order.subfolders != Subfolders::kNone && fits(each.file) && fits(here)) {
        related.push_back(each);
      }
    }
    return related;
  }

  const std::vector<Signed>& cousins_in(const Folder& parent) const {
    const std::lock_guard lock(mutex_);
    std::unique_ptr<Neighbours>& known = cousins_[&parent];
    if (known == nullptr) {
      known = std::make_unique<Neighbours>();
      for (const std::string& name : sample(parent.names_below(kCousinNames), kMostCousins)) {
        ask(parent, name, *known);
      }
    }
    return known->content;
  }

  void ask(const Folder& folder, const std::string& name, Neighbours& known) const {
    const std::optional<std::string> text = folder.beginning(name, kNeighbourBytes);
    if (!text) return;
    const MarkerText markers(*text);
    if (markers.text().empty()) return;
    for (const std::size_t owner : content_.owners_matching(markers.text())) {
      known.content.push_back({.owner = owner, .file = folder.in_repository(name)});
    }
    for (const std::size_t owner : hints_.owners_matching(markers.text())) {
      known.hints.push_back({.owner = owner, .file = folder.in_repository(name)});
    }
  }

  std::span<const RunnerProfile> runners_;
  PatternSet content_;
  PatternSet hints_;
  PatternSet typical_;
  PatternSet paths_;
  PatternSet not_paths_;
  Owners any_path_;  ///< the profiles whose files can have any path
  mutable std::mutex mutex_;
  mutable std::map<const Folder*, std::unique_ptr<Known>> known_;
  mutable std::map<const Folder*, std::unique_ptr<Neighbours>> neighbours_;
  mutable std::map<const Folder*, std::unique_ptr<Neighbours>> cousins_;
  mutable std::map<const Folder*, std::vector<Signed>> typical_siblings_;
};

Detector::Detector(std::span<const RunnerProfile> runners, Surroundings& surroundings)
    : impl_(std::make_unique<Impl>(runners)), surroundings_(surroundings) {}

Detector::~Detector() = default;

Recognised Detector::recognise(const Folder& folder, std::string_view name,
                               std::string_view text) const {
  return impl_->recognise(&folder, name, folder.in_repository(name), text);
}

Recognised Detector::recognise(std::string_view path, std::string_view text) const {
  return impl_->recognise(nullptr, path, path, text);
}

const RunnerProfile& recognise_by_content(std::string_view text) {
  static Surroundings nowhere{{}};
  static const Detector detector(builtin_runners(), nowhere);
  return *detector.recognise("", text).runner;
}

}  // namespace unwedge::migration
