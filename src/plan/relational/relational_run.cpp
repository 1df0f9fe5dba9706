// Each step that another step reads becomes one table, made once and dropped after its last reader; a wanted relation
// that nothing else reads is streamed from its query. Binding a step needs the facts about its inputs (and whether they
// have rows at all), so steps are bound and run one after the other.
#include "plan/relational/relational_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "plan/physical.hpp"
#include "plan/relational/expression_binding.hpp"
#include "plan/relational/fault_place.hpp"
#include "plan/relational/needed_columns.hpp"
#include "plan/relational/run_state.hpp"
#include "plan/relational/source_survey.hpp"
#include "plan/relational/value_survey.hpp"
#include "utils/heap.hpp"

namespace sluice {

namespace {

// A relation's rows on their way out: counts them, and puts the step's place in front of what goes wrong.
class PlacedStream : public RowStream {
public:
    using Place = std::function<Error(Error)>;
    PlacedStream(std::unique_ptr<RowStream> rows, Place place, std::uint64_t* count)
        : rows_(std::move(rows)), place_(std::move(place)), count_(count) {}

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return rows_->columns(); }
    [[nodiscard]] Result<const TokenBatch*> next() override {
        auto batch = rows_->next();
        if (!batch) return place_(batch.error());
        if (*batch != nullptr && count_ != nullptr) *count_ += (*batch)->rows;
        return batch;
    }

private:
    std::unique_ptr<RowStream> rows_;
    Place place_;
    std::uint64_t* count_;
};

std::vector<OutputColumn> output_columns(const std::vector<BoundColumn>& columns) {
    std::vector<OutputColumn> outputs;
    for (const BoundColumn& column : columns) outputs.push_back(column.output());
    return outputs;
}

}  // namespace

Result<> RelationalRun::State::open_engine() {
    DuckdbSettings duckdb{.threads = settings.threads,
                          .memory_bytes = settings.memory_bytes,
                          .temp_dir = settings.temp_dir,
                          .stop = settings.stop,
                          .lock_later = true};
    duckdb.times.emplace_back();
    notations.emplace(TimeNotation{}, 0);
    const auto add_notation = [&](const TimeNotation& notation) -> Result<> {
        if (!notations.emplace(notation, duckdb.times.size()).second) return {};
        TRY_ASSIGN(TimeReader reader, TimeReader::of(notation));
        duckdb.times.push_back(std::move(reader));
        return {};
    };
    for (const ScannableSource* source : sources)
        if (source != nullptr)
            for (const auto& [column, declared] : source->types()) TRY(add_notation(declared.notation));
    for (RelationId id = 0; id < plan.relations.size(); ++id) {
        if (const auto* cast = std::get_if<CastNode>(&plan.relations[id].node))
            for (const CastColumn& column : cast->columns) TRY(add_notation(column.type.notation));
        if (const auto* mask = std::get_if<MaskNode>(&plan.relations[id].node)) {
            mask_keys.emplace(id, duckdb.mask_keys.size());
            duckdb.mask_keys.push_back(mask->key);
        }
    }
    TRY_ASSIGN(engine, DuckdbEngine::open(std::move(duckdb)));
    return engine->run("CREATE SCHEMA sl");
}

Result<> RelationalRun::State::prepare() {
    if (prepared) return {};
    prepared = true;
    std::vector<std::vector<std::string>> names(sources.size());
    for (std::size_t source = 0; source < sources.size(); ++source)
        for (const ColumnSummary& column : summaries[source].columns) names[source].push_back(column.name);
    eager.resize(plan.relations.size());
    if (settings.eager_aggregation)
        for (RelationId id = 0; id < plan.relations.size(); ++id) eager[id] = eager_join_of(plan, id, summaries);
    std::vector<RelationId> by_key;
    std::vector<RelationId> rows_only;
    choose_spooled(by_key, rows_only);
    needed = needed_columns(plan, names, wanted, settings.all_columns, eager, by_key, rows_only);
    for (const RelationId id : wanted) ++readers[id];
    for (const RelationId join : by_key)
        for (const RelationId input : inputs_of(plan.relations[join].node)) ++readers[input];
    for (const RelationId id : rows_only) {
        ++readers[id];
        ++readers[*carried_scan(plan, id)];
    }
    for (RelationId id = 0; id < plan.relations.size(); ++id)
        if (const auto* scan = std::get_if<ScanNode>(&plan.relations[id].node); scan != nullptr && needed[id])
            bind_source(id, *scan);
    TRY(open_spools());
    for (RelationId id = 0; id < plan.relations.size(); ++id)
        if (needed[id])
            for (const RelationId input : reads_of(id)) ++readers[input];
    TRY(load_sources());
    for (RelationId id = 0; id < plan.relations.size(); ++id)
        if (needed[id] && !std::holds_alternative<ScanNode>(plan.relations[id].node)) TRY(run_relation(id));
    for (const auto& output : spooled)
        if (output && output->right) TRY(count_rows_per_key(output->relation));
    for (const auto& [join, tables] : rows_per_key)
        TRY(engine->run(fmt::format("DROP TABLE {}; DROP TABLE {}", tables.left, tables.right)));
    return {};
}

std::vector<RelationId> RelationalRun::State::reads_of(RelationId id) const {
    return inputs_of(plan.relations[eager[id].value_or(id)].node);
}

// Only one output reads it, and its query needs nothing that goes before the stream is read. A stream is sorted: what
// else takes memory goes before that, where there are many rows.
bool RelationalRun::State::is_streamed(RelationId id) const {
    const Node& node = plan.relations[id].node;
    const bool keeps_rows = std::holds_alternative<JoinNode>(node) || std::holds_alternative<CountByNode>(node) ||
                            std::holds_alternative<GroupByNode>(node) || std::holds_alternative<DedupeNode>(node);
    return readers[id] == 1 && std::ranges::find(wanted, id) != wanted.end() &&
           !std::holds_alternative<SqlNode>(node) && !eager[id] && !(keeps_rows && has_many_rows(inputs_of(node)));
}

std::uint64_t RelationalRun::State::rows_of(const std::vector<RelationId>& inputs) const {
    std::uint64_t rows = 0;
    for (const RelationId input : inputs) rows += relations[input].rows;
    return rows;
}

bool RelationalRun::State::has_many_rows(const std::vector<RelationId>& inputs) const {
    return rows_of(inputs) >= settings.rows_at_once;
}

Result<> RelationalRun::State::run_relation(RelationId id) {
    const Relation& relation = plan.relations[id];
    if (eager[id]) return run_eagerly(id, *eager[id]);
    TRY_ASSIGN(StepQuery query, query_of(id));
    std::vector<const BoundRelation*> inputs;
    for (const RelationId input : inputs_of(relation.node)) inputs.push_back(&relations[input]);
    auto opened = open_books(*engine, relation, inputs);
    if (!opened) return placed(opened.error(), id, query);
    books[id] = std::move(*opened);
    relations[id].columns = query.columns;
    relations[id].order = query.order;
    const Result<std::uint64_t> passes = passes_of(id, query);
    if (!passes) return placed(passes.error(), id, query);
    if (*passes == 1 && is_streamed(id)) {
        to_stream.emplace(id, std::move(query));
        return {};
    }
    TRY(fill_table(id, query, *passes));
    if (const auto* sql = std::get_if<SqlNode>(&relation.node)) TRY(drop_sql_views(*engine, sql_inputs(*sql)));
    return release_inputs(id);
}

// What running a step's query gave, with the step's place, the data's where one row is at fault, and in words that name
// the user's columns.
Error RelationalRun::State::placed(Error error, RelationId id, const StepQuery& query) const {
    const Relation& relation = plan.relations[id];
    std::vector<const BoundRelation*> inputs;
    for (const RelationId input : inputs_of(relation.node)) inputs.push_back(&relations[input]);
    if (error.code == "evaluation" && !std::holds_alternative<SqlNode>(relation.node)) {
        if (const auto fault = first_fault(*engine, query, inputs)) {
            std::string places;
            for (const DataPlace& place : fault->places) places += refusals.place(place) + ": ";
            error = data_error(fault->error.code, places + fault->error.message);
        }
    }
    if (inputs.size() == 1) error.message = in_user_words(error.message, inputs[0]->names());
    return Refusals::placed(std::move(error), query.location, relation);
}

std::vector<SqlInput> RelationalRun::State::sql_inputs(const SqlNode& node) const {
    std::vector<SqlInput> inputs;
    for (const RelationId input : node.inputs) inputs.push_back({plan.relations[input].name, &relations[input]});
    return inputs;
}

// The query of each kind of node.
struct RelationalRun::State::Queries {
    const State& run;
    const StepContext& context;

    Result<StepQuery> operator()(const ScanNode&) const { return internal_error("a source has no query"); }
    Result<StepQuery> operator()(const JoinNode& node) const {
        return join_query(context, node, run.relations[node.left], run.relations[node.right]);
    }
    Result<StepQuery> operator()(const SqlNode& node) const { return sql_query(context, node, run.sql_inputs(node)); }
    Result<StepQuery> operator()(const UnionNode& node) const {
        std::vector<std::string_view> names;
        std::vector<const BoundRelation*> inputs;
        for (const RelationId input : node.inputs) {
            names.emplace_back(run.plan.relations[input].name);
            inputs.push_back(&run.relations[input]);
        }
        return union_query(context, node, names, inputs);
    }
    Result<StepQuery> operator()(const auto& node) const {
        return step_query(context, node, run.relations[node.input]);
    }
};

Result<StepQuery> RelationalRun::State::query_of(RelationId id) {
    const auto mask_key = mask_keys.find(id);
    const StepContext context{*engine,
                              refusals,
                              notations,
                              plan.relations[id],
                              *needed[id],
                              warnings,
                              mask_key == mask_keys.end() ? 0 : mask_key->second};
    return std::visit(Queries{*this, context}, plan.relations[id].node);
}

// Groups that DuckDB cannot spill are made some at a time: all rows of a group come in one pass.
Result<std::uint64_t> RelationalRun::State::passes_of(RelationId id, const StepQuery& query) const {
    if (!query.passes) return 1;
    constexpr std::uint64_t kLeastAtOnce = 4;
    constexpr std::uint64_t kMostPasses = 256;  // each reads all rows
    const std::uint64_t at_once = std::max(settings.rows_at_once / 2 / query.passes->states, kLeastAtOnce);
    std::uint64_t kept = rows_of(inputs_of(plan.relations[id].node));
    if (kept <= at_once) return 1;
    if (!query.passes->keeps_values) {
        TRY_ASSIGN(kept, engine->number(query.passes->group_count()));
        kept += kept / 8;  // it is an estimate
    }
    return std::min(kept / at_once + 1, kMostPasses);
}

Result<> RelationalRun::State::make_table(RelationId id, const StepQuery& query, std::uint64_t passes) {
    StepQuery part = query;
    for (std::uint64_t pass = 0; pass < passes; ++pass) {
        if (passes > 1) part.tail = query.passes->tail(pass, passes);
        const std::string into = pass == 0 ? "CREATE TABLE {} AS {}" : "INSERT INTO {} {}";
        TRY(engine->run(fmt::format(fmt::runtime(into), relations[id].table, part.select())));
    }
    return {};
}

Result<> RelationalRun::State::fill_table(RelationId id, const StepQuery& query, std::uint64_t passes) {
    BoundRelation& bound = relations[id];
    bound.table = fmt::format("sl.s{}", id);
    const auto begin = std::chrono::steady_clock::now();
    const Result<> made = make_table(id, query, passes);
    if (!made) return placed(made.error(), id, query);
    TRY_ASSIGN(bound.rows, engine->number(fmt::format("SELECT count(*) FROM {}", bound.table)));
    books[id].rows_out = bound.rows;
    books[id].seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    TRY(survey_values(*engine, query.values, bound));
    return type_sums(bound);
}

// A sum is an integer where all its values were, so only the sums themselves tell the type of their column.
Result<> RelationalRun::State::type_sums(BoundRelation& relation) {
    for (std::size_t index = 0; index < relation.columns.size(); ++index) {
        std::string& type = relation.columns[index].facts.computed;
        if (type != kTypeBySurvey) continue;
        TRY_ASSIGN(const std::uint64_t misfits,
                   engine->number(
                       fmt::format("SELECT coalesce(bit_or(sl_number_class(c{})), 0) FROM {}", index, relation.table)));
        type = (misfits & 1U) == 0 ? "BIGINT" : (misfits & 2U) == 0 ? "HUGEINT" : "DOUBLE";
        if (type == "DOUBLE" && (misfits & 4U) != 0) relation.columns[index].facts.two_types = true;
    }
    return {};
}

Result<> RelationalRun::State::release_inputs(RelationId id) {
    for (const RelationId input : reads_of(id)) TRY(release(input));
    return {};
}

Result<> RelationalRun::State::release(RelationId id) {
    if (--readers[id] > 0) return {};
    return engine->run(fmt::format("DROP TABLE IF EXISTS {}", relations[id].table));
}

RelationalRun::RelationalRun(std::unique_ptr<State> state) : state_(std::move(state)) {}
RelationalRun::~RelationalRun() = default;

Result<std::unique_ptr<RelationalRun>> RelationalRun::open(const LogicalPlan& plan,
                                                           std::vector<const ScannableSource*> sources,
                                                           std::vector<ScanProgress*> progress,
                                                           RelationalSettings settings, std::vector<RelationId> wanted,
                                                           std::vector<SpooledRows> written) {
    auto state = std::make_unique<State>(plan, std::move(sources), std::move(progress), std::move(settings),
                                         std::move(wanted), std::move(written));
    state->progress.resize(state->sources.size(), nullptr);
    TRY(state->open_engine());
    return std::unique_ptr<RelationalRun>(new RelationalRun(std::move(state)));
}

Result<> RelationalRun::survey(std::vector<Survey> surveys) {
    surveys.resize(state_->sources.size());
    const std::uint64_t before = resident_bytes();
    std::uint64_t most = before;
    for (std::size_t source = 0; source < state_->sources.size(); ++source) {
        if (state_->sources[source] == nullptr) continue;
        if (surveys[source].known != nullptr) {
            state_->summaries[source] = *surveys[source].known;
            continue;
        }
        TRY_ASSIGN(state_->summaries[source],
                   survey_source(*state_->sources[source], state_->settings.threads, surveys[source].progress,
                                 state_->settings.stop, surveys[source].bad_rows, surveys[source].settled, &most));
    }
    state_->reading_bytes = most - std::min(most, before);
    return {};
}

const ScanSummary& RelationalRun::summary(std::size_t source) const { return state_->summaries[source]; }

Result<std::unique_ptr<RowStream>> RelationalRun::stream(RelationId relation) {
    TRY(state_->prepare());
    const auto streamed = state_->to_stream.find(relation);
    const bool has_query = streamed != state_->to_stream.end();
    const BoundRelation& bound = state_->relations[relation];
    std::string list;
    for (std::size_t index = 0; index < bound.columns.size(); ++index)
        list += fmt::format("{}c{}", index == 0 ? "" : ", ", index);
    const std::string select = has_query ? streamed->second.ordered_tokens()
                                         : fmt::format("SELECT {} FROM {} ORDER BY {}", list.empty() ? "NULL" : list,
                                                       bound.table, order_by(bound.order));
    auto rows = state_->engine->stream(select, output_columns(bound.columns));
    const auto place = [state = state_.get(), relation](Error error) {
        const auto query = state->to_stream.find(relation);
        return query == state->to_stream.end() ? error : state->placed(std::move(error), relation, query->second);
    };
    if (!rows) return place(rows.error());
    std::uint64_t* count = nullptr;
    if (has_query) {
        count = &state_->books[relation].rows_out;
        *count = 0;
    }
    return std::make_unique<PlacedStream>(std::move(*rows), place, count);
}

// Keys of groups differ in value; texts among themselves then differ, and so do numbers.
bool RelationalRun::has_distinct_names(RelationId relation) const {
    const Node* node = &state_->plan.relations[relation].node;
    while (std::holds_alternative<SortNode>(*node) || std::holds_alternative<FilterNode>(*node))
        node = &state_->plan.relations[inputs_of(*node)[0]].node;
    const auto* count_by = std::get_if<CountByNode>(node);
    const auto* group_by = std::get_if<GroupByNode>(node);
    if ((count_by == nullptr || count_by->keys.size() != 1) && (group_by == nullptr || group_by->keys.size() != 1))
        return false;
    const BoundColumn& key = state_->relations[relation].columns.front();
    constexpr std::uint32_t kNullBit = 1U << static_cast<unsigned>(Kind::null);
    const std::uint32_t kinds = key.facts.kinds & ~kNullBit;
    return key.meaning == Meaning::value && !key.facts.unsurveyed && key.facts.computed.empty() &&
           !key.facts.two_types &&
           (kinds == 1U << static_cast<unsigned>(Kind::text) || kinds == 1U << static_cast<unsigned>(Kind::number));
}

std::vector<StepCounts> RelationalRun::counts() const {
    std::vector<StepCounts> counts;
    for (const auto& [id, books] : state_->books) counts.push_back(close_books(state_->plan.relations[id], books));
    return counts;
}

std::vector<std::string> RelationalRun::warnings() const { return state_->warnings; }

}  // namespace sluice
