#include "unit/plan_relational/plan_case.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "config/diagnostics.hpp"
#include "formats/jsonl/jsonl_format.hpp"
#include "formats/scan/file_source.hpp"
#include "io/input_file.hpp"

namespace sluice::test {

namespace {

std::unique_ptr<ScannableSource> open_lines(const std::string& name, const std::string& lines, DeclaredTypes types,
                                            std::uint64_t block_size) {
    FileDescriptor file(::open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    EXPECT_EQ(::pwrite(file.get(), lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
    auto input = InputFile::adopt(std::move(file), name + ".jsonl");
    EXPECT_TRUE(input);
    std::vector<InputFile> files;
    files.push_back(std::move(*input));
    formats::SourceSettings settings;
    settings.name = name;
    settings.types = std::move(types);
    settings.block_size = block_size;
    auto source = formats::FileSource::open(std::move(files), formats::jsonl::jsonl_format(), std::move(settings));
    EXPECT_TRUE(source);
    return std::move(*source);
}

std::string column_text(const OutputColumn& column) {
    switch (column.meaning) {
        case Meaning::value:
            return column.name;
        case Meaning::timestamp:
            return column.name + ":timestamp";
        case Meaning::timestamp_ns:
            return column.name + ":timestamp_ns";
        case Meaning::duration:
            return column.name + ":duration";
    }
    return column.name;
}

Result<> read_all(RowStream& stream, CaseResult& result) {
    for (const OutputColumn& column : stream.columns()) result.columns.push_back(column_text(column));
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, stream.next());
        if (batch == nullptr) return {};
        for (std::size_t row = 0; row < batch->rows; ++row) {
            std::string text;
            for (const auto& column : batch->columns) {
                if (!text.empty()) text += ' ';
                text += column[row].is_null() ? "-" : std::string(column[row].view());
            }
            result.rows.push_back(std::move(text));
        }
    }
}

Aggregation aggregation_of(std::string_view name) {
    constexpr std::pair<std::string_view, Aggregation> kAll[] = {
        {"count", Aggregation::count},      {"sum", Aggregation::sum},
        {"avg", Aggregation::avg},          {"min", Aggregation::min},
        {"max", Aggregation::max},          {"first", Aggregation::first},
        {"last", Aggregation::last},        {"count_distinct", Aggregation::count_distinct},
        {"mean_gap", Aggregation::mean_gap}};
    for (const auto& [known, function] : kAll)
        if (known == name) return function;
    ADD_FAILURE() << name;
    return Aggregation::count;
}

bool is_plain_name(std::string_view text) {
    return std::ranges::all_of(
        text, [](char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_'; });
}

}  // namespace

std::string CaseResult::text() const {
    if (!error.empty()) return error;
    std::string out;
    for (const std::string& row : rows) out += (out.empty() ? "" : "\n") + row;
    return out;
}

Location PlanCase::here() const { return {"config.yaml", static_cast<std::uint32_t>(plan_.relations.size()), 1}; }

RelationId PlanCase::source(std::string name, const std::string& lines, DeclaredTypes types) {
    plan_.sources.push_back(name);
    inputs_.push_back({name, lines, std::move(types)});
    return step(std::move(name), ScanNode{inputs_.size() - 1});
}

RelationId PlanCase::step(std::string name, Node node) {
    plan_.relations.push_back({std::move(name), here(), std::move(node)});
    return plan_.relations.size() - 1;
}

RelationId PlanCase::filter(RelationId input, std::string condition) {
    return step("filtered", FilterNode{input, {std::move(condition), here()}});
}

RelationId PlanCase::select(RelationId input, const std::vector<std::pair<std::string, std::string>>& columns) {
    SelectNode node{.input = input, .columns = {}};
    for (const auto& [name, expression] : columns) {
        SelectColumn column{name, std::nullopt, here()};
        if (!expression.empty()) column.expression = Expression{expression, here()};
        node.columns.push_back(std::move(column));
    }
    return step("selected", std::move(node));
}

RelationId PlanCase::sort(RelationId input, const std::vector<std::string>& keys) {
    SortNode node{.input = input, .keys = {}};
    for (const std::string& key : keys) {
        const bool descending = key.starts_with("-");
        node.keys.push_back({key.substr(descending ? 1 : 0), descending, here()});
    }
    return step("sorted", std::move(node));
}

RelationId PlanCase::join(RelationId left, RelationId right, const std::vector<std::string>& keys, JoinKind how) {
    JoinNode node{.left = left, .right = right, .shape = {}, .key_locations = {}};
    node.shape.how = how;
    for (const std::string& key : keys) {
        const std::size_t split = key.find('=');
        const std::string right_key = split == std::string::npos ? key : key.substr(split + 1);
        node.shape.keys.push_back({key.substr(0, split), right_key});
        node.key_locations.push_back(here());
    }
    return step("joined", std::move(node));
}

RelationId PlanCase::count_by(RelationId input, std::vector<std::string> keys) {
    const std::vector<Location> locations(keys.size(), here());
    return step("counted", CountByNode{input, std::move(keys), locations});
}

RelationId PlanCase::group_by(RelationId input, std::vector<std::string> keys,
                              const std::vector<std::pair<std::string, std::string>>& aggregates) {
    const std::vector<Location> locations(keys.size(), here());
    GroupByNode node{input, std::move(keys), locations, {}};
    for (const auto& [name, call] : aggregates) {
        const std::size_t open = call.find('(');
        const std::string argument = call.substr(open + 1, call.size() - open - 2);
        AggregateColumn column{name, aggregation_of(call.substr(0, open)), std::nullopt, std::nullopt, here()};
        if (argument != "*" && !argument.empty()) {
            if (is_plain_name(argument))
                column.column = argument;
            else
                column.argument = Expression{argument, here()};
        }
        node.aggregates.push_back(std::move(column));
    }
    return step("grouped", std::move(node));
}

RelationId PlanCase::sql(std::string name, std::vector<RelationId> inputs, std::string text) {
    return step(std::move(name), SqlNode{std::move(inputs), {std::move(text), here()}});
}

CaseResult PlanCase::run(RelationId wanted, const Setup& setup) const {
    std::vector<std::unique_ptr<ScannableSource>> opened;
    std::vector<const ScannableSource*> sources;
    for (const Input& input : inputs_) {
        opened.push_back(open_lines(input.name, input.lines, input.types, setup.block_size));
        sources.push_back(opened.back().get());
    }
    CaseResult result;
    std::vector<RelationId> all{wanted};
    if (setup.wanted_twice) all.push_back(wanted);
    auto run = RelationalRun::open(plan_, sources, {},
                                   {.threads = setup.threads,
                                    .memory_bytes = setup.memory_bytes,
                                    .nearest_name = nearest_name,
                                    .all_columns = setup.all_columns,
                                    .rows_at_once = setup.rows_at_once,
                                    .eager_aggregation = setup.eager_aggregation},
                                   all);
    const auto keep = [&](const Error& error) {
        result.error = error.message;
        result.error_code = error.code;
        result.error_kind = error.kind;
    };
    if (!run) {
        keep(run.error());
        return result;
    }
    if (const auto surveyed = (*run)->survey(); !surveyed) keep(surveyed.error());
    if (auto stream = (*run)->stream(wanted); !stream) {
        keep(stream.error());
    } else if (const auto read = read_all(**stream, result); !read) {
        keep(read.error());
    }
    result.warnings = (*run)->warnings();
    result.counts = (*run)->counts();
    return result;
}

CaseResult PlanCase::run(RelationId wanted) const {
    const CaseResult first = run(wanted, Setup{});
    for (const Setup& setup : {Setup{.threads = 1, .block_size = 1 << 20},
                               Setup{.threads = 4, .block_size = 1, .all_columns = true, .wanted_twice = true},
                               Setup{.eager_aggregation = false}, Setup{.rows_at_once = 0},
                               Setup{.eager_aggregation = false, .rows_at_once = 0}}) {
        const CaseResult other = run(wanted, setup);
        EXPECT_EQ(other.text(), first.text());
        EXPECT_EQ(other.columns, first.columns);
        EXPECT_EQ(other.warnings, first.warnings);
    }
    return first;
}

}  // namespace sluice::test
