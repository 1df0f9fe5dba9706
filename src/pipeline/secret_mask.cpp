#include "pipeline/secret_mask.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::size_t kShortest = 4;

class Mask {
public:
    // The longest first, so that none is found within another.
    explicit Mask(const std::vector<Secret>& secrets) {
        for (const Secret& secret : secrets) {
            if (secret.reveal().size() >= kShortest) texts_.push_back(secret.reveal());
        }
        std::ranges::sort(texts_, std::ranges::greater(), &std::string::size);
    }

    void apply(std::string& text) const {
        for (const std::string& secret : texts_) {
            for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
                text.replace(at, secret.size(), kMasked);
                at += std::string_view(kMasked).size();
            }
        }
    }
    void apply(std::vector<std::string>& list) const {
        for (std::string& text : list) apply(text);
    }

private:
    std::vector<std::string> texts_;
};

}  // namespace

void mask_secrets(const std::vector<Secret>& secrets, RunReport& report) {
    if (secrets.empty()) return;
    const Mask mask(secrets);
    mask.apply(report.warnings);
    mask.apply(report.failure);
    if (report.error) mask.apply(report.error->message);
    for (BadRow& row : report.bad_rows) {
        mask.apply(row.message);
        mask.apply(row.column);
        mask.apply(row.excerpt);
    }
}

void mask_secrets(const std::vector<Secret>& secrets, std::string& text) { Mask(secrets).apply(text); }

}  // namespace sluice
