// HMAC-SHA-256 (RFC 2104, FIPS 180-4), by OpenSSL.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "utils/result.hpp"
#include "utils/secret.hpp"

struct evp_mac_ctx_st;

namespace sluice {

// One key, many texts. For one thread at a time.
class Hmac {
public:
    [[nodiscard]] static Result<Hmac> with_key(const Secret& key);

    // The code of `text` as 64 hexadecimal digits in lower case. Nothing when OpenSSL fails (memory).
    [[nodiscard]] std::optional<std::string> hex(std::string_view text);

private:
    struct Free {
        void operator()(evp_mac_ctx_st* context) const;
    };
    explicit Hmac(evp_mac_ctx_st* context) : context_(context) {}
    std::unique_ptr<evp_mac_ctx_st, Free> context_;
};

}  // namespace sluice
