#include "engine/duckdb/syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string_view>

#include "engine/duckdb/fault.hpp"
#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/vectors.hpp"

namespace sluice {

namespace {

using nlohmann::json;

constexpr std::string_view kSelect = "SELECT ";

// A database that only ever parses. It is never closed: at exit, what DuckDB itself keeps in statics may be gone
// already.
class Parser {
public:
    static Parser& instance() {
        static auto* const parser = new Parser;
        return *parser;
    }

    // SELECT <function>(argument), which gives one text.
    Result<std::string> call(const char* function, const std::string& argument) {
        const std::scoped_lock lock(mutex_);
        PreparedHandle statement;
        if (duckdb_prepare(connection_.get(), fmt::format("SELECT {}(?::VARCHAR)", function).c_str(),
                           statement.out()) != DuckDBSuccess)
            return duckdb_error(duckdb_prepare_error(statement.get()), nullptr);
        duckdb_bind_varchar_length(statement.get(), 1, argument.data(), argument.size());
        ResultHandle result;
        if (duckdb_execute_prepared(statement.get(), result.out()) != DuckDBSuccess)
            return duckdb_error(duckdb_result_error(result.out()), nullptr);
        const ChunkHandle chunk(duckdb_fetch_chunk(result.get()));
        if (chunk.get() == nullptr) return internal_error("DuckDB's parser gave no answer");
        const VectorView<duckdb_string_t> texts(chunk.get(), 0);
        return std::string(text_of(texts[0]));
    }

private:
    Parser() {
        ConfigHandle config;
        duckdb_create_config(config.out());
        duckdb_set_config(config.get(), "threads", "1");
        duckdb_set_config(config.get(), "enable_external_access", "false");
        duckdb_open_ext(nullptr, database_.out(), config.get(), nullptr);
        duckdb_connect(database_.get(), connection_.out());
    }

    std::mutex mutex_;
    DatabaseHandle database_;
    ConnectionHandle connection_;
};

Error parse_fault(std::string message) { return config_error("does_not_parse", std::move(message)); }

Error fault_of(const json& answer, std::size_t offset) {
    std::string message = answer.value("error_message", "it cannot be parsed");
    if (answer.value("error_type", "") == "not implemented") return parse_fault("only SELECT is allowed here");
    if (const std::string position = answer.value("position", ""); !position.empty()) {
        const std::size_t at = std::strtoull(position.c_str(), nullptr, 10);
        message += fmt::format(" (at character {})", at >= offset ? at - offset + 1 : 1);
    }
    return parse_fault(std::move(message));
}

// Calls `visit` with every JSON object in the tree, parents first; `visit` says whether to go on below it.
template <typename Visit>
void walk(const json& tree, const Visit& visit) {
    if (tree.is_object() && !visit(tree)) return;
    if (tree.is_structured())
        for (const json& child : tree) walk(child, visit);
}

struct NamedTable {
    std::uint64_t position;
    std::string name;
};

// Collects the tables that no WITH in scope defines.
class TableCollector {
public:
    void collect(const json& tree, std::set<std::string> with) {
        walk(tree, [&](const json& object) {
            if (const auto map = object.find("cte_map");
                map != object.end() && !map->value("map", json::array()).empty()) {
                std::set<std::string> inner = with;
                for (const json& entry : map->at("map")) inner.insert(lower(entry.value("key", "")));
                if (inner != with) {
                    json rest = object;
                    rest.erase("cte_map");
                    collect(rest, inner);
                    for (const json& entry : map->at("map")) collect(entry.at("value"), inner);
                    return false;
                }
            }
            const std::string type = object.value("type", json("")).is_string() ? object.value("type", "") : "";
            if (type == "BASE_TABLE") add(object, with);
            if (type == "TABLE_FUNCTION") check_function(object);
            if (type == "SHOW_REF") fault("DESCRIBE, SHOW and SUMMARIZE are not allowed here");
            return true;
        });
    }

    Result<std::vector<std::string>> take() {
        if (!fault_.empty()) return parse_fault(fault_);
        std::ranges::stable_sort(tables_, {}, &NamedTable::position);
        std::vector<std::string> names;
        for (NamedTable& table : tables_)
            if (std::ranges::find(names, table.name) == names.end()) names.push_back(std::move(table.name));
        return names;
    }

private:
    // DuckDB compares names without case, so WITH names do too.
    static std::string lower(std::string text) {
        for (char& letter : text)
            if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
        return text;
    }

    void fault(std::string message) {
        if (fault_.empty()) fault_ = std::move(message);
    }

    void add(const json& table, const std::set<std::string>& with) {
        const std::string name = table.value("table_name", "");
        if (!table.value("schema_name", "").empty() || !table.value("catalog_name", "").empty())
            return fault(
                fmt::format("'{}' is named with a schema or a catalog; sources and steps have plain names", name));
        if (with.contains(lower(name))) return;
        tables_.push_back({table.value("query_location", std::uint64_t{0}), name});
    }

    void check_function(const json& table) {
        static constexpr std::array<std::string_view, 3> kAllowed{"generate_series", "range", "unnest"};
        const std::string name = table.at("function").value("function_name", "");
        if (std::ranges::find(kAllowed, name) == kAllowed.end())
            fault(
                fmt::format("the table function {}() is not allowed here: a step reads sources and steps only", name));
    }

    std::vector<NamedTable> tables_;
    std::string fault_;
};

bool is_empty(const json& node, const char* key) {
    const auto found = node.find(key);
    return found == node.end() || found->is_null() || (found->is_structured() && found->empty());
}

// Whether `node` is a bare list of expressions: SELECT a, b, without any clause.
bool has_clause(const json& node) {
    if (node.value("type", "") != "SELECT_NODE" || node.at("from_table").value("type", "") != "EMPTY") return true;
    for (const char* key : {"modifiers", "where_clause", "group_expressions", "having", "sample", "qualify"})
        if (!is_empty(node, key)) return true;
    return !node.at("cte_map").at("map").empty();
}

Result<std::string> statement_text(const json& node) {
    const json statement{{"error", false},
                         {"statements", json::array({json{{"node", node}, {"named_param_map", json::array()}}})}};
    return Parser::instance().call("json_deserialize_sql", statement.dump());
}

}  // namespace

Result<json> parse_select(const std::string& sql, std::size_t offset) {
    if (sql.find('\0') != std::string::npos) return parse_fault("it holds a zero byte");
    TRY_ASSIGN(const std::string text, Parser::instance().call("json_serialize_sql", sql));
    json answer = json::parse(text, nullptr, false);
    if (answer.is_discarded()) return parse_fault("it holds a number beyond the range of a double");
    if (answer.value("error", false)) return fault_of(answer, offset);
    json& statements = answer.at("statements");
    if (statements.size() != 1) return parse_fault("one SELECT is expected, without anything behind it");
    if (!statements.at(0).at("named_param_map").empty()) return parse_fault("parameters (?, $1) are not allowed here");
    return std::move(statements.at(0).at("node"));
}

Result<json> parse_expression(const std::string& text) {
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) return parse_fault("an expression is expected");
    TRY_ASSIGN(json node, parse_select(std::string(kSelect) + text, kSelect.size()));
    if (has_clause(node)) return parse_fault("one expression is expected, without clauses behind it");
    json& list = node.at("select_list");
    if (list.size() != 1) return parse_fault("one expression is expected, not a list");
    if (!list.at(0).value("alias", "").empty()) return parse_fault("an expression without a name (AS) is expected");
    return std::move(list.at(0));
}

Result<std::string> select_text(const json& node) { return statement_text(node); }

Result<std::string> expression_text(const json& expression) {
    TRY_ASSIGN(json node, parse_select("SELECT 1"));
    node.at("select_list") = json::array({expression});
    TRY_ASSIGN(std::string text, statement_text(node));
    return text.substr(kSelect.size());
}

Result<std::vector<std::string>> tables_of_sql(const std::string& sql) {
    TRY_ASSIGN(const json node, parse_select(sql));
    TableCollector collector;
    collector.collect(node, {});
    return collector.take();
}

std::optional<std::string> expression_fault(const std::string& expression) {
    const Result<json> parsed = parse_expression(expression);
    if (!parsed) return parsed.error().message;
    std::optional<std::string> fault;
    walk(*parsed, [&](const json& object) {
        const auto type = object.find("class");
        if (type == object.end() || !type->is_string()) return true;
        if (*type == "SUBQUERY") fault = "a subquery is not allowed here; use a sql step";
        if (*type == "WINDOW") fault = "a window function (OVER) is not allowed here; use a sql step";
        if (*type == "STAR") fault = "* is not allowed here; name the column";
        if (*type == "POSITIONAL_REFERENCE") fault = "#1 is not allowed here; name the column";
        return true;
    });
    return fault;
}

}  // namespace sluice
