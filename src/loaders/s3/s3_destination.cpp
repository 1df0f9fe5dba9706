#include "loaders/s3/s3_destination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>

#include "loaders/commit_protocol.hpp"
#include "loaders/destination_fields.hpp"
#include "loaders/s3/s3_access.hpp"
#include "loaders/s3/s3_claim.hpp"
#include "loaders/s3/s3_object_headers.hpp"
#include "loaders/s3/s3_objects.hpp"
#include "loaders/s3/s3_upload.hpp"
#include "s3/aws_profiles.hpp"
#include "s3/aws_runtime.hpp"
#include "s3/s3_connection.hpp"
#include "s3/s3_fields.hpp"
#include "s3/s3_read_access.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/delayed_stop.hpp"

namespace sluice {
namespace {

// Enough to fill the network while one part waits for its answer; each holds one part in memory.
constexpr std::size_t kUploadThreads = 4;

// Of small files in a commit record, which is one object, and is sent whole whenever the holder renews it.
constexpr std::uint64_t kTextBytesOfARecord = std::uint64_t{4} << 20U;

// Together below the 10 seconds in which a run that is asked to stop has ended.
constexpr std::chrono::milliseconds kGraceOfACommit{4'000};
constexpr std::chrono::milliseconds kPatienceOfAStop{2'400};
constexpr std::chrono::milliseconds kPatienceOfAFailure{10'000};

}  // namespace

Schema S3Destination::schema() {
    Schema schema{
        .type = kType,
        .doc = "A bucket of Amazon S3 or of a compatible store.",
        .fields = {
            {.name = "bucket",
             .doc = "The bucket's name.",
             .required = true,
             .may_be_empty = true,
             .details = "Without `s3://`. Empty: this destination is off, and the summary says so.",
             .example = "my-reports"},
            {.name = "prefix", .doc = "Stands before each file's name, joined by one slash.", .may_be_empty = true},
            {.name = "encryption",
             .doc = "How S3 encrypts the objects; by default as the bucket says.",
             .default_text = "bucket",
             .choices = {"bucket", "AES256", "aws:kms"}},
            {.name = "kms_key",
             .doc = "With `encryption: aws:kms`, the key's id or ARN; by default the account's own key for S3.",
             .may_be_empty = true},
            {.name = "content_encoding",
             .doc = "What an object whose name ends in .gz or .zst says of itself.",
             .default_text = "none",
             .choices = {"none", "by_name"},
             .details = "`none`: its type is that of a compressed file. `by_name`: its Content-Type is that of what "
                        "is inside, and Content-Encoding says how it is compressed, so that browsers inflate it."},
            checksum_field(),
            {.name = "retry", .type = FieldType::section, .doc = "How often a failed request is sent again."},
            required_field()}};
    std::vector<Field> place = s3_fields();
    schema.fields.insert(schema.fields.begin() + 2, std::make_move_iterator(place.begin()),
                         std::make_move_iterator(place.end()));
    return schema;
}

std::unique_ptr<Destination> S3Destination::from_config(const DestinationItem& item, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    S3Options options = s3_options(item.section, diagnostics);
    options.bucket = item.section.text("bucket");
    options.prefix = item.section.text("prefix");
    options.encryption = item.section.text("encryption");
    options.kms_key = item.section.text("kms_key");
    options.content_encoding = item.section.text("content_encoding") == "by_name";
    if (std::string fault = fault_of_bucket(options.bucket); !fault.empty()) {
        diagnostics.add(item.section.location("bucket"), fmt::format("'{}' is no bucket name", options.bucket), "",
                        fault);
    }
    if (!options.kms_key.empty() && options.encryption != "aws:kms") {
        diagnostics.add(item.section.location("kms_key"), "a kms_key without `encryption: aws:kms` does nothing", "",
                        "add `encryption: aws:kms`, or leave kms_key out");
    }
    if (diagnostics.list().size() > before) return nullptr;
    RetryPolicy policy;
    policy.attempts = item.retry.attempts;
    policy.max_delay = item.retry.max_delay;
    policy.deadline = item.retry.deadline;
    auto destination = std::make_unique<S3Destination>(options, policy);
    destination->sha256_ = item.section.text("checksum") == "sha256";
    return destination;
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
    access.policy = s3_policy(target, options_);
    return access;
}

Result<> S3Destination::open(const DestinationContext& context) {
    context_ = context;
    TRY_ASSIGN(connection_, S3Connection::open(options_, context.stop));
    sender_ = std::make_unique<S3Sender>(*connection_, policy_, context.stop);
    sending_stop_ = std::make_unique<DelayedStop>(context.stop, std::chrono::milliseconds(0));
    sending_sender_ = std::make_unique<S3Sender>(*connection_, policy_, sending_stop_->flag());
    jobs_ = std::make_unique<JobQueue>(kUploadThreads);
    TRY_ASSIGN(claim_, S3Claim::take(*sender_, context.identity, object_headers(options_, kClaimFile)));
    TRY(recover());
    return read_manifest();
}

std::optional<std::string> S3Destination::place(const std::string& file) const {
    if (!sender_) return std::nullopt;
    return sender_->target().place(sender_->target().key(file));
}

Result<> S3Destination::recover() {
    S3Objects objects(*sender_, *claim_);
    TRY_ASSIGN(const auto recovery, Commit(objects).recover());
    if (!recovery) return {};
    notices_.push_back(recovery->text(address()));
    if (!recovery->finished) unfinished_.insert(recovery->names.begin(), recovery->names.end());
    return {};
}

Result<> S3Destination::read_manifest() {
    const std::string key = sender_->target().key(kManifestFile);
    const S3Request request{.operation = "GetObject", .method = "GET", .path = sender_->target().path(key)};
    TRY_ASSIGN(const S3Answer answer, sender_->send(request, key, is_missing));
    if (answer.status == 404) return {};
    const std::string shown = fmt::format("s3://{}/{}", options_.bucket, key);
    TRY_ASSIGN(Manifest manifest, parse_manifest(answer.body, shown));
    TRY(check_owner(manifest, context_.identity.pipeline, shown));
    std::erase_if(manifest.files, [&](const ManifestEntry& entry) { return unfinished_.contains(entry.file); });
    present_ = std::move(manifest);
    manifest_etag_ = answer.header("etag");
    return {};
}

const ManifestEntry* S3Destination::published_entry(const std::string& file) const {
    if (!present_) return nullptr;
    const auto found = std::ranges::find(present_->files, file, &ManifestEntry::file);
    return found == present_->files.end() ? nullptr : &*found;
}

std::shared_ptr<S3Upload> S3Destination::upload_of(const std::string& file, const std::filesystem::path& path) {
    if (auto followed = growing_.extract(file)) return followed.mapped();
    const ManifestEntry* published = published_entry(file);
    return std::make_shared<S3Upload>(file, path, object_headers(options_, file),
                                      published == nullptr ? std::nullopt : std::optional(*published),
                                      S3Sending{.sender = sending_sender_.get(), .jobs = jobs_.get()});
}

std::shared_ptr<FileGrowth> S3Destination::follow(const std::string& file, const std::filesystem::path& path) {
    auto upload = upload_of(file, path);
    growing_.emplace(file, upload);
    return upload;
}

Result<> S3Destination::stage(const StagedFile& file) {
    TRY(check_file_name(file.name));
    TRY(jobs_->state());  // the run need not go on for hours after an upload has failed
    const auto upload = upload_of(file.name, file.path);
    uploads_.push_back(upload);
    staged_.push_back(file);
    TRY_ASSIGN(const bool unchanged, is_unchanged(file, upload->headers()));
    if (unchanged && upload->leave_out()) {
        uploads_.pop_back();
        staged_.back().parts = published_entry(file.name)->parts;
        return {};
    }
    text_bytes_ += upload->finish(file, kTextBytesOfARecord - text_bytes_);
    return {};
}

// The manifest says what was published, and the server what is there now.
Result<bool> S3Destination::is_unchanged(const StagedFile& file, const S3Headers& headers) {
    const ManifestEntry* old = published_entry(file.name);
    if (old == nullptr || old->bytes != file.bytes || old->crc64nvme != crc64nvme_text(file.crc64nvme)) return false;
    return is_known_to_have(*sender_, sender_->target().key(file.name), file.bytes, file.crc64nvme, headers);
}

Result<> S3Destination::prepare() {
    record_ = {.layout = "objects",
               .run = context_.identity.run,
               .pipeline = context_.identity.pipeline,
               .decided_at = utc_now_text(),
               .entries = {}};
    TRY(jobs_->wait());
    TRY(record_uploads());
    TRY_ASSIGN(CommitEntry manifest, manifest_entry());
    record_.entries.push_back(std::move(manifest));
    return sweep();
}

S3Sweep S3Destination::own_keys() const {
    std::set<std::string> keys;
    for (const auto& upload : uploads_) keys.insert(upload->key());
    for (const StagedFile& file : staged_) keys.insert(sender_->target().key(file.name));
    if (present_)
        for (const ManifestEntry& entry : present_->files) keys.insert(sender_->target().key(entry.file));
    return {.is_of_pipeline = [this, keys, root = sender_->target().key("")](const std::string& key) {
        if (keys.contains(key)) return true;
        return context_.is_written_anew && key.starts_with(root) && context_.is_written_anew(key.substr(root.size()));
    }};
}

Result<> S3Destination::sweep() {
    S3Sweep dead = own_keys();
    for (const auto& upload : uploads_) dead.own.insert(upload->id());
    TRY_ASSIGN(const std::size_t swept, sweep_uploads(*sender_, dead));
    if (swept > 0)
        notices_.push_back(fmt::format("{}: {} that a dead run had left open {} aborted", address(),
                                       swept == 1 ? "an upload" : fmt::format("{} uploads", swept),
                                       swept == 1 ? "was" : "were"));
    return {};
}

// Shown only in the place of the manifest that open() found.
Result<CommitEntry> S3Destination::manifest_entry() const {
    const std::string text = manifest_text(next_manifest(context_, staged_, present_ ? &*present_ : nullptr));
    S3StagedObject object{
        .upload_id = {}, .parts = {}, .text = text, .headers = object_headers(options_, "manifest.json")};
    if (manifest_etag_.empty())
        object.headers.emplace_back("If-None-Match", "*");
    else
        object.headers.emplace_back("If-Match", manifest_etag_);
    return CommitEntry{.name = std::string(kManifestFile),
                       .staged = staged_text(object),
                       .bytes = text.size(),
                       .crc64nvme = crc64nvme(text)};
}

Result<> S3Destination::record_uploads() {
    for (const auto& upload : uploads_) {
        TRY_ASSIGN(CommitEntry entry, upload->entry());
        std::ranges::find(staged_, entry.name, &StagedFile::name)->parts = upload->part_checksums();
        record_.entries.push_back(std::move(entry));
    }
    return {};
}

Result<> S3Destination::commit() {
    // What is decided is finished also when a stop comes, as far as that does not take long: it is a request for each
    // object.
    const DelayedStop late(context_.stop, kGraceOfACommit);
    S3Sender steady(*connection_, policy_, late.flag());
    S3Objects objects(steady, *claim_);
    Commit commit(objects);
    const auto done = commit.run(record_);
    published_ = commit.visible();
    if (published_) uploads_.clear();  // what is not completed yet belongs to the record
    if (done) claim_->release(patience());
    return done;
}

// Whoever asked for a stop waits; after a failure there is time to tidy up.
std::chrono::steady_clock::time_point S3Destination::patience() const {
    const bool hurry = context_.stop != nullptr && context_.stop->stopped();
    return std::chrono::steady_clock::now() + (hurry ? kPatienceOfAStop : kPatienceOfAFailure);
}

void S3Destination::abort() noexcept {
    // One time for all, however many there are. What is left over the next run's sweep takes away.
    const std::chrono::steady_clock::time_point end = patience();
    if (sending_stop_) sending_stop_->set(SIGTERM);
    if (jobs_) jobs_->drop();
    for (auto& [file, upload] : growing_) uploads_.push_back(std::move(upload));
    growing_.clear();
    bool tidy = true;
    for (const auto& upload : uploads_) {
        if (std::chrono::steady_clock::now() >= end) break;
        tidy = upload->abort(*sender_, end) && tidy;
    }
    // An upload whose name no answer gave is found by listing.
    if (!tidy && claim_ && claim_->held() && std::chrono::steady_clock::now() < end) {
        S3Sweep rest = own_keys();
        rest.deadline = end;
        (void)sweep_uploads(*sender_, rest);
    }
    uploads_.clear();
    staged_.clear();
    if (claim_) claim_->release(patience());
    claim_.reset();
}

}  // namespace sluice
