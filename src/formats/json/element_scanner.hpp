// Finds where the elements of a JSON document's array end, a piece of the document at a time.
//
//   document = space [ array | other ] space        array = "[" [ element { "," element } ] "]"
//
// An element ends with the comma behind it. Which commas those are, the depth of brackets says, texts left out: so the
// elements of a document are cut alike wherever its pieces end, and a fault in an element that keeps its brackets stays
// with it. A document that does not begin with "[" has no such commas: it is one row.
#pragma once

#include <cstddef>
#include <string_view>

#include "formats/scan/row_splitter.hpp"

namespace sluice::formats::json {

class ElementScanner {
public:
    enum class Place { document, element };
    // Begins before the document's first byte, or behind the comma of an element.
    explicit ElementScanner(Place place) : depth_(place == Place::element ? 1 : 0), begun_(place == Place::element) {}

    static constexpr std::size_t kNone = ~std::size_t{0};
    // Goes on from `at`: the position behind the next comma between elements, or kNone at the end of the bytes.
    [[nodiscard]] std::size_t next_end(std::string_view bytes, std::size_t at);
    // The position of the bracket that closed the array, in the bytes of the call that met it.
    [[nodiscard]] std::size_t closed_at() const noexcept { return closed_at_; }

private:
    [[nodiscard]] std::size_t skip_text(std::string_view bytes, std::size_t at);

    std::size_t depth_;
    bool begun_;          // the first byte that is no space was seen
    bool plain_ = false;  // the document is no array, or its array is closed: there is nothing more to find
    bool in_text_ = false;
    bool escaped_ = false;
    std::size_t closed_at_ = kNone;
};

class ElementSplitter final : public RowSplitter {
public:
    [[nodiscard]] RowEnds find_ends(std::string_view bytes) override;

private:
    ElementScanner scanner_{ElementScanner::Place::document};
};

}  // namespace sluice::formats::json
