// A place for records of spdlog whose file is named later: until then they are held. One thread.
#pragma once

#include <spdlog/details/file_helper.h>
#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <optional>
#include <string>

namespace sluice {

class LateFileSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
    // Appends what was held, and everything from now on, to the file. Throws what spdlog throws.
    void open(const std::string& path) {
        file_.emplace();
        file_->open(path);
        spdlog::memory_buf_t held;
        held.append(held_.data(), held_.data() + held_.size());
        file_->write(held);
        file_->flush();
        held_.clear();
    }

protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        if (file_)
            file_->write(line);
        else
            held_.append(line.data(), line.size());
    }
    void flush_() override {
        if (file_) file_->flush();
    }

private:
    std::string held_;
    std::optional<spdlog::details::file_helper> file_;
};

}  // namespace sluice
