#include "quality/diff/diff_rows.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "extractors/input_formats.hpp"
#include "io/input_file.hpp"
#include "rows/json_text.hpp"
#include "rows/scan.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

ScanRequest all_values(const StopFlag* stop) {
    ScanRequest request;
    request.entries = true;
    request.stop = stop;
    return request;
}

class SourceReader final : public DiffReader {
public:
    SourceReader(const ScannableSource& source, const StopFlag* stop)
        : scan_(source.scan(all_values(stop))), reader_(scan_->reader()) {}

    Result<const DiffRow*> next() override {
        while (block_ == nullptr || at_ == block_->rows()) {
            if (block_ != nullptr || !begun_) {
                TRY_ASSIGN(block_, reader_->next());
                begun_ = true;
                at_ = 0;
            }
            if (block_ == nullptr) {
                TRY(check_end());
                return nullptr;
            }
        }
        row_.fields.clear();
        for (const RowEntry& entry : block_->row(at_))
            row_.fields.emplace_back(scan_->column_name(entry.column), entry.token);
        ++at_;
        ++row_.number;
        return &row_;
    }

private:
    Result<> check_end() {
        if (ended_) return {};
        ended_ = true;
        TRY_ASSIGN(const ScanSummary summary, scan_->finish());
        if (summary.bad_rows == 0) return {};
        const BadRow& first = summary.first_bad_rows.front();
        return data_error("bad_rows",
                          fmt::format("{}:{}: {}\n  {} of {} rows cannot be read, so nothing is compared", first.file,
                                      first.line, first.message, summary.bad_rows, summary.rows_read));
    }

    std::unique_ptr<Scan> scan_;
    std::unique_ptr<BlockReader> reader_;
    const Block* block_ = nullptr;
    std::size_t at_ = 0;
    bool begun_ = false;
    bool ended_ = false;
    DiffRow row_;
};

class SourceFile final : public DiffFile {
public:
    SourceFile(std::unique_ptr<ScannableSource> source, bool untyped, const StopFlag* stop)
        : source_(std::move(source)), untyped_(untyped), stop_(stop) {}

    [[nodiscard]] Result<std::unique_ptr<DiffReader>> read() const override {
        return std::unique_ptr<DiffReader>(std::make_unique<SourceReader>(*source_, stop_));
    }
    [[nodiscard]] bool untyped() const override { return untyped_; }
    [[nodiscard]] std::uint64_t bytes() const override { return source_->bytes(); }

private:
    std::unique_ptr<ScannableSource> source_;
    bool untyped_;
    const StopFlag* stop_;
};

using Entries = std::vector<std::pair<std::string, std::string>>;  // both as JSON

class ObjectReader final : public DiffReader {
public:
    explicit ObjectReader(const Entries& entries) : entries_(entries) {}
    Result<const DiffRow*> next() override {
        if (row_.number == entries_.size()) return nullptr;
        const auto& [key, value] = entries_[row_.number++];
        row_.fields = {{"key", token_of(key)}, {"value", token_of(value)}};
        return &row_;
    }

private:
    const Entries& entries_;
    DiffRow row_;
};

class ObjectFile final : public DiffFile {
public:
    ObjectFile(Entries entries, std::uint64_t bytes) : entries_(std::move(entries)), bytes_(bytes) {}
    [[nodiscard]] Result<std::unique_ptr<DiffReader>> read() const override {
        return std::unique_ptr<DiffReader>(std::make_unique<ObjectReader>(entries_));
    }
    [[nodiscard]] bool is_object() const override { return true; }
    [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }

private:
    Entries entries_;
    std::uint64_t bytes_;
};

Result<bool> begins_with_brace(const InputFile& file) {
    constexpr std::uint64_t kLook = 4096;
    std::string start(std::min(kLook, file.size()), '\0');
    TRY(file.read_at(0, start.data(), start.size()));
    if (start.starts_with("\xEF\xBB\xBF")) start.erase(0, 3);
    const std::size_t at = start.find_first_not_of(" \t\r\n");
    return at != std::string::npos && start[at] == '{';
}

// The entries of an object, or nothing where the text is none.
std::optional<Entries> entries_of(const simdjson::padded_string& text) {
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(text).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return std::nullopt;
    Entries entries;
    for (auto field : object) {
        std::string_view key;
        std::string_view value;
        if (field.unescaped_key(true).get(key) != simdjson::SUCCESS) return std::nullopt;
        std::string quoted;
        append_quoted(key, quoted);
        if (field.value().raw_json().get(value) != simdjson::SUCCESS) return std::nullopt;
        const std::size_t end = value.find_last_not_of(" \t\r\n");
        entries.emplace_back(std::move(quoted), value.substr(0, end == std::string_view::npos ? 0 : end + 1));
    }
    return document.at_end() ? std::optional(std::move(entries)) : std::nullopt;
}

Result<std::unique_ptr<DiffFile>> open_object(const InputFile& file, const std::string& name) {
    simdjson::padded_string text(file.size());
    TRY(file.read_at(0, text.data(), file.size()));
    auto entries = entries_of(text);
    if (!entries) return data_error("bad_json", fmt::format("'{}' begins as a JSON object and is none", name));
    return std::unique_ptr<DiffFile>(std::make_unique<ObjectFile>(std::move(*entries), file.size()));
}

}  // namespace

Result<std::unique_ptr<DiffFile>> open_for_diff(const fs::path& path, const std::string& name, const StopFlag* stop) {
    const InputFormat* format = format_of_name(path.filename().string());
    if (format == nullptr) return std::unique_ptr<DiffFile>();
    TRY_ASSIGN(InputFile file, InputFile::open(path, name, {.stop = stop}));
    const bool plain = without_compression(name).size() == name.size();
    if (format->name == "json" && plain) {
        TRY_ASSIGN(const bool is_object, begins_with_brace(file));
        if (is_object) return open_object(file, name);
    }
    std::vector<InputFile> files;
    files.push_back(std::move(file));
    TRY_ASSIGN(auto source, format->open(std::move(files), {.name = name, .types = {}}, {}));
    const bool untyped = format->name == "csv" || format->name == "tsv";
    return std::unique_ptr<DiffFile>(std::make_unique<SourceFile>(std::move(source), untyped, stop));
}

}  // namespace sluice
