#include "io/file_spool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "io/spool_file.hpp"

namespace sluice {

namespace {

constexpr std::uint64_t kPiece = std::uint64_t{1} << 20U;

Result<> check_room(const std::vector<InputFile>& files, const std::filesystem::path& folder) {
    std::uint64_t needed = 0;
    for (const InputFile& file : files) needed += file.size();
    std::error_code unknown;
    const auto space = std::filesystem::space(folder, unknown);
    if (unknown || space.available >= needed) return {};
    return external_error(
        "no_space",
        fmt::format("cannot copy '{}'{} to '{}', which takes {} bytes: {} are free; free space there, "
                    "or name another folder with --temp-dir",
                    files.front().name(), files.size() == 1 ? "" : fmt::format(" and {} more", files.size() - 1),
                    folder.string(), needed, space.available));
}

Result<InputFile> spool(const InputFile& file, const std::filesystem::path& folder, const StopFlag* stop) {
    TRY_ASSIGN(SpoolFile copy, SpoolFile::create(folder));
    std::string piece;
    for (std::uint64_t at = 0; at < file.size(); at += piece.size()) {
        if (stop != nullptr) TRY(stop->check());
        piece.resize(static_cast<std::size_t>(std::min(kPiece, file.size() - at)));
        TRY(file.read_at(at, piece.data(), piece.size()));
        TRY(copy.append(piece));
    }
    return InputFile::adopt(std::move(copy).take(), file.name());
}

}  // namespace

Result<> spool_files(std::vector<InputFile>& files, const std::filesystem::path& folder, const StopFlag* stop) {
    if (files.empty()) return {};
    std::error_code unknown;
    const std::filesystem::path where = folder.empty() ? std::filesystem::temp_directory_path(unknown) : folder;
    TRY(check_room(files, where));
    for (InputFile& file : files) {
        TRY_ASSIGN(InputFile copy, spool(file, where, stop));
        file = std::move(copy);
    }
    return {};
}

}  // namespace sluice
