#include "utils/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>

#include "utils/hex.hpp"

namespace sluice {

namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

void Hmac::Free::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }

Result<Hmac> Hmac::with_key(const Secret& key) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    Hmac hmac(mac == nullptr ? nullptr : EVP_MAC_CTX_new(mac));
    EVP_MAC_free(mac);
    std::string digest = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0), OSSL_PARAM_construct_end()};
    const std::string& text = key.reveal();
    if (!hmac.context_ || EVP_MAC_init(hmac.context_.get(), bytes(text), text.size(), parameters.data()) != 1)
        return internal_error("OpenSSL gives no HMAC-SHA-256");
    return hmac;
}

std::optional<std::string> Hmac::hex(std::string_view text) {
    std::array<unsigned char, 32> code{};
    std::size_t size = 0;
    // Without a key it starts anew with the one that it has.
    if (EVP_MAC_init(context_.get(), nullptr, 0, nullptr) != 1 ||
        EVP_MAC_update(context_.get(), bytes(text), text.size()) != 1 ||
        EVP_MAC_final(context_.get(), code.data(), &size, code.size()) != 1)
        return std::nullopt;
    return hex_text(code);
}

}  // namespace sluice
