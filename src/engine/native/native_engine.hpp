// Runs the shapes that make Sluice quick without a database: reports over a source or over an inner join of two
// sources, and that join itself written out. Each source is read exactly once for all of them (twice when a late column
// renames others).
//
// Order of calls: add_*() for everything wanted, scan() once, then aggregate() and write_pairs() in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/join_columns.hpp"
#include "engine/step_counts.hpp"
#include "formats/byte_sink.hpp"
#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

enum class AggregateFunction { count_rows, count, sum, avg, mean_gap };

struct NativeMeasure {
    std::string output;  // name of the result's column
    AggregateFunction function = AggregateFunction::count_rows;
    std::string column;  // empty for count_rows
    std::string place;   // "config/config.yaml:40:17", for messages
};

// One key column and its measures. Rows with a null key are left out.
struct NativeAggregate {
    std::string step;   // for messages and counts
    std::string place;  // of the key's name in the config
    std::string key;    // a column of the input, by its name there (after a join's suffixes)
    std::vector<NativeMeasure> measures;
    bool most_frequent_first = false;  // order by the only measure, a count, descending, then by key; else by key
};

struct NativeSettings {
    int threads = 1;
    const StopFlag* stop = nullptr;
    std::uint64_t pairs_bytes = UINT64_MAX;  // what the rows of joins that are written may take in memory
};

// The code of scan()'s and write_pairs()'s error when the rows take more than pairs_bytes.
inline constexpr std::string_view kNoRoomForFragments = "no_room_for_join";

struct NativeJoin {
    std::string step;
    std::string place;
    JoinShape shape;  // inner, one key
};

class NativeEngine {
public:
    using InputId = std::size_t;
    using AggregateId = std::size_t;
    using PairsId = std::size_t;

    explicit NativeEngine(NativeSettings settings);
    ~NativeEngine();
    NativeEngine(NativeEngine&&) noexcept;
    NativeEngine& operator=(NativeEngine&&) noexcept;

    // The same source may be added once only; the source and what is pointed to outlive the engine. `survey`: measure
    // the numbers of every column for the summary. `bad_rows` takes the bad rows and may be null.
    InputId add_source(const ScannableSource& source, ScanProgress* progress, bool survey = false,
                       BadRowSink* bad_rows = nullptr);
    InputId add_join(InputId left, InputId right, NativeJoin join);
    AggregateId add_aggregate(InputId input, NativeAggregate aggregate);
    // The join written as rows of a text format whose rows are JSON objects.
    PairsId add_pairs(InputId join, RowLayout layout, ValueStyle style);

    // Reads all sources with all threads. Fails with a read error or a stop. Bad rows are in the summaries: whoever
    // calls decides whether to go on; then nothing else of this engine needs to be called.
    [[nodiscard]] Result<> scan();
    [[nodiscard]] const ScanSummary& summary(InputId source) const;

    // A report. Fails (kind data) for what design.md refuses: text where a number or a time is needed, mixed columns,
    // join columns of which one is all text and the other all numbers, huge exponents; with the config's place and the
    // data's file:line. A missing column gives an empty result or nulls and a warning. The stream may not outlive the
    // engine.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> aggregate(AggregateId id);

    struct Pairs {
        std::vector<OutputColumn> columns;
        std::uint64_t rows = 0;
    };
    // Writes the joined rows to `sink`, several threads at once; `written` grows by what is given to the sink and may
    // be null. Once for each id: what was kept for it is freed.
    [[nodiscard]] Result<Pairs> write_pairs(PairsId id, ByteSink& sink, ScanProgress* written);

    // After the results were asked for. Warnings are whole sentences with their place.
    [[nodiscard]] std::vector<StepCounts> counts() const;
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sluice
