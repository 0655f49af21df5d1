// Places in bytes of a text of several files, as lines and columns of each.

#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "lint/file_parts.h"
#include "text/line_index.h"
#include "unwedge/span.h"

namespace unwedge::lint {

/// The lines of a file are counted when the first place in it is asked for. The files outlive this.
class Places {
 public:
  explicit Places(const FileParts& files) : files_(files), indexes_(files.parts.size()) {}

  const text::LineIndex& index(std::size_t file);
  /// Of a span in this file; of an empty one, the character there.
  text::Region region(Span span, std::size_t file);

 private:
  const FileParts& files_;
  std::vector<std::unique_ptr<text::LineIndex>> indexes_;
};

}  // namespace unwedge::lint
