// The text of a config, checked to be UTF-8 that YAML can hold, with the places of its characters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/tree.hpp"

namespace sluice {

class SourceText {
public:
    // Adds a fault and gives nothing when `bytes` are not UTF-8 or have control characters. `json`: escapes of
    // surrogate pairs, which libyaml refuses, are decoded first; places are still those of the original.
    [[nodiscard]] static std::optional<SourceText> check(std::string file, std::string bytes, bool json,
                                                         Diagnostics& diagnostics);

    // What libyaml reads.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    // "YAML" or "JSON": for messages.
    [[nodiscard]] std::string_view format_name() const noexcept { return json_ ? "JSON" : "YAML"; }
    // The place of a character of text(), counted from 0.
    [[nodiscard]] Tree::Place place(std::size_t character) const;
    // The rest of text() from that character on.
    [[nodiscard]] std::string_view from(std::size_t character) const noexcept;

private:
    void decode_surrogate_pairs();

    std::shared_ptr<const std::string> file_;
    std::string text_;
    bool json_ = false;
    std::vector<std::size_t> line_starts_;    // in characters of the original
    std::vector<std::size_t> decoded_pairs_;  // characters of text_ that stand for twelve of the original
};

}  // namespace sluice
