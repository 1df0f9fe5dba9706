// Writes the outputs of a run: asks the computation for rows or bytes, compresses, splits into partitions, and hands
// the finished files to the publication. A dry run does all of it and keeps nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/parquet/parquet_survey.hpp"
#include "monitoring/progress.hpp"
#include "monitoring/report.hpp"
#include "pipeline/computation.hpp"
#include "pipeline/publication.hpp"
#include "plan/physical.hpp"

namespace sluice {

struct OutputWritingSettings {
    int threads = 1;
    std::uint64_t memory_bytes = 0;
    std::filesystem::path temp_dir;  // of this run
    RunInputs inputs = {};           // what no file may replace
    const StopFlag* stop = nullptr;
};

// One thread.
class OutputWriting {
public:
    // All outlive it. `publication` is null in a dry run.
    OutputWriting(const LogicalPlan& plan, Computation& computation, Publication* publication,
                  OutputWritingSettings settings)
        : plan_(plan), computation_(computation), publication_(publication), settings_(std::move(settings)) {}

    // Computes and writes one output, whole.
    [[nodiscard]] Result<OutputReport> write(const PhysicalOutput& physical, ProgressTask& task);
    // What is to be said about what was written, since the last call.
    [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

private:
    // Gives all bytes of a file to a sink.
    using Body = std::function<Result<WrittenOutput>(ByteSink&)>;
    struct WrittenFile {
        std::uint64_t rows = 0;
        FileDigest digest;
    };

    [[nodiscard]] Result<WrittenFile> write_whole(const PhysicalOutput& physical, ProgressTask& task);
    [[nodiscard]] Result<WrittenFile> write_partitions(const PhysicalOutput& physical, ProgressTask& task,
                                                       OutputReport& report);
    [[nodiscard]] Result<WrittenFile> write_rows(const LogicalOutput& output, const std::string& file, RowStream& rows,
                                                 const ParquetTypes& types, ProgressTask& task);
    [[nodiscard]] Result<WrittenFile> write_bytes(const LogicalOutput& output, const std::string& file,
                                                  const Body& body);
    [[nodiscard]] Result<WrittenOutput> write_into(const LogicalOutput& output, ByteSink& sink, const Body& body) const;
    [[nodiscard]] Result<WrittenFile> write_parquet_file(const LogicalOutput& output, const std::string& file,
                                                         RowStream& rows, const ParquetTypes* types,
                                                         ProgressTask& task);
    [[nodiscard]] Result<> hand_over(const LogicalOutput& output, const std::string& file, const WrittenFile& written,
                                     std::vector<OutputColumn> columns);
    [[nodiscard]] Error placed(const LogicalOutput& output, const Error& error) const;
    void warn_of_types(const LogicalOutput& output, const std::vector<OutputColumn>& columns,
                       const ParquetTypes& types);
    void warn_of_type(const LogicalOutput& output, std::string_view file, std::string_view what);
    void warn_of_earlier_files(const LogicalOutput& output, const std::vector<std::string>& written);

    const LogicalPlan& plan_;
    Computation& computation_;
    Publication* publication_;
    OutputWritingSettings settings_;
    std::vector<std::string> warnings_;
};

}  // namespace sluice
