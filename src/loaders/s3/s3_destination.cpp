#include "loaders/s3/s3_destination.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "config/tree.hpp"
#include "loaders/s3/aws_profiles.hpp"
#include "loaders/s3/aws_runtime.hpp"
#include "loaders/s3/s3_access.hpp"
#include "loaders/s3/s3_connection.hpp"
#include "loaders/s3/s3_upload.hpp"

namespace sluice {
namespace {

// Enough to fill the network while one part waits for its answer; each holds one part in memory.
constexpr std::size_t kUploadThreads = 4;

constexpr std::chrono::milliseconds kPatienceOfAStop{900};
constexpr std::chrono::milliseconds kPatienceOfAFailure{10'000};

std::string first_fault_of_bucket(std::string_view bucket) {
    if (bucket.find("://") != std::string_view::npos) return "write the bucket's name only, without s3://";
    if (bucket.find('/') != std::string_view::npos) return "a bucket's name has no slash; folders go into `prefix`";
    if (bucket.find_first_of(" \t?#%") != std::string_view::npos)
        return "a bucket's name has letters, digits, dots and hyphens";
    return "";
}

// https://user:password@host
bool names_a_user(std::string_view endpoint) {
    const std::size_t start = endpoint.find("://");
    if (start == std::string_view::npos) return endpoint.find('@') != std::string_view::npos;
    const std::string_view authority = endpoint.substr(start + 3, endpoint.find_first_of("/?#", start + 3) - start - 3);
    return authority.find('@') != std::string_view::npos;
}

}  // namespace

Schema S3Destination::schema() {
    return {.type = kType,
            .doc = "A bucket of Amazon S3 or of a compatible store.",
            .fields = {
                {.name = "bucket",
                 .doc = "The bucket's name.",
                 .required = true,
                 .may_be_empty = true,
                 .details = "Without `s3://`. Empty: this destination is off, and the summary says so.",
                 .example = "my-reports"},
                {.name = "prefix", .doc = "Stands before each file's name, joined by one slash.", .may_be_empty = true},
                {.name = "endpoint",
                 .doc = "URL of a compatible store; by default AWS_ENDPOINT_URL, the profile's endpoint_url, or AWS.",
                 .may_be_empty = true},
                {.name = "region",
                 .doc = "The bucket's region; by default AWS_REGION or the profile's.",
                 .may_be_empty = true},
                {.name = "retry", .type = FieldType::section, .doc = "How often a failed request is sent again."}}};
}

std::unique_ptr<Destination> S3Destination::from_config(const DestinationItem& item, Diagnostics& diagnostics) {
    const S3Options options{.bucket = item.section.text("bucket"),
                            .prefix = item.section.text("prefix"),
                            .endpoint = item.section.text("endpoint"),
                            .region = item.section.text("region")};
    if (std::string fault = first_fault_of_bucket(options.bucket); !fault.empty()) {
        diagnostics.add(item.section.location("bucket"), fmt::format("'{}' is no bucket name", options.bucket), "",
                        fault);
        return nullptr;
    }
    if (names_a_user(options.endpoint)) {
        const Tree& endpoint = *item.section.node("endpoint");
        diagnostics.hide({endpoint.location(), endpoint.end()});
        diagnostics.add(endpoint.location(), "the endpoint names a user or a password", "",
                        "write https://HOST[:PORT]; credentials come from `aws configure`, AWS_ACCESS_KEY_ID and "
                        "AWS_SECRET_ACCESS_KEY, or a role");
        return nullptr;
    }
    RetryPolicy policy;
    policy.attempts = item.retry.attempts;
    policy.max_delay = item.retry.max_delay;
    policy.deadline = item.retry.deadline;
    return std::make_unique<S3Destination>(options, policy);
}

S3Destination::S3Destination(S3Options options, RetryPolicy policy) : options_(std::move(options)), policy_(policy) {}

S3Destination::~S3Destination() { abort(); }

Result<DestinationAccess> S3Destination::access(const std::filesystem::path&, const std::vector<std::string>&) const {
    TRY_ASSIGN(const auto runtime, AwsRuntime::get());
    const AwsProfileFiles profiles = AwsProfileFiles::read();
    const S3Surroundings surroundings = surroundings_of(profiles);
    TRY_ASSIGN(const S3Target target, find_s3_target(options_, surroundings));
    DestinationAccess access;
    access.reads = profiles.paths();
    access.hosts.push_back({target.host_header(), "uploads"});
    std::ranges::move(credential_hosts(target, surroundings), std::back_inserter(access.hosts));
    access.policy = s3_policy(target);
    return access;
}

Result<> S3Destination::open(const DestinationContext& context) {
    context_ = context;
    TRY_ASSIGN(connection_, S3Connection::open(options_, context.stop));
    sender_ = std::make_unique<S3Sender>(*connection_, policy_, context.stop);
    return read_manifest();
}

Result<> S3Destination::read_manifest() {
    const std::string key = sender_->target().key(kManifestFile);
    const S3Request request{.operation = "GetObject", .method = "GET", .path = sender_->target().path(key)};
    TRY_ASSIGN(const S3Answer answer, sender_->send(request, key, true));
    if (answer.status == 404) return {};
    const std::string shown = fmt::format("s3://{}/{}", options_.bucket, key);
    TRY_ASSIGN(Manifest manifest, parse_manifest(answer.body, shown));
    TRY(check_owner(manifest, context_.identity.pipeline, shown));
    present_ = std::move(manifest);
    return {};
}

Result<> S3Destination::stage(const StagedFile& file) {
    TRY(check_file_name(file.name));
    TRY_ASSIGN(S3Upload upload, S3Upload::open(file, sender_->target()));
    staged_.push_back(file);
    uploads_.push_back(std::move(upload));
    return {};
}

Result<> S3Destination::commit() {
    TRY(send_all());
    return show_all();
}

Result<> S3Destination::send_all() {
    struct Piece {
        S3Upload* upload = nullptr;
        std::size_t part = 0;
    };
    std::vector<Piece> pieces;
    for (S3Upload& upload : uploads_) {
        TRY(upload.begin(*sender_));
        for (std::size_t part = 0; part < upload.parts(); ++part) pieces.push_back({.upload = &upload, .part = part});
    }

    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex mutex;
    std::optional<Error> first;
    const auto work = [&] {
        for (std::size_t index = next++; index < pieces.size() && !failed; index = next++) {
            const auto sent = pieces[index].upload->send_part(*sender_, pieces[index].part);
            if (sent) continue;
            failed = true;
            const std::lock_guard lock(mutex);
            if (!first) first = sent.error();
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t index = 1; index < std::min(kUploadThreads, pieces.size()); ++index)
            threads.emplace_back(work);
        work();
    }
    if (first) return *first;
    return {};
}

Result<> S3Destination::show_all() {
    const Manifest manifest = next_manifest(context_, staged_, present_ ? &*present_ : nullptr);
    for (std::size_t index = 0; index < uploads_.size(); ++index) {
        if (auto shown = uploads_[index].show(*sender_); !shown) return half_published(shown.error(), index);
        published_ = true;
    }
    auto shown = put_text(*sender_, sender_->target().key(kManifestFile), manifest_text(manifest));
    if (!shown) return half_published(shown.error(), uploads_.size());
    published_ = true;
    return {};
}

// The object at fault is counted as unknown: an answer may have been lost on its way back.
Error S3Destination::half_published(const Error& error, std::size_t shown) const {
    std::vector<std::string> names;
    for (const S3Upload& upload : uploads_) names.push_back(upload.name());
    names.emplace_back(kManifestFile);
    if (shown == 0) return error;
    Error wider = error;
    wider.message += fmt::format(
        "\n  already replaced in {}: {}\n  still as before: {}\n  the next run that succeeds makes the "
        "set whole",
        address(), fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
        fmt::join(names.begin() + static_cast<std::ptrdiff_t>(shown), names.end(), ", "));
    return wider;
}

void S3Destination::abort() noexcept {
    // Whoever asked for a stop waits; after a failure there is time to tidy up.
    const bool hurry = context_.stop != nullptr && context_.stop->stopped();
    const auto deadline = std::chrono::steady_clock::now() + (hurry ? kPatienceOfAStop : kPatienceOfAFailure);
    for (S3Upload& upload : uploads_) upload.abort(*sender_, deadline);
    uploads_.clear();
    staged_.clear();
}

}  // namespace sluice
