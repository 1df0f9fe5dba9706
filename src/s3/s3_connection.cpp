// Each request is a "default meta request" of aws-c-s3: signed and sent as it is, without its own retries, so that one
// policy of ours sees every failure and every Retry-After.
#include "s3/s3_connection.hpp"

#include <aws/http/connection.h>
#include <aws/http/request_response.h>
#include <aws/io/uri.h>
#include <aws/s3/s3_client.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <mutex>

#include "s3/aws_credentials.hpp"
#include "s3/aws_profiles.hpp"
#include "s3/aws_runtime.hpp"

namespace sluice {
namespace {

using std::chrono::milliseconds;

// The server may take its time for an answer, but not stay silent for longer.
constexpr std::uint32_t kSilenceSeconds = 30;
constexpr std::uint32_t kConnectMilliseconds = 5000;

using AwsMessage = AwsPointer<aws_http_message, aws_http_message_release>;
using AwsMetaRequest = AwsPointer<aws_s3_meta_request, aws_s3_meta_request_release>;

// Shared by the thread that waits and the callbacks: whoever is last frees it, so that a stopped run need not wait.
struct Exchange {
    std::mutex mutex;
    std::condition_variable over;
    bool finished = false;  // the answer is whole
    bool released = false;  // the client has let go of the body
    int status = 0;         // as on_telemetry has it
    S3Answer answer;
    std::shared_ptr<const std::string> body;
};
using ExchangeHolder = std::shared_ptr<Exchange>;

Exchange& exchange_of(void* user_data) { return **static_cast<ExchangeHolder*>(user_data); }

void take_headers(const aws_http_headers* headers, S3Answer& answer) {
    for (std::size_t index = 0; headers != nullptr && index < aws_http_headers_count(headers); ++index) {
        aws_http_header header{};
        if (aws_http_headers_get_index(headers, index, &header) != AWS_OP_SUCCESS) continue;
        std::string name = text_of(header.name);
        std::ranges::transform(name, name.begin(), [](char byte) {
            return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
        });
        answer.headers[name] = text_of(header.value);
    }
}

int on_headers(aws_s3_meta_request*, const aws_http_headers* headers, int status, void* user_data) {
    Exchange& exchange = exchange_of(user_data);
    const std::lock_guard lock(exchange.mutex);
    exchange.answer.status = status;
    take_headers(headers, exchange.answer);
    return AWS_OP_SUCCESS;
}

int on_body(aws_s3_meta_request*, const aws_byte_cursor* body, std::uint64_t, void* user_data) {
    Exchange& exchange = exchange_of(user_data);
    const std::lock_guard lock(exchange.mutex);
    exchange.answer.body.append(reinterpret_cast<const char*>(body->ptr), body->len);
    return AWS_OP_SUCCESS;
}

void on_finish(aws_s3_meta_request*, const aws_s3_meta_request_result* result, void* user_data) {
    Exchange& exchange = exchange_of(user_data);
    const std::lock_guard lock(exchange.mutex);
    exchange.finished = true;
    exchange.over.notify_all();
    S3Answer& answer = exchange.answer;
    answer.status = result->response_status;
    if (result->error_code == AWS_ERROR_SUCCESS) return;
    answer.transport_error = result->error_code;
    answer.transport_name = aws_error_name(result->error_code);
    answer.transport_text = aws_error_str(result->error_code);
    take_headers(result->error_response_headers, answer);
    if (result->error_response_body != nullptr) {
        answer.body = text_of(aws_byte_cursor_from_buf(result->error_response_body));
    }
}

// For answers that the client counts as "slow down" or "internal error", on_finish has neither status nor headers.
void on_telemetry(aws_s3_meta_request*, aws_s3_request_metrics* metrics, void* user_data) {
    Exchange& exchange = exchange_of(user_data);
    const std::lock_guard lock(exchange.mutex);
    int status = 0;
    aws_http_headers* headers = nullptr;
    if (aws_s3_request_metrics_get_response_status_code(metrics, &status) == AWS_OP_SUCCESS) exchange.status = status;
    if (aws_s3_request_metrics_get_response_headers(metrics, &headers) == AWS_OP_SUCCESS) {
        take_headers(headers, exchange.answer);
    }
}

// After the last reference to the request is gone.
void on_shutdown(void* user_data) {
    const std::unique_ptr<ExchangeHolder> holder(static_cast<ExchangeHolder*>(user_data));
    Exchange& exchange = **holder;
    const std::lock_guard lock(exchange.mutex);
    exchange.released = true;
    exchange.over.notify_all();
}

struct ClientEnd {
    std::mutex mutex;
    std::condition_variable come;
    bool done = false;
};

void on_client_end(void* user_data) {
    const std::unique_ptr<std::shared_ptr<ClientEnd>> holder(static_cast<std::shared_ptr<ClientEnd>*>(user_data));
    ClientEnd& end = **holder;
    const std::lock_guard lock(end.mutex);
    end.done = true;
    end.come.notify_all();
}

S3Answer failed_here() {
    S3Answer answer;
    answer.transport_error = aws_last_error();
    answer.transport_name = aws_error_name(answer.transport_error);
    answer.transport_text = aws_error_str(answer.transport_error);
    return answer;
}

class AwsS3Connection final : public S3Connection {
public:
    AwsS3Connection(S3Target target, std::shared_ptr<AwsRuntime> runtime, FoundCredentials credentials)
        : target_(std::move(target)), runtime_(std::move(runtime)), credentials_(std::move(credentials)) {}

    ~AwsS3Connection() override {
        if (client_ != nullptr) {
            aws_s3_client_release(client_);
            std::unique_lock lock(client_end_->mutex);
            client_end_->come.wait_for(lock, std::chrono::seconds(1), [&] { return client_end_->done; });
        }
        if (has_endpoint_) aws_uri_clean_up(&endpoint_);
    }

    Result<> start() {
        const std::string url = target_.endpoint_url();
        const aws_byte_cursor text = cursor_of(url);
        if (aws_uri_init_parse(&endpoint_, aws_default_allocator(), &text) != AWS_OP_SUCCESS) {
            return config_error("bad_endpoint",
                                fmt::format("the S3 endpoint '{}' is no URL: {}", url, last_aws_error()));
        }
        has_endpoint_ = true;
        if (target_.https && runtime_->tls() == nullptr) {
            return external_error("s3_tls",
                                  fmt::format("no certificate authorities are installed, so that {} cannot be "
                                              "trusted: install ca-certificates, or name a file in AWS_CA_BUNDLE",
                                              url));
        }
        return make_client();
    }

    const S3Target& target() const override { return target_; }
    const std::string& signer() const override { return credentials_.signer; }

    S3Answer send(const S3Request& request, const StopFlag* stop, std::optional<RetryClock::Time> deadline) override {
        const AwsMessage message = message_of(request);
        const auto exchange = std::make_shared<Exchange>();
        exchange->body = request.body;

        aws_s3_meta_request_options options{};
        options.type = AWS_S3_META_REQUEST_TYPE_DEFAULT;
        options.operation_name = cursor_of(request.operation);
        options.message = message.get();
        options.endpoint = &endpoint_;
        if (request.body && !request.body->empty()) options.request_body = cursor_of(*request.body);
        options.headers_callback = on_headers;
        options.body_callback = on_body;
        options.finish_callback = on_finish;
        options.telemetry_callback = on_telemetry;
        options.shutdown_callback = on_shutdown;
        auto holder = std::make_unique<ExchangeHolder>(exchange);
        options.user_data = holder.get();
        AwsMetaRequest meta_request(aws_s3_client_make_meta_request(client_, &options));
        if (!meta_request) return failed_here();
        (void)holder.release();  // on_shutdown has it now
        return wait(*exchange, std::move(meta_request), stop, deadline);
    }

private:
    Result<> make_client() {
        aws_signing_config_aws signing{};  // NOLINT(bugprone-invalid-enum-default-initialization): filled next
        aws_s3_init_default_signing_config(&signing, cursor_of(target_.region), credentials_.provider.get());
        aws_s3_client_config config{};
        config.client_bootstrap = runtime_->bootstrap();
        config.region = cursor_of(target_.region);
        config.signing_config = &signing;
        config.tls_mode = target_.https ? AWS_MR_TLS_ENABLED : AWS_MR_TLS_DISABLED;
        config.connect_timeout_ms = kConnectMilliseconds;
        config.retry_config.retry_mode = AWS_S3_RETRY_MODE_NONE;
        aws_http_connection_monitoring_options monitoring{};
        monitoring.minimum_throughput_bytes_per_second = 1;
        monitoring.allowable_throughput_failure_interval_seconds = kSilenceSeconds;
        config.monitoring_options = &monitoring;

        aws_tls_connection_options tls{};
        if (target_.https) {
            aws_tls_connection_options_init_from_ctx(&tls, runtime_->tls());
            config.tls_connection_options = &tls;
        }
        client_end_ = std::make_shared<ClientEnd>();
        auto holder = std::make_unique<std::shared_ptr<ClientEnd>>(client_end_);
        config.shutdown_callback = on_client_end;
        config.shutdown_callback_user_data = holder.get();
        client_ = aws_s3_client_new(aws_default_allocator(), &config);
        if (target_.https) aws_tls_connection_options_clean_up(&tls);
        if (client_ == nullptr) return external_error("s3_client", "cannot start the S3 client: " + last_aws_error());
        (void)holder.release();  // on_client_end has it now
        return {};
    }

    AwsMessage message_of(const S3Request& request) const {
        AwsMessage message(aws_http_message_new_request(aws_default_allocator()));
        (void)aws_http_message_set_request_method(message.get(), cursor_of(request.method));
        (void)aws_http_message_set_request_path(message.get(), cursor_of(request.path));
        const auto add = [&](std::string_view name, std::string_view value) {
            aws_http_header header{};
            header.name = cursor_of(name);
            header.value = cursor_of(value);
            (void)aws_http_message_add_header(message.get(), header);
        };
        add("Host", target_.host_header());
        add("User-Agent", "sluice");
        if (!target_.expected_owner.empty()) add("x-amz-expected-bucket-owner", target_.expected_owner);
        if (request.method != "GET" && request.method != "HEAD" && request.method != "DELETE") {
            add("Content-Length", std::to_string(request.body ? request.body->size() : 0));
        }
        for (const auto& [name, value] : request.headers) add(name, value);
        return message;
    }

    static S3Answer wait(Exchange& exchange, AwsMetaRequest meta_request, const StopFlag* stop,
                         std::optional<RetryClock::Time> deadline) {
        std::unique_lock lock(exchange.mutex);
        const auto give_up = [&] {
            return (stop != nullptr && stop->stopped()) || (deadline && std::chrono::steady_clock::now() >= *deadline);
        };
        while (!exchange.finished && !give_up()) exchange.over.wait_for(lock, milliseconds(50));
        const bool cancelled = !exchange.finished;
        lock.unlock();
        if (cancelled) aws_s3_meta_request_cancel(meta_request.get());
        meta_request.reset();
        lock.lock();
        // A connection that is just being made cannot be cancelled; then the callbacks end it later without us.
        const auto patience = cancelled ? milliseconds(300) : milliseconds(10'000);
        exchange.over.wait_for(lock, patience, [&] { return exchange.released; });
        S3Answer answer = std::move(exchange.answer);
        if (answer.status == 0) answer.status = exchange.status;
        answer.cancelled = cancelled && !answer.ok();
        return answer;
    }

    S3Target target_;
    std::shared_ptr<AwsRuntime> runtime_;
    FoundCredentials credentials_;
    aws_uri endpoint_{};
    bool has_endpoint_ = false;
    aws_s3_client* client_ = nullptr;
    std::shared_ptr<ClientEnd> client_end_;
};

}  // namespace

Result<std::unique_ptr<S3Connection>> S3Connection::open(const S3Options& options, const StopFlag* stop) {
    TRY_ASSIGN(auto runtime, AwsRuntime::get());
    const AwsProfileFiles profiles = AwsProfileFiles::read();
    TRY(check_profile(profiles));
    TRY_ASSIGN(S3Target target, find_s3_target(options, surroundings_of(profiles)));
    TRY_ASSIGN(FoundCredentials credentials, find_credentials(*runtime, profiles, stop));
    auto connection = std::make_unique<AwsS3Connection>(std::move(target), std::move(runtime), std::move(credentials));
    TRY(connection->start());
    return std::unique_ptr<S3Connection>(std::move(connection));
}

}  // namespace sluice
