// HMAC-SHA-256 (RFC 2104, FIPS 180-4), by OpenSSL.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "utils/result.hpp"
#include "utils/secret.hpp"

namespace sluice {

// One key, many texts. For one thread at a time.
class Hmac {
public:
    [[nodiscard]] static Result<Hmac> with_key(const Secret& key);

    // The code of `text` as 64 hexadecimal digits in lower case. Nothing when OpenSSL fails (memory).
    [[nodiscard]] std::optional<std::string> hex(std::string_view text);

private:
    struct Free {
        void operator()(void* context) const;
    };
    explicit Hmac(void* context) : context_(context) {}
    std::unique_ptr<void, Free> context_;
};

}  // namespace sluice
