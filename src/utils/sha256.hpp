// SHA-256, with OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace sluice {

// Hashes bytes in their order. One thread.
class Sha256 {
public:
    Sha256();
    void add(std::string_view bytes);
    // 64 hex digits. Once; nothing may be added behind it. Empty when OpenSSL refuses to hash.
    [[nodiscard]] std::string text();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
    bool good_ = false;
};

}  // namespace sluice
