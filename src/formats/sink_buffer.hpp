// Collects a format's bytes, so that a sink gets them in large pieces. One thread. flush() at the end: the destructor
// drops what is left, since it could not report a failure.
#pragma once

#include <string>

#include "formats/byte_sink.hpp"
#include "utils/result.hpp"

namespace sluice {

class SinkBuffer {
public:
    explicit SinkBuffer(ByteSink& sink);

    // Where to append the next bytes.
    [[nodiscard]] std::string& text() noexcept { return text_; }
    // To be called now and then; gives the bytes to the sink once there are enough of them.
    [[nodiscard]] Result<> flush_if_full();
    [[nodiscard]] Result<> flush();

private:
    ByteSink& sink_;
    std::string text_;
};

}  // namespace sluice
