#include "cli/conclusion.hpp"

#include <fmt/format.h>

#include "cli/standard_streams.hpp"

namespace sluice {

int conclude_command(std::string_view command, const Result<std::string>& result) {
    if (!result) {
        write_to_stderr(result.error().message + '\n');
        return exit_code(result.error());
    }
    const Result<> written = write_to_stdout(*result);
    if (written) return 0;
    write_to_stderr(fmt::format("sluice {}: {}\n", command, written.error().message));
    return exit_code(written.error());
}

}  // namespace sluice
