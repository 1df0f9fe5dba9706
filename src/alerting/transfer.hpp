// libcurl, shut in: one request over HTTP, one mail over SMTP. TLS is always verified, against the system's authorities
// or those of `ca_file`. No redirect is followed, no cookie or user file is read. Proxies of the environment
// (https_proxy, no_proxy) hold for HTTP, as for other programs. Thread-safe.
//
// Errors are kind external; retryable says whether a later try may help. None holds an address's path, a header or a
// password.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "utils/result.hpp"
#include "utils/secret.hpp"

namespace sluice {

struct WebAddress {
    bool is_secure = false;  // https
    std::string host;        // with the port where it is written
};

// Fails (kind config, without the address) for what is not http:// or https:// with a host, or holds a user or
// password.
[[nodiscard]] Result<WebAddress> parse_web_address(const Secret& address);

// Whether a host, or host:port, is this machine by its name: what is sent there crosses no network.
[[nodiscard]] bool is_this_machine(std::string_view host);

struct WebRequest {
    Secret address;
    std::string method = "POST";
    std::vector<std::pair<std::string, Secret>> headers;
    std::string body;
    std::filesystem::path ca_file;  // "": the system's
    std::chrono::milliseconds timeout{10'000};
};

struct WebAnswer {
    long status = 0;
    std::string body;                                      // its first 4 KiB
    std::optional<std::chrono::milliseconds> retry_after;  // as the header says it
};

// Any status is an answer.
[[nodiscard]] Result<WebAnswer> send_request(const WebRequest& request);

enum class MailSecurity { starttls, tls, none };

struct MailRequest {
    std::string server;  // host or host:port; 587 with starttls, 465 with tls, 25 with none
    MailSecurity security = MailSecurity::starttls;
    std::string user;  // "": no AUTH
    Secret password;
    std::string from;             // bare addresses
    std::vector<std::string> to;  // at least one
    std::string text;             // RFC 5322, lines end with CR LF
    std::filesystem::path ca_file;
    std::chrono::milliseconds timeout{10'000};
};

// A server that refuses one recipient refuses the mail. 4yz replies are retryable, 5yz are not.
[[nodiscard]] Result<> send_mail(const MailRequest& request);

}  // namespace sluice
