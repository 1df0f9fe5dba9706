// Runs a physical plan: reads the sources through the engines and writes each output to a sink.
//
// Order of calls: prepare(), read() once, bad rows looked at in summaries(), then write() for each output. From one
// thread; the engines use several.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/native/native_engine.hpp"
#include "formats/byte_sink.hpp"
#include "monitoring/progress.hpp"
#include "plan/physical.hpp"
#include "plan/relational/relational_run.hpp"
#include "rows/scan.hpp"

namespace sluice {

struct ComputationSettings {
    int threads = 1;
    std::uint64_t memory_bytes = 0;
    std::filesystem::path temp_dir;
    RewriteSet rewrites;
    const StopFlag* stop = nullptr;
    std::uint64_t most_resident =
        UINT64_MAX;  // read() fails with kOverMemoryBudget beyond, while the native engine reads
    // Puts something around the rows of an output, by LogicalPlan::outputs; may be empty.
    std::function<Result<std::unique_ptr<RowStream>>(std::size_t, std::unique_ptr<RowStream>)> watch_rows = {};
    bool settled_surveys = false;            // the sources look at the rows that a survey reads
    std::vector<BadRowSink*> bad_rows = {};  // by LogicalPlan::sources: takes its bad rows, once; none: nobody does
};

struct WrittenOutput {
    std::uint64_t rows = 0;
    std::vector<OutputColumn> columns;
};

class Computation {
public:
    // `plan`, `physical` and `sources` (by LogicalPlan::sources) outlive it.
    [[nodiscard]] static Result<Computation> prepare(const LogicalPlan& plan, const PhysicalPlan& physical,
                                                     const std::vector<std::unique_ptr<ScannableSource>>& sources,
                                                     const ComputationSettings& settings, Progress& progress);

    // Reads every source to its end. Fails with a read error or a stop; bad rows are not a failure here.
    [[nodiscard]] Result<> read();
    // What was read, by LogicalPlan::sources.
    [[nodiscard]] const std::vector<ScanSummary>& summaries() const { return summaries_; }

    // Computes one output and writes all its bytes to `sink`.
    [[nodiscard]] Result<WrittenOutput> write(const PhysicalOutput& output, ByteSink& sink, ProgressTask& task);

    // The rows of one output, for a plan without native_pairs. They may not outlive the computation.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> rows(const PhysicalOutput& output);

    // Writes rows that came from rows(), or a part of them, in the output's format, which is one of bytes.
    [[nodiscard]] Result<WrittenOutput> write_rows(RowStream& rows, const LogicalOutput& output, ByteSink& sink,
                                                   ProgressTask& task) const;

    [[nodiscard]] std::vector<StepCounts> counts() const;
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    Computation(const LogicalPlan& plan, const PhysicalPlan& physical,
                const std::vector<std::unique_ptr<ScannableSource>>& sources, const ComputationSettings& settings,
                Progress& progress);

    // One native engine with the outputs that it serves: all of them, or one each when scan_once is off.
    struct NativePart {
        NativeEngine engine;
        std::map<std::size_t, NativeEngine::InputId> sources;
        std::map<RelationId, NativeEngine::InputId> joins;
        std::vector<ProgressTask*> tasks;
    };
    struct NativeOutput {
        NativePart* part = nullptr;
        std::size_t id = 0;  // AggregateId or PairsId
    };
    // One DuckDB with the outputs that it serves. Tasks by LogicalPlan::sources, null where there is nothing to read.
    struct RelationalPart {
        std::unique_ptr<RelationalRun> run;
        std::vector<ProgressTask*> surveys;
        std::vector<ProgressTask*> loads;
    };

    void add_native(const PhysicalOutput& output);
    NativeEngine::InputId native_source(NativePart& part, std::size_t source);
    NativeEngine::InputId native_input(NativePart& part, RelationId relation);
    [[nodiscard]] Result<> add_relational(const std::vector<std::size_t>& outputs);
    // Whether the native engine's pass over a source also finds what DuckDB must know of it.
    [[nodiscard]] bool surveyed_natively(std::size_t source) const;
    // The sink of a source's bad rows for the first pass that asks: a row is taken once, however often it is read.
    [[nodiscard]] BadRowSink* bad_rows_of(std::size_t source);
    ProgressTask& read_task(std::string_view verb, std::size_t source);
    [[nodiscard]] Result<> survey(RelationalPart& part, const std::vector<bool>& known);
    [[nodiscard]] const RelationalPart& relational_part(const PhysicalOutput& output);
    [[nodiscard]] Result<std::unique_ptr<RowStream>> own_rows(const PhysicalOutput& output);
    [[nodiscard]] Result<std::unique_ptr<RowStream>> relational_rows(const PhysicalOutput& output);
    const LogicalPlan* plan_;
    const PhysicalPlan* physical_;
    const std::vector<std::unique_ptr<ScannableSource>>* sources_;
    ComputationSettings settings_;
    Progress* progress_;
    std::vector<std::unique_ptr<ScannableSource>> guarded_;  // what the native engines read
    std::vector<std::unique_ptr<NativePart>> native_;
    std::vector<RelationalPart> relational_;
    std::map<std::size_t, NativeOutput> native_outputs_;     // by index into LogicalPlan::outputs
    std::map<std::size_t, std::size_t> relational_outputs_;  // index into relational_
    std::map<std::size_t, std::size_t> spooled_outputs_;     // index among what the part writes from texts on disk
    std::vector<ScanSummary> summaries_;
};

}  // namespace sluice
