#include "engine/parquet/parquet_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>
#include <utility>

#include "engine/duckdb/token_value.hpp"

namespace sluice {

namespace {

bool is_floating(std::string_view type) { return type == "FLOAT" || type == "DOUBLE"; }

bool may_hold_floating(std::string_view type) {
    return is_floating(type) || (is_nested_type(type) && (type.find("FLOAT") != std::string_view::npos ||
                                                          type.find("DOUBLE") != std::string_view::npos));
}

// Whether the value of a column that may hold floating numbers has one that JSON cannot write. Outside texts JSON has
// no capital letters; NaN and Infinity have them.
std::string not_finite(const ParquetColumn& column) {
    if (is_floating(column.type)) return fmt::format("NOT isfinite({})", column.sql);
    return fmt::format(
        R"(regexp_matches(regexp_replace(CAST(to_json({}) AS VARCHAR), '"(\\.|[^"\\])*"', '', 'g'), '[NI]'))",
        column.sql);
}

Type time_type(std::string_view type) { return type == "TIMESTAMP_NS" ? Type::timestamp_ns : Type::timestamp; }
bool is_time(std::string_view type) { return type.starts_with("TIMESTAMP"); }

// Whether a column has the name, compared without case as DuckDB does, under which DuckDB would give the row's number.
bool takes_row_number(std::string_view name) {
    return std::ranges::equal(name, std::string_view("file_row_number"), [](char left, char right) {
        return std::tolower(static_cast<unsigned char>(left)) == right;
    });
}

std::uint64_t number_of(const std::optional<std::string>& text) {
    return text ? std::strtoull(text->c_str(), nullptr, 10) : 0;
}

// The names of the top-level columns: the schema is a tree in preorder, each node with the number of its children.
Result<std::vector<std::string>> written_names(DuckdbEngine& engine, const ParquetFile& file) {
    TRY_ASSIGN(const auto nodes,
               engine.rows(
                   fmt::format("SELECT name, coalesce(num_children, 0) FROM parquet_schema({})", sql_text(file.path))));
    std::vector<std::string> names;
    std::vector<std::uint64_t> open;  // children still to come of the nodes around
    for (const auto& node : nodes) {
        if (open.size() == 1) names.push_back(node[0].value_or(""));
        if (!open.empty()) --open.back();
        open.push_back(number_of(node[1]));
        while (!open.empty() && open.back() == 0) open.pop_back();
    }
    return names;
}

Result<> read_columns(DuckdbEngine& engine, ParquetFile& file) {
    TRY_ASSIGN(const auto described,
               engine.describe(fmt::format("SELECT * FROM read_parquet({})", sql_text(file.path))));
    TRY_ASSIGN(const auto names, written_names(engine, file));
    if (names.size() != described.size())
        return internal_error(fmt::format("'{}' has {} columns by its schema and {} by its reader", file.name,
                                          names.size(), described.size()));
    std::set<std::string> seen;
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (!seen.insert(names[index]).second)
            return data_error("duplicate_key", fmt::format("'{}' has two columns named '{}'; rename one when the file "
                                                           "is written",
                                                           file.name, names[index]));
        file.columns.push_back(
            {.name = names[index], .sql = sql_name(described[index].name), .type = described[index].type});
        if (takes_row_number(names[index])) file.numbered = false;
    }
    return {};
}

}  // namespace

Error parquet_error(const Error& error, const ParquetFile& file) {
    if (error.kind == ErrorKind::interrupted || error.kind == ErrorKind::external) return error;
    std::string reason = error.message;
    for (std::size_t at = reason.find(file.path); at != std::string::npos; at = reason.find(file.path, at))
        reason.replace(at, file.path.size(), file.name);
    return data_error("bad_parquet", fmt::format("cannot read '{}' as Parquet: {}", file.name, reason));
}

Result<ParquetFiles> read_footers(DuckdbEngine& engine, std::vector<ParquetFile> files) {
    ParquetFiles found;
    found.first_rows.push_back(0);
    std::map<std::string, std::size_t> ids;
    std::map<std::size_t, std::pair<std::string, std::string>> types;  // by id: the first file and its type
    for (ParquetFile& file : files) {
        const std::size_t number = found.files.size();
        const auto groups = engine.rows(fmt::format(
            "SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata({}) ORDER BY row_group_id",
            sql_text(file.path)));
        if (!groups) return parquet_error(groups.error(), file);
        if (const auto read = read_columns(engine, file); !read) return parquet_error(read.error(), file);
        for (const auto& group : *groups) {
            const std::uint64_t rows = number_of(group[1]);
            if (rows == 0) continue;
            if (file.numbered || file.rows == 0)
                found.parts.push_back({.file = number, .begin = file.rows, .end = file.rows + rows});
            file.rows += rows;
            found.parts.back().end = file.rows;
        }
        for (ParquetColumn& column : file.columns) {
            const auto [id, is_new] = ids.try_emplace(column.name, found.names.size());
            if (is_new) found.names.push_back(column.name);
            column.id = id->second;
            const auto& [first, type] = types.try_emplace(column.id, file.name, column.type).first->second;
            if (is_time(type) != is_time(column.type) || (is_time(type) && time_type(type) != time_type(column.type)))
                return data_error("mixed_types", fmt::format("column '{}' is {} in '{}' and {} in '{}'; make two "
                                                             "sources of these files",
                                                             column.name, type, first, column.type, file.name));
            if (is_time(column.type))
                found.times.insert_or_assign(column.name, DeclaredType{.type = time_type(column.type), .notation = {}});
        }
        found.first_rows.push_back(found.first_rows.back() + file.rows);
        found.files.push_back(std::move(file));
    }
    return found;
}

Result<> add_own_columns(const formats::FileColumns& own, ParquetFiles& files) {
    const auto add = [&files](const std::string& name, std::string_view field,
                              std::optional<std::size_t>& id) -> Result<> {
        if (name.empty()) return {};
        for (const ParquetFile& file : files.files)
            if (std::ranges::find(file.columns, name, &ParquetColumn::name) != file.columns.end())
                return data_error("duplicate_column",
                                  fmt::format("'{}' has a column '{}', and `{}` adds one of this name: give `{}` "
                                              "another name",
                                              file.name, name, field, field));
        id = files.names.size();
        files.names.push_back(name);
        return {};
    };
    TRY(add(own.name, "file_name", files.name_column));
    return add(own.line, "file_line", files.line_column);
}

std::string parquet_token(const ParquetColumn& column) {
    const std::string& value = column.sql;
    const std::string finite = may_hold_floating(column.type)
                                   ? fmt::format("CASE WHEN {} THEN NULL ELSE {} END", not_finite(column), value)
                                   : value;
    if (column.type == "FLOAT") return fmt::format("CAST({} AS VARCHAR)", finite);
    if (column.type == "BLOB") return fmt::format("sl_quote(to_base64({}))", value);
    if (column.type == "INTERVAL") return fmt::format("sl_quote(CAST({} AS VARCHAR))", value);
    return token_value(column.type, finite).sql;
}

std::string first_not_finite(const ParquetFile& file) {
    std::string cases;
    for (const ParquetColumn& column : file.columns)
        if (may_hold_floating(column.type)) cases += fmt::format(" WHEN {} THEN '{}'", not_finite(column), column.id);
    return cases.empty() ? "CAST(NULL AS VARCHAR)" : fmt::format("CASE{} END", cases);
}

}  // namespace sluice
