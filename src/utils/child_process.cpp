#include "utils/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "utils/file_descriptor.hpp"
#include "utils/open_files.hpp"

extern char** environ;

namespace sluice {

namespace {

constexpr std::size_t kKeptErrorText = 4096;
constexpr int kStopCheckMilliseconds = 50;
constexpr std::chrono::milliseconds kGrace{500};

struct Pipe {
    FileDescriptor read_end;
    FileDescriptor write_end;
};

Result<Pipe> make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("open a pipe to", "a command", errno);
    return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Ours with those of the request in place of the same names: "NAME=value".
std::vector<std::string> variables_of(const ProcessRequest& request) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value.reveal());
    for (char** own = environ; *own != nullptr; ++own) {
        const std::string_view variable = *own;
        const std::string_view name = variable.substr(0, variable.find('='));
        const bool replaced =
            std::ranges::any_of(request.environment, [&](const auto& pair) { return pair.first == name; });
        if (!replaced) variables.emplace_back(variable);
    }
    return variables;
}

// What posix_spawn needs, destroyed with the scope.
class SpawnPlan {
public:
    SpawnPlan(const ProcessRequest& request, const Pipe& output, const Pipe& errors) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output.write_end.get(), STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, errors.write_end.get(), STDERR_FILENO);
        if (!request.folder.empty()) ::posix_spawn_file_actions_addchdir_np(&actions_, request.folder.c_str());
        // Signals that we ignore or block are no business of the program's.
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }

    // The error number, or 0.
    [[nodiscard]] int spawn(const std::vector<std::string>& arguments, std::vector<std::string> variables,
                            pid_t& process) {
        std::vector<std::string> words = arguments;
        std::vector<char*> pointers;
        for (std::string& word : words) pointers.push_back(word.data());
        pointers.push_back(nullptr);
        std::vector<char*> environment;
        for (std::string& variable : variables) environment.push_back(variable.data());
        environment.push_back(nullptr);
        return ::posix_spawnp(&process, pointers.front(), &actions_, &attributes_, pointers.data(), environment.data());
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

// A program that runs. Killed with its group unless it was seen to end.
class RunningProcess {
public:
    explicit RunningProcess(pid_t process) : process_(process) {}
    RunningProcess(const RunningProcess&) = delete;
    RunningProcess& operator=(const RunningProcess&) = delete;
    ~RunningProcess() { kill_group(); }

    // Whether it has ended, without waiting.
    bool has_ended() {
        if (ended_) return true;
        const pid_t seen = ::waitpid(process_, &status_, WNOHANG);
        ended_ = seen == process_ || (seen < 0 && errno == ECHILD);
        return ended_;
    }
    [[nodiscard]] int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : 0; }
    [[nodiscard]] int signal() const { return WIFSIGNALED(status_) ? WTERMSIG(status_) : 0; }

    void kill_group() {
        if (finished_) return;
        finished_ = true;
        ::kill(-process_, SIGTERM);
        const auto deadline = std::chrono::steady_clock::now() + kGrace;
        while (!has_ended() && std::chrono::steady_clock::now() < deadline) ::poll(nullptr, 0, 10);
        ::kill(-process_, SIGKILL);  // also those of the group that outlive their leader
        if (!ended_) ::waitpid(process_, &status_, 0);
    }
    // Nothing of it is to be killed any more.
    void finish() { finished_ = true; }

private:
    pid_t process_;
    int status_ = 0;
    bool ended_ = false;
    bool finished_ = false;
};

void keep_end(std::string& text, std::string_view more) {
    text += more;
    if (text.size() > 2 * kKeptErrorText) text.erase(0, text.size() - kKeptErrorText);
}

// The last bytes, from the start of a line where there is one, without the newline at the end.
std::string last_lines(std::string text) {
    if (text.size() > kKeptErrorText) {
        text.erase(0, text.size() - kKeptErrorText);
        const std::size_t newline = text.find('\n');
        if (newline + 1 < text.size()) text.erase(0, newline + 1);  // npos + 1 is 0
    }
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

// Both pipes of a program, read as they fill.
class Streams {
public:
    Streams(FileDescriptor output, FileDescriptor errors) : output_(std::move(output)), errors_(std::move(errors)) {}

    [[nodiscard]] bool output_open() const { return output_.open(); }
    [[nodiscard]] std::string error_text() && { return last_lines(std::move(error_text_)); }

    // Waits a moment for bytes and takes them.
    [[nodiscard]] Result<> read_some(const std::function<Result<>(std::string_view)>& take) {
        std::array<pollfd, 2> waiting{pollfd{output_.get(), POLLIN, 0}, pollfd{errors_.get(), POLLIN, 0}};
        if (::poll(waiting.data(), waiting.size(), kStopCheckMilliseconds) < 0) return {};  // EINTR
        if (waiting[1].revents != 0) keep_end(error_text_, read_from(errors_));
        if (waiting[0].revents != 0) {
            if (const std::string_view bytes = read_from(output_); !bytes.empty()) return take(bytes);
        }
        return {};
    }
    // What is left in stderr's pipe when nobody is going to add to it.
    void drain_errors() {
        while (errors_.open()) {
            pollfd waiting{errors_.get(), POLLIN, 0};
            if (::poll(&waiting, 1, 0) <= 0) return;
            keep_end(error_text_, read_from(errors_));
        }
    }

private:
    // Closes it at its end.
    std::string_view read_from(FileDescriptor& pipe) {
        const ssize_t got = ::read(pipe.get(), buffer_.data(), buffer_.size());
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) pipe.reset();
        return {buffer_.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0))};
    }

    FileDescriptor output_;
    FileDescriptor errors_;
    std::string error_text_;
    std::array<char, 1U << 16U> buffer_{};
};

}  // namespace

Result<ProcessEnd> run_process(const ProcessRequest& request, const std::function<Result<>(std::string_view)>& take) {
    TRY_ASSIGN(Pipe output, make_pipe());
    TRY_ASSIGN(Pipe errors, make_pipe());
    pid_t id = 0;
    if (const int error = SpawnPlan(request, output, errors).spawn(request.arguments, variables_of(request), id);
        error != 0) {
        return system_error("start", request.arguments.front(), error);
    }
    RunningProcess process(id);
    restore_open_file_limit(id);
    output.write_end.reset();
    errors.write_end.reset();

    Streams streams(std::move(output.read_end), std::move(errors.read_end));
    while (streams.output_open() || !process.has_ended()) {
        if (request.stop != nullptr) TRY(request.stop->check());
        TRY(streams.read_some(take));
    }
    streams.drain_errors();
    process.finish();
    return ProcessEnd{process.exit_code(), process.signal(), std::move(streams).error_text()};
}

}  // namespace sluice
