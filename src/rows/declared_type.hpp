// The types that a config may declare for a source's columns (`types:`).
#pragma once

#include <map>
#include <string>

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
    std::string timezone;    // timestamps without an offset are local times of this IANA zone; empty: UTC
    std::string place = {};  // of the declaration in the config, for messages
};

using DeclaredTypes = std::map<std::string, DeclaredType, std::less<>>;

}  // namespace sluice
