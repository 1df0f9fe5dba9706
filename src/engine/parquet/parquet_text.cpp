#include "engine/parquet/parquet_text.hpp"

#include <fmt/format.h>

#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/parquet/parquet_columns.hpp"
#include "io/input_file.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

std::string json_text(std::string_view text) {
    std::string out;
    append_quoted(text, out);
    return out;
}

}  // namespace

Result<std::string> parquet_text(const std::filesystem::path& path) {
    TRY_ASSIGN(const InputFile input, InputFile::open(path, path.string()));
    ParquetFile file{.name = input.name(), .path = input.descriptor_path(), .bytes = input.size(), .columns = {}};
    TRY_ASSIGN(const auto engine, DuckdbEngine::open({.threads = 1, .readable = {file.path}, .keep_order = true}));
    TRY_ASSIGN(const ParquetFiles files, read_footers(*engine, {file}));
    const std::vector<ParquetColumn>& columns = files.files.front().columns;
    std::string select;
    std::string types;
    for (const ParquetColumn& column : columns) {
        select += fmt::format("{}{}", select.empty() ? "" : ", ", parquet_token(column));
        types += fmt::format("{}{}: {}", types.empty() ? "" : ", ", json_text(column.name), json_text(column.type));
    }
    const auto rows = engine->rows(fmt::format("SELECT {} FROM read_parquet({})", select, sql_text(file.path)));
    if (!rows) return parquet_error(rows.error(), files.files.front());
    std::string text;
    for (const auto& row : *rows) {
        for (std::size_t at = 0; at < columns.size(); ++at)
            text +=
                fmt::format("{}{}: {}", at == 0 ? "{" : ", ", json_text(columns[at].name), row[at].value_or("null"));
        text += "}\n";
    }
    return text + fmt::format("{{{}}}\n", types);
}

}  // namespace sluice
