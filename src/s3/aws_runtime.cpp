#include "s3/aws_runtime.hpp"

#include <aws/common/thread.h>
#include <aws/io/event_loop.h>
#include <aws/io/host_resolver.h>
#include <aws/s3/s3.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <mutex>

namespace sluice {

std::string last_aws_error() {
    const int error = aws_last_error();
    return fmt::format("{}: {}", aws_error_name(error), aws_error_str(error));
}

Result<std::shared_ptr<AwsRuntime>> AwsRuntime::get() {
    static std::mutex mutex;
    static std::weak_ptr<AwsRuntime> shared;
    const std::lock_guard lock(mutex);
    if (auto runtime = shared.lock()) return runtime;
    std::shared_ptr<AwsRuntime> runtime(new AwsRuntime());
    TRY(runtime->start());
    shared = runtime;
    return runtime;
}

Result<> AwsRuntime::start() {
    // Never cleaned up: a clean-up while another thread starts a connection would take its tables away.
    static std::once_flag once;
    std::call_once(once, [] { aws_s3_library_init(aws_default_allocator()); });

    aws_event_loop_group_options loop_options{};
    loop_options.loop_count = 1;
    loops_ = aws_event_loop_group_new(aws_default_allocator(), &loop_options);
    if (loops_ == nullptr) return external_error("s3_client", "cannot start the S3 client: " + last_aws_error());
    aws_host_resolver_default_options resolver_options{};
    resolver_options.max_entries = 8;
    resolver_options.el_group = loops_;
    resolver_ = aws_host_resolver_new_default(aws_default_allocator(), &resolver_options);
    aws_client_bootstrap_options bootstrap_options{};
    bootstrap_options.event_loop_group = loops_;
    bootstrap_options.host_resolver = resolver_;
    bootstrap_ = aws_client_bootstrap_new(aws_default_allocator(), &bootstrap_options);
    if (bootstrap_ == nullptr) return external_error("s3_client", "cannot start the S3 client: " + last_aws_error());

    aws_tls_ctx_options tls_options;
    aws_tls_ctx_options_init_default_client(&tls_options, aws_default_allocator());
    const char* bundle = std::getenv("AWS_CA_BUNDLE");
    const bool own_authorities = bundle != nullptr && *bundle != '\0';
    const bool read = !own_authorities || aws_tls_ctx_options_override_default_trust_store_from_path(
                                              &tls_options, nullptr, bundle) == AWS_OP_SUCCESS;
    if (read) tls_ = aws_tls_client_ctx_new(aws_default_allocator(), &tls_options);
    aws_tls_ctx_options_clean_up(&tls_options);
    if (own_authorities && tls_ == nullptr) {
        return config_error(
            "bad_ca_bundle",
            fmt::format("the certificate authorities in '{}' (AWS_CA_BUNDLE) cannot be read ({}): name a PEM "
                        "file, or unset the variable",
                        bundle, last_aws_error()));
    }
    return {};
}

AwsRuntime::~AwsRuntime() {
    aws_tls_ctx_release(tls_);
    aws_client_bootstrap_release(bootstrap_);
    aws_host_resolver_release(resolver_);
    aws_event_loop_group_release(loops_);
    // Their threads end by themselves. A connection attempt that hangs must not keep a stopped run alive.
    aws_thread_set_managed_join_timeout_ns(
        static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::seconds(1)).count()));
    (void)aws_thread_join_all_managed();
}

}  // namespace sluice
