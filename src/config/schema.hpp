// What a part of the config may say: one table of fields a section, standing beside the code that uses it. It drives
// validation and its messages, and later the editor schema and the reference page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sluice {

enum class FieldType {
    text,
    integer,  // whole number, within int64
    boolean,
    duration,   // "10s", "500ms", "2m", "1h"
    bytes,      // "2GiB", "64MiB", "1000"
    text_list,  // a text, or a list of texts
    section,    // a map with the fields of `fields`
    section_list,
    any,  // checked by the component itself, on Section::node()
};

struct Field {
    std::string_view name;
    FieldType type = FieldType::text;
    std::string_view doc;  // one sentence
    bool required = false;
    std::string_view default_text = {};          // as it would be written; empty: none
    std::vector<std::string_view> choices = {};  // allowed values of a text
    std::vector<Field> fields = {};              // of a section or of each section in a list
    bool may_be_empty = false;                   // text: "" is allowed
    bool is_input = false;                       // of a step: names a source or step that it reads
};

// A source type, step type or destination type, registered with its name.
struct Schema {
    std::string_view type;  // the component's kType
    std::string_view doc;
    std::vector<Field> fields;
};

}  // namespace sluice
