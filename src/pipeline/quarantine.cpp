#include "pipeline/quarantine.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "loaders/file_text.hpp"
#include "loaders/output_file.hpp"
#include "loaders/write_fault.hpp"
#include "pipeline/quarantine_row.hpp"
#include "pipeline/state_names.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kRecordFile = "run.json";
constexpr int kRecordVersion = 1;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

Error cannot_keep(Error error) {
    error.message = "the rejected rows cannot be kept: " + error.message;
    return error;
}

// Makes a folder that is ours alone, or takes the one that is there. What stands behind a link may be anybody's.
Result<> make_folder(const fs::path& folder, unsigned mode, bool must_be_new) {
    if (::mkdir(folder.c_str(), mode) == 0) return {};
    if (errno != EEXIST || must_be_new) return cannot_keep(write_fault("make the folder", folder, errno));
    struct stat status {};
    if (::lstat(folder.c_str(), &status) != 0) return cannot_keep(write_fault("look at", folder, errno));
    if (S_ISDIR(status.st_mode)) return {};
    return cannot_keep(
        external_error("not_a_folder", fmt::format("'{}' must be a folder and is {}; remove it", folder.string(),
                                                   S_ISLNK(status.st_mode) ? "a symbolic link" : "a file")));
}

Json inputs_json(const std::vector<InputFacts>& inputs) {
    Json list = Json::array();
    for (const InputFacts& input : inputs) {
        Json one{{"file", input.file}, {"bytes", input.bytes}};
        if (input.modified_nanoseconds) one["modified_nanoseconds"] = *input.modified_nanoseconds;
        if (input.crc64nvme) one["crc64nvme"] = *input.crc64nvme;
        list.push_back(std::move(one));
    }
    return list;
}

Json record_json(const QuarantineRecord& record) {
    Json sources = Json::array();
    for (const QuarantineSource& source : record.sources) {
        sources.push_back({{"name", source.name},
                           {"file", source.file},
                           {"rows", source.rows},
                           {"bad_rows", source.bad_rows},
                           {"inputs", inputs_json(source.inputs)}});
    }
    Json params = Json::object();
    for (const auto& [name, value] : record.params) params[name] = value;
    return {{"sluice", kRecordVersion},          {"run", record.run},
            {"pipeline", record.pipeline},       {"config", record.config.string()},
            {"config_hash", record.config_hash}, {"environment", record.environment},
            {"params", std::move(params)},       {"only", record.only},
            {"sources", std::move(sources)}};
}

InputFacts input_of(const Json& json) {
    InputFacts input{.file = json.at("file"), .bytes = json.at("bytes"), .modified_nanoseconds = {}, .crc64nvme = {}};
    if (json.contains("modified_nanoseconds")) input.modified_nanoseconds = json.at("modified_nanoseconds");
    if (json.contains("crc64nvme")) input.crc64nvme = json.at("crc64nvme");
    return input;
}

QuarantineRecord record_of(const Json& json) {
    QuarantineRecord record;
    record.run = json.at("run");
    record.pipeline = json.at("pipeline");
    record.config = json.at("config").get<std::string>();
    record.config_hash = json.at("config_hash");
    record.environment = json.at("environment");
    for (const auto& [name, value] : json.at("params").items()) record.params.emplace_back(name, value);
    record.only = json.at("only").get<std::vector<std::string>>();
    for (const Json& one : json.at("sources")) {
        QuarantineSource source{.name = one.at("name"),
                                .file = one.at("file"),
                                .rows = one.at("rows"),
                                .bad_rows = one.at("bad_rows"),
                                .inputs = {}};
        for (const Json& input : one.at("inputs")) source.inputs.push_back(input_of(input));
        record.sources.push_back(std::move(source));
    }
    return record;
}

}  // namespace

Result<CountByCode> count_by_code(BadRowSpool& rows) {
    CountByCode counts;
    TRY(rows.for_each([&counts](const KeptRow& row) -> Result<> {
        const auto found = counts.find(row.code);
        if (found == counts.end())
            counts.emplace(row.code, 1);
        else
            ++found->second;
        return {};
    }));
    return counts;
}

fs::path quarantine_folder(const fs::path& state, const std::string& run) { return state / "quarantine" / run; }

Result<Quarantine> Quarantine::make(const fs::path& state, const std::string& run) {
    std::error_code failure;
    fs::create_directories(state, failure);
    if (failure) return cannot_keep(write_fault("make the folder", state, failure.value()));
    const fs::path folder = quarantine_folder(state, run);
    TRY(make_folder(folder.parent_path(), 0700, false));
    TRY(make_folder(folder, 0700, true));
    return Quarantine(folder);
}

Quarantine::Quarantine(Quarantine&& other) noexcept
    : folder_(std::move(other.folder_)), finished_(std::exchange(other.finished_, true)) {}

Quarantine::~Quarantine() {
    if (finished_) return;
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

Result<std::string> Quarantine::add(const ScannableSource& source, BadRowSpool& rows, const SecretMask& mask) {
    const std::string name = state_name(source.name()) + ".jsonl";
    auto file = OutputFile::create(folder_ / name, true, 0600);
    if (!file) return cannot_keep(std::move(file).error());
    const std::unique_ptr<PlaceFinder> places = source.places();
    std::string buffer;
    TRY(rows.for_each([&](const KeptRow& row) -> Result<> {
        TRY_ASSIGN(const Place place, places->place(row.ordinal));
        append_quarantine_row(source.name(), place, row, mask, buffer);
        if (buffer.size() < kBufferBytes) return {};
        auto written = (*file)->append(buffer);
        buffer.clear();
        return written ? Result<>() : cannot_keep(std::move(written).error());
    }));
    auto written = (*file)->append(buffer);
    if (!written) return cannot_keep(std::move(written).error());
    if (auto finished = (*file)->finish(); !finished) return cannot_keep(std::move(finished).error());
    return name;
}

Result<> Quarantine::finish(const QuarantineRecord& record) {
    auto file = OutputFile::create(folder_ / kRecordFile, true, 0600);
    if (!file) return cannot_keep(std::move(file).error());
    auto written = (*file)->append(record_json(record).dump(2, ' ', false, Json::error_handler_t::replace) + '\n');
    if (!written) return cannot_keep(std::move(written).error());
    if (auto finished = (*file)->finish(); !finished) return cannot_keep(std::move(finished).error());
    finished_ = true;
    return {};
}

Result<QuarantineRecord> read_quarantine_record(const fs::path& folder) {
    const fs::path path = folder / kRecordFile;
    std::string text;
    const auto read = read_in_pieces(path, nullptr, [&text](std::string_view piece) -> Result<> {
        text += piece;
        return {};
    });
    if (!read) return read.error();
    const auto unreadable = [&] {
        return config_error(
            "bad_quarantine_record",
            fmt::format("'{}' is not what a run of this version writes; run the pipeline again", path.string()));
    };
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || json.value("sluice", 0) != kRecordVersion) return unreadable();
    try {
        return record_of(json);
    } catch (const Json::exception&) {
        return unreadable();
    }
}

}  // namespace sluice
