#include "pipeline/output_writing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "engine/parquet/parquet_output.hpp"
#include "formats/partition_folders.hpp"
#include "formats/partitioned_rows.hpp"
#include "loaders/compressed_output.hpp"
#include "loaders/foreign_file.hpp"
#include "pipeline/counted_writing.hpp"
#include "pipeline/counting_sink.hpp"
#include "pipeline/memory_budget.hpp"
#include "pipeline/partition_files.hpp"

namespace sluice {

namespace {

constexpr std::string_view kParquet = "parquet";

}  // namespace

Result<OutputReport> OutputWriting::write(const PhysicalOutput& physical, ProgressTask& task) {
    const auto start = std::chrono::steady_clock::now();
    const LogicalOutput& output = plan_.outputs[physical.output];
    task.state = TaskState::running;
    OutputReport report{.name = output.name,
                        .file = file_pattern(output),
                        .how = physical.strategy == Strategy::relational ? "duckdb" : "native",
                        .rows = 0,
                        .bytes = 0,
                        .crc64nvme = {},
                        .sha256 = {},
                        .partitions = {},
                        .seconds = 0,
                        .destinations = output.destinations};
    auto written = output.partition_by.empty() ? write_whole(physical, task) : write_partitions(physical, task, report);
    if (!written) return written.error();
    report.rows = written->rows;
    report.bytes = written->digest.bytes;
    if (publication_ != nullptr && output.partition_by.empty()) {
        report.crc64nvme = written->digest.crc64nvme;
        report.sha256 = written->digest.sha256;
    }
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    task.done.rows = report.rows;
    task.done.bytes = report.bytes;
    task.state = TaskState::done;
    return report;
}

Result<OutputWriting::WrittenFile> OutputWriting::write_whole(const PhysicalOutput& physical, ProgressTask& task) {
    const LogicalOutput& output = plan_.outputs[physical.output];
    if (output.format != kParquet)
        return write_bytes(output, output.file,
                           [&](ByteSink& sink) { return computation_.write(physical, sink, task); });
    TRY_ASSIGN(const auto rows, computation_.rows(physical));
    return write_parquet_file(output, output.file, *rows, nullptr, task);
}

Result<OutputWriting::WrittenFile> OutputWriting::write_partitions(const PhysicalOutput& physical, ProgressTask& task,
                                                                   OutputReport& report) {
    const LogicalOutput& output = plan_.outputs[physical.output];
    PartitionRequest request{.columns = {},
                             .most = output.max_partitions,
                             .style = output.style,
                             .temp_dir = settings_.temp_dir,
                             .memory_bytes = waiting_rows_share(settings_.memory_bytes),
                             .stop = settings_.stop};
    for (const PartitionColumn& column : output.partition_by) request.columns.push_back(column.name);
    TRY_ASSIGN(const auto rows, computation_.rows(physical));
    ParquetSurvey survey(*rows, output.style);
    const bool typed = output.format == kParquet;
    const auto parts = PartitionedRows::split(typed ? static_cast<RowStream&>(survey) : *rows, request);
    if (!parts) return placed(output, parts.error());
    if (typed && parts->size() > 0) {
        const auto named = check_parquet_names(rows->columns());
        if (!named) return placed(output, named.error());
    }
    const ParquetTypes types = survey.types();
    warn_of_types(output, parts->columns(), types);
    WrittenFile all;
    std::vector<std::string> files;
    for (std::size_t part = 0; part < parts->size(); ++part) {
        if (settings_.stop != nullptr) TRY(settings_.stop->check());
        const std::string& file = files.emplace_back(file_in_partition(output.file, parts->folder(part)));
        const auto stream = parts->rows(part);
        TRY_ASSIGN(const WrittenFile one, write_rows(output, file, *stream, types, task));
        all.rows += one.rows;
        all.digest.bytes += one.digest.bytes;
    }
    report.partitions = files.size();
    warn_of_earlier_files(output, files);
    return all;
}

// Once for all files, which have the same types.
void OutputWriting::warn_of_types(const LogicalOutput& output, const std::vector<OutputColumn>& columns,
                                  const ParquetTypes& types) {
    for (const OutputColumn& column : columns) {
        const auto type = types.find(column.name);
        if (type != types.end() && !type->second.warning.empty())
            warn_of_type(output, file_pattern(output),
                         fmt::format("column '{}': {}", column.name, type->second.warning));
    }
}

void OutputWriting::warn_of_type(const LogicalOutput& output, std::string_view file, std::string_view what) {
    warnings_.push_back(fmt::format("{}: output '{}': {}", output.location.text(), file, what));
}

Result<OutputWriting::WrittenFile> OutputWriting::write_rows(const LogicalOutput& output, const std::string& file,
                                                             RowStream& rows, const ParquetTypes& types,
                                                             ProgressTask& task) {
    if (publication_ != nullptr) {
        TRY(publication_->keep_inputs(output, file, settings_.inputs));
        TRY(publication_->take_places(output, file));
    }
    if (output.format == kParquet) return write_parquet_file(output, file, rows, &types, task);
    return write_bytes(output, file, [&](ByteSink& sink) { return computation_.write_rows(rows, output, sink, task); });
}

Result<WrittenOutput> OutputWriting::write_into(const LogicalOutput& output, ByteSink& sink, const Body& body) const {
    if (output.compression.method == Compression::none) return body(sink);
    TRY_ASSIGN(const auto compressed, CompressedOutput::make(sink, output.compression, settings_.threads));
    TRY_ASSIGN(auto written, body(*compressed));
    TRY(compressed->finish());
    return written;
}

Result<OutputWriting::WrittenFile> OutputWriting::write_bytes(const LogicalOutput& output, const std::string& file,
                                                              const Body& body) {
    WrittenFile result;
    if (publication_ == nullptr) {
        CountingSink sink;
        TRY_ASSIGN(const auto written, write_into(output, sink, body));
        result.rows = written.rows;
        result.digest.bytes = sink.bytes();
        return result;
    }
    TRY_ASSIGN(const auto staged, publication_->create(output, file));
    TRY_ASSIGN(auto written, write_into(output, *staged, body));
    TRY_ASSIGN(result.digest, staged->finish());
    result.rows = written.rows;
    TRY(hand_over(output, file, result, std::move(written.columns)));
    return result;
}

Result<OutputWriting::WrittenFile> OutputWriting::write_parquet_file(const LogicalOutput& output,
                                                                     const std::string& file, RowStream& rows,
                                                                     const ParquetTypes* types, ProgressTask& task) {
    StagingPlace place{.path = settings_.temp_dir / "dry_run.parquet", .durable = false, .sha256 = false};
    if (publication_ != nullptr) {
        TRY_ASSIGN(place, publication_->place(output, file));
    }
    CountedRows counted(rows, task.done, settings_.stop);
    const auto written =
        write_parquet(counted, {.path = std::filesystem::absolute(place.path),
                                .style = output.style,
                                .types = types,
                                .compression = output.compression,
                                .threads = settings_.threads,
                                .memory_bytes = std::max(settings_.memory_bytes, kLeastMemoryBudget) / 4,
                                .temp_dir = settings_.temp_dir,
                                .stop = settings_.stop});
    if (!written) return placed(output, written.error());
    for (const std::string& warning : written->warnings) warn_of_type(output, file, warning);
    WrittenFile result{.rows = written->rows, .digest = {}};
    TRY_ASSIGN(result.digest, finish_foreign_file(place.path, place.durable, place.sha256, settings_.stop));
    if (publication_ != nullptr) {
        TRY(hand_over(output, file, result, rows.columns()));
    } else {
        std::error_code ignored;
        std::filesystem::remove(place.path, ignored);
    }
    return result;
}

Result<> OutputWriting::hand_over(const LogicalOutput& output, const std::string& file, const WrittenFile& written,
                                  std::vector<OutputColumn> columns) {
    return publication_->add(output, file, written.digest, written.rows, std::move(columns));
}

Error OutputWriting::placed(const LogicalOutput& output, const Error& error) const {
    if (error.kind == ErrorKind::interrupted) return error;
    return error.within(fmt::format("{}: output '{}'", output.location.text(), output.file));
}

// Whether a file of an earlier run still belongs to the set is what the manifest says. Readers of folders do not look
// there, so they are told.
void OutputWriting::warn_of_earlier_files(const LogicalOutput& output, const std::vector<std::string>& written) {
    if (publication_ == nullptr) return;
    constexpr std::size_t kShown = 5;
    const std::set<std::string_view> now(written.begin(), written.end());
    for (const auto& [address, files] : publication_->published_before(output)) {
        std::vector<std::string_view> left;
        for (const std::string& file : files)
            if (is_partition_file(output, file) && !now.contains(file)) left.emplace_back(file);
        if (left.empty()) continue;
        const std::size_t more = left.size() > kShown ? left.size() - kShown : 0;
        left.resize(left.size() - more);
        warnings_.push_back(fmt::format(
            "{}: output '{}': {} of the last run {} not written by this one: {}{}\n  they stay at {}, and the manifest "
            "no longer names them; remove them if readers go by the folders",
            output.location.text(), file_pattern(output),
            left.size() + more == 1 ? "1 file" : fmt::format("{} files", left.size() + more),
            left.size() + more == 1 ? "was" : "were", fmt::join(left, ", "),
            more == 0 ? "" : fmt::format(" and {} more", more), address));
    }
}

}  // namespace sluice
