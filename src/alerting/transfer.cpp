#include "alerting/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <memory>

#include "config/characters.hpp"
#include "utils/lower_case.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAnswerKept = 4096;
constexpr std::size_t kReplyShown = 200;
constexpr milliseconds kConnectTimeout{5000};

struct EasyDelete {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDelete {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlDelete {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct TextDelete {
    void operator()(char* text) const { curl_free(text); }
};
using Easy = std::unique_ptr<CURL, EasyDelete>;
using List = std::unique_ptr<curl_slist, ListDelete>;

bool start_library() {
    static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return started;
}

void append(List& list, const std::string& text) {
    // It gives the same head again, or a new one for an empty list.
    curl_slist* head = curl_slist_append(list.get(), text.c_str());
    (void)list.release();
    list.reset(head);
}

// One transfer, its answer and what is told of its failure.
class Transfer {
public:
    static Result<std::unique_ptr<Transfer>> make(const std::filesystem::path& ca_file, milliseconds timeout) {
        auto transfer = std::unique_ptr<Transfer>(new Transfer);
        if (!start_library()) return internal_error("libcurl does not start");
        transfer->easy_.reset(curl_easy_init());
        if (!transfer->easy_) return internal_error("libcurl gives no handle");
        transfer->set_common(ca_file, timeout);
        return transfer;
    }

    template <typename Value>
    void set(CURLoption option, Value value) {
        if (const CURLcode code = curl_easy_setopt(easy_.get(), option, value); code != CURLE_OK) fault_ = code;
    }
    void send(std::string_view bytes) { rest_ = bytes; }

    [[nodiscard]] CURLcode perform() { return fault_ != CURLE_OK ? fault_ : curl_easy_perform(easy_.get()); }
    [[nodiscard]] long status() const {
        long status = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }
    [[nodiscard]] std::optional<milliseconds> retry_after() const {
        curl_off_t seconds = 0;
        curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &seconds);
        if (seconds <= 0) return std::nullopt;
        return std::chrono::seconds(std::min<curl_off_t>(seconds, 86'400));
    }
    [[nodiscard]] std::string reason(CURLcode code) const {
        return error_.front() != 0 ? error_.data() : curl_easy_strerror(code);
    }
    [[nodiscard]] const std::string& answer() const { return answer_; }
    [[nodiscard]] const std::string& reply() const { return reply_; }

private:
    Transfer() = default;

    void set_common(const std::filesystem::path& ca_file, milliseconds timeout) {
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_ERRORBUFFER, error_.data());
        set(CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
        set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(kConnectTimeout, timeout).count()));
        set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, timeout.count())));
        // A name server that does not answer is not waited for at the end.
        set(CURLOPT_QUICK_EXIT, 1L);
        set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
        set(CURLOPT_WRITEFUNCTION, &Transfer::take_answer);
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_HEADERFUNCTION, &Transfer::take_reply);
        set(CURLOPT_HEADERDATA, this);
        set(CURLOPT_READFUNCTION, &Transfer::give);
        set(CURLOPT_READDATA, this);
    }

    static std::size_t take_answer(const char* bytes, std::size_t, std::size_t size, void* self) {
        std::string& answer = static_cast<Transfer*>(self)->answer_;
        answer.append(bytes, std::min(size, kAnswerKept - answer.size()));
        return size;
    }
    // Of SMTP each line that the server says.
    static std::size_t take_reply(const char* bytes, std::size_t, std::size_t size, void* self) {
        static_cast<Transfer*>(self)->reply_.assign(bytes, std::min(size, kReplyShown));
        return size;
    }
    static std::size_t give(char* buffer, std::size_t, std::size_t size, void* self) {
        std::string_view& rest = static_cast<Transfer*>(self)->rest_;
        const std::size_t given = std::min(size, rest.size());
        std::memcpy(buffer, rest.data(), given);
        rest.remove_prefix(given);
        return given;
    }

    Easy easy_;
    CURLcode fault_ = CURLE_OK;
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::string answer_;
    std::string reply_;
    std::string_view rest_;
};

// What another try, or another day, does not change.
bool is_lasting(CURLcode code) {
    constexpr std::array kLasting{CURLE_URL_MALFORMAT,      CURLE_UNSUPPORTED_PROTOCOL,
                                  CURLE_LOGIN_DENIED,       CURLE_PEER_FAILED_VERIFICATION,
                                  CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED};
    return std::ranges::find(kLasting, code) != kLasting.end();
}

Error transfer_error(const Transfer& transfer, CURLcode code) {
    return external_error("not_delivered", showable(transfer.reason(code)), !is_lasting(code));
}

std::string url_part(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    const std::unique_ptr<char, TextDelete> owned(text);
    return text;
}

std::string mail_address(const MailRequest& request) {
    const bool has_port = request.server.rfind(':') != std::string::npos && !request.server.ends_with(']');
    const std::string_view port = has_port                                     ? ""
                                  : request.security == MailSecurity::tls      ? ":465"
                                  : request.security == MailSecurity::starttls ? ":587"
                                                                               : ":25";
    return fmt::format("{}://{}{}", request.security == MailSecurity::tls ? "smtps" : "smtp", request.server, port);
}

}  // namespace

Result<WebAddress> parse_web_address(const Secret& address) {
    const auto fault = [](std::string_view what) { return config_error("bad_address", std::string(what)); };
    const std::string& text = address.reveal();
    if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; }))
        return fault("it holds a space, a control character or a letter beyond ASCII");
    const std::unique_ptr<CURLU, UrlDelete> url(curl_url());
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        return fault("it does not begin with https:// or http:// and a host");
    const std::string scheme = in_lower_case(url_part(url.get(), CURLUPART_SCHEME));
    if (scheme != "https" && scheme != "http") return fault("it does not begin with https:// or http://");
    if (!url_part(url.get(), CURLUPART_USER).empty() || !url_part(url.get(), CURLUPART_PASSWORD).empty())
        return fault("it holds a user or password, which belong into a header");
    const std::string port = url_part(url.get(), CURLUPART_PORT);
    return WebAddress{.is_secure = scheme == "https",
                      .host = url_part(url.get(), CURLUPART_HOST) + (port.empty() ? "" : ":" + port)};
}

bool is_this_machine(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && !host.ends_with(']')) host = host.substr(0, colon);
    return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

Result<WebAnswer> send_request(const WebRequest& request) {
    TRY_ASSIGN(const auto transfer, Transfer::make(request.ca_file, request.timeout));
    List headers;
    for (const auto& [name, value] : request.headers) append(headers, name + ": " + value.reveal());
    append(headers, "Expect:");  // no wait for a go-ahead
    transfer->set(CURLOPT_URL, request.address.reveal().c_str());
    transfer->set(CURLOPT_HTTPHEADER, headers.get());
    transfer->set(CURLOPT_USERAGENT, "sluice");
    if (request.method == "GET") {
        transfer->set(CURLOPT_HTTPGET, 1L);
    } else {
        transfer->set(CURLOPT_POST, 1L);
        transfer->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        transfer->set(CURLOPT_POSTFIELDS, request.body.c_str());
        if (request.method != "POST") transfer->set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
    if (const CURLcode code = transfer->perform(); code != CURLE_OK) return transfer_error(*transfer, code);
    return WebAnswer{.status = transfer->status(), .body = transfer->answer(), .retry_after = transfer->retry_after()};
}

Result<> send_mail(const MailRequest& request) {
    TRY_ASSIGN(const auto transfer, Transfer::make(request.ca_file, request.timeout));
    List recipients;
    for (const std::string& address : request.to) append(recipients, "<" + address + ">");
    transfer->set(CURLOPT_PROXY, "");
    transfer->set(CURLOPT_URL, mail_address(request).c_str());
    if (request.security == MailSecurity::starttls) transfer->set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!request.user.empty()) {
        transfer->set(CURLOPT_USERNAME, request.user.c_str());
        transfer->set(CURLOPT_PASSWORD, request.password.reveal().c_str());
    }
    transfer->set(CURLOPT_MAIL_FROM, ("<" + request.from + ">").c_str());
    transfer->set(CURLOPT_MAIL_RCPT, recipients.get());
    transfer->set(CURLOPT_UPLOAD, 1L);
    transfer->send(request.text);
    const CURLcode code = transfer->perform();
    if (code == CURLE_OK) return {};
    const long reply = transfer->status();
    if (reply < 400) return transfer_error(*transfer, code);
    std::string said = transfer->reply();
    while (!said.empty() && (said.back() == '\n' || said.back() == '\r')) said.pop_back();
    return external_error("mail_refused", fmt::format("the mail server says: {}", showable(said)), reply < 500);
}

}  // namespace sluice
