// A config text as it was read: nulls, scalars, lists and maps that know their places. A scalar is only text here; its
// type comes from the schema. Immutable for everyone but the loader.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/location.hpp"

namespace sluice {

class Tree {
public:
    enum class Kind { null, scalar, list, map };
    struct Entry;
    struct Place {
        std::shared_ptr<const std::string> file;
        std::uint32_t line = 0;
        std::uint32_t column = 0;
    };

    // Defined where Entry is complete.
    Tree();
    explicit Tree(Place place, Kind kind = Kind::null);
    Tree(const Tree&);
    Tree(Tree&&) noexcept;
    Tree& operator=(const Tree&);
    Tree& operator=(Tree&&) noexcept;
    ~Tree();
    [[nodiscard]] static Tree scalar(Place place, std::string text);
    // One that was read from a text: `end` is the place behind it.
    [[nodiscard]] static Tree scalar(Place place, const Place& end, std::string text);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_null() const noexcept { return kind_ == Kind::null; }
    [[nodiscard]] bool is_scalar() const noexcept { return kind_ == Kind::scalar; }
    [[nodiscard]] bool is_list() const noexcept { return kind_ == Kind::list; }
    [[nodiscard]] bool is_map() const noexcept { return kind_ == Kind::map; }
    // "a map", "a list", "text", "null": for messages.
    [[nodiscard]] std::string_view kind_name() const noexcept;

    // Empty unless the node is of that kind.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] const std::vector<Tree>& items() const noexcept { return items_; }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }  // in the order of the text
    // The value of a key, null when the map has no such key.
    [[nodiscard]] const Tree* find(std::string_view key) const noexcept;
    // As find(), with the key's own node.
    [[nodiscard]] const Entry* find_entry(std::string_view key) const noexcept;

    [[nodiscard]] Location location() const;
    [[nodiscard]] const Place& place() const noexcept { return place_; }

    // Of a scalar, the place behind it; where it starts when that is not known (a value of the command line).
    [[nodiscard]] Location end() const;
    // Of a scalar whose variables were replaced: the text before that. Empty: there was nothing to replace.
    [[nodiscard]] const std::string& written() const noexcept { return written_; }
    // Its text, or a part of it, was read from a file (`${file:...}`), which only secrets may do.
    [[nodiscard]] bool holds_file() const noexcept { return holds_file_; }
    // A scalar that was written in quotes. It matters only where a value may be of any type (the step `fill`): "0" is
    // text, 0 is a number.
    [[nodiscard]] bool is_quoted() const noexcept { return quoted_; }
    // Whether quotes say something about this scalar: its text could be a number, true or false.
    [[nodiscard]] bool needs_quotes() const noexcept;
    // Whether its text stands in the config itself: it has no variables, or one that took its default.
    [[nodiscard]] bool holds_literal() const noexcept { return holds_literal_; }

    // Its fault is reported already (a variable that is not set, an alias): nothing else about it should be.
    [[nodiscard]] bool faulty() const noexcept { return faulty_; }

    // Whether it or anything in it is faulty.
    [[nodiscard]] bool holds_fault() const noexcept;

    // For the loader.
    void replace_text(std::string text, bool holds_literal, bool holds_file);
    void move_to(Place place) {
        place_ = std::move(place);
        end_line_ = 0;
    }
    void mark_faulty() noexcept { faulty_ = true; }
    void mark_quoted() noexcept { quoted_ = true; }
    std::vector<Tree>& mutable_items() noexcept { return items_; }
    std::vector<Entry>& mutable_entries() noexcept { return entries_; }

private:
    Place place_;
    Kind kind_ = Kind::null;
    bool faulty_ = false;
    bool holds_file_ = false;
    bool quoted_ = false;
    bool holds_literal_ = true;
    std::uint32_t end_line_ = 0;  // 0: not known
    std::uint32_t end_column_ = 0;
    std::string text_;
    std::string written_;
    std::vector<Tree> items_;
    std::vector<Entry> entries_;
};

struct Tree::Entry {
    Tree key;  // a scalar
    Tree value;
};

}  // namespace sluice
