// What a part of the config may say: one table of fields a section, standing beside the code that uses it. It drives
// validation and its messages, the editor schema (json_schema.hpp) and the tables of the reference page.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

enum class FieldType {
    text,
    integer,  // whole number, within int64
    boolean,
    duration,    // "10s", "500ms", "2m", "1h", "90d"
    bytes,       // "2GiB", "64MiB", "1000"
    text_list,   // a text, or a list of texts
    secret,      // a text that is never shown
    secret_map,  // a map from names to secrets
    section,     // a map with the fields of `fields`
    section_list,
    any,  // checked by the component itself, on Section::node()
};

struct Field {
    std::string_view name;
    FieldType type = FieldType::text;
    std::string_view doc;  // one sentence
    bool required = false;
    std::string_view default_text = {};                             // as it would be written; empty: none
    std::vector<std::string_view> choices = {};                     // allowed values of a text
    std::vector<Field> fields = {};                                 // of a section or of each section in a list
    bool may_be_empty = false;                                      // text: "" is allowed
    bool is_input = false;                                          // of a step: names a source or step that it reads
    std::int64_t least = std::numeric_limits<std::int64_t>::min();  // of an integer
    std::int64_t most = std::numeric_limits<std::int64_t>::max();
    std::string_view details = {};  // what the reference page adds to `doc`
    std::string_view example = {};  // as it would be written; for editors
    std::string_view shape = {};    // of `any`, or instead of a list of texts: JSON Schema, as far as one can say it
};

// A source type, step type or destination type, registered with its name.
struct Schema {
    std::string_view type;  // the component's kType
    std::string_view doc;
    std::vector<Field> fields;
};

}  // namespace sluice
