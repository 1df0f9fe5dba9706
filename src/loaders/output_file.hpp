// A file of the staging folder while it is written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "formats/byte_sink.hpp"
#include "loaders/file_growth.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct FileDigest {
    std::uint64_t bytes = 0;
    std::uint64_t crc64nvme = 0;  // of the whole file; parts written by several threads are combined
    std::string sha256 = {};      // hex; empty unless it was asked for
};

// Removed by the destructor unless finish() succeeded.
class OutputFile : public ByteSink {
public:
    // Makes missing folders above it. `mode` is less the umask; fails if the file exists. `durable`: finish() syncs it,
    // writeback is started early.
    [[nodiscard]] static Result<std::unique_ptr<OutputFile>> create(const std::filesystem::path& path, bool durable,
                                                                    unsigned mode = 0644);
    // Asks for FileDigest::sha256; before the first byte. Appended bytes are hashed on their way; bytes written at
    // their places by several threads are read again at the end, while the system still has them in memory; `stop` (may
    // be null, outlives the file) ends that.
    virtual void want_sha256(const StopFlag* stop) = 0;
    // Tells of the bytes that are in the file from now on; before the first byte.
    virtual void tell(std::shared_ptr<FileGrowth> growth) = 0;
    // Closes the file. Fails with what the operating system says (a full disk, a quota), never half.
    [[nodiscard]] virtual Result<FileDigest> finish() = 0;
};

}  // namespace sluice
