#include "alerting/mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "alerting/phrases.hpp"
#include "config/characters.hpp"
#include "utils/base64.hpp"

namespace sluice {
namespace {

constexpr std::size_t kPlainHeader = 60;
constexpr std::size_t kWordBytes = 39;  // 52 characters of base64, 12 around them and "Subject: ": below 76
constexpr std::size_t kLine = 76;
constexpr std::string_view kSafeInWord =
    " !#$%&'*+-/0123456789=?ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~.:()[],";

std::string in_lines(const std::string& encoded) {
    std::string lines;
    for (std::size_t at = 0; at < encoded.size(); at += kLine) lines += encoded.substr(at, kLine) + "\r\n";
    return lines;
}

std::string with_crlf(std::string_view text) {
    std::string result;
    for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
    return result;
}

std::string part(std::string_view type, std::string_view text, const std::string& boundary) {
    return fmt::format("--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
                       boundary, type, in_lines(base64(with_crlf(text))));
}

std::string mailbox_text(const Mailbox& mailbox) {
    if (mailbox.name.empty()) return mailbox.address;
    // Always an encoded word: a name may hold what would end it.
    return fmt::format("=?UTF-8?B?{}?= <{}>", base64(showable(mailbox.name)), mailbox.address);
}

// What a Message-ID may hold.
std::string id_text(std::string_view id, std::string_view domain) {
    std::string text;
    for (const char c : id) {
        const bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '-';
        text += plain ? std::string(1, c) : fmt::format("_{:02x}", static_cast<unsigned char>(c));
    }
    return fmt::format("<{}@{}>", text, domain);
}

}  // namespace

std::string header_text(std::string_view text) {
    const std::string shown = showable(text);
    const bool plain = shown.size() <= kPlainHeader && shown.find("=?") == std::string::npos &&
                       std::ranges::all_of(shown, [](char c) { return kSafeInWord.find(c) != std::string_view::npos; });
    if (plain) return shown;
    std::string words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty()) words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ", base64(word));
        word.clear();
    };
    for (std::string_view rest = shown; !rest.empty();) {
        const std::size_t length = std::max<std::size_t>(1, first_character(rest).length);
        if (word.size() + length > kWordBytes) end_word();
        word += rest.substr(0, length);
        rest.remove_prefix(length);
    }
    end_word();
    return words;
}

Result<Mailbox> parse_mailbox(std::string_view text) {
    const auto fault = [&] {
        return config_error("bad_mailbox", "it is no mail address: such as ops@example.com or Ops <ops@example.com>");
    };
    Mailbox mailbox;
    std::string_view address = text;
    if (text.ends_with('>')) {
        const std::size_t open = text.rfind('<');
        if (open == std::string_view::npos) return fault();
        std::string_view name = text.substr(0, open);
        while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
        if (name.size() > kWordBytes || showable(name) != name) return fault();
        mailbox.name = name;
        address = text.substr(open + 1, text.size() - open - 2);
    }
    const std::size_t at = address.find('@');
    const bool good =
        at != std::string_view::npos && at > 0 && at + 1 < address.size() && address.size() <= 254 &&
        address.find('@', at + 1) == std::string_view::npos && std::ranges::all_of(address, [](char c) {
            return c > ' ' && c < 0x7F && std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
        });
    if (!good) return fault();
    mailbox.address = address;
    return mailbox;
}

std::string mail_text(const AlertMessage& message, const Mailbox& from, const std::vector<Mailbox>& to,
                      const std::string& boundary) {
    const std::string domain = from.address.substr(from.address.find('@') + 1);
    std::string recipients;
    for (const Mailbox& mailbox : to) recipients += (recipients.empty() ? "" : ",\r\n ") + mailbox_text(mailbox);
    std::string mail = fmt::format("Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: {}\r\n",
                                   mail_date(message.time, message.zone), mailbox_text(from), recipients,
                                   header_text(message.title), id_text(message.id, domain));
    // Messages about one outage stand together.
    mail += fmt::format("References: {}\r\n", id_text("outage." + message.thread, domain));
    mail += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    mail += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
    mail += part("text/plain", plain_text(message), boundary);
    mail += part("text/html", mail_html(message), boundary);
    return mail + fmt::format("--{}--\r\n", boundary);
}

}  // namespace sluice
