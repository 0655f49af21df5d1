// Builds the tree from yaml-cpp's events rather than from its nodes: these merge duplicate keys,
// expand aliases and lose quotes. The one file that sees yaml-cpp and its exceptions.

#include "config/yaml.h"

#include <algorithm>
#include <cstddef>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "text/line_index.h"

namespace unwedge::config {
namespace {

/// Far more than a config has: rules, acks and their lists make three.
constexpr std::size_t kDeepest = 16;

/// Thrown through yaml-cpp to stop it.
class Refusal : public std::runtime_error {
 public:
  Refusal(Place place, const std::string& message) : std::runtime_error(message), place_(place) {}
  [[nodiscard]] Place place() const { return place_; }

 private:
  Place place_;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, Problems& problems)
      : lines_(text), text_size_(text.size()), problems_(&problems) {}

  [[nodiscard]] YamlNode take() { return std::move(root_); }

  [[nodiscard]] Place place(const YAML::Mark& mark) const {
    const std::size_t offset = mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
    const text::Position position =
        lines_.position(static_cast<std::uint32_t>(std::min(offset, text_size_)));
    return {.line = position.line, .column = position.column};
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refusal(place(mark), "A config is one document; this is a second.");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    if (expects_key()) refuse_key(mark);
    add(node_at(mark, YamlNode::Kind::kNothing));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    throw Refusal(place(mark), "Aliases ('*name') are not read here; write the value out.");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (expects_key()) {
      add_key({.text = value, .place = place(mark)});
    } else {
      YamlNode node = node_at(mark, YamlNode::Kind::kScalar);
      node.text = value;
      node.plain = tag == "?";
      add(std::move(node));
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  [[nodiscard]] bool expects_key() const {
    if (open_.empty() || open_.back().kind != YamlNode::Kind::kMap) return false;
    return open_.back().keys.size() == open_.back().items.size();
  }

  [[nodiscard]] YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) const {
    YamlNode node;
    node.kind = kind;
    node.place = place(mark);
    return node;
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0)
      throw Refusal(place(mark), "Anchors ('&name') are not read here; leave it out.");
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!") {
      throw Refusal(place(mark), "Tags ('!name') are not read here; leave it out.");
    }
  }

  [[noreturn]] void refuse_key(const YAML::Mark& mark) const {
    throw Refusal(place(mark), "A key must be a word.");
  }

  void add_key(YamlKey key) {
    std::vector<YamlKey>& keys = open_.back().keys;
    auto same = std::find_if(keys.begin(), keys.end(),
                             [&](const YamlKey& other) { return other.text == key.text; });
    if (same != keys.end()) {
      problems_->add(key.place,
                     fmt::format("{} is here twice; the first is on line {}.", in_quotes(key.text),
                                 same->place.line),
                     "Delete one of them.");
    }
    keys.push_back(std::move(key));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().items.push_back(std::move(node));
    }
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (expects_key()) refuse_key(mark);
    if (open_.size() >= kDeepest) throw Refusal(place(mark), "Lists and maps are nested too deep.");
    open_.push_back(node_at(mark, kind));
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    add(std::move(node));
  }

  text::LineIndex lines_;
  std::size_t text_size_;
  Problems* problems_;
  std::vector<YamlNode> open_;  ///< the lists and maps that we are in
  YamlNode root_;
  int documents_ = 0;
};

}  // namespace

std::string_view describe(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNothing: return "nothing";
    case YamlNode::Kind::kScalar: return "a single value";
    case YamlNode::Kind::kList: return "a list";
    case YamlNode::Kind::kMap: return "a map";
  }
  return "nothing";
}

std::optional<YamlNode> read_yaml(std::string_view text, Problems& problems) {
  TreeBuilder builder(text, problems);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const Refusal& refusal) {
    problems.add(refusal.place(), refusal.what());
  } catch (const YAML::Exception& error) {
    const Place place = error.mark.is_null() ? Place{} : builder.place(error.mark);
    problems.add(place, fmt::format("This is not YAML: {}.", error.msg));
  } catch (const std::exception& error) {
    problems.add({}, fmt::format("This cannot be read as YAML: {}.", error.what()));
  }
  return std::nullopt;
}

}  // namespace unwedge::config
