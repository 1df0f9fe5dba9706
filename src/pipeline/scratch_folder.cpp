#include "pipeline/scratch_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

namespace sluice {

Result<std::unique_ptr<ScratchFolder>> ScratchFolder::create(const std::optional<std::filesystem::path>& parent,
                                                             const std::string& run) {
    std::error_code fault;
    const std::filesystem::path below = parent ? *parent : std::filesystem::temp_directory_path(fault);
    if (fault) return external_error("temp_dir", "$TMPDIR is not a folder; set it to one, or use --temp-dir");
    const std::filesystem::path path = below / ("sluice-" + run);
    if (::mkdir(path.c_str(), 0700) != 0) {
        Error error = system_error("make the temporary folder", path.string(), errno);
        error.message += "; use --temp-dir to name a folder that exists and can be written to";
        return error;
    }
    return std::unique_ptr<ScratchFolder>(new ScratchFolder(path));
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;  // what is left behind is in a temporary folder, and there is nobody to tell
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace sluice
