// The story: what is wanted becomes column uses of the sources (add_*); each source is read once, its columns encoded
// and its rows formatted (scan); every report is then computed from codes, counts and sums, and the join written from
// fragments. The pieces: key_domain (codes), encoded_column and source_scan (reading), aggregate_input (matching),
// report_columns, keyed_aggregation and gap_measure (reports), result_stream, fragments and pair_writer (the join
// written out).
#include "engine/native/native_engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

#include "engine/native/aggregate_input.hpp"
#include "engine/native/fragments.hpp"
#include "engine/native/keyed_aggregation.hpp"
#include "engine/native/pair_writer.hpp"
#include "engine/native/refusals.hpp"
#include "engine/native/report_columns.hpp"
#include "engine/native/result_stream.hpp"
#include "engine/native/source_scan.hpp"
#include "utils/parallel.hpp"

namespace sluice {
namespace {

// OutputColumn::type of an aggregate.
std::string_view type_of_result(AggregateFunction function) {
    switch (function) {
        case AggregateFunction::count:
        case AggregateFunction::count_rows:
            return "BIGINT";
        case AggregateFunction::sum:
            return kTypeOfSum;
        case AggregateFunction::avg:
            return "DOUBLE";
        case AggregateFunction::mean_gap:
            return "INTERVAL";
    }
    return "";
}

class Stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// A join written out: the fragments of both sides.
struct PairsOutput {
    PairsOutput(AggregateInput& from, RowLayout layout, ValueStyle style, FragmentRoom& room)
        : input(&from),
          left(from.join(), JoinSide::left, layout, style, from.table(JoinSide::left).source().types(), room),
          right(from.join(), JoinSide::right, layout, style, from.table(JoinSide::right).source().types(), room) {}

    AggregateInput* input;
    FragmentSet left;
    FragmentSet right;
};

// A column that a step may take times from.
struct WantedTimes {
    SourceTable* table = nullptr;
    std::size_t slot = 0;
};

}  // namespace

struct NativeEngine::State {
    NativeSettings settings;
    std::deque<SourceTable> sources;
    std::deque<AggregateInput> inputs;  // by InputId; references stay valid
    std::deque<WantedAggregate> aggregates;
    FragmentRoom room;
    std::deque<PairsOutput> pairs;
    std::vector<WantedTimes> times;
    std::size_t domain_count = 0;
    Domains domains;
    std::vector<const AggregateInput*> settled;
    std::vector<StepCounts> counts;
    std::vector<std::string> warnings;

    void want_codes(SourceTable& table, std::size_t slot);
    void unite_domains(const AggregateInput& join);
    void want_measure(AggregateInput& input, const NativeMeasure& measure);

    Result<> prepare_times();
    Result<> read_sources();
    void predict_fragments();

    Result<> settle(AggregateInput& input);
    Result<> format_again();
    Result<> make_right(FragmentSet& fragments, const SourceTable& own, const SourceTable& other) const;
};

// ---- what is wanted

NativeEngine::NativeEngine(NativeSettings settings) : state_(std::make_unique<State>()) {
    settings.threads = std::max(settings.threads, 1);
    state_->settings = settings;
    state_->room.limit = settings.pairs_bytes;
}

NativeEngine::~NativeEngine() = default;
NativeEngine::NativeEngine(NativeEngine&&) noexcept = default;
NativeEngine& NativeEngine::operator=(NativeEngine&&) noexcept = default;

NativeEngine::InputId NativeEngine::add_source(const ScannableSource& source, ScanProgress* progress, bool survey,
                                               BadRowSink* bad_rows) {
    state_->inputs.emplace_back(state_->sources.emplace_back(source, progress, survey, bad_rows));
    return state_->inputs.size() - 1;
}

NativeEngine::InputId NativeEngine::add_join(InputId left, InputId right, NativeJoin join) {
    SourceTable& left_table = state_->inputs[left].table(JoinSide::left);
    SourceTable& right_table = state_->inputs[right].table(JoinSide::left);
    AggregateInput& input = state_->inputs.emplace_back(left_table, right_table, std::move(join));
    state_->unite_domains(input);
    return state_->inputs.size() - 1;
}

NativeEngine::AggregateId NativeEngine::add_aggregate(InputId input, NativeAggregate aggregate) {
    AggregateInput& from = state_->inputs[input];
    from.for_each_candidate(aggregate.key,
                            [&](SourceTable& table, std::size_t slot) { state_->want_codes(table, slot); });
    for (const NativeMeasure& measure : aggregate.measures) state_->want_measure(from, measure);
    state_->aggregates.push_back({&from, std::move(aggregate)});
    return state_->aggregates.size() - 1;
}

NativeEngine::PairsId NativeEngine::add_pairs(InputId join, RowLayout layout, ValueStyle style) {
    AggregateInput& input = state_->inputs[join];
    PairsOutput& pairs = state_->pairs.emplace_back(input, layout, style, state_->room);
    input.table(JoinSide::left).add_fragments(pairs.left);
    input.table(JoinSide::right).add_fragments(pairs.right);
    return state_->pairs.size() - 1;
}

void NativeEngine::State::want_codes(SourceTable& table, std::size_t slot) {
    if (!table.use(slot).domain) table.use(slot).domain = domain_count++;
}

// Keys that are joined share a domain.
void NativeEngine::State::unite_domains(const AggregateInput& join) {
    SourceTable& left = join.table(JoinSide::left);
    SourceTable& right = join.table(JoinSide::right);
    want_codes(left, join.key_slot(JoinSide::left));
    want_codes(right, join.key_slot(JoinSide::right));
    const std::size_t kept = *left.use(join.key_slot(JoinSide::left)).domain;
    const std::size_t dropped = *right.use(join.key_slot(JoinSide::right)).domain;
    for (SourceTable& table : sources) {
        for (std::size_t slot = 0; slot < table.uses().size(); ++slot) {
            if (table.use(slot).domain == dropped) table.use(slot).domain = kept;
        }
    }
}

void NativeEngine::State::want_measure(AggregateInput& input, const NativeMeasure& measure) {
    if (measure.function == AggregateFunction::count_rows) return;
    input.for_each_candidate(measure.column, [&](SourceTable& table, std::size_t slot) {
        ColumnUse& use = table.use(slot);
        if (measure.function == AggregateFunction::count) use.presence = true;
        if (measure.function == AggregateFunction::sum || measure.function == AggregateFunction::avg)
            use.numbers = true;
        if (measure.function == AggregateFunction::mean_gap && is_declared_time(table.source().types(), use.name)) {
            times.push_back({&table, slot});
        }
    });
}

// ---- reading

Result<> NativeEngine::scan() {
    TRY(state_->prepare_times());
    for (std::size_t domain = 0; domain < state_->domain_count; ++domain) {
        state_->domains.emplace_back(state_->settings.threads);
    }
    TRY(state_->read_sources());
    // From here on equal keys have equal codes, and nothing reads the sources but a second formatting, at once.
    for (KeyDomain& domain : state_->domains) domain.finish();
    for (SourceTable& table : state_->sources) table.assemble(state_->settings.threads);
    return state_->format_again();
}

Result<> NativeEngine::State::prepare_times() {
    for (const WantedTimes& wanted : times) {
        ColumnUse& use = wanted.table->use(wanted.slot);
        const DeclaredType& type = wanted.table->source().types().find(use.name)->second;
        use.nanoseconds = type.type == Type::timestamp_ns;
        TRY_ASSIGN(use.times, TimeReader::of(type.notation));
    }
    return {};
}

Result<> NativeEngine::State::read_sources() {
    for (SourceTable& table : sources) TRY(table.peek(settings.stop));
    // A mean_gap over text is refused by what the first blocks show.
    for (const WantedAggregate& wanted : aggregates) TRY(refuse_texts_early(wanted));
    for (SourceTable& table : sources)
        TRY(table.scan(settings.threads, settings.stop, domains, [this] { predict_fragments(); }));
    return {};
}

// For sources that are still to be read.
void NativeEngine::State::predict_fragments() {
    for (PairsOutput& output : pairs) {
        const SourceTable& left = output.input->table(JoinSide::left);
        const SourceTable& right = output.input->table(JoinSide::right);
        if (!left.is_read()) output.left.predict(left.column_names(), right.column_names());
        if (!right.is_read()) output.right.predict(right.column_names(), left.column_names());
    }
}

const ScanSummary& NativeEngine::summary(InputId source) const {
    return state_->inputs[source].table(JoinSide::left).summary();
}

// ---- reports

Result<> NativeEngine::State::settle(AggregateInput& input) {
    const Stopwatch watch;
    TRY(input.match(settings.threads, domains));
    if (!input.is_join() || std::find(settled.begin(), settled.end(), &input) != settled.end()) return {};
    settled.push_back(&input);
    warn_of_missing_keys(input, warnings);
    StepCounts step;
    step.step = input.name();
    step.rows_in = {input.table(JoinSide::left).rows(), input.table(JoinSide::right).rows()};
    step.rows_out = input.rows();
    step.unmatched_left = input.unmatched(JoinSide::left);
    step.unmatched_right = input.unmatched(JoinSide::right);
    step.fan_out = step.rows_out - (step.rows_in[0] - step.unmatched_left);
    step.seconds = watch.seconds();
    counts.push_back(std::move(step));
    return {};
}

Result<std::unique_ptr<RowStream>> NativeEngine::aggregate(AggregateId id) {
    const Stopwatch watch;
    const WantedAggregate& wanted = state_->aggregates[id];
    const AggregateInput& input = *wanted.input;
    TRY(state_->settle(*wanted.input));
    TRY_ASSIGN(const std::optional<FoundColumn> key, find_key(wanted, state_->warnings));

    GroupReport report;
    report.key = key ? output_column(wanted.spec.key, key->summary->name, key->table->source().types())
                     : OutputColumn{wanted.spec.key, Meaning::value, {}};
    std::vector<MeasureColumn> measures;
    bool empty = !key;
    for (const NativeMeasure& measure : wanted.spec.measures) {
        const bool gap = measure.function == AggregateFunction::mean_gap;
        report.measure_columns.push_back({measure.output,
                                          gap ? Meaning::duration : Meaning::value,
                                          {},
                                          std::string(type_of_result(measure.function))});
        report.functions.push_back(measure.function);
        report.places.push_back(measure.place);
        TRY_ASSIGN(measures.emplace_back(), find_measure(wanted, measure, state_->warnings));
        empty = empty || (gap && !measures.back().column);
    }

    std::uint64_t grouped = 0;
    if (!empty) {
        KeyDomain& domain = state_->domains[*key->table->uses()[key->slot].domain];
        report.domain = &domain;
        report.spelled_as_integer = groups_spelled_as_integer(input, *key, domain.code_count());
        report.groups = aggregate_by_key(input, *key, domain.code_count(), measures, state_->settings.threads);
        report.order = report_order(report.groups, report.functions, domain, wanted.spec.most_frequent_first,
                                    state_->settings.threads);
        for (const Code code : report.order) grouped += report.groups.rows[code];
    }
    StepCounts step;
    step.step = wanted.spec.step;
    step.rows_in = {input.rows()};
    step.rows_out = report.order.size();
    step.filtered = input.rows() - grouped;
    step.seconds = watch.seconds();
    state_->counts.push_back(std::move(step));
    return make_group_stream(std::move(report), state_->settings.threads);
}

// ---- the join written out

// While reading goes on: what it turns out to need too much memory for can still start over.
Result<> NativeEngine::State::format_again() {
    for (PairsOutput& output : pairs) {
        const SourceTable& left = output.input->table(JoinSide::left);
        const SourceTable& right = output.input->table(JoinSide::right);
        if (left.rows() == 0 || right.rows() == 0) continue;
        TRY(make_right(output.left, left, right));
        TRY(make_right(output.right, right, left));
    }
    return {};
}

Result<> NativeEngine::State::make_right(FragmentSet& fragments, const SourceTable& own,
                                         const SourceTable& other) const {
    if (fragments.formatted_as(own.column_names(), other.column_names())) return {};
    fragments.predict(own.column_names(), other.column_names());
    return own.format_again(settings.threads, settings.stop, fragments);
}

Result<NativeEngine::Pairs> NativeEngine::write_pairs(PairsId id, ByteSink& sink, ScanProgress* written) {
    PairsOutput& output = state_->pairs[id];
    AggregateInput& input = *output.input;
    TRY(state_->settle(input));
    const SourceTable& left = input.table(JoinSide::left);
    const SourceTable& right = input.table(JoinSide::right);
    TRY(write_joined_rows(input, output.left, output.right, sink, written, state_->settings.threads,
                          state_->settings.stop));
    output.left.clear();
    output.right.clear();

    Pairs pairs;
    pairs.rows = input.rows();
    for (const JoinedColumn& column : input.joined_columns()) {
        const SourceTable& table = column.left ? left : right;
        const std::string& name = table.summary().columns[column.left ? *column.left : *column.right].name;
        pairs.columns.push_back(output_column(column.name, name, table.source().types()));
    }
    return pairs;
}

std::vector<StepCounts> NativeEngine::counts() const { return state_->counts; }

std::vector<std::string> NativeEngine::warnings() const { return state_->warnings; }

}  // namespace sluice
