#include "transformers/sql.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

// The tables that the statement names; nothing when no parser is there to find them, or after a fault.
std::vector<LocatedText> tables_of(const Expression& sql, const ConfigItem& step, Diagnostics& diagnostics) {
    std::vector<LocatedText> tables;
    if (sql.text.empty() || !step.sql || !step.sql->tables_of_sql) return tables;
    auto names = step.sql->tables_of_sql(sql.text);
    if (!names) {
        diagnostics.add(sql.location, names.error().message, {},
                        "a sql step is one SELECT statement over sources and steps");
        return tables;
    }
    for (std::string& name : *names) tables.push_back({std::move(name), sql.location});
    return tables;
}

}  // namespace

Schema SqlStep::schema() {
    return {.type = kType,
            .doc = "What one SELECT statement gives.",
            .fields = {
                {.name = "name", .doc = "The step's name.", .required = true},
                {.name = "from",
                 .type = FieldType::text_list,
                 .doc = "What it reads; by default the tables that the statement names.",
                 .is_input = true},
                {.name = "sql", .doc = "One SELECT statement; its tables are sources and steps.", .required = true}}};
}

std::unique_ptr<Transformer> SqlStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<SqlStep>();
    result->sql_ = {step.section.text("sql"), step.section.location("sql")};
    std::vector<LocatedText> tables = tables_of(result->sql_, step, diagnostics);
    if (!step.section.has("from")) {
        const bool has_parser = step.sql && step.sql->tables_of_sql;
        if (!has_parser)
            diagnostics.add(step.section.location(), "missing key 'from' in sql step", {},
                            "name the sources and steps that it reads");
        result->inputs_ = std::move(tables);
        return diagnostics.list().size() == before ? std::move(result) : nullptr;
    }
    for (LocatedText& name : step.section.texts("from")) {
        if (std::ranges::find(result->inputs_, name.value, &LocatedText::value) == result->inputs_.end())
            result->inputs_.push_back(std::move(name));
    }
    for (const LocatedText& table : tables) {
        if (std::ranges::find(result->inputs_, table.value, &LocatedText::value) != result->inputs_.end()) continue;
        diagnostics.add(table.location,
                        fmt::format("the statement reads {}, which `from` does not name", in_quotes(table.value)), {},
                        "add it to `from`, or leave `from` out");
    }
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node SqlStep::node(const std::vector<RelationId>& relations) const { return SqlNode{.inputs = relations, .sql = sql_}; }

}  // namespace sluice
