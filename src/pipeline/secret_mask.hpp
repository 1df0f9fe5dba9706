// Takes secrets out of what others said: the stderr of a program, a bad row, the message of a library.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/report.hpp"
#include "utils/secret.hpp"

namespace sluice {

// What is looked for: each secret as it is and as JSON writes it. Immutable and thread-safe.
class SecretMask {
public:
    explicit SecretMask(const std::vector<Secret>& secrets);

    [[nodiscard]] bool empty() const noexcept { return texts_.empty(); }
    // For texts that messages quote, which may have been cut.
    void apply(std::string& text) const;
    void apply(std::vector<std::string>& list) const;
    // For data: only whole secrets and long pieces of them, since dots there stand for no cut.
    void apply_to_data(std::string& text) const;

private:
    std::vector<std::string> texts_;
};

// Every occurrence of a secret in a text of the report becomes ***, also one that is escaped as in JSON, and pieces of
// one that was cut. Secrets of fewer than four bytes are left: they are in every text, and protect nothing.
void mask_secrets(const std::vector<Secret>& secrets, RunReport& report);
void mask_secrets(const std::vector<Secret>& secrets, std::string& text);

}  // namespace sluice
