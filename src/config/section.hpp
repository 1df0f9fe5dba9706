// A part of the config after validation against its Schema: what a component's from_config() reads. Getters of fields
// that the schema marks required or gives a default never fail.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/location.hpp"
#include "utils/secret.hpp"

namespace sluice {

class Tree;  // config/tree.hpp: a node that knows its place, after variables were replaced

struct LocatedText {
    std::string value;
    Location location;
};

class Section {
public:
    [[nodiscard]] Location location() const;
    // Written in the config, and not null (a default does not count).
    [[nodiscard]] bool has(std::string_view field) const;
    // Written as null: for a field to which that means something.
    [[nodiscard]] bool says_null(std::string_view field) const;
    // Of the field's value if it is written, else of the section.
    [[nodiscard]] Location location(std::string_view field) const;

    // "" when it is absent and has no default; a secret is masked.
    [[nodiscard]] std::string text(std::string_view field) const;
    [[nodiscard]] std::int64_t integer(std::string_view field) const;
    [[nodiscard]] bool boolean(std::string_view field) const;
    [[nodiscard]] std::chrono::milliseconds duration(std::string_view field) const;
    [[nodiscard]] std::uint64_t bytes(std::string_view field) const;
    [[nodiscard]] std::vector<LocatedText> texts(std::string_view field) const;  // empty when absent
    // Of a field of type secret; nothing when it is absent.
    [[nodiscard]] std::optional<Secret> secret(std::string_view field) const;
    // Of a field of type secret_map: names and their secrets, in the order of the text.
    [[nodiscard]] std::vector<std::pair<std::string, Secret>> secrets(std::string_view field) const;
    [[nodiscard]] std::optional<Section> section(std::string_view field) const;
    [[nodiscard]] std::vector<Section> sections(std::string_view field) const;
    // The raw node of a field, for FieldType::any; null when absent.
    [[nodiscard]] const Tree* node(std::string_view field) const;

    // Of the schema; empty for a section that no schema describes.
    [[nodiscard]] const std::vector<struct Field>& fields() const;

private:
    friend class SectionReader;
    std::shared_ptr<const Tree> root_;
    const Tree* map_ = nullptr;
    const std::vector<struct Field>* fields_ = nullptr;
};

}  // namespace sluice
