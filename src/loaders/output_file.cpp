// The kernel is told to start writing back as soon as a part of the file is there, so that the fsync at the end finds
// little left to do. Checksums are taken of the bytes on their way, never by reading the file again.
#include "loaders/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loaders/file_text.hpp"
#include "loaders/write_fault.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/sha256.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;
constexpr std::uint64_t kWritebackBytes = std::uint64_t{16} << 20U;

class StagedOutputFile final : public OutputFile {
public:
    StagedOutputFile(fs::path path, FileDescriptor file, bool durable)
        : path_(std::move(path)), file_(std::move(file)), durable_(durable) {}

    ~StagedOutputFile() override {
        if (!finished_) ::unlink(path_.c_str());
    }

    Result<> append(std::string_view bytes) override {
        if (announced_) return internal_error(fmt::format("append() after resize() on '{}'", path_.string()));
        if (buffer_.size() + bytes.size() < kBufferBytes) {
            buffer_.append(bytes);
            return {};
        }
        TRY(flush());
        if (bytes.size() < kBufferBytes) {
            buffer_.assign(bytes);
            return {};
        }
        return append_now(bytes);
    }

    Result<> resize(std::uint64_t total_bytes) override {
        if (announced_ || appended_ != 0 || !buffer_.empty()) {
            return internal_error(fmt::format("resize() of '{}', which has bytes already", path_.string()));
        }
        announced_ = true;
        total_ = total_bytes;
        for (const auto& growth : growths_) growth->announced(total_bytes);
        if (total_bytes == 0) return {};
        // Takes the room now, so that a full disk is known before the work is done.
        while (::fallocate(file_.get(), 0, 0, static_cast<off_t>(total_bytes)) != 0) {
            if (errno == EINTR) continue;
            if (errno != EOPNOTSUPP && errno != ENOSYS) return write_fault("write", path_, errno);
            if (::ftruncate(file_.get(), static_cast<off_t>(total_bytes)) != 0)
                return write_fault("write", path_, errno);
            break;
        }
        return {};
    }

    Result<> write_at(std::uint64_t offset, std::string_view bytes) override {
        if (!announced_ || offset > total_ || bytes.size() > total_ - offset) {
            return internal_error(fmt::format("write_at({}, {} bytes) is beyond the announced {} bytes of '{}'", offset,
                                              bytes.size(), total_, path_.string()));
        }
        TRY(write_fully(offset, bytes));
        pieces_.add(offset, bytes.size(), crc64nvme(bytes));
        for (const auto& growth : growths_) growth->written(offset, bytes.size());
        return {};
    }

    void want_sha256(const StopFlag* stop) override {
        hash_.emplace();
        stop_ = stop;
    }
    void tell(std::shared_ptr<FileGrowth> growth) override { growths_.push_back(std::move(growth)); }

    Result<FileDigest> finish() override {
        FileDigest digest;
        if (announced_) {
            TRY_ASSIGN(digest.crc64nvme, pieces_.combine(total_));
            digest.bytes = total_;
        } else {
            TRY(flush());
            digest = {.bytes = appended_, .crc64nvme = checksum_};
        }
        if (hash_) {
            TRY_ASSIGN(digest.sha256, hash_text());
        }
        if (durable_ && ::fsync(file_.get()) != 0) return write_fault("write", path_, errno);
        // A file server may report a full disk or a quota only now.
        if (::close(file_.release()) != 0 && errno != EINTR) return write_fault("write", path_, errno);
        finished_ = true;
        return digest;
    }

private:
    Result<> flush() {
        if (buffer_.empty()) return {};
        TRY(append_now(buffer_));
        buffer_.clear();
        return {};
    }

    Result<> append_now(std::string_view bytes) {
        TRY(write_fully(appended_, bytes));
        checksum_ = crc64nvme(bytes, checksum_);
        if (hash_) hash_->add(bytes);
        for (const auto& growth : growths_) growth->written(appended_, bytes.size());
        appended_ += bytes.size();
        return {};
    }

    Result<std::string> hash_text() {
        if (announced_) {
            TRY(read_in_pieces(path_, stop_, [this](std::string_view piece) -> Result<> {
                hash_->add(piece);
                return {};
            }));
        }
        std::string text = hash_->text();
        if (text.empty()) return internal_error(fmt::format("OpenSSL gives no SHA-256 of '{}'", path_.string()));
        return text;
    }

    Result<> write_fully(std::uint64_t offset, std::string_view bytes) {
        const std::uint64_t size = bytes.size();
        while (!bytes.empty()) {
            const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (written < 0) {
                if (errno == EINTR) continue;
                return write_fault("write", path_, errno);
            }
            bytes.remove_prefix(static_cast<std::size_t>(written));
            offset += static_cast<std::uint64_t>(written);
        }
        if (durable_) start_writeback(size);
        return {};
    }

    // Only a hint: what it cannot do is done by fsync.
    void start_writeback(std::uint64_t size) {
        const std::uint64_t before = written_.fetch_add(size, std::memory_order_relaxed);
        if (before / kWritebackBytes != (before + size) / kWritebackBytes) {
            ::sync_file_range(file_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
        }
    }

    fs::path path_;
    FileDescriptor file_;
    bool durable_;
    bool finished_ = false;

    std::string buffer_;  // appended, not yet written
    std::uint64_t appended_ = 0;
    std::uint64_t checksum_ = 0;

    bool announced_ = false;
    std::uint64_t total_ = 0;
    PieceChecksums pieces_;
    std::atomic<std::uint64_t> written_{0};
    std::optional<Sha256> hash_;
    std::vector<std::shared_ptr<FileGrowth>> growths_;
    const StopFlag* stop_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<OutputFile>> OutputFile::create(const fs::path& path, bool durable, unsigned mode) {
    std::error_code failure;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), failure);
    if (failure) return write_fault("make the folder", path.parent_path(), failure.value());
    FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.open()) return write_fault("make the file", path, errno);
    return std::unique_ptr<OutputFile>(std::make_unique<StagedOutputFile>(path, std::move(file), durable));
}

}  // namespace sluice
