#include "config/env_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <system_error>

#include "config/characters.hpp"
#include "utils/file_descriptor.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr std::string_view kForm = "a line is NAME=value; a value with spaces, quotes or # stands in single quotes";

bool starts_name(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

class LineReader {
public:
    LineReader(std::string_view line, Location start, Diagnostics& diagnostics)
        : line_(line), place_(std::move(start)), diagnostics_(diagnostics) {}

    // Nothing for a line without a variable, also after a fault.
    std::optional<std::pair<std::string, std::string>> read();
    [[nodiscard]] Location place(std::size_t at) const {
        Location place = place_;
        for (const char byte : line_.substr(0, at))
            place.column += (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1U : 0U;
        return place;
    }

private:
    std::optional<std::string> quoted();
    std::optional<std::string> plain();
    void skip_blanks() {
        while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t')) ++at_;
    }
    std::nullopt_t fault(std::size_t at, std::string message) {
        diagnostics_.add(place(at), std::move(message), {}, std::string(kForm));
        return std::nullopt;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    Location place_;
    Diagnostics& diagnostics_;
};

std::optional<std::pair<std::string, std::string>> LineReader::read() {
    skip_blanks();
    if (at_ == line_.size() || line_[at_] == '#') return std::nullopt;
    if (line_.substr(at_).starts_with("export ") || line_.substr(at_).starts_with("export\t")) {
        at_ += 7;
        skip_blanks();
    }
    const std::size_t start = at_;
    if (at_ == line_.size() || !starts_name(line_[at_])) return fault(at_, "a variable's name is expected here");
    while (at_ < line_.size() && in_name(line_[at_])) ++at_;
    std::string name(line_.substr(start, at_ - start));
    if (at_ == line_.size() || line_[at_] != '=') return fault(at_, "'=' is expected right behind the name");
    ++at_;
    const bool has_quote = at_ < line_.size() && (line_[at_] == '"' || line_[at_] == '\'');
    auto value = has_quote ? quoted() : plain();
    if (!value) return std::nullopt;
    const std::size_t end = at_;
    skip_blanks();
    if (at_ < line_.size() && (line_[at_] != '#' || at_ == end))
        return fault(at_, has_quote ? "something stands behind the closing quote" : "a value with spaces needs quotes");
    return std::pair(std::move(name), std::move(*value));
}

std::optional<std::string> LineReader::plain() {
    const std::size_t start = at_;
    for (; at_ < line_.size() && line_[at_] != ' ' && line_[at_] != '\t'; ++at_) {
        if (line_[at_] == '"' || line_[at_] == '\'' || line_[at_] == '\\')
            return fault(at_, "a value with quotes or backslashes needs single quotes around it");
    }
    return std::string(line_.substr(start, at_ - start));
}

std::optional<std::string> LineReader::quoted() {
    const std::size_t start = at_;
    const char quote = line_[at_++];
    std::string value;
    for (; at_ < line_.size(); ++at_) {
        if (line_[at_] == quote) {
            ++at_;
            return value;
        }
        if (quote == '\'' || line_[at_] != '\\') {
            value += line_[at_];
            continue;
        }
        const char escaped = at_ + 1 < line_.size() ? line_[at_ + 1] : '\0';
        if (escaped == '\0' || std::string_view("nt\\\"$").find(escaped) == std::string_view::npos)
            return fault(at_, "only \\n, \\t, \\\\, \\\" and \\$ may stand in double quotes after a backslash");
        value += escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
        ++at_;
    }
    return fault(start, "the quote that opens here is not closed in its line");
}

// The file's bytes; nothing when it is not there, or after a fault.
std::optional<std::string> read_bytes(const std::string& path, Diagnostics& diagnostics) {
    const auto fault = [&](std::string message) {
        diagnostics.add({.file = path, .line = 0, .column = 0}, std::move(message), {},
                        "it holds variables for the config, as NAME=value");
        return std::nullopt;
    };
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.get() < 0 && errno == ENOENT) return std::nullopt;
    if (file.get() < 0) return fault("cannot be read: " + std::generic_category().message(errno));
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return fault("this is not a file");
    std::string bytes(kLargest + 1, '\0');
    std::size_t size = 0;
    while (size < bytes.size()) {
        const ssize_t count = ::read(file.get(), bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault("cannot be read: " + std::generic_category().message(errno));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > kLargest) return fault("larger than 1 MiB");
    bytes.resize(size);
    return bytes;
}

}  // namespace

std::map<std::string, std::string> read_env_file(const std::filesystem::path& path, Diagnostics& diagnostics) {
    const std::string file = path.string();
    std::map<std::string, std::string> variables;
    const auto bytes = read_bytes(file, diagnostics);
    if (!bytes) return variables;
    std::map<std::string, std::uint32_t> first;  // line of each name
    std::string_view rest = *bytes;
    if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    for (std::uint32_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const Location start{.file = file, .line = number, .column = 1};
        if (!is_text(line)) {
            diagnostics.add(start, "this line is not UTF-8 text", {}, std::string(kForm));
            continue;
        }
        auto variable = LineReader(line, start, diagnostics).read();
        if (!variable) continue;
        const auto [known, is_new] = first.try_emplace(variable->first, number);
        if (is_new) {
            variables.insert(std::move(*variable));
        } else {
            diagnostics.add(start, fmt::format("variable '{}' stands here a second time", variable->first), {},
                            fmt::format("the first one is at {}:{}; remove one", file, known->second));
        }
    }
    return variables;
}

void export_env_file(const std::filesystem::path& path) {
    Diagnostics ignored;
    const auto variables = read_env_file(path, ignored);
    if (!ignored.empty()) return;
    constexpr int kKeepWhatIsSet = 0;
    for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), kKeepWhatIsSet);
}

}  // namespace sluice
