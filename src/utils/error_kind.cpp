#include "utils/error_kind.hpp"

#include <array>
#include <utility>

namespace sluice {
namespace {

constexpr std::array<std::pair<ErrorKind, std::string_view>, 6> kNames{{{ErrorKind::internal, "internal"},
                                                                        {ErrorKind::config, "config"},
                                                                        {ErrorKind::data, "data"},
                                                                        {ErrorKind::external, "external"},
                                                                        {ErrorKind::conflict, "conflict"},
                                                                        {ErrorKind::interrupted, "interrupted"}}};

}  // namespace

std::string_view kind_name(ErrorKind kind) {
    for (const auto& [known, name] : kNames)
        if (known == kind) return name;
    return "internal";
}

ErrorKind kind_named(std::string_view name) {
    for (const auto& [kind, known] : kNames)
        if (known == name) return kind;
    return ErrorKind::internal;
}

}  // namespace sluice
