// Keeps the bad rows of one source until its scan is over: little in memory, the rest in a file without a name.
//
// Order of calls: take() from the scan's threads; then, from one thread, for_each(). Failures are those of the
// temporary folder (kind external).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/input_file.hpp"
#include "io/spool_file.hpp"
#include "rows/bad_row.hpp"
#include "utils/result.hpp"

namespace sluice {

class BadRowSpool final : public BadRowSink {
public:
    explicit BadRowSpool(std::filesystem::path temp_dir) : temp_dir_(std::move(temp_dir)) {}

    [[nodiscard]] Result<> take(Ordinal first, std::string_view piece) override;
    void forget() override;

    using Visit = std::function<Result<>(const KeptRow&)>;
    // Every row, in input order; may be called again.
    [[nodiscard]] Result<> for_each(const Visit& visit);

private:
    struct Piece {
        Ordinal first = 0;
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    [[nodiscard]] Result<> move_to_disk();
    [[nodiscard]] Result<std::string_view> read(const Piece& piece, std::string& buffer) const;

    std::filesystem::path temp_dir_;
    std::mutex mutex_;
    std::vector<Piece> pieces_;
    std::string memory_;         // what is not yet in the file
    std::uint64_t on_disk_ = 0;  // bytes
    std::optional<SpoolFile> spool_;
    std::optional<InputFile> file_;  // the spool again, for reading
};

}  // namespace sluice
