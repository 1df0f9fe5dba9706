// The types that a config may declare for a source's columns (`types:`).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rows/time_notation.hpp"

namespace sluice {

enum class Type {
    timestamp,     // microseconds
    timestamp_ns,  // nanoseconds
    text,
    integer,  // written without point and exponent, within int64
    number,
    boolean,
};

// A value of another kind makes its line a bad row (code "bad_type" or "bad_timestamp"); null always passes.
struct DeclaredType {
    Type type = Type::text;
    TimeNotation notation = {};  // of timestamps
    std::string place = {};      // of the declaration in the config, for messages
};

// OutputColumn::type of a column that is carried from a declared one.
[[nodiscard]] constexpr std::string_view typed_file_type(Type type) {
    switch (type) {
        case Type::text:
            return "VARCHAR";
        case Type::integer:
            return "BIGINT";
        case Type::number:
            return "DOUBLE";
        case Type::boolean:
            return "BOOLEAN";
        case Type::timestamp:
        case Type::timestamp_ns:
            return "";  // its meaning says it
    }
    return "";
}

// What becomes of a column that a schema does not declare.
enum class UndeclaredColumns {
    carry,   // it is a column as any other
    refuse,  // its row is bad
    drop,    // as if it were not there
};

// What becomes of a value that is not of its declared type.
enum class TypeErrors {
    quarantine,  // its row is bad
    null,        // it becomes null, and is counted
    fail,        // the run stops
};

struct ColumnRules {
    std::vector<std::string> schema;  // all columns, in their order; empty: they are as the rows name them first
    UndeclaredColumns undeclared = UndeclaredColumns::carry;
    TypeErrors type_errors = TypeErrors::quarantine;
};

inline const ColumnRules kNoRules;

using DeclaredTypes = std::map<std::string, DeclaredType, std::less<>>;

}  // namespace sluice
