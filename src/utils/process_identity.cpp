#include "utils/process_identity.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

namespace sluice {
namespace {

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

std::string boot_id() { return text_of("/proc/sys/kernel/random/boot_id"); }

std::string process_space() {
    std::array<char, 256> target{};
    const ssize_t size = ::readlink("/proc/self/ns/pid", target.data(), target.size());
    return {target.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
}

// proc(5): field 22 of /proc/PID/stat. The second, the name, may hold blanks and stands in parentheses, the third is
// its state. 0: no process, or one that has ended and that nobody has waited for.
std::uint64_t start_ticks_of(std::int64_t pid) {
    const std::string stat = text_of(fmt::format("/proc/{}/stat", pid));
    std::size_t at = stat.rfind(')');
    if (at != std::string::npos && at + 2 < stat.size() && (stat[at + 2] == 'Z' || stat[at + 2] == 'X')) return 0;
    constexpr int kFieldsAfterTheName = 20;
    for (int field = 0; field < kFieldsAfterTheName && at != std::string::npos; ++field) at = stat.find(' ', at + 1);
    if (at == std::string::npos) return 0;
    std::uint64_t ticks = 0;
    std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), ticks);
    return ticks;
}

}  // namespace

ProcessIdentity this_process() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
    return {.pid = ::getpid(),
            .host = host.data(),
            .boot = boot_id(),
            .process_space = process_space(),
            .start_ticks = start_ticks_of(::getpid())};
}

// A machine that was started again has another boot id, which no process outlives. So the name of the host decides
// whether a foreign boot id is an earlier start of this machine or another machine.
bool has_ended(const ProcessIdentity& process) {
    const ProcessIdentity here = this_process();
    if (process.boot.empty() || process.host != here.host) return false;
    if (process.boot != here.boot) return true;
    if (process.process_space != here.process_space || process.start_ticks == 0) return false;
    return start_ticks_of(process.pid) != process.start_ticks;
}

}  // namespace sluice
