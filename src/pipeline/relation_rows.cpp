#include "pipeline/relation_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "pipeline/bad_rows.hpp"
#include "pipeline/run_identity.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/source_rows.hpp"
#include "plan/relational/source_survey.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

// A few rows lie in the first block, which should not be read at a length for throughput.
constexpr std::uint64_t kFewRows = 1000;
constexpr std::uint64_t kSmallBlock = 64ULL << 10;

PreviewCell cell_of(const Token& token, const ValueRendering& rendering) {
    PreviewCell cell;
    rendering.append(token, cell.json);
    cell.kind = token_of(cell.json).kind;
    return cell;
}

BadSource bad_source(const Assembly& assembly, std::size_t source, const ScanSummary& summary) {
    const BadRowLimit& limit = assembly.extractors[source]->max_bad_rows();
    return {.report = {.name = assembly.plan.sources[source],
                       .rows_read = summary.rows_read,
                       .rows = summary.rows,
                       .bad_rows = summary.bad_rows,
                       .max_bad_rows = limit.text},
            .limit = limit,
            .first = summary.first_bad_rows};
}

}  // namespace

Result<std::unique_ptr<RelationRows>> RelationRows::open(const RunOptions& options, const std::string& name,
                                                         Progress& progress, StopFlag& stop) {
    auto rows = std::unique_ptr<RelationRows>(new RelationRows(options, progress, stop));
    TRY(rows->prepare(name));
    return rows;
}

Result<> RelationRows::prepare(const std::string& name) {
    TRY_ASSIGN(const Config config, load_run_config(options_));
    secrets_ = config.secrets;
    TRY_ASSIGN(assembly_, assemble_one(config, name));
    is_source_ = std::holds_alternative<ScanNode>(assembly_.plan.relations[assembly_.plan.outputs[0].from].node);
    TRY_ASSIGN(scratch_, ScratchFolder::create(options_.temp_dir, new_run_id(std::chrono::system_clock::now())));
    return {};
}

Result<FirstRows> RelationRows::first(std::uint64_t count) {
    if (is_source_) return first_of_source(count);
    TRY_ASSIGN(const auto stream, compute());
    FirstRows first;
    std::vector<ValueRendering> renderings;
    for (const OutputColumn& column : stream->columns()) {
        first.columns.push_back(column.name);
        renderings.emplace_back(column, assembly_.plan.outputs[0].style);
    }
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, stream->next());
        if (batch == nullptr) break;
        for (std::size_t row = 0; row < batch->rows && !first.more; ++row) {
            first.more = first.rows.size() == count;
            if (first.more) break;
            std::vector<PreviewCell>& cells = first.rows.emplace_back();
            for (std::size_t column = 0; column < renderings.size(); ++column)
                cells.push_back(cell_of(batch->columns[column][row], renderings[column]));
        }
        if (first.more) break;
    }
    for (const std::string& warning : computation_->warnings()) warnings_.push_back(warning);
    return first;
}

Result<FirstRows> RelationRows::first_of_source(std::uint64_t count) {
    if (options_.block_size == 0 && count <= kFewRows) options_.block_size = kSmallBlock;
    TRY(open_sources());
    const ScannableSource& source = *sources_[0];
    ScanRequest request;
    request.entries = true;
    request.stop = stop_;
    const auto scan = source.scan(request);
    FirstRows first;
    std::unordered_map<ColumnId, std::size_t> places;
    std::vector<ValueRendering> renderings;
    {
        const auto reader = scan->reader();
        while (!first.more) {
            TRY_ASSIGN(const Block* block, reader->next());
            if (block == nullptr) break;
            for (std::size_t row = 0; row < block->rows() && !first.more; ++row) {
                first.more = first.rows.size() == count;
                if (first.more) break;
                std::vector<PreviewCell>& cells = first.rows.emplace_back();
                for (const RowEntry& entry : block->row(row)) {
                    const auto [place, is_new] = places.try_emplace(entry.column, first.columns.size());
                    if (is_new) {
                        first.columns.push_back(scan->column_name(entry.column));
                        renderings.emplace_back(output_column(source, first.columns.back()),
                                                assembly_.plan.outputs[0].style);
                    }
                    cells.resize(std::max(cells.size(), place->second + 1), {Kind::null, "null"});
                    cells[place->second] = cell_of(entry.token, renderings[place->second]);
                }
            }
        }
    }
    for (std::vector<PreviewCell>& cells : first.rows) cells.resize(first.columns.size(), {Kind::null, "null"});
    TRY_ASSIGN(const ScanSummary read, scan->finish());
    // Of what was read: the rest may have more.
    if (auto error = refuse_bad_rows({bad_source(assembly_, 0, read)}, SecretMask(secrets_)))
        warnings_.push_back("a run would refuse this source: " + error->message);
    return first;
}

Result<std::unique_ptr<RowStream>> RelationRows::all() { return is_source_ ? all_of_source() : compute(); }

Result<std::unique_ptr<RowStream>> RelationRows::all_of_source() {
    TRY(open_sources());
    const ScannableSource& source = *sources_[0];
    ProgressTask& task = progress_->add(fmt::format("read {}", source.name()), 2 * source.bytes());
    task.state = TaskState::running;
    TRY_ASSIGN(const ScanSummary summary, survey_source(source, thread_count(options_), &task.done, stop_));
    TRY(judge({summary}));
    return source_rows(source, summary, &task.done, stop_);
}

// As a run would: what it refuses is refused, what it goes on without is said.
Result<> RelationRows::judge(const std::vector<ScanSummary>& summaries) {
    std::vector<BadSource> sources;
    for (std::size_t source = 0; source < summaries.size(); ++source)
        sources.push_back(bad_source(assembly_, source, summaries[source]));
    if (auto error = refuse_bad_rows(sources, SecretMask(secrets_))) return std::move(*error);
    for (const BadSource& source : sources)
        if (source.report.bad_rows > 0) warnings_.push_back(bad_rows_sentence(source.report));
    return {};
}

Result<> RelationRows::open_sources() {
    const ExtractorContext context{.base = options_.base,
                                   .temp_dir = scratch_->path(),
                                   .block_size = options_.block_size > 0 ? options_.block_size : kDefaultBlockSize,
                                   .stop = stop_,
                                   .retry = {},
                                   .wait = false,
                                   .read_ahead = read_ahead(options_, assembly_.extractors.size())};
    for (const auto& extractor : assembly_.extractors) {
        TRY_ASSIGN(auto source, extractor->open(context));
        sources_.push_back(std::move(source));
    }
    return {};
}

// A join's rows come from DuckDB: the native engine writes them, but gives none.
Result<std::unique_ptr<RowStream>> RelationRows::compute() {
    TRY(open_sources());
    std::vector<std::string> without = options_.without;
    without.emplace_back("eager_serialisation");
    TRY_ASSIGN(const RewriteSet rewrites, RewriteSet::without(without));
    PlanLimits limits{.source_bytes = {}, .memory_bytes = memory_budget(options_), .threads = thread_count(options_)};
    for (const auto& source : sources_) limits.source_bytes.push_back(source->text_bytes());
    physical_ = choose_physical(assembly_.plan, limits, rewrites);
    TRY_ASSIGN(auto computation, Computation::prepare(assembly_.plan, physical_, sources_,
                                                      {.threads = limits.threads,
                                                       .memory_bytes = limits.memory_bytes,
                                                       .temp_dir = scratch_->path(),
                                                       .rewrites = rewrites,
                                                       .stop = stop_},
                                                      *progress_));
    computation_ = std::make_unique<Computation>(std::move(computation));
    TRY(computation_->read());
    TRY(judge(computation_->summaries()));
    return computation_->rows(physical_.outputs[0]);
}

std::vector<std::string> RelationRows::warnings() const { return warnings_; }

}  // namespace sluice
