#include "loaders/local_medium.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "loaders/file_text.hpp"
#include "loaders/local_folders.hpp"
#include "loaders/write_fault.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

fs::path record_of(const fs::path& folder) { return folder / ".sluice" / "commit.json"; }
fs::path draft_in(const fs::path& staging) { return staging / "commit.json"; }

}  // namespace

// Names in staging are synced before the record says that they are there.
Result<> LocalMedium::record(const CommitRecord& record) {
    const fs::path draft = draft_in(staging());
    TRY_ASSIGN(auto output, OutputFile::create(draft, durable_));
    TRY(output->append(commit_record_text(record)));
    TRY(output->finish());
    if (durable_) TRY(sync_folders_below(staging()));
    const fs::path path = record_of(folder_);
    if (::rename(draft.c_str(), path.c_str()) != 0) return write_fault("make", path, errno);
    return durable_ ? sync_folder(path.parent_path()) : Result<>();
}

Result<std::optional<CommitRecord>> LocalMedium::find_record() {
    const fs::path path = record_of(folder_);
    std::string text;
    const auto read = read_in_pieces(path, nullptr, [&](std::string_view piece) {
        text.append(piece);
        return Result<>();
    });
    if (!read && read.error().code == "file_missing") return std::nullopt;
    TRY(read);
    TRY_ASSIGN(auto record, parse_commit_record(text, path.string()));
    // Only a loss of power under `durability: none` cuts it: then nothing it says can be relied on.
    if (!record) TRY(remove_record());
    return record;
}

Result<> LocalMedium::remove_record() {
    ::unlink(draft_in(staging()).c_str());
    const fs::path path = record_of(folder_);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return write_fault("remove", path, errno);
    return {};
}

Result<> LocalMedium::remove_staged() {
    std::error_code failure;
    fs::remove_all(staging(), failure);
    if (failure) return write_fault("remove what a crashed run left in", staging(), failure.value());
    return {};
}

Result<std::optional<FileDigest>> digest_of(const fs::path& path, const StopFlag* stop) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
        return system_error("look at", path.string(), errno);
    }
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    FileDigest digest;
    TRY(read_in_pieces(path, stop, [&](std::string_view piece) {
        digest.bytes += piece.size();
        digest.crc64nvme = crc64nvme(piece, digest.crc64nvme);
        return Result<>();
    }));
    return digest;
}

Result<bool> holds(const fs::path& path, std::uint64_t bytes, std::uint64_t crc64nvme) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 &&
        (!S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != bytes)) {
        return false;
    }
    TRY_ASSIGN(const auto digest, digest_of(path));
    return digest && digest->bytes == bytes && digest->crc64nvme == crc64nvme;
}

}  // namespace sluice
