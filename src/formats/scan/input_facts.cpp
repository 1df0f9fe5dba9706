#include "formats/scan/input_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

#include "utils/crc64nvme.hpp"

namespace sluice::formats {

namespace {

Result<std::uint64_t> checksum_of(const InputFile& file) {
    std::string piece(std::size_t{1} << 20U, '\0');
    std::uint64_t checksum = 0;
    for (std::uint64_t at = 0; at < file.size();) {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), file.size() - at));
        TRY(file.read_at(at, piece.data(), count));
        checksum = crc64nvme(std::string_view(piece).substr(0, count), checksum);
        at += count;
    }
    return checksum;
}

}  // namespace

Result<std::vector<InputFacts>> input_facts(const std::vector<InputFile>& files) {
    std::vector<InputFacts> all;
    for (const InputFile& file : files) {
        InputFacts& facts = all.emplace_back();
        facts.file = file.name();
        facts.bytes = file.size();
        facts.modified_nanoseconds = file.modified_nanoseconds();
        if (facts.modified_nanoseconds) continue;
        TRY_ASSIGN(facts.crc64nvme, checksum_of(file));
    }
    return all;
}

}  // namespace sluice::formats
