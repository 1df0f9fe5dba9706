// An alert as a mail: RFC 5322 headers, multipart/alternative with a text and an HTML part in base64, so that no line
// is too long and no byte of the data stands in the mail as it is. Lines end with CR LF.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerting/alert_message.hpp"
#include "utils/result.hpp"

namespace sluice {

// "Name <address>" or a bare address.
struct Mailbox {
    std::string name;
    std::string address;
};

// Fails (kind config, code "bad_mailbox") for what is no ASCII address with one @ and without spaces.
[[nodiscard]] Result<Mailbox> parse_mailbox(std::string_view text);

// `boundary` separates the parts; made of letters and digits, and in none of them.
[[nodiscard]] std::string mail_text(const AlertMessage& message, const Mailbox& from, const std::vector<Mailbox>& to,
                                    const std::string& boundary);

// A header's value as RFC 2047 has it: as it is where it is short plain ASCII, else encoded words of at most 75
// characters, folded. Control characters become U+FFFD, line ends spaces: no header can begin in it.
[[nodiscard]] std::string header_text(std::string_view text);

// The message as one HTML document, styled inline, for light and dark.
[[nodiscard]] std::string mail_html(const AlertMessage& message);

}  // namespace sluice
