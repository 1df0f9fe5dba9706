#include "pipeline/secret_mask.hpp"

#include <algorithm>
#include <string_view>

#include "utils/json.hpp"

namespace sluice {
namespace {

constexpr std::size_t kShortest = 4;   // a shorter secret is in every text
constexpr std::size_t kFragment = 12;  // so many bytes of a secret in a row are no chance
constexpr std::string_view kCut = "...";

// Gives where the rest of the text begins.
std::size_t replace(std::string& text, std::size_t at, std::size_t size) {
    text.replace(at, size, kMasked);
    return at + std::string_view(kMasked).size();
}

void mask_fragments(const std::string& secret, std::string& text) {
    for (std::size_t at = 0; at + kFragment <= text.size() && kFragment < secret.size();) {
        const std::size_t found = secret.find(std::string_view(text).substr(at, kFragment));
        if (found == std::string::npos) {
            ++at;
            continue;
        }
        std::size_t size = kFragment;
        while (at + size < text.size() && found + size < secret.size() && text[at + size] == secret[found + size])
            ++size;
        at = replace(text, at, size);
    }
}

void replace_pieces(const std::string& secret, std::string& text) {
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
        at = replace(text, at, secret.size());
    mask_fragments(secret, text);
}

// The beginning of the secret before the dots, and its end behind them.
void mask_at_cuts(const std::string& secret, std::string& text) {
    for (std::size_t at = text.find(kCut); at != std::string::npos; at = text.find(kCut, at)) {
        for (std::size_t size = std::min(secret.size() - 1, at); size >= kShortest; --size) {
            if (text.compare(at - size, size, secret, 0, size) != 0) continue;
            at = replace(text, at - size, size);
            break;
        }
        at += kCut.size();
        for (std::size_t size = std::min(secret.size() - 1, text.size() - at); size >= kShortest; --size) {
            if (text.compare(at, size, secret, secret.size() - size, size) != 0) continue;
            at = replace(text, at, size);
            break;
        }
    }
}

}  // namespace

// A secret is looked for as it is and as JSON writes it. Who quotes a text may have cut it or split it into lines, so
// long pieces of it count as well, and shorter ones at the dots that stand for what was cut. The longest comes first,
// so that none is found within another.
SecretMask::SecretMask(const std::vector<Secret>& secrets) {
    for (const Secret& secret : secrets) {
        if (secret.reveal().size() < kShortest) continue;
        texts_.push_back(secret.reveal());
        for (const bool ascii : {false, true}) {
            const std::string json =
                nlohmann::json(secret.reveal()).dump(-1, ' ', ascii, nlohmann::json::error_handler_t::replace);
            texts_.push_back(json.substr(1, json.size() - 2));
        }
    }
    std::ranges::sort(texts_, [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    texts_.erase(std::unique(texts_.begin(), texts_.end()), texts_.end());
}

void SecretMask::apply_to_data(std::string& text) const {
    for (const std::string& secret : texts_) replace_pieces(secret, text);
}

void SecretMask::apply(std::string& text) const {
    for (const std::string& secret : texts_) {
        replace_pieces(secret, text);
        mask_at_cuts(secret, text);
    }
}

void SecretMask::apply(std::vector<std::string>& list) const {
    for (std::string& text : list) apply(text);
}

void mask_secrets(const std::vector<Secret>& secrets, RunReport& report) {
    if (secrets.empty()) return;
    const SecretMask mask(secrets);
    mask.apply(report.command);
    mask.apply(report.warnings);
    mask.apply(report.failure);
    if (report.error) mask.apply(report.error->message);
    for (BadRow& row : report.bad_rows) {
        mask.apply(row.message);
        mask.apply(row.column);
        mask.apply(row.excerpt);
    }
    for (CheckReport& check : report.checks) {
        mask.apply(check.check);
        mask.apply(check.expected);
        mask.apply(check.found);
        for (CheckExample& example : check.examples) mask.apply(example.value);
    }
}

void mask_secrets(const std::vector<Secret>& secrets, std::string& text) { SecretMask(secrets).apply(text); }

}  // namespace sluice
