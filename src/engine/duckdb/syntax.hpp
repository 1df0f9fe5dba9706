// SQL text to syntax tree and back, by DuckDB's own parser (json_serialize_sql, json_deserialize_sql): there is no SQL
// parser of ours. The tree is DuckDB's JSON: an object with "statements", each with a "node".
//
// The functions of this header open a database of their own at their first call and keep it; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "utils/json.hpp"
#include "utils/result.hpp"

namespace sluice {

// The one SELECT of `sql`, as the node of its syntax tree. Fails (kind config, code "does_not_parse") for anything
// else, also for two statements; `offset` bytes of an addition in front are taken off the position in the message.
[[nodiscard]] Result<nlohmann::json> parse_select(const std::string& sql, std::size_t offset = 0);

// The one expression that `text` is: no list, no alias, no FROM. Fails as parse_select does.
[[nodiscard]] Result<nlohmann::json> parse_expression(const std::string& text);

[[nodiscard]] Result<std::string> select_text(const nlohmann::json& node);
[[nodiscard]] Result<std::string> expression_text(const nlohmann::json& expression);

// The relations that a SELECT reads from, in the order of the text, each once; its own WITH names left out. Fails (kind
// config) when it does not parse, or reads from what is no relation of the config (a file, a schema's table, a
// catalog).
[[nodiscard]] Result<std::vector<std::string>> tables_of_sql(const std::string& sql);

// Why `expression` cannot be one, whatever its columns are; nothing when it may be.
[[nodiscard]] std::optional<std::string> expression_fault(const std::string& expression);

}  // namespace sluice
